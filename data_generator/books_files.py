"""Writes the files of a shop that keeps books: orders with their life, refunds, exchange rates, the shop's totals."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np

from data_generator.books import FIGURES, Books, utc_day
from data_generator.columns import Writer
from data_generator.entity_files import EntityReport, Row, write_dated
from data_generator.options import GenerateOptions
from data_generator.schema import BOOK_COLUMNS, LEDGER_FIGURES
from data_generator.tables import Dataset


def write_books(
    books: Books, data: Dataset, writer: Writer, options: GenerateOptions, folder: Path
) -> list[EntityReport]:
    """Writes the native files of the four entities, each with the rows of its day of delivery.

    Next to Shopify's CSV files, these are the refunds, which the files lack, and the totals.
    """
    rows = {"refunds": _refunds(books), "ledger_totals": _totals(books, options)}
    if not books.is_converted:
        rows |= {"orders": _orders(books, data, writer, options), "exchange_rates": _rates(books)}
    return [write_dated(entity, BOOK_COLUMNS[entity], dated, options, folder) for entity, dated in rows.items()]


def truth_of(books: Books) -> dict[str, Any]:
    """The figures of each of the shop's days that has one, money as exact decimals in strings."""
    return {
        "refused_refund_lines": sum(refund.is_refused for refund in books.refunds),
        "payment_fees": _money(books.fees),
        "days": {day.isoformat(): _figures(figures) for day, figures in books.days.items()},
    }


def _figures(figures: Mapping[str, int]) -> dict[str, Any]:
    return {name: figures[name] if name.endswith("count") else _money(figures[name]) for name in FIGURES}


def _orders(books: Books, data: Dataset, writer: Writer, options: GenerateOptions) -> Iterable[tuple[date, Row]]:
    """With daily files, an order is first delivered as paid, and again on the day that it changes."""
    text = writer.lines("orders", np.arange(len(books.orders)))
    known = csv.reader(io.StringIO(bytes(text.buffer).decode()))
    for number, (columns, order) in enumerate(zip(known, books.orders, strict=True)):
        time = int(data.orders.time[number])
        columns[6] = _money(order.total)
        money = [_money(order.tax), str(order.includes_tax), _money(order.shipping), _money(order.tips)]
        rest = [*money, _money(order.fee), order.code]
        if options.layout == "daily" and order.changed >= 0:
            yield utc_day(time), [*columns, "paid", order.currency, *rest, ""]
        changed = max(order.changed, time)
        cancelled = _time(order.changed) if order.is_cancelled else ""
        yield utc_day(changed), [*columns, order.status, order.currency, *rest, cancelled]


def _refunds(books: Books) -> Iterable[tuple[date, Row]]:
    for line in books.refunds:
        yield (
            utc_day(line.time),
            [
                f"R{line.number + 1}",
                str(line.order + 1),
                _time(line.time),
                str(line.product + 1) if line.product >= 0 else "",
                str(line.quantity) if line.quantity else "",
                _money(line.amount),
                _money(line.tax),
                _money(line.shipping),
                books.currency(line.order) if line.number % 2 else "",
                line.reason,
                str(line.is_restocked) if line.number % 3 else "",
            ],
        )


def _rates(books: Books) -> Iterable[tuple[date, Row]]:
    for (day, currency), rate in books.rates.items():
        yield day.replace(day=1), [day.isoformat(), currency, f"{rate // 10_000}.{rate % 10_000:04}"]


def _totals(books: Books, options: GenerateOptions) -> Iterable[tuple[date, Row]]:
    for month, figures in books.months().items():
        yield options.end, [f"{month:%Y-%m}", *(_money(figures[name]) for name in LEDGER_FIGURES)]


def _time(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _money(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"
