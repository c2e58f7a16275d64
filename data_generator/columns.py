"""Writes rows of each entity as CSV lines, in the spelling of the published data set."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from data_generator import shop
from data_generator.options import GenerateOptions
from data_generator.render import Calendar, Dictionary, Field, Lines, constant, dollars, integers, lines
from data_generator.schema import EVENT_TYPES
from data_generator.tables import Dataset, Numbers
from data_generator.words import EMAIL_DOMAINS, FIRST_NAMES, LAST_NAMES

# Days after the period that a session of the last day can run into.
_OVERRUN_DAYS: Final = 1

_MOST_PIECES: Final = shop.VIEWS_PER_SESSION[1] * shop.MORE_PIECES[1]


class Writer:
    """Writes the rows of a data set."""

    def __init__(self, data: Dataset, options: GenerateOptions) -> None:
        self._data = data
        self._calendar = Calendar(options.start_day, options.start_day + options.day_count - 1 + _OVERRUN_DAYS)
        self._first_name = Dictionary(FIRST_NAMES)
        self._last_name = Dictionary(LAST_NAMES)
        self._first_mail = Dictionary([name.lower() for name in FIRST_NAMES])
        self._last_mail = Dictionary([name.lower() for name in LAST_NAMES])
        self._domain = Dictionary([f"@{domain}" for domain in EMAIL_DOMAINS])
        self._country = Dictionary(shop.names(shop.COUNTRIES))
        self._device = Dictionary(shop.names(shop.DEVICES))
        self._source = Dictionary(shop.names(shop.SOURCES))
        self._payment = Dictionary(shop.names(shop.PAYMENTS))
        self._category = Dictionary([category.name for category in shop.CATEGORIES])
        self._product = Dictionary(data.products.name)
        self._boolean = Dictionary(("False", "True"))
        self._event_type = Dictionary(EVENT_TYPES)
        self._review = Dictionary([f'"{text}"' if "," in text else text for _, text in shop.RATINGS])
        # Whole numbers in columns that have nulls are written as floats.
        self._product_id = Dictionary([f"{number + 1}.0" for number in range(data.rows("products"))])
        self._pieces = Dictionary([f"{number}.0" for number in range(_MOST_PIECES + 1)])
        self._discount = Dictionary([f"{number}.0" for number in range(max(shop.DISCOUNTS_PCT) + 1)])
        self._fields: dict[str, Callable[[Numbers], Sequence[Field]]] = {
            "customers": self._customers,
            "products": self._products,
            "sessions": self._sessions,
            "events": self._events,
            "orders": self._orders,
            "order_items": self._order_items,
            "reviews": self._reviews,
        }

    def lines(self, entity: str, rows: Numbers) -> Lines:
        """The given rows of an entity, in the given order."""
        return lines(self._fields[entity](rows))

    def _customers(self, rows: Numbers) -> Sequence[Field]:
        table = self._data.customers
        first, last = table.first_name[rows], table.last_name[rows]
        space, dot = constant(" ", len(rows)), constant(".", len(rows))
        # The first of several namesakes has no number in the address, the next one has 2.
        namesake = table.namesake[rows]
        number = integers(namesake + 1)
        number[namesake == 0] = 0
        return (
            (integers(rows + 1),),
            (self._first_name(first), space, self._last_name(last)),
            (self._first_mail(first), dot, self._last_mail(last), number, self._domain(table.domain[rows])),
            (self._country(table.country[rows]),),
            (integers(table.age[rows]),),
            (self._calendar.day(table.signup_day[rows]),),
            (self._boolean(table.opt_in[rows].astype(np.int8)),),
        )

    def _products(self, rows: Numbers) -> Sequence[Field]:
        table = self._data.products
        price, cost = table.price_cents[rows], table.cost_cents[rows]
        return (
            (integers(rows + 1),),
            (self._category(table.category[rows]),),
            (self._product(rows),),
            dollars(price),
            dollars(cost),
            dollars(price - cost),
        )

    def _sessions(self, rows: Numbers) -> Sequence[Field]:
        customer = self._data.sessions.customer[rows]
        return (
            (integers(rows + 1),),
            (integers(customer + 1),),
            self._calendar.time(self._data.sessions.start[rows]),
            *self._origin(rows),
        )

    def _origin(self, session: Numbers) -> tuple[Field, Field, Field]:
        """Device, source and country of sessions."""
        table = self._data.sessions
        return (
            (self._device(table.device[session]),),
            (self._source(table.source[session]),),
            (self._country(self._data.customers.country[table.customer[session]]),),
        )

    def _events(self, rows: Numbers) -> Sequence[Field]:
        table, orders = self._data.events, self._data.orders
        pieces = table.pieces[rows]
        has_product = table.product[rows] >= 0
        is_purchase = table.order[rows] >= 0
        order = table.order[rows][is_purchase]
        payment, discount, amount = np.full((3, len(rows)), -1, dtype=np.int64)
        payment[is_purchase] = orders.payment[order]
        discount[is_purchase] = orders.discount_pct[order]
        amount[is_purchase] = orders.total_cents[order]
        return (
            (integers(rows + 1),),
            (integers(table.session[rows] + 1),),
            self._calendar.time(table.time[rows]),
            (self._event_type(table.type[rows]),),
            (self._product_id(table.product[rows]),),
            (self._pieces(np.where(has_product, pieces, -1)),),
            (self._pieces(np.where(has_product, -1, pieces)),),
            (self._payment(payment),),
            (self._discount(discount),),
            dollars(amount),
        )

    def _orders(self, rows: Numbers) -> Sequence[Field]:
        table = self._data.orders
        session = table.session[rows]
        device, source, country = self._origin(session)
        return (
            (integers(rows + 1),),
            (integers(self._data.sessions.customer[session] + 1),),
            self._calendar.time(table.time[rows]),
            (self._payment(table.payment[rows]),),
            (integers(table.discount_pct[rows]),),
            dollars(table.subtotal_cents[rows]),
            dollars(table.total_cents[rows]),
            country,
            device,
            source,
        )

    def _order_items(self, rows: Numbers) -> Sequence[Field]:
        table = self._data.order_items
        product, quantity = table.product[rows], table.quantity[rows]
        price = self._data.products.price_cents[product]
        return (
            (integers(table.order[rows].astype(np.int64) + 1),),
            (integers(product.astype(np.int64) + 1),),
            dollars(price),
            (integers(quantity),),
            dollars(price * quantity),
        )

    def _reviews(self, rows: Numbers) -> Sequence[Field]:
        table = self._data.reviews
        return (
            (integers(rows + 1),),
            (integers(table.order[rows].astype(np.int64) + 1),),
            (integers(table.product[rows].astype(np.int64) + 1),),
            (integers(table.rating[rows].astype(np.int64) + 1),),
            (self._review(table.rating[rows]),),
            self._calendar.time(table.day[rows].astype(np.int64) * 86_400),
        )
