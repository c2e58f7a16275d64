"""Published reporting tables that the cockpit reads, made without a build."""

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
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
            if table in rows:
                frame = pd.DataFrame(rows[table], dtype=object)
                assert set(frame) <= set(columns)
                frame = frame.where(frame.notna(), None)
                connection.execute(f"insert into reporting.{table} by name select * from frame")
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


def busy_shop(database: Path) -> Path:
    """Ten days from 2025-01-01 with 500 orders, many of them alike, and 900 sessions."""
    random = np.random.default_rng(7)
    days = [f"2025-01-{number:02}" for number in range(1, 11)]
    values = {"source": ["paid", "email"], "device": ["mobile", "tablet"], "country": ["DE", "FR"]}
    visit = lambda: {name: str(random.choice(each)) for name, each in values.items()}  # noqa: E731
    lines, sessions = [], []
    for number in range(500):
        common = {"order_id": f"o{number}", "day": str(random.choice(days)), **visit()}
        products = random.choice(4, size=random.integers(1, 3), replace=False, p=[0.7, 0.2, 0.05, 0.05])
        for place, product in enumerate(map(int, products)):
            units = 1 + int(random.random() < 0.2)
            lines.append(
                line(
                    **common, line_number=place + 1, product_id=str(product), product_name=f"Product {product}",
                    category=f"Category {product % 2}", unit_count=units, gross_revenue=units * (10 + product),
                    net_revenue=units * (9.5 + product),
                )
            )  # fmt: skip
    for number in range(900):
        stages = int(random.integers(0, 5))
        outcome = str(random.choice(["abandoned", "recovered"])) if stages < 4 else "purchased"
        cart = {"cart_outcome": outcome, "cart_value": 12.34 * stages} if stages > 1 else {}
        reached = {"ordered_stage_count": stages, "has_purchased": stages == 4}
        sessions.append(session(f"s{number}", str(random.choice(days)), **visit(), **reached, **cart))
    return reporting_tables(
        database,
        gate=[gate(days[0], days[-1])],
        rpt_order_lines=lines,
        rpt_sessions=sessions,
        rpt_executive_sales=[day(each) for each in days],
    )
