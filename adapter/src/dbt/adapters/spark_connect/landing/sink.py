"""Receives the rows of a file from a reader."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from dbt.adapters.spark_connect.forgetting.memory import Suppression
from dbt.adapters.spark_connect.landing.options import Options

SOURCE_FILE = "_source_file"
ROW_NUMBER = "_row_number"
REJECTS = pa.schema(
    [(SOURCE_FILE, pa.string()), (ROW_NUMBER, pa.int64()), ("raw_row", pa.string()), ("problem", pa.string())]
)
# Bytes of rows that a file may have to be kept in memory, and to be written together with other small files.
SMALL = 8 << 20
_FIELDS = re.compile(r'[,;\t"]')


class Sink:
    """The rows of a file, as strings, and its unparsable records.

    A small file stays in memory, as `tables` and `rejects`. Of a larger one the rows are written as they come, to
    Parquet files whose names begin with `target`; a new one is begun when a column appears. `columns` has those of the
    whole file, `counts` how many rows and other records it has, `problem` the first of these others.
    """

    def __init__(self, path: str, target: Path, options: Options = Options()) -> None:  # noqa: B008
        self.path, self._target = path, target
        self._ids, self._source, self._suppression = options.ids, options.source, options.suppression
        self.parts: list[dict[str, Any]] = []
        self.restart()

    def restart(self) -> None:
        """Discard everything added so far: another reader reads the file again."""
        for part in self.parts:
            part["writer"].close()
        self.columns: list[str] = []
        self.counts = {"rows": 0, "rejected": 0}
        self.problem = ""
        # Of people who were forgotten.
        self.suppressed = 0
        self.tables: list[pa.Table] = []
        self.rejects: list[pa.Table] = []
        self.parts = []
        self._bytes = {"rows": 0, "rejected": 0}

    def add(self, names: list[str], columns: list[pa.Array], numbers: pa.Array) -> None:
        """Add rows: their columns, and the number of each in the file, from 1."""
        origin = pa.repeat(pa.scalar(self.path), len(numbers))
        table = pa.table([*columns, origin, numbers], names=[*names, SOURCE_FILE, ROW_NUMBER])
        if self._suppression:
            table = self._of_others(table, self._suppression)
        self.columns += [name for name in names if name not in self.columns]
        self.tables.append(table)
        self._count("rows", table)

    def declare(self, names: list[str]) -> None:
        """Declare the columns of the file, even if it has no rows."""
        self.columns += [name for name in names if name not in self.columns]

    def reject(self, records: list[tuple[int, str, str]]) -> None:
        """Add unparsable records: the number, the text and the problem of each."""
        if self._suppression:
            others = [record for record in records if not self._is_suppressed(record[1], self._suppression)]
            self.suppressed += len(records) - len(others)
            records = others
        numbers, raw, problems = zip(*records, strict=True) if records else ((), (), ())
        self.problem = self.problem or (f"record {numbers[0]}: {problems[0]}" if records else "")
        table = pa.table([pa.repeat(pa.scalar(self.path), len(records)), numbers, raw, problems], schema=REJECTS)
        self.rejects.append(table)
        self._count("rejected", table)

    def _of_others(self, table: pa.Table, suppression: Suppression) -> pa.Table:
        """The rows that are not of people who were forgotten."""
        theirs: pa.Array | None = None
        for name, kind in self._ids.items():
            if name in table.column_names:
                values = [value for value in pc.unique(table[name]).to_pylist() if value is not None]
                found = [value for value in values if suppression.has(kind, value, self._source)]
                if found:
                    matched = pc.is_in(table[name], value_set=pa.array(found, table[name].type))
                    theirs = matched if theirs is None else pc.or_(theirs, matched)
        if theirs is None:
            return table
        others = table.filter(pc.invert(theirs))
        self.suppressed += table.num_rows - others.num_rows
        return others

    def _is_suppressed(self, record: str, suppression: Suppression) -> bool:
        """Whether one of the fields of an unparsable record is an identifier of such a person."""
        fields = {field for field in _FIELDS.split(record) if field.strip()}
        kinds = set(self._ids.values())
        return any(suppression.has(kind, field, self._source) for field in fields for kind in kinds)

    def _count(self, kind: str, table: pa.Table) -> None:
        self.counts[kind] += table.num_rows
        self._bytes[kind] += table.nbytes
        if sum(self._bytes.values()) > SMALL:
            self.spill()

    @property
    def small(self) -> bool:
        """Whether all of the file is in memory."""
        return not self.parts

    @property
    def nbytes(self) -> int:
        return sum(self._bytes.values())

    def spill(self) -> None:
        """Write what is in memory."""
        for kind, tables in (("data", self.tables), ("rejects", self.rejects)):
            for table in tables:
                part = self._part(kind, table.schema)
                part["writer"].write_table(table)
        self.tables, self.rejects, self._bytes = [], [], {"rows": 0, "rejected": 0}

    def _part(self, kind: str, schema: pa.Schema) -> dict[str, Any]:
        """The part that takes rows of a schema: the last one of its kind, or a new one."""
        last = next((part for part in reversed(self.parts) if part["kind"] == kind), None)
        if last and last["schema"] == schema:
            return last
        if last:
            last["writer"].close()
        path = f"{self._target}.{len(self.parts)}.parquet"
        writer = pq.ParquetWriter(path, schema, compression="lz4")
        self.parts.append({"kind": kind, "schema": schema, "path": path, "writer": writer})
        return self.parts[-1]

    @contextmanager
    def closed_on_error(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.restart()
            raise

    def close(self) -> list[dict[str, Any]]:
        """Finish the written files; returns kind, columns and path of each."""
        if self.parts:
            self.spill()
        for part in self.parts:
            part["writer"].close()
        return [
            {"kind": part["kind"], "columns": data_columns(part["schema"]), "path": part["path"]} for part in self.parts
        ]


def data_columns(schema: pa.Schema) -> list[str]:
    return [name for name in schema.names if name not in (SOURCE_FILE, ROW_NUMBER)]
