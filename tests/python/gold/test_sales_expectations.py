"""What revenue is expected of a day, from the weeks before it: the function behind `sales_anomalies`."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from benchmarks.python_models import python_model

MODULE = python_model("int_sales_expectations")
expected_values = MODULE.expected_values

WINDOW, THRESHOLD = 56, 4
WEEK = np.array([0, 0, 0, 0, 50, 150, 100])


def series(days: int = 400, noise: float = 10, trend: float = 0.0, seed: int = 1) -> np.ndarray:
    """Revenue of days with a strong weekend."""
    day = np.arange(days)
    return 1000 + WEEK[day % 7] + trend * day + np.random.default_rng(seed).normal(0, noise, days)


def anomalies(values: np.ndarray, window: int = WINDOW, threshold: float = THRESHOLD) -> list[int]:
    _, lower, upper = expected_values(values, window, threshold)
    return np.flatnonzero((values < lower) | (values > upper)).tolist()


def test_spikes_and_drops_are_found_and_hide_nothing_after_them() -> None:
    values = series()
    injected = {100: 2.0, 101: 0.5, 107: 0.0, 250: 1.5, 399: 3.0}
    for day, factor in injected.items():
        values[day] *= factor
    found = anomalies(values)
    assert set(injected) <= set(found)
    assert len(found) <= len(injected) + 0.02 * len(values)


@pytest.mark.parametrize("seed", range(5))
def test_plain_noise_has_next_to_no_anomalies(seed: int) -> None:
    assert len(anomalies(series(days=1000, seed=seed))) <= 0.01 * 1000


def test_a_day_is_judged_by_the_days_before_it_alone() -> None:
    values = series(days=200)
    changed = values.copy()
    changed[150:] = 0
    for whole, cut in zip(
        expected_values(values, WINDOW, THRESHOLD), expected_values(changed, WINDOW, THRESHOLD), strict=True
    ):
        np.testing.assert_array_equal(whole[:151], cut[:151])
    for whole, short in zip(
        expected_values(values, WINDOW, THRESHOLD), expected_values(values[:120], WINDOW, THRESHOLD), strict=True
    ):
        np.testing.assert_array_equal(whole[:120], short)


def test_weekdays_and_the_trend_are_expected() -> None:
    values = series(noise=0, trend=2.5)
    expected, lower, upper = expected_values(values, WINDOW, THRESHOLD)
    np.testing.assert_allclose(expected[WINDOW:], values[WINDOW:], rtol=1e-9)
    np.testing.assert_allclose(lower[WINDOW:], upper[WINDOW:], rtol=1e-9)
    assert np.isnan(expected[:WINDOW]).all()
    assert np.isnan(lower[:WINDOW]).all()
    assert np.isnan(upper[:WINDOW]).all()


def test_the_bounds_are_as_wide_as_the_threshold_says() -> None:
    values = series(days=2000, noise=10)
    expected, lower, upper = (each[WINDOW:] for each in expected_values(values, WINDOW, THRESHOLD))
    np.testing.assert_allclose(upper - expected, expected - lower)
    spread = (upper - expected) / THRESHOLD
    # The median of 8 weeks fits the window a little closer than the true spread of 10.
    assert 8 < np.median(spread) < 11
    twice = expected_values(values, WINDOW, 2 * THRESHOLD)[2][WINDOW:]
    np.testing.assert_allclose(twice - expected, 2 * (upper - expected))


def test_a_shop_that_sells_on_few_days_has_no_expectations() -> None:
    values = series(days=200)
    values[:WINDOW][: WINDOW // 2] = 0
    expected, lower, upper = expected_values(values, WINDOW, THRESHOLD)
    assert np.isnan([expected[WINDOW], lower[WINDOW], upper[WINDOW]]).all(), "half of the window's days"
    assert np.isfinite(expected[WINDOW + 1 :]).all(), "one more than half"
    sparse = np.where(np.random.default_rng(3).random(1000) < 0.25, values.mean(), 0)
    assert anomalies(sparse) == []


def test_a_constant_series_has_no_spread() -> None:
    values = np.full(100, 123.45)
    assert anomalies(values) == []
    values[80] = 123.46
    assert anomalies(values) == [80]


def test_nothing_is_expected_below_zero() -> None:
    values = np.maximum(1000 - 15.0 * np.arange(100), 0)
    expected, lower, _ = expected_values(values, WINDOW, THRESHOLD)
    assert np.nanmin(expected) == 0
    assert np.nanmin(lower) == 0


@pytest.mark.parametrize("days", [0, 1, WINDOW - 1, WINDOW])
def test_a_short_series_has_no_expectations(days: int) -> None:
    for values in expected_values(series(days=days), WINDOW, THRESHOLD):
        assert len(values) == days
        assert np.isnan(values).all()
    assert np.isfinite(expected_values(series(days=WINDOW + 1), WINDOW, THRESHOLD)[0]).sum() == 1


@pytest.mark.parametrize("window", [0, 7, 13, 15, -14])
def test_window_that_is_not_whole_weeks(window: int) -> None:
    with pytest.raises(ValueError, match=f"multiple of 7 days and at least 14, not {window}"):
        expected_values(series(), window, THRESHOLD)


@pytest.mark.parametrize("threshold", [0, -1])
def test_threshold_that_is_not_above_0(threshold: float) -> None:
    with pytest.raises(ValueError, match=f"must be above 0, not {threshold}"):
        expected_values(series(), WINDOW, threshold)


class Frame:
    """As much of a Spark DataFrame as the model uses, for a result known beforehand."""

    def __init__(self, result: pd.DataFrame) -> None:
        self.result = result

    def groupBy(self, *_: str) -> "Frame":
        return self

    agg = selectExpr = where = groupBy

    def toPandas(self) -> pd.DataFrame:
        return self.result


def daily_revenue(orders: dict[str, float], first_date: str | None, last_date: str | None) -> list[tuple[str, float]]:
    ledger = pd.DataFrame({"entry_date": [pd.Timestamp(day).date() for day in orders], "sum": list(orders.values())})
    days = [None if day is None else pd.Timestamp(day).date() for day in (first_date, last_date)]
    visits = pd.DataFrame([days], columns=["first_date", "last_date"])
    revenue = MODULE.daily_revenue(Frame(ledger), Frame(visits), "UTC")
    return [(str(day.date()), value) for day, value in revenue.items()]


def test_days_without_orders_have_no_revenue() -> None:
    assert daily_revenue({"2025-01-04": 5.0, "2025-01-02": 3.0}, "2025-01-01", "2025-01-05") == [
        ("2025-01-01", 0.0),
        ("2025-01-02", 3.0),
        ("2025-01-03", 0.0),
        ("2025-01-04", 5.0),
        ("2025-01-05", 0.0),
    ]
    assert daily_revenue({"2025-01-02": 3.0}, None, None) == [("2025-01-02", 3.0)]
    assert daily_revenue({}, "2025-01-01", "2025-01-02") == [("2025-01-01", 0.0), ("2025-01-02", 0.0)]
    assert daily_revenue({}, None, None) == []


def test_model_of_a_short_history_keeps_its_columns() -> None:
    ledger = pd.DataFrame({"entry_date": [pd.Timestamp("2025-01-02").date()], "sum": [3.0]})
    visits = pd.DataFrame([[None, None]], columns=["first_date", "last_date"])
    dbt = SimpleNamespace(
        ref=lambda name: Frame({"int_sales_ledger": ledger, "int_visits": visits}[name]),
        config=lambda **_: None,
    )
    settings = {"anomaly_window_days": "56", "anomaly_threshold": "4", "shop_time_zone": "UTC"}
    dbt.config.get = settings.get  # type: ignore[attr-defined]
    written = {}
    spark = SimpleNamespace(createDataFrame=lambda frame, schema: written.update(frame=frame, schema=schema))
    MODULE.model(dbt, spark)
    assert written["frame"].empty
    assert written["schema"].startswith("sales_date date, expected_revenue double")
