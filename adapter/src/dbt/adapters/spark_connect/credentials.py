"""The settings of a profile of type `spark_connect`."""

from dataclasses import dataclass, field
from typing import Any

from dbt.adapters.contracts.connection import Credentials
from dbt.adapters.spark_connect.store.objects import check_url, is_url
from dbt_common.exceptions import DbtRuntimeError

ENGINES = ("sail", "spark")


@dataclass
class SparkConnectCredentials(Credentials):
    """One output of a profile.

    engine: `sail`, the engine embedded in the dbt process; or `spark`, Apache Spark, which is started on this machine.
    warehouse: what holds the tables, `<warehouse>/<schema>/<table>`: a folder, relative to where dbt is started, or the
        URL of an object store, such as `s3://bucket/path`.
    spark_home: for `spark`, the folder of Apache Spark. Without it, that of SPARK_HOME, otherwise `.spark`.
    remote: for `spark`, a Spark Connect endpoint, `sc://host:port`, instead of a Spark that is started here.
    skip_passed_tests: a test that passed is not run again until its SQL, a table it reads or the engine has changed.
    config: settings of the Spark session by name; of a Spark that is started here, all that `spark-submit` takes.
    """

    database: str | None = None  # type: ignore[assignment]
    schema: str = ""
    engine: str = "sail"
    warehouse: str = "warehouse"
    spark_home: str | None = None
    remote: str | None = None
    skip_passed_tests: bool = False
    config: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def __pre_deserialize__(cls, data: Any) -> Any:
        data = super().__pre_deserialize__(data)
        data.setdefault("database", None)
        return data

    def __post_init__(self) -> None:
        if not self.schema:
            raise DbtRuntimeError("The profile needs a `schema`.")
        if self.engine not in ENGINES:
            raise DbtRuntimeError(f"The profile's engine is '{self.engine}'; it must be one of: {', '.join(ENGINES)}.")
        if self.remote and self.engine != "spark":
            raise DbtRuntimeError("The profile's `remote` is an endpoint of Spark: set `engine: spark`, too.")
        if self.remote and not self.remote.startswith("sc://"):
            raise DbtRuntimeError(f"The profile's `remote` is '{self.remote}'; it must be like sc://host:port.")
        if is_url(self.warehouse):
            check_url(self.warehouse)
            if self.engine != "sail":
                raise DbtRuntimeError("A warehouse in an object store is for `engine: sail`.")
        if self.database not in (None, self.schema):
            raise DbtRuntimeError("Spark has no databases above schemas: leave `database` out of the profile.")
        self.database = None

    @property
    def type(self) -> str:
        return "spark_connect"

    @property
    def unique_field(self) -> str:
        return self.remote or self.warehouse

    def _connection_keys(self) -> tuple[str, ...]:
        return ("engine", "warehouse", "spark_home", "schema", "skip_passed_tests")
