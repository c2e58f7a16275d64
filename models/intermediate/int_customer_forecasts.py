"""Expected number and value of each buyer's orders in the next 12 months.

- orders: BG/NBD (Fader, Hardie and Lee 2005, "Counting Your Customers" the Easy Way, doi:10.1287/mksc.1040.0098). While
  alive, a customer orders at a rate of their own, and leaves for good after any repeat order with a probability of
  their own. The rates are Gamma(r, alpha), the probabilities Beta(a, b).
- values: Gamma-Gamma (Fader and Hardie 2013, The Gamma-Gamma Model of Monetary Value, brucehardie.com/notes/025). The
  values of a customer's orders are Gamma(p, nu), and nu is Gamma(q, v).

x is the number of a customer's repeat orders, m their mean value, t and T the days from the first order to the last and
to the end. An order is a day with orders. Parameters are those of maximum likelihood under a weak prior. The data of a
shop outweighs it; where data says nothing (few customers, or none that ever leaves) the likelihood has no maximum.
"""

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import betaln, digamma, expit, gammaln, roots_genlaguerre, roots_jacobi

HORIZON_DAYS = 365
# Means of the prior of r, alpha, a, b: an order a year while alive, and a quarter leaves after a repeat order.
BG_NBD_PRIOR = (1.0, 365.0, 1.0, 3.0)
# Of p, q - 1 (for q up to 1 the mean is infinite) and the mean value p v / (q - 1), in units of the mean of the shop.
GAMMA_GAMMA_PRIOR = (2.0, 3.0, 1.0)
# The prior of each parameter is a gamma distribution of this shape: its standard deviation is three times its mean.
PRIOR_SHAPE = 0.1
DIGITS = {
    "probability_alive": 4,
    "probability_order_12m": 4,
    "expected_orders_12m": 4,
    "expected_order_value": 2,
    "predicted_ltv_12m": 2,
}


def fit(name, likelihood, means, prior_weight):
    """The parameters whose logarithms have the greatest posterior density, in the order of `means`, those of the prior.

    likelihood: function of the parameters, all above 0, to their log likelihood and its gradient. prior_weight: 1, or 0
    for plain maximum likelihood. A RuntimeError says that the fit of the model `name` does not converge.
    """
    shape = prior_weight * PRIOR_SHAPE

    def loss(logs):
        value, gradient = likelihood(np.exp(logs))
        ratio = np.exp(logs) / means
        return shape * np.sum(ratio - np.log(ratio)) - value, shape * (ratio - 1) - gradient * np.exp(logs)

    def hessian(logs):
        return np.array([(loss(logs + step)[1] - loss(logs - step)[1]) / 2e-4 for step in 1e-4 * np.eye(len(logs))])

    found = minimize(loss, np.log(means), jac=True, hess=hessian, method="trust-ncg", options={"gtol": 1e-5})
    gradient, curvature = loss(found.x)[1], hessian(found.x)
    is_peak = np.isfinite(curvature).all() and np.linalg.eigvalsh(curvature)[0] > 0
    # What is left to gain, in units of the log likelihood: 1e-4 is a hundredth of a standard error.
    if not is_peak or gradient @ np.linalg.solve(curvature, gradient) > 1e-4:
        raise RuntimeError(f"The fit of {name} does not converge. It got to {np.exp(found.x)}: {found.message}")
    return np.exp(found.x)


def fit_bg_nbd(x, t, T, prior_weight=1):
    """The parameters r, alpha, a, b, in days."""
    (x, t, T), count = np.unique(np.array([x, t, T], dtype=float), axis=1, return_counts=True)
    # What depends on x alone is worked out once for each number of orders.
    each, of = np.unique(x, return_inverse=True)

    def likelihood(parameters):  # equation 6
        r, alpha, a, b = parameters
        living, left = log_living_and_left(parameters, x, t, T)
        of_x = gammaln(r + each) - gammaln(r) + r * np.log(alpha) + betaln(a, b + each) - betaln(a, b)
        share = expit(left - living)
        of_r, of_a = digamma(r + each) - digamma(r) + np.log(alpha), digamma(a + b) - digamma(a + b + each)
        gradient = [
            of_r[of] - (1 - share) * np.log(alpha + T) - share * np.log(alpha + t),
            r / alpha - (r + x) * ((1 - share) / (alpha + T) + share / (alpha + t)),
            of_a[of] + share / a,
            (of_a + digamma(b + each) - digamma(b))[of] - share / (b + np.maximum(x, 1) - 1),
        ]
        return count @ (of_x[of] + np.logaddexp(living, left)), np.array(gradient) @ count.astype(float)

    return fit("BG/NBD", likelihood, BG_NBD_PRIOR, prior_weight)


def log_living_and_left(parameters, x, t, T):
    """Log likelihoods of being alive and of having left with the last order, less what the two have in common."""
    r, alpha, a, b = parameters
    # Without a repeat order nobody has had an opportunity to leave.
    left = np.where(x > 0, np.log(a / (b + np.maximum(x, 1) - 1)) - (r + x) * np.log(alpha + t), -np.inf)
    return -(r + x) * np.log(alpha + T), left


def probability_alive(parameters, x, t, T):
    """Probability that a customer has not left: 1 without a repeat order."""
    return expit(np.subtract(*log_living_and_left(parameters, x, t, T)))


def probability_order(parameters, x, t, T, days):
    """Probability of at least one order in the next `days` days: 1 - equation 34 of Fader and Hardie (2019), A
    Step-by-Step Derivation of the BG/NBD Model, brucehardie.com/notes/039. A customer who has left places none. One who
    is alive orders at a rate that is Gamma(r + x, alpha + T), so no order comes with the probability below.
    """
    r, alpha, _, _ = parameters
    none = ((alpha + T) / (alpha + T + days)) ** (r + x)
    return probability_alive(parameters, x, t, T) * (1 - none)


def beta_quadrature(a, b):
    """Nodes and weights of Beta(a, b): Gauss-Jacobi; where b is too great for it, Gauss-Laguerre over -log(1 - p)."""
    if b < 500:
        nodes, weights = roots_jacobi(64, b - 1, a - 1)
        return np.maximum((1 + nodes) / 2, 1e-12), weights
    nodes, weights = roots_genlaguerre(64, a - 1)
    p = -np.expm1(-nodes / b)
    return p, weights * (p * b / nodes) ** (a - 1)


def expected_orders(parameters, x, t, T, days):
    """Number of orders to be expected in the next `days` days: equation 10, as the mean over the probability p with
    which a living customer leaves. Unlike the closed form it has no gap at a = 1, and no terms that nearly cancel.
    """
    r, alpha, a, b = parameters
    orders = np.zeros(len(x))
    for each in np.unique(x):
        p, weights = beta_quadrature(a, b + each)
        growth = np.log1p(np.outer(days / (alpha + T[x == each]), p))
        orders[x == each] = (-np.expm1(-(r + each) * growth) / p) @ weights / weights.sum()
    return probability_alive(parameters, x, t, T) * orders


def fit_gamma_gamma(x, m, prior_weight=1):
    """The parameters p, q - 1 and mean, of customers whose x and m are above 0."""
    # What depends on x alone is worked out once for each number of orders.
    each, count = np.unique(x, return_counts=True)
    spent = x @ np.log(m * x)

    def likelihood(parameters):  # equation 1a
        p, q_less_1, mean = parameters
        q, v = q_less_1 + 1, mean * q_less_1 / p
        shape, total = p * x + q, v + m * x
        log_total, of_v = np.log(total), (q - v * shape / total).sum()
        of_x = gammaln(p * each + q) - gammaln(p * each) - gammaln(q) + q * np.log(v)
        grown = digamma(p * each + q)
        of_p = count @ (each * (grown - digamma(p * each))) + spent - x @ log_total
        of_q = count @ (grown - digamma(q) + np.log(v)) - log_total.sum()
        gradient = np.array([of_p - of_v / p, of_q + of_v / q_less_1, of_v / mean])
        return count @ of_x + p * spent - np.log(m).sum() - shape @ log_total, gradient

    return fit("Gamma-Gamma", likelihood, GAMMA_GAMMA_PRIOR, prior_weight)


def expected_order_value(parameters, x, m):
    """Expected value of an order (equation 5): a weighted mean of the customer's own mean and that of all customers."""
    p, q_less_1, mean = parameters
    return (p * x * m + q_less_1 * mean) / (p * x + q_less_1)


def forecast(customers):
    """The forecast of each customer, rounded. customers: rows of `int_customer_order_days`, in any order."""
    customers = customers.sort_values("customer_id")  # a sum in another order differs in its last digits
    columns = ["frequency", "active_days", "tenure_days", "monetary_value", "net_revenue"]
    x, t, T, m, net_revenue = customers[columns].to_numpy(float).T
    bg_nbd = fit_bg_nbd(x, t, T)
    alive = probability_alive(bg_nbd, x, t, T)
    any_order, orders = (each(bg_nbd, x, t, T, HORIZON_DAYS) for each in (probability_order, expected_orders))
    # In units of the mean value the prior fits any shop. A shop that only gives away has the mean 0.
    mean = net_revenue.sum() / max((x + 1).sum(), 1)
    m = m / (mean or 1)
    # A value of 0 has no likelihood.
    value = mean * expected_order_value(fit_gamma_gamma(x[m > 0], m[m > 0]), x, m)
    numbers = dict(zip(DIGITS, (alive, any_order, orders, value, orders * value), strict=True))
    return pd.DataFrame({"customer_id": customers["customer_id"], **numbers}).round(DIGITS)


def model(dbt, spark):
    dbt.config(materialized="table")
    # Named types: there is nothing to infer them from without a customer.
    schema = ", ".join(["customer_id string", *(f"{name} double" for name in DIGITS)])
    return spark.createDataFrame(forecast(dbt.ref("int_customer_order_days").toPandas()), schema)
