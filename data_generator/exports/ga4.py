"""The BigQuery export of Google Analytics 4."""

from collections.abc import Iterator
from typing import Any, Final

from data_generator.exports.files import Export, Rows
from data_generator.exports.texts import Texts, dollars, utc
from data_generator.traffic import ADD_TO_CART, PAGE_VIEW, PURCHASE, SECONDS_PER_DAY

_NAMES: Final = ("view_item", "add_to_cart", "begin_checkout", "purchase")
_MEDIA: Final = {
    "organic": "organic",
    "direct": "(none)",
    "paid": "cpc",
    "social": "social",
    "email": "email",
    "referral": "referral",
}
_COUNTRIES: Final = {
    "US": "United States",
    "GB": "United Kingdom",
    "IN": "India",
    "DE": "Germany",
    "FR": "France",
    "BR": "Brazil",
    "MX": "Mexico",
    "CA": "Canada",
    "ES": "Spain",
    "AU": "Australia",
    "JP": "Japan",
    "NL": "Netherlands",
    "SG": "Singapore",
    "SE": "Sweden",
    "PL": "Poland",
    "AE": "United Arab Emirates",
    "ZA": "South Africa",
}


def exports(texts: Texts, ending: str) -> Iterator[Export]:
    """The events, and one `session_start` for each session."""
    yield Export(
        "ga4/events", (), _events(texts, as_json=ending != "parquet"), _schema() if ending == "parquet" else None
    )


def _events(texts: Texts, *, as_json: bool) -> Iterator[tuple[int, Rows]]:
    events = texts.data.events
    columns = (events.session, events.time, events.type, events.product, events.pieces, events.order)
    last_session = -1
    for number, values in enumerate(zip(*(column.tolist() for column in columns), strict=True)):
        session, second, kind, product, pieces, order = values
        if session != last_session:
            last_session = session
            yield second // SECONDS_PER_DAY, [_row(texts, session, second, "session_start", 2 * number, as_json)]
        row = _row(texts, session, second, _NAMES[kind], 2 * number + 1, as_json)
        if kind in (PAGE_VIEW, ADD_TO_CART):
            row["items"] = [_item(texts, product, pieces if kind == ADD_TO_CART else None, as_json)]
        elif kind == PURCHASE:
            orders = texts.data.orders
            revenue = dollars(int(orders.total_cents[order]))
            row["ecommerce"] = {"transaction_id": str(order + 1), "purchase_revenue": float(revenue)}
            row["items"] = [_item(texts, item, quantity, as_json) for item, quantity in texts.items(order)]
            payment = {"string_value": texts.payments[int(orders.payment[order])]}
            row["event_params"].append({"key": "payment_type", "value": payment})
        yield second // SECONDS_PER_DAY, [row]


def _row(texts: Texts, session: int, second: int, name: str, number: int, as_json: bool) -> dict[str, Any]:
    sessions = texts.data.sessions
    customer = int(sessions.customer[session])
    medium = _MEDIA[texts.sources[int(sessions.source[session])]]
    return {
        "event_date": utc(second).strftime("%Y%m%d"),
        "event_timestamp": _integer(second * 1_000_000, as_json),
        "event_name": name,
        "event_params": [
            {"key": "ga_session_id", "value": {"int_value": _integer(int(sessions.start[session]), as_json)}},
            {"key": "page_location", "value": {"string_value": "https://example.com/"}},
        ],
        "event_bundle_sequence_id": _integer(number, as_json),
        "user_id": str(customer + 1),
        "user_pseudo_id": f"{100_000_000 + customer}.{1_500_000_000 + customer}",
        "device": {"category": texts.devices[int(sessions.device[session])]},
        "geo": {"country": _COUNTRIES[texts.country(customer)]},
        "session_traffic_source_last_click": {"manual_campaign": {"medium": medium}},
        "platform": "WEB",
        "items": [],
    }


def _item(texts: Texts, product: int, quantity: int | None, as_json: bool) -> dict[str, Any]:
    item = {
        "item_id": str(product + 1),
        "item_name": texts.product_name(product),
        "item_category": texts.categories[int(texts.data.products.category[product])],
        "price": float(texts.price(product)),
    }
    return item | ({} if quantity is None else {"quantity": _integer(quantity, as_json)})


def _integer(value: int, as_json: bool) -> int | str:
    """BigQuery writes an INT64 as a string in JSON."""
    return str(value) if as_json else value


def _schema() -> Any:
    import pyarrow as pa

    text, whole, real = pa.string(), pa.int64(), pa.float64()
    value = pa.struct([("string_value", text), ("int_value", whole), ("float_value", real), ("double_value", real)])
    item = pa.struct(
        [("item_id", text), ("item_name", text), ("item_category", text), ("price", real), ("quantity", whole)]
    )
    return pa.schema(
        [
            ("event_date", text),
            ("event_timestamp", whole),
            ("event_name", text),
            ("event_params", pa.list_(pa.struct([("key", text), ("value", value)]))),
            ("event_bundle_sequence_id", whole),
            ("user_id", text),
            ("user_pseudo_id", text),
            ("device", pa.struct([("category", text)])),
            ("geo", pa.struct([("country", text)])),
            ("session_traffic_source_last_click", pa.struct([("manual_campaign", pa.struct([("medium", text)]))])),
            ("platform", text),
            ("ecommerce", pa.struct([("transaction_id", text), ("purchase_revenue", real)])),
            ("items", pa.list_(item)),
        ]
    )
