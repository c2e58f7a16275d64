"""The ways in which a row breaks a rule, as data.

For each entity and rule: variants, each the columns to overwrite in a copy of a good row. A variant breaks one rule, or
names the first one that it breaks. The rule ``unparsable_row`` is not about columns, see ``dirt.py``.
"""

from collections.abc import Mapping
from typing import Final

UNPARSABLE: Final = "unparsable_row"

# In the order in which the rules are checked for a row that breaks several.
RULES: Final = (
    UNPARSABLE,
    "missing_key",
    "invalid_id",
    "unknown_event_type",
    "invalid_timestamp",
    "future_timestamp",
    "invalid_number",
    "invalid_boolean",
    "negative_amount",
    "non_positive_quantity",
    "rating_out_of_range",
)

Variant = Mapping[str, str]


def _each(column: str, *values: str) -> tuple[Variant, ...]:
    return tuple({column: value} for value in values)


_NO_KEY: Final = ("", "null", "  ", "NaN")
_BAD_IDS: Final = ("10.5", "-3", "abc def", "#77", "4 2")
_BAD_TIMES: Final = ("not-a-time", "2023-02-30T10:00:00", "", "2024-13-01T00:00:00", "2024-05-01T25:61:00")
_FUTURE: Final = ("2999-01-01T00:00:00", "2999-12-31T23:59:59Z", "2999-06-15T12:00:00")
_TOO_LARGE: Final = "99999999999.00"  # more than a decimal(12, 2) holds

_CART: Final[dict[str, str]] = {
    "event_type": "add_to_cart",
    "product_id": "1.0",
    "cart_size": "",
    "payment": "",
    "discount_pct": "",
    "amount_usd": "",
}
_PURCHASE: Final[dict[str, str]] = {
    "event_type": "purchase",
    "product_id": "",
    "qty": "",
    "cart_size": "",
    "payment": "card",
    "discount_pct": "0.0",
    "amount_usd": "10.0",
}

FAULTS: Final[Mapping[str, Mapping[str, tuple[Variant, ...]]]] = {
    "customers": {
        "missing_key": _each("customer_id", *_NO_KEY),
        "invalid_id": _each("customer_id", *_BAD_IDS),
        "invalid_timestamp": _each("signup_date", "not-a-day", "2021-02-30", "2021-13-01"),
        "invalid_number": _each("age", "abc", "200", "-1"),
        "invalid_boolean": _each("marketing_opt_in", "maybe", "oui", "2"),
    },
    "products": {
        "missing_key": _each("product_id", *_NO_KEY),
        "invalid_id": _each("product_id", *_BAD_IDS),
        "invalid_number": (*_each("price_usd", "free", _TOO_LARGE), {"cost_usd": "1.2.3"}),
        "negative_amount": ({"price_usd": "-5.0"}, {"cost_usd": "-1.25"}),
    },
    "sessions": {
        "missing_key": _each("session_id", *_NO_KEY),
        "invalid_id": (*_each("session_id", *_BAD_IDS), *_each("customer_id", *_BAD_IDS)),
        "invalid_timestamp": _each("start_time", *_BAD_TIMES),
        "future_timestamp": _each("start_time", *_FUTURE),
    },
    "events": {
        "missing_key": (*_each("event_id", *_NO_KEY), *_each("session_id", *_NO_KEY)),
        "invalid_id": (
            *_each("event_id", *_BAD_IDS),
            {"session_id": "-3"},
            _CART | {"product_id": "10.5", "qty": "1.0"},
            {"event_id": "#9", "timestamp": "never"},
        ),
        "unknown_event_type": _each("event_type", "scroll", "wishlist", "", "refund"),
        "invalid_timestamp": _each("timestamp", *_BAD_TIMES),
        "future_timestamp": _each("timestamp", *_FUTURE),
        "invalid_number": (
            _CART | {"qty": "2.5"},
            _CART | {"qty": "two"},
            _PURCHASE | {"discount_pct": "150.0"},
            _PURCHASE | {"discount_pct": "-5.0"},
            _PURCHASE | {"amount_usd": "free"},
            _PURCHASE | {"amount_usd": _TOO_LARGE},
        ),
        "negative_amount": (_PURCHASE | {"amount_usd": "-10.0"}, _PURCHASE | {"amount_usd": "-0.01"}),
        "non_positive_quantity": (_CART | {"qty": "0.0"}, _CART | {"qty": "-1.0"}),
    },
    "orders": {
        "missing_key": _each("order_id", *_NO_KEY),
        "invalid_id": (*_each("order_id", *_BAD_IDS), *_each("customer_id", *_BAD_IDS)),
        "invalid_timestamp": (*_each("order_time", *_BAD_TIMES), {"order_time": "soon", "total_usd": "-1.0"}),
        "future_timestamp": _each("order_time", *_FUTURE),
        "invalid_number": (
            {"total_usd": ""},
            {"total_usd": "12.3.4"},
            {"subtotal_usd": _TOO_LARGE},
            {"discount_pct": "150"},
            {"discount_pct": "-5"},
        ),
        "negative_amount": ({"total_usd": "-20.0"}, {"subtotal_usd": "-0.01"}),
    },
    "order_items": {
        "missing_key": (*_each("order_id", *_NO_KEY), *_each("product_id", *_NO_KEY)),
        "invalid_id": (*_each("order_id", *_BAD_IDS), *_each("product_id", *_BAD_IDS)),
        "invalid_number": ({"quantity": "2.5"}, {"quantity": "two"}, {"unit_price_usd": "free"}),
        "negative_amount": ({"unit_price_usd": "-1.0"}, {"line_total_usd": "-3.5"}),
        "non_positive_quantity": _each("quantity", "0", "-2"),
    },
    "reviews": {
        "missing_key": _each("review_id", *_NO_KEY),
        "invalid_id": (*_each("review_id", *_BAD_IDS), {"order_id": "-3"}, {"product_id": "10.5"}),
        "invalid_timestamp": _each("review_time", *_BAD_TIMES),
        "future_timestamp": _each("review_time", *_FUTURE),
        "invalid_number": _each("rating", "five", "4.x"),
        "rating_out_of_range": _each("rating", "0", "6", "-1", "11"),
    },
}
