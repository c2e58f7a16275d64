"""The search for what is left of people: every file, decoded, as far as it can be."""

import base64
import gzip
import html
import json
import os
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from dbt.adapters.spark_connect.forgetting.ids import canonical, in_silver
from dbt.adapters.spark_connect.forgetting.memory import hashed

# Shorter texts stand in other words, so they are only looked for as whole values of columns that hold such.
_LONG = 6
LOGS = re.compile(r"\.log(\.\d+)?$")
_PACKED = re.compile(rb"H4sI[A-Za-z0-9+/]{16,}={0,2}")
# dbt's own text of the project, and what is compressed in ways of its own.
_OTHERS = {"partial_parse.msgpack", "graph.gpickle"}


@dataclass
class Wanted:
    """What is looked for.

    values: texts of people that nobody else has. ids: identifiers by kind, with `columns` that hold each kind. hashes:
    of identifiers and values, with the salt, of people who were forgotten and whose values nobody knows any more.
    invocation: the command that looks, which stands in dbt's log itself.
    """

    values: set[str]
    ids: dict[str, set[str]]
    columns: dict[str, str]
    hashes: set[str] = field(default_factory=set)
    salt: str = ""
    invocation: str = ""

    def __post_init__(self) -> None:
        self.values = {value.strip().lower() for value in self.values} - {""}
        long_ids = {each for kind in self.ids.values() for each in kind if len(each) > _LONG and not each.isdigit()}
        self.texts = sorted({value for value in self.values if len(value) >= _LONG} | {e.lower() for e in long_ids})
        names = "|".join(sorted(map(re.escape, self.columns), key=len, reverse=True)) or "(?!)"
        # In JSON, SQL, YAML, Python or on a command line.
        self._named = re.compile(rf"\b({names})\b[\\\"'`]{{0,4}}\s{{0,2}}[:=]\s{{0,2}}[\\\"'`]{{0,4}}([\w.+-]+)")

    def in_text(self, text: str) -> bool:
        """Whether a text has one of the values, or names one of the identifiers by its column."""
        lower = text.lower()
        if any(value in lower and _stands_alone(value, lower) for value in self.texts):
            return True
        return any(self._is(name, value) for name, value in self._named.findall(lower))

    def _is(self, column: str, value: str) -> bool:
        return in_silver(self.columns[column], value) in self.ids.get(self.columns[column], ())

    def in_column(self, name: str, values: list[str]) -> bool:
        """Whether one of the values of a column is one of these."""
        kind = self.columns.get(name.lower())
        ids = self.ids.get(kind, set()) if kind else set()
        for value in values:
            plain = value.strip().lower()
            identifier = canonical(value.split(":")[0]) if kind else ""
            if plain in self.values or (kind and identifier in ids):
                return True
            if self.hashes and (
                hashed(self.salt, "value", plain) in self.hashes
                or (kind and hashed(self.salt, kind, identifier) in self.hashes)
            ):
                return True
        return self.in_text("\n".join(values))


def _stands_alone(value: str, text: str) -> bool:
    """Whether a text has a value, and not only as a part of a longer word."""
    return re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text) is not None


def find(folders: Iterable[Path], wanted: Wanted, skipped: Iterable[Path] = ()) -> list[str]:
    """The files below the folders in which something is left, each with the column or the way it was decoded."""
    leave = {os.path.realpath(path) for path in skipped}
    found = []
    for file in _files(folders, leave):
        found += [f"{file}{place}" for place in _in_file(file, wanted)]
    return found


def _files(folders: Iterable[Path], leave: set[str]) -> Iterator[Path]:
    seen = set()
    for top in folders:
        for folder, names, files in os.walk(top, followlinks=True):
            real = os.path.realpath(folder)
            if real in leave or real in seen:
                names.clear()
                continue
            seen.add(real)
            for name in sorted(files):
                path = Path(folder, name)
                if name not in _OTHERS and os.path.realpath(path) not in leave and path.is_file():
                    yield path


def _in_file(file: Path, wanted: Wanted) -> Iterator[str]:
    if file.suffix == ".parquet":
        parquet = pq.ParquetFile(file)
        for group in range(parquet.num_row_groups):
            table = parquet.read_row_group(group)
            for name in columns_with(table, wanted):
                yield f", column {name}"
                return
    elif file.suffix == ".duckdb":
        yield from _in_duckdb(file, wanted)
    else:
        content = file.read_bytes()
        if wanted.invocation and LOGS.search(file.name):
            content = content.partition(wanted.invocation.encode())[0]
        if file.suffix == ".gz":
            content = _unpacked(content)
        if in_bytes(content, wanted):
            yield ""


def in_bytes(content: bytes, wanted: Wanted) -> bool:
    """Whether a file has something: its text, that of HTML, and what is packed in it."""
    text = content.decode("utf-8", errors="replace")
    if wanted.in_text(text) or ("&" in text and wanted.in_text(html.unescape(text))):
        return True
    if "\\u" in text and wanted.in_text(re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), text)):
        return True
    packed = (_unpacked(base64.b64decode(match + b"=" * (-len(match) % 4))) for match in _PACKED.findall(content))
    return any(wanted.in_text(each.decode("utf-8", errors="replace")) for each in packed)


def _unpacked(content: bytes) -> bytes:
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error):
        return content


def _in_duckdb(file: Path, wanted: Wanted) -> Iterator[str]:
    try:
        import duckdb
    except ImportError:
        # Its texts are compressed, so it cannot be told what is in it.
        yield ", which only DuckDB can read"
        return
    with duckdb.connect(str(file), read_only=True) as connection:
        for schema, table in connection.execute(
            "select table_schema, table_name from information_schema.tables"
        ).fetchall():
            rows = connection.execute(f'select * from "{schema}"."{table}"').to_arrow_table()  # noqa: S608
            for name in columns_with(rows, wanted):
                yield f", table {table}, column {name}"


def columns_with(table: pa.Table, wanted: Wanted) -> list[str]:
    """The columns of a table in which something is left."""
    return [name for name in table.column_names if wanted.in_column(name, _texts(table[name]))]


def _texts(column: pa.ChunkedArray) -> list[str]:
    """The distinct values of a column, as text."""
    kind = column.type
    if pa.types.is_nested(kind):
        return sorted({json.dumps(value, default=str, ensure_ascii=False) for value in column.to_pylist() if value})
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = kind.value_type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)):
        return []
    return [value for value in pc.unique(column).to_pylist() if value is not None]
