"""The engines behind a connection. One engine, one server and one session serve all threads of a process."""

import atexit
import os
import re
import threading
from abc import ABC, abstractmethod
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from dbt.adapters.spark_connect.credentials import SparkConnectCredentials
from dbt.adapters.spark_connect.guards import check_statement, guard_dataframes, unguarded
from dbt.adapters.spark_connect.warehouse import Warehouse
from dbt_common.exceptions import DbtRuntimeError

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql.connect.session import SparkSession

_NAME = r"`?(\w+)`?\s*\.\s*`?(\w+)`?"
_CREATE_TABLE = re.compile(rf"^create\s+(?:or\s+replace\s+)?table\s+(?:if\s+not\s+exists\s+)?{_NAME}", re.IGNORECASE)
_CREATE_VIEW = re.compile(rf"^create\s+(?:or\s+replace\s+)?view\s+(?:if\s+not\s+exists\s+)?{_NAME}", re.IGNORECASE)
_DROP = re.compile(rf"^drop\s+(table|view)\s+(?:if\s+exists\s+)?{_NAME}", re.IGNORECASE)
_DROP_SCHEMA = re.compile(r"^drop\s+(?:schema|database)\s+(?:if\s+exists\s+)?`?(\w+)`?", re.IGNORECASE)
_LEADING_COMMENTS = re.compile(r"^(?:\s+|/\*.*?\*/|--[^\n]*\n)+", re.DOTALL)
_TABLE_NAMES = re.compile(_NAME)


class Engine(ABC):
    """A running engine: its session, and the warehouse where it keeps its tables."""

    session: "SparkSession"
    warehouse: Warehouse

    @abstractmethod
    def sql(self, statement: str) -> "pa.Table":
        """Run one statement to its end and return its rows."""

    @abstractmethod
    def register(self, schema: str, name: str) -> None:
        """Have the catalog read a table anew from its folder."""

    @abstractmethod
    def close(self) -> None:
        """Stop the engine and let the warehouse go."""


class SailEngine(Engine):
    """Sail, embedded in this process. Its catalog lives as long as the process; the warehouse folder outlives it."""

    def __init__(self, credentials: SparkConnectCredentials) -> None:
        self.warehouse = Warehouse(credentials.warehouse)
        self._unreadable: dict[tuple[str, str], str] = {}
        with ExitStack() as started:
            self.warehouse.lock()
            started.callback(self.warehouse.unlock)
            self._start(credentials.config, started)
            self._register()
            self._started = started.pop_all()

    def _start(self, config: dict[str, Any], started: ExitStack) -> None:
        # The engine would print the failing statements, which dbt reports.
        os.environ.setdefault("RUST_LOG", "error")
        from pysail.spark import SparkConnectServer
        from pyspark.sql.connect.session import SparkSession

        server = SparkConnectServer(ip="127.0.0.1", port=0)
        server.start(background=True)
        started.callback(server.stop)
        host, port = server.listening_address
        self.session = SparkSession.builder.remote(f"sc://{host}:{port}").create()
        started.callback(self.session.stop)
        guard_dataframes()
        for name, value in {"spark.sql.session.timeZone": "UTC", **config}.items():
            self.session.conf.set(name, value)

    def _register(self) -> None:
        """Tell the catalog of every table and view of the warehouse.

        A table that cannot be read does not stop the others; a statement that names it does stop, so that it is never
        taken for a new one and overwritten.
        """
        for schema in self.warehouse.schemas():
            self._run(f"create schema if not exists `{schema}` location '{self.warehouse.path(schema)}'")
        for schema, name in self.warehouse.tables():
            try:
                self.warehouse.state(schema, name)
                self._create(schema, name)
            except Exception as error:  # whatever the engine raises, the other tables still have to be found
                self._unreadable[schema, name] = str(error)
        self._register_views()

    def register(self, schema: str, name: str) -> None:
        self._run(f"drop table if exists `{schema}`.`{name}`")
        self._create(schema, name)

    def _create(self, schema: str, name: str) -> None:
        self._run(f"create table `{schema}`.`{name}` using delta location '{self.warehouse.path(schema, name)}'")

    def _register_views(self) -> None:
        """Create the views again, in whatever order their references to each other need."""
        waiting = self.warehouse.views()
        while waiting:
            failed = {}
            for (schema, name), statement in waiting.items():
                try:
                    self._run(f"create schema if not exists `{schema}` location '{self.warehouse.path(schema)}'")
                    self._run(statement)
                except Exception as error:  # as above
                    failed[schema, name] = (statement, str(error))
            if len(failed) == len(waiting):
                # Its table is gone or unreadable, which a statement that reads the view will say.
                return
            waiting = {view: statement for view, (statement, _) in failed.items()}

    def _run(self, statement: str) -> "pa.Table":
        result: pa.Table = unguarded(type(self.session).sql)(self.session, statement).toArrow()
        return result

    def sql(self, statement: str) -> "pa.Table":
        check_statement(statement)
        self._check_readable(statement)
        command = _LEADING_COMMENTS.sub("", statement)
        try:
            result = self._run(statement)
        except Exception:
            self._undo(command)
            raise
        self._follow(command)
        return result

    def _undo(self, statement: str) -> None:
        """Undo what a failed CREATE TABLE leaves in the catalog: the columns of the table that was not written."""
        if created := _CREATE_TABLE.match(statement):
            schema, name = (part.lower() for part in created.groups())
            if (schema, name) in self.warehouse.tables():
                self.register(schema, name)
            elif (schema, name) not in self.warehouse.views():
                self._run(f"drop table if exists `{schema}`.`{name}`")

    def _check_readable(self, statement: str) -> None:
        if not self._unreadable:
            return
        for schema, name in _TABLE_NAMES.findall(statement):
            reason = self._unreadable.get((schema.lower(), name.lower()))
            if reason and not _DROP.match(_LEADING_COMMENTS.sub("", statement)):
                raise DbtRuntimeError(f"{reason} Restore it, or remove the folder to have the table built anew.")

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

    def close(self) -> None:
        self._started.close()


_engines: dict[str, Engine] = {}
# Two servers that start at once have hung, and two sessions would not see each other's views.
_engines_lock = threading.Lock()


def get_engine(credentials: SparkConnectCredentials) -> Engine:
    """The engine of this process for a profile, started when it is first asked for."""
    key = str(Warehouse(credentials.warehouse).root)
    with _engines_lock:
        if key not in _engines:
            _engines[key] = SailEngine(credentials)
        return _engines[key]


def close_engines() -> None:
    """Stop every engine of this process."""
    with _engines_lock:
        while _engines:
            _engines.popitem()[1].close()


atexit.register(close_engines)
