"""Turns columns of numbers into CSV text, thousands of rows at a time.

A piece of text is a matrix of bytes with one row per line, where a zero byte is no character: pieces of different
widths stand side by side, and the text is what remains without the zeros.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from data_generator.tables import Numbers

Text = npt.NDArray[np.uint8]

# A field is one or more pieces, written without anything between them.
Field = Sequence[Text]

_NOTHING: Final = 0
_DIGIT_ZERO: Final = ord("0")


@dataclass(frozen=True)
class Lines:
    """CSV lines in one buffer; line ``i`` runs from ``offsets[i]`` to ``offsets[i + 1]`` and ends in a line feed."""

    buffer: memoryview
    offsets: npt.NDArray[np.int64]

    def between(self, first: int, last: int) -> memoryview:
        """The lines from ``first`` up to, but not with, ``last``."""
        return self.buffer[self.offsets[first] : self.offsets[last]]


class Dictionary:
    """A column's few different texts, looked up by position; position -1 is an empty field."""

    def __init__(self, texts: Sequence[str] | npt.NDArray[np.bytes_]) -> None:
        encoded = texts if isinstance(texts, np.ndarray) else [text.encode("utf-8") for text in texts]
        self._table = np.array([*encoded, b""], dtype=np.bytes_)

    def __call__(self, position: Numbers) -> Text:
        """The texts at the positions."""
        return self._table[position].view(np.uint8).reshape(len(position), -1)


def integers(values: Numbers) -> Text:
    """Numbers of 0 or more, without leading zeros."""
    digits = len(str(int(values.max(initial=0))))
    text = np.empty((len(values), digits), dtype=np.uint8)
    rest = values.astype(np.int64)
    for column in range(digits - 1, -1, -1):
        higher = rest // 10
        text[:, column] = rest - higher * 10 + _DIGIT_ZERO
        if column < digits - 1:
            text[rest == 0, column] = _NOTHING
        rest = higher
    return text


def dollars(cents: Numbers) -> Field:
    """Amounts as the shortest decimals that have a fraction: 47.4, 235.0, 0.05. An amount of -1 is an empty field."""
    known = np.maximum(cents, 0).astype(np.int64)
    whole, fraction = known // 100, known % 100
    tail = np.empty((len(cents), 3), dtype=np.uint8)
    tail[:, 0] = ord(".")
    tail[:, 1] = fraction // 10 + _DIGIT_ZERO
    tail[:, 2] = np.where(fraction % 10 == 0, _NOTHING, fraction % 10 + _DIGIT_ZERO)
    head = integers(whole)
    is_none = cents < 0
    head[is_none] = _NOTHING
    tail[is_none] = _NOTHING
    return head, tail


def constant(text: str, rows: int) -> Text:
    """The same text on every row."""
    return np.broadcast_to(np.frombuffer(text.encode("ascii"), dtype=np.uint8), (rows, len(text)))


class Calendar:
    """Writes days and times from the first to the last day of a period (days since 1970-01-01)."""

    def __init__(self, first_day: int, last_day: int) -> None:
        self._first = first_day
        days = np.arange(first_day, last_day + 1).astype("datetime64[D]")
        self._days = Dictionary(np.datetime_as_string(days).astype(np.bytes_))
        self._minutes = Dictionary([f"T{hour:02}:{minute:02}" for hour in range(24) for minute in range(60)])
        self._seconds = Dictionary([f":{second:02}" for second in range(60)])

    def day(self, day: Numbers) -> Text:
        """2025-10-31"""
        return self._days(day - self._first)

    def time(self, second: Numbers) -> Field:
        """2025-10-31T23:59:59"""
        day, minute = second // 86_400, second // 60 % 1440
        return self.day(day), self._minutes(minute), self._seconds(second % 60)


def lines(fields: Sequence[Field]) -> Lines:
    """Joins fields into CSV lines. The caller quotes what needs quotes."""
    rows = len(fields[0][0])
    pieces: list[Text] = []
    for field in fields:
        pieces += [*field, constant(",", rows)]
    pieces[-1] = constant("\n", rows)
    text = np.concatenate(pieces, axis=1)
    is_written = text != _NOTHING
    offsets = np.zeros(rows + 1, dtype=np.int64)
    np.cumsum(np.count_nonzero(is_written, axis=1), out=offsets[1:])
    return Lines(buffer=memoryview(text[is_written].tobytes()), offsets=offsets)
