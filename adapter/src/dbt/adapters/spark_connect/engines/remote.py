"""Any Spark Connect endpoint: a cluster with its own catalog, which knows the tables and their locations."""

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from dbt.adapters.spark_connect.credentials import SparkConnectCredentials
from dbt.adapters.spark_connect.engines.base import Engine, first_line
from dbt.adapters.spark_connect.engines.guards import unguarded
from dbt.adapters.spark_connect.warehouse import TableState
from dbt.adapters.spark_connect.warehouses import open_warehouse
from dbt_common.exceptions import DbtRuntimeError

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql.connect.dataframe import DataFrame
    from pyspark.sql.types import StructField

_HOURS_PER_WEEK = 168
# What is sent from here to the cluster in one piece, at most. Spark's own limit for a local relation is 3 GB, but it
# is all in the driver's memory, which is 1 GB unless it is set.
_SENT_BYTES = 256 * 1024**2
# Names of commits that do not change rows.
_NO_NEWS = ("SET TBLPROPERTIES", "UNSET TBLPROPERTIES", "ADD COLUMNS", "OPTIMIZE", "VACUUM START", "VACUUM END")


class RemoteEngine(Engine):
    """A cluster. The folder `warehouse` on this machine holds only the lock and staged files."""

    def __init__(self, credentials: SparkConnectCredentials) -> None:
        super().__init__()
        self.warehouse = open_warehouse(credentials.warehouse)
        with ExitStack() as started:
            self.warehouse.lock()
            started.callback(self.warehouse.unlock)
            self._connect(credentials, started)
            self._started = started.pop_all()

    def _connect(self, credentials: SparkConnectCredentials, started: ExitStack) -> None:
        from pyspark.sql.connect.session import SparkSession

        remote = str(credentials.remote)
        try:
            self.session = SparkSession.builder.remote(remote).create()
            started.callback(self._stop_session)
            for name, value in {"spark.sql.session.timeZone": "UTC", **credentials.config}.items():
                self.session.conf.set(name, value)
        except Exception as error:
            address = remote.split(";")[0]  # a token may follow
            raise DbtRuntimeError(f"The endpoint {address} cannot be used: {first_line(error)}") from error

    def sql(self, statement: str) -> "pa.Table":
        result: pa.Table = unguarded(type(self.session).sql)(self.session, statement).toArrow()
        return result

    def _rows(self, statement: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.sql(statement).to_pylist()
        return rows

    def schemas(self) -> list[str]:
        return sorted(row["namespace"] for row in self._rows("show schemas"))

    def tables(self, schema: str) -> list[str]:
        if schema.lower() not in self.schemas():
            return []
        views = set(self.views(schema))
        found = [row["tableName"] for row in self._rows(f"show tables in `{schema}`") if not row["isTemporary"]]
        return [name for name in found if name not in views]

    def views(self, schema: str) -> list[str]:
        if schema.lower() not in self.schemas():
            return []
        return [row["viewName"] for row in self._rows(f"show views in `{schema}`") if not row["isTemporary"]]

    def location(self, schema: str, name: str | None = None) -> str | None:
        return None

    def _exists(self, schema: str, name: str) -> bool:
        return self.session.catalog.tableExists(f"`{schema}`.`{name}`")

    def state(self, schema: str, name: str) -> TableState | None:
        if not self._exists(schema, name):
            return None
        detail = self._rows(f"describe detail `{schema}`.`{name}`")[0]
        history = self._rows(f"describe history `{schema}`.`{name}`")
        changes = [row["version"] for row in history if row["operation"] not in _NO_NEWS]
        return TableState(
            id=detail["id"],
            version=history[0]["version"],
            data_version=max(changes, default=0),
            properties=dict(detail["properties"]),
            bytes=detail["sizeInBytes"],
        )

    def view_statement(self, schema: str, name: str) -> str | None:
        if not self._exists(schema, name):
            return None
        statement: str = self._rows(f"show create table `{schema}`.`{name}`")[0]["createtab_stmt"]
        return statement

    def add_columns(self, schema: str, name: str, fields: "list[StructField]") -> None:
        columns = ", ".join(f"`{field.name}` {field.dataType.simpleString()}" for field in fields)
        self.sql(f"alter table `{schema}`.`{name}` add columns ({columns})")

    def check_restorable(self, schema: str, name: str, version: int) -> None:
        history = self._rows(f"describe history `{schema}`.`{name}`")
        if version not in {row["version"] for row in history}:
            raise DbtRuntimeError(
                f"Version {version} of the table {schema}.{name} cannot be restored: "
                "its log no longer reaches back to it."
            )

    def refresh(self, schema: str) -> None:
        """Nothing to do: the catalog of the cluster knows its tables."""

    def restore(self, schema: str, name: str, version: int) -> None:
        self.sql(f"restore table `{schema}`.`{name}` to version as of {version}")

    def optimize(self, schema: str, name: str, retention_hours: int) -> str:
        metrics = self._rows(f"optimize `{schema}`.`{name}`")[0]["metrics"]
        if retention_hours < _HOURS_PER_WEEK:
            self.session.conf.set("spark.databricks.delta.retentionDurationCheck.enabled", "false")
        self.sql(f"vacuum `{schema}`.`{name}` retain {retention_hours} hours")
        return f"{metrics['numFilesRemoved']} files joined to {metrics['numFilesAdded']}, old files deleted"

    def purge(self, schema: str, name: str) -> int:
        table = f"`{schema}`.`{name}`"
        self.session.conf.set("spark.databricks.delta.retentionDurationCheck.enabled", "false")
        self.sql(f"vacuum {table} retain 0 hours")
        # The log goes with the next checkpoint.
        self.sql(
            f"alter table {table} set tblproperties ('delta.logRetentionDuration' = 'interval 0 hours', "
            "'delta.deletedFileRetentionDuration' = 'interval 0 hours', 'delta.checkpointInterval' = '1')"
        )
        return 0

    def read_parquet(self, paths: list[str]) -> "DataFrame":
        # The cluster cannot read this machine's files.
        import pyarrow.dataset as ds

        table = ds.dataset(paths, format="parquet").to_table()
        if table.nbytes > _SENT_BYTES:
            raise DbtRuntimeError(
                f"These files have {table.nbytes:,} bytes of rows, and {_SENT_BYTES:,} is the most that is sent to a "
                "cluster at once: they would pass through the memory of its driver. Deliver them in smaller batches, "
                "or build on Databricks, which reads the files itself."
            )
        rows: DataFrame = self.session.createDataFrame(table)  # type: ignore[assignment]
        return rows

    def close(self) -> None:
        self._started.close()
