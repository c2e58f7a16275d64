"""The same project on Sail and on Apache Spark: the same rows in every table of silver, gold and reporting.

One server carries all of it, since a Java that has just started is slow.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from dbt.adapters.spark_connect.credentials import SparkConnectCredentials
from dbt.adapters.spark_connect.engines.base import Engine
from dbt.adapters.spark_connect.engines.registry import close_engines, get_engine
from dbt.adapters.spark_connect.engines.spark import SERVER_FOLDER
from dbt.cli.main import dbtRunnerResult
from expressions import EXPRESSIONS, MACROS, compiled_macros, expression_rows
from people import OTHERS, deliver_person, forget, places
from scenario import FIRST, LATER
from shop import LAYERS, PROJECT, Files, Shop, assert_same
from spark_settings import SMALL_DATA


@contextmanager
def spark_config(config: dict[str, Any]) -> Iterator[None]:
    """The delivered profile, with these settings in its target `spark`."""
    path = Path(os.environ["DBT_TEST_TARGET"], "profiles.yml")
    before = path.read_text()
    profiles = yaml.safe_load(before)
    profiles["lakehouse"]["outputs"]["spark"]["config"] = config
    path.write_text(yaml.safe_dump(profiles))
    try:
        yield
    finally:
        path.write_text(before)


@pytest.fixture(scope="module")
def deliveries(tmp_path_factory: pytest.TempPathFactory) -> list[Files]:
    """A small dirty shop with a plain day, then everything that can come later or be corrected."""
    folder = tmp_path_factory.mktemp("generated") / "landing"
    command = [sys.executable, "-m", "data_generator", "generate", "--output", str(folder), "--scale", "0.005"]
    command += ["--dirty-rate", "0.05", "--start", "2024-11-15", "--end", "2025-02-15"]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)
    return [{file.name: file.read_bytes() for file in folder.glob("*.csv")} | FIRST, LATER]


class OnSpark(Shop):
    """A shop on an Apache Spark that the adapter starts, and that goes on running between dbt's commands."""

    target, restarts = "spark", False


@pytest.fixture(scope="module")
def spark(spark_home: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with spark_config(SMALL_DATA):
        yield OnSpark(tmp_path_factory.mktemp("spark"))
        close_engines()


def server_of(shop: Shop) -> Engine:
    """The engine of a shop on Spark, which goes on running between dbt's commands."""
    return get_engine(SparkConnectCredentials(schema="lakehouse", engine="spark", warehouse=str(shop.warehouse)))


class OnEndpoint(OnSpark):
    """A shop whose tables are where an endpoint's catalog puts them: the server of a shop, used as any other."""

    def __init__(self, root: Path, server: Shop) -> None:
        super().__init__(root)
        # For the server has tables of its own.
        self.prefix = "remote"
        self.catalog = server.warehouse / SERVER_FOLDER / "warehouse"
        self.address = server_of(server).session.client._builder.url.geturl().replace("http", "sc", 1)  # type: ignore[attr-defined]

    def folder(self, layer: str) -> Path:
        return self.catalog / f"{self.prefix}_{layer}.db"

    def dbt(self, *arguments: str, parse: bool = True) -> dbtRunnerResult:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("LAKEHOUSE_SPARK_REMOTE", self.address)
            patch.setenv("LAKEHOUSE_SCHEMA", self.prefix)
            return super().dbt(*arguments, parse=parse)


@pytest.mark.nightly
def test_a_run_on_spark_goes_on_where_sail_ended(spark: Shop, deliveries: list[Files], tmp_path: Path) -> None:
    """What a day of sales is made of, at a part of the cost of building every table twice on Spark."""
    first, later = deliveries
    sail = Shop(tmp_path / "sail")
    sail.deliver(first)
    sail.build()
    shutil.copytree(sail.landing, spark.landing, dirs_exist_ok=True)
    shutil.copytree(sail.warehouse, spark.warehouse, symlinks=True)
    for shop in (sail, spark):
        shop.deliver(later)
        shop.build("--select", "+daily_sales")
    assert_same(sail.tables(), spark.tables())


@pytest.mark.nightly
@pytest.mark.usefixtures("spark")
def test_a_first_and_a_second_run_give_the_same_rows(deliveries: list[Files], tmp_path: Path) -> None:
    sail, spark = Shop(tmp_path / "sail"), OnSpark(tmp_path / "spark")
    for files in deliveries:
        sail.deliver(files)
        spark.deliver(files)
        spark.build()
        sail.restarts = False
        sail.build()
        assert_same(sail.tables(), spark.tables())


@pytest.mark.nightly
@pytest.mark.usefixtures("spark")
def test_a_person_is_forgotten_in_tables_that_sail_has_built(tmp_path: Path) -> None:
    sail = Shop(tmp_path / "sail")
    sail.deliver(OTHERS)
    deliver_person(sail)
    sail.publish()
    spark = OnSpark.at(shutil.copytree(tmp_path / "sail", tmp_path / "spark", symlinks=True))
    request = '{customer_id: "17"}'
    for shop in (sail, spark):
        success, message = forget(shop, request)
        assert success, message
    assert places(spark.warehouse) == []
    success, message = forget(spark, '{check: true, customer_id: "17"}')
    assert success, message
    reports = [json.loads((shop.warehouse / "_forget" / "reports" / "1.json").read_text()) for shop in (sail, spark)]
    assert reports[0]["rows"] == reports[1]["rows"] and reports[1]["left"] == []
    # The random identifiers differ, and what is known of nobody else stays as it is.
    by_sail, by_spark = (
        {name: without_ids(rows) for name, rows in shop.tables(*LAYERS).items()} for shop in (sail, spark)
    )
    assert_same(by_sail, by_spark)


def without_ids(rows: pd.DataFrame) -> pd.DataFrame:
    kept = rows[[name for name in rows if not name.endswith("_id") and name != "raw_row"]]
    return kept.sort_values(list(kept)).reset_index(drop=True) if len(kept.columns) else kept


@pytest.mark.slow
def test_the_expressions_of_the_macros_have_the_pinned_values(spark: Shop, tmp_path: Path) -> None:
    """A difference is a change of an engine's version, or of a macro: what has changed, is in what pytest shows."""
    sail = get_engine(SparkConnectCredentials(schema="lakehouse", warehouse=str(tmp_path)))
    engines = {"sail": sail, "spark": server_of(spark)}
    compiled = compiled_macros(spark)
    found = {name: expression_rows(engine, compiled) for name, engine in engines.items()}
    assert found["sail"] == MACROS | EXPRESSIONS
    assert found["spark"] == MACROS | EXPRESSIONS


@pytest.mark.nightly
def test_an_endpoint_with_a_catalog_of_its_own_gives_the_same_rows(spark: Shop, tmp_path: Path) -> None:
    sail, remote = Shop(tmp_path / "sail"), OnEndpoint(tmp_path / "remote", spark)
    sail.restarts = False
    # What the server's Java is started with, the endpoint takes from nobody.
    with spark_config({name: value for name, value in SMALL_DATA.items() if "driver" not in name}):
        for files in (FIRST, LATER):
            sail.deliver(files)
            remote.deliver(files)
            sail.build()
            remote.build()
            assert_same(sail.tables(), remote.tables())
    assert not any((remote.warehouse / layer).exists() for layer in LAYERS)
