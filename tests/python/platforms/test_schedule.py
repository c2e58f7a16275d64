"""The example for Airflow, in an environment of its own that has Airflow: it is no dependency of the project."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from shop import PROJECT

pytestmark = pytest.mark.nightly

AIRFLOW = "apache-airflow==3.3.2"
_TEST = """
import json, os, sys, threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace
from airflow.dag_processing.dagbag import DagBag
from airflow.exceptions import AirflowException, AirflowFailException

bag = DagBag(sys.argv[1])
assert not bag.import_errors, bag.import_errors
dag = bag.dags["lakehouse_daily"]
assert dag.max_active_runs == 1 and not dag.catchup
assert {task.task_id: task.upstream_task_ids for task in dag.tasks} == {
    "build": set(), "boards": {"build"}, "is_sunday": {"build"}, "optimize": {"is_sunday"}
}
build = dag.get_task("build")
assert build.retries == 3 and build.on_failure_callback

project = Path(os.environ["LAKEHOUSE_PROJECT"])
def run_with(code, *statuses):
    (project / "code").write_text(str(code))
    results = [{"unique_id": f"test.lakehouse.test_{n}.1", "status": status} for n, status in enumerate(statuses)]
    (project / "target" / "run_results.json").write_text(json.dumps({"results": results}))
    try:
        build.python_callable()
    except AirflowException as error:
        return type(error), str(error)

assert run_with(0, "pass") is None
kind, words = run_with(1, "pass", "fail")
assert kind is AirflowFailException and "Failed: test_1" in words, (kind, words)
assert run_with(1, "error", "skipped")[0] is AirflowException
assert run_with(2)[0] is AirflowException
assert (project / "said").read_text().splitlines()[0] == "-m console build --exclude-resource-type unit_test"

heard = []
class Webhook(BaseHTTPRequestHandler):
    def do_POST(self):
        heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()
with HTTPServer(("127.0.0.1", 0), Webhook) as server:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    os.environ["LAKEHOUSE_ALERT_URL"] = f"http://127.0.0.1:{server.server_port}"
    [alert] = build.on_failure_callback if isinstance(build.on_failure_callback, list) else [build.on_failure_callback]
    alert({"task_instance": SimpleNamespace(task_id="build"), "exception": words})
    server.shutdown()
assert heard == [{"text": f"Lakehouse, build: {words}"}], heard
print("all is well")
"""


def test_the_dag_retries_alerts_and_takes_the_answer_of_the_gate(tmp_path: Path) -> None:
    uv = str(Path(sys.executable).with_name("uv"))
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(tmp_path / "venv")], check=True)
    python = str(tmp_path / "venv" / "bin" / "python")
    installed = subprocess.run([uv, "pip", "install", "--quiet", "--python", python, AIRFLOW], check=False)
    if installed.returncode:
        pytest.skip("Airflow cannot be installed here")

    project = tmp_path / "project"
    (project / ".venv" / "bin").mkdir(parents=True)
    (project / "target").mkdir()
    stand_in = project / ".venv" / "bin" / "python"
    stand_in.write_text('#!/bin/sh\necho "$@" >> said\nexit $(cat code)\n')
    stand_in.chmod(0o755)
    environment = {**os.environ, "AIRFLOW_HOME": str(tmp_path / "home"), "LAKEHOUSE_PROJECT": str(project)}
    environment |= {"AIRFLOW__CORE__LOAD_EXAMPLES": "False", "NO_PROXY": "127.0.0.1", "PYTHONPATH": ""}
    done = subprocess.run(
        [python, "-c", _TEST, str(PROJECT / "examples" / "airflow")],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.endswith("all is well\n"), done.stdout[-3000:] + done.stderr[-3000:]
