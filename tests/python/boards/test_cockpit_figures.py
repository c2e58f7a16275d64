"""The cockpit's figures are gold's, under every filter and for every period."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from cockpit import DIMENSIONS, PRODUCT_DIMENSIONS, Cockpit
from reporting import busy_shop
from shop import Shop

from dashboards.cockpit.page import write_cockpit
from dashboards.export import DATABASE
from dashboards.screenshots import chromium

pytest.importorskip("playwright.sync_api")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(chromium() is None, reason="there is no Chromium on this machine: `make browser` installs one"),
]

NONE, MINUS = "\N{EN DASH}", "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Case:
    """A view: its address without the days, the days, and what is chosen."""

    days: tuple[str, str]
    chosen: dict[str, list[str]] = field(default_factory=dict)

    @property
    def address(self) -> str:
        filters = "".join(f"&{name}={value}" for name, values in self.chosen.items() for value in values)
        return f"from={self.days[0]}&to={self.days[1]}{filters}"


YEAR, QUARTER, ALL = ("2024-11-01", "2025-10-24"), ("2025-04-01", "2025-06-30"), ("2020-01-01", "2025-12-31")
CASES = [
    Case(ALL),
    Case(YEAR),
    Case(QUARTER),
    Case(("2024-02-29", "2024-02-29")),
    Case(ALL, {"source": ["paid"]}),
    Case(ALL, {"source": ["paid", "email", "organic"], "device": ["mobile"]}),
    Case(ALL, {"country": ["US", "GB", "DE", "FR"]}),
    Case(ALL, {"category": ["Books"]}),
    Case(YEAR, {"category": ["Books", "Toys", "Fashion"], "device": ["mobile", "desktop"]}),
    Case(ALL, {"product": ["3", "17", "40", "41"]}),
    Case(ALL, {"category": ["Beauty", "Sports"], "source": ["direct", "organic"], "country": ["US", "IN"]}),
    Case(YEAR, {"source": ["social"], "device": ["tablet"], "country": ["NL"], "category": ["Electronics"]}),
]


@pytest.fixture(scope="module")
def gold(shop: Shop) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sessions and order lines as gold and silver have them, with the columns that are filtered."""
    sessions = shop.table("gold.session_metrics").merge(
        shop.table("gold.cart_abandonment")[["session_id", "outcome", "cart_value"]], on="session_id", how="left"
    )
    orders = shop.table("silver.int_orders")[["order_id", "source", "device", "country"]]
    products = shop.table("silver.int_products")[["product_id", "product_name", "category"]]
    lines = shop.table("silver.int_order_lines").drop(columns="source")
    lines = lines[~lines.is_cancelled].merge(orders, on="order_id").merge(products, on="product_id")
    return sessions.rename(columns={"session_date": "day"}), lines.rename(
        columns={"order_date": "day", "product_id": "product"}
    )


def chosen(rows: pd.DataFrame, days: tuple[date, date], filters: dict[str, list[str]]) -> pd.DataFrame:
    for name, values in filters.items():
        if name in rows:
            rows = rows[rows[name].isin(values)]
    return rows[(rows.day >= days[0]) & (rows.day <= days[1])]


def figures(sessions: pd.DataFrame, lines: pd.DataFrame) -> dict[str, float]:
    net, orders, buyers = lines.net_revenue.sum(), lines.order_id.nunique(), int(sessions.has_purchased.sum())
    return {
        "revenue": float(net),
        "gross": float(lines.gross_revenue.sum()),
        "orders": orders,
        "order_value": float(net) / orders if orders else 0,
        "units": int(lines.quantity.sum()),
        "sessions": len(sessions),
        "conversion": 100 * buyers / len(sessions) if len(sessions) else 0,
    }


def change(metric: str, now: float, before: float | None) -> str:
    """A change as the page writes it."""
    if before is None or (before == 0 and metric != "conversion"):
        return NONE
    difference = now - before if metric == "conversion" else 100 * (now / before - 1)
    digits = f"{abs(difference):,.0f}" if abs(difference) >= 1000 else f"{abs(difference):.1f}"
    sign = "±" if float(digits.replace(",", "")) == 0 else "+" if difference > 0 else MINUS
    return sign + digits + (" pt" if metric == "conversion" else "%")


def year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


@pytest.fixture(scope="module")
def latest_products_page(output: Path, shop: Shop) -> Path:
    """The cockpit of the shop, if it may have half as many rows as there are order lines."""
    limit = len(shop.table("reporting.rpt_order_lines")) // 2
    return write_cockpit(output / DATABASE, output / "latest_products.html", {}, limit=limit)


@pytest.mark.parametrize("page", ["cockpit_page", "added_up_page", "latest_products_page"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.address)
def test_every_figure_is_that_of_gold(
    opened: Callable[..., Cockpit],
    request: pytest.FixtureRequest,
    shop: Shop,
    gold: tuple[pd.DataFrame, pd.DataFrame],
    case: Case,
    page: str,
) -> None:
    sales = shop.table("gold.daily_sales")
    first_day, last_day = sales.sales_date.min(), sales.sales_date.max()
    days = (max(date.fromisoformat(case.days[0]), first_day), min(date.fromisoformat(case.days[1]), last_day))
    on_sale = set(gold[1]["product"])
    filters = {
        name: [each for each in values if name != "product" or each in on_sale] for name, values in case.chosen.items()
    }
    filters = {name: values for name, values in filters.items() if values}
    cockpit = opened(request.getfixturevalue(page), case.address)
    products_from = first_day + timedelta(cockpit.tab.evaluate("cockpit.page.data.productsFrom"))
    assert (products_from > first_day) == (page == "latest_products_page")
    assert products_from <= date.fromisoformat(YEAR[0]), "a year with products"
    has_products = days[0] >= products_from
    if not has_products:
        filters = {name: values for name, values in filters.items() if name not in PRODUCT_DIMENSIONS}
    is_of_products = any(name in filters for name in PRODUCT_DIMENSIONS)
    of = lambda days: figures(*(chosen(rows, days, filters) for rows in gold))  # noqa: E731
    expected = of(days)
    if not filters:
        whole = sales[(sales.sales_date >= days[0]) & (sales.sales_date <= days[1])]
        assert expected["revenue"] == float(whole.order_day_net_sales.sum())
        assert expected["orders"] == whole.order_count.sum()
        assert expected["sessions"] == whole.session_count.sum()

    for metric, value in expected.items():
        assert cockpit.figure(metric) == pytest.approx(value, abs=1e-9), metric

    # The changes against both periods, where the data has all of their days.
    length = days[1] - days[0] + timedelta(1)
    others = [(year_before(days[0]), year_before(days[1])), (days[0] - length, days[0] - timedelta(1))]
    earliest = products_from if is_of_products else first_day
    before = [of(other) if other[0] >= earliest else None for other in others]
    for metric, value in expected.items():
        assert cockpit.changes(metric) == [change(metric, value, each and each[metric]) for each in before], metric

    # Each list, under the filters of the others.
    names = dict(zip(gold[1]["product"], gold[1].product_name, strict=True))
    for dimension in DIMENSIONS:
        if dimension in PRODUCT_DIMENSIONS and not has_products:
            since = f"{products_from.day} {products_from:%b %Y}"
            assert f"in this page from {since} on" in cockpit.tab.locator(f"#by-{dimension}").inner_text()
            assert cockpit.values(dimension) == {}
            continue
        if cockpit.tab.locator(f"[data-key=more-{dimension}]").count():
            cockpit.tab.locator(f"[data-key=more-{dimension}]").click()
        without = {name: values for name, values in filters.items() if name != dimension}
        rows = chosen(gold[1], days, without)
        shown = {name: value for name, value in cockpit.values(dimension).items() if value}
        by = rows.groupby(dimension).net_revenue.sum()
        sums: dict[str, float] = {}
        for value, net in by.items():
            name = names[value] if dimension == "product" else value
            sums[name] = sums.get(name, 0) + float(net)
        assert shown == pytest.approx({name: value for name, value in sums.items() if value}, abs=1e-9), dimension

    sessions = chosen(gold[0], days, filters)
    stages = [int((sessions._ordered_stages >= stage).sum()) for stage in (1, 2, 3, 4)]
    shown = cockpit.tab.locator("#funnel td.number:nth-child(3)").all_inner_texts()
    assert [int(text.replace(",", "")) for text in shown] == stages
    carts = cockpit.tab.evaluate("cockpit.page.model.now.carts")
    assert carts["left"] == (sessions.outcome == "abandoned").sum()
    abandoned = sessions[sessions.outcome == "abandoned"]
    assert carts["value"] == round(100 * abandoned.cart_value.sum())
    assert carts["recovered"] == (sessions.outcome == "recovered").sum()

    # The parts of the change add up to it, however it is split.
    assert (
        cockpit.tab.evaluate(
            """() => {
          const { model: { now, before }, state: { filters } } = cockpit.page;
          const rest = (split) => cockpit.revenueEffects(before, now, split, filters)
            .reduce((total, part) => total + part.effect, before.net - now.net);
          return before ? ['total', ...Object.keys(now.by).filter((name) => before.by[name])].filter(rest) : [];
        }"""
        )
        == []
    )


# Days and filters, by the places of days and values.
SELECTIONS = [
    ((0, 9), {}),
    ((4, 7), {"source": [0]}),
    ((6, 9), {"device": [1], "country": [0, 1]}),
    ((7, 9), {"category": [0]}),
    ((7, 9), {"product": [0, 2], "source": [1]}),
    ((9, 9), {"category": [1], "product": [3]}),
]


def test_sums_of_rows_that_are_alike_are_those_of_single_ones(opened: Callable[..., Cockpit], tmp_path: Path) -> None:
    """All sums, also the squares of orders that statistics need, in a shop with many orders that are alike."""
    database = busy_shop(tmp_path / DATABASE)
    whole = opened(write_cockpit(database, tmp_path / "single.html", {}))
    sums = lambda cockpit, days, chosen: cockpit.tab.evaluate(  # noqa: E731
        """([[first, last], chosen]) => {
          const { page: { data }, addUp } = cockpit;
          const all = { source: [], device: [], country: [], category: [], product: [], ...chosen };
          const filters = Object.fromEntries(Object.entries(all).map(([name, codes]) => [name, new Set(codes)]));
          const flat = (each) => (typeof each !== 'object' ? each : each.length === undefined
            ? Object.fromEntries(Object.entries(each).map(([name, value]) => [name, flat(value)])) : Array.from(each));
          return flat(addUp(data, first, last, filters));
        }""",
        [list(days), chosen],
    )
    for limit in (899, 200):
        added_up = opened(write_cockpit(database, tmp_path / f"{limit}.html", {}, limit=limit))
        data = added_up.tab.evaluate(
            "(({ columns, productsFrom }) => [columns.basket_orders.length, productsFrom])(cockpit.page.data)"
        )
        assert data[0] < 400, "orders that are alike are one"
        assert (0 < data[1] <= 7) == (limit == 200)
        for days, chosen in SELECTIONS:
            expected, found = sums(whole, days, chosen), sums(added_up, days, chosen)
            if days[0] < data[1]:
                del expected["by"]["category"], expected["by"]["product"]
            assert flat(found) == pytest.approx(flat(expected), rel=1e-12), (limit, days, chosen)
            assert expected["orders"] and expected["sessions"]


def flat(sums: object, name: str = "") -> dict[str, float]:
    """Numbers of nested dictionaries and lists by their path."""
    if not isinstance(sums, dict | list):
        return {name: sums}
    parts = sums.items() if isinstance(sums, dict) else enumerate(sums)
    return {path: number for key, each in parts for path, number in flat(each, f"{name}.{key}").items()}
