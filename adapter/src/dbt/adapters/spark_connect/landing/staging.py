"""The rows of landing files, staged as Parquet for the engine to read.

Small files share Parquet files, so that thousands of them cost little more than one. What is staged together is a pack,
with a summary that is written last. Packs are found by the paths and contents of their files, so staging these again
costs nothing, and a run that was killed finds them.
"""

import hashlib
import json
import shutil
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from dbt.adapters.events.logging import AdapterLogger
from dbt.adapters.spark_connect.landing import csv_rows, json_rows, parquet_rows
from dbt.adapters.spark_connect.landing.bucket import BucketContents, fetched
from dbt.adapters.spark_connect.landing.folder import Contents, format_of
from dbt.adapters.spark_connect.landing.hints import hint
from dbt.adapters.spark_connect.landing.limits import Limits, readable
from dbt.adapters.spark_connect.landing.options import Options
from dbt.adapters.spark_connect.landing.sink import Sink, data_columns
from dbt.adapters.spark_connect.notes import FolderNotes, Notes
from dbt.adapters.spark_connect.store.objects import is_url
from dbt_common.exceptions import DbtRuntimeError

logger = AdapterLogger("SparkConnect")
STAGING_FOLDER = "_staged"
DOWNLOADS = "_downloads"
DEFAULT_LIMITS = Limits()
_READERS = {"csv": csv_rows.read, "json": json_rows.read, "parquet": parquet_rows.read}
# Bytes of rows from which the small files that were read are written.
_PACK = 64 << 20
# The models of an entity's rows and of its other records may ask for the same files at the same time.
_lock = threading.Lock()

File = tuple[str, str]  # path and SHA-256
Pack = dict[str, Any]


def scan(
    folder: str,
    names: list[str],
    known: Collection[File],
    options: Options,
    staging: Path,
    limits: Limits = DEFAULT_LIMITS,
    notes: Notes | None = None,
) -> dict[str, Any]:
    """Stage the files of `names` whose path and SHA-256 are not in `known`.

    Returns `files`, with path, sha256, bytes, columns, rows and rejected of each, and `errors`: a line for each file
    that cannot be staged or lacks one of the required columns. What the files are is remembered in `notes`, which are
    those of the folder above `staging` if they are not given.
    """
    with _lock:
        kept, note = notes or FolderNotes(staging.parent), f"_contents/{_name(names)}.json"
        errors: list[str] = []
        try:
            contents = (
                BucketContents(folder, kept, note, staging / DOWNLOADS)
                if is_url(folder)
                else Contents(folder, kept, note)
            )
            new = [file for file in contents.files(names) if (file["path"], file["sha256"]) not in known]
        except DbtRuntimeError as error:
            return {"files": [], "errors": [error.msg]}
        contents.remember()
        packs = _Packs(folder, staging / _name(names), options, limits)
        wanted = [(file["path"], file["sha256"]) for file in new]
        staged = {(file["path"], file["sha256"]): file for pack in packs.of(wanted, errors) for file in pack["files"]}
        files = [file | staged[key] for key, file in zip(wanted, new, strict=True) if key in staged]
        return {"files": files, "errors": errors}


def stage(
    folder: str, names: list[str], files: list[File], options: Options, staging: Path, limits: Limits = DEFAULT_LIMITS
) -> list[dict[str, Any]]:
    """The Parquet files with the rows of files, and no others: their kind, columns and path.

    The kind `data` has the columns as strings, `_source_file`, and `_row_number`, which counts the file's records from
    1; `rejects` has the records that are no rows: `_source_file`, `_row_number`, `raw_row`, `problem`. A
    DbtRuntimeError names a file that cannot be staged, or has changed since its SHA-256 was taken.
    """
    with _lock:
        errors: list[str] = []
        packs = _Packs(folder, staging / _name(names), options, limits).of(files, errors)
        if errors:
            raise DbtRuntimeError("\n".join(errors))
        return [part for pack in packs for part in pack["parts"]]


def clear(staging: Path) -> None:
    """Remove all staged files."""
    # The summaries first: if this is killed, the remaining files are ignored without them.
    for summary in staging.glob("*/*.json"):
        summary.unlink(missing_ok=True)
    shutil.rmtree(staging, ignore_errors=True)


def _name(names: list[str]) -> str:
    return names[0].replace("/", ".")


class _Packs:
    """The packs of an export."""

    def __init__(self, folder: str, staging: Path, options: Options, limits: Limits) -> None:
        self._folder, self._staging, self._options, self._limits = folder, staging, options, limits
        self._waiting: list[tuple[dict[str, Any], Sink]] = []

    def of(self, files: list[File], errors: list[str]) -> list[Pack]:
        """Packs that have the files, and no others. Adds a line to `errors` for each that cannot be staged."""
        packs = list(self._there(set(files)))
        staged = {(file["path"], file["sha256"]) for pack in packs for file in pack["files"]}
        if missing := [file for file in files if file not in staged]:
            self._staging.mkdir(parents=True, exist_ok=True)
            packs += self._staged(missing, errors)
        return packs

    def _there(self, files: set[File]) -> Iterator[Pack]:
        """The packs of earlier calls of which all files are wanted."""
        for summary in sorted(self._staging.glob("*.json")):
            pack: Pack = json.loads(summary.read_text())
            found = {(file["path"], file["sha256"]) for file in pack["files"] if file["rows"] or file["rejected"]}
            if found <= files:
                files = files - found
                yield pack

    def _staged(self, files: list[File], errors: list[str]) -> Iterator[Pack]:
        size = 0
        for path, sha256 in files:
            try:
                sink = self._read(path, sha256)
            except DbtRuntimeError as error:
                errors.append(error.msg + self._hint(path))
                continue
            file = {"path": path, "sha256": sha256, "columns": sink.columns, **sink.counts}
            if not sink.small:
                yield self._written([file], sink.close())
                continue
            self._waiting.append((file, sink))
            size += sink.nbytes
            if size > _PACK:
                yield self._joined()
                size = 0
        if self._waiting:
            yield self._joined()

    def _read(self, path: str, sha256: str) -> Sink:
        try:
            target = self._staging / hashlib.sha256(f"{path}\n{sha256}".encode()).hexdigest()
        except UnicodeEncodeError:
            raise DbtRuntimeError(f"{path!r}: the file's name is not in UTF-8. Rename it.") from None
        sink = Sink(path, target, self._options)
        with self._on_this_machine(path) as source, readable(source):
            before = source.stat()
            with source.open("rb") as file:
                changed = hashlib.file_digest(file, "sha256").hexdigest() != sha256
            if not changed:
                with readable(path), sink.closed_on_error():
                    _READERS[format_of(path)](source, path, self._options, self._limits, sink)
            after = source.stat()
        if changed or (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
            raise DbtRuntimeError(f"{path}: changed while it was read. Run again when it is complete.")
        self._check(path, sink)
        if sink.suppressed:
            logger.info(f"{path}: {sink.suppressed} rows of people who were forgotten are left out.")
        return sink

    @contextmanager
    def _on_this_machine(self, path: str) -> Iterator[Path]:
        """The file on this machine."""
        if is_url(self._folder):
            with fetched(self._folder, path, self._staging.parent / DOWNLOADS) as source:
                yield source
        else:
            yield Path(self._folder, path)

    def _hint(self, path: str) -> str:
        try:
            with self._on_this_machine(path) as source:
                return hint(source, self._options)
        except DbtRuntimeError:
            return ""  # it is no longer in the store

    def _check(self, path: str, sink: Sink) -> None:
        required, columns = self._options.required, sink.columns
        missing = [column for column in required if column not in columns]
        if missing and not columns:
            reason = f"it has no row; {sink.problem}" if sink.problem else "the file is empty"
            raise DbtRuntimeError(f"{path}: {reason}.")
        if missing:
            # Without a header, the column names are data of somebody, so only known names are shown.
            there = [column for column in required if column in columns]
            others = len(columns) - len(there)
            way = self._options.without.get(missing[0]) if len(missing) == 1 else None
            raise DbtRuntimeError(
                f"{path}: the required column{'s' * (len(missing) > 1)} {', '.join(missing)} "
                f"{'are' if len(missing) > 1 else 'is'} missing; the {_HEADERS[format_of(path)]} "
                f"{', '.join(there) or 'none of the required columns'} and {others} other{'s' * (others != 1)}."
                f"{f' {way}' if way else ''}"
            )

    def _joined(self) -> Pack:
        """Write the small files that are waiting to shared Parquet files. A column that a file lacks is null."""
        files = [file for file, _ in self._waiting]
        target = hashlib.sha256(json.dumps([(file["path"], file["sha256"]) for file in files]).encode()).hexdigest()
        parts = []
        for kind, tables in (
            ("data", [table for _, sink in self._waiting for table in sink.tables]),
            ("rejects", [table for _, sink in self._waiting for table in sink.rejects]),
        ):
            if tables:
                table = pa.concat_tables(tables, promote_options="default")
                path = self._staging / f"{target}.{kind}.parquet"
                pq.write_table(table, path, compression="lz4")
                parts.append({"kind": kind, "columns": data_columns(table.schema), "path": str(path)})
        self._waiting = []
        return self._written(files, parts)

    def _written(self, files: list[dict[str, Any]], parts: list[dict[str, Any]]) -> Pack:
        pack = {"files": files, "parts": parts}
        name = hashlib.sha256(json.dumps([(file["path"], file["sha256"]) for file in files]).encode()).hexdigest()
        partial = self._staging / f"{name}.partial"
        partial.write_text(json.dumps(pack))
        partial.replace(partial.with_suffix(".json"))
        return pack


_HEADERS = {"csv": "header has", "json": "rows have", "parquet": "file has"}
