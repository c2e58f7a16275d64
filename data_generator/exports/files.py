"""Writes the files of an export: CSV, JSON lines or Parquet, one file or one for each day."""

import csv
import hashlib
import io
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

from data_generator.delivery import DELAY_DAYS
from data_generator.entity_files import EntityReport
from data_generator.files import FileEntry, LandingFile
from data_generator.options import FIRST_DAY, GenerateOptions
from data_generator.streams import Streams

# Rows of a file that belong together, such as the lines of an order.
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Export:
    """One export: its path without ending, its columns, its groups of rows, each with the day (since 1970) it comes.

    A group is delivered in one file. ``schema`` is the schema of its Parquet files.
    """

    path: str
    columns: tuple[str, ...]
    groups: Iterator[tuple[int, Rows]]
    schema: Any = None


def write_export(export: Export, ending: str, options: GenerateOptions, streams: Streams, folder: Path) -> EntityReport:
    """Writes all files of an export."""
    groups = list(export.groups)
    days = [day for day, _ in groups]
    late_rows = 0
    if options.late_rate > 0:
        is_late = streams.uniform(f"late.{export.path}", len(groups)) < options.late_rate
        delay = np.where(is_late, streams.integers(f"delay.{export.path}", *DELAY_DAYS, len(groups)), 0)
        days = (np.array(days, dtype=np.int64) + delay).tolist()
        late_rows = sum(len(rows) for (_, rows), late in zip(groups, is_late.tolist(), strict=True) if late)
    by_file: dict[str, Rows] = defaultdict(list)
    for day, (_, rows) in zip(days, groups, strict=True):
        name = export.path
        if options.layout == "daily":
            name = f"{export.path}/{(FIRST_DAY + timedelta(days=day)).isoformat()}"
        by_file[f"{name}.{ending}"].extend(rows)
    if not by_file:
        by_file[f"{export.path}.{ending}"] = []
    return EntityReport(
        entity=export.path,
        files=[_write(path, export, rows, folder) for path, rows in sorted(by_file.items())],
        good_rows=sum(len(rows) for rows in by_file.values()),
        late_rows=late_rows,
        duplicate_rows=0,
        repaired_rows={},
        quarantined_rows=Counter(),
    )


def _write(path: str, export: Export, rows: Rows, folder: Path) -> FileEntry:
    if path.endswith(".parquet"):
        return _write_parquet(path, export, rows, folder)
    is_csv = path.endswith((".csv", ".csv.gz"))
    header = _csv_lines([dict(zip(export.columns, export.columns, strict=True))], export.columns) if is_csv else b""
    file = LandingFile(folder, path, header)
    try:
        file.add(_csv_lines(rows, export.columns) if is_csv else _json_lines(rows), len(rows))
        return file.finish()
    finally:
        file.close()


def _csv_lines(rows: Rows, columns: tuple[str, ...]) -> bytes:
    text = io.StringIO(newline="")
    csv.DictWriter(text, columns, restval="", lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def _json_lines(rows: Rows) -> bytes:
    return "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows).encode()


def _write_parquet(path: str, export: Export, rows: Rows, folder: Path) -> FileEntry:
    # Only here: the other formats do without it.
    import pyarrow as pa
    import pyarrow.parquet as pq

    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows, schema=export.schema), target)
    content = target.read_bytes()
    return FileEntry(path, len(rows), len(content), hashlib.sha256(content).hexdigest())
