"""Connections of dbt's threads: cursors over the one session of the engine."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from dbt.adapters.contracts.connection import AdapterResponse, Connection, ConnectionState
from dbt.adapters.events.logging import AdapterLogger
from dbt.adapters.spark.connections import SparkConnectionManager
from dbt.adapters.spark_connect.engines.base import Engine, first_line
from dbt.adapters.spark_connect.engines.registry import get_engine
from dbt_common.exceptions import DbtDatabaseError, DbtRuntimeError

if TYPE_CHECKING:
    import pyarrow as pa

logger = AdapterLogger("SparkConnect")


class Cursor:
    """The rows of one statement, as a cursor of PEP 249."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._result: pa.Table | None = None
        self._position = 0

    def execute(self, sql: str, bindings: Any = None) -> None:
        """Run a statement to its end."""
        if bindings:
            raise DbtRuntimeError("Statements take no bindings: write the values into the SQL.")
        self._result = self._engine.sql(sql.strip().removesuffix(";"))
        self._position = 0

    @property
    def description(self) -> list[tuple[Any, ...]] | None:
        if self._result is None:
            return None
        from pyspark.sql.pandas.types import from_arrow_type

        return [
            (field.name, from_arrow_type(field.type).simpleString(), None, None, None, None, field.nullable)
            for field in self._result.schema
        ]

    def fetchmany(self, size: int) -> list[tuple[Any, ...]]:
        if self._result is None:
            return []
        rows = self._result.slice(self._position, size)
        self._position += rows.num_rows
        return list(zip(*(column.to_pylist() for column in rows.columns), strict=True))

    def fetchall(self) -> list[tuple[Any, ...]]:
        return self.fetchmany(self._result.num_rows if self._result is not None else 0)

    def fetchone(self) -> tuple[Any, ...] | None:
        rows = self.fetchmany(1)
        return rows[0] if rows else None

    def close(self) -> None:
        self._result = None


class Handle:
    """The handle of a dbt connection: the engine, shared with all other connections."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def cursor(self) -> Cursor:
        return Cursor(self.engine)

    def cancel(self) -> None:
        self.engine.session.interruptAll()

    def close(self) -> None:
        """Nothing to close: the engine ends with the process."""

    def rollback(self) -> None:
        """Nothing to roll back: a Delta commit is the only transaction."""


class SparkConnectConnectionManager(SparkConnectionManager):
    TYPE = "spark_connect"

    @contextmanager
    def exception_handler(self, sql: str) -> Generator[None, None, None]:
        connection = self.get_thread_connection()
        try:
            with connection.handle.engine.warehouse.working_on(str(connection.name)):
                yield
        except DbtRuntimeError:
            raise
        except Exception as error:
            logger.debug(f"Error while running:\n{sql}\n{error}")
            raise DbtDatabaseError(first_line(error)) from error

    @classmethod
    def open(cls, connection: Connection) -> Connection:
        if connection.state != ConnectionState.OPEN:
            connection.handle = Handle(get_engine(connection.credentials))
            connection.state = ConnectionState.OPEN
        return connection

    def cancel(self, connection: Connection) -> None:
        connection.handle.cancel()

    @classmethod
    def get_response(cls, cursor: Any) -> AdapterResponse:
        return AdapterResponse(_message="OK")
