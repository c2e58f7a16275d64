"""The seven entities of the landing folder: columns in file order, keys, column kinds."""

from typing import Final

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "customers": ("customer_id", "name", "email", "country", "age", "signup_date", "marketing_opt_in"),
    "products": ("product_id", "category", "name", "price_usd", "cost_usd", "margin_usd"),
    "sessions": ("session_id", "customer_id", "start_time", "device", "source", "country"),
    "events": (
        "event_id",
        "session_id",
        "timestamp",
        "event_type",
        "product_id",
        "qty",
        "cart_size",
        "payment",
        "discount_pct",
        "amount_usd",
    ),
    "orders": (
        "order_id",
        "customer_id",
        "order_time",
        "payment_method",
        "discount_pct",
        "subtotal_usd",
        "total_usd",
        "country",
        "device",
        "source",
    ),
    "order_items": ("order_id", "product_id", "unit_price_usd", "quantity", "line_total_usd"),
    "reviews": ("review_id", "order_id", "product_id", "rating", "review_text", "review_time"),
}

ENTITIES: Final = tuple(COLUMNS)

LEDGER_FIGURES: Final = ("gross_sales", "discounts", "returns", "net_sales", "shipping", "tax", "total_sales")

# Additional entities of a shop that keeps books, and its orders.
BOOK_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "orders": (
        *COLUMNS["orders"],
        "status",
        "currency",
        "tax",
        "taxes_included",
        "shipping",
        "tips",
        "payment_fee",
        "discount_code",
        "cancelled_at",
    ),
    "refunds": (
        "refund_id",
        "order_id",
        "refund_time",
        "product_id",
        "quantity",
        "amount",
        "tax",
        "shipping",
        "currency",
        "reason",
        "restocked",
    ),
    "exchange_rates": ("rate_date", "currency", "rate"),
    "ledger_totals": ("month", *LEDGER_FIGURES),
}

# The additional entity of a shop that has campaigns.
CAMPAIGN_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "campaign_costs": ("cost_date", "campaign", "source", "medium", "cost", "currency", "impressions", "clicks"),
}

# What its sessions have in addition, and those of a shop that knows browsers.
PAGE_COLUMNS: Final = ("landing_page", "referrer")
BROWSER_COLUMNS: Final = ("visitor_id",)

# Facts have a day of their own and may be delivered late; customers and products are dimensions.
FACTS: Final = ("sessions", "events", "orders", "order_items", "reviews")

# Order items have no key: equal lines are real lines.
KEYS: Final[dict[str, str | None]] = {
    "customers": "customer_id",
    "products": "product_id",
    "sessions": "session_id",
    "events": "event_id",
    "orders": "order_id",
    "order_items": None,
    "reviews": "review_id",
}

ID_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "customers": ("customer_id",),
    "products": ("product_id",),
    "sessions": ("session_id", "customer_id"),
    "events": ("event_id", "session_id", "product_id"),
    "orders": ("order_id", "customer_id"),
    "order_items": ("order_id", "product_id"),
    "reviews": ("review_id", "order_id", "product_id"),
}

TIME_COLUMN: Final[dict[str, str]] = {
    "sessions": "start_time",
    "events": "timestamp",
    "orders": "order_time",
    "reviews": "review_time",
}

# Columns whose letter case carries no meaning.
CASELESS_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "customers": ("email", "country", "marketing_opt_in"),
    "products": (),
    "sessions": ("device", "source", "country"),
    "events": ("event_type", "payment"),
    "orders": ("payment_method", "country", "device", "source"),
    "order_items": (),
    "reviews": (),
}

# Columns that may have blanks around them but keep their letter case.
PADDED_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "customers": ("name", "age"),
    "products": ("category", "name", "price_usd"),
    "sessions": (),
    "events": (),
    "orders": ("total_usd",),
    "order_items": ("unit_price_usd", "quantity", "line_total_usd"),
    "reviews": ("rating", "review_text"),
}

EVENT_TYPES: Final = ("page_view", "add_to_cart", "checkout", "purchase")


def header(entity: str) -> bytes:
    """The header line of an entity's files, with its line feed."""
    return (",".join(COLUMNS[entity]) + "\n").encode("ascii")
