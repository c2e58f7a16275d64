"""What chance can explain of the difference between the variants of an experiment, from the sums of its visitors.

- interval of a conversion rate: Wilson's score interval (Wilson 1927, doi:10.1080/01621459.1927.10502953)
- interval of the difference of two rates: Newcombe's hybrid score interval, method 10 (Newcombe 1998,
  doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I); p-value: Pearson's chi-squared test
- difference of two means of revenue: Welch's t-test and interval (Welch 1947, doi:10.1093/biomet/34.1-2.28)
- several variants against one control: the error is divided among the comparisons (Bonferroni)
- sample ratio: chi-squared test of the numbers of visitors against the planned shares. A p-value below 0.001 says that
  the assignment is broken, and no other figure can be trusted (Fabijan et al. 2019, doi:10.1145/3292500.3330722).
"""

import math

import numpy as np
import pandas as pd
from scipy import stats

COLUMNS = (
    "conversion_low",
    "conversion_high",
    "conversion_difference",
    "conversion_difference_low",
    "conversion_difference_high",
    "conversion_p_value",
    "revenue_difference",
    "revenue_difference_low",
    "revenue_difference_high",
    "revenue_p_value",
    "sample_ratio_p_value",
)


def compared(variants, control, confidence, shares=None):
    """Statistics of the variants of one experiment.

    variants: a DataFrame with a row for each variant and the columns `variant`, `visitors` (1 or more), `converted`,
    `revenue` and `revenue_squares`, the sum of the squares of each visitor's revenue. control: name of the variant that
    the others are compared with; if there is none of that name, the first by name. confidence: of the intervals,
    between 0 and 1. shares: the planned share of each variant, as numbers of any sum; equal shares without it. Returns
    the rows in the order of their names, with `is_control` and the columns in COLUMNS; differences are NaN for the
    control, and revenue's are NaN where a variant has one visitor. A ValueError names a variant without a share.
    """
    rows = variants.sort_values("variant", ignore_index=True)
    names = list(rows["variant"])
    chosen = names.index(control) if control in names else 0
    error = (1 - confidence) / max(len(names) - 1, 1)
    found = pd.DataFrame(np.nan, index=rows.index, columns=list(COLUMNS))
    intervals = [
        stats.binomtest(int(row.converted), int(row.visitors)).proportion_ci(confidence, method="wilson")
        for row in rows.itertuples()
    ]
    found["conversion_low"] = [interval.low for interval in intervals]
    found["conversion_high"] = [interval.high for interval in intervals]
    for number in rows.index.drop(chosen):
        found.loc[number, "conversion_difference":"conversion_p_value"] = _rates(rows, number, chosen, error)
        found.loc[number, "revenue_difference":"revenue_p_value"] = _means(rows, number, chosen, error)
    found["sample_ratio_p_value"] = _sample_ratio(rows, shares)
    return rows.join(found).assign(is_control=rows.index == chosen)


def _rates(rows, number, control, error):
    converted, visitors = rows["converted"].to_numpy(float), rows["visitors"].to_numpy(float)
    rate = converted / visitors
    (low, high), (control_low, control_high) = (
        stats.binomtest(int(converted[each]), int(visitors[each])).proportion_ci(1 - error, method="wilson")
        for each in (number, control)
    )
    difference = rate[number] - rate[control]
    below = math.hypot(rate[number] - low, control_high - rate[control])
    above = math.hypot(high - rate[number], rate[control] - control_low)
    table = [[converted[each], visitors[each] - converted[each]] for each in (number, control)]
    # Without a conversion, or without a visitor who did not convert, there is nothing to tell apart.
    p_value = stats.chi2_contingency(table, correction=False).pvalue if np.sum(table, axis=0).all() else 1.0
    return difference, difference - below, difference + above, p_value


def _means(rows, number, control, error):
    visitors = rows["visitors"].to_numpy(float)
    mean = rows["revenue"].to_numpy(float) / visitors
    difference = mean[number] - mean[control]
    if min(visitors[number], visitors[control]) < 2:
        return difference, np.nan, np.nan, np.nan
    squares = rows["revenue_squares"].to_numpy(float)
    # A variance of 0 can come out below it in floating point.
    variance = np.maximum((squares - visitors * mean**2) / np.maximum(visitors - 1, 1), 0)
    parts = [variance[each] / visitors[each] for each in (number, control)]
    if not sum(parts):
        return difference, difference, difference, 1.0 if not difference else 0.0
    degrees = sum(parts) ** 2 / sum(
        part**2 / (visitors[each] - 1) for part, each in zip(parts, (number, control), strict=True)
    )
    low, high = stats.t.interval(1 - error, degrees, loc=difference, scale=math.sqrt(sum(parts)))
    p_value = 2 * stats.t.sf(abs(difference) / math.sqrt(sum(parts)), degrees)
    return difference, low, high, p_value


def _sample_ratio(rows, shares):
    if len(rows) < 2:
        return 1.0
    planned = np.ones(len(rows))
    if shares:
        lacking = [name for name in rows["variant"] if not shares.get(name)]
        if lacking:
            raise ValueError(f"no share is planned for {', '.join(lacking)}")
        planned = np.array([float(shares[name]) for name in rows["variant"]])
    visitors = rows["visitors"].to_numpy(float)
    return stats.chisquare(visitors, planned / planned.sum() * visitors.sum()).pvalue


def model(dbt, spark):
    dbt.config(materialized="table")
    totals = dbt.ref("int_experiment_totals").toPandas()
    totals = totals.assign(
        visitors=totals["visitor_count"],
        converted=totals["converted_visitor_count"],
        revenue=totals["revenue"].astype(float),
        revenue_squares=totals["revenue_squares"].astype(float),
    )
    # dbt finds these calls in plain statements only.
    shares = dbt.config.get("experiment_shares")
    control = dbt.config.get("experiment_control")
    confidence = float(dbt.config.get("experiment_confidence_pct")) / 100
    found = [
        compared(variants, control, confidence, (shares or {}).get(experiment))
        for experiment, variants in totals[totals["visitors"] > 0].groupby("experiment")
    ]
    names = ["experiment", "variant", "is_control", *COLUMNS]
    rows = pd.concat(found)[names] if found else pd.DataFrame(columns=names)
    rows = rows.astype({name: object for name in COLUMNS}).where(rows.notna(), None)
    types = ["experiment string", "variant string", "is_control boolean", *(f"{name} double" for name in COLUMNS)]
    return spark.createDataFrame(rows, ", ".join(types))
