"""The reader of Parquet files: every value as text that loses nothing, and what is nested as JSON.

Times are ISO 8601 with microseconds, with a `Z` where they have a zone; decimals keep their digits; bytes are base64.
In JSON, a field that is null is left out, as exports to JSON lines do.
"""

import base64
import json
from functools import reduce
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from dbt.adapters.spark_connect.landing.columns import column_names
from dbt.adapters.spark_connect.landing.limits import Budget, Limits
from dbt.adapters.spark_connect.landing.options import Options
from dbt.adapters.spark_connect.landing.sink import Sink

_ROWS_PER_CHUNK = 10_000
_ESCAPED = (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t"))


def read(source: Path, path: str, options: Options, limits: Limits, sink: Sink) -> None:
    """Pass the rows of a file to a sink."""
    budget = Budget(path, limits)
    with pq.ParquetFile(source) as file:
        names = column_names(file.schema_arrow.names, path, options.columns)
        groups = [file.metadata.row_group(index) for index in range(file.num_row_groups)]
        budget.take(sum(group.total_byte_size for group in groups))
        sink.declare(names)
        rows = 0
        for batch in file.iter_batches(_ROWS_PER_CHUNK):
            budget.take(0)
            numbers = pa.array(range(rows + 1, rows + batch.num_rows + 1), pa.int64())
            sink.add(names, [text(column) for column in batch.columns], numbers)
            rows += batch.num_rows


def text(values: pa.Array) -> pa.Array:
    """Values as strings."""
    kind = values.type
    if pa.types.is_dictionary(kind):
        return text(values.dictionary_decode())
    if pa.types.is_string(kind):
        return values
    if pa.types.is_timestamp(kind):
        return _times(values)
    if _is_bytes(kind):
        return _bytes(values)
    if _is_nested(kind):
        return json_text(values)
    try:
        return values.cast(pa.string())
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        return pa.array([None if value is None else str(value) for value in values.to_pylist()], pa.string())


def json_text(values: pa.Array) -> pa.Array:
    """Values as JSON."""
    kind = values.type
    if pa.types.is_struct(kind):
        members = []
        for index in range(kind.num_fields):
            field = kind.field(index)
            member = json_text(pc.struct_field(values, [index]))
            members.append(pc.fill_null(pc.binary_join_element_wise(f",{json.dumps(field.name)}:", member, ""), ""))
        objects = pc.binary_join_element_wise("{", *members, "}", "")
        return _null_where(values, pc.replace_substring(objects, pattern="{,", replacement="{", max_replacements=1))
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        items = pc.fill_null(json_text(values.flatten()), "null")
        # From 0: the offsets of a slice go on from those of what it was cut from.
        starts = pc.subtract(values.offsets, values.offsets[0])
        lists = pa.ListArray.from_arrays(starts.cast(pa.int32()), items)
        return _null_where(values, _around("[", pc.binary_join(lists, ","), "]"))
    if _is_nested(kind):
        return pa.array([_dumps(value) for value in values.to_pylist()], pa.string())
    if pa.types.is_integer(kind) or pa.types.is_boolean(kind) or pa.types.is_decimal(kind):
        return text(values)
    if pa.types.is_floating(kind):
        return pc.if_else(pc.is_finite(values), text(values), None)
    return _quoted(text(values))


def _around(before: str, values: pa.Array, after: str) -> pa.Array:
    return pc.binary_join_element_wise(before, values, after, "")


def _null_where(values: pa.Array, result: pa.Array) -> pa.Array:
    return pc.if_else(values.is_valid(), result, pa.scalar(None, pa.string()))


def _quoted(values: pa.Array) -> pa.Array:
    escaped = reduce(
        lambda result, pair: pc.replace_substring(result, pattern=pair[0], replacement=pair[1]), _ESCAPED, values
    )
    if pc.any(pc.match_substring_regex(escaped, r"[\x00-\x1f]")).as_py():
        return pa.array([_dumps(value) for value in values.to_pylist()], pa.string())
    return _around('"', escaped, '"')


def _dumps(value: Any) -> str | None:
    """A value as JSON, whatever its type; a map as an object."""
    if value is None:
        return None

    def plain(item: Any) -> Any:
        if isinstance(item, dict):
            return {key: plain(each) for key, each in item.items() if each is not None}
        if isinstance(item, list):
            if item and all(isinstance(pair, tuple) for pair in item):
                return {str(key): plain(each) for key, each in item}
            return [plain(each) for each in item]
        if isinstance(item, bytes):
            return _text_or_base64(item)
        return item if isinstance(item, (str, int, float, bool, type(None))) else str(item)

    return json.dumps(plain(value), ensure_ascii=False, separators=(",", ":"))


def _is_nested(kind: pa.DataType) -> bool:
    return bool(pa.types.is_nested(kind))


def _is_bytes(kind: pa.DataType) -> bool:
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind))


def _times(values: pa.Array) -> pa.Array:
    zone = values.type.tz
    # Nanoseconds are cut off: no engine has them.
    exact = values.cast(pa.timestamp("us", "UTC" if zone else None), safe=False)
    return pc.strftime(exact, "%Y-%m-%dT%H:%M:%SZ" if zone else "%Y-%m-%dT%H:%M:%S")


def _bytes(values: pa.Array) -> pa.Array:
    """Text where a value is: some writers do not mark a text as one."""
    try:
        return values.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return pa.array([_text_or_base64(value) for value in values.to_pylist()], pa.string())


def _text_or_base64(value: bytes | None) -> str | None:
    try:
        return None if value is None else value.decode()
    except UnicodeDecodeError:
        return base64.b64encode(value or b"").decode()
