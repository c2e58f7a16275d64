"""Bad files of every format, and rows with bad fields: an error that names the file, or the quarantine. Nothing is lost."""

import gzip
import io
import json
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from shop import Files, Shop

pytestmark = pytest.mark.slow

START = 1_738_281_600_000_000
SESSION = [{"key": "ga_session_id", "value": {"int_value": 77}}]
CUSTOMERS = "Customer ID,First Name,Last Name,Email\n"
ORDERS = "Name,Email,Subtotal,Created at,Lineitem quantity,Lineitem name,Lineitem price\n"


def event(number: int, name: str = "page_view", **fields: Any) -> dict[str, Any]:
    row = {"event_date": "20250131", "event_timestamp": START + number, "event_name": name, "user_pseudo_id": "1.5"}
    return row | {"event_params": SESSION, "items": [{"item_id": "A-1", "quantity": "2"}]} | fields


def lines(*rows: dict[str, Any]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def parquet(**columns: Any) -> bytes:
    data = io.BytesIO()
    pq.write_table(pa.table(columns), data)
    return data.getvalue()


@pytest.fixture
def shop(new_shop: Callable[[], Shop]) -> Shop:
    shop = new_shop()
    shop.sources = "shopify,ga4"
    return shop


def test_a_file_that_cannot_be_read_stops_its_export_and_is_named(shop: Shop) -> None:
    good: Files = {
        "ga4/events/good.jsonl": lines(event(1)),
        "shopify/customers.csv": "\ufeff" + CUSTOMERS.replace("\n", "\r\n") + "'7,Bob,Smith,bob@example.com\r\n",
        "shopify/products.csv": "Handle,Title,Variant SKU,Variant Price\n",
    }
    whole = parquet(event_date=["20250131"], event_timestamp=[START])
    bad: Files = {
        "ga4/events/array.json": b"[" + lines(event(2)) + b"]",
        "ga4/events/broken.jsonl": b'{"event_date": "20250131"\n',
        "ga4/events/cut.jsonl.gz": gzip.compress(lines(*(event(n) for n in range(999))))[:-20],
        "ga4/events/cut.parquet": whole[:-30],
        "ga4/events/lacks.parquet": whole,
        "ga4/events/none.jsonl": b"",
        "shopify/orders/semicolons.csv": ORDERS.replace(",", ";"),
        "shopify/orders/utf16.csv": ORDERS.encode("utf-16"),
        "shopify/orders/lacks.csv": ORDERS.replace("Created at", "Created"),
        "shopify/orders/cut.csv.gz": gzip.compress(ORDERS.encode() * 999)[:-20],
    }
    shop.deliver(good | bad)
    result = shop.dbt("run", "--select", "path:models/staging")
    said = {r.node.name: r.message for r in result.result if str(r.status) == "error"}
    assert said.keys() == {"stg_ga4_events", "stg_shopify_orders"}
    for path, reason in {
        "ga4/events/array.json": "a JSON array. Deliver JSON lines, an object on each line.",
        "ga4/events/broken.jsonl": "it has no row; record 1: not a JSON object.",
        "ga4/events/cut.jsonl.gz": "not a whole gzip file (",
        "ga4/events/cut.parquet": "it cannot be read (",
        "ga4/events/lacks.parquet": "the required columns event_name, event_params, user_pseudo_id are missing;",
        "ga4/events/none.jsonl": "the file is empty.",
        "shopify/orders/semicolons.csv": "the required columns name, created_at, lineitem_quantity,",
        "shopify/orders/utf16.csv": "the header cannot be read: not UTF-8. It seems to be in UTF-16.",
        "shopify/orders/lacks.csv": "the required column created_at is missing;",
        "shopify/orders/cut.csv.gz": "not a whole gzip file (",
    }.items():
        assert f"{path}: {reason}" in said["stg_ga4_events" if path.startswith("ga4") else "stg_shopify_orders"]
    assert sorted(shop.table("bronze.ingested_files")["entity"]) == ["shopify_customers", "shopify_products"]

    for path in bad:
        (shop.landing / path).unlink()
    shop.succeed("run", "--select", "path:models/staging")
    assert sorted(shop.table("bronze.ingested_files")["path"]) == sorted(good)
    assert shop.table("bronze.stg_shopify_customers")["customer_id"].tolist() == ["'7"]


def test_a_field_of_another_type_goes_to_the_quarantine_or_is_null(shop: Shop) -> None:
    cases: list[tuple[dict[str, Any], str | None]] = [
        (event(0), None),
        (event(1, event_params={"key": "x"}), "missing_key:session_id:None"),
        (event(2, event_params="text"), "missing_key:session_id:None"),
        (event(3, event_params=[1, 2]), "missing_key:session_id:None"),
        (event(4, event_params=[{"key": "ga_session_id"}]), "missing_key:session_id:None"),
        (event(5, event_params=[{"key": "ga_session_id", "value": 77}]), "missing_key:session_id:None"),
        (event(6, "add_to_cart", items="oops"), "invalid_id:product_id:items: oops"),
        (event(7, "add_to_cart", items=[{"item_id": "A-1", "quantity": {"x": 1}}]), 'invalid_number:qty:{"x":1}'),
        (event(8, "add_to_cart", items=[{"item_id": "A-1", "quantity": 2.5}]), "invalid_number:qty:2.5"),
        (event(9, "add_to_cart", items=[None]), None),
        (event(10, "add_to_cart", items=None), None),
        (event(11, "purchase", ecommerce={"purchase_revenue": "12,5"}), "invalid_number:amount_usd:12,5"),
        (event(12, "purchase", ecommerce="text"), None),
        (event(13, event_timestamp="yesterday"), "invalid_timestamp:timestamp:yesterday"),
        (event(14, event_timestamp=None), "invalid_timestamp:timestamp:None"),
        (event(15, event_name=None), "unknown_event_type:event_type:None"),
        (event(16, geo="Germany", device=[1]), None),
        (event(17, user_pseudo_id=1.5), None),
    ]
    without = {name: value for name, value in event(18).items() if name != "event_params"}
    cases.append((without, "missing_key:session_id:None"))
    shop.deliver(
        {
            "ga4/events/1.jsonl": lines(*(row for row, _ in cases)) + b"{broken\n" + "{é}\n".encode("cp1252"),
            # Numbers and times where the export has texts and integers; the second row lacks what is nested.
            "ga4/events/2.parquet": parquet(
                event_date=[20250131, 20250131],
                event_timestamp=pa.array([START + 100, START + 101], pa.timestamp("us")),
                event_name=["page_view", "page_view"],
                user_pseudo_id=[1.5, 1.5],
                event_params=pa.array([SESSION, None]),
            ),
            "shopify/orders.csv": ORDERS
            + "#1,bob@example.com,20.00,2025-01-31 10:00:00 +0000,1,Atlas,20.00\n"
            + "#2,bob@example.com,lots,yesterday,1,Atlas,20.00\n"
            + "#3,bob@example.com\n",
            "shopify/customers.csv": CUSTOMERS,
            "shopify/products.csv": "Handle,Title,Variant SKU,Variant Price\n",
        }
    )
    shop.build()
    expected = {("ga4/events/1.jsonl", number): rule for number, (_, rule) in enumerate(cases, 1) if rule}
    expected |= {("ga4/events/1.jsonl", len(cases) + n): "unparsable_row" for n in (1, 2)}
    expected |= {
        ("ga4/events/2.parquet", 2): "missing_key:session_id:None",
        ("shopify/orders.csv", 2): "invalid_timestamp:order_time:yesterday",
        ("shopify/orders.csv", 3): "unparsable_row",
    }
    found = {}
    for row in shop.table("silver.quarantine").to_dict("records"):
        field = "" if row["rule"] == "unparsable_row" else f":{row['column_name']}:{row['value']}"
        found[row["_source_file"], row["_row_number"]] = f"{row['rule']}{field}"
    assert found == expected
    # Each delivered row of the events is in silver or in the quarantine.
    events = shop.table("silver.int_events")
    rows = set(zip(events["_source_file"], events["_row_number"], strict=True)) | {
        key for key in found if "ga4" in key[0]
    }
    assert len(rows) == len(cases) + 4
    assert shop.table("silver.int_orders")["order_id"].tolist() == ["1"]
