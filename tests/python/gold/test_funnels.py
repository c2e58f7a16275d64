"""Funnels with stages of the shop's own, against a computation in pandas, and what a change of the stages does."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from shop import HEADERS, Shop, assert_same

pytestmark = pytest.mark.slow

SEVEN = {
    "search": ["search"],
    "list": ["view_item_list", "view_category"],
    "page_view": ["page_view"],
    "add_to_cart": ["add_to_cart"],
    "checkout": ["checkout"],
    "add_payment_info": ["add_payment_info"],
    "purchase": ["purchase"],
}
THREE = {"page_view": ["page_view"], "add_to_cart": ["add_to_cart"], "purchase": ["purchase"]}
CORE = {"page_view", "search", "add_to_cart", "checkout", "purchase"}
TABLES = ("path:seeds", "+path:models/marts/funnel", "+quarantine", "rpt_site_funnel")
FUNNEL = ("silver.int_events", "silver.int_visits", "gold.session_metrics", "gold.site_funnel")
FUNNEL += ("gold.funnel_steps", "candidate.rpt_site_funnel")


def write_stages(project: Path, stages: dict[str, list[str]]) -> None:
    rows = [
        f"{order},{stage},{kind},{stage.title()}"
        for order, (stage, kinds) in enumerate(stages.items(), 1)
        for kind in kinds
    ]
    seed = project / "seeds" / "funnel_stages.csv"
    seed.write_text("\n".join(["stage_order,stage,event_type,title", *rows, ""]))


def events_of_a_shop() -> pd.DataFrame:
    """Events of 80 sessions in three months, some over the end of one, many at the same time."""
    chance = random.Random(7)
    kinds = [kind for of_stage in SEVEN.values() for kind in of_stage]
    rows = []
    for session in range(80):
        at = datetime(2025, 1, 1) + timedelta(hours=chance.randrange(24 * 88), minutes=chance.randrange(60))
        if session % 10 == 0:
            at = datetime(2025, 1 + session // 10 % 2, 28 if session // 10 % 2 else 31, 23, 59, 50)
        # One after the other, or in any order.
        done = kinds[: chance.randrange(1, 9)] if session % 2 else chance.choices([*kinds, "scroll"], k=9)
        for kind in done:
            rows.append((f"s{session}", at, kind, f"v{session % 17}"))
            at += timedelta(seconds=chance.choice([0, 0, 1, 15, 900]))
    events = pd.DataFrame(rows, columns=["session_id", "timestamp", "event_type", "visitor_id"])
    # Each paid in a way of its own, or the same again within a second would be a repeat.
    return events.assign(event_id=range(len(events)), payment=[f"p{number}" for number in range(len(events))])


def deliver(shop: Shop, name: str, events: pd.DataFrame) -> None:
    columns = [*HEADERS["events"].split(","), "visitor_id"]
    written = events.reindex(columns=list(dict.fromkeys(columns)))
    written["timestamp"] = written["timestamp"].map(datetime.isoformat)
    shop.deliver({f"events/{name}.csv": written.to_csv(index=False)})


def new_shop_with(new_shop: Callable[[], Shop], events: pd.DataFrame) -> Shop:
    """A shop with the events in two files, and sessions of which some are somebody's."""
    shop = new_shop()
    sessions = [
        f"s{n},{n % 13 if n % 3 else ''},2025-01-01T00:00:00,{('mobile', 'desktop')[n % 2]},{('paid', 'email')[n % 3 % 2]},US"
        for n in range(80)
    ]
    empty: dict[str, list[str]] = {
        f"{name}.csv": [] for name in ("customers", "products", "orders", "order_items", "reviews")
    }
    shop.deliver({**empty, "sessions.csv": sessions})
    deliver(shop, "first", events)
    return shop


def build(shop: Shop, *arguments: str) -> None:
    shop.succeed("build", "--exclude-resource-type", "unit_test", "test", *arguments, "--select", *TABLES)


def expected(
    events: pd.DataFrame, stages: dict[str, list[str]], customers: dict[str, str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """site_funnel and funnel_steps, session by session, with the customers who are known to be in them."""
    order = {kind: position for position, kinds in enumerate(stages.values(), 1) for kind in kinds}
    known = events[events.event_type.isin(CORE | set(order))].assign(stage=lambda rows: rows.event_type.map(order))
    visits, counts = [], []
    for session, rows in known.groupby("session_id"):
        times: list[pd.Timestamp] = []
        for position in range(1, len(stages) + 1):
            after = rows[(rows.stage == position) & (rows.timestamp >= (times[-1] if times else datetime.min))]
            if after.empty:
                break
            times.append(after.timestamp.min())
        number, start = int(str(session)[1:]), rows.timestamp.min()
        visits.append({
            "session": session, "start": start, "customer": customers[str(session)], "times": times,
            "visitor": rows.visitor_id.iloc[0], "device": ("mobile", "desktop")[number % 2],
            "source": ("paid", "email")[number % 3 % 2],
        })  # fmt: skip
        for position, stage in enumerate(stages, 1):
            of_stage = int((rows.stage == position).sum())
            counts.append((start.date(), stage, position, of_stage, of_stage > 0, len(times) >= position))
    columns = ["event_date", "stage", "stage_order", "event_count", "session_count", "ordered_session_count"]
    funnel = pd.DataFrame(counts, columns=columns).groupby(columns[:3], as_index=False).sum()
    visits.sort(key=lambda visit: (visit["start"], visit["session"]))
    seen: set[object] = set()
    taken = []
    for visit in visits:
        of_whom = {("customer", visit["customer"]), ("visitor", visit["visitor"])} - {("customer", "UNKNOWN")}
        kind = "known" if of_whom & seen else "new"
        seen |= of_whom
        segments = {"all": "all", "device": visit["device"], "source": visit["source"], "visitor": kind}
        for position, before in enumerate(visit["times"][: len(stages) - 1], 2):
            after = visit["times"][position - 1] if len(visit["times"]) >= position else None
            seconds = (after - before).total_seconds() if after is not None else None
            taken += [(visit["start"].replace(day=1).date(), *part, position, seconds) for part in segments.items()]
    key = ["month", "breakdown", "segment", "stage_order"]
    steps = pd.DataFrame(taken, columns=[*key, "seconds"]).groupby(key)["seconds"]
    of_steps = pd.DataFrame({
        "session_count_before": steps.size(), "session_count": steps.count(), "total_seconds": steps.sum(min_count=1),
        "median_seconds": steps.median().round(1), "p90_seconds": steps.quantile(0.9).round(1),
    })  # fmt: skip
    return funnel, of_steps.reset_index()


def assert_as_expected(shop: Shop, events: pd.DataFrame, stages: dict[str, list[str]]) -> None:
    customers = shop.table("gold.session_metrics").set_index("session_id")["customer_id"].to_dict()
    funnel, steps = expected(events, stages, customers)
    for name, wanted in (("gold.site_funnel", funnel), ("gold.funnel_steps", steps)):
        key = [column for column in wanted if not column.endswith(("_count", "_count_before", "_seconds"))]
        found = shop.table(name)[list(wanted)].sort_values(key).reset_index(drop=True)
        figures = [column for column in wanted if column not in key]
        found[figures], wanted[figures] = found[figures].astype(float), wanted[figures].astype(float)
        pd.testing.assert_frame_equal(found, wanted.sort_values(key).reset_index(drop=True), check_dtype=False)
    of_stages = shop.table("candidate.rpt_site_funnel").groupby("stage")["ordered_session_count"].sum()
    assert of_stages.to_dict() == funnel.groupby("stage")["ordered_session_count"].sum().to_dict()


def of_the_funnel(shop: Shop) -> dict[str, pd.DataFrame]:
    return {name: rows for name, rows in shop.tables("silver", "gold", "candidate").items() if name in FUNNEL}


def test_stages_of_a_shop(new_shop: Callable[[], Shop], own_project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    events = events_of_a_shop()
    # A late session makes others those of a known visitor, and late events make a session's chain another one.
    late = (events.session_id == "s3") | (events.event_id % 19 == 0)
    write_stages(own_project, SEVEN)
    shop = new_shop_with(new_shop, events[~late])
    build(shop)
    assert_as_expected(shop, events[~late], SEVEN)
    deliver(shop, "late", events[late])
    build(shop)
    assert_as_expected(shop, events, SEVEN)
    versions = shop.versions()
    build(shop)
    assert shop.versions() == versions, "without anything new, nothing is written"

    # All of history follows the stages, in silver and gold, as if they had never been others, and back.
    of_seven = of_the_funnel(shop)
    write_stages(own_project, THREE)
    build(shop)
    assert_as_expected(shop, events, THREE)
    anew = new_shop_with(new_shop, events)
    build(anew)
    assert_same(of_the_funnel(shop), of_the_funnel(anew))
    write_stages(own_project, SEVEN)
    build(shop)
    assert_same(of_the_funnel(shop), of_seven)
    unknown = shop.table("silver.quarantine")
    assert set(unknown["value"]) == {"scroll"} and len(unknown) == (events.event_type == "scroll").sum()

    # A stage whose events are called otherwise in the files is named at the end of a run.
    named = "every_stage_has_events"

    def verdict() -> str:
        result = shop.dbt("--no-quiet", "test", "--select", named)
        return next(str(r.status) for r in result.result if r.node.name == named)

    assert verdict() == "pass"
    write_stages(own_project, THREE | {"search": ["search", "serach"], "list": ["view_list", "view_itme_list"]})
    build(shop)
    capsys.readouterr()
    assert verdict() == "warn"
    assert "in the files:\n  list: no event of the type view_itme_list or view_list\n" in capsys.readouterr().out


def test_stages_that_are_no_funnel(new_shop: Callable[[], Shop], own_project: Path) -> None:
    shop = new_shop()
    with (own_project / "seeds" / "event_type_aliases.csv").open("a") as aliases:
        aliases.write("look,gaze\n")
    mistakes = {
        ("1,a,page_view,A", "1,b,purchase,B", '3,a,transaction,"C, or D"'): {
            ("title C, or D", "a title has no comma"),
            ("stage_order 1 to 3", "the positions of the stages are not 1, 2, 3, ... without gaps"),
            ("stage_order 1", "a position has one stage with one title"),
            ("stage a", "the stage is there twice"),
            ("event_type transaction", "it is an alias of purchase in event_type_aliases"),
            ("alias look", "nobody knows the event type gaze"),
        },
        ("1,a,search,A",): {
            ("1 stages", "a funnel has 2 to 15 stages"),
            ("alias look", "nobody knows the event type gaze"),
        },
    }
    for rows, problems in mistakes.items():
        seed = own_project / "seeds" / "funnel_stages.csv"
        seed.write_text("\n".join(["stage_order,stage,event_type,title", *rows, ""]))
        names = ("funnel_stages", "event_type_aliases", "funnel_stages_are_a_funnel", "int_events")
        result = {r.node.name: r for r in shop.dbt("build", "--select", *names).result}
        failed = result["funnel_stages_are_a_funnel"]
        assert str(failed.status) == "fail" and str(result["int_events"].status) == "skipped"
        shown = shop.dbt("show", "--inline", failed.node.compiled_code, "--limit", "10").result
        table = next(r.agate_table for r in shown if r.agate_table)
        assert {(row["place"], row["problem"]) for row in table.rows} == problems
