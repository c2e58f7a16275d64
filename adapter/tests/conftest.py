"""Fixtures of the adapter's tests: an engine for each module, and a dbt project."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from dbt.adapters.factory import reset_adapters
from dbt.adapters.spark_connect.credentials import SparkConnectCredentials
from dbt.adapters.spark_connect.engines.registry import close_engines, get_engine
from dbt.adapters.spark_connect.engines.sail import SailEngine
from lab import Project, Start


@pytest.fixture(scope="session", autouse=True)
def _nothing_of_the_users(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No statistics are sent, and dbt's log is not written beside the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DO_NOT_TRACK", "1")
        patch.setenv("DBT_LOG_PATH", str(tmp_path_factory.mktemp("logs")))
        yield


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Starts another engine on the module's warehouse, as the next process would."""
    credentials = SparkConnectCredentials(schema="dev", warehouse=str(tmp_path_factory.mktemp("warehouse")))

    def started() -> SailEngine:
        close_engines()
        engine = get_engine(credentials)
        assert isinstance(engine, SailEngine)
        engine.sql(f"create schema if not exists dev location '{engine.warehouse.path('dev')}'")
        return engine

    yield started
    close_engines()


@pytest.fixture(scope="module")
def engine(start: Start) -> SailEngine:
    return start()


@pytest.fixture(scope="session")
def shared_project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("project"))


@pytest.fixture
def project(shared_project: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """An empty project. The tests share its folder, since dbt parses its own macros once for each."""
    monkeypatch.chdir(shared_project.folder)
    shared_project.clear()
    yield shared_project
    close_engines()
    # dbt keeps one adapter of a type, with the profile that it was made for.
    reset_adapters()
