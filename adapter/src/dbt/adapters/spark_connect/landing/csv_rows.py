"""The reader of CSV files: fast where a file is plain, exact where it has quotes or broken lines."""

import codecs
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

import pyarrow as pa
import pyarrow.csv as pacsv
from dbt.adapters.spark_connect.landing.columns import column_names
from dbt.adapters.spark_connect.landing.csv_records import read_records
from dbt.adapters.spark_connect.landing.limits import Bounded, Limits, raw_stream
from dbt.adapters.spark_connect.landing.options import Options
from dbt.adapters.spark_connect.landing.sink import Sink
from dbt_common.exceptions import DbtRuntimeError

_BLOCK = 8 << 20
_ROWS_PER_CHUNK = 50_000


def read(source: Path, path: str, options: Options, limits: Limits, sink: Sink) -> None:
    """Pass the rows of a file to a sink: those with as many fields as the header. The others are rejected."""
    raw_names, names = _header(source, path, options, limits)
    # In a file with one column the fast reader would take white space for a row, and not for a blank line.
    if len(names) > 1:
        if _read_plain(source, path, raw_names, names, options, limits, sink):
            return
        sink.restart()
    _read_exact(source, path, names, options, limits, sink)


@contextmanager
def _open(source: Path, path: str, options: Options, limits: Limits) -> Iterator[Bounded]:
    stream = raw_stream(source)
    if codecs.lookup(options.encoding).name != "utf-8":
        stream = cast(BinaryIO, io.BufferedReader(_Utf8(stream, path, options.encoding)))
    with Bounded(stream, path, limits) as bounded:
        yield bounded


class _Utf8(io.RawIOBase):
    """A stream in another encoding, as UTF-8. A byte that the encoding does not have stays, and is invalid UTF-8."""

    def __init__(self, stream: BinaryIO, path: str, encoding: str) -> None:
        self._stream, self._path, self._encoding = stream, path, encoding
        self._decoder = codecs.getincrementaldecoder(encoding)("surrogateescape")
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            chunk = self._stream.read(1 << 16)
            try:
                self._rest = self._decoder.decode(chunk, final=not chunk).encode("utf-8", "surrogateescape")
            except UnicodeError:
                raise DbtRuntimeError(f"{self._path}: the file is not in the encoding {self._encoding}.") from None
            if not chunk:
                break
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size

    def close(self) -> None:
        self._stream.close()
        super().close()


def _header(source: Path, path: str, options: Options, limits: Limits) -> tuple[list[str], list[str]]:
    """The header's names as they stand in the file, and as names of a table's columns."""
    with _open(source, path, options, limits) as stream:
        record = next(read_records(stream, options.delimiter), None)
    if record is None:
        raise DbtRuntimeError(f"{path}: the file is empty, it has no header.")
    if record.fields is None:
        raise DbtRuntimeError(f"{path}: the header cannot be read: {record.problem}.")
    return record.fields, column_names(record.fields, path, options.columns)


class _PlainStream(io.RawIOBase):
    """Passes bytes through and records whether the fast reader can read them correctly."""

    def __init__(self, stream: Bounded) -> None:
        self._stream = stream
        self._after_cr = False
        self.plain = True

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        chunk = self._stream.read(size)
        seen = b"\r" + chunk if self._after_cr else chunk
        self._after_cr = chunk.endswith(b"\r")
        lone_cr = seen.count(b"\r") != seen.count(b"\r\n") + self._after_cr
        if b'"' in chunk or lone_cr:
            self.plain = False
        return chunk


def _read_plain(
    source: Path, path: str, raw_names: list[str], names: list[str], options: Options, limits: Limits, sink: Sink
) -> bool:
    """Read a file without quotes and broken lines; False if it has any."""
    # The reader takes lines of up to two blocks.
    block = min(_BLOCK, max(limits.line_bytes // 2, 1))
    with _open(source, path, options, limits) as file:
        stream = _PlainStream(file)
        try:
            reader = pacsv.open_csv(
                pa.PythonFile(stream, mode="r"),
                pacsv.ReadOptions(use_threads=False, block_size=block),
                pacsv.ParseOptions(
                    delimiter=options.delimiter, quote_char=False, escape_char=False, newlines_in_values=False
                ),
                pacsv.ConvertOptions(column_types=dict.fromkeys(raw_names, pa.string()), strings_can_be_null=False),
            )
            sink.declare(names)
            rows = 0
            for batch in reader:
                if not stream.plain:
                    return False
                numbers = pa.array(range(rows + 1, rows + batch.num_rows + 1), pa.int64())
                sink.add(names, batch.columns, numbers)
                rows += batch.num_rows
        except pa.ArrowInvalid:
            return False
    return stream.plain


def _read_exact(source: Path, path: str, names: list[str], options: Options, limits: Limits, sink: Sink) -> None:
    """Read any file, record by record."""
    rows: list[list[str]] = []
    numbers: list[int] = []
    broken: list[tuple[int, str, str]] = []

    def flush() -> None:
        if rows:
            columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
            sink.add(names, columns, pa.array(numbers, pa.int64()))
        if broken:
            sink.reject(broken)
        for kept in (rows, numbers, broken):
            kept.clear()

    with _open(source, path, options, limits) as stream:
        records = read_records(stream, options.delimiter)
        next(records)  # the header
        sink.declare(names)
        for number, record in enumerate(records, start=1):
            if record.fields is not None and len(record.fields) == len(names):
                rows.append(record.fields)
                numbers.append(number)
            else:
                found = len(record.fields or [])
                problem = record.problem or f"{found} field{'s' * (found != 1)} instead of {len(names)}"
                broken.append((number, record.raw, problem))
            if len(rows) + len(broken) >= _ROWS_PER_CHUNK:
                flush()
        flush()
