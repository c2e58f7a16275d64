"""The daily run as a DAG of Airflow 3: build, test, publish, and render the boards.

Put this file into Airflow's folder of DAGs, and set for its workers LAKEHOUSE_PROJECT, the folder of the project in
which `make setup` was run, LAKEHOUSE_LANDING, LAKEHOUSE_WAREHOUSE, and LAKEHOUSE_ALERT_URL, a webhook of Slack.
"""

import json
import os
import subprocess
import urllib.request
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from airflow.exceptions import AirflowException, AirflowFailException
from airflow.sdk import dag, task


def alert(context: dict[str, Any]) -> None:
    """Send an alert about a task that has finally failed."""
    text = f"Lakehouse, {context['task_instance'].task_id}: {context.get('exception')}"
    if url := os.environ.get("LAKEHOUSE_ALERT_URL"):
        body = json.dumps({"text": text}).encode()
        # Whoever sets the address is who runs this.
        request = urllib.request.Request(url, body, {"Content-Type": "application/json"})  # noqa: S310
        urllib.request.urlopen(request, timeout=30).close()  # noqa: S310


def run(*arguments: str) -> int:
    """Run a command of the project, with its words in the log of the task. Returns its exit code."""
    project = Path(os.environ["LAKEHOUSE_PROJECT"])
    return subprocess.run([project / ".venv" / "bin" / "python", "-m", *arguments], cwd=project, check=False).returncode


def failed_tests() -> list[str]:
    """The tests that failed in the last run."""
    results = json.loads(Path(os.environ["LAKEHOUSE_PROJECT"], "target", "run_results.json").read_text())["results"]
    return [result["unique_id"].split(".")[2] for result in results if result["status"] == "fail"]


# A run that was killed, or a store that was away: the next try goes on with what is not done yet.
@task(retries=3, retry_delay=timedelta(minutes=5), execution_timeout=timedelta(hours=3), on_failure_callback=alert)
def build() -> None:
    """Load new data, test it, and publish it if all tests passed."""
    code = run("console", "build", "--exclude-resource-type", "unit_test")
    if code == 1 and (tests := failed_tests()):
        # A retry would give the same result.
        raise AirflowFailException(f"not published, readers keep what they have. Failed: {', '.join(tests)}")
    if code:
        raise AirflowException(f"dbt ended with exit code {code}, see the log of the task")


@task(retries=1, on_failure_callback=alert)
def boards() -> None:
    """Render the cockpit and the boards from the published tables."""
    if code := run("dashboards", "render"):
        raise AirflowException(f"the boards were not rendered, exit code {code}")


@task.short_circuit()
def is_sunday(logical_date: datetime | None = None) -> bool:
    """Whether it is time for the weekly maintenance."""
    return logical_date is not None and logical_date.weekday() == 6


@task(on_failure_callback=alert)
def optimize() -> None:
    """Compact small files, and delete old ones."""
    if code := run("console", "run-operation", "optimize_tables"):
        raise AirflowException(f"the tables were not optimized, exit code {code}")


@dag(schedule="0 5 * * *", start_date=datetime(2026, 1, 1), catchup=False, max_active_runs=1, tags=["lakehouse"])
def lakehouse_daily() -> None:
    """One run at a time: a second one would be refused by the lock of the warehouse."""
    built = build()
    built >> boards()
    built >> is_sunday() >> optimize()


lakehouse_daily()
