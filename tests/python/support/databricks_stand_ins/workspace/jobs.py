"""The workspace's files and jobs: dbt-databricks uploads a Python model as a notebook and submits a run of it."""

import base64
import traceback
from collections.abc import Callable
from itertools import count
from typing import Any

from databricks_stand_ins.workspace.sessions import Sessions

USER = "dbt@example.com"


class Jobs:
    """A run has ended when its submission is answered, so dbt-databricks finds it ended when it first asks."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._notebooks: dict[str, str] = {}
        self._errors: dict[int, str | None] = {}
        self._numbers = count(1)

    def answer(self, endpoint: str, arguments: dict[str, Any]) -> dict[str, Any] | None:
        """The answer to a call of the REST API; None if there is no such endpoint here."""
        endpoints: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "preview/scim/v2/Me": lambda _: {"userName": USER},
            "workspace/mkdirs": lambda _: {},
            "workspace/import": self._import,
            "jobs/runs/submit": self._submit,
            "jobs/runs/get": lambda query: self._run(int(query["run_id"])),
            "jobs/runs/get-output": lambda query: {"error": self._errors[int(query["run_id"])]},
            # Who may see the run: there is nobody else.
            "permissions/jobs": lambda _: {},
        }
        found = endpoints.get(endpoint)
        return found(arguments) if found else None

    def _import(self, body: dict[str, Any]) -> dict[str, Any]:
        self._notebooks[body["path"]] = base64.b64decode(body["content"]).decode()
        return {}

    def _submit(self, body: dict[str, Any]) -> dict[str, Any]:
        (task,) = body["tasks"]
        environments = {environment["environment_key"] for environment in body["environments"]}
        assert task["environment_key"] in environments, "serverless compute runs a notebook in an environment"
        run_id = next(self._numbers)
        path = task["notebook_task"]["notebook_path"]
        session = self._sessions.open()
        try:
            # As a notebook does: its code finds the session in `spark`.
            exec(compile(self._notebooks[path], path, "exec"), {"__name__": "__main__", "spark": session})
            self._errors[run_id] = None
        except Exception:
            self._errors[run_id] = traceback.format_exc()
        return {"run_id": run_id}

    def _run(self, run_id: int) -> dict[str, Any]:
        failed = self._errors[run_id] is not None
        state = {
            "life_cycle_state": "INTERNAL_ERROR" if failed else "TERMINATED",
            "result_state": "FAILED" if failed else "SUCCESS",
        }
        return {"job_id": run_id, "run_id": run_id, "state": state, "tasks": [{"run_id": run_id, "state": state}]}
