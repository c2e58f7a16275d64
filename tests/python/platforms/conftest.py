"""Apache Spark, where this machine has it."""

import os
from collections.abc import Iterator

import pytest
from dbt.adapters.spark_connect.credentials import SparkConnectCredentials
from dbt.adapters.spark_connect.engines.spark import find_java, find_spark
from dbt_common.exceptions import DbtRuntimeError
from shop import PROJECT


@pytest.fixture(scope="module")
def spark_home() -> Iterator[None]:
    """Spark as `make spark` gets it. Skips where there is no Java or no Spark."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_HOME", os.environ.get("SPARK_HOME", str(PROJECT / ".spark")))
        try:
            find_java()
            find_spark(SparkConnectCredentials(schema="lakehouse", engine="spark"))
        except DbtRuntimeError as error:
            pytest.skip(error.msg)
        yield
