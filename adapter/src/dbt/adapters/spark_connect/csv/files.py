"""CSV files of a folder: which there are, and their rows staged as Parquet for the engine to read.

Every field stays a string. A staged file is named by its path and content, so staging it again costs nothing, and a run
that was killed finds it.
"""

import gzip
import hashlib
import io
import json
import os
import re
import shutil
import stat
import time
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from dbt.adapters.spark_connect.csv.records import read_records
from dbt_common.exceptions import DbtRuntimeError

STAGING_FOLDER = "_staged"
SOURCE_FILE = "_source_file"
ROW_NUMBER = "_row_number"
_SUFFIXES = (".csv", ".csv.gz")
# Delta has none of these in the name of a column, but for the backtick, which would end a name within a statement.
_NOT_IN_NAMES = re.compile(r"[ ,;{}()\n\t=`]+")
_BLOCK = 8 << 20
_ROWS_PER_CHUNK = 50_000


@dataclass(frozen=True)
class Limits:
    """What a file may have: bytes when decompressed, bytes in a line, and seconds to be read."""

    file_bytes: int = 100 << 30
    line_bytes: int = 16 << 20
    seconds: int = 3600


class _Bounded:
    """A stream of a file's decompressed bytes. A DbtRuntimeError says which limit the file is above."""

    def __init__(self, stream: BinaryIO, path: str, limits: Limits) -> None:
        self._stream, self._path, self._limits = stream, path, limits
        self._bytes, self._started = 0, time.monotonic()

    def __enter__(self) -> "_Bounded":
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def read(self, size: int = -1) -> bytes:
        return self._counted(self._stream.read(size))

    def readline(self) -> bytes:
        line = self._counted(self._stream.readline(self._limits.line_bytes + 1))
        if len(line) > self._limits.line_bytes:
            self._refuse(f"a line has more than {self._limits.line_bytes:,} bytes")
        return line

    def _counted(self, chunk: bytes) -> bytes:
        self._bytes += len(chunk)
        if self._bytes > self._limits.file_bytes:
            self._refuse(f"it has more than {self._limits.file_bytes:,} bytes when it is decompressed")
        if time.monotonic() - self._started > self._limits.seconds:
            self._refuse(f"reading it takes more than {self._limits.seconds:,} seconds")
        return chunk

    def _refuse(self, reason: str) -> None:
        raise DbtRuntimeError(f"{self._path}: {reason}, which is the limit for a file. It was not loaded.")


def _below(folder: Path, partly: bool = False) -> Iterator[Path]:
    """The .csv and .csv.gz files in a folder and below. An OSError if it may not be read.

    partly: leave out a folder below it that may not be read, which is else an OSError, too.
    """

    def stop(error: OSError) -> None:
        if not partly or error.filename == str(folder):
            raise error

    if folder.is_dir():
        for parent, _, names in os.walk(folder, onerror=stop):
            yield from (Path(parent, name) for name in names if name.endswith(_SUFFIXES))


def paths(folder: str) -> list[str]:
    """The .csv and .csv.gz files in the folder and below, as sorted paths relative to it; none if there is no folder.

    A folder below that may not be read is left out: `find` says so of the name that it belongs to. A DbtRuntimeError if
    the folder itself may not be read.
    """
    root = Path(folder)
    with _readable(root):
        found = sorted(path.relative_to(root).as_posix() for path in _below(root, partly=True))
    return [os.fsencode(path).decode(errors="backslashreplace") for path in found]


def unread(folder: str, names: Collection[str]) -> list[str]:
    """What lies in the folder and is not read, a line for each: its path and the reason, sorted.

    names: those that `find` is asked for.
    """
    root, found = Path(folder), []

    def add(path: str, reason: str) -> None:
        relative = Path(path).relative_to(root).as_posix()
        found.append(f"{os.fsencode(relative).decode(errors='backslashreplace')}: {reason}")

    def denied(error: OSError) -> None:
        add(error.filename, f"the folder cannot be read ({error.strerror})")

    for parent, folders, files in os.walk(folder, onerror=denied):
        for name in folders:
            if Path(parent, name).is_symlink():
                add(os.path.join(parent, name), "a link to a folder; put the files themselves here")
        for name in files:
            path = Path(parent, name)
            stem = path.relative_to(root).as_posix().removesuffix(".gz").removesuffix(".csv") + "/"
            if not path.exists():
                add(str(path), "a link to a file that is not there")
            elif not stat.S_ISREG(path.stat().st_mode):
                add(str(path), "not a file but a pipe, socket or device")
            elif not name.endswith(_SUFFIXES):
                add(str(path), "its name ends neither in .csv nor in .csv.gz")
            elif not stem.startswith(tuple(f"{name}/" for name in names)):
                add(str(path), "no entity has files of this name")
    return sorted(found)


def find(folder: str, name: str) -> list[dict[str, Any]]:
    """The files of `name`: `<name>.csv`, `<name>.csv.gz`, and every .csv and .csv.gz below `<name>/`.

    Each has its path relative to the folder, the SHA-256 of its bytes, and its size in bytes; they are in the code
    point order of their paths. A DbtRuntimeError names a folder or file that cannot be read.
    """
    root = Path(folder)
    found = [root / f"{name}{suffix}" for suffix in _SUFFIXES]
    with _readable(root):
        found += _below(root / name)
    files = []
    for path in sorted(found, key=lambda path: path.relative_to(root).as_posix()):
        with _readable(path):
            if path.is_file():
                with path.open("rb") as file:
                    digest = hashlib.file_digest(file, "sha256").hexdigest()
                relative = path.relative_to(root).as_posix()
                files.append({"path": relative, "sha256": digest, "bytes": path.stat().st_size})
    return files


def scan(
    folder: str,
    names: Collection[str],
    known: Collection[tuple[str, str]],
    required: list[str],
    staging: Path,
    limits: Limits = Limits(),
) -> dict[str, Any]:
    """Stage the files of `names` whose path and SHA-256 are not in `known`.

    Returns `files` (what `find` and `stage` say of each) and `errors`: a line for each file that cannot be staged or
    lacks one of the `required` columns.
    """
    files, errors = [], []
    try:
        found = [file for name in names for file in find(folder, name)]
    except DbtRuntimeError as error:
        return {"files": [], "errors": [error.msg]}
    for file in found:
        if (file["path"], file["sha256"]) in known:
            continue
        try:
            staged = stage(folder, file["path"], file["sha256"], staging, limits)
        except DbtRuntimeError as error:
            errors.append(error.msg)
            continue
        missing = [column for column in required if column not in staged["columns"]]
        if missing:
            # Without a header the names of the columns are somebody's data, so only those that are known are told.
            there = [column for column in required if column in staged["columns"]]
            others = len(staged["columns"]) - len(there)
            errors.append(
                f"{file['path']}: the required column{'s' * (len(missing) > 1)} {', '.join(missing)} "
                f"{'are' if len(missing) > 1 else 'is'} missing; the header has "
                f"{', '.join(there) or 'none of the required columns'} and {others} other{'s' * (others != 1)}."
            )
            continue
        files.append(file | staged)
    return {"files": files, "errors": errors}


def stage(folder: str, path: str, sha256: str, staging: Path, limits: Limits = Limits()) -> dict[str, Any]:
    """Write a file's rows and broken lines to two Parquet files, unless they are there already.

    Returns `columns` (the header in lower case, with `_` for what Delta has in no name), `rows` and `rejected` (their
    numbers), `data` (the Parquet file of the rows: the columns as strings, `_source_file`, and `_row_number`, which
    counts the file's records from 1, broken ones too) and `rejects` (`_source_file`, `_row_number`, `raw_row`,
    `problem`). A DbtRuntimeError names a file that is empty, cannot be read, has an unusable name or header, is above a
    limit, or has changed since its SHA-256 was taken.
    """
    source = Path(folder) / path
    try:
        target = staging / hashlib.sha256(f"{path}\n{sha256}".encode()).hexdigest()
    except UnicodeEncodeError:
        raise DbtRuntimeError(f"{path!r}: the file's name is not in UTF-8. Rename it.") from None
    summary = target.with_suffix(".json")
    if summary.exists():
        return cast(dict[str, Any], json.loads(summary.read_text()))
    with _readable(source):
        staging.mkdir(parents=True, exist_ok=True)
        before = source.stat()
        with source.open("rb") as file:
            changed = hashlib.file_digest(file, "sha256").hexdigest() != sha256
        result = {} if changed else _stage(source, path, target, limits)
        after = source.stat()
        if changed or (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
            raise DbtRuntimeError(f"{path}: changed while it was read. Run again when it is complete.")
        partial = summary.with_suffix(".partial")
        partial.write_text(json.dumps(result))
        partial.replace(summary)
    return result


def clear(staging: Path) -> None:
    """Remove all staged files."""
    # The summaries first: what is left of the rest, should this be killed, counts for nothing without them.
    for summary in staging.glob("*.json"):
        summary.unlink(missing_ok=True)
    shutil.rmtree(staging, ignore_errors=True)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Turn what the operating system or the decompressor says into one line that names the file."""
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DbtRuntimeError(f"{path}: not a whole gzip file ({error}). Deliver it again.") from None
    except OSError as error:
        raise DbtRuntimeError(f"{error.filename or path}: {error.strerror or error}.") from None


def _open(source: Path, path: str, limits: Limits) -> _Bounded:
    if source.suffix == ".gz":
        return _Bounded(cast(BinaryIO, gzip.open(source, "rb")), path, limits)
    return _Bounded(source.open("rb"), path, limits)


def _header(source: Path, path: str, limits: Limits) -> tuple[list[str], list[str]]:
    """The header's names as they stand in the file, and as names of a table's columns.

    An error names positions: what stands in the first line of a file without a header is somebody's data.
    """
    with _open(source, path, limits) as stream:
        record = next(read_records(stream), None)
    if record is None:
        raise DbtRuntimeError(f"{path}: the file is empty, it has no header.")
    if record.fields is None:
        raise DbtRuntimeError(f"{path}: the header cannot be read: {record.problem}.")
    names = [_NOT_IN_NAMES.sub("_", name.strip().lower()) for name in record.fields]
    for position, name in enumerate(names, start=1):
        if not name:
            raise DbtRuntimeError(f"{path}: column {position} of the header has no name.")
        if names.count(name) > 1:
            first = names.index(name) + 1
            raise DbtRuntimeError(f"{path}: columns {first} and {names.index(name, first) + 1} have the same name.")
        if name.startswith("_"):
            raise DbtRuntimeError(
                f"{path}: the name of column {position} begins with '_', which is kept for audit columns."
            )
    return record.fields, names


def _stage(source: Path, path: str, target: Path, limits: Limits) -> dict[str, Any]:
    raw_names, names = _header(source, path, limits)
    data, rejects = target.with_suffix(".parquet"), target.with_suffix(".rejects.parquet")
    # In a file with one column the fast reader would take white space for a row, and not for a blank line.
    counts = _stage_plain(source, path, raw_names, names, data, rejects, limits) if len(names) > 1 else None
    if counts is None:
        counts = _stage_exact(source, path, names, data, rejects, limits)
    return {"columns": names, "data": str(data), "rejects": str(rejects), "rows": counts[0], "rejected": counts[1]}


class _PlainStream(io.RawIOBase):
    """Passes bytes on and notes whether they are free of what only the exact reader gets right."""

    def __init__(self, stream: _Bounded) -> None:
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


def _schema(names: list[str]) -> pa.Schema:
    return pa.schema([*((name, pa.string()) for name in names), (SOURCE_FILE, pa.string()), (ROW_NUMBER, pa.int64())])


def _rejects_schema() -> pa.Schema:
    return pa.schema(
        [(SOURCE_FILE, pa.string()), (ROW_NUMBER, pa.int64()), ("raw_row", pa.string()), ("problem", pa.string())]
    )


def _stage_plain(
    source: Path, path: str, raw_names: list[str], names: list[str], data: Path, rejects: Path, limits: Limits
) -> tuple[int, int] | None:
    """Stage a file without quotes and without broken lines; None where it has any."""
    # The reader takes lines of up to two blocks.
    block = min(_BLOCK, max(limits.line_bytes // 2, 1))
    with (
        _open(source, path, limits) as file,
        _parquet(data, _schema(names)) as writer,
        _parquet(rejects, _rejects_schema()),
    ):
        stream = _PlainStream(file)
        try:
            reader = pacsv.open_csv(
                pa.PythonFile(stream, mode="r"),
                pacsv.ReadOptions(use_threads=False, block_size=block),
                pacsv.ParseOptions(quote_char=False, escape_char=False, newlines_in_values=False),
                pacsv.ConvertOptions(column_types=dict.fromkeys(raw_names, pa.string()), strings_can_be_null=False),
            )
            rows = 0
            for batch in reader:
                if not stream.plain:
                    return None
                origin = pa.repeat(pa.scalar(path), batch.num_rows)
                numbers = pa.array(range(rows + 1, rows + batch.num_rows + 1), pa.int64())
                writer.write_batch(pa.record_batch([*batch.columns, origin, numbers], schema=writer.schema))
                rows += batch.num_rows
        except pa.ArrowInvalid:
            return None
    return (rows, 0) if stream.plain else None


def _stage_exact(
    source: Path, path: str, names: list[str], data: Path, rejects: Path, limits: Limits
) -> tuple[int, int]:
    """Stage any file, record by record."""
    rows: list[tuple[Any, ...]] = []
    broken: list[tuple[Any, ...]] = []
    counts = [0, 0]
    with (
        _open(source, path, limits) as stream,
        _parquet(data, _schema(names)) as good,
        _parquet(rejects, _rejects_schema()) as bad,
    ):
        records = read_records(stream)
        next(records)  # the header
        for number, record in enumerate(records, start=1):
            if record.fields is not None and len(record.fields) == len(names):
                rows.append((*record.fields, path, number))
            else:
                found = len(record.fields or [])
                problem = record.problem or f"{found} field{'s' * (found != 1)} instead of {len(names)}"
                broken.append((path, number, record.raw, problem))
            if len(rows) + len(broken) >= _ROWS_PER_CHUNK:
                _flush(good, rows, counts, 0)
                _flush(bad, broken, counts, 1)
        _flush(good, rows, counts, 0)
        _flush(bad, broken, counts, 1)
    return counts[0], counts[1]


def _flush(writer: pq.ParquetWriter, rows: list[tuple[Any, ...]], counts: list[int], index: int) -> None:
    if rows:
        columns = [
            pa.array(column, field.type) for column, field in zip(zip(*rows, strict=True), writer.schema, strict=True)
        ]
        writer.write_batch(pa.record_batch(columns, schema=writer.schema))
        counts[index] += len(rows)
        rows.clear()


@contextmanager
def _parquet(path: Path, schema: pa.Schema) -> Iterator[pq.ParquetWriter]:
    with pq.ParquetWriter(path, schema, compression="lz4") as writer:
        yield writer
