"""What is said of experiments: nothing of chance, everything of an effect, and nothing of a broken assignment."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from shop import Shop

from benchmarks.python_models import python_model

compared = python_model("int_experiment_statistics").compared

CONFIDENCE = 0.95


def variants(rates: dict[str, float], visitors: int, seed: int, value: float = 50.0) -> pd.DataFrame:
    """The sums of made-up visitors, who buy with a probability for an amount around a value."""
    random = np.random.default_rng(seed)
    rows = []
    for name, rate in rates.items():
        bought = random.random(visitors) < rate
        paid = np.where(bought, random.gamma(2.0, value / 2, visitors), 0.0)
        rows.append((name, visitors, bought.sum(), paid.sum(), (paid**2).sum()))
    return pd.DataFrame(rows, columns=["variant", "visitors", "converted", "revenue", "revenue_squares"])


def test_equal_variants_seldom_differ() -> None:
    """Of three equal variants against a control, one differs by chance in at most 5 % of the experiments."""
    found = 0
    for seed in range(200):
        result = compared(variants(dict.fromkeys("abcd", 0.05), 2000, seed), "a", CONFIDENCE)
        found += (result["conversion_p_value"] * 3 < 1 - CONFIDENCE).any()
    assert found / 200 <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 200)


def test_intervals_hold_the_true_difference_and_effects_are_found() -> None:
    held, paid, found = 0, 0, 0
    for seed in range(200):
        result = compared(variants({"control": 0.05, "short": 0.07}, 4000, seed), "control", CONFIDENCE).set_index(
            "variant"
        )
        row = result.loc["short"]
        held += row["conversion_difference_low"] <= 0.02 <= row["conversion_difference_high"]
        paid += row["revenue_difference_low"] <= 1.0 <= row["revenue_difference_high"]
        found += row["conversion_p_value"] < 1 - CONFIDENCE
        assert not result.loc["short", "is_control"] and np.isnan(result.loc["control", "conversion_difference"])
    for share in (held, paid):
        assert abs(share / 200 - CONFIDENCE) <= 3 * np.sqrt(0.05 * 0.95 / 200)
    assert found / 200 > 0.9


def test_published_examples() -> None:
    """Newcombe 1998, table II (a): 56/70 against 48/80 has 0.0524 to 0.3339 by method 10."""
    rows = pd.DataFrame(
        [("control", 80, 48, 0.0, 0.0), ("new", 70, 56, 0.0, 0.0)],
        columns=["variant", "visitors", "converted", "revenue", "revenue_squares"],
    )
    row = compared(rows, "control", CONFIDENCE).set_index("variant").loc["new"]
    assert round(row["conversion_difference_low"], 4) == 0.0524
    assert round(row["conversion_difference_high"], 4) == 0.3339


def test_an_uneven_assignment_is_seen() -> None:
    rows = variants({"control": 0.05, "short": 0.05}, 10_000, 1)
    assert compared(rows, "control", CONFIDENCE)["sample_ratio_p_value"].min() == 1
    rows.loc[1, "visitors"] = 9_500
    assert compared(rows, "control", CONFIDENCE)["sample_ratio_p_value"].max() < 0.001
    planned = {"control": 100, "short": 95}
    assert compared(rows, "control", CONFIDENCE, planned)["sample_ratio_p_value"].min() > 0.9
    with pytest.raises(ValueError, match="no share is planned for short"):
        compared(rows, "control", CONFIDENCE, {"control": 50})


@pytest.mark.parametrize(("converted", "visitors"), [((0, 0), (10, 10)), ((10, 10), (10, 10)), ((0, 1), (1, 1))])
def test_nothing_to_compare(converted: tuple[int, int], visitors: tuple[int, int]) -> None:
    rows = pd.DataFrame({"variant": ["b", "a"], "visitors": visitors, "converted": converted})
    result = compared(rows.assign(revenue=0.0, revenue_squares=0.0), "control", CONFIDENCE)
    assert list(result["variant"]) == ["a", "b"] and list(result["is_control"]) == [True, False]
    assert result.loc[1, "conversion_p_value"] > 0.05


EVENT = "event_id,session_id,timestamp,event_type,product_id,amount_usd,visitor_id"


@pytest.mark.slow
def test_a_file_of_variants_becomes_results(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "shop")
    events, assigned = [EVENT], ["experiment,visitor_id,variant,assigned_at"]
    for number in range(40):
        variant, buys = ("short", number % 4 < 2) if number % 2 else ("control", number % 4 == 2)
        assigned.append(f"Checkout,v.{number},{variant},2025-01-10T10:00:00")
        events.append(f"{number},s{number},2025-01-10T10:05:00,page_view,10,,v.{number}")
        if buys:
            events.append(f"p{number},s{number},2025-01-10T10:06:00,purchase,,20.00,v.{number}")
    # given both, and not counted; broken
    assigned += ["Checkout,v.0,short,2025-01-10T11:00:00", "Checkout,,short,2025-01-10T11:00:00"]
    shop.deliver(
        {
            "products.csv": ["10,Books,Atlas,20.00,12.00,8.00"],
            "events/a.csv": "\n".join([*events, ""]),
            "orders.csv": ["1,1,2025-01-10T10:06:00,card,0,20.00,20.00,US,mobile,organic"],
            "order_items.csv": ["1,10,20.00,1,20.00"],
            "experiment_variants/a.csv": "\n".join([*assigned, ""]),
        }
    )
    result = shop.dbt("build", "--select", "+experiment_results", "--indirect-selection", "cautious")
    assert result.success, [r.message for r in result.result if str(r.status) in ("error", "fail")]
    rows = shop.table("gold.experiment_results").set_index("variant")
    assert list(rows["visitor_count"]) == [19, 20] and list(rows["left_out_visitor_count"]) == [1, 0]
    assert list(rows["converted_visitor_count"]) == [10, 10] and list(rows["verdict"]) == [
        "control",
        "too few conversions",
    ]
    assert [str(value) for value in rows["revenue_per_visitor"]] == ["10.53", "10.00"]
    assert len(shop.table("silver.int_experiment_variants")) == 41
    before = shop.versions()
    shop.succeed(
        "build", "--select", "+experiment_results", "--exclude", "resource_type:test", "resource_type:unit_test"
    )
    assert shop.versions() == before
