"""Draws the catalogue and the customers."""

import numpy as np

from data_generator import shop
from data_generator.options import GenerateOptions
from data_generator.streams import Floats, Ints, Streams
from data_generator.tables import Customers, Products
from data_generator.words import COLOURS, EMAIL_DOMAINS, FIRST_NAMES, LAST_NAMES


def make_products(options: GenerateOptions, streams: Streams) -> Products:
    """The catalogue: the same number of products in every category, at most that of scale 1."""
    full = shop.PRODUCTS_PER_CATEGORY
    per_category = max(shop.MIN_PRODUCTS_PER_CATEGORY, round(full * min(options.scale, 1.0)))
    size = per_category * len(shop.CATEGORIES)
    category = np.repeat(np.arange(len(shop.CATEGORIES)), per_category)

    low = np.array([c.low_usd for c in shop.CATEGORIES])[category] * 100
    high = np.array([c.high_usd for c in shop.CATEGORIES])[category] * 100
    price = _rounded(low + streams.uniform("products.price", size) * (high - low))
    share_low, share_high = shop.COST_SHARE
    cost = _rounded(price * (share_low + streams.uniform("products.cost", size) * (share_high - share_low)))

    kind = streams.uniform("products.kind", size)
    colour = streams.integers("products.colour", 0, len(COLOURS) - 1, size)
    number = streams.integers("products.number", 100, 999, size)
    names = []
    for c, k, col, n in zip(category.tolist(), kind.tolist(), colour.tolist(), number.tolist(), strict=True):
        kinds = shop.CATEGORIES[c].kinds
        names.append(f"{kinds[int(k * len(kinds))]} {COLOURS[col]} {n}")
    return Products(category=category, name=np.array(names, dtype=np.bytes_), price_cents=price, cost_cents=cost)


def make_customers(options: GenerateOptions, streams: Streams) -> Customers:
    """The customers, signed up evenly over the period."""
    size = max(1, round(shop.CUSTOMERS * options.scale))
    first = streams.integers("customers.first_name", 0, len(FIRST_NAMES) - 1, size)
    last = streams.integers("customers.last_name", 0, len(LAST_NAMES) - 1, size)
    signup = streams.integers("customers.signup_day", 0, options.day_count - 1, size)
    return Customers(
        first_name=first.astype(np.int16),
        last_name=last.astype(np.int16),
        namesake=_occurrence(first * len(LAST_NAMES) + last).astype(np.int32),
        domain=streams.integers("customers.domain", 0, len(EMAIL_DOMAINS) - 1, size).astype(np.int8),
        country=streams.choice("customers.country", shop.weights(shop.COUNTRIES), size).astype(np.int8),
        age=streams.integers("customers.age", *shop.AGES, size).astype(np.int8),
        signup_day=(options.start_day + signup).astype(np.int32),
        opt_in=streams.uniform("customers.opt_in", size) < shop.OPT_IN,
    )


def _rounded(values: Floats) -> Ints:
    """Positive numbers rounded half up to whole ones."""
    return np.floor(values + 0.5).astype(np.int64)


def _occurrence(values: Ints) -> Ints:
    """For each row, how many earlier rows hold the same value."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    position = np.arange(len(values))
    is_first = np.ones(len(values), dtype=bool)
    is_first[1:] = ordered[1:] != ordered[:-1]
    first_position = np.maximum.accumulate(np.where(is_first, position, 0))
    result = np.empty(len(values), dtype=np.int64)
    result[order] = position - first_position
    return result
