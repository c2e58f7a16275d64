"""Published reporting tables that the cockpit reads, made without a build."""

from pathlib import Path

import duckdb
from shop import manifest

from dashboards.cockpit.tables import TABLES


def reporting_tables(database: Path, **rows: list[dict[str, object]]) -> Path:
    """A database like that of the boards, with the cockpit's tables as their contracts declare them, and these rows."""
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema reporting")
        for table in TABLES:
            columns = manifest().nodes[f"model.lakehouse.{table}"].columns
            named = ", ".join(f"{name} {column.data_type}" for name, column in columns.items())
            connection.execute(f"create table reporting.{table} ({named})")
            for row in rows.get(table, []):
                assert set(row) <= set(columns)
                connection.execute(
                    f"insert into reporting.{table} ({', '.join(row)}) values ({', '.join('?' * len(row))})",
                    list(row.values()),
                )
    return database


def session(session_id: str, day: str, **others: object) -> dict[str, object]:
    """A row of rpt_sessions: a session with one view."""
    visit = {"device": "mobile", "source": "paid", "country": "US"}
    return {
        "session_id": session_id, "session_date": day, **visit, "view_count": 1, "cart_count": 0, "checkout_count": 0,
        "order_count": 0, "has_purchased": False, "ordered_stage_count": 1, **others,
    }  # fmt: skip


def line(order_id: str, day: str, **others: object) -> dict[str, object]:
    """A row of rpt_order_lines: one unit for 10 dollars, of which 9 were paid."""
    return {
        "order_id": order_id, "line_number": 1, "order_date": day, "device": "mobile", "source": "paid", "country": "US",
        "product_id": "1", "product_name": "Lamp", "category": "Home", "unit_count": 1, "gross_revenue": 10,
        "net_revenue": 9, **others,
    }  # fmt: skip


def gate(first: str | None, last: str | None, currency: str = "USD") -> dict[str, object]:
    """The row of the gate."""
    return {
        "as_of_date": last, "first_date": first, "last_date": last, "net_revenue": 0, "currency": currency,
        "time_zone": "UTC", "quarantined_row_count": 0, "funnel_stages": "View, Cart, Checkout, Purchase",
    }  # fmt: skip


def day(sales_date: str, **others: object) -> dict[str, object]:
    """A row of rpt_executive_sales, with what the cockpit reads of it."""
    return {"sales_date": sales_date, "is_anomaly": False, **others}
