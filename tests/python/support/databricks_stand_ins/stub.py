"""A connection to a Databricks SQL warehouse that carries out nothing: it keeps the statements, and answers what dbt asks.

It takes the place of `databricks.sql.connect`, so everything above it is the real dbt-databricks.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from unittest.mock import patch

from dbt.adapters.databricks.python_models.python_submissions import BaseDatabricksHelper
from shop import HEADERS

from databricks_stand_ins.refusals import Refused, refuse_history

ENTITIES = tuple(HEADERS)
# What all tables are known by, and one that its readers were built from when it was another table.
TABLE_ID, OTHER = "6f1c", "stg_reviews"


class Stub:
    """What a workspace is asked.

    manifest: the project, whose documented columns are those of its tables. built: whether the tables are there already.
    """

    def __init__(self, manifest: Any, built: bool) -> None:
        self.nodes = {node.unique_id: node for node in manifest.nodes.values()}
        self.columns = {
            node.alias: [(column.name, column.data_type or "string") for column in node.columns.values()]
            for node in self.nodes.values()
        }
        self.built = built
        self.time_zone = "UTC"
        # Whether the files of the landing folder were loaded before.
        self.delivered = False
        # Entities whose file has a quote that is never closed.
        self.unclosed: list[str] = []
        # Files that lie there beside `<entity>.csv`.
        self.more_files: list[str] = []
        # What the tables keep of what they were built from, and the log of the runs.
        self.inputs: dict[str, str] = {}
        self.events: list[str] = []
        # What is looked for of people, while they are forgotten.
        self.plan = "{}"
        self.publications: list[tuple[Any, ...]] = []
        self._earlier = json.dumps(
            {
                # With other stages of the funnel, all events would be checked again.
                f"{node.schema}.{node.alias}": f"{TABLE_ID if node.alias != OTHER else 'of another'}@"
                f"{7 if node.alias == 'funnel_stages' else 5}"
                for node in self.nodes.values()
            }
        )
        self.volumes = {"/Volumes/lakehouse_dev/landing/files"}
        # Tables with a column mask or a row filter, as <schema>.<table>.
        self.masked: set[str] = set()
        self.statements: list[str] = []
        self.python_models: list[str] = []

    def answer(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Names of the columns, and rows."""
        text = " ".join(re.sub(r"/\*.*?\*/", " ", sql, flags=re.DOTALL).split())
        lower = text.lower()
        refuse_history(text, self.masked)
        for volume in re.findall(r"read_files\(\s*'(/Volumes/[^/']*/[^/']*/[^/']*)", text):
            if volume not in self.volumes:
                raise Refused(f"[UC_VOLUME_NOT_FOUND] Volume {volume} does not exist.")
        node = self.nodes.get(next(iter(re.findall(r'"node_id": "([^"]+)"', sql)), ""))
        if " as failures" in lower and not lower.startswith("select 0 as failures"):
            return ["failures", "should_warn", "should_error"], [(0, False, False)]
        if "__dbt_sbq" in lower and node:
            return [name for name, _ in self.columns[node.alias]], []
        if described := re.match(r"describe table extended .*`(\w+)` as json", text, re.IGNORECASE):
            columns = self.columns.get(described.group(1).removesuffix("__dbt_tmp"), [])
            fields = [{"name": name, "type": {"name": kind.split("(")[0]}} for name, kind in columns]
            return ["json_metadata"], [(json.dumps({"columns": fields, "type": "MANAGED", "provider": "delta"}),)]
        if "binaryfile" in lower:
            if "sha2(" in lower:
                return ["sha256"], [("0" * 64,)]
            files = [*(f"{name}.csv" for name in ENTITIES), *self.more_files]
            return ["path", "bytes", "is_loaded"], [(path, 100, int(self.delivered)) for path in files]
        if "count_if(_corrupt_record is null)" in lower:
            broken = re.search(r"/files/(\w+)", text)[1] in self.unclosed  # type: ignore[index]
            return ["rows", "rejected", "read", "is_unclosed"], [(10, 1, 11, int(broken))]
        if "explode(map_keys(fields))" in lower or "schema => '`header` string'" in lower:
            header = HEADERS[re.search(r"/files/(\w+)", text)[1]]  # type: ignore[index]
            return (["header"], [(header,)]) if ".csv'" in text else (["given"], [(n,) for n in header.split(",")])
        if lower.startswith("select * from read_files("):
            return HEADERS[re.search(r"/files/(\w+)", text)[1]].split(","), []  # type: ignore[index]
        if "`information_schema`.`tables`" in lower:
            return self._tables(text)
        if lower.startswith("with new_events as"):
            return ["_month"], [("2025-01",), ("2025-02",)]
        if re.match(r"select (distinct )?_month from", lower):
            return ["_month"], [("2025-01",)]
        if lower.startswith("select (select count(*)"):
            return ["files", "bronze", "quarantined", "broken", "silver"], [(0, 0, 0, 0, 0)]
        if lower.startswith("show schemas"):
            return ["databaseName"], [(schema,) for schema in sorted({node.schema for node in self.nodes.values()})]
        if lower.startswith("describe history"):
            return ["version", "timestamp"], [(7, "2025-02-01 05:00:00")]
        if lower.startswith("describe detail"):
            return ["id"], [(TABLE_ID,)]
        if asked := re.match(r"show tblproperties `\w+`\.`(\w+)`\.`(\w+)`", lower):
            return ["key", "value"], [("dbt.inputs", self.inputs.get(".".join(asked.groups()), self._earlier))]
        if kept := re.match(r"alter table `\w+`\.`(\w+)`\.`(\w+)` set tblproperties \('dbt.inputs' = '(.*)'\)$", text):
            self.inputs[f"{kept[1]}.{kept[2]}"] = kept[3]
        if self.delivered and lower.startswith("select entity, path, sha256"):
            names = ["entity", "path", "sha256", "batch_id", "row_count", "rejected_count", "ingested_at"]
            rows = [(name, f"{name}.csv", "0" * 64, 1, 10, 1, "2025-02-01 05:00:00") for name in ENTITIES]
            return names, rows if "batch_id > 0" in lower else []
        if self.delivered and lower.startswith("select max(_batch_id)"):
            return ["_batch_id"], [(1,)]
        if lower.startswith("select event from"):
            return ["event"], [(event,) for event in self.events]
        if event := re.match(r"insert into \S+`run_log` .* 1, '(\{.*\})' from", text):
            self.events.append(re.sub(r"\\(.)", r"\1", event[1]))
        if plan := re.match(r"insert overwrite \S+`forgotten_plan` select '(.*)'$", text):
            self.plan = re.sub(r"\\(.)", r"\1", plan[1])
        if lower.startswith("select max(plan)"):
            return ["plan"], [(self.plan,)]
        if lower.startswith("select sha2("):
            return ["hash"], [("ab" * 32,)]
        if lower.startswith("select count(*) from ("):
            return ["count"], [(0,)]
        if lower.startswith("select kind, id from"):
            return ["kind", "id"], [("customer", "17"), ("order", "500")]
        if re.match(r"select \* from \S+`publications`", lower):
            names = "publication_id content_id published_at published_by reason invocation_id tables tests"
            return names.split(), self.publications
        if re.match(r"insert into \S+`publications`", lower):
            # The states of the tables, and the verdicts.
            texts = [re.sub(r"\\(.)", r"\1", found) for found in re.findall(r"'(\{(?:[^'\\]|\\.)*\})'", text)]
            number, at = len(self.publications) + 1, datetime(2025, 2, 1, 5)
            self.publications.append((number, number, at, "dbt", None, "a run", *texts))
        if lower.startswith("select 0 as failures"):
            return ["failures", "should_warn", "should_error"], [(0, False, False)]
        if lower.startswith("select current_timezone"):
            return ["current_timezone()"], [(self.time_zone,)]
        if "information_schema.column_masks" in lower:
            return ["concat(table_schema, ., table_name)"], [(name,) for name in sorted(self.masked)]
        if lower.startswith("select current_catalog"):
            return ["current_catalog()"], [("lakehouse_dev",)]
        return ["column"], []

    def _tables(self, text: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """The tables and views of a schema, if they are built."""
        schema = re.findall(r"table_schema = '(\w+)'", text)[0]
        names = ["table_name", "table_type", "file_format", "table_owner", "databricks_table_type"]
        rows = []
        for node in self.nodes.values() if self.built else ():
            if node.resource_type in ("model", "seed", "snapshot") and node.schema == schema:
                view = node.config.materialized == "view"
                kind = ("view", "unknown", "me", None) if view else ("table", "delta", "me", "managed")
                rows.append((node.alias, *kind))
        for table, kept in (("bronze.run_log", self.events), ("reporting.publications", self.publications)):
            if kept and table.startswith(f"{schema}."):
                rows.append((table.split(".")[1], "table", "delta", "me", "managed"))
        return names, rows

    def types(self, sql: str) -> dict[str, str]:
        """The types of the columns of the node that a statement belongs to."""
        node = self.nodes.get(next(iter(re.findall(r'"node_id": "([^"]+)"', sql)), ""))
        return dict(self.columns[node.alias]) if node else {}


class Cursor:
    """PEP 249, as dbt-databricks uses it."""

    query_id = "1"
    rowcount = 0
    description: list[tuple[Any, ...]] | None = None

    def __init__(self, connection: "Connection") -> None:
        self.connection = connection
        self._rows: list[tuple[Any, ...]] = []

    def execute(self, sql: str, parameters: Any = None) -> "Cursor":
        self.connection.stub.statements.append(sql)
        names, self._rows = self.connection.stub.answer(sql)
        types = self.connection.stub.types(sql)
        self.description = [(name, types.get(name, "string"), None, None, None, None, True) for name in names]
        return self

    def fetchall(self) -> list[tuple[Any, ...]]:
        rows, self._rows = self._rows, []
        return rows

    def fetchmany(self, size: int) -> list[tuple[Any, ...]]:
        rows, self._rows = self._rows[:size], self._rows[size:]
        return rows

    def fetchone(self) -> tuple[Any, ...] | None:
        return self._rows.pop(0) if self._rows else None

    def schemas(self, *_: Any) -> "Cursor":
        return self

    def tables(self, *_: Any) -> "Cursor":
        return self

    def close(self) -> None: ...

    def cancel(self) -> None: ...


class Connection:
    def __init__(self, stub: Stub) -> None:
        self.stub = stub

    def cursor(self, *_: Any, **__: Any) -> Cursor:
        return Cursor(self)

    def get_session_id_hex(self) -> str:
        return "1"

    def close(self) -> None: ...


@contextmanager
def connected(stub: Stub) -> Iterator[Stub]:
    """Have dbt-databricks talk to the stub; the code of Python models is kept, too."""

    def submit(_: Any, compiled_code: str) -> None:
        stub.python_models.append(compiled_code)

    with (
        patch("dbt.adapters.databricks.handle.dbsql.connect", lambda **_: Connection(stub)),
        # It would ask the workspace which kind of host it is.
        patch("dbt.adapters.databricks.connections.check_spog_preconditions", lambda **_: None),
        patch.object(BaseDatabricksHelper, "__init__", lambda *_: None),
        patch.object(BaseDatabricksHelper, "submit", submit),
    ):
        yield stub
