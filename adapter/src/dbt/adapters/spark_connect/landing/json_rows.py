"""The reader of JSON lines: an object on each line, its top-level keys as columns.

A string is its text, any other value its JSON as it stands in the file: `1.10` stays `1.10`, and what is nested stays
JSON.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
from dbt.adapters.spark_connect.landing.columns import column_name
from dbt.adapters.spark_connect.landing.csv_records import BYTE_ORDER_MARK
from dbt.adapters.spark_connect.landing.limits import Bounded, Limits, raw_stream
from dbt.adapters.spark_connect.landing.options import Options
from dbt.adapters.spark_connect.landing.sink import Sink
from dbt_common.exceptions import DbtRuntimeError

_ROWS_PER_CHUNK = 20_000
_BYTES_PER_CHUNK = 16 << 20
_BLANK = re.compile(r"[ \t\n\r]*")


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


# The decoder's own scanner: it says where a value ends, so that its text can be kept.
_scan: Callable[[str, int], tuple[Any, int]] = vars(json.JSONDecoder(parse_constant=_no_constant))["scan_once"]

# Numbers as they stand in the file, and an object as the list of its keys and values.
_scan_flat: Callable[[str, int], tuple[Any, int]] = vars(
    json.JSONDecoder(parse_constant=_no_constant, parse_int=str, parse_float=str, object_pairs_hook=list)
)["scan_once"]
_LITERALS = {True: "true", False: "false", None: None}


def read(source: Path, path: str, options: Options, limits: Limits, sink: Sink) -> None:
    """Pass the rows of a file to a sink. A line that is not an object is rejected, a new key is a new column."""
    rows: list[dict[str, str | None]] = []
    numbers: list[int] = []
    broken: list[tuple[int, str, str]] = []
    names: dict[str, str] = {}
    number = size = 0

    def flush() -> None:
        nonlocal size
        columns = list(dict.fromkeys(names.values()))
        if rows:
            _add(sink, columns, rows, numbers, broken)
        if broken:
            sink.reject(sorted(broken))
        for kept in (rows, numbers, broken):
            kept.clear()
        size = 0

    with Bounded(raw_stream(source), path, limits) as stream:
        while line := stream.readline():
            line = line.removeprefix(BYTE_ORDER_MARK) if not number else line
            if not line.strip():
                continue
            if not number and line.lstrip().startswith(b"["):
                raise DbtRuntimeError(f"{path}: a JSON array. Deliver JSON lines, an object on each line.")
            number += 1
            try:
                text = line.decode()
                rows.append(_flat_fields(text, names) or _fields(text, names))
                numbers.append(number)
            except (ValueError, RecursionError) as error:
                text = line.decode(errors="backslashreplace").rstrip("\r\n")
                broken.append((number, text, _problem(error)))
            size += len(line)
            if len(rows) + len(broken) >= _ROWS_PER_CHUNK or size >= _BYTES_PER_CHUNK:
                flush()
        flush()


def _flat_fields(line: str, names: dict[str, str]) -> dict[str, str | None] | None:
    """What `_fields` gives, faster, for an object without anything nested; None for any other line."""
    if not line.startswith("{") or "[" in line or line.find("{", 1) > 0:
        return None
    try:
        pairs, end = _scan_flat(line, 0)
    except (ValueError, StopIteration):
        return None
    if line[end:].strip(" \t\n\r"):
        return None
    fields: dict[str, str | None] = {}
    for key, value in pairs:
        fields[names.get(key) or _name(key, names)] = value if isinstance(value, str) else _LITERALS[value]
    return fields if len(fields) == len(pairs) else None


def _fields(line: str, names: dict[str, str]) -> dict[str, str | None]:
    """The keys of an object as names of columns, with their values as text. A ValueError says what is wrong."""
    at = _after_blanks(line, 0)
    if line[at] != "{":
        raise ValueError("not a JSON object")
    fields: dict[str, str | None] = {}
    count = 0
    at = _after_blanks(line, at + 1)
    if line[at : at + 1] == "}":
        at += 1
    else:
        while True:
            if line[at : at + 1] != '"':
                raise ValueError("not a JSON object")
            key, at = _scan(line, at)
            at = _after_blanks(line, at)
            if line[at : at + 1] != ":":
                raise ValueError("not a JSON object")
            start = at + 1 if line[at + 1 : at + 2] != " " else _after_blanks(line, at + 1)
            try:
                value, at = _scan(line, start)
            except StopIteration:
                raise ValueError("not a JSON object") from None
            name = names.get(key) or _name(key, names)
            if isinstance(value, str) or value is None:
                fields[name] = value
            else:
                fields[name] = line[start:at]
            count += 1
            if line[at : at + 1] not in (",", "}"):
                at = _after_blanks(line, at)
            if line[at : at + 1] == "}":
                at += 1
                break
            if line[at : at + 1] != ",":
                raise ValueError("not a JSON object")
            at = at + 1 if line[at + 1 : at + 2] == '"' else _after_blanks(line, at + 1)
    if _after_blanks(line, at) != len(line):
        raise ValueError("text after the JSON object")
    if len(fields) < count:
        raise ValueError("two keys have the same name")
    return fields


def _after_blanks(line: str, at: int) -> int:
    match = _BLANK.match(line, at)
    return match.end() if match else at


def _name(key: str, names: dict[str, str]) -> str:
    name = column_name(key)
    if not name or not name.isprintable():
        raise ValueError("a key has no name that a column can have")
    names[key] = name
    return name


def _add(
    sink: Sink,
    columns: list[str],
    rows: list[dict[str, str | None]],
    numbers: list[int],
    broken: list[tuple[int, str, str]],
) -> None:
    try:
        arrays = [pa.array([row.get(name) for row in rows], pa.string()) for name in columns]
    except UnicodeEncodeError:
        # Half of a character, as in "\ud800".
        for index in range(len(rows) - 1, -1, -1):
            try:
                "".join(value or "" for value in rows[index].values()).encode()
            except UnicodeEncodeError:
                broken.append((numbers[index], json.dumps(rows[index]), "a text that is not Unicode"))
                del rows[index], numbers[index]
        arrays = [pa.array([row.get(name) for row in rows], pa.string()) for name in columns]
    sink.add(columns, arrays, pa.array(numbers, pa.int64()))


def _problem(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8"
    if isinstance(error, RecursionError):
        return "nested too deeply"
    if isinstance(error, json.JSONDecodeError):
        return f"not a JSON object: {error.msg}, character {error.pos + 1}"
    return str(error)
