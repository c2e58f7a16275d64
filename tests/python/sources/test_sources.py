"""A shop's tables do not depend on the systems that its exports come from."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from shop import PROJECT, Files, Shop, assert_same, comparable

pytestmark = pytest.mark.slow

PERIOD = ("--start", "2025-01-20", "--end", "2025-02-05")


# What the tests of a source look at, and what is made on the way there.
PARTICULAR = ("--exclude", "resource_type:test", "resource_type:unit_test", "--select")
PARTICULAR += ("+product_metrics", "+session_metrics", "+site_searches", "+quarantine")


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
        if name == "gold.campaign_performance":  # orders by the last touch
            continue
        rows = comparable(shop.path(name))
        rows = rows[[column for column in rows if column not in without]]
        tables[name] = rows.sort_values(list(rows)).reset_index(drop=True)
    return tables


# What the formats cannot say, as docs/sources.md lists it: ages; the day a customer signed up, in the admin's export; the
# numbers of sessions. What only they can say is the browser, and the session that bought, and so the last touch of an order.
BY_LAST_TOUCH = ("last_touch", "last_non_direct", "position_based")
UNSAID = (
    *("session_id", "visitor_id", "age", "signup_date", "days_since_signup"),
    *BY_LAST_TOUCH,
    *(f"{model}_revenue" for model in BY_LAST_TOUCH),
)


@pytest.fixture(scope="module")
def native(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    shop = Shop(tmp_path_factory.mktemp("native"))
    generate(shop.landing, "--scale", "0.005")
    shop.build()
    return gold(shop, UNSAID)


@pytest.mark.parametrize(
    ("sources", "deliveries"),
    [
        pytest.param("shopify,ga4", [("shopify,ga4",)], marks=pytest.mark.nightly),
        ("shopify,ga4", [("shopify", "--format", "jsonl"), ("ga4", "--format", "parquet")]),
        pytest.param("shopify,snowplow", [("shopify,snowplow",)], marks=pytest.mark.nightly),
    ],
)
def test_gold_is_the_same_whatever_way_it_comes(
    tmp_path: Path, native: dict[str, pd.DataFrame], sources: str, deliveries: list[tuple[str, ...]]
) -> None:
    shop = shop_of(tmp_path, sources)
    for number, (names, *arguments) in enumerate(deliveries):
        generate(tmp_path / str(number), "--scale", "0.005", "--source", names, *arguments)
        shutil.copytree(tmp_path / str(number), shop.landing, dirs_exist_ok=True)
    result = shop.dbt("build", "--exclude-resource-type", "unit_test")
    bad = [f"{r.node.name}: {r.message}" for r in result.result or [] if str(r.status) in ("error", "fail")]
    assert result.success, bad or result.exception

    found = gold(shop, UNSAID)
    # No source but the native one has reviews.
    assert found.pop("gold.product_ratings").empty
    assert_same(found, {name: rows for name, rows in native.items() if name != "gold.product_ratings"})
    assert shop.table("silver.quarantine").empty
    events = shop.table("silver.int_events")
    assert set(events["_source_system"]) == {sources.split(",")[1]}

    # The last touch of an order is the session that its purchase happened in.
    purchases = events[(events["event_type"] == "purchase") & events["order_id"].notna()][["order_id", "session_id"]]
    bought_in = purchases.merge(shop.table("gold.session_metrics")[["session_id", "source"]])
    attributed = shop.table("gold.channel_attribution").query("last_touch == 1")[["order_id", "source"]]
    both = attributed.merge(bought_in, on="order_id")
    assert len(both) > 100
    assert (both["source_x"] == both["source_y"]).all()


@pytest.mark.nightly
def test_late_files_in_batches_give_the_tables_of_one_load(tmp_path: Path) -> None:
    files = tmp_path / "files"
    late = ("--layout", "daily", "--late-rate", "0.3")
    generate(files, "--scale", "0.002", "--source", "shopify,ga4", *late)
    paths = sorted(path.relative_to(files) for path in files.glob("*/*/*"))
    batches, whole = shop_of(tmp_path / "batches", "shopify,ga4"), shop_of(tmp_path / "whole", "shopify,ga4")
    for start in (2, 1, 0):
        # Every third file of every export, so that customers and sessions come after their orders and events.
        for path in paths[start::3]:
            batches.deliver({str(path): (files / path).read_bytes()})
        batches.build()
    for path in paths:
        whole.deliver({str(path): (files / path).read_bytes()})
    whole.build()
    assert len(whole.table("silver.int_orders")) > 30
    assert_same(batches.tables("silver", "gold"), whole.tables("silver", "gold"))


def test_what_is_particular_to_shopify(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, "shopify")
    head = "Name,Email,Financial Status,Subtotal,Discount Amount,Shipping,Taxes,Currency,Cancelled at,Total,Created at,Lineitem quantity,Lineitem name,"
    head += "Lineitem price,Lineitem sku"
    orders: Files = {
        "shopify/orders.csv": "\n".join(
            [
                head,
                "#1001,ann@example.com,paid,27.00,3.00,4.00,2.00,USD,,31.00,2025-01-31 23:54:11 -0400,1,Atlas,20.00,A-1",
                "#1001,ann@example.com,,,,,,,,,2025-01-31 23:54:11 -0400,2,Gift card - 5 / Red,5.00,",
                "#00123,Bob@Example.com,pending,5.00,0.00,0.00,0.00,USD,2025-02-01 01:00:00 -0500,5.00,2025-02-01 00:00:00 +0000,1,Gift card - 5 / Red,5.00,",
                "#1003,ann@example.com,paid,oops,0.00,0.00,0.00,USD,,5.00,2025-02-01 00:00:00 +0000,1,Atlas,20.00,A-1",
            ]
        )
    }
    shop.deliver(orders)
    shop.succeed("build", *PARTICULAR)
    found = shop.table("silver.int_orders").set_index("order_id")
    assert sorted(found.index) == ["00123", "1001"]
    assert str(found.loc["1001", "order_time"]).startswith("2025-02-01 03:54:11")
    assert [str(found.loc["1001", name]) for name in ("subtotal_usd", "total_usd", "discount_pct")] == [
        *("30.00", "31.00", "10.00")
    ]
    assert found.loc["1001", "taxes_included"]
    assert str(found.loc["00123", "cancelled_at"]).startswith("2025-02-01 06:00:00")
    assert str(found.loc["00123", "customer_id"]).startswith("email-")
    quarantine = shop.table("silver.quarantine")
    assert quarantine[["entity", "rule", "value"]].values.tolist() == [["orders", "invalid_number", "oops"]]
    assert json.loads(quarantine["raw_row"][0])["name"] == "#1003"

    # The customers, and the catalogue, come later: orders and lines find them.
    shop.deliver(
        {
            "shopify/customers.csv": "Customer ID,First Name,Last Name,Email\n'7,Bob,Smith,bob@example.com\n",
            "shopify/products.csv": "Handle,Title,Option1 Value,Option2 Value,Variant SKU,Variant Price,Image Src\n"
            "card,Gift card,5,Red,,5.00,\ncard,,5,Blue,,5.00,\ncard,,,,,,2.jpg\n",
        }
    )
    shop.succeed("build", *PARTICULAR)
    assert shop.table("silver.int_orders").set_index("order_id").loc["00123", "customer_id"] == "7"
    assert sorted(shop.table("silver.int_products")["product_name"]) == ["Gift card - 5 / Blue", "Gift card - 5 / Red"]
    names = shop.table("gold.product_metrics").groupby("product_name")["purchase_count"].sum()
    assert names["Gift card - 5 / Red"] == 2, "a cancelled order is in no figure"
    assert shop.table("silver.quarantine")["value"].tolist() == ["oops"]


def test_what_is_particular_to_ga4(tmp_path: Path) -> None:
    def event(name: str, micros: int, items: list[str], session: str | None = "77", **more: object) -> str:
        params = [{"key": "ga_session_id", "value": {"int_value": session}}] if session else []
        params += [{"key": key, "value": value} for key, value in (more.pop("said", {})).items()]  # type: ignore[attr-defined]
        row = {"event_date": "20250131", "event_timestamp": str(micros), "event_name": name, "event_params": params}
        row |= {"user_pseudo_id": "1.5", "items": [{"item_id": item, "quantity": "2"} for item in items]} | more
        return json.dumps(row)

    start = 1_738_281_600_000_000
    shop = shop_of(tmp_path, "ga4")
    lines = [
        event(
            *("page_view", start, []),
            geo={"country": "Germany"},
            device={"category": "mobile"},
            session_traffic_source_last_click={
                "manual_campaign": {"source": "(not set)", "campaign_name": "Other"},
                "cross_channel_campaign": {"source": "google", "medium": "cpc", "campaign_name": "Brand"},
            },
        ),
        event("add_to_cart", start + 1, ["A-1", "B/2 x"], user_id="7"),
        event("purchase", start + 2, ["A-1"], ecommerce={"transaction_id": "#1001", "purchase_revenue": 12.5}),
        event("scroll", start + 3, []),
        event("page_view", start + 4, [], user_pseudo_id=None),
        event("newsletter", start + 5, []),
        event("page_view", start + 6, [], session=None),
        event("view_search_results", start + 7, [], said={"search_term": {"string_value": "Lamp of a@b.co"}}),
        event(
            "search", start + 8, [], said={"search_term": {"int_value": "1050"}, "search_results": {"int_value": "0"}}
        ),
        event("view_item", start + 9, ["A-1"], said={"search_term": {"string_value": "lamp"}}),
        # without consent: of a browser that is known, and of one that is not
        event("page_view", start + 10, [], user_id="7", privacy_info={"analytics_storage": "No"}),
        event(
            "purchase", start + 11, [], ecommerce={"transaction_id": "#1002"}, privacy_info={"analytics_storage": "No"}
        ),
        event("page_view", start + 12, [], user_pseudo_id=None, user_id="7", privacy_info={"analytics_storage": "No"}),
        event("page_view", start + 13, [], session=None, privacy_info={"analytics_storage": "No"}),
        event("page_view", start + 14, [], session="78", privacy_info={"analytics_storage": "Yes"}),
        event("page_view", start + 15, [], session="79", privacy_info={"analytics_storage": "Unset"}),
        "{broken",
    ]
    shop.deliver({"ga4/events/1.jsonl": "\n".join(lines)})
    shop.succeed("build", *PARTICULAR)
    events = shop.table("silver.int_events")
    assert sorted(events["product_id"].dropna()) == ["A-1", "A-1", "B/2 x"]
    searches = events[events["event_type"] == "search"].sort_values("event_time")
    assert searches["search_term"].tolist() == ["Lamp of [email]", "1050"]
    assert searches["search_results"].fillna(-1).tolist() == [-1, 0]
    assert events["search_term"].notna().sum() == 2, "what a search led to is no search"
    found = shop.table("gold.site_searches").to_dict("records")
    assert [(row["term"], row["search_count"], row["no_result_count"], row["view_session_count"]) for row in found] == [
        ("(other)", 2, 1, 1)
    ]
    sessions = shop.table("gold.session_metrics").sort_values("session_start_at").to_dict("records")
    session = sessions[:1]
    assert [(row["session_id"], row["customer_id"], row["country"], row["device"]) for row in session] == [
        ("1.5-77", "7", "DE", "mobile")
    ]
    assert [(row["customer_id"], row["has_consent"], row["event_count"]) for row in sessions[1:]] == [
        ("UNKNOWN", False, 2),
        ("7", True, 1),
        ("7", None, 1),
    ]
    assert sessions[1]["visitor_id"] is None and "1.5" not in sessions[1]["session_id"]
    shown = shop.dbt("show", "--select", "ga4_left_out_events", "--limit", "10").result.results[0].agate_table
    left_out = {(row["event_name"], row["is_without_consent"]): row["row_count"] for row in shown.rows}
    assert left_out == {("page_view", True): 3, ("scroll", False): 1}
    assert [(row["cart_count"], row["event_count"], str(row["revenue"])) for row in session] == [(1, 6, "12.50")]
    channel = ["traffic_source", "traffic_medium", "campaign", "channel_group"]
    assert [[row[column] for column in channel] for row in session] == [["google", "cpc", "Brand", "Paid Search"]]
    assert list(events["order_id"].dropna()) == ["1001"]
    quarantine = shop.table("silver.quarantine")
    assert sorted(quarantine["rule"]) == ["missing_key", "unknown_event_type", "unparsable_row"]


def test_two_sources_of_an_entity_need_a_choice(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, "native,ga4")
    result = shop.dbt("ls", parse=True)
    assert not result.success
    assert "Both native and ga4 give sessions." in str(result.exception)
    assert "Both native and ga4 give events." in str(result.exception)


def test_an_entity_of_another_source_needs_no_native_file(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, "native,ga4")
    event = {"event_date": "20250131", "event_timestamp": "1738281600000000", "event_name": "page_view"}
    shop.deliver(
        {
            "orders.csv": ["1,1,2025-01-31T10:06:00,card,0,20.00,20.00,,,"],
            "order_items.csv": ["1,10,20.00,1,20.00"],
            "ga4/events.jsonl": json.dumps(event | {"user_pseudo_id": "1.5", "event_params": []}),
        }
    )
    chosen = ("--vars", "{entities: {sessions: ga4, events: ga4}}")
    result = shop.dbt("run", "--select", "path:models/staging", *chosen, parse=True)
    assert result.success, [str(r.message) for r in getattr(result.result, "results", [])] or result.exception
    assert sorted(shop.table("bronze.ingested_files")["entity"]) == ["ga4_events", "order_items", "orders"]


def test_a_row_leaves_the_quarantine_with_what_it_is_looked_up_in(tmp_path: Path) -> None:
    """The session of an app's event, and the amount of a purchase, are in contexts that come in any order."""
    events = "event_id,event,event_name,collector_tstamp,platform,domain_sessionid\n"
    sessions = "root_id,session_id\n"
    files: list[Files] = [
        {
            "snowplow/events/1.csv": events
            + "e1,unstruct,screen_view,2025-01-31 10:00:00,mob,\n"
            + "e2,unstruct,screen_view,2025-01-31 10:01:00,mob,\n"
            + "e3,unstruct,newsletter,2025-01-31 10:02:00,web,s3\n"
            + "e4,unstruct,snowplow_ecommerce_action,2025-01-31 10:03:00,web,s4\n"
            + "e5,unstruct,site_search,2025-01-31 10:04:00,web,s4\n",
            "snowplow/transaction.csv": "root_id,transaction_id,revenue\ne4,1001,12.50\n",
        },
        {
            "snowplow/client_session/1.csv": sessions + "e1,s1\n",
            "snowplow/transaction/2.csv": "root_id,transaction_id,revenue\ne4,1001,much\n",
        },
        {
            "snowplow/client_session/2.csv": sessions + "e2,s2\n",
            "snowplow/site_search.csv": 'root_id,terms,total_results\ne5,"[""red"",""lamp""]",0\n',
        },
    ]
    batches = shop_of(tmp_path / "batches", "snowplow")
    quarantined = []
    for batch in files:
        batches.deliver(batch)
        batches.succeed("build", *PARTICULAR)
        rows = batches.table("silver.quarantine")
        quarantined.append(sorted(zip(rows["rule"], rows["_row_number"], strict=True)))
    unknown = ("unknown_event_type", 3)
    assert quarantined == [
        [("missing_key", 1), ("missing_key", 2), unknown],
        [("invalid_number", 4), ("missing_key", 2), unknown],
        [("invalid_number", 4), unknown],
    ]
    assert sorted(batches.table("silver.int_events")["event_id"]) == ["e1", "e2", "e5"]
    search = batches.table("silver.int_events").set_index("event_id").loc["e5"]
    assert (search["search_term"], search["search_results"]) == ("red lamp", 0)

    whole = shop_of(tmp_path / "whole", "snowplow")
    for batch in files:
        whole.deliver(batch)
    whole.succeed("build", *PARTICULAR)
    assert_same(batches.tables("silver", "gold"), whole.tables("silver", "gold"))
