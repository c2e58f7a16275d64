"""Single runs, with the time, memory and disk space that they took."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.empty_project import make_empty_project

PROJECT = Path(__file__).parents[1]
_SQL = Path(__file__).with_name("lakehouse.duckdb.sql")


@dataclass(frozen=True)
class Run:
    """What a run took.

    parts: seconds by the clock of its phases, and of all threads in models and tests. counts: how many these are.
    nodes: seconds of each model and test by its name.
    """

    seconds: float
    peak_bytes: int
    written_bytes: int
    parts: dict[str, float] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    nodes: dict[str, float] = field(default_factory=dict)


def dbt_build(landing: Path, warehouse: Path, *arguments: str, target: str = "local") -> Run:
    """`dbt build` of everything, for a target of the profile, in a process of its own. An error shows what dbt said.

    What dbt has parsed is kept with the warehouse: only the first run of a warehouse parses everything.
    """
    environment = {
        "LAKEHOUSE_LANDING": str(landing),
        "LAKEHOUSE_WAREHOUSE": str(warehouse),
        "SPARK_HOME": os.environ.get("SPARK_HOME", str(PROJECT / ".spark")),
    }
    return _dbt_build(PROJECT, warehouse, environment, "--target", target, *arguments)


def empty_build(folder: Path, models: int, tests: int) -> Run:
    """`dbt build` of as many models and tests that do nothing, parsed before."""
    project = folder / "project"
    environment = {"DBT_PROFILES_DIR": str(project)}
    if not project.exists():
        make_empty_project(project, models, tests)
        _dbt_build(project, folder / "empty", environment)
    return _dbt_build(project, folder / "empty", environment)


def _dbt_build(project: Path, warehouse: Path, environment: dict[str, str], *arguments: str) -> Run:
    target = warehouse.with_name(f"{warehouse.name}-target")
    before = _size(warehouse)
    environment = os.environ | environment | {"DBT_TARGET_PATH": str(target), "DBT_LOG_PATH": str(target)}
    command = [str(Path(sys.executable).with_name("dbt")), "build", *arguments]
    started = time.time()
    process = subprocess.Popen(command, cwd=project, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    peak = _Peak(process.pid)
    said = process.communicate()[0].decode()
    seconds = time.time() - started
    if process.returncode != 0:
        raise SystemExit(said)
    results = json.loads((target / "run_results.json").read_text())["results"]
    nodes = {_name(result["unique_id"]): result["execution_time"] for result in results}
    counts = dict(Counter(_kind(result["unique_id"]) for result in results))
    return Run(seconds, peak.stop(), _size(warehouse) - before, _parts(results, started, seconds), counts, nodes)


def duckdb_build(landing: Path, output: Path) -> Run:
    """The same transformations in DuckDB, to Parquet, in a process of its own."""
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir()
    started = time.time()
    command = [sys.executable, "-m", "benchmarks.runs", str(landing), str(output)]
    process = subprocess.Popen(command, cwd=PROJECT)
    peak = _Peak(process.pid)
    if process.wait() != 0:
        raise SystemExit("DuckDB has failed.")
    return Run(time.time() - started, peak.stop(), _size(output))


def _run_duckdb(landing: str, output: str) -> None:
    with duckdb.connect() as db:
        for statement in db.extract_statements(_SQL.read_text()):
            db.execute(statement, {"landing": landing} if statement.named_parameters else None)
        for (table,) in db.execute("select table_name from duckdb_tables()").fetchall():
            db.execute(f"copy {table} to '{output}/{table}.parquet'")


def _name(unique_id: str) -> str:
    """`model.lakehouse.<name>`, `test.lakehouse.<name>.<hash>`, `unit_test.lakehouse.<model>.<name>`."""
    kind, _, first, *rest = unique_id.split(".")
    return rest[0] if kind == "unit_test" else first


def _kind(unique_id: str) -> str:
    return "tests" if unique_id.split(".")[0] in ("test", "unit_test") else "models"


def _parts(results: list[dict[str, Any]], started: float, seconds: float) -> dict[str, float]:
    """Seconds until the first node, of the nodes, after the last, and of all threads."""
    timings = [timing for result in results for timing in result["timing"]]
    begun = min(datetime.fromisoformat(timing["started_at"]).timestamp() for timing in timings)
    ended = max(datetime.fromisoformat(timing["completed_at"]).timestamp() for timing in timings)
    threads = {"models": 0.0, "tests": 0.0}
    for result in results:
        threads[_kind(result["unique_id"])] += result["execution_time"]
    return {"start": begun - started, "nodes": ended - begun, "end": started + seconds - ended, **threads}


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


class _Peak:
    """The peak memory of a process and its children, sampled while it runs."""

    def __init__(self, pid: int) -> None:
        self._pid, self._bytes, self._ended = pid, 0, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._ended.wait(0.1):
            self._bytes = max(self._bytes, sum(_resident(pid) for pid in _family(self._pid)))

    def stop(self) -> int:
        self._ended.set()
        self._thread.join()
        return self._bytes


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return [pid]
    return [pid, *(found for child in children for found in _family(int(child)))]


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


if __name__ == "__main__":
    _run_duckdb(*sys.argv[1:])
