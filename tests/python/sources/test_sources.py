"""A shop's tables do not depend on the systems that its exports come from."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from shop import PROJECT, Shop, assert_same, comparable

pytestmark = pytest.mark.slow

PERIOD = ("--start", "2025-01-20", "--end", "2025-02-05")


def generate(landing: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "data_generator", "generate", "--output", str(landing), *PERIOD, *arguments]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)


def shop_of(root: Path, sources: str) -> Shop:
    shop = Shop(root)
    shop.sources = sources
    return shop


def gold(shop: Shop, without: tuple[str, ...] = ()) -> dict[str, pd.DataFrame]:
    """The tables of gold without columns, in one order of what is left."""
    tables = {}
    for name in shop.names("gold"):
        rows = comparable(shop.path(name))
        rows = rows[[column for column in rows if column not in without]]
        tables[name] = rows.sort_values(list(rows)).reset_index(drop=True)
    return tables


# What the formats cannot say, as docs/sources.md lists it: ages; the day a customer signed up, in the admin's export; the
# numbers of sessions.
UNSAID = ("session_id", "age", "signup_date", "days_since_signup")


@pytest.fixture(scope="module")
def native(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    shop = Shop(tmp_path_factory.mktemp("native"))
    generate(shop.landing, "--scale", "0.005")
    shop.build()
    return gold(shop, UNSAID)


@pytest.mark.parametrize(
    ("sources", "deliveries"),
    [
        ("shopify,ga4", [("shopify,ga4",)]),
        ("shopify,ga4", [("shopify", "--format", "jsonl"), ("ga4", "--format", "parquet")]),
        ("shopify,snowplow", [("shopify,snowplow",)]),
    ],
)
def test_gold_is_the_same_whatever_way_it_comes(
    tmp_path: Path, native: dict[str, pd.DataFrame], sources: str, deliveries: list[tuple[str, ...]]
) -> None:
    shop = shop_of(tmp_path, sources)
    for number, (names, *arguments) in enumerate(deliveries):
        generate(tmp_path / str(number), "--scale", "0.005", "--source", names, *arguments)
        shutil.copytree(tmp_path / str(number), shop.landing, dirs_exist_ok=True)
    result = shop.dbt("build")
    bad = [f"{r.node.name}: {r.message}" for r in result.result or [] if str(r.status) in ("error", "fail")]
    assert result.success, bad or result.exception

    found = gold(shop, UNSAID)
    # No source but the native one has reviews.
    assert found.pop("gold.product_ratings").empty
    assert_same(found, {name: rows for name, rows in native.items() if name != "gold.product_ratings"})
    assert shop.table("silver.quarantine").empty
    assert set(shop.table("silver.int_events")["_source_system"]) == {sources.split(",")[1]}


def test_what_is_particular_to_ga4(tmp_path: Path) -> None:
    def event(name: str, micros: int, items: list[str], session: str | None = "77", **more: object) -> str:
        params = [{"key": "ga_session_id", "value": {"int_value": session}}] if session else []
        row = {"event_date": "20250131", "event_timestamp": str(micros), "event_name": name, "event_params": params}
        row |= {"user_pseudo_id": "1.5", "items": [{"item_id": item, "quantity": "2"} for item in items]} | more
        return json.dumps(row)

    start = 1_738_281_600_000_000
    shop = shop_of(tmp_path, "ga4")
    lines = [
        event("page_view", start, [], geo={"country": "Germany"}, device={"category": "mobile"}),
        event("add_to_cart", start + 1, ["A-1", "B/2 x"], user_id="7"),
        event("purchase", start + 2, ["A-1"], ecommerce={"transaction_id": "#1001", "purchase_revenue": 12.5}),
        event("scroll", start + 3, []),
        event("page_view", start + 4, [], user_pseudo_id=None),
        event("newsletter", start + 5, []),
        event("page_view", start + 6, [], session=None),
        "{broken",
    ]
    shop.deliver({"ga4/events/1.jsonl": "\n".join(lines)})
    shop.build()
    events = shop.table("silver.int_events")
    assert sorted(events["product_id"].dropna()) == ["A-1", "B/2 x"]
    session = shop.table("gold.session_metrics").to_dict("records")
    assert [(row["session_id"], row["customer_id"], row["country"], row["device"]) for row in session] == [
        ("1.5-77", "7", "DE", "mobile")
    ]
    assert [(row["cart_count"], row["event_count"], str(row["revenue"])) for row in session] == [(1, 3, "12.50")]
    assert list(events["order_id"].dropna()) == ["1001"]
    quarantine = shop.table("silver.quarantine")
    assert sorted(quarantine["rule"]) == ["missing_key", "unknown_event_type", "unparsable_row"]


def test_two_sources_of_an_entity_need_a_choice(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, "native,ga4")
    result = shop.dbt("ls", parse=True)
    assert not result.success
    assert "Both native and ga4 give sessions." in str(result.exception)
    assert "Both native and ga4 give events." in str(result.exception)
