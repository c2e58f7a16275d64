"""Breaks tables of gold past dbt, each so that one test must fail."""

from collections.abc import Callable
from decimal import Decimal

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake
from shop import Shop


def rewrite(shop: Shop, table: str, **values: object) -> None:
    """Write values into a column of a table's rows, past dbt."""
    path = str(shop.path(table))
    rows = DeltaTable(path).to_pyarrow_table()
    for name, value in values.items():
        column = pa.array([value] * len(rows), rows.schema.field(name).type)
        rows = rows.set_column(rows.schema.get_field_index(name), pa.field(name, column.type), column)
    partitions = DeltaTable(path).metadata().partition_columns
    write_deltalake(path, rows, mode="overwrite", schema_mode="overwrite", partition_by=partitions)


def too_high_a_rate(shop: Shop) -> None:
    rewrite(shop, "gold.product_funnel", view_to_cart_pct=Decimal("130.00"))


def same_customer_twice(shop: Shop) -> None:
    rewrite(shop, "gold.customer_360", customer_id="1")


def product_without_name(shop: Shop) -> None:
    rewrite(shop, "gold.product_metrics", product_name=None)


# The test that must fail, what breaks the table, and a part of the rows that can be looked at then.
BROKEN: dict[str, tuple[Callable[[Shop], None], str]] = {
    "product_funnel__rates_from_0_to_100": (too_high_a_rate, "130"),
    "customer_360__one_row_for_each_customer": (same_customer_twice, "n_records"),
    "product_metrics__names_are_there": (product_without_name, "product_name"),
}
