"""The records of an RFC 4180 file, one by one, with those that break its rules kept whole.

This is the exact reader. It is used for files that the fast one (`csv_rows`) cannot be trusted with: quotes, broken
lines, bad UTF-8.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Lines(Protocol):
    """A stream of bytes that is read line by line."""

    def readline(self) -> bytes: ...


@dataclass(frozen=True)
class Record:
    """fields: the record's values, or None where it cannot be parsed. raw: its text. problem: what is wrong with it."""

    fields: list[str] | None
    raw: str
    problem: str | None = None


class _Lines:
    """The physical lines of a stream; lines that were read ahead can be given back."""

    def __init__(self, stream: Lines) -> None:
        self._stream = stream
        self._returned: list[bytes] = []
        self._first = True

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if self._returned:
            return self._returned.pop()
        line = self._stream.readline()
        if self._first:
            self._first = False
            line = line.removeprefix(BYTE_ORDER_MARK)
            if not line:
                line = self._stream.readline()
        if not line:
            raise StopIteration
        return line

    def give_back(self, lines: list[bytes]) -> None:
        self._returned.extend(reversed(lines))


def read_records(stream: Lines, delimiter: str = ",") -> Iterator[Record]:
    """Yield the records of a stream, the header first. Blank lines are passed over.

    A quoted field that is never closed, or goes on after its closing quote, breaks the line on which its record begins;
    reading goes on with the line below, so one stray quote does not swallow the rest of the file. A record of several
    lines that has not as many fields as the header is taken for one, too: another stray quote has closed its field.
    """
    lines = _Lines(stream)
    width: int | None = None
    for line in lines:
        if not line.strip():
            continue
        if b'"' not in line and line.count(b"\r") == line.endswith(b"\r\n"):
            record = _plain(line, delimiter)
            width = width or len(record.fields or [])
            yield record
            continue
        taken: list[bytes] = []

        def feed(first: bytes = line, taken: list[bytes] = taken) -> Iterator[str]:
            taken.append(first)
            yield first.decode()
            for following in lines:
                taken.append(following)
                yield following.decode()

        try:
            fields = next(csv.reader(feed(), delimiter=delimiter, strict=True))
        except (csv.Error, UnicodeDecodeError) as error:
            lines.give_back(taken[1:])
            problem = "a quote is not closed" if len(taken) > 1 else _problem(error)
            yield Record(None, _text(line), problem)
            continue
        width = width or len(fields)
        if len(taken) > 1 and len(fields) != width:
            lines.give_back(taken[1:])
            yield Record(None, _text(line), "a quote is not closed")
        else:
            yield Record(fields, _text(b"".join(taken)))


def _plain(line: bytes, delimiter: str) -> Record:
    """A line without quotes, which needs no parser."""
    try:
        text = line.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError as error:
        return Record(None, _text(line), _problem(error))
    return Record(text.split(delimiter), text)


def _text(raw: bytes) -> str:
    return raw.decode(errors="backslashreplace").removesuffix("\n").removesuffix("\r")


def _problem(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8"
    message = str(error)
    if "unexpected end of data" in message or "field larger than" in message:
        return "a quote is not closed, or a field is too long"
    if "expected after" in message:
        return "text after a closing quote"
    return message
