"""What customers are expected to order: BG/NBD and Gamma-Gamma, the functions behind `customer_ltv_forecast`."""

import importlib.metadata
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import approx_fprime
from scipy.special import beta, hyp2f1
from shop import Shop

from benchmarks.forecast import by_decile, by_segment, compared, order_days
from benchmarks.python_models import python_model
from data_generator import cli

MODULE = python_model("int_customer_forecasts")

# Fader, Hardie and Lee 2005, table 2, and Fader and Hardie 2013: estimates for CDNOW's customers, time in weeks.
CDNOW_BG_NBD = np.array([0.243, 4.414, 0.793, 2.426])
CDNOW_GAMMA_GAMMA = np.array([6.25, 3.74, 15.44])
WEEKS = np.array([1, 7, 1, 1])


def dataset(name: str) -> Path:
    """A file of the data sets that come with the package lifetimes."""
    return Path(str(importlib.metadata.distribution("lifetimes").locate_file(f"lifetimes/datasets/{name}")))


@pytest.fixture(scope="module")
def cdnow() -> pd.DataFrame:
    """The 2,357 customers of CDNOW: x, t and T in days, and m, the mean value of the repeat orders in US dollars."""
    rows = pd.read_csv(dataset("cdnow_customers_summary_with_transactions.csv"))
    assert len(rows) == 2357
    return pd.DataFrame(
        {
            "x": rows["x"].astype(float),
            "t": (rows["t_x"] * 7).round(),
            "T": (rows["T"] * 7).round(),
            "m": rows["zbar"],
        }
    )


def simulated(parameters: tuple[float, ...], customers: int, tenure: int, seed: int = 1) -> tuple[np.ndarray, ...]:
    """x, t and T of customers who behave as BG/NBD says, with the parameters r, alpha, a and b."""
    r, alpha, a, b = parameters
    random = np.random.default_rng(seed)
    rate, leaving = random.gamma(r, 1 / alpha, customers), random.beta(a, b, customers)
    T = random.uniform(0, tenure, customers)
    x, t, now, alive = np.zeros(customers), np.zeros(customers), np.zeros(customers), np.ones(customers, bool)
    while alive.any():
        now += random.exponential(1 / rate)
        alive &= now <= T
        x, t = x + alive, np.where(alive, now, t)
        alive &= random.random(customers) >= leaving
    return x, t, T


def buyers(*rows: tuple[object, ...]) -> pd.DataFrame:
    columns = ["customer_id", "frequency", "active_days", "tenure_days", "monetary_value", "net_revenue"]
    return pd.DataFrame(list(rows), columns=columns)


def generated_orders(landing: Path) -> pd.DataFrame:
    orders = pd.read_csv(landing / "orders.csv", dtype={"customer_id": str}, parse_dates=["order_time"])
    orders["day"] = orders.order_time.dt.normalize()
    return orders.rename(columns={"total_usd": "usd"})


def test_published_estimates_of_the_orders(cdnow: pd.DataFrame) -> None:
    exact = MODULE.fit_bg_nbd(cdnow.x, cdnow.t, cdnow["T"], prior_weight=0)
    np.testing.assert_allclose(exact / WEEKS, CDNOW_BG_NBD, atol=0.0006)
    # The prior moves the estimates by a small part of their standard errors, which are 5 % and more of them.
    fitted = MODULE.fit_bg_nbd(cdnow.x, cdnow.t, cdnow["T"])
    np.testing.assert_allclose(fitted / WEEKS, CDNOW_BG_NBD, rtol=0.01)
    assert not np.allclose(fitted, exact, rtol=1e-4)


def test_published_estimates_of_the_values(cdnow: pd.DataFrame) -> None:
    repeat = cdnow[cdnow.x > 0]
    unit = repeat.m.mean()
    for prior_weight, tolerance in ((0, 0.002), (1, 0.02)):
        p, q_less_1, mean = MODULE.fit_gamma_gamma(repeat.x, repeat.m / unit, prior_weight)
        v = unit * mean * q_less_1 / p
        np.testing.assert_allclose([p, q_less_1 + 1, v], CDNOW_GAMMA_GAMMA, rtol=tolerance)


def test_published_forecast_of_a_customer() -> None:
    """Fader, Hardie and Lee 2005, Implementing the BG/NBD Model in Excel: the first customer orders 1.226 times."""
    days = [np.array([value]) for value in (2.0, 30.43 * 7, 38.86 * 7)]
    assert MODULE.expected_orders(CDNOW_BG_NBD * WEEKS, *days, 39 * 7).round(3) == [1.226]


def test_forecast_of_cdnow_against_what_came(cdnow: pd.DataFrame) -> None:
    """The forecast of the 39 weeks after the sample is 12 % below what came, 1,653 of 1,882 orders, as for its authors."""
    orders = pd.read_csv(
        dataset("CDNOW_sample.txt"), sep=r"\s+", names=["_", "customer_id", "day", "cds", "usd"], parse_dates=["day"]
    )
    rows = order_days(orders, "1997-09-30")
    np.testing.assert_array_equal(rows.frequency, cdnow.x)
    np.testing.assert_array_equal(rows.active_days, cdnow.t)
    np.testing.assert_array_equal(rows.tenure_days, cdnow["T"])
    columns = [cdnow[name].to_numpy() for name in ("x", "t", "T")]
    expected = MODULE.expected_orders(MODULE.fit_bg_nbd(*columns), *columns, 39 * 7)
    later = orders[orders.day > "1997-09-30"].drop_duplicates(["customer_id", "day"]).groupby("customer_id").size()
    came = later.reindex(rows.customer_id, fill_value=0).to_numpy()
    assert came.sum() == 1882
    assert expected.sum() == pytest.approx(1882, rel=0.13)
    for least in range(6):
        assert expected[cdnow.x >= least].sum() == pytest.approx(came[cdnow.x >= least].sum(), rel=0.16), least


@pytest.mark.parametrize("parameters", [(0.243, 31, 0.793, 2.426), (2.0, 400.0, 0.3, 8.0), (1.0, 90.0, 2.5, 0.4)])
def test_expected_orders_are_those_of_the_closed_form(parameters: tuple[float, ...]) -> None:
    r, alpha, a, b = parameters
    x, t, T = simulated((1.0, 60.0, 0.8, 2.4), 500, 1000)
    for days in (1, 30, 365):
        z = days / (alpha + T + days)
        left = ((alpha + T) / (alpha + T + days)) ** (r + x) * hyp2f1(r + x, b + x, a + b + x - 1, z)
        closed = (a + b + x - 1) / (a - 1) * (1 - left) * MODULE.probability_alive(parameters, x, t, T)
        np.testing.assert_allclose(MODULE.expected_orders(parameters, x, t, T, days), closed, rtol=1e-8)


@pytest.mark.parametrize("parameters", [(0.243, 31, 0.793, 2.426), (2.0, 400.0, 0.3, 8.0), (1.0, 90.0, 2.5, 0.4)])
def test_probability_of_an_order_is_that_of_the_closed_form(parameters: tuple[float, ...]) -> None:
    """Fader and Hardie 2019, equation 34: the likelihood of no order until T + days, by that of the history until T."""
    r, alpha, a, b = parameters
    x, t, T = simulated((1.0, 60.0, 0.8, 2.4), 500, 1000)

    def likelihood(until: np.ndarray) -> np.ndarray:
        left = np.where(x > 0, beta(a + 1, b + np.maximum(x, 1) - 1) * (alpha + t) ** -(r + x), 0)
        return left + beta(a, b + x) * (alpha + until) ** -(r + x)

    for days in (1, 30, 365):
        expected = 1 - likelihood(T + days) / likelihood(T)
        found = MODULE.probability_order(parameters, x, t, T, days)
        np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-12)
        assert (found <= MODULE.expected_orders(parameters, x, t, T, days) + 1e-12).all()


def test_probability_of_an_order_is_what_simulated_customers_do() -> None:
    """Of customers who behave as the model says, as many order in each decile as were said to."""
    parameters = (1.0, 200.0, 0.8, 2.4)
    random, customers, until = np.random.default_rng(3), 40_000, 500.0
    rate, leaving = random.gamma(1.0, 1 / 200, customers), random.beta(0.8, 2.4, customers)
    now, x, t, came, alive = (
        np.zeros(customers),
        np.zeros(customers),
        np.zeros(customers),
        np.zeros(customers, bool),
        True,
    )
    for _ in range(200):
        now = now + random.exponential(1 / rate)
        known = alive & (now <= until)
        came |= alive & (now > until) & (now <= until + 365)
        x, t = x + known, np.where(known, now, t)
        alive = known & (random.random(customers) >= leaving)
    expected = MODULE.probability_order(parameters, x, t, np.full(customers, until), 365)
    for group in np.array_split(np.argsort(expected, kind="stable"), 10):
        error = np.sqrt(expected[group].mean() * (1 - expected[group].mean()) / len(group))
        assert came[group].mean() == pytest.approx(expected[group].mean(), abs=4 * error)


def test_expected_orders_have_no_gap_at_a_of_1() -> None:
    x, t, T = simulated((1.0, 60.0, 0.8, 2.4), 500, 1000)
    below, at, above = (MODULE.expected_orders((1, 60, a, 2), x, t, T, 365) for a in (0.999, 1.0, 1.001))
    np.testing.assert_allclose(at, (below + above) / 2, rtol=1e-5)


def test_a_customer_of_one_order_is_alive_and_orders_less_the_longer_it_is_ago() -> None:
    none, T = np.zeros(4), np.array([0.0, 10.0, 100.0, 1000.0])
    parameters = (0.8, 90.0, 0.6, 2.5)
    np.testing.assert_array_equal(MODULE.probability_alive(parameters, none, none, T), 1)
    expected = MODULE.expected_orders(parameters, none, none, T, 365)
    assert (np.diff(expected) < 0).all()
    assert (expected > 0).all()


def test_a_repeat_customer_is_the_less_alive_the_longer_nothing_came() -> None:
    parameters = (0.8, 90.0, 0.6, 2.5)
    x, t, T = np.full(4, 5.0), np.full(4, 300.0), np.array([300.0, 400.0, 800.0, 5000.0])
    alive = MODULE.probability_alive(parameters, x, t, T)
    assert (np.diff(alive) < 0).all()
    # Who has just ordered has left with the last order, or not: b + x - 1 to a.
    assert alive[0] == pytest.approx((2.5 + 5 - 1) / (0.6 + 2.5 + 5 - 1))
    assert alive[-1] < 0.001


def test_values_lie_between_the_customer_s_own_and_the_mean() -> None:
    parameters, x = (6.0, 3.0, 1.0), np.array([0.0, 1.0, 2.0, 10.0, 1000.0])
    value = MODULE.expected_order_value(parameters, x, np.where(x > 0, 2.0, 0.0))
    np.testing.assert_allclose(value, [1, 5 / 3, 1.8, 1.95238095, 1.9995002], rtol=1e-7)


@pytest.mark.slow
@pytest.mark.parametrize("parameters", [(0.5, 60.0, 0.9, 3.0), (1.5, 300.0, 0.4, 1.2), (3.0, 90.0, 2.0, 6.0)])
def test_parameters_of_simulated_customers_are_found(parameters: tuple[float, ...]) -> None:
    x, t, T = simulated(parameters, 10_000, 1000)
    found = MODULE.fit_bg_nbd(x, t, T)
    np.testing.assert_allclose(found, parameters, rtol=0.25)
    np.testing.assert_allclose(found[2] / found[2:].sum(), parameters[2] / sum(parameters[2:]), rtol=0.05)
    np.testing.assert_allclose(found[0] / found[1], parameters[0] / parameters[1], rtol=0.05)


@pytest.mark.slow
def test_parameters_of_simulated_values_are_found() -> None:
    p, q, v, random = 3.0, 4.0, 20.0, np.random.default_rng(1)
    x = random.integers(1, 8, 10_000).astype(float)
    m = random.gamma(p * x, 1 / (random.gamma(q, 1 / v, len(x)) * x))
    np.testing.assert_allclose(MODULE.fit_gamma_gamma(x, m), [p, q - 1, p * v / (q - 1)], rtol=0.08)


def test_gradients_are_those_of_finite_differences(monkeypatch: pytest.MonkeyPatch) -> None:
    likelihoods = []
    monkeypatch.setattr(MODULE, "fit", lambda name, likelihood, *_: likelihoods.append(likelihood))
    x, t, T = simulated((1.0, 60.0, 0.8, 2.4), 200, 1000)
    MODULE.fit_bg_nbd(x, t, T)
    repeat = x[x > 0]
    MODULE.fit_gamma_gamma(repeat, np.random.default_rng(2).gamma(2, 0.5, len(repeat)))
    for likelihood, point in zip(likelihoods, ([0.7, 40.0, 1.3, 2.2], [2.5, 1.7, 1.2]), strict=True):
        numeric = approx_fprime(np.array(point), lambda each, of=likelihood: of(each)[0], 1e-7)
        np.testing.assert_allclose(likelihood(np.array(point))[1], numeric, rtol=1e-4, atol=1e-3)


def test_a_fit_that_does_not_converge_says_so() -> None:
    """Customers who never leave and all order every 30 days: r and alpha grow without end, unless a prior holds them."""
    T = np.random.default_rng(1).uniform(500, 1000, 2000).round()
    x = T // 30
    t = x * 30
    with pytest.raises(RuntimeError, match=r"The fit of BG/NBD does not converge\. It got to \["):
        MODULE.fit_bg_nbd(x, t, T, prior_weight=0)
    r, alpha, a, b = MODULE.fit_bg_nbd(x, t, T)
    assert r / alpha == pytest.approx(1 / 30, rel=0.05)
    assert a / (a + b) < 0.01


def test_the_two_quadratures_agree_where_one_takes_over() -> None:
    for a in (0.05, 0.8, 1.0, 3.0):
        forecasts = []
        for x in (497.4, 497.6):  # b + x on both sides of 500
            forecasts += list(MODULE.expected_orders((0.3, 60, a, 2.5), *np.array([[x], [900.0], [902.0]]), 365))
        assert forecasts[0] == pytest.approx(forecasts[1], rel=1e-3), a


@pytest.mark.parametrize(
    "rows",
    [
        [("first order today", 0, 0, 0, 0.0, 50.0)],
        [("one order", 0, 0, 700, 0.0, 50.0)],
        [("one repeat", 1, 1, 700, 20.0, 70.0)],
        [("every day", 700, 700, 700, 20.0, 14_020.0)],
        [("every day for years", 3_000, 3_000, 3_000, 20.0, 60_020.0)],
        [("free", 0, 0, 10, 0.0, 0.0), ("free again", 3, 5, 10, 0.0, 0.0)],
        [("same", 2, 300, 400, 50.0, 150.0)] * 50,
        [("paid once", 2, 9, 10, 0.0, 8.0), ("b", 0, 0, 3, 0.0, 1e6)],
    ],
    ids=lambda rows: rows[0][0],
)
def test_few_customers_have_a_forecast(rows: list[tuple[object, ...]]) -> None:
    forecast = MODULE.forecast(buyers(*rows))
    assert list(forecast.customer_id) == sorted(row[0] for row in rows)
    numbers = forecast.drop(columns="customer_id").to_numpy(float)
    assert np.isfinite(numbers).all()
    assert (numbers >= 0).all()
    assert (forecast.probability_alive <= 1).all()
    assert (forecast.expected_orders_12m <= 366).all()
    assert (forecast.expected_order_value.sum() > 0) == (sum(row[5] for row in rows) > 0)


def test_one_customer_has_the_forecast_of_the_prior() -> None:
    """An order a year while alive: of the first customer not quite 1, for some leave after a repeat order."""
    forecast = MODULE.forecast(buyers(("a", 0, 0, 0, 0.0, 50.0))).iloc[0]
    assert forecast.probability_alive == 1
    assert 0.7 < forecast.expected_orders_12m < 1
    assert forecast.expected_order_value == 50
    of_two = MODULE.forecast(buyers(("a", 0, 0, 0, 0.0, 50.0), ("b", 0, 0, 0, 0.0, 70.0)))
    assert list(of_two.expected_order_value) == [60, 60]
    assert forecast.predicted_ltv_12m == pytest.approx(50 * forecast.expected_orders_12m, abs=0.01)


def test_rows_in_any_order_have_the_same_forecast(cdnow: pd.DataFrame) -> None:
    rows = cdnow.head(500).set_axis(["frequency", "active_days", "tenure_days", "monetary_value"], axis=1)
    rows = rows.assign(customer_id=rows.index.astype(str), net_revenue=rows.monetary_value * rows.frequency + 30)
    first = MODULE.forecast(rows).reset_index(drop=True)
    for seed in range(3):
        shuffled = MODULE.forecast(rows.sample(frac=1, random_state=seed)).reset_index(drop=True)
        pd.testing.assert_frame_equal(first, shuffled, check_exact=True)


@pytest.mark.slow
def test_forecast_of_a_generated_shop_against_what_came(tmp_path: Path) -> None:
    """The last year, forecast from those before: docs/forecast.md has the figures."""
    assert cli.main(["generate", "--output", str(tmp_path)]) == 0
    rows = compared(generated_orders(tmp_path), MODULE)
    assert len(rows) > 5000
    assert rows.expected_orders_12m.sum() == pytest.approx(rows.came_orders.sum(), rel=0.03)
    assert rows.predicted_ltv_12m.sum() == pytest.approx(rows.came_usd.sum(), rel=0.03)
    for decile, group in by_decile(rows).iterrows():
        assert group.forecast == pytest.approx(group.came, abs=0.06), decile


@pytest.mark.slow
def test_tables_of_a_generated_shop(tmp_path: Path) -> None:
    """The table counts what the orders say up to `as_of_date`, has the forecast of that, and no rows without a buyer."""
    shop = Shop(tmp_path)
    assert cli.main(["generate", "--output", str(shop.landing), "--scale", "0.01"]) == 0
    tables = ["int_customer_order_days", "int_customer_forecasts", "customer_ltv_forecast"]
    shop.build("--select", "+customer_360")
    customers = shop.table("gold.customer_360")
    by_name = by_segment(customers.assign(probability_order_12m=customers.probability_order_12m.astype(float))).forecast
    assert by_name["Lost"] < by_name["Champions"]
    shop.build("--select", "+customer_ltv_forecast", "--vars", "as_of_date: 2024-10-31")
    rows = order_days(generated_orders(shop.landing), "2024-10-31")
    expected = rows.merge(MODULE.forecast(rows), on="customer_id").drop(columns="net_revenue").set_index("customer_id")
    built = shop.table("gold.customer_ltv_forecast").set_index("customer_id").astype(float)
    assert len(built) > 100
    pd.testing.assert_frame_equal(
        built.sort_index()[list(expected)], expected.sort_index().astype(float), check_exact=False, rtol=0, atol=0.011
    )
    shop.build("--select", *tables, "--vars", "as_of_date: 2019-12-31")
    assert shop.table("gold.customer_ltv_forecast").empty


def test_model_without_customers_keeps_its_columns() -> None:
    dbt = SimpleNamespace(ref=lambda _: SimpleNamespace(toPandas=buyers), config=lambda **_: None)
    written = {}
    spark = SimpleNamespace(createDataFrame=lambda frame, schema: written.update(frame=frame, schema=schema))
    MODULE.model(dbt, spark)
    assert written["frame"].empty
    assert written["schema"].split(", ") == ["customer_id string", *(f"{name} double" for name in MODULE.DIGITS)]
