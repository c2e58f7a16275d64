"""What the adapter's tests share: engines, and dbt projects in temporary folders."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dbt.adapters.spark_connect.credentials import SparkConnectCredentials
from dbt.adapters.spark_connect.engines.registry import close_engines, get_engine
from dbt.adapters.spark_connect.engines.sail import SailEngine
from dbt.cli.main import dbtRunner

Start = Callable[[], SailEngine]

LOCAL = {"type": "spark_connect", "schema": "dev", "warehouse": "warehouse", "threads": 2}
PROFILE = {
    "lab": {
        "target": "local",
        "outputs": {"local": LOCAL, "skipping": {**LOCAL, "skip_passed_tests": True}},
    }
}
PROJECT = {"name": "lab", "profile": "lab", "flags": {"send_anonymous_usage_stats": False}}


def create(engine: SailEngine, name: str, query: str, clauses: str = "") -> None:
    """Write a table of the schema `dev` the way the adapter does."""
    engine.sql(
        f"create or replace table dev.{name} using delta options ('overwriteSchema' = 'true') {clauses} "
        f"location '{engine.warehouse.path('dev', name)}' as {query}"
    )


def model(config: str, query: str) -> str:
    """The text of a SQL model."""
    return f"{{{{ config({config}) }}}}\n{query}\n"


def rows(engine: SailEngine, query: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in engine.sql(query).to_pylist()]


class Result:
    """What a dbt command did. `log`: what it said. `status` and `messages`: by the name of the node."""

    def __init__(self, success: bool, log: str, results: list[Any]) -> None:
        self.success = success
        self.log = log
        self.results = results
        self.status = {each.node.name: str(each.status) for each in results}
        self.messages = {each.node.name: str(each.message) for each in results}


class Project:
    """A dbt project in a folder. Each command runs in this process, on an engine that is started for it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "dbt_project.yml").write_text(json.dumps(PROJECT))
        (folder / "profiles.yml").write_text(json.dumps(PROFILE))

    def clear(self) -> None:
        """Remove models and tables, but not what dbt has parsed."""
        close_engines()
        for name in ("models", "seeds", "snapshots", "tests", "warehouse", "macros"):
            shutil.rmtree(self.folder / name, ignore_errors=True)

    def write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_text(text)

    def run(self, *arguments: str) -> Result:
        """Run a dbt command."""
        close_engines()
        said: list[str] = []
        runner = dbtRunner(callbacks=[lambda event: event.info.level != "debug" and said.append(event.info.msg)])
        folder = str(self.folder)
        done = runner.invoke([*arguments, "--project-dir", folder, "--profiles-dir", folder, "--quiet"])
        log = "\n".join([*said, str(done.exception or "")])
        return Result(done.success, log, getattr(done.result, "results", None) or [])

    def build(self, *arguments: str) -> Result:
        """`dbt build` that must succeed."""
        result = self.run("build", *arguments)
        assert result.success, result.log
        return result

    def engine(self) -> SailEngine:
        """A new engine on the project's warehouse."""
        close_engines()
        engine = get_engine(SparkConnectCredentials(schema="dev", warehouse=str(self.folder / "warehouse")))
        assert isinstance(engine, SailEngine)
        return engine

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query, as a new process sees them."""
        return rows(self.engine(), query)
