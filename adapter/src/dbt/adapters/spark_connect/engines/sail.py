"""Sail, embedded in the dbt process."""

import os
from contextlib import ExitStack
from importlib.metadata import version
from typing import TYPE_CHECKING

from dbt.adapters.spark_connect.credentials import SparkConnectCredentials
from dbt.adapters.spark_connect.engines.folder import FolderEngine
from dbt.adapters.spark_connect.engines.guards import check_statement, guard_dataframes, unguard_dataframes

if TYPE_CHECKING:
    import pyarrow as pa

_TEN_YEARS_IN_SECONDS = 315_360_000


class SailEngine(FolderEngine):
    """Sail. Statements that it answers wrongly without an error are refused, see `guards`."""

    def _start(self, credentials: SparkConnectCredentials, started: ExitStack) -> None:
        # The engine would print the failing statements, which dbt reports.
        os.environ.setdefault("RUST_LOG", "error")
        # Eight times the default: it overflows in a query of views on views that `check_statement` cannot see through.
        os.environ.setdefault("SAIL_RUNTIME__STACK_SIZE", str(64 << 20))
        # Sail forgets a session that was silent for 15 minutes, as while a Python model computes, and with it the
        # catalog and the settings: the next statement would find no tables.
        os.environ["SAIL_SPARK__SESSION_TIMEOUT_SECS"] = str(_TEN_YEARS_IN_SECONDS)
        from pysail.spark import SparkConnectServer
        from pyspark.sql.connect.session import SparkSession

        server = SparkConnectServer(ip="127.0.0.1", port=0)
        server.start(background=True)
        started.callback(server.stop)
        host, port = server.listening_address
        self.session = SparkSession.builder.remote(f"sc://{host}:{port}").create()
        started.callback(self._stop_session)
        guard_dataframes()
        started.callback(unguard_dataframes)
        # A hook's CREATE TABLE without USING would write files of Parquet, which the next process takes for no table.
        settings = {"spark.sql.session.timeZone": "UTC", "spark.sql.sources.default": "delta"}
        for name, value in (settings | credentials.config).items():
            self.session.conf.set(name, value)

    @property
    def version(self) -> str:
        return f"Sail {version('pysail')}"

    def sql(self, statement: str) -> "pa.Table":
        check_statement(statement)
        return super().sql(statement)
