"""Atomic events of a Snowplow tracker, with the contexts of its e-commerce plugin in separate tables."""

from collections.abc import Iterator
from typing import Final

from data_generator.exports.files import Export, Rows
from data_generator.exports.texts import Texts, dollars, utc
from data_generator.traffic import ADD_TO_CART, CHECKOUT, PAGE_VIEW, PURCHASE, SECONDS_PER_DAY

_ACTIONS: Final = ("product_view", "add_to_cart", "checkout_step", "transaction")
_MEDIA: Final = {
    "organic": "search",
    "direct": "direct",
    "paid": "cpc",
    "social": "social",
    "email": "email",
    "referral": "referral",
}
_BROWSERS: Final = {
    "desktop": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/108.0",
    "mobile": "Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) Mobile/15E148",
    "tablet": "Mozilla/5.0 (iPad; CPU OS 16_0 like Mac OS X) Mobile/15E148",
}
_EVENTS: Final = (
    *(
        "app_id",
        "platform",
        "collector_tstamp",
        "dvce_created_tstamp",
        "derived_tstamp",
        "event",
        "event_id",
        "user_id",
    ),
    *("domain_userid", "domain_sessionid", "geo_country", "mkt_medium", "useragent", "event_vendor", "event_name"),
)
_VENDOR: Final = "com_snowplowanalytics_snowplow_ecommerce"
_CONTEXTS: Final = {
    "action": ("root_id", "root_tstamp", "type", "name"),
    "product": ("root_id", "root_tstamp", "id", "name", "category", "price", "quantity", "currency"),
    "checkout_step": ("root_id", "root_tstamp", "step"),
    "transaction": (
        "root_id",
        "root_tstamp",
        "transaction_id",
        "currency",
        "payment_method",
        "revenue",
        "total_quantity",
    ),
    "user": ("root_id", "root_tstamp", "id", "email", "is_guest"),
}


def exports(texts: Texts, ending: str) -> Iterator[Export]:
    """The events, and one export for each context. Every event has an action and a user."""
    yield Export("snowplow/events", _EVENTS, _events(texts))
    for context, columns in _CONTEXTS.items():
        yield Export(f"snowplow/{_VENDOR}_{context}_1", columns, _contexts(texts, context))


def _event_id(number: int) -> str:
    text = f"{number + 1:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def _time(second: int, zone: str) -> str:
    return utc(second).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3] + zone


def _events(texts: Texts) -> Iterator[tuple[int, Rows]]:
    events, sessions = texts.data.events, texts.data.sessions
    for number, (session, second) in enumerate(zip(events.session.tolist(), events.time.tolist(), strict=True)):
        customer = int(sessions.customer[session])
        row = {
            "app_id": "shop",
            "platform": "web",
            "collector_tstamp": _time(second + 1, "+00:00"),
            "dvce_created_tstamp": _time(second, "+00:00"),
            "derived_tstamp": _time(second, "+00:00"),
            "event": "unstruct",
            "event_id": _event_id(number),
            "domain_userid": f"{customer + 1:064x}",
            "domain_sessionid": f"{session + 1:064x}",
            "geo_country": texts.country(customer),
            "mkt_medium": _MEDIA[texts.sources[int(sessions.source[session])]],
            "useragent": _BROWSERS[texts.devices[int(sessions.device[session])]],
            "event_vendor": "com.snowplowanalytics.snowplow.ecommerce",
            "event_name": "snowplow_ecommerce_action",
        }
        yield second // SECONDS_PER_DAY, [row]


def _contexts(texts: Texts, context: str) -> Iterator[tuple[int, Rows]]:
    events = texts.data.events
    columns = (events.session, events.time, events.type, events.product, events.pieces, events.order)
    for number, (session, second, kind, product, pieces, order) in enumerate(
        zip(*(column.tolist() for column in columns), strict=True)
    ):
        customer = int(texts.data.sessions.customer[session])
        rows: Rows = []
        if context == "action":
            rows = [{"type": _ACTIONS[kind]}]
        elif context == "user":
            rows = [{"id": str(customer + 1), "email": texts.email(customer), "is_guest": "false"}]
        elif context == "product" and kind in (PAGE_VIEW, ADD_TO_CART):
            rows = [_product(texts, product, pieces if kind == ADD_TO_CART else None)]
        elif context == "product" and kind == PURCHASE:
            rows = [_product(texts, item, quantity) for item, quantity in texts.items(order)]
        elif context == "checkout_step" and kind == CHECKOUT:
            rows = [{"step": "1"}]
        elif context == "transaction" and kind == PURCHASE:
            rows = [_transaction(texts, order)]
        head = {"root_id": _event_id(number), "root_tstamp": _time(second + 1, " UTC")}
        if rows:
            yield second // SECONDS_PER_DAY, [head | row for row in rows]


def _product(texts: Texts, product: int, quantity: int | None) -> dict[str, str]:
    return {
        "id": str(product + 1),
        "name": texts.product_name(product),
        "category": texts.categories[int(texts.data.products.category[product])],
        "price": texts.price(product),
        "quantity": "" if quantity is None else str(quantity),
        "currency": "USD",
    }


def _transaction(texts: Texts, order: int) -> dict[str, str]:
    orders = texts.data.orders
    return {
        "transaction_id": str(order + 1),
        "currency": "USD",
        "payment_method": texts.payments[int(orders.payment[order])],
        "revenue": dollars(int(orders.total_cents[order])),
        "total_quantity": str(sum(quantity for _, quantity in texts.items(order))),
    }
