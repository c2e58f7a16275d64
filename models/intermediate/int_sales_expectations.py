"""Expected net revenue per day, from the preceding weeks.

A day is compared with the window of days that ends the day before, so a later day never changes it. Medians stand for
means throughout, so that an anomaly does not hide the next one:

- weekday effect: median of the window's days of that weekday less the median of all, after the trend is taken out
- trend: Theil-Sen slope, the median of the slopes between pairs of days (Sen 1968,
  doi:10.1080/01621459.1968.10480934)
- spread: median absolute deviation from the expectation, times 1.4826 to be comparable to a standard deviation
  (Rousseeuw and Croux 1993, doi:10.1080/01621459.1993.10476408).

A shop that sells something on at most half of the days of a window has no expectation: its medians are 0, and every
order would stand out.
"""

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view

DAYS_PER_WEEK = 7
MAD_TO_STANDARD_DEVIATION = 1.4826


def expected_values(values, window, threshold):
    """Expectation and bounds of each value of a daily series, from the `window` values before it.

    values: one number a day, without gaps. window: a multiple of 7 days. threshold: half width of the bounds in robust
    standard deviations. Returns three arrays, expected, lower and upper, in the unit of the values; they are NaN for
    the first `window` days, and where at most half of the window's values are other than 0. Lower and expected are
    never below 0. A ValueError says what is wrong with the arguments.
    """
    if window < 2 * DAYS_PER_WEEK or window % DAYS_PER_WEEK:
        raise ValueError(f"the window must be a multiple of 7 days and at least 14, not {window}")
    if threshold <= 0:
        raise ValueError(f"the threshold must be above 0, not {threshold}")
    values = np.asarray(values, dtype=float)
    expected, lower, upper = (np.full(len(values), np.nan) for _ in range(3))
    if len(values) <= window:
        return expected, lower, upper

    position = np.arange(window)
    first, second = np.triu_indices(window, k=DAYS_PER_WEEK)
    # Pairs of the same weekday only: their difference holds no weekday effect.
    same_weekday = (second - first) % DAYS_PER_WEEK == 0
    first, second = first[same_weekday], second[same_weekday]
    # One row for each day that has a whole window before it, one column for each day of the window.
    past = sliding_window_view(values[:-1], window)
    # In blocks of some MB: a long history has many pairs.
    blocks = np.array_split(past, 1 + len(past) * len(first) // 1_000_000)
    slopes = [np.median((block[:, second] - block[:, first]) / (second - first), axis=1) for block in blocks]
    slope = np.concatenate(slopes)
    level = past - slope[:, None] * (position - window)
    centre = np.median(level, axis=1)
    by_weekday = level.reshape(len(past), -1, DAYS_PER_WEEK)
    effect = np.median(by_weekday, axis=1) - centre[:, None]
    residual = by_weekday - (centre[:, None] + effect)[:, None, :]
    spread = MAD_TO_STANDARD_DEVIATION * np.median(np.abs(residual), axis=(1, 2))
    centre[np.mean(past != 0, axis=1) <= 0.5] = np.nan
    # The window is whole weeks, so its first column has the weekday of the day itself.
    expected[window:] = np.maximum(centre + effect[:, 0], 0)
    lower[window:] = np.maximum(expected[window:] - threshold * spread, 0)
    upper[window:] = expected[window:] + threshold * spread
    return expected, lower, upper


def daily_revenue(ledger, visits, time_zone):
    """Net revenue of each day from the first to the last visit, order or refund, 0 on a day without one."""
    daily = ledger.groupBy("entry_date").agg({"net_sales": "sum"}).toPandas()
    daily.columns = ["sales_date", "net_revenue"]
    revenue = daily.set_index(pd.to_datetime(daily["sales_date"]))["net_revenue"].astype(float)
    active = visits.selectExpr(
        f"to_date(from_utc_timestamp(min(session_start_at), '{time_zone}')) as first_date",
        f"to_date(from_utc_timestamp(max(session_end_at), '{time_zone}')) as last_date",
    ).toPandas()
    days = pd.to_datetime([*revenue.index, *active.loc[0].dropna()])
    return revenue.reindex(pd.date_range(days.min(), days.max()), fill_value=0.0) if len(days) else revenue


def model(dbt, spark):
    dbt.config(materialized="table")
    visits = dbt.ref("int_visits").where("excluded_reason is null")
    revenue = daily_revenue(dbt.ref("int_sales_ledger"), visits, dbt.config.get("shop_time_zone"))
    expected, lower, upper = expected_values(
        revenue.to_numpy(),
        window=int(dbt.config.get("anomaly_window_days")),
        threshold=float(dbt.config.get("anomaly_threshold")),
    )
    expectations = pd.DataFrame(
        {
            "sales_date": revenue.index.date,
            "expected_revenue": np.round(expected, 2),
            "lower_bound": np.round(lower, 2),
            "upper_bound": np.round(upper, 2),
        }
    ).dropna()
    # Named types: there is nothing to infer them from when the series is shorter than the window.
    return spark.createDataFrame(
        expectations, "sales_date date, expected_revenue double, lower_bound double, upper_bound double"
    )
