"""A shop with refunds, cancellations, three currencies and a clock with daylight saving has the figures of its books."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from shop import Shop, assert_same

from data_generator import cli

pytestmark = pytest.mark.slow

# Files up to each of these days come in a run of their own. Of February and later, the rates come one run too late.
CUTS = ("2025-02-10", "2025-03-12", "2099-01-01")
IN_ONE = ("2099-01-01",)
MADE = ("--books", "--time-zone", "America/New_York", "--layout", "daily", "--scale", "0.01")
PERIOD = ("--start", "2025-01-20", "--end", "2025-04-05")
BUILD = ("build", "--exclude", "resource_type:test", "resource_type:unit_test")


def in_new_york(root: Path, sources: str = "native", **variables: object) -> Shop:
    shop = Shop(root)
    shop.sources, shop.variables = sources, json.dumps({"shop_time_zone": "America/New_York", **variables})
    return shop


def messages(shop: Shop, *arguments: str) -> list[str]:
    """Build; the messages of what failed."""
    result = shop.dbt(*BUILD, *arguments)
    assert result.exception is None
    return [str(each.message) for each in result.result if str(each.status) == "error"]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate(tmp_path_factory.mktemp("books"))


def generate(root: Path, *arguments: str) -> Path:
    folder = root / "files"
    assert cli.main(["generate", "--output", str(folder), *MADE, *PERIOD, *arguments]) == 0
    return folder


def deliver(shop: Shop, files: Path, after: str, until: str) -> None:
    for file in sorted(files.glob("*/**/20*")):
        late = file.parent.name == "exchange_rates" and file.stem > "2025-02"
        # An entity has a file from the first run on, unless it is optional.
        if after < ("2025-02-11" if late and file.stem < "2025-02-11" else file.stem) <= until:
            shop.deliver({str(file.relative_to(files)): file.read_bytes()})


@pytest.fixture(scope="module")
def whole(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    shop = in_new_york(tmp_path_factory.mktemp("whole"))
    deliver(shop, files, "", "9999")
    assert messages(shop) == []
    return shop


def assert_books(shop: Shop, files: Path, absent: tuple[str, ...]) -> None:
    """Every step of every day is that of the books. Of the figures, those named are 0 in this shop."""
    books = json.loads((files / "manifest.json").read_text())["truth"]["books"]
    days = shop.table("gold.daily_sales").set_index("sales_date")
    days.index = days.index.astype(str)
    wrong = [
        (day, figure, value, str(days.loc[day, figure]))
        for day, figures in books["days"].items()
        for figure, value in figures.items()
        if str(value) != str(days.loc[day, figure])
    ]
    assert wrong == []
    assert len(books["days"]) > 60
    totals = days[list(next(iter(books["days"].values())))].sum()
    assert (totals.drop("exchange_difference").drop(list(absent)) > 0).all(), "a figure that is 0 is not tested"
    assert str(shop.table("gold.sales_margins")["payment_fees"].sum()) == books["payment_fees"]

    refused = shop.table("silver.quarantine")
    assert set(zip(refused["entity"], refused["rule"], strict=True)) == {("refunds", "refund_exceeds_order")}
    assert len(refused) == books["refused_refund_lines"] > 0
    assert (shop.table("gold.books_by_month").dropna(subset="ledger_amount")["difference"] == 0).all()


def test_every_step_of_every_day_is_that_of_the_books(files: Path, whole: Shop) -> None:
    assert_books(whole, files, ())
    assert whole.table("gold.books_by_month")["ledger_amount"].count() >= 21


@pytest.mark.nightly
def test_late_refunds_rates_and_cancellations_give_the_tables_of_one_load(
    files: Path, whole: Shop, tmp_path: Path
) -> None:
    shop = in_new_york(tmp_path / "parts")
    failures = []
    for after, until in pairwise(("", *CUTS)):
        deliver(shop, files, after, until)
        failures.append(messages(shop))
    assert "There are no exchange rates of these days:" in failures[0][0]
    assert "2025-02-01: GBP to USD (orders: 1)" in failures[0][0]
    assert failures[1:] == [[], []]
    assert_same(whole.tables(), shop.tables())


CHOSEN = dict.fromkeys(["customers", "products", "orders", "order_items"], "shopify") | {"refunds": "native"}


@pytest.mark.parametrize(
    ("sources", "ending", "variables", "cuts", "absent"),
    [
        ("shopify", "jsonl", {}, IN_ONE, ()),
        pytest.param("shopify", "jsonl", {}, CUTS[1:], (), marks=pytest.mark.nightly),
        # The files of the admin have no tips, fees or refunds; the refunds come in the native file.
        pytest.param("shopify,native", "csv", {"entities": CHOSEN}, IN_ONE, ("tips",), marks=pytest.mark.nightly),
    ],
)
def test_a_shop_of_shopify_has_the_books_of_the_generator(
    tmp_path: Path,
    sources: str,
    ending: str,
    variables: dict[str, object],
    cuts: tuple[str, ...],
    absent: tuple[str, ...],
) -> None:
    files = generate(tmp_path, "--source", sources, "--format", ending)
    shop = in_new_york(tmp_path / "shop", sources, **variables)
    only = ("--select", "+daily_sales", "+sales_margins", "+books_by_month", "+quarantine")
    for after, until in pairwise(("", *cuts)):
        deliver(shop, files, after, until)
        assert messages(shop, *only) == []
    assert_books(shop, files, absent)


SHOPIFY = {
    "shopify/customers.csv": "Customer ID,Email\n1,ann@example.com\n",
    "shopify/products.csv": "Handle,Title,Variant SKU\natlas,Atlas,A1\n",
    "shopify/orders.csv": (
        "Name,Email,Financial Status,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Created at,Lineitem quantity,"
        "Lineitem name,Lineitem price,Lineitem sku,Cancelled at\n"
        "#1,ann@example.com,paid,USD,18.00,5.00,1.44,24.44,2.00,2025-05-01 23:54:11 -0400,1,Atlas,20.00,A1,\n"
        "#2,ann@example.com,voided,USD,20.00,0.00,0.00,20.00,0.00,2025-05-02 10:00:00 -0400,1,Atlas,20.00,A1,\n"
        "#3,,refunded,USD,20.00,0.00,0.00,20.00,0.00,2025-05-02 11:00:00 -0400,1,Atlas,20.00,A1,2025-05-03 10:00:00 -0400\n"
        "#4,,partially_paid,USD,60.00,12.00,12.00,72.00,60.00,2025-05-03 11:00:00 -0400,2,Globe,60.00,B1,\n"
    ),
}


def test_orders_of_shopify_have_their_tax_shipping_and_status(tmp_path: Path) -> None:
    """Tax on top of the prices and in them, and a sale before midnight in New York; voided and cancelled orders."""
    shop = in_new_york(tmp_path / "shop", "shopify")
    shop.deliver(SHOPIFY)
    shop.succeed(*BUILD, "--select", "+daily_sales")
    columns = ["gross_sales", "discounts", "shipping", "tax", "total_sales", "paid", "outstanding", "cancelled_sales"]
    days = shop.table("gold.daily_sales").set_index("sales_date")[columns]
    assert {str(day): [str(value) for value in row] for day, row in days.iterrows()} == {
        "2025-05-01": ["20.00", "2.00", "5.00", "1.44", "24.44", "24.44", "0.00", "0.00"],
        "2025-05-02": ["0.00", "0.00", "0.00", "0.00", "0.00", "0.00", "0.00", "40.00"],
        "2025-05-03": ["100.00", "50.00", "10.00", "12.00", "72.00", "0.00", "72.00", "0.00"],
    }


@pytest.mark.nightly
def test_another_currency_or_time_zone_needs_a_full_refresh(whole: Shop) -> None:
    name = "full_refresh_after_a_new_currency_or_time_zone"

    def verdict(variables: str) -> str:
        result = whole.dbt("test", "--select", name, "--vars", variables, parse=True)
        return next(str(each.status) for each in result.result if each.node.name == name)

    assert verdict("{shop_time_zone: America/New_York}") == "pass"
    assert verdict("{shop_time_zone: Europe/Berlin}") == "fail"
    assert verdict("{shop_time_zone: America/New_York, shop_currency: EUR}") == "fail"
