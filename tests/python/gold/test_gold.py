"""Gold, from files in the landing folder to the figures: late data, unknown parents, dirty data, the day to count to."""

import json
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from deltalake import DeltaTable
from shop import HEADERS, PROJECT, Shop

pytestmark = pytest.mark.slow

FIRST = {
    "customers.csv": ["1,Ann,ann@example.com,us,30,2024-01-05,True", "2,Bob,,DE,,2024-02-10,"],
    "products.csv": ["10,Books,Atlas,20.00,12.00,8.00", "11,Toys,Kite,15.50,9.00,6.50"],
    "sessions.csv": [
        "100,1,2025-01-31T10:00:00,Mobile,organic,US",
        "101,2,2025-01-31T23:50:00,tablet,paid,DE",
        "102,,2025-02-02T10:00:00,desktop,email,US",
    ],
    "events.csv": [
        "1,100,2025-01-31T10:01:00,page_view,10,,,,,",
        "2,100,2025-01-31T10:02:00,add_to_cart,10,1,,,,",
        "3,100,2025-01-31T10:05:00,checkout,,,1,,,",
        "4,100,2025-01-31T10:06:00,purchase,,,,card,10,18.00",
        "5,101,2025-01-31T23:55:00,view,11,,,,,",
        "6,101,2025-02-01T00:05:00,cart,11,2,,,,",
        "7,102,2025-02-02T10:00:00,page_view,,,,,,",
        "8,103,2025-02-03T10:00:00,add_to_cart,99,1,,,,",
    ],
    "orders.csv": [
        "500,1,2025-01-31T10:06:00,card,10,20.00,18.00,US,mobile,organic",
        "501,77,2025-02-05T12:00:00,card,0,9.99,9.99,US,mobile,organic",
        "502,,2025-02-05T13:00:00,card,10,46.50,41.85,US,mobile,organic",
    ],
    "order_items.csv": ["500,10,20.00,1,20.00", "502,11,15.50,2,31.00", "502,11,15.50,1,15.50"],
    "reviews.csv": ["900,500,10,5,Fine,2025-02-02", "901,500,10,4,,2025-02-02", "902,502,99,,No stars,2025-02-06"],
}
LATE = {
    # The session 101 began the day, and the month, before what was thought.
    "events/late.csv": ["9,101,2025-01-30T23:40:00,page_view,10,,,,,"],
    "sessions/late.csv": ["103,2,2025-02-03T09:59:00,desktop,direct,DE"],
    "order_items/late.csv": ["501,11,5.00,2,10.00"],
    "products/late.csv": ["99,Sports,Ball,5.00,3.00,2.00", "10,Maps,World atlas,20.00,13.00,7.00"],
}


def rows(shop: Shop, table: str, columns: str) -> list[str]:
    """The columns of a table's rows, as a person would write them down."""
    found = DeltaTable(str(shop.path(table))).to_pyarrow_table(columns=columns.split()).to_pylist()
    return sorted(" ".join("-" if value is None else str(value) for value in row.values()) for row in found)


@pytest.fixture(scope="module")
def early(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    shop = Shop(tmp_path_factory.mktemp("early"))
    shop.deliver(FIRST)
    shop.build()
    return shop


@pytest.fixture(scope="module")
def late(early: Shop, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """The same shop after the late files, built with the tests of its data."""
    shop = early.copy(tmp_path_factory.mktemp("late") / "shop")
    shop.deliver(LATE)
    result = shop.dbt("build", "--exclude", "test_type:unit")
    failed = [f"{r.node.name}: {r.message}" for r in result.result if str(r.status) in ("error", "fail")]
    assert (failed, result.success) == ([], True)
    return shop


def test_products(early: Shop, late: Shop) -> None:
    columns = "event_date product_id product_name category view_count cart_count order_count purchase_count gross_revenue net_revenue"
    assert rows(early, "gold.product_metrics", columns) == [
        "2025-01-31 10 Atlas Books 1 1 1 1 20.00 18.00",
        "2025-01-31 11 Kite Toys 1 0 0 0 0.00 0.00",
        "2025-02-01 11 Kite Toys 0 1 0 0 0.00 0.00",
        "2025-02-03 99 UNKNOWN UNKNOWN 0 1 0 0 0.00 0.00",
        "2025-02-05 11 Kite Toys 0 0 1 3 46.50 41.85",
        "2025-02-05 UNKNOWN UNKNOWN UNKNOWN 0 0 1 0 0.00 9.99",
    ]
    assert rows(late, "gold.product_metrics", columns) == [
        "2025-01-30 10 World atlas Maps 1 0 0 0 0.00 0.00",
        "2025-01-31 10 World atlas Maps 1 1 1 1 20.00 18.00",
        "2025-01-31 11 Kite Toys 1 0 0 0 0.00 0.00",
        "2025-02-01 11 Kite Toys 0 1 0 0 0.00 0.00",
        "2025-02-03 99 Ball Sports 0 1 0 0 0.00 0.00",
        "2025-02-05 11 Kite Toys 0 0 2 5 56.50 51.84",
    ]
    columns = "event_date product_id view_to_cart_pct cart_to_purchase_pct overall_conversion_pct has_quick_add"
    assert rows(late, "gold.product_funnel", columns) == [
        "2025-01-30 10 0.00 0.00 0.00 False",
        "2025-01-31 10 100.00 100.00 100.00 False",
        "2025-01-31 11 0.00 0.00 0.00 False",
        "2025-02-01 11 0.00 0.00 0.00 True",
        "2025-02-03 99 0.00 0.00 0.00 True",
        "2025-02-05 11 0.00 0.00 0.00 False",
    ]
    assert rows(late, "gold.product_ratings", "product_id product_name avg_rating review_count") == [
        "10 World atlas 4.50 2"
    ]


def test_sessions_and_the_funnel(early: Shop, late: Shop) -> None:
    columns = (
        "session_id session_date duration_seconds event_count furthest_stage revenue customer_id device source country"
    )
    assert rows(early, "gold.session_metrics", columns) == [
        "100 2025-01-31 300 4 purchase 18.00 1 mobile organic US",
        "101 2025-01-31 600 2 add_to_cart 0.00 2 tablet paid DE",
        "102 2025-02-02 0 1 page_view 0.00 UNKNOWN desktop email US",
        "103 2025-02-03 0 1 add_to_cart 0.00 UNKNOWN UNKNOWN UNKNOWN UNKNOWN",
    ]
    assert rows(late, "gold.session_metrics", columns) == [
        "100 2025-01-31 300 4 purchase 18.00 1 mobile organic US",
        "101 2025-01-30 87900 3 add_to_cart 0.00 2 tablet paid DE",
        "102 2025-02-02 0 1 page_view 0.00 UNKNOWN desktop email US",
        "103 2025-02-03 0 1 add_to_cart 0.00 2 desktop direct DE",
    ]
    columns = "event_date stage_order stage event_count session_count ordered_session_count"
    moved = [line for line in rows(late, "gold.site_funnel", columns) if line < "2025-02-01"]
    assert moved == [
        "2025-01-30 1 page_view 2 1 1",
        "2025-01-30 2 add_to_cart 1 1 1",
        "2025-01-30 3 checkout 0 0 0",
        "2025-01-30 4 purchase 0 0 0",
        "2025-01-31 1 page_view 1 1 1",
        "2025-01-31 2 add_to_cart 1 1 1",
        "2025-01-31 3 checkout 1 1 1",
        "2025-01-31 4 purchase 1 1 1",
    ]
    assert rows(late, "candidate.rpt_site_funnel", "event_date device source country " + columns[11:])[:2] == [
        "2025-01-30 tablet paid DE 1 page_view 2 1 1",
        "2025-01-30 tablet paid DE 2 add_to_cart 1 1 1",
    ]


def test_sales(early: Shop, late: Shop) -> None:
    columns = "sales_date session_count order_count unit_count gross_revenue net_revenue average_order_value session_conversion_pct"
    assert rows(early, "gold.daily_sales", columns) == [
        "2025-01-31 2 1 1 20.00 18.00 18.00 50.00",
        "2025-02-01 0 0 0 0.00 0.00 - 0.00",
        "2025-02-02 1 0 0 0.00 0.00 - 0.00",
        "2025-02-03 1 0 0 0.00 0.00 - 0.00",
        "2025-02-04 0 0 0 0.00 0.00 - 0.00",
        "2025-02-05 0 2 3 46.50 51.84 25.92 0.00",
    ]
    changed = {
        "2025-01-30 1 0 0 0.00 0.00 - 0.00",
        "2025-01-31 1 1 1 20.00 18.00 18.00 100.00",
        "2025-02-05 0 2 5 56.50 51.84 25.92 0.00",
    }
    assert set(rows(late, "gold.daily_sales", columns)) - set(rows(early, "gold.daily_sales", columns)) == changed
    assert rows(late, "gold.sales_anomalies", "sales_date expected_revenue is_anomaly")[0] == "2025-01-30 - False"
    assert rows(
        late, "candidate.gate", "as_of_date first_date last_date net_revenue currency quarantined_row_count"
    ) == ["2025-02-05 2025-01-30 2025-02-05 69.84 USD 0"]


def test_customers(early: Shop, late: Shop) -> None:
    columns = "customer_id name country session_count order_count lifetime_revenue gross_margin average_order_value customer_tier"
    assert rows(early, "gold.customer_360", columns) == [
        "1 Ann US 1 1 18.00 6.00 18.00 Standard Customer",
        "2 Bob DE 1 0 0.00 0.00 - Window Shopper",
        "77 UNKNOWN - 0 1 9.99 9.99 9.99 Standard Customer",
        "UNKNOWN UNKNOWN - 2 1 41.85 14.85 41.85 Standard Customer",
    ]
    assert rows(late, "gold.customer_360", columns) == [
        "1 Ann US 1 1 18.00 5.00 18.00 Standard Customer",
        "2 Bob DE 2 0 0.00 0.00 - Window Shopper",
        "77 UNKNOWN - 0 1 9.99 -8.01 9.99 Standard Customer",
        "UNKNOWN UNKNOWN - 1 1 41.85 14.85 41.85 Standard Customer",
    ]
    columns = "customer_id days_since_signup days_since_last_active first_active_at"
    assert rows(late, "candidate.rpt_customer_360", columns)[1] == "2 361 2 2025-01-30 23:40:00+00:00"


def test_the_day_to_count_to(late: Shop, tmp_path: Path) -> None:
    shop = late.copy(tmp_path / "shop")
    assert shop.dbt("run", "--select", "customer_360", "gate", "--vars", '{"as_of_date": "2025-06-30"}').success
    assert rows(shop, "candidate.gate", "as_of_date") == ["2025-06-30"]
    columns = "customer_id days_since_signup days_since_last_active"
    assert rows(shop, "gold.customer_360", columns) == ["1 542 150", "2 506 147", "77 - -", "UNKNOWN - 148"]


def test_a_day_to_count_to_that_is_no_day(late: Shop, tmp_path: Path) -> None:
    shop = late.copy(tmp_path / "shop")
    result = shop.dbt("run", "--select", "customer_360", "--vars", '{"as_of_date": "30/06/2025"}')
    assert [r.message for r in result.result if "YYYY-MM-DD, or empty. It is '30/06/2025'." in r.message]


def test_dashboard_queries_of_a_period(late: Shop) -> None:
    def answer(name: str, **period: str) -> list[dict[str, object]]:
        path = f"path:analyses/{name}.sql"
        result = late.dbt("show", "--select", path, "--vars", json.dumps(period), "--limit", "-1")
        assert result.success, result.exception
        table = result.result.results[0].agate_table
        return [{key: str(value) for key, value in row.dict().items()} for row in table.rows]

    february = {"start_date": "2025-02-01", "end_date": "2025-02-28"}
    total = answer("executive_sales_overview", **february)[0]
    assert [total[key] for key in ("row_type", "first_date", "last_date")] == ["period", "2025-02-01", "2025-02-05"]
    assert [total[key] for key in ("session_count", "order_count", "net_revenue")] == ["2", "2", "51.84"]
    assert (total["average_order_value"], total["session_conversion_pct"]) == ("25.92", "0.00")
    quiet = answer("executive_sales_overview", start_date="2025-02-01", end_date="2025-02-04")
    assert [row["row_type"] for row in quiet] == ["period", "day", "day", "day", "day"]
    assert {(row["net_revenue"], row["average_order_value"]) for row in quiet} == {("0.00", "0.00")}

    products = answer("product_performance", **february)
    assert [(row["product_id"], row["net_revenue"], row["cart_count"]) for row in products] == [
        ("11", "51.84", "1"),
        ("99", "0.00", "1"),
    ]
    stages = answer("site_wide_funnel", end_date="2025-01-31")
    assert [(row["stage"], row["ordered_session_count"]) for row in stages] == [
        ("page_view", "2"),
        ("add_to_cart", "2"),
        ("checkout", "1"),
        ("purchase", "1"),
    ]
    assert [row["step_conversion_pct"] for row in stages] == ["None", "100.00", "50.00", "100.00"]
    assert [row["overall_conversion_pct"] for row in stages] == ["100.00", "100.00", "50.00", "50.00"]
    tiers = {row["customer_tier"]: row["customer_count"] for row in answer("customer_tiers")}
    assert tiers == {"Standard Customer": "3", "Window Shopper": "1"}
    assert {row["customer_tier"] for row in answer("customer_tiers", start_date="2025-02-04")} == {"Standard Customer"}


def test_a_shop_without_rows(new_shop: Callable[[], Shop]) -> None:
    shop = new_shop()
    shop.deliver({f"{entity}.csv": [] for entity in HEADERS})
    result = shop.dbt("build", "--exclude", "test_type:unit")
    assert (result.success, result.exception) == (True, None)
    assert {name for name in shop.names("gold", "candidate") if len(shop.table(name))} == {"candidate.gate"}
    assert rows(
        shop, "candidate.gate", "as_of_date first_date last_date net_revenue currency quarantined_row_count"
    ) == ["- - - 0.00 USD 0"]


def test_dirty_data_gives_the_figures_of_the_clean(new_shop: Callable[[], Shop]) -> None:
    shop = new_shop()
    command = [sys.executable, "-m", "data_generator", "generate", "--output", str(shop.landing)]
    arguments = ["--scale", "0.01", "--dirty-rate", "0.05"]
    subprocess.run([*command, *arguments], cwd=PROJECT, check=True, capture_output=True)
    truth = json.loads((shop.landing / "manifest.json").read_text())["truth"]
    shop.build()

    sales = shop.table("gold.daily_sales")
    sessions = shop.table("gold.session_metrics")
    customers = shop.table("gold.customer_360")
    products = shop.table("gold.product_metrics")
    events = shop.table("gold.site_funnel").groupby("stage")["event_count"].sum().to_dict()
    for table, column in ((sales, "net_revenue"), (products, "net_revenue"), (customers, "lifetime_revenue")):
        assert table[column].sum() == Decimal(truth["net_revenue_usd"])
    for table in (sales, products):
        assert table["gross_revenue"].sum() == Decimal(truth["gross_revenue_usd"])
    assert sales["order_count"].sum() == customers["order_count"].sum() == truth["orders"]
    assert sales["unit_count"].sum() == products["purchase_count"].sum() == truth["units"]
    assert (customers["order_count"] > 0).sum() == truth["buyers"]
    assert sales["session_count"].sum() == customers["session_count"].sum() == len(sessions) == truth["sessions"]
    assert events == truth["events"]
    assert (sessions["cart_count"] > 0).sum() == truth["sessions_with_cart"]
    assert (sessions["checkout_count"] > 0).sum() == truth["sessions_with_checkout"]
    assert sessions["has_purchased"].sum() == truth["sessions_with_purchase"]
