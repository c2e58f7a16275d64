"""The rules of silver, written down once more in Python: what is good, what is quarantined and why."""

import csv
import re
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from generated import content, paths

from data_generator.schema import COLUMNS, ENTITIES, KEYS

NULLS = {"", "null", "none", "nan"}
ALIASES = {
    "view": "page_view",
    "pageview": "page_view",
    "product_view": "page_view",
    "cart": "add_to_cart",
    "addtocart": "add_to_cart",
    "begin_checkout": "checkout",
    "order": "purchase",
    "transaction": "purchase",
}
FREE_TEXT = {"name", "review_text"}
IDS = {"customer_id", "product_id", "session_id", "event_id", "order_id", "review_id"}
TIMES = {"signup_date", "start_time", "timestamp", "order_time", "review_time"}
MONEY = {
    "price_usd",
    "cost_usd",
    "margin_usd",
    "amount_usd",
    "subtotal_usd",
    "total_usd",
    "unit_price_usd",
    "line_total_usd",
}
WHOLE = {"age", "qty", "quantity", "cart_size", "rating"}
MUST = {entity: {key} for entity, key in KEYS.items() if key} | {"order_items": {"order_id", "product_id"}}
MUST["events"] = {"event_id", "session_id"}
SINCE = datetime(2020, 1, 1)
NOW = datetime(2026, 1, 1)


class BrokenError(Exception):
    """The rule that a field breaks."""


def as_id(text: str) -> str:
    if re.fullmatch(r"\d+|\+\d+|\+?\d+\.\d+|\+?\d+(\.\d+)?[eE][+-]?\d+", text) and Decimal(text) % 1 == 0:
        return str(int(Decimal(text)))
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", text):
        return text
    raise BrokenError("invalid_id")


def as_time(text: str) -> str:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise BrokenError("invalid_timestamp") from None
    if time.tzinfo is not None:
        time = time.astimezone(UTC).replace(tzinfo=None)
    if time > NOW:
        raise BrokenError("future_timestamp")
    assert time >= SINCE
    return time.isoformat()


def as_number(column: str, text: str) -> Decimal:
    if not re.fullmatch(r"[+-]?\d+(\.\d+)?", text):
        raise BrokenError("invalid_number")
    number = Decimal(text)
    bounds = {"age": (0, 150), "discount_pct": (0, 100)}.get(column, (-(10**10) + 1, 10**10 - 1))
    if not bounds[0] <= number <= bounds[1] or (column in WHOLE and number % 1):
        raise BrokenError("invalid_number")
    if column in MONEY and column != "margin_usd" and number < 0:
        raise BrokenError("negative_amount")
    if column in {"qty", "quantity"} and number <= 0:
        raise BrokenError("non_positive_quantity")
    if column == "rating" and not 1 <= number <= 5:
        raise BrokenError("rating_out_of_range")
    return number


def as_value(column: str, text: str) -> Any:
    if column in IDS:
        return as_id(text)
    if column in TIMES:
        return as_time(text)
    if column == "event_type":
        kind = ALIASES.get(text.lower(), text.lower())
        if kind not in {"page_view", "add_to_cart", "checkout", "purchase"}:
            raise BrokenError("unknown_event_type")
        return kind
    if column in MONEY | WHOLE | {"discount_pct"}:
        return as_number(column, text)
    if column == "marketing_opt_in":
        if text.lower() not in {"true", "false"}:
            raise BrokenError("invalid_boolean")
        return text.lower()
    if column == "country":
        return text.upper()
    return text if column in FREE_TEXT | {"category"} else text.lower()


RULES = (
    "unparsable_row",
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


def judged(entity: str, line: bytes) -> tuple[Any, ...]:
    """The row as values, or BrokenError with the first rule that the line breaks."""
    try:
        (fields,) = csv.reader([line.decode()], strict=True)
    except (UnicodeDecodeError, csv.Error):
        raise BrokenError("unparsable_row") from None
    if len(fields) != len(COLUMNS[entity]):
        raise BrokenError("unparsable_row")
    values: list[Any] = []
    broken = []
    for column, field in zip(COLUMNS[entity], fields, strict=True):
        text = field.strip()
        try:
            if column not in FREE_TEXT and text.lower() in NULLS:
                if column in MUST[entity]:
                    raise BrokenError("missing_key")
                if column == "event_type":
                    raise BrokenError("unknown_event_type")
                if column in TIMES - {"signup_date"}:
                    raise BrokenError("invalid_timestamp")
                if column == "total_usd":
                    raise BrokenError("invalid_number")
                values.append(None)
            else:
                values.append(as_value(column, text))
        except BrokenError as rule:
            broken.append(str(rule))
    if broken:
        raise BrokenError(min(broken, key=RULES.index))
    return tuple(values)


@cache
def silver(folder: Path, entity: str) -> tuple[list[tuple[Any, ...]], Counter[str], int]:
    """The good rows without duplicates, the quarantined ones by rule, and the number of duplicates."""
    good = []
    quarantine: Counter[str] = Counter()
    for path in paths(folder, entity):
        for line in content(path).splitlines()[1:]:
            try:
                good.append(judged(entity, line))
            except BrokenError as rule:
                quarantine[str(rule)] += 1
    if KEYS[entity] is None:
        return good, quarantine, 0
    by_key = {row[0]: row for row in good}
    assert set(by_key.values()) == set(good)  # a key never comes with two meanings
    return list(by_key.values()), quarantine, len(good) - len(by_key)


def true_figures(folder: Path) -> dict[str, Any]:
    """The manifest's truth, computed from the files."""
    tables = {
        entity: [dict(zip(COLUMNS[entity], row, strict=True)) for row in silver(folder, entity)[0]]
        for entity in ENTITIES
    }
    events, orders, items = tables["events"], tables["orders"], tables["order_items"]

    def sessions_with(kind: str) -> int:
        return len({row["session_id"] for row in events if row["event_type"] == kind})

    kinds = Counter(row["event_type"] for row in events)
    return {
        "net_revenue_usd": f"{sum(row['total_usd'] for row in orders):.2f}",
        "gross_revenue_usd": f"{sum(row['line_total_usd'] for row in items):.2f}",
        "orders": len(orders),
        "units": sum(row["quantity"] for row in items),
        "buyers": len({row["customer_id"] for row in orders}),
        "events": {kind: kinds[kind] for kind in ("page_view", "add_to_cart", "checkout", "purchase")},
        "sessions": len(tables["sessions"]),
        "sessions_with_cart": sessions_with("add_to_cart"),
        "sessions_with_checkout": sessions_with("checkout"),
        "sessions_with_purchase": sessions_with("purchase"),
    }
