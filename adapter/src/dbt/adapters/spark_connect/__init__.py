"""dbt on any Spark Connect engine."""

from dbt.adapters.base import AdapterPlugin
from dbt.adapters.spark_connect.connections import SparkConnectConnectionManager
from dbt.adapters.spark_connect.credentials import SparkConnectCredentials
from dbt.adapters.spark_connect.impl import SparkConnectAdapter
from dbt.include import spark_connect

__all__ = ["Plugin", "SparkConnectAdapter", "SparkConnectConnectionManager", "SparkConnectCredentials"]

Plugin = AdapterPlugin(
    adapter=SparkConnectAdapter,  # type: ignore[arg-type]
    credentials=SparkConnectCredentials,
    include_path=spark_connect.PACKAGE_PATH,
    dependencies=["spark"],
)
