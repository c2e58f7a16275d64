"""The data of the cockpit: published reporting tables, in the database that the boards read."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from dashboards.cockpit.columns import Packed, pack, pack_texts

TABLES = ("gate", "rpt_executive_sales", "rpt_excluded_sessions", "rpt_order_lines", "rpt_sessions")
DIMENSIONS = ("source", "device", "country")

# The values of each dimension and the products, with their codes: places in the alphabet.
_CODES = """
create temp table {name}_codes as
select value, cast(row_number() over (order by value) - 1 as integer) as code
from (select {name} as value from rpt_sessions union select {name} from rpt_order_lines)
"""
_CATEGORIES = """
create temp table category_codes as
select value, cast(row_number() over (order by value) - 1 as integer) as code
from (select distinct category as value from rpt_order_lines)
"""
_PRODUCTS = """
create temp table product_codes as
select
    product_id as value,
    any_value(product_name) as name,
    any_value(category) as category,
    cast(row_number() over (order by product_id) - 1 as integer) as code
from rpt_order_lines
group by product_id
"""
# Flags: the stages that the session reached by a chain (0 to 15), 16 for a purchase, and 32 times its cart's outcome.
_SESSIONS = """
select
    cast(session_id as varchar) as session_id,
    session_date,
    source_codes.code as source,
    device_codes.code as device,
    country_codes.code as country,
    ordered_stage_count
    + case when has_purchased then 16 else 0 end
    + 32 * coalesce(list_position(['purchased', 'abandoned', 'recovered'], cart_outcome), 0) as flags,
    cast(100 * coalesce(cart_value, 0) as bigint) as cart
from rpt_sessions
inner join source_codes on rpt_sessions.source = source_codes.value
inner join device_codes on rpt_sessions.device = device_codes.value
inner join country_codes on rpt_sessions.country = country_codes.value
order by session_date, try_cast(session_id as bigint), session_id
"""
_ORDERS = """
select
    order_id,
    order_date,
    any_value(source_codes.code) as source,
    any_value(device_codes.code) as device,
    any_value(country_codes.code) as country,
    count(*) as lines
from rpt_order_lines
inner join source_codes on rpt_order_lines.source = source_codes.value
inner join device_codes on rpt_order_lines.device = device_codes.value
inner join country_codes on rpt_order_lines.country = country_codes.value
group by order_id, order_date
order by order_date, try_cast(order_id as bigint), order_id
"""
_LINES = """
select
    product_codes.code as product,
    unit_count as units,
    cast(100 * gross_revenue as bigint) as gross,
    cast(100 * net_revenue as bigint) as net
from rpt_order_lines
inner join product_codes on rpt_order_lines.product_id = product_codes.value
order by order_date, try_cast(order_id as bigint), order_id, line_number
"""
# -1 for a day without an expectation.
_DAYS = """
select
    cast(100 * coalesce(expected_revenue, -0.01) as bigint) as expected,
    cast(100 * coalesce(lower_bound, -0.01) as bigint) as lower,
    cast(100 * coalesce(upper_bound, -0.01) as bigint) as upper,
    cast(is_anomaly as integer) as anomaly
from rpt_executive_sales
order by sales_date
"""


@dataclass(frozen=True)
class Data:
    """The contents of a page: header, for JSON; figures and the identifiers of sessions and orders, packed."""

    header: dict[str, Any]
    figures: Packed
    session_ids: Packed
    order_ids: Packed


def read(database: Path) -> Data:
    """Read the tables. Days, sessions and orders are in the order of time; amounts are in cents."""
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute(f"use {schema_of(connection)}")
        gate = connection.sql(
            "select first_date, last_date, currency, time_zone, quarantined_row_count, missing_entities, funnel_stages "
            "from gate"
        ).fetchone()
        assert gate is not None
        first, last, currency, time_zone, quarantined, missing, stages = gate
        left_out = connection.sql("select coalesce(sum(session_count), 0) from rpt_excluded_sessions").fetchone()
        assert left_out is not None
        for name in DIMENSIONS:
            connection.execute(_CODES.format(name=name))
        connection.execute(_CATEGORIES)
        connection.execute(_PRODUCTS)
        dictionaries = {name: _values(connection, name) for name in (*DIMENSIONS, "category")}
        products = connection.sql(
            "select p.value, p.name, c.code from product_codes p join category_codes c on p.category = c.value "
            "order by p.code"
        ).fetchall()
        sessions, orders, lines, days = (_columns(connection, query) for query in (_SESSIONS, _ORDERS, _LINES, _DAYS))

    day_count = (last - first).days + 1 if last else 0
    figures = {
        "session_days": _count_by_day(sessions["session_date"], first, day_count),
        **{f"session_{name}": sessions[name] for name in (*DIMENSIONS, "flags", "cart")},
        "order_days": _count_by_day(orders["order_date"], first, day_count),
        **{f"order_{name}": orders[name] for name in (*DIMENSIONS, "lines")},
        **{f"line_{name}": values for name, values in lines.items()},
        **{f"day_{name}": values for name, values in days.items()},
    }
    header = {
        "first": first.isoformat() if first else None,
        "last": last.isoformat() if last else None,
        "days": day_count,
        "currency": currency,
        "timeZone": time_zone,
        "quarantined": quarantined,
        "excluded": int(left_out[0]),
        "missing": missing,
        "stages": stages.split(", ") if stages else [],
        "dictionaries": dictionaries,
        "products": {
            "id": [product_id for product_id, _, _ in products],
            "name": [name for _, name, _ in products],
            "category": [category for _, _, category in products],
        },
    }
    return Data(header, pack(figures), pack_texts(list(sessions["session_id"])), pack_texts(list(orders["order_id"])))


def schema_of(connection: duckdb.DuckDBPyConnection) -> str:
    """The schema of the published tables, quoted."""
    found = connection.sql("select table_schema from information_schema.tables where table_name = 'gate'").fetchone()
    assert found is not None, "the database has no table gate"
    return '"{}"'.format(found[0].replace('"', '""'))


def _columns(connection: duckdb.DuckDBPyConnection, query: str) -> dict[str, np.ndarray[Any, Any]]:
    return {name: np.asarray(values) for name, values in connection.sql(query).fetchnumpy().items()}


def _values(connection: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    return [value for (value,) in connection.sql(f"select value from {name}_codes order by code").fetchall()]


def _count_by_day(days: np.ndarray[Any, Any], first: date | None, day_count: int) -> np.ndarray[Any, Any]:
    """How many rows each day has."""
    places = (days.astype("datetime64[D]") - np.datetime64(first or date.min)).astype(np.int64)
    return np.bincount(places, minlength=day_count)
