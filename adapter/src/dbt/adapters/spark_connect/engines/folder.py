"""Engines that run for this process alone, on the tables of a folder."""

import re
from abc import abstractmethod
from contextlib import ExitStack
from typing import TYPE_CHECKING

from dbt.adapters.events.logging import AdapterLogger
from dbt.adapters.spark_connect import maintenance
from dbt.adapters.spark_connect.credentials import SparkConnectCredentials
from dbt.adapters.spark_connect.engines.base import Engine
from dbt.adapters.spark_connect.engines.guards import unguarded
from dbt.adapters.spark_connect.forgetting.purge import purge
from dbt.adapters.spark_connect.warehouse import TableState
from dbt.adapters.spark_connect.warehouses import open_warehouse
from dbt_common.exceptions import DbtRuntimeError

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql.connect.dataframe import DataFrame
    from pyspark.sql.types import StructField

logger = AdapterLogger("SparkConnect")

_NAME = r"`?(\w+)`?\s*\.\s*`?(\w+)`?"
_CREATE_TABLE = re.compile(rf"^create\s+(?:or\s+replace\s+)?table\s+(?:if\s+not\s+exists\s+)?{_NAME}", re.IGNORECASE)
_CREATE_VIEW = re.compile(rf"^create\s+(?:or\s+replace\s+)?view\s+(?:if\s+not\s+exists\s+)?{_NAME}", re.IGNORECASE)
_DROP = re.compile(rf"^drop\s+(table|view)\s+(?:if\s+exists\s+)?{_NAME}", re.IGNORECASE)
_DROP_SCHEMA = re.compile(r"^drop\s+(?:schema|database)\s+(?:if\s+exists\s+)?`?(\w+)`?", re.IGNORECASE)
_LEADING_COMMENTS = re.compile(r"^(?:\s+|/\*.*?\*/|--[^\n]*\n)+", re.DOTALL)
_QUERY = re.compile(r"^\(*\s*(?:select|values|show|describe|explain)\b", re.IGNORECASE)
_TABLE_NAMES = re.compile(_NAME)


class FolderEngine(Engine):
    """An engine of this process. Its catalog lives as long as the process; the warehouse folder outlives it."""

    def __init__(self, credentials: SparkConnectCredentials) -> None:
        super().__init__()
        self.warehouse = open_warehouse(credentials.warehouse)
        self._unreadable: dict[tuple[str, str], str] = {}
        with ExitStack() as started:
            self.warehouse.lock()
            started.callback(self.warehouse.unlock)
            if self.warehouse.interrupted:
                logger.warning(self.warehouse.interrupted)
            self._start(credentials, started)
            self._register()
            self._started = started.pop_all()

    @abstractmethod
    def _start(self, credentials: SparkConnectCredentials, started: ExitStack) -> None:
        """Start the engine and open `session`; what is pushed onto `started` stops it again."""

    def _register(self) -> None:
        """Tell the catalog of every table and view of the warehouse.

        A table that cannot be read does not stop the others; a statement that names it does stop, so that it is never
        taken for a new one and overwritten.
        """
        self.warehouse.prepare()
        for schema in self.warehouse.schemas():
            self._run(f"create schema if not exists `{schema}` location '{self.warehouse.location(schema)}'")
        for schema, name in self.warehouse.tables():
            try:
                self.warehouse.state(schema, name)
                self._create(schema, name)
            except Exception as error:  # whatever the engine raises, the other tables still have to be found
                self._unreadable[schema, name] = str(error)
        self._register_views()

    def register(self, schema: str, name: str) -> None:
        """Have the catalog read a table again from its folder."""
        self._run(f"drop table if exists `{schema}`.`{name}`")
        self._create(schema, name)

    def _create(self, schema: str, name: str) -> None:
        self._run(f"create table `{schema}`.`{name}` using delta location '{self.warehouse.location(schema, name)}'")

    def _register_views(self) -> None:
        """Create the views again, in the order that their references to each other need."""
        waiting = self.warehouse.views()
        while waiting:
            failed = {}
            for (schema, name), statement in waiting.items():
                try:
                    self._run(f"create schema if not exists `{schema}` location '{self.warehouse.location(schema)}'")
                    self._run(statement)
                except Exception as error:  # as above
                    failed[schema, name] = (statement, str(error))
            if len(failed) == len(waiting):
                # Its table is gone or unreadable, which a statement that reads the view will say.
                return
            waiting = {view: statement for view, (statement, _) in failed.items()}

    def _run(self, statement: str) -> "pa.Table":
        # The guards are for what the models write.
        result: pa.Table = unguarded(type(self.session).sql)(self.session, statement).toArrow()
        return result

    def sql(self, statement: str) -> "pa.Table":
        self._check_readable(statement)
        self.warehouse.check_held()
        command = _LEADING_COMMENTS.sub("", statement)
        try:
            result = self._run(statement)
        except Exception:
            self._changed(command)
            self._undo(command)
            raise
        self._changed(command)
        self._follow(command)
        return result

    def _changed(self, statement: str) -> None:
        """Tell the warehouse of the tables that a statement may have written: all that it names."""
        if not _QUERY.match(statement):
            self.warehouse.changed(_TABLE_NAMES.findall(statement))

    def _undo(self, statement: str) -> None:
        """Undo what a failed CREATE TABLE leaves in the catalog: the columns of the table that was not written."""
        if created := _CREATE_TABLE.match(statement):
            schema, name = (part.lower() for part in created.groups())
            if (schema, name) in self.warehouse.tables():
                self.register(schema, name)
            elif self.warehouse.view(schema, name) is None:
                self._run(f"drop table if exists `{schema}`.`{name}`")

    def _check_readable(self, statement: str) -> None:
        if not self._unreadable:
            return
        for schema, name in _TABLE_NAMES.findall(statement):
            reason = self._unreadable.get((schema.lower(), name.lower()))
            if reason and not _DROP.match(_LEADING_COMMENTS.sub("", statement)):
                raise DbtRuntimeError(f"{reason} Restore it, or remove the folder to have the table rebuilt.")

    def _follow(self, statement: str) -> None:
        """Do in the warehouse what the statement did in the catalog."""
        if created := _CREATE_VIEW.match(statement):
            schema, name = created.groups()
            self.warehouse.keep_view(schema, name, statement)
        elif dropped := _DROP.match(statement):
            kind, schema, name = dropped.groups()
            if kind.lower() == "view":
                self.warehouse.drop_view(schema, name)
            else:
                self.warehouse.drop_table(schema, name)
                self._unreadable.pop((schema.lower(), name.lower()), None)
        elif dropped := _DROP_SCHEMA.match(statement):
            self.warehouse.drop_schema(dropped.group(1))

    def schemas(self) -> list[str]:
        return self.warehouse.schemas()

    def tables(self, schema: str) -> list[str]:
        return [name for owner, name in self.warehouse.tables() if owner == schema.lower()]

    def views(self, schema: str) -> list[str]:
        return [name for owner, name in self.warehouse.views() if owner == schema.lower()]

    def location(self, schema: str, name: str | None = None) -> str | None:
        return self.warehouse.location(schema, name)

    def state(self, schema: str, name: str) -> TableState | None:
        return self.warehouse.state(schema, name)

    def view_statement(self, schema: str, name: str) -> str | None:
        return self.warehouse.view(schema, name)

    def add_columns(self, schema: str, name: str, fields: "list[StructField]") -> None:
        self.warehouse.add_columns(schema, name, [field.jsonValue() | {"nullable": True} for field in fields])
        self.register(schema, name)

    def check_restorable(self, schema: str, name: str, version: int) -> None:
        maintenance.check_restorable(self.warehouse, schema, name, version)

    def refresh(self, schema: str) -> None:
        self._run(f"create schema if not exists `{schema}` location '{self.warehouse.location(schema)}'")
        for name in self.tables(schema):
            self.register(schema, name)

    def restore(self, schema: str, name: str, version: int) -> None:
        maintenance.restore(self.warehouse, schema, name, version)

    def optimize(self, schema: str, name: str, retention_hours: int) -> str:
        return maintenance.optimize(self.warehouse, schema, name, retention_hours)

    def purge(self, schema: str, name: str) -> int:
        removed = purge(self.warehouse.path(schema, name))
        self.register(schema, name)
        return removed

    def read_parquet(self, paths: list[str]) -> "DataFrame":
        return self.session.read.parquet(*paths)

    def close(self) -> None:
        self._started.close()
