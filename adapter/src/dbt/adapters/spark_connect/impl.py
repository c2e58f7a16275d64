"""The adapter: a subclass of dbt-spark's, for Spark Connect engines with Delta tables in a folder."""

import getpass
import hashlib
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dbt.adapters.__about__ import version as adapters_version
from dbt.adapters.base import BaseRelation, PythonJobHelper, available
from dbt.adapters.base.relation import AdapterTrackingRelationInfo
from dbt.adapters.contracts.connection import AdapterResponse
from dbt.adapters.contracts.relation import RelationConfig, RelationType
from dbt.adapters.spark import SparkColumn
from dbt.adapters.spark.impl import TABLE_OR_VIEW_NOT_FOUND_MESSAGES, SparkAdapter
from dbt.adapters.spark_connect import publications
from dbt.adapters.spark_connect.__version__ import version
from dbt.adapters.spark_connect.connections import SparkConnectConnectionManager
from dbt.adapters.spark_connect.engines.base import Engine
from dbt.adapters.spark_connect.forgetting import requests
from dbt.adapters.spark_connect.forgetting.memory import FOLDER, Memory, Suppression
from dbt.adapters.spark_connect.forgetting.scan import Wanted, find
from dbt.adapters.spark_connect.forgetting.scrub import scrub
from dbt.adapters.spark_connect.landing import bucket, staging
from dbt.adapters.spark_connect.landing.folder import paths, unread
from dbt.adapters.spark_connect.landing.limits import Limits
from dbt.adapters.spark_connect.landing.options import Options
from dbt.adapters.spark_connect.python_models import SessionPythonJobHelper
from dbt.adapters.spark_connect.store.objects import is_url
from dbt_common.clients.agate_helper import table_from_rows
from dbt_common.exceptions import DbtDatabaseError

if TYPE_CHECKING:
    import agate
    from pyspark.sql.types import StructField


class SparkConnectAdapter(SparkAdapter):
    ConnectionManager = SparkConnectConnectionManager

    @property
    def _engine(self) -> Engine:
        return self.connections.get_thread_connection().handle.engine

    def list_relations_without_caching(self, schema_relation: BaseRelation) -> list[BaseRelation]:
        """Tables and views of a schema. In a folder, its tables exist even if the catalog has not registered them."""
        engine, schema = self._engine, str(schema_relation.schema)
        found = [(RelationType.Table, name) for name in engine.tables(schema)]
        found += [(RelationType.View, name) for name in engine.views(schema)]
        return [
            self.Relation.create(
                schema=schema_relation.schema, identifier=name, type=kind, is_delta=kind == RelationType.Table
            )
            for kind, name in found
        ]

    def check_schema_exists(self, database: str, schema: str) -> bool:
        return schema.lower() in self._engine.schemas()

    def list_schemas(self, database: str) -> list[str]:
        return self._engine.schemas()

    def get_columns_in_relation(self, relation: BaseRelation) -> list[SparkColumn]:
        """Columns and types as a query sees them; none if the relation does not exist.

        DESCRIBE shows no columns of a table that was registered from its folder.
        """
        try:
            fields = self._fields(f"select * from {relation}")  # noqa: S608
        except DbtDatabaseError as error:
            if any(message in str(error) for message in TABLE_OR_VIEW_NOT_FOUND_MESSAGES):
                return []
            raise
        return [
            SparkColumn(
                column=field.name,
                dtype=field.dataType.simpleString(),
                column_index=index,
                table_schema=relation.schema,
                table_name=relation.identifier,
                table_type=relation.type,
            )
            for index, field in enumerate(fields)
        ]

    def _fields(self, query: str) -> "list[StructField]":
        """The columns of a query, without running it. A DbtDatabaseError says why the engine rejects it."""
        with self.connections.exception_handler(query):
            fields: list[StructField] = self._engine.session.sql(query).schema.fields
            return fields

    @available.parse(lambda *_, **__: [])
    def get_column_schema_from_query(self, sql: str) -> list[SparkColumn]:
        """Columns and types of a query, for its contract. dbt would run the query; to read it is enough."""
        return [SparkColumn(field.name, field.dataType.simpleString()) for field in self._fields(sql)]

    def drop_schema(self, relation: BaseRelation) -> None:
        super().drop_schema(relation)
        self.cache.drop_schema(None, relation.schema)

    @available
    def location(self, relation: BaseRelation) -> str:
        """The folder of a relation's table or, without an identifier, of its schema; empty if the catalog decides."""
        return str(self._engine.location(str(relation.schema), relation.identifier) or "")

    @available.parse(lambda *_, **__: 0)
    def next_version(self, relation: BaseRelation) -> int:
        """The Delta version that the next commit to a table makes; 0 if it does not exist."""
        state = self._engine.state(str(relation.schema), str(relation.identifier))
        return state.version + 1 if state else 0

    @available.parse(lambda *_, **__: "")
    def table_state(self, relation: BaseRelation) -> str:
        """The Delta id of a table and the last version that changed its rows, `<id>@<version>`; empty without a table.

        A table that was removed and built again counts its versions from 0 again, under another id.
        """
        state = self._engine.state(str(relation.schema), str(relation.identifier))
        return state.token if state else ""

    @available.parse(lambda *_, **__: {})
    def table_properties(self, relation: BaseRelation) -> dict[str, str]:
        """The Delta properties of a table; none if it does not exist."""
        state = self._engine.state(str(relation.schema), str(relation.identifier))
        return state.properties if state else {}

    @available.parse_none
    def view_checksum(self, relation: BaseRelation) -> str | None:
        """A hash of the statement that created a view; None if it does not exist."""
        statement = self._engine.view_statement(str(relation.schema), str(relation.identifier))
        return hashlib.md5(statement.encode(), usedforsecurity=False).hexdigest() if statement else None

    @available.parse(lambda *_, **__: "")
    def engine_version(self) -> str:
        """Name and version of the engine, and of this adapter."""
        return f"{self._engine.version}, dbt-spark-connect {version}"

    @available.parse(lambda *_, **__: False)
    def skips_passed_tests(self) -> bool:
        """True if the profile skips tests that passed while their inputs are unchanged."""
        return bool(self.config.credentials.skip_passed_tests)

    @available.parse(lambda *_, **__: {})
    def verdict(self, test_id: str) -> dict[str, Any]:
        """The last verdict of a test that `keep_verdict` stored; empty if there is none."""
        return self._engine.warehouse.verdict(test_id)

    @available.parse_none
    def keep_verdict(self, test_id: str, verdict: dict[str, Any]) -> None:
        """Store the verdict of a test, and the state it applies to."""
        self._engine.warehouse.keep_verdict(test_id, verdict)

    @available.parse(lambda *_, **__: [])
    def run_log(self, project: str) -> list[dict[str, Any]]:
        """The events of the runs of a project, oldest first."""
        return self._engine.warehouse.run_log(project)

    @available.parse_none
    def add_to_run_log(self, project: str, event: dict[str, Any]) -> None:
        """Add an event, of JSON values, to the log of the runs of a project."""
        self._engine.warehouse.add_to_run_log(project, event)

    @available.parse(lambda *_, **__: False)
    def has_links(self) -> bool:
        """Whether the tables lie in a folder, which can be a link that is renamed. See `publications`."""
        return self._engine.location("any") is not None and self._engine.warehouse.has_links()

    @available.parse(lambda *_, **__: [])
    def publications(self, schema: str) -> list[dict[str, Any]]:
        """The publications of a schema, oldest first; see `publications`. None if its tables are in a catalog."""
        return publications.history(self._engine.warehouse, schema)

    @available.parse_none
    def publish(self, schema: str, relations: dict[str, BaseRelation], record: dict[str, Any], kept: int) -> None:
        """Publish the current rows of tables under their names in another schema, all at once. See `publications`."""
        warehouse = self._engine.warehouse
        tables = {name: warehouse.path(str(each.schema), str(each.identifier)) for name, each in relations.items()}
        publications.publish(warehouse, schema, tables, record, kept)
        self._engine.refresh(schema)

    @available.parse_none
    def republish(self, schema: str, content: int, record: dict[str, Any], kept: int) -> None:
        """Publish the rows of an earlier publication again. See `publications`."""
        publications.republish(self._engine.warehouse, schema, content, record, kept)
        self._engine.refresh(schema)

    @available.parse(lambda *_, **__: "")
    def user(self) -> str:
        """The user of this machine who runs dbt."""
        return getpass.getuser()

    @available.parse_none
    def result_of(self, row: dict[str, Any]) -> "agate.Table":
        """A row as the result of a statement, without asking the engine."""
        return table_from_rows([list(row.values())], list(row))

    @available
    def nullable_select(self, sql: str, not_null: list[str] | None = None) -> str:
        """Wrap a query so that its table's columns take nulls, and raise an error for a null in the columns `not_null`.

        Sail would store a column that cannot be null in the query (a literal, a count) as NOT NULL, and the next insert
        of a null into it would fail. A column without a type (of nothing but nulls) becomes a string, since a table
        cannot have it.
        """
        required = {name.lower() for name in not_null or []}
        columns = []
        for field in self._fields(sql):
            name = self.quote(field.name)
            if field.name.lower() in required:
                message = f"Null in the column {field.name}, which is declared not null."
                columns.append(f"case when {name} is null then raise_error('{message}') else {name} end as {name}")
            elif field.dataType.typeName() == "void":
                columns.append(f"cast({name} as string) as {name}")
            elif not field.nullable:
                # Always true, but the optimiser cannot know it.
                columns.append(f"case when rand() >= 0 then {name} end as {name}")
            else:
                columns.append(name)
        return f"select {', '.join(columns)}\nfrom (\n{sql}\n) as model_query"

    @available.parse_none
    def add_columns(self, relation: BaseRelation, columns: list[SparkColumn]) -> None:
        """Add columns to a table, null in the rows that it has. The engine has no statement for it."""
        if not columns:
            return
        nulls = ", ".join(f"cast(null as {column.dtype}) as {self.quote(column.name)}" for column in columns)
        self._engine.add_columns(str(relation.schema), str(relation.identifier), self._fields(f"select {nulls}"))

    @classmethod
    def convert_type(cls, agate_table: "agate.Table", col_idx: int) -> str | None:
        """A seed column's type; dbt would call a column without any value an integer."""
        # With --empty there are no rows, but the types of the file's.
        if len(agate_table.rows) and all(value is None for value in agate_table.columns[col_idx].values()):
            return "string"
        return super().convert_type(agate_table, col_idx)

    @available.parse_none
    def register_seed(self, name: str, agate_table: "agate.Table") -> None:
        """Register a seed's values as a temporary view of strings: nulls as nulls, numbers digit by digit."""
        import pyarrow as pa
        from pyspark.sql.types import StringType, StructType

        def text(value: Any) -> str | None:
            if isinstance(value, Decimal):
                # dbt calls a column of 1000.00 an integer, and no cast of that text to one succeeds.
                return format(value.normalize(), "f")
            return None if value is None else str(value)

        columns = {
            column.name: pa.array([text(value) for value in column.values()], pa.string())
            for column in agate_table.columns
        }
        schema = StructType()
        for column in columns:
            schema.add(column, StringType())
        self._engine.session.createDataFrame(pa.table(columns), schema).createOrReplaceTempView(name)

    @available.parse_none
    def check_restorable(self, relation: BaseRelation, version: int) -> None:
        """Raise a DbtRuntimeError if a version of a table can no longer be restored."""
        self._engine.check_restorable(str(relation.schema), str(relation.identifier), version)

    @available.parse_none
    def restore_table(self, relation: BaseRelation, version: int) -> None:
        """Restore a table to a version, as a new commit."""
        self._engine.restore(str(relation.schema), str(relation.identifier), version)

    @available.parse(lambda *_, **__: "")
    def optimize_table(self, relation: BaseRelation, retention_hours: int) -> str:
        """Compact a table's small files, and delete files that no version within the retention reads."""
        return self._engine.optimize(str(relation.schema), str(relation.identifier), retention_hours)

    @property
    def _staging(self) -> Path:
        return self._engine.warehouse.scratch / staging.STAGING_FOLDER

    @available.parse(lambda *_, **__: {"files": [], "errors": []})
    def scan_files(
        self, folder: str, export: dict[str, Any], known: list[tuple[str, str]], limits: dict[str, int]
    ) -> dict[str, Any]:
        """See `landing.staging.scan`. Staged files lie in the warehouse until `clear_staged_files`.

        export: the `names` of its files, and the fields of `Options`.
        """
        loaded = {(path, sha256) for path, sha256 in known}
        options, notes = Options.of(export, self._suppression), self._engine.warehouse.notes
        return staging.scan(folder, export["names"], loaded, options, self._staging, Limits(**limits), notes)

    @available.parse(lambda *_, **__: [])
    def stage_files(
        self, folder: str, export: dict[str, Any], files: list[tuple[str, str]], limits: dict[str, int]
    ) -> list[dict[str, Any]]:
        """See `landing.staging.stage`."""
        wanted = [(path, sha256) for path, sha256 in files]
        options = Options.of(export, self._suppression)
        return staging.stage(folder, export["names"], wanted, options, self._staging, Limits(**limits))

    @available.parse(lambda *_, **__: [])
    def landing_files(self, folder: str) -> list[str]:
        """See `landing.folder.paths`."""
        return bucket.paths(folder) if is_url(folder) else paths(folder)

    @available.parse(lambda *_, **__: [])
    def unread_files(self, folder: str, names: list[str], sources: list[str]) -> list[str]:
        """See `landing.folder.unread`."""
        return bucket.unread(folder, names, sources) if is_url(folder) else unread(folder, names, sources)

    @available.parse_none
    def register_parquet(self, name: str, paths: list[str]) -> None:
        """Register Parquet files of one schema, such as staged ones, as a temporary view."""
        self._engine.read_parquet(paths).createOrReplaceTempView(name)

    @available.parse_none
    def register_rows(self, name: str, rows: list[dict[str, Any]], columns: dict[str, str]) -> None:
        """Register rows as a temporary view, however many; values that they lack are null.

        columns: the type of each, `string` or `bigint`.
        """
        import pyarrow as pa
        from pyspark.sql.types import LongType, StringType, StructType

        types = {"string": (pa.string(), StringType()), "bigint": (pa.int64(), LongType())}
        schema = StructType()
        for column, type_name in columns.items():
            schema.add(column, types[type_name][1])
        table = pa.Table.from_pylist(rows, pa.schema([(column, types[kind][0]) for column, kind in columns.items()]))
        self._engine.session.createDataFrame(table, schema).createOrReplaceTempView(name)

    @property
    def _suppression(self) -> Suppression | None:
        """Which rows are left out. In an object store nobody can be forgotten yet: `_memory` says so there."""
        return self._memory.suppression() if self._engine.warehouse.has_links() else None

    @property
    def _memory(self) -> Memory:
        return Memory(self._engine.warehouse.root)

    @available.parse(lambda *_, **__: [])
    def read_requests(self, path: str) -> list[dict[str, str]]:
        """See `forgetting.requests.read`."""
        return requests.read(path)

    @available.parse(lambda *_, **__: "")
    def person_hash(self, kind: str, value: str) -> str:
        """The salted hash of an identifier or value."""
        return self._memory.hash(kind, value)

    @available.parse_none
    def remember_forgotten(self, number: int, people: list[str], found: dict[str, list[str]]) -> None:
        """Store hashes of people's identifiers and values by kind: their rows are left out of later deliveries."""
        self._memory.remember(number, people, found)

    @available.parse_none
    def forget_plan(self) -> dict[str, Any] | None:
        """The plan that `keep_forget_plan` stored; None if there is none, or after `drop_forget_plan`."""
        return self._memory.plan()

    @available.parse_none
    def keep_forget_plan(self, plan: dict[str, Any]) -> None:
        """Store what to look for while people are being forgotten, in a file that only its owner can read."""
        self._memory.keep_plan(plan)

    @available.parse_none
    def drop_forget_plan(self) -> None:
        """Remove it."""
        self._memory.drop_plan()

    @available.parse(lambda *_, **__: 0)
    def purge_table(self, relation: BaseRelation) -> int:
        """Remove all but the current version of a table; returns the number of removed files."""
        return self._engine.purge(str(relation.schema), str(relation.identifier))

    @available.parse_none
    def purge_publications(self, schema: str) -> None:
        """Remove all publications of a schema except the current one."""
        publications.purge(self._engine.warehouse, schema)

    def _wanted(self, wanted: dict[str, Any], people: list[str]) -> Wanted:
        memory = self._memory
        hashes = memory.hashes_of(people)
        ids = {kind: set(values) for kind, values in wanted["ids"].items()}
        salt = memory.salt if hashes else ""
        return Wanted(set(wanted["values"]), ids, wanted["columns"], hashes, salt, wanted.get("invocation_id", ""))

    @available.parse(lambda *_, **__: [])
    def remove_made_files(self, wanted: dict[str, Any], folders: list[str]) -> list[str]:
        """Remove files in folders that still contain a person, and lines in logs; and again when dbt has ended."""
        found, made = self._wanted(wanted, []), self._folders(folders)
        self._engine.at_end.append(lambda: scrub(made, found))
        return scrub(made, found)

    def _folders(self, names: list[str]) -> list[Path]:
        return [Path(self.config.project_root, name) for name in names]

    @available.parse(lambda *_, **__: [])
    def find_people(
        self, wanted: dict[str, Any], people: list[str], folders: list[str], skipped: list[BaseRelation]
    ) -> list[str]:
        """The files of the warehouse, and of other folders, in which data of a person is left.

        wanted: `values`, `ids` by kind, `columns` with the kind of each, and the `invocation_id`. people: hashes of
        persons who were forgotten. folders: relative to the project. skipped: tables that are not looked into.
        """
        root = self._engine.warehouse.root
        leave = [root / FOLDER, *(self._engine.warehouse.path(str(e.schema), str(e.identifier)) for e in skipped)]
        return find([root, *self._folders(folders)], self._wanted(wanted, people), leave)

    @available.parse(lambda *_, **__: "")
    def keep_forget_report(self, report: dict[str, Any]) -> str:
        """Keep the report of a forget under its `number`, and return the path."""
        return str(self._memory.keep_report(int(report["number"]), report))

    @available.parse(lambda *_, **__: "")
    def write_subject_report(self, path: str, report: dict[str, Any]) -> str:
        """Write what is stored about a person as JSON, readable only by the owner; returns the path."""
        return str(requests.write_report(Path(self.config.project_root, path), report))

    @available.parse_none
    def clear_staged_files(self) -> None:
        """Remove what `scan_files` and `stage_files` have written."""
        staging.clear(self._staging)

    def _get_columns_for_catalog(self, relation: BaseRelation) -> Iterable[dict[str, Any]]:
        stats = {}
        if relation.is_table:
            state = self._engine.state(str(relation.schema), str(relation.identifier))
            if state:
                stats["bytes"] = ("Size in bytes", state.bytes)
                stats["version"] = ("Delta version", state.version)
        for index, column in enumerate(self.get_columns_in_relation(relation)):
            yield {
                "table_database": None,
                "table_schema": relation.schema,
                "table_name": relation.identifier,
                "table_type": str(relation.type),
                "table_comment": None,
                "table_owner": None,
                "column_name": column.name,
                "column_index": index,
                "column_type": column.dtype,
                "column_comment": None,
                **{
                    f"stats:{key}:{part}": value
                    for key, (label, number) in stats.items()
                    for part, value in (
                        ("label", label),
                        ("value", number),
                        ("description", label),
                        ("include", True),
                    )
                },
            }

    @classmethod
    def get_adapter_run_info(cls, config: RelationConfig) -> AdapterTrackingRelationInfo:
        """What dbt reports of a run. The base class derives the module from the class name, which fails here."""
        return AdapterTrackingRelationInfo(  # type: ignore[abstract]
            adapter_name="spark_connect",
            base_adapter_version=adapters_version,
            adapter_version=version,
            model_adapter_details=cls._get_adapter_specific_run_info(config),
        )

    def submit_python_job(self, parsed_model: dict[str, Any], compiled_code: str) -> AdapterResponse:
        name = str(self.connections.get_thread_connection().name)
        with self._engine.warehouse.working_on(name):
            return super().submit_python_job(parsed_model, compiled_code)

    def generate_python_submission_response(self, submission_result: Any) -> AdapterResponse:
        return AdapterResponse(_message="OK")

    @property
    def default_python_submission_method(self) -> str:
        return "session"

    @property
    def python_submission_helpers(self) -> dict[str, type[PythonJobHelper]]:
        return {"session": SessionPythonJobHelper}
