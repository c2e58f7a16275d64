"""The metrics of dbt's semantic layer have the figures of gold."""

from datetime import date, datetime
from pathlib import Path

import pytest
from shop import Shop

from dashboards.export import DashboardError
from dashboards.metrics import ask, metric_names

pytestmark = pytest.mark.slow

FIRST, LAST = date(2025, 1, 1), date(2025, 9, 30)


def test_metrics_have_the_figures_of_gold(shop: Shop, output: Path) -> None:
    sales = shop.table("gold.daily_sales")
    sales = sales[(sales.sales_date >= FIRST) & (sales.sales_date <= LAST)]
    sessions = shop.table("gold.session_metrics")
    sessions = sessions[(sessions.session_date >= FIRST) & (sessions.session_date <= LAST)]
    revenue, orders = float(sales.order_day_net_sales.sum()), int(sales.order_count.sum())
    expected = {
        "net_revenue": revenue,
        "gross_revenue": float(sales.gross_revenue.sum()),
        "unit_count": int(sales.unit_count.sum()),
        "order_count": orders,
        "net_revenue_per_order": revenue / orders,
        "session_count": len(sessions),
        "purchasing_session_count": int(sessions.has_purchased.sum()),
        "session_conversion": float(sessions.has_purchased.mean()),
    }
    assert sorted(expected) == metric_names(output)
    answer = ask(output, list(expected), [], None, FIRST, LAST)
    shown = {name: float(value) for name, value in zip(answer.columns, answer.rows[0], strict=True)}
    assert shown == pytest.approx(expected, abs=1e-9)

    months = ask(output, ["net_revenue", "session_count"], ["month"], None, FIRST, LAST)
    by_month = sales.groupby(sales.sales_date.map(lambda day: datetime(day.year, day.month, 1)))
    for month, net, count in months.rows:
        own = by_month.get_group(month)
        assert (float(net or 0), count or 0) == (float(own.order_day_net_sales.sum()), own.session_count.sum())

    by_source = dict(ask(output, ["session_count"], ["source"], None, FIRST, LAST).rows)
    assert by_source == sessions.groupby("source").size().to_dict()
    where = "{{ Dimension('session__source') }} = 'paid'"
    assert ask(output, ["session_count"], [], where, FIRST, LAST).rows == [(by_source["paid"],)]


def test_a_name_that_is_not_there_is_told(output: Path) -> None:
    with pytest.raises(DashboardError, match=r"There is no metric profit\."):
        ask(output, ["profit"], [])
    with pytest.raises(
        DashboardError, match=r"moon: no dimension of these metrics\. There are category, country, day, "
    ):
        ask(output, ["net_revenue"], ["moon"])
    with pytest.raises(DashboardError, match="cannot be asked for"):
        ask(output, ["net_revenue"], [], "{{ Dimension('order_line__moon') }} = 1")
