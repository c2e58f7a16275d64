"""Simulates the sessions: what is viewed, put into the cart, checked out and bought."""

from typing import Final

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from data_generator import shop
from data_generator.options import GenerateOptions
from data_generator.streams import Floats, Ints, Streams
from data_generator.tables import Customers, Events, Numbers, OrderItems, Orders, Products, Sessions

SECONDS_PER_DAY: Final = 86_400

# Sessions simulated at once. It bounds the memory and, as every quantity has its own stream, changes no result.
BLOCK: Final = 50_000

PAGE_VIEW, ADD_TO_CART, CHECKOUT, PURCHASE = range(4)


def make_sessions(options: GenerateOptions, customers: Customers, streams: Streams) -> Sessions:
    """The visits, spread evenly over customers and period; they are not in the order of time."""
    size = max(1, round(shop.SESSIONS * options.scale))
    second = streams.integers("sessions.start", 0, options.day_count * SECONDS_PER_DAY - 1, size)
    return Sessions(
        customer=streams.integers("sessions.customer", 0, len(customers.age) - 1, size).astype(np.int32),
        start=options.start_day * SECONDS_PER_DAY + second,
        device=streams.choice("sessions.device", shop.weights(shop.DEVICES), size).astype(np.int8),
        source=streams.choice("sessions.source", shop.weights(shop.SOURCES), size).astype(np.int8),
    )


def make_traffic(sessions: Sessions, products: Products, streams: Streams) -> tuple[Events, Orders, OrderItems]:
    """The events of all sessions in session order, and the orders and order lines that follow from them."""
    size = len(sessions.start)
    shelf = _Shelf(products)
    blocks: list[tuple[Events, Orders, OrderItems]] = []
    order_count = 0
    with tqdm(total=size, desc="simulating", unit=" sessions", disable=None, leave=False) as progress:
        for first in range(0, size, BLOCK):
            block = _simulate(first, sessions.start[first : first + BLOCK], order_count, shelf, streams)
            order_count += len(block[1].time)
            blocks.append(block)
            progress.update(min(BLOCK, size - first))
    events, orders, items = zip(*blocks, strict=True)
    return Events(**_joined(events)), Orders(**_joined(orders)), OrderItems(**_joined(items))


class _Shelf:
    """Picks products, cheap ones more often than expensive ones, from one category or from the whole catalogue."""

    def __init__(self, products: Products) -> None:
        self.price_cents = products.price_cents
        self.price_usd: Floats = products.price_cents / 100
        pools = [np.flatnonzero(products.category == c) for c in range(len(shop.CATEGORIES))]
        self.everything = len(pools)
        pools.append(np.arange(len(products.price_cents)))
        # Pool p occupies the numbers from p to p + 1, so that one search serves the views of all pools.
        self._products = np.concatenate(pools)
        self._bounds = np.concatenate([number + _shares(self.price_cents[pool]) for number, pool in enumerate(pools)])
        self._last = np.cumsum([len(pool) for pool in pools]) - 1

    def pick(self, pool: Numbers, drawn: Floats) -> Ints:
        """A product for each pool number and uniform random number."""
        position = np.searchsorted(self._bounds, pool + drawn, side="right")
        # pool + drawn can round up to the next pool's first number.
        return np.asarray(self._products[np.minimum(position, self._last[pool])], dtype=np.int64)


def _shares(price_cents: Numbers) -> Floats:
    """Upper bounds of the products' shares of a pool: weight 1 / (1 + price / mean price)."""
    # The mean from exact integers: a floating sum may differ between machines in its last bit.
    weight = 1 / (1 + price_cents * len(price_cents) / int(price_cents.sum()))
    bounds = np.cumsum(weight)
    return np.asarray(bounds / bounds[-1], dtype=np.float64)


def _simulate(
    first_session: int, start: Numbers, first_order: int, shelf: _Shelf, streams: Streams
) -> tuple[Events, Orders, OrderItems]:
    """One block of sessions. Arrays are per session, per view (``of_view``: its session) or per cart event."""
    size = len(start)
    views = _Views(start, shelf, streams)
    carts = _Carts(views, shelf, streams)

    cart_size = np.bincount(carts.session, weights=carts.quantity, minlength=size).astype(np.int64)
    checks_out = (cart_size > 0) & (streams.uniform("events.checks_out", size) < shop.CHECKS_OUT)
    buys = checks_out & (streams.uniform("events.buys", size) < shop.BUYS)
    checkout_time = views.end + 60 * streams.integers("events.checkout", *shop.CHECKOUT_MINUTES, size)
    purchase_time = checkout_time + 60 * streams.integers("events.purchase", *shop.PURCHASE_MINUTES, size)

    # Events stand in session order: each view, followed by its add_to_cart, then checkout and purchase.
    in_cart = np.zeros(len(views.session), dtype=np.int64)
    in_cart[carts.view] = 1
    closing = checks_out.astype(np.int64) + buys
    view_row = np.cumsum(1 + in_cart) - (1 + in_cart) + (np.cumsum(closing) - closing)[views.session]
    cart_row = view_row[carts.view] + 1
    checkout_row = (view_row + 1 + in_cart)[views.last[checks_out]]
    purchase_row = (view_row + 2 + in_cart)[views.last[buys]]

    rows = len(views.session) + len(carts.view) + int(closing.sum())
    session = np.empty(rows, dtype=np.int32)
    time = np.empty(rows, dtype=np.int64)
    kind = np.empty(rows, dtype=np.int8)
    product = np.full(rows, -1, dtype=np.int16)
    pieces = np.full(rows, -1, dtype=np.int16)
    order = np.full(rows, -1, dtype=np.int32)
    number = np.arange(size)
    for row, of_session, when, what in (
        (view_row, views.session, views.time, PAGE_VIEW),
        (cart_row, carts.session, carts.time, ADD_TO_CART),
        (checkout_row, number[checks_out], checkout_time[checks_out], CHECKOUT),
        (purchase_row, number[buys], purchase_time[buys], PURCHASE),
    ):
        session[row] = first_session + of_session
        time[row] = when
        kind[row] = what
    product[view_row] = views.product
    product[cart_row] = carts.product
    pieces[cart_row] = carts.quantity
    pieces[checkout_row] = cart_size[checks_out]
    order[purchase_row] = first_order + np.arange(len(purchase_row))

    orders, items = _sell(first_session, first_order, buys, purchase_time, carts, shelf, streams)
    return Events(session=session, time=time, type=kind, product=product, pieces=pieces, order=order), orders, items


class _Views:
    """The page views of a block; ``last`` is the row of each session's last view and ``end`` its time."""

    def __init__(self, start: Numbers, shelf: _Shelf, streams: Streams) -> None:
        size = len(start)
        count = streams.integers("events.views", *shop.VIEWS_PER_SESSION, size)
        favourite = np.where(
            streams.uniform("events.has_favourite", size) < shop.HAS_FAVOURITE,
            streams.integers("events.favourite", 0, shelf.everything - 1, size),
            shelf.everything,
        )
        self.session = np.repeat(np.arange(size), count)
        self.last = np.cumsum(count) - 1
        rows = len(self.session)
        stays = streams.uniform("events.stays", rows) < shop.STAYS_IN_FAVOURITE
        pool = np.where(stays, favourite[self.session], shelf.everything)
        self.product = shelf.pick(pool, streams.uniform("events.product", rows))
        # The clock starts at the session's start and advances before each view.
        minutes = np.cumsum(streams.integers("events.minutes", *shop.MINUTES_PER_VIEW, rows))
        minutes_before = np.concatenate(([0], minutes[self.last[:-1]]))
        self.time = start[self.session] + 60 * (minutes - minutes_before[self.session])
        self.end = self.time[self.last]


class _Carts:
    """The add_to_cart events of a block; ``view`` is the row of the view that each follows."""

    def __init__(self, views: _Views, shelf: _Shelf, streams: Streams) -> None:
        probability = np.maximum(0.05, 0.35 - shelf.price_usd[views.product] / 1000)
        self.view = np.flatnonzero(streams.uniform("events.in_cart", len(views.session)) < probability)
        self.session = views.session[self.view]
        self.product = views.product[self.view]
        rows = len(self.view)
        # The clock does not advance, so a checkout can come before the last of these.
        self.time = views.time[self.view] + streams.integers("events.cart_seconds", *shop.CART_SECONDS, rows)
        self.quantity = np.where(
            streams.uniform("events.one_piece", rows) < shop.ONE_PIECE,
            1,
            streams.integers("events.quantity", *shop.MORE_PIECES, rows),
        )


def _sell(
    first_session: int,
    first_order: int,
    buys: npt.NDArray[np.bool_],
    purchase_time: Ints,
    carts: _Carts,
    shelf: _Shelf,
    streams: Streams,
) -> tuple[Orders, OrderItems]:
    """One order per session that buys, with one line per add_to_cart."""
    session = np.flatnonzero(buys)
    size = len(session)
    order_of_session = np.cumsum(buys) - 1
    is_sold = buys[carts.session]
    order = order_of_session[carts.session[is_sold]]
    product = carts.product[is_sold]
    quantity = carts.quantity[is_sold]

    discount = np.array(shop.DISCOUNTS_PCT)[streams.integers("orders.discount", 0, len(shop.DISCOUNTS_PCT) - 1, size)]
    cents = np.zeros(size, dtype=np.int64)
    np.add.at(cents, order, shelf.price_cents[product] * quantity)
    # The discounted total comes from a sum of floats, line by line, so that some totals are a cent off the exact
    # ones. bincount adds in row order, and round() is exact on the double, both the same on every machine.
    usd = np.bincount(order, weights=shelf.price_usd[product] * quantity, minlength=size)
    discounted = usd * (1 - discount / 100)
    total = np.array([round(round(value, 2) * 100) for value in discounted.tolist()], dtype=np.int64)
    orders = Orders(
        session=(first_session + session).astype(np.int32),
        time=purchase_time[session],
        payment=streams.choice("orders.payment", shop.weights(shop.PAYMENTS), size).astype(np.int8),
        discount_pct=discount.astype(np.int8),
        subtotal_cents=cents,
        total_cents=total,
    )
    items = OrderItems(
        order=(first_order + order).astype(np.int32),
        product=product.astype(np.int16),
        quantity=quantity.astype(np.int8),
    )
    return orders, items


def _joined(blocks: tuple[Events | Orders | OrderItems, ...]) -> dict[str, Numbers]:
    """The columns of all blocks, end to end."""
    return {name: np.concatenate([getattr(block, name) for block in blocks]) for name in vars(blocks[0])}
