"""The same project on Sail and on Apache Spark: the same rows in every table of silver, gold and reporting.

One server carries all of it, since a Java that has just started is slow.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from dbt.adapters.spark_connect.credentials import SparkConnectCredentials
from dbt.adapters.spark_connect.engines import close_engines, get_engine
from dbt.adapters.spark_connect.spark import find_java, find_spark
from dbt_common.exceptions import DbtRuntimeError
from expressions import EXPRESSIONS, MACROS, compiled_macros, expression_rows
from shop import PROJECT, Shop, assert_same
from test_refresh_equivalence import CORRECTIONS, DIMENSIONS, SCENARIO

pytestmark = pytest.mark.slow

# For tables of some hundred rows: what compiling their queries would cost, no query gets back.
SMALL_DATA = {
    "spark.sql.shuffle.partitions": 1,
    "spark.databricks.delta.snapshotPartitions": 1,
    "spark.sql.adaptive.enabled": False,
    "spark.sql.codegen.wholeStage": False,
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m -XX:+UseSerialGC",
}


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


@pytest.fixture(scope="module")
def spark_profile(spark_home: None) -> Iterator[None]:
    """The delivered profile's target `spark`, set for small data."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("LAKEHOUSE_SPARK_REMOTE", raising=False)
        path = Path(os.environ["DBT_TEST_TARGET"], "profiles.yml")
        delivered = path.read_text()
        profiles = yaml.safe_load(delivered)
        profiles["lakehouse"]["outputs"]["spark"]["config"] |= SMALL_DATA
        path.write_text(yaml.safe_dump(profiles))
        yield
        close_engines()
        path.write_text(delivered)


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str | bytes | list[str]]]:
    """Two batches of files: a small dirty shop with a plain day, then everything that can come later or be corrected."""
    folder = tmp_path_factory.mktemp("generated") / "landing"
    command = [sys.executable, "-m", "data_generator", "generate", "--output", str(folder), "--scale", "0.005"]
    command += ["--dirty-rate", "0.05", "--start", "2024-11-15", "--end", "2025-02-15"]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)
    generated = {file.name: file.read_bytes() for file in folder.glob("*.csv")}
    later: dict[str, str | bytes | list[str]] = {}
    for name, files in SCENARIO.items():
        if name != "a plain day":
            later |= files
    first = generated | DIMENSIONS | SCENARIO["a plain day"]
    # One path in both has another content the second time.
    return [first, later | {name: rows for files in CORRECTIONS.values() for name, rows in files.items()}]


@pytest.fixture(scope="module")
def spark(spark_profile: None, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    shop = Shop(tmp_path_factory.mktemp("spark"))
    shop.target, shop.restarts = "spark", False
    return shop


def test_a_first_and_a_second_run_give_the_same_rows(
    spark: Shop, landing: list[dict[str, str | bytes | list[str]]], tmp_path: Path
) -> None:
    sail = Shop(tmp_path / "sail")
    for files in landing:
        sail.deliver(files)
        spark.deliver(files)
        spark.build()
        sail.restarts = False
        sail.build()
        assert_same(sail.tables(), spark.tables())


def test_the_expressions_of_the_macros_have_the_pinned_values(spark: Shop, tmp_path: Path) -> None:
    """A difference is a change of an engine's version, or of a macro: what has changed, is in what pytest shows."""
    engines = {
        "sail": get_engine(SparkConnectCredentials(schema="lakehouse", warehouse=str(tmp_path))),
        "spark": get_engine(
            SparkConnectCredentials(schema="lakehouse", engine="spark", warehouse=str(spark.warehouse))
        ),
    }
    compiled = compiled_macros(spark)
    found = {name: expression_rows(engine, compiled) for name, engine in engines.items()}
    assert found["sail"] == MACROS | EXPRESSIONS
    assert found["spark"] == MACROS | EXPRESSIONS
