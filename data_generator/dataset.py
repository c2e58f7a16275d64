"""Builds the whole data set in memory."""

import numpy as np

from data_generator import shop
from data_generator.dimensions import make_customers, make_products
from data_generator.options import GenerateOptions
from data_generator.streams import Streams
from data_generator.tables import Dataset, OrderItems, Reviews
from data_generator.traffic import make_sessions, make_traffic


def make_dataset(options: GenerateOptions, streams: Streams) -> Dataset:
    """All seven entities of one shop."""
    products = make_products(options, streams)
    customers = make_customers(options, streams)
    sessions = make_sessions(options, customers, streams)
    events, orders, order_items = make_traffic(sessions, products, streams)
    return Dataset(
        customers=customers,
        products=products,
        sessions=sessions,
        events=events,
        orders=orders,
        order_items=order_items,
        reviews=make_reviews(options, order_items, len(orders.time), streams),
    )


def make_reviews(options: GenerateOptions, items: OrderItems, order_count: int, streams: Streams) -> Reviews:
    """A review for every line of a reviewed order, on a random day of the period whatever the order's time."""
    is_reviewed = streams.uniform("reviews.order", order_count) < shop.REVIEWED
    line = np.flatnonzero(is_reviewed[items.order])
    rating_weights = tuple(weight for weight, _ in shop.RATINGS)
    day = options.start_day + streams.integers("reviews.day", 0, options.day_count - 1, len(line))
    return Reviews(
        order=items.order[line],
        product=items.product[line],
        rating=streams.choice("reviews.rating", rating_weights, len(line)).astype(np.int8),
        day=day.astype(np.int32),
    )
