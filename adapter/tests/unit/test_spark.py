"""Apache Spark as the engine: what is said when something is missing, and that its server never outlives its process."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from dbt.adapters.spark_connect.credentials import SparkConnectCredentials
from dbt.adapters.spark_connect.engines import remote
from dbt.adapters.spark_connect.engines.remote import RemoteEngine
from dbt.adapters.spark_connect.engines.spark import find_java, find_spark
from dbt.adapters.spark_connect.warehouse import Warehouse
from dbt_common.exceptions import DbtRuntimeError

PROJECT = Path(__file__).parents[3]


def credentials(**settings: object) -> SparkConnectCredentials:
    return SparkConnectCredentials(**{"schema": "dev", "engine": "spark", **settings})  # type: ignore[arg-type]


def java(folder: Path, version: str) -> None:
    (folder / "bin").mkdir()
    script = folder / "bin" / "java"
    script.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
    script.chmod(0o755)


def test_without_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(DbtRuntimeError, match=r"needs Java, and there is none in JAVA_HOME .*Install Java 17 or 21"):
        find_java()
    java(tmp_path, "11.0.2")
    with pytest.raises(DbtRuntimeError, match=r'needs Java 17 or 21; .*version "11.0.2"'):
        find_java()


def test_a_java_that_is_new_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    java(tmp_path, "21.0.1")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert find_java() == str(tmp_path / "bin" / "java")


def test_without_spark_or_delta(tmp_path: Path) -> None:
    here = credentials(spark_home=str(tmp_path))
    with pytest.raises(DbtRuntimeError, match=r"no Apache Spark 4 with Spark Connect at .*`make spark` fetches"):
        find_spark(here)
    (tmp_path / "jars").mkdir()
    (tmp_path / "jars/spark-connect_2.13-4.1.2.jar").touch()
    with pytest.raises(DbtRuntimeError, match=r"is without Delta.*spark\.jars\.packages"):
        find_spark(here)
    named = credentials(spark_home=str(tmp_path), config={"spark.jars.packages": "io.delta:delta-spark_4.1_2.13:4.3.0"})
    assert find_spark(named) == tmp_path
    (tmp_path / "jars/delta-spark_4.1_2.13-4.3.0.jar").touch()
    assert find_spark(here) == tmp_path


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"engine": "flink"}, "must be one of: sail, spark"),
        ({"engine": "sail", "remote": "sc://host"}, "set `engine: spark`, too"),
        ({"remote": "http://host"}, "must be like sc://host:port"),
        (
            {"warehouse": "s3a://bucket/tables"},
            "no object store of the kind s3a://; it must be one of: s3://, gs://, abfss",
        ),
        ({"warehouse": "s3://bucket/tables", "engine": "spark"}, "in an object store is for `engine: sail`"),
    ],
)
def test_settings_that_cannot_be(settings: dict[str, object], message: str) -> None:
    with pytest.raises(DbtRuntimeError, match=message):
        credentials(**settings)


@pytest.fixture
def spark_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPARK_HOME", os.environ.get("SPARK_HOME", str(PROJECT / ".spark")))
    try:
        find_java()
        find_spark(credentials())
    except DbtRuntimeError as error:
        pytest.skip(error.msg)


KILLED = """
import os, signal, sys
from dbt.adapters.spark_connect.credentials import SparkConnectCredentials
from dbt.adapters.spark_connect.engines.registry import get_engine
engine = get_engine(SparkConnectCredentials(schema="dev", engine="spark", warehouse=sys.argv[1]))
print(engine._server.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.slow
def test_the_server_ends_with_its_process(spark_home: None, tmp_path: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], capture_output=True, text=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    server = int(killed.stdout)
    # The server has the lock, too, so whoever gets it knows that there is none.
    for _ in range(600):
        warehouse = Warehouse(str(tmp_path))
        try:
            warehouse.lock()
        except DbtRuntimeError:
            time.sleep(0.1)
            continue
        break
    else:
        raise AssertionError("the server has outlived its process by a minute")
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(server)], capture_output=True, text=True, check=False).stdout
    assert state.strip()[:1] in ("", "Z"), state
    warehouse.unlock()


def test_files_that_are_too_large_for_the_driver_are_not_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[pa.Table] = []

    class Session:
        def createDataFrame(self, rows: pa.Table) -> str:
            sent.append(rows)
            return "rows"

    engine = object.__new__(RemoteEngine)
    engine.session = Session()  # type: ignore[assignment]
    file = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"id": list(range(1000))}), file)
    assert engine.read_parquet([str(file)]) == "rows"
    monkeypatch.setattr(remote, "_SENT_BYTES", 4000)
    with pytest.raises(DbtRuntimeError, match=r"These files have 8,\d+ bytes of rows, and 4,000 is the most"):
        engine.read_parquet([str(file)])
    assert len(sent) == 1
