"""The headline figures of a data set, computed from its numbers before any text is written."""

from typing import Any

import numpy as np

from data_generator.schema import EVENT_TYPES
from data_generator.tables import Dataset, Numbers
from data_generator.traffic import ADD_TO_CART, CHECKOUT, PURCHASE


def truth(data: Dataset) -> dict[str, Any]:
    """Revenue in US dollars as exact decimals in strings, everything else as counts.

    Gross revenue is the sum of the order lines, before discounts; net revenue is the sum of the orders' totals.
    """
    events, orders = data.events, data.orders
    by_type = np.bincount(events.type, minlength=len(EVENT_TYPES)).tolist()

    def sessions_with(event_type: int) -> int:
        return len(np.unique(events.session[events.type == event_type]))

    return {
        "net_revenue_usd": _usd(orders.total_cents),
        "gross_revenue_usd": _usd(orders.subtotal_cents),
        "orders": len(orders.time),
        "units": int(data.order_items.quantity.sum(dtype=np.int64)),
        "buyers": len(np.unique(data.sessions.customer[orders.session])),
        "events": dict(zip(EVENT_TYPES, by_type, strict=True)),
        "sessions": len(data.sessions.start),
        "sessions_with_cart": sessions_with(ADD_TO_CART),
        "sessions_with_checkout": sessions_with(CHECKOUT),
        "sessions_with_purchase": sessions_with(PURCHASE),
    }


def _usd(cents: Numbers) -> str:
    whole, fraction = divmod(int(cents.sum(dtype=np.int64)), 100)
    return f"{whole}.{fraction:02}"
