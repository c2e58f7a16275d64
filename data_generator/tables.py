"""The generated entities as columns of numbers.

Row ``i`` has the id ``i + 1``, and a reference to another entity is that entity's row. Times are seconds and days are
days since 1970-01-01 (UTC), money is in US cents, and -1 stands for "none". Small integer types keep ten million
events within some hundred megabytes.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.integer[Any]]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Products:
    """The catalogue; ``name`` holds the product names as bytes."""

    category: Numbers
    name: npt.NDArray[np.bytes_]
    price_cents: Numbers
    cost_cents: Numbers


@dataclass(frozen=True)
class Customers:
    """The customers; names, domain and country are positions in the word lists."""

    first_name: Numbers
    last_name: Numbers
    namesake: Numbers  # how many earlier customers have the same name
    domain: Numbers
    country: Numbers
    age: Numbers
    signup_day: Numbers
    opt_in: Flags


@dataclass(frozen=True)
class Sessions:
    """The visits; the country is the customer's."""

    customer: Numbers
    start: Numbers
    device: Numbers
    source: Numbers


@dataclass(frozen=True)
class Events:
    """The clickstream. ``pieces`` is the quantity of an add_to_cart and the cart size of a checkout."""

    session: Numbers
    time: Numbers
    type: Numbers
    product: Numbers
    pieces: Numbers
    order: Numbers


@dataclass(frozen=True)
class Orders:
    """One order per purchase event."""

    session: Numbers
    time: Numbers
    payment: Numbers
    discount_pct: Numbers
    subtotal_cents: Numbers
    total_cents: Numbers


@dataclass(frozen=True)
class OrderItems:
    """One line per add_to_cart of a session that bought."""

    order: Numbers
    product: Numbers
    quantity: Numbers


@dataclass(frozen=True)
class Reviews:
    """The reviews; ``rating`` counts from 0, so it is also the position of its text."""

    order: Numbers
    product: Numbers
    rating: Numbers
    day: Numbers


@dataclass(frozen=True)
class Dataset:
    """All seven entities."""

    customers: Customers
    products: Products
    sessions: Sessions
    events: Events
    orders: Orders
    order_items: OrderItems
    reviews: Reviews

    def rows(self, entity: str) -> int:
        """Number of rows of an entity."""
        first_column: Numbers = next(iter(vars(getattr(self, entity)).values()))
        return len(first_column)
