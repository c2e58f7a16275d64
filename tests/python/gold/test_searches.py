"""Site searches of a generated shop against a computation in pandas, in one load and in batches."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from shop import Shop, assert_same

from data_generator import cli
from data_generator.searches import HEADER

pytestmark = pytest.mark.slow

# A visit that goes on into the next month, with terms that are one, and one of a person.
OVER = [
    ("o1", "over", "2025-01-31T23:58:00", "page_view", "1", "", "", ""),
    ("o2", "over", "2025-01-31T23:58:00", "search", "", "", " Yoga\u3000 MAT", "7"),
    ("o3", "over", "2025-01-31T23:59:00", "search", "", "", "To ann.lee@example.com", ""),
    ("o4", "over", "2025-02-01T00:01:00", "add_to_cart", "1", "", "", ""),
    ("o5", "over", "2025-02-01T00:02:00", "search", "", "", "gift card", "0"),
    # Nothing else happens in May.
    ("a1", "alone", "2025-04-30T23:59:00", "search", "", "", "gift card", "0"),
    ("a2", "alone", "2025-05-01T00:01:00", "add_to_cart", "1", "", "", ""),
]
# Three browsers, two of which turn out, in June, to be those of one person.
BROWSERS = "event_id,session_id,timestamp,event_type,product_id,amount_usd,search_term,visitor_id,user_id"
APART = [f"w{number},apart{number},2025-04-15T10:00:00,search,,,Wedding,b.{number}," for number in range(3)]
LOGINS = [f"x{number},login{number},2025-06-01T1{number}:00:00,page_view,,,,b.{number},1" for number in range(2)]
LATE = [("o6", "over", "2025-02-01T00:03:00", "purchase", "", "12.50", "", "")]
FIGURES = [
    "search_count", "counted_search_count", "no_result_count", "session_count", "view_session_count",
    "cart_session_count", "purchase_session_count", "session_conversion_pct", "revenue",
]  # fmt: skip


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("generated")
    arguments = ["--scale", "0.01", "--layout", "daily", "--searches", "--other-traffic", "0.1"]
    assert (
        cli.main(["generate", "--output", str(folder), *arguments, "--start", "2025-01-10", "--end", "2025-02-20"]) == 0
    )
    write(folder / "events" / "over" / "2025-01-31.csv", OVER)
    write(folder / "events" / "over" / "2025-02-20.csv", LATE)
    (folder / "events" / "browsers").mkdir()
    for name, rows in (("2025-02-01", APART), ("2025-02-20", LOGINS)):
        (folder / "events" / "browsers" / f"{name}.csv").write_text("\n".join([BROWSERS, *rows, ""]))
    # Some events of bots and of the shop's own people are searches, too.
    for path in sorted((folder / "events" / "traffic").glob("*.csv")):
        rows = pd.read_csv(path, dtype=str, keep_default_na=False)
        rows["search_term"] = ["Gift card" if number % 3 == 0 else "" for number in range(len(rows))]
        rows.loc[rows["search_term"] != "", ["event_type", "product_id", "amount_usd"]] = ["search", "", ""]
        # Or the same search again within a second would be a repeat.
        rows["payment"] = [f"p{number}" for number in range(len(rows))]
        rows.to_csv(path, index=False)
    return folder


@pytest.fixture(scope="module")
def traffic(files: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((files / "manifest.json").read_text())["truth"]["traffic"]
    return found


def write(path: Path, events: list[tuple[str, ...]]) -> None:
    columns = ["event_id", "session_id", "timestamp", "event_type", "product_id", "amount_usd", "search_term"]
    path.parent.mkdir(exist_ok=True)
    pd.DataFrame(events, columns=[*columns, "search_results"]).reindex(columns=list(HEADER)).to_csv(path, index=False)


def build(shop: Shop, traffic: dict[str, Any], *arguments: str) -> None:
    variables = json.dumps({"internal_addresses": traffic["internal_addresses"]})
    command = ["build", "--exclude-resource-type", "unit_test", "--indirect-selection", "cautious", "--vars", variables]
    shop.succeed(*command, "--select", "+site_searches", *arguments)


def deliver(shop: Shop, files: Path, wanted: Callable[[Path], bool]) -> None:
    for path in sorted(files.glob("*/**/*.csv")):
        if wanted(path):
            shop.deliver({str(path.relative_to(files)): path.read_bytes()})


def expected(shop: Shop, traffic: dict[str, Any], min_visitors: int = 3) -> pd.DataFrame:
    """From the files in the order of their delivery, session by session."""
    paths = sorted(shop.landing.glob("events/**/*.csv"), key=lambda path: (path.name == "corrected.csv", path))
    events = pd.concat([pd.read_csv(path, dtype=str, keep_default_na=False) for path in paths])
    events = events.drop_duplicates("event_id", keep="last").fillna("")
    left_out = {session for sessions in traffic["excluded_sessions"].values() for session in sessions}
    events = events[~events["session_id"].isin(left_out)]
    events["month"] = events.groupby("session_id")["timestamp"].transform("min").str[:7]
    words = events["search_term"].map(lambda text: " ".join(re.sub(r"\S+@\S+", "[email]", text).lower().split()))
    events["term"] = words.where(events["event_type"] == "search")
    # The customers that visits have by their browser have tests of their own.
    known = shop.table("gold.session_metrics").set_index("session_id")
    visitors = known["customer_id"].where(known["customer_id"] != "UNKNOWN").fillna(known["visitor_id"])
    events["visitor"] = events["session_id"].map(visitors).fillna(events["session_id"])
    in_visitors = events.groupby(["month", "term"])["visitor"].transform("nunique")
    events["term"] = events["term"].where(
        events["term"].isna() | (in_visitors >= min_visitors) & (words != ""), "(other)"
    )
    visits = []
    for _, visit in events.groupby("session_id"):
        paid = pd.to_numeric(visit.loc[visit["event_type"] == "purchase", "amount_usd"]).sum()
        for term, searches in visit.groupby("term"):
            after = visit[visit["timestamp"] >= searches["timestamp"].min()]
            bought = bool((after["event_type"] == "purchase").any())
            results = searches.loc[searches["search_results"] != "", "search_results"].astype(int)
            visits.append({
                "month": visit["month"].iloc[0], "term": term, "search_count": len(searches),
                "counted_search_count": len(results), "no_result_count": (results == 0).sum(), "session_count": 1,
                "view_session_count": ((after["event_type"] == "page_view") & (after["product_id"] != "")).any(),
                "cart_session_count": (after["event_type"] == "add_to_cart").any(), "purchase_session_count": bought,
                "revenue": paid if bought else 0,
            })  # fmt: skip
    rows = pd.DataFrame(visits).groupby(["month", "term"], as_index=False).sum()
    rows["no_result_count"] = rows["no_result_count"].where(rows["counted_search_count"] > 0).astype(float)
    rows["session_conversion_pct"] = 100 * rows["purchase_session_count"] / rows["session_count"]
    return rows


def assert_as_expected(shop: Shop, traffic: dict[str, Any], min_visitors: int = 3) -> pd.DataFrame:
    wanted = expected(shop, traffic, min_visitors)
    found = shop.table("gold.site_searches")
    assert (found["month"].astype(str).str[:7] == found["_month"]).all()
    found = found.assign(month=found["_month"])
    key = ["month", "term"]
    for rows in (found, wanted):
        rows[FIGURES] = rows[FIGURES].astype(float)
    pd.testing.assert_frame_equal(
        found[key + FIGURES].sort_values(key).reset_index(drop=True),
        wanted[key + FIGURES].sort_values(key).reset_index(drop=True),
        atol=0.0051,
        rtol=0,
    )
    return wanted


def test_searches_in_one_load_and_in_batches(
    files: Path, traffic: dict[str, Any], new_shop: Callable[[], Shop]
) -> None:
    shop = new_shop()
    deliver(shop, files, lambda path: path.stem <= "2025-02-10" and path.stem != "2025-01-20")
    build(shop, traffic)
    rows = assert_as_expected(shop, traffic).set_index(["month", "term"])
    # There is something of everything.
    assert {"2025-01", "2025-02", "2025-04"} == set(rows.index.get_level_values("month"))
    assert {"yoga mat", "caf\u00e9 lamp", "gift card", "(other)"} <= set(rows.index.get_level_values("term"))
    missed = rows["no_result_count"] / rows["counted_search_count"]
    assert missed.between(0.01, 0.99).any() and (missed == 1).any()
    assert not shop.table("gold.site_searches")["term"].str.contains("@").any()
    assert not shop.table("silver.int_events")["search_term"].str.contains("@").any()

    # Late files, among them a purchase in February that ends a visit of January.
    deliver(shop, files, lambda path: path.stem > "2025-02-10" or path.stem == "2025-01-20")
    build(shop, traffic)
    after = assert_as_expected(shop, traffic).set_index(["month", "term"])
    assert (after.loc[("2025-01", "yoga mat")] >= rows.loc[("2025-01", "yoga mat")])[["session_count", "revenue"]].all()
    # Two of three browsers turn out to be one person's, by nothing that happened in the month of the searches.
    assert ("2025-04", "wedding") in rows.index and ("2025-04", "wedding") not in after.index

    # A corrected search: no other month is written.
    before = shop.table("gold.site_searches")
    corrected = [("a1", "alone", "2025-04-30T23:59:00", "search", "", "", "gift cards", "2")]
    write(shop.landing / "events" / "corrected.csv", corrected)
    build(shop, traffic)
    assert_as_expected(shop, traffic)
    found = shop.table("gold.site_searches")
    assert set(found[found["_version"] > before["_version"].max()]["_month"]) == {"2025-04"}
    versions = shop.versions()
    build(shop, traffic)
    assert shop.versions() == versions, "without anything new, nothing is written"

    whole = new_shop()
    deliver(whole, shop.landing, lambda path: path.name != "corrected.csv")
    whole.deliver({"events/zz.csv": (shop.landing / "events" / "corrected.csv").read_bytes()})
    build(whole, traffic)
    tables = [each.tables("silver", "gold") for each in (shop, whole)]
    assert_same(*({name: each[name] for name in ("silver.int_events", "gold.site_searches")} for each in tables))

    # Fewer visitors are enough.
    few = json.dumps({"search_min_visitors": 1, "internal_addresses": traffic["internal_addresses"]})
    shop.succeed("run", "--full-refresh", "--select", "site_searches", "--vars", few)
    assert len(assert_as_expected(shop, traffic, min_visitors=1)) > len(found)
