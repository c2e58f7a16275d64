"""Identifiers as silver has them, whatever way they were delivered."""

import re
from decimal import Decimal, InvalidOperation

_NUMBER = re.compile(r"\+?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
# An exponent counts beside a point or a sign only: 12e5 is no number.
_MARKED = re.compile(r"[.+-]")
_DIGITS = 38


def in_silver(kind: str, value: str, source: str = "native") -> str:
    """An identifier of a kind in the form that silver has."""
    if kind == "email":
        return value.strip().lower()
    return canonical(value, source).replace(":", "-") if kind == "visitor" else canonical(value, source)


def canonical(value: str, source: str = "native") -> str:
    """An identifier in the one form that silver has; of other sources than `native` only without a # before it."""
    text = value.strip()
    if source != "native":
        return text.lstrip("#").strip()
    if text.isascii() and text.isdigit():
        return text.lstrip("0") or "0"
    match = _NUMBER.fullmatch(text)
    if match and (not match[2] or _MARKED.search(text)):
        try:
            number = Decimal(text)
        except InvalidOperation:
            return text
        if number.adjusted() < _DIGITS and number == number.to_integral_value():
            return str(int(number))
    return text
