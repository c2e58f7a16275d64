"""Apache Spark on this machine, with Delta: a Spark Connect server in the background, for the time of the process."""

import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dbt.adapters.spark_connect.credentials import SparkConnectCredentials
from dbt.adapters.spark_connect.engines.folder import FolderEngine
from dbt_common.exceptions import DbtRuntimeError

if TYPE_CHECKING:
    import pyarrow as pa

JAVA_VERSION = 17
SPARK_HOME = ".spark"
# Below the warehouse: the server's working directory, with its log.
SERVER_FOLDER = "_spark"
_SERVER = "org.apache.spark.sql.connect.service.SparkConnectServer"
_HOST = "127.0.0.1"
_START_TIMEOUT_SECONDS = 300
# The process's own threads are few and its tables mostly small: Spark's 200 and 50 partitions would be empty tasks.
_CORES = str(os.cpu_count() or 1)
_DEFAULTS = {
    "spark.master": "local[*]",
    "spark.ui.enabled": "false",
    "spark.log.level": "WARN",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": _CORES,
    "spark.databricks.delta.snapshotPartitions": _CORES,
}
_DELTA = {
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.sql.sources.default": "delta",
}
_MORE_JARS = ("spark.jars", "spark.jars.packages", "spark.driver.extraClassPath")


def find_java() -> str:
    """The path of a Java that is new enough. A DbtRuntimeError says how to get one."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home, "bin")) if home else None)
    advice = f"Install Java {JAVA_VERSION} or 21, such as the package openjdk-{JAVA_VERSION}-jre-headless"
    if not java:
        where = f"in JAVA_HOME ({home})" if home else "on the PATH"
        raise DbtRuntimeError(f"Apache Spark needs Java, and there is none {where}. {advice}, or set JAVA_HOME.")
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', said)
    if not version or int(version.group(1)) < JAVA_VERSION:
        found = said.splitlines()[0] if said else "does not start"
        raise DbtRuntimeError(f"Apache Spark needs Java {JAVA_VERSION} or 21; {java}: {found}. {advice}.")
    return java


def find_spark(credentials: SparkConnectCredentials) -> Path:
    """The folder of Apache Spark, with Spark Connect and Delta. A DbtRuntimeError says how to get them."""
    home = Path(credentials.spark_home or os.environ.get("SPARK_HOME") or SPARK_HOME).expanduser().resolve()
    advice = f"`make spark` fetches Apache Spark and Delta with Maven into {SPARK_HOME}"
    if not list(home.glob("jars/spark-connect_*.jar")):
        raise DbtRuntimeError(
            f"There is no Apache Spark 4 with Spark Connect at {home}. {advice}; to use another one, set `spark_home` "
            "in the profile or the environment variable SPARK_HOME."
        )
    if not list(home.glob("jars/delta-spark_*.jar")) and not any(name in credentials.config for name in _MORE_JARS):
        raise DbtRuntimeError(
            f"The Apache Spark at {home} is without Delta. {advice}; or name Delta's jars in the profile's `config`, "
            "as Maven coordinates in `spark.jars.packages` or as files in `spark.jars`."
        )
    return home


class SparkEngine(FolderEngine):
    """Apache Spark `local[*]`. Its server listens only on this machine, and requires a token."""

    def _start(self, credentials: SparkConnectCredentials, started: ExitStack) -> None:
        from pyspark.sql.connect.client.retries import DefaultPolicy
        from pyspark.sql.connect.session import SparkSession

        java, home = find_java(), find_spark(credentials)
        folder = self.warehouse.scratch / SERVER_FOLDER
        folder.mkdir(exist_ok=True)
        self._log = folder / "server.log"
        with socket.socket() as free:
            free.bind((_HOST, 0))
            port = free.getsockname()[1]
        token = secrets.token_urlsafe()
        environment = {
            **os.environ,
            "SPARK_HOME": str(home),
            # What `spark-class` finds out from its own path.
            "SPARK_SCALA_VERSION": "2.13",
            "SPARK_LOCAL_IP": _HOST,
            "SPARK_CONNECT_AUTHENTICATE_TOKEN": token,
            "PYSPARK_PYTHON": sys.executable,
        }
        config = {
            **_DEFAULTS,
            **credentials.config,
            **_DELTA,
            "spark.sql.warehouse.dir": str(folder / "warehouse"),
            "spark.connect.grpc.binding.address": _HOST,
            "spark.connect.grpc.binding.port": port,
        }
        command = self._command(java, home, config, environment)
        with self._log.open("wb") as log:
            # The server inherits the lock, so that nobody takes the warehouse as long as one is alive.
            self._server = subprocess.Popen(
                command,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=self.warehouse.lock_handles(),
            )
        started.callback(self._stop_server)
        self._stop_server_with_this_process(started)
        self._wait_for(port)
        self.session = SparkSession.builder.remote(f"sc://localhost:{port}/;token={token}").create()
        started.callback(self._stop_session)
        # The server is on this machine: if it does not answer, it has stopped.
        self.session.client.set_retry_policies([DefaultPolicy(max_retries=3)])

    @staticmethod
    def _command(java: str, home: Path, config: dict[str, Any], environment: dict[str, str]) -> list[str]:
        """The server's command, made by Spark's launcher as `spark-submit` does, with all that its Java needs."""
        settings = [part for name, value in config.items() for part in ("--conf", f"{name}={_text(value)}")]
        launcher = [java, "-cp", f"{home}/jars/*", "org.apache.spark.launcher.Main"]
        submit = ["org.apache.spark.deploy.SparkSubmit", *settings, "--class", _SERVER, "spark-internal"]
        done = subprocess.run([*launcher, *submit], env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise DbtRuntimeError(
                f"Apache Spark at {home} does not start: {done.stderr.strip() or done.stdout.strip()}"
            )
        # The parts of the command, each ended by a null, after an empty line.
        return [part for part in done.stdout.lstrip("\0\n").split("\0") if part]

    def _stop_server_with_this_process(self, started: ExitStack) -> None:
        """Have a shell stop the server however this process ends: the pipe that it reads is closed then."""
        watch = 'cat > /dev/null; kill "$0"'
        watchdog = subprocess.Popen(
            ["/bin/sh", "-c", watch, str(self._server.pid)], stdin=subprocess.PIPE, start_new_session=True
        )

        def dismiss() -> None:
            watchdog.kill()
            watchdog.communicate()

        started.callback(dismiss)

    def _stop_server(self) -> None:
        self._server.terminate()
        try:
            self._server.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()

    def _wait_for(self, port: int) -> None:
        deadline = time.monotonic() + _START_TIMEOUT_SECONDS
        while True:
            self._check_alive()
            with socket.socket() as probe:
                if probe.connect_ex((_HOST, port)) == 0:
                    return
            if time.monotonic() > deadline:
                raise DbtRuntimeError(
                    f"Apache Spark does not answer {_START_TIMEOUT_SECONDS} seconds after its start, see {self._log}."
                )
            time.sleep(0.1)

    def _check_alive(self) -> None:
        if self._server.poll() is not None:
            lines = self._log.read_text(errors="replace").splitlines()
            reason = next((line for line in lines if re.search(r"Exception|Error", line)), "")
            code = self._server.returncode
            raise DbtRuntimeError(f"Apache Spark has stopped with exit code {code}. {reason.strip()}\nLog: {self._log}")

    def _run(self, statement: str) -> "pa.Table":
        try:
            return super()._run(statement)
        except Exception:
            self._check_alive()
            raise


def _text(value: Any) -> str:
    """A setting's value as Spark writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
