"""Refunds of Shopify's bulk exports, from the orders that they stand in."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from shop import Shop, assert_same

pytestmark = pytest.mark.slow

TABLES = ("--select", "+daily_sales", "+sales_margins", "+books_by_month", "+quarantine")


def money(amount: str) -> dict[str, Any]:
    return {
        "shopMoney": {"amount": amount, "currencyCode": "USD"},
        "presentmentMoney": {"amount": "9", "currencyCode": "EUR"},
    }


def order(
    number: int,
    net: str,
    total: str,
    refunds: object,
    tax: str = "0.00",
    shipping: str = "0.00",
    has_taxes_included: bool | None = None,
) -> list[str]:
    """The lines of an order of two products, as a bulk operation writes them."""
    gid = f"gid://shopify/Order/{number}"
    head = {"id": gid, "name": f"#{number}", "createdAt": "2025-01-31T10:00:00Z", "displayFinancialStatus": "PAID"}
    amounts = {"subtotalPriceSet": net, "totalPriceSet": total, "totalTaxSet": tax, "totalShippingPriceSet": shipping}
    head |= {name: money(amount) for name, amount in amounts.items()}
    head |= {"refunds": refunds, "taxesIncluded": has_taxes_included}
    half = f"{float(net) / 2:.2f}"
    lines = [
        {"id": f"gid://shopify/LineItem/{number}{sku}", "name": sku, "sku": sku, "quantity": 1, "__parentId": gid}
        | {"originalUnitPriceSet": money(half)}
        for sku in ("A-1", "B-2")
    ]
    return [json.dumps(row) for row in (head, *lines)]


def refund(number: int, day: str, total: str, lines: object = (), shipping: object = ()) -> dict[str, Any]:
    made = {"id": f"gid://shopify/Refund/{number}", "createdAt": f"2025-02-{day}T10:00:00Z", "note": "does not fit"}
    return made | {"totalRefundedSet": money(total), "refundLineItems": lines, "refundShippingLines": shipping}


def goods(sku: str, amount: str, tax: str, restock: str = "RETURN") -> dict[str, Any]:
    line = {"quantity": 1, "restockType": restock, "subtotalSet": money(amount), "totalTaxSet": money(tax)}
    return line | {"lineItem": {"sku": sku, "name": sku}}


FIRST = refund(
    1,
    "01",
    "13.00",
    {"edges": [{"node": goods("A-1", "10.00", "0.80")}]},
    {"nodes": [{"subtotalAmountSet": money("2.00"), "taxAmountSet": money("0.20")}]},
)
OFTEN = {"net": "20.00", "total": "26.00", "tax": "2.00", "shipping": "4.00"}
FILES = [
    [
        *order(1001, refunds=[FIRST], **OFTEN),
        # The taxes are in the prices, and in the amounts of the refund: by the total, and as the export says.
        *order(1002, "12.00", "12.00", [refund(2, "02", "6.00", [goods("B-2", "6.00", "1.00", "NO_RESTOCK")])], "2.00"),
        *order(1008, "12.00", "12.50", [refund(8, "02", "6.00", [goods("B-2", "6.00", "1.00")])], "2.00", "0.00", True),
        *order(
            1009, "12.00", "12.00", [refund(9, "02", "7.00", [goods("B-2", "6.00", "1.00")])], "2.00", "0.00", False
        ),
        # Without lines, and less than the lines.
        *order(1003, "10.00", "10.00", [refund(3, "03", "4.00")]),
        *order(1004, "10.00", "10.00", [refund(4, "04", "4.00", [goods("A-1", "5.00", "0.00")])]),
        *order(1005, "10.00", "10.00", [refund(5, "05", "10.01")]),
        *order(1006, "10.00", "10.00", "oops"),
        *order(1007, "10.00", "10.00", []),
    ],
    # Later the order comes again, with what was given back since.
    order(1001, refunds=[FIRST, refund(6, "10", "9.80", {"nodes": [goods("B-2", "9.00", "0.80")]})], **OFTEN),
]


@pytest.fixture(scope="module")
def batches(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    shop = Shop(tmp_path_factory.mktemp("batches"))
    shop.sources = "shopify"
    for number, lines in enumerate(FILES):
        shop.deliver({f"shopify/bulk/{number}.jsonl": "\n".join(lines)})
        shop.succeed("build", "--exclude-resource-types", "test", "unit_test", *TABLES)
    return shop


def test_refunds_are_lines_shipping_and_what_is_given_back_beside_them(batches: Shop) -> None:
    lines = batches.table("silver.int_refund_lines").query("refused_by.isna()").sort_values(["refund_id", "product_id"])
    columns = ["order_id", "refund_id", "product_id", "returns", "returned_tax", "returned_shipping"]
    found = [
        [None if value != value else str(value) for value in row]
        for row in lines[[*columns, "is_restocked"]].astype(object).values.tolist()
    ]
    assert found == [
        ["1001", "1", "A-1", "10.00", "0.80", "0.00", "True"],
        ["1001", "1", "None", "0.00", "0.20", "2.00", "False"],
        ["1002", "2", "B-2", "5.00", "1.00", "0.00", "False"],
        ["1003", "3", "None", "4.00", "0.00", "0.00", "False"],
        ["1004", "4", "A-1", "5.00", "0.00", "0.00", "True"],
        ["1001", "6", "B-2", "9.00", "0.80", "0.00", "True"],
        ["1008", "8", "B-2", "5.00", "1.00", "0.00", "True"],
        ["1009", "9", "B-2", "6.00", "1.00", "0.00", "True"],
    ]
    assert lines["quantity"].fillna(0).astype(int).tolist() == [1, 0, 1, 0, 1, 1, 1, 1]
    assert set(lines["reason"]) == {"does not fit"}
    days = batches.table("gold.daily_sales").astype({"sales_date": str}).set_index("sales_date")
    assert [str(days.loc["2025-02-01", name]) for name in ("returns", "shipping", "tax")] == ["10.00", "-2.00", "-1.00"]


def test_a_refund_that_cannot_be_counted_is_in_the_quarantine(batches: Shop) -> None:
    rows = batches.table("silver.quarantine").sort_values("rule")
    assert rows[["entity", "rule", "column_name", "value"]].values.tolist() == [
        ["refunds", "invalid_id", "refund_id", "refunds: oops"],
        ["refunds", "negative_amount", "amount", "-1.00"],
        ["refunds", "refund_exceeds_order", "amount", "10.01"],
    ]
    named = [json.loads(row)["name"] for row in rows["raw_row"]]
    assert named == ["#1006", "#1004", "#1005"]


@pytest.mark.nightly
def test_refunds_in_batches_are_those_of_one_load(batches: Shop, new_shop: Callable[[], Shop]) -> None:
    whole = new_shop()
    whole.sources = "shopify"
    for number, lines in enumerate(FILES):
        whole.deliver({f"shopify/bulk/{number}.jsonl": "\n".join(lines)})
    result = whole.dbt("build", "--exclude", "resource_type:unit_test", "--indirect-selection", "cautious", *TABLES)
    failed = [r.node.name for r in result.result if str(r.status) in ("error", "fail")]
    # A third of the rows of this file are bad.
    assert failed in ([], ["most_rows_are_in_silver"])
    assert_same(batches.tables("silver", "gold"), whole.tables("silver", "gold"))
