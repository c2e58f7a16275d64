"""Decides which rows come in which file."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import numpy as np

from data_generator.options import FIRST_DAY, GenerateOptions
from data_generator.schema import FACTS
from data_generator.streams import Ints, Streams
from data_generator.tables import Dataset, Numbers
from data_generator.traffic import SECONDS_PER_DAY

DELAY_DAYS: Final = (1, 30)


@dataclass(frozen=True)
class Delivery:
    """The rows of one entity in the order of delivery.

    ``rows`` are row numbers; ``files`` has, for each file, its path relative to the landing folder and where its rows
    begin; ``late_rows`` counts the rows that come after their day.
    """

    rows: Numbers
    files: list[tuple[str, int]]
    late_rows: int


def deliver(entity: str, data: Dataset, options: GenerateOptions, streams: Streams) -> Delivery:
    """Spreads an entity over one file, or over a file for each day of delivery."""
    count, ending = data.rows(entity), options.ending("native")
    if options.layout == "single":
        return Delivery(np.arange(count), [(f"{entity}.{ending}", 0)], 0)
    day = _days(entity, data, options)
    late_rows = 0
    if entity in FACTS and options.late_rate > 0:
        delay = _delays(entity, data, options, streams)
        late_rows = int(np.count_nonzero(delay))
        day = day + delay
    rows = np.argsort(day, kind="stable")
    days = day[rows]
    begins = np.flatnonzero(np.diff(days, prepend=-1))
    files = [(f"{entity}/{_iso(int(d))}.{ending}", int(b)) for d, b in zip(days[begins], begins, strict=True)]
    # An entity always has a file, even if it contains only a header.
    return Delivery(rows, files or [(f"{entity}/{options.start}.{ending}", 0)], late_rows)


def _days(entity: str, data: Dataset, options: GenerateOptions) -> Ints:
    """The day of each row, as days since 1970-01-01."""
    order_day: Numbers = data.orders.time // SECONDS_PER_DAY
    day: Numbers
    if entity == "customers":
        # A customer may visit before signing up; delivered by then, no session is without its customer.
        day = data.customers.signup_day.astype(np.int64)
        np.minimum.at(day, data.sessions.customer, data.sessions.start // SECONDS_PER_DAY)
    elif entity == "products":
        day = np.full(data.rows("products"), options.start_day)
    elif entity == "sessions":
        day = data.sessions.start // SECONDS_PER_DAY
    elif entity == "events":
        day = data.events.time // SECONDS_PER_DAY
    elif entity == "orders":
        day = order_day
    elif entity == "order_items":
        day = order_day[data.order_items.order]
    else:
        day = np.maximum(data.reviews.day, order_day[data.reviews.order])
    return day.astype(np.int64)


def _delays(entity: str, data: Dataset, options: GenerateOptions, streams: Streams) -> Ints:
    """Days between each row's day and its delivery; 0 for most."""
    # The lines of an order stay together: equal lines are distinguished by their number within a file.
    size = data.rows("orders") if entity == "order_items" else data.rows(entity)
    is_late = streams.uniform(f"late.{entity}", size) < options.late_rate
    delay = np.where(is_late, streams.integers(f"delay.{entity}", *DELAY_DAYS, size), 0)
    return delay[data.order_items.order] if entity == "order_items" else delay


def _iso(day: int) -> str:
    return (FIRST_DAY + timedelta(days=day)).isoformat()
