"""Sessions by the rule of a pause are those of an independent computation, however the events come."""

import json
import random
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from shop import Shop, assert_same

pytestmark = pytest.mark.slow

ZONE = ZoneInfo("America/New_York")
# Around the end of a month, of a year, and the night in which clocks are put back.
NIGHTS = ("2025-01-31", "2024-12-31", "2025-11-01", "2025-02-28")


def variables(ends: list[str], minutes: int = 30) -> str:
    return json.dumps(
        {
            "session_rule": "gap",
            "session_gap_minutes": minutes,
            "session_also_ends_at": ends,
            "shop_time_zone": str(ZONE),
        }
    )


def clickstream(seed: int) -> pd.DataFrame:
    """Events of visitors who stay for minutes to days, some without a pause, around the ends of months."""
    choose, rows = random.Random(seed), []

    def event(visitor: tuple[str, str, str], moment: datetime, consent: str = "") -> None:
        campaign = choose.choice(["", "", "", "?utm_source=news&utm_medium=email", "?utm_campaign=spring&gclid=1"])
        rows.append([*visitor, moment.isoformat(), f"https://shop.example/{campaign}", consent])

    for number in range(60):
        # By their browser, without one by the customer, and without both by the delivered session.
        visitor = [
            (f"b{number % 20}", "", f"s{number}"),
            ("", str(100 + number % 7), f"s{number}"),
            ("", "", f"s{number}"),
        ][number % 3]
        consent = ["", "yes", "no", "", ""][number % 10 // 2]
        if consent == "no" and number % 5 == 0:
            visitor = (*visitor[:2], "")
        moment = datetime.fromisoformat(choose.choice(NIGHTS) + "T20:00:00") + timedelta(minutes=choose.randint(0, 600))
        for _ in range(choose.randint(1, 12)):
            event(visitor, moment, consent)
            moment += timedelta(seconds=choose.choice([0, 1, 600, 1799, 1800, 1801, 4000]))
    for name, first, days in (("restless", "2025-01-30T03:00:00", 3), ("late", "2025-01-31T06:00:00", 2)):
        # No pause over the end of a month: begun more than a day before it, and less.
        for number in range(days * 72):
            event((name, "", "x"), datetime.fromisoformat(first) + timedelta(minutes=20 * number))
    for second in range(0, 400, 40):
        # By one campaign, by another one, and by the first one again, which is only sent twice.
        for campaign, later in (("?utm_source=a", 0), ("?utm_source=b", 0.3), ("?utm_source=a", 0.6), ("", 20)):
            moment = datetime.fromisoformat("2025-01-31T23:00:00") + timedelta(seconds=second + later)
            rows.append(["hasty", "", "y", moment.isoformat(), f"https://shop.example/{campaign}", ""])
    choose.shuffle(rows)
    events = pd.DataFrame(rows, columns=["visitor_id", "user_id", "session_id", "timestamp", "page_url", "consent"])
    return events.assign(event_id=[f"e{number:05}" for number in range(len(events))])


def expected(events: pd.DataFrame, ends: list[str]) -> dict[str, str]:
    """The session of each event, one event after the other, as docs/sessions.md has the rule."""
    sessions: dict[str, str] = {}
    # Without consent nothing but the delivered session relates events.
    known = events.where(events["consent"] != "no", "")
    who = events["event_id"].where(events["session_id"] == "", "session " + events["session_id"])
    who = who.where(known["user_id"] == "", "customer " + known["user_id"])
    who = who.where(known["visitor_id"] == "", known["visitor_id"])
    for _, own in events.groupby(who):
        previous = begun = session = month = campaign = None
        seen: dict[tuple[str, ...], datetime] = {}
        for row in own.sort_values(["timestamp", "event_id"]).itertuples():
            utc = datetime.fromisoformat(row.timestamp).replace(tzinfo=ZoneInfo("UTC"))
            local = utc.astimezone(ZONE).replace(tzinfo=None)
            content = (row.visitor_id, row.user_id, row.session_id, row.page_url, f"{local:%Y-%m}")
            is_repeat = content in seen and utc - seen[content] <= timedelta(seconds=1)
            seen[content] = utc
            if is_repeat:
                sessions[row.event_id] = session
                continue
            paused = previous is None or utc - previous[0] > timedelta(minutes=30)
            if paused or ("midnight" in ends and local.date() != previous[1].date()):
                begun, session = local, None
            first_day = local.replace(day=1, hour=0, minute=0, second=0)
            if month != first_day and begun < first_day - timedelta(days=1):
                session = None
            named = row.page_url.partition("?")[2].partition("&gclid")[0]
            if session is None:
                session, campaign = f"v-{row.event_id}", named
            elif named and named != campaign and "campaign" in ends:
                session = f"v-{row.event_id}"
            campaign = named or campaign
            sessions[row.event_id] = session
            previous, month = (utc, local), first_day
    return sessions


SESSIONS = ("build", "--exclude-resource-types", "test", "unit_test", "--select", "+session_metrics")


def new_shop(root: Path, ends: list[str]) -> Shop:
    shop = Shop(root)
    shop.variables = variables(ends)
    shop.deliver({"orders.csv": [], "order_items.csv": []})
    return shop


def deliver(shop: Shop, name: str, events: pd.DataFrame) -> None:
    rows = events.assign(event_type="page_view", product_id="", amount_usd="", device="mobile")
    shop.deliver({name: rows.to_csv(index=False)})
    shop.succeed(*SESSIONS)


def sessions_of(shop: Shop) -> dict[str, str]:
    return shop.table("silver.int_events").set_index("event_id")["session_id"].to_dict()


def test_a_session_ends_with_a_pause(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No event begins another session but for the pause, and the sessions and their tests are those of any shop."""
    events = clickstream(0).drop(columns="session_id")
    events = events[(events["visitor_id"] != "") | (events["user_id"] != "")]
    shop = new_shop(tmp_path, [])
    deliver(shop, "events.csv", events)
    assert sessions_of(shop) == expected(events.assign(session_id=""), [])
    # No row of silver is one of a file, and so no row of a file is superseded.
    shop.succeed(*SESSIONS[:-1], "+quarantine")
    capsys.readouterr()
    shop.succeed("--no-quiet", "run-operation", "print_rows", "--args", "{results: []}")
    line = next(line for line in capsys.readouterr().out.splitlines() if " sessions " in line)
    assert line.split()[-5:] == ["0", "0", "0", "-", f"{len(set(sessions_of(shop).values())):,}"]
    checked = ("test", "--select", "+session_metrics", "--indirect-selection", "cautious")
    checked += ("--exclude", "resource_type:unit_test")
    shop.succeed(*checked)
    # A shop that changes its mind is told to build its sessions again.
    shop.variables = variables([], minutes=5)
    result = shop.dbt(*checked)
    assert {r.node.name for r in result.result if r.status == "fail"} == {"full_refresh_after_a_new_session_rule"}


@pytest.mark.nightly
def test_batches_give_the_sessions_of_one_load(tmp_path: Path) -> None:
    ends = ["midnight", "campaign"]
    events = clickstream(2)
    one, batches = new_shop(tmp_path / "one", ends), new_shop(tmp_path / "batches", ends)
    deliver(one, "events/all.csv", events)
    assert sessions_of(one) == expected(events, ends)
    metrics = one.table("gold.session_metrics")
    assert set(metrics["session_id"]) == set(sessions_of(one).values())
    assert set(metrics["device"]) == {"mobile"}

    # First every second event, so that others join sessions and begin them earlier; one comes wrong, and is corrected.
    first, second = events.iloc[::2].copy(), events.iloc[1::2]
    first.iloc[0, first.columns.get_loc("timestamp")] = "2025-05-05T05:05:05"
    deliver(batches, "events/0.csv", first)
    deliver(batches, "events/1.csv", pd.concat([second, events.iloc[:1]]))
    assert_same(one.tables("silver", "gold"), batches.tables("silver", "gold"))


@pytest.mark.nightly
def test_sessions_of_a_forgotten_person_are_those_of_a_rebuild(tmp_path: Path) -> None:
    shop = new_shop(tmp_path, [])
    events = clickstream(3).drop_duplicates(["visitor_id", "user_id", "session_id", "timestamp"])
    rows = events.assign(event_type="page_view", product_id="", amount_usd="")
    customer = ["103,Ann,ann@example.com,US,30,2024-01-05,True"]
    shop.deliver({"events.csv": rows.to_csv(index=False), "customers.csv": customer})
    shop.build()
    theirs = set(events.loc[events["user_id"] == "103", "event_id"])
    before = shop.table("silver.int_events")
    result = shop.dbt("run-operation", "forget", "--args", '{customer_id: "103"}')
    assert result.success, result.exception

    after = shop.table("silver.int_events")
    kept = ["event_id", "session_id", "event_time"]
    of_others = before[~before["event_id"].isin(theirs)]
    assert after.loc[after["event_id"].isin(before["event_id"]), kept].sort_values("event_id").values.tolist() == (
        of_others[kept].sort_values("event_id").values.tolist()
    )
    anonymous = after[~after["event_id"].isin(before["event_id"])]
    assert len(anonymous) == len(theirs) > 5
    assert anonymous["session_id"].str.startswith("v-forgotten-").all()
    assert set(anonymous["session_id"].str[2:]) <= set(anonymous["event_id"])
    # The next run, which computes gold again without the person, as in any shop.
    shop.build()
    built = shop.tables("silver", "gold")
    shop.build("--full-refresh")
    assert_same(built, shop.tables("silver", "gold"))
