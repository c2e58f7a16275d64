"""The cockpit's figures are gold's, under every filter and for every period."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from cockpit import DIMENSIONS, Cockpit
from shop import Shop

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
        shop.table("gold.cart_abandonment")[["session_id", "outcome"]], on="session_id", how="left"
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


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.address)
def test_every_figure_is_that_of_gold(
    opened: Callable[..., Cockpit], cockpit_page: Path, shop: Shop, gold: tuple[pd.DataFrame, pd.DataFrame], case: Case
) -> None:
    sales = shop.table("gold.daily_sales")
    first_day, last_day = sales.sales_date.min(), sales.sales_date.max()
    days = (max(date.fromisoformat(case.days[0]), first_day), min(date.fromisoformat(case.days[1]), last_day))
    on_sale = set(gold[1]["product"])
    filters = {
        name: [each for each in values if name != "product" or each in on_sale] for name, values in case.chosen.items()
    }
    filters = {name: values for name, values in filters.items() if values}
    of = lambda days: figures(*(chosen(rows, days, filters) for rows in gold))  # noqa: E731
    expected = of(days)
    if not filters:
        whole = sales[(sales.sales_date >= days[0]) & (sales.sales_date <= days[1])]
        assert expected["revenue"] == float(whole.order_day_net_sales.sum())
        assert expected["orders"] == whole.order_count.sum()
        assert expected["sessions"] == whole.session_count.sum()

    cockpit = opened(cockpit_page, case.address)
    for metric, value in expected.items():
        assert cockpit.figure(metric) == pytest.approx(value, abs=1e-9), metric

    # The changes against both periods, where the data has all of their days.
    length = days[1] - days[0] + timedelta(1)
    others = [(year_before(days[0]), year_before(days[1])), (days[0] - length, days[0] - timedelta(1))]
    before = [of(other) if other[0] >= first_day else None for other in others]
    for metric, value in expected.items():
        assert cockpit.changes(metric) == [change(metric, value, each and each[metric]) for each in before], metric

    # Each list, under the filters of the others.
    names = dict(zip(gold[1]["product"], gold[1].product_name, strict=True))
    for dimension in DIMENSIONS:
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
    assert carts["recovered"] == (sessions.outcome == "recovered").sum()

    # The parts of the change add up to it, however it is split.
    assert (
        cockpit.tab.evaluate(
            """() => {
          const { model: { now, before }, state: { filters } } = cockpit.page;
          const rest = (split) => cockpit.revenueEffects(before, now, split, filters)
            .reduce((total, part) => total + part.effect, before.net - now.net);
          return before ? ['total', 'source', 'device', 'country', 'category', 'product'].filter(rest) : [];
        }"""
        )
        == []
    )
