"""The interface of every engine, between dbt and Sail, Spark or a cluster."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING

from dbt.adapters.spark_connect.warehouse import TableState, Warehouse

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql.connect.dataframe import DataFrame
    from pyspark.sql.connect.session import SparkSession
    from pyspark.sql.types import StructField


class Engine(ABC):
    """A running engine: its session, and what it knows of the tables and views of its catalog."""

    session: "SparkSession"
    # Of a remote engine only the lock and what is staged, of the others the tables, too.
    warehouse: Warehouse

    def __init__(self) -> None:
        # What is done when dbt has ended, and has written its files.
        self.at_end: list[Callable[[], object]] = []

    @property
    def version(self) -> str:
        """Name and version."""
        return f"Spark {self.session.version}"

    @abstractmethod
    def sql(self, statement: str) -> "pa.Table":
        """Run one statement to its end and return its rows."""

    @abstractmethod
    def schemas(self) -> list[str]:
        """The existing schemas, sorted."""

    @abstractmethod
    def tables(self, schema: str) -> list[str]:
        """The names of a schema's tables; none if there is no such schema."""

    @abstractmethod
    def views(self, schema: str) -> list[str]:
        """The names of a schema's views; none if there is no such schema."""

    @abstractmethod
    def location(self, schema: str, name: str | None = None) -> str | None:
        """The location of a table or schema, a folder or a URL; None if the catalog decides."""

    @abstractmethod
    def state(self, schema: str, name: str) -> TableState | None:
        """The newest version of a table; None if there is no such table."""

    @abstractmethod
    def view_statement(self, schema: str, name: str) -> str | None:
        """The statement that creates a view; None if there is no such view."""

    @abstractmethod
    def add_columns(self, schema: str, name: str, fields: "list[StructField]") -> None:
        """Add columns to a table, null in the rows that it has."""

    @abstractmethod
    def check_restorable(self, schema: str, name: str, version: int) -> None:
        """Raise a DbtRuntimeError if a version of a table is no longer in its log, or its files were deleted."""

    @abstractmethod
    def restore(self, schema: str, name: str, version: int) -> None:
        """Restore a table to a version, as a new commit."""

    @abstractmethod
    def optimize(self, schema: str, name: str, retention_hours: int) -> str:
        """Compact small files, delete files that no version within the retention reads, and say what was done."""

    @abstractmethod
    def purge(self, schema: str, name: str) -> int:
        """Remove all but the current version of a table; returns the number of removed files, if known."""

    @abstractmethod
    def refresh(self, schema: str) -> None:
        """Have the catalog read a schema again, after its folder was exchanged."""

    @abstractmethod
    def read_parquet(self, paths: list[str]) -> "DataFrame":
        """The rows of Parquet files of this machine, all of one schema."""

    def _stop_session(self) -> None:
        """Stop the session, and keep its destructor from stopping it again.

        It would run in whatever thread the garbage is collected in, stop the threads that all sessions of the process
        share, and wait for them; they may be waiting for a lock that this thread has.
        """
        self.session.stop()
        del self.session._client

    @abstractmethod
    def close(self) -> None:
        """Stop the engine and let the warehouse go."""


def first_line(error: Exception) -> str:
    """An engine's message without the stack trace of its server."""
    return str(error).split("\n\nJVM stacktrace")[0].strip() or type(error).__name__
