"""The data of the cockpit: published reporting tables, in the database that the boards read."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from dashboards.cockpit.columns import Packed, pack, pack_texts

TABLES = ("gate", "rpt_executive_sales", "rpt_excluded_sessions", "rpt_order_lines", "rpt_sessions")
DIMENSIONS = ("source", "device", "country")
# Days before the end of a period in which carts are left that can still be won back.
OPEN_CART_DAYS = 7

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
create temp view coded_sessions as
select
    cast(session_id as varchar) as session_id,
    session_date,
    source_codes.code as source,
    device_codes.code as device,
    country_codes.code as country,
    ordered_stage_count as stages,
    has_purchased,
    cart_outcome,
    ordered_stage_count
    + case when has_purchased then 16 else 0 end
    + 32 * coalesce(list_position(['purchased', 'abandoned', 'recovered'], cart_outcome), 0) as flags,
    cast(100 * coalesce(cart_value, 0) as bigint) as cart
from rpt_sessions
inner join source_codes on rpt_sessions.source = source_codes.value
inner join device_codes on rpt_sessions.device = device_codes.value
inner join country_codes on rpt_sessions.country = country_codes.value
"""
# Who reached a stage has reached those before it.
_STAGE = "    count(*) filter (where stages >= {number}) as stage_{number},\n"
_VISITS = """
select
    session_date as day,
    source,
    device,
    country,
    count(*) as sessions,
    count(*) filter (where has_purchased) as buyers,
{stages}    count(*) filter (where cart_outcome = 'abandoned') as left,
    cast(coalesce(sum(cart) filter (where cart_outcome = 'abandoned'), 0) as bigint) as value,
    count(*) filter (where cart_outcome = 'recovered') as recovered
from coded_sessions
group by session_date, source, device, country
order by session_date, source, device, country
"""
_SINGLE_SESSIONS = """
select session_id, flags, cart
from coded_sessions
where session_date >= $since
order by session_date, source, device, country, try_cast(session_id as bigint), session_id
"""
# Orders with their lines; without identifiers, orders of a day that are alike in everything are one.
_BASKETS = """
create temp table baskets as
with orders as (
    select
        order_id,
        order_date as day,
        any_value(source_codes.code) as source,
        any_value(device_codes.code) as device,
        any_value(country_codes.code) as country,
        list_sort(list({{
            'product': product_codes.code,
            'units': unit_count,
            'gross': cast(100 * gross_revenue as bigint),
            'net': cast(100 * net_revenue as bigint)
        }})) as lines
    from rpt_order_lines
    inner join source_codes on rpt_order_lines.source = source_codes.value
    inner join device_codes on rpt_order_lines.device = device_codes.value
    inner join country_codes on rpt_order_lines.country = country_codes.value
    inner join product_codes on rpt_order_lines.product_id = product_codes.value
    group by order_id, order_date
)
select {identifier} as order_id, day, source, device, country, lines, count(*) as orders
from orders
group by all
"""
_LINES_BY_DAY = "select day, sum(len(lines)) from baskets group by day order by day desc"
# Before the day `since`, products are left out: the orders of a day, source, device and country are one line.
_SALES = """
create temp table sales as
with totals as (
    select
        *,
        list_sum([line.units for line in lines]) as units,
        list_sum([line.gross for line in lines]) as gross,
        list_sum([line.net for line in lines]) as net
    from baskets
    where day < $since
),
all_sales as (
    select
        null as order_id,
        day,
        source,
        device,
        country,
        cast(sum(orders) as bigint) as orders,
        [{
            'product': 0,
            'units': cast(sum(orders * units) as bigint),
            'gross': cast(sum(orders * gross) as bigint),
            'net': cast(sum(orders * net) as bigint)
        }] as lines,
        sum(cast(orders as double) * net * net) as squares
    from totals
    group by day, source, device, country
    union all
    select
        order_id,
        day,
        source,
        device,
        country,
        orders,
        [
            {
                'product': line.product,
                'units': orders * line.units,
                'gross': orders * line.gross,
                'net': orders * line.net
            }
            for line in lines
        ] as lines,
        null as squares
    from baskets
    where day >= $since
)
select
    *,
    row_number() over (order by day, source, device, country, try_cast(order_id as bigint), order_id, lines) as place
from all_sales
"""
_BUYS = """
select day, source, device, country, count(*) as baskets
from sales
group by day, source, device, country
order by day, source, device, country
"""
_ORDERS = """
select order_id, orders, len(lines) as lines, squares
from sales
order by place
"""
_LINES = """
select line.product, line.units, line.gross, line.net
from (
    select place, unnest(lines) as line, generate_subscripts(lines, 1) as line_place
    from sales
) as all_lines
order by place, line_place
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
    """The contents of a page: header, for JSON, and packed columns.

    figures: what all figures are computed from. sessions, session_ids: single sessions, for the rows behind a figure.
    order_ids: of the orders in the figures, one for each; none if they are added up.
    """

    header: dict[str, Any]
    figures: Packed
    sessions: Packed
    session_ids: Packed
    order_ids: Packed


def read(database: Path, limit: int | None = None) -> Data:
    """Read the tables. Days, sessions and orders are in the order of time; amounts are in cents.

    limit: number of sessions, and of order lines, up to which the page has each of them; None: any number. Beyond it,
    single sessions are those of the last days, for their carts, and orders of a day that are alike in everything are
    one. Of their lines, the page has the latest, at most `limit`; orders of the days before are added up by day,
    source, device and country, without products.
    """
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute(f"use {schema_of(connection)}")
        gate = connection.sql(
            "select first_date, last_date, currency, time_zone, quarantined_row_count, missing_entities, funnel_stages "
            "from gate"
        ).fetchone()
        assert gate is not None
        first, last, currency, time_zone, quarantined, missing, funnel = gate
        stages = funnel.split(", ") if funnel else []
        session_count, line_count, left_out = (
            _number(connection, query)
            for query in (
                "select count(*) from rpt_sessions",
                "select count(*) from rpt_order_lines",
                "select coalesce(sum(session_count), 0) from rpt_excluded_sessions where excluded_reason <> 'repeat'",
            )
        )
        added_up = limit is not None and max(session_count, line_count) > limit
        for name in DIMENSIONS:
            connection.execute(_CODES.format(name=name))
        for statement in (_CATEGORIES, _PRODUCTS, _SESSIONS):
            connection.execute(statement)
        dictionaries = {name: _values(connection, name) for name in (*DIMENSIONS, "category")}
        products = connection.sql(
            "select p.value, p.name, c.code from product_codes p join category_codes c on p.category = c.value "
            "order by p.code"
        ).fetchall()
        connection.execute(_BASKETS.format(identifier="null" if added_up else "order_id"))
        with_sessions = with_products = first
        if limit is not None and added_up:
            with_sessions = max(first, last - timedelta(OPEN_CART_DAYS - 1))
            with_products = _first_day(connection.sql(_LINES_BY_DAY).fetchall(), limit) or first
        connection.execute(_SALES, {"since": with_products})
        reached = "".join(_STAGE.format(number=number) for number in range(1, len(stages) + 1))
        visits, buys, orders, lines, days = (
            _columns(connection, query) for query in (_VISITS.format(stages=reached), _BUYS, _ORDERS, _LINES, _DAYS)
        )
        sessions = _columns(connection, _SINGLE_SESSIONS, since=with_sessions)

    day_count = (last - first).days + 1 if last else 0
    figures = {
        "visit_days": _count_by_day(visits.pop("day"), first, day_count),
        **{f"visit_{name}": values for name, values in visits.items()},
        "buy_days": _count_by_day(buys["day"], first, day_count),
        **{f"buy_{name}": buys[name] for name in (*DIMENSIONS, "baskets")},
        **{f"basket_{name}": orders[name] for name in ("orders", "lines")},
        "basket_squares": orders["squares"][: np.searchsorted(buys["day"], np.datetime64(with_products or date.min))],
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
        "excluded": left_out,
        "missing": missing,
        "stages": stages,
        "addedUp": added_up,
        "sessions": session_count,
        "lines": line_count,
        "sessionsFrom": (with_sessions - first).days if first else 0,
        "productsFrom": (with_products - first).days if first else 0,
        "openCartDays": OPEN_CART_DAYS,
        "dictionaries": dictionaries,
        "products": {
            "id": [product_id for product_id, _, _ in products],
            "name": [name for _, name, _ in products],
            "category": [category for _, _, category in products],
        },
    }
    return Data(
        header,
        pack(figures),
        pack({name: sessions[name] for name in ("flags", "cart")}),
        pack_texts(list(sessions["session_id"])),
        pack_texts([] if added_up else list(orders["order_id"])),
    )


def _first_day(lines_by_day: list[tuple[date, int]], limit: int) -> date | None:
    """The first of the last days that have no more lines than the limit together. None if all days have no more.

    lines_by_day: the last day first.
    """
    left = limit
    for day, lines in lines_by_day:
        left -= lines
        if left < 0:
            return day + timedelta(1)
    return None


def schema_of(connection: duckdb.DuckDBPyConnection) -> str:
    """The schema of the published tables, quoted."""
    found = connection.sql("select table_schema from information_schema.tables where table_name = 'gate'").fetchone()
    assert found is not None, "the database has no table gate"
    return '"{}"'.format(found[0].replace('"', '""'))


def _columns(
    connection: duckdb.DuckDBPyConnection, query: str, **parameters: object
) -> dict[str, np.ndarray[Any, Any]]:
    found = connection.execute(query, parameters).fetchnumpy()
    return {name: np.asarray(values) for name, values in found.items()}


def _number(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    found = connection.sql(query).fetchone()
    assert found is not None
    return int(found[0])


def _values(connection: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    return [value for (value,) in connection.sql(f"select value from {name}_codes order by code").fetchall()]


def _count_by_day(days: np.ndarray[Any, Any], first: date | None, day_count: int) -> np.ndarray[Any, Any]:
    """How many rows each day has."""
    places = (days.astype("datetime64[D]") - np.datetime64(first or date.min)).astype(np.int64)
    return np.bincount(places, minlength=day_count)
