"""The fixtures of dbt's own test suite for adapters, on Sail and a warehouse in a temporary folder."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from dbt.adapters.spark_connect.engines.registry import close_engines
from dbt.tests.fixtures import project as suite
from dbt.tests.fixtures.project import *  # noqa: F403  pytest takes fixtures from this file's names
from dbt.tests.fixtures.project import TestProjInfo, write_file, yaml
from dbt.tests.util import get_connection, relation_from_name

# The suite's own statements, which prepare tables and look at them, are written for Postgres.
_POSTGRES_TO_SPARK = (
    (r'"(\w+)"', r"`\1`"),
    (r"\{database\}\.|\bNone\.", ""),  # there are no databases above schemas
    (r"varchar\(\d+\)", "string"),
    (r"timestamp without time zone", "timestamp"),
    (r"TEST_VALID_TO", "test_valid_to"),  # Sail's UPDATE does not find a column by another case
)
_ADD_COLUMN = re.compile(r"alter table (?:\w+\.)?(\w+)\s+add column (\w+) (\w+)(?: default (.+))?$")


def spark_sql(statement: str) -> str:
    for postgres, spark in _POSTGRES_TO_SPARK:
        statement = re.sub(postgres, spark, statement, flags=re.IGNORECASE)
    return statement.strip()


def _run_sql(project: TestProjInfo, run_sql: Callable[..., Any], sql: str, fetch: str | None = None) -> Any:
    result = None
    for statement in filter(None, map(spark_sql, sql.split(";"))):
        added = _ADD_COLUMN.match(" ".join(statement.format(schema=project.test_schema).split()))
        if added:  # Sail has no ADD COLUMN, the adapter has
            table, column, kind, value = added.groups()
            relation = relation_from_name(project.adapter, table)
            with get_connection(project.adapter):
                project.adapter.add_columns(relation, [project.adapter.Column(column, kind)])
            run_sql(f"update {relation} set {column} = {value or 'null'}")
        else:
            result = run_sql(statement, fetch)
    return result


@pytest.fixture(scope="class")
def project(project_setup: TestProjInfo, project_files: None) -> TestProjInfo:
    run_sql = project_setup.run_sql
    project_setup.run_sql = lambda sql, fetch=None: _run_sql(project_setup, run_sql, sql, fetch)
    return project_setup


@pytest.fixture(scope="module")
def suite_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One warehouse and one engine for the classes of a file, of which each has a schema of its own."""
    yield str(tmp_path_factory.mktemp("warehouse"))
    close_engines()


@pytest.fixture(scope="class")
def dbt_profile_target(suite_warehouse: str) -> dict[str, Any]:
    return {"type": "spark_connect", "warehouse": suite_warehouse, "threads": 4}


@pytest.fixture(scope="class")
def profile_user() -> None:
    """The owner of a table in the catalog: tables have none."""


suite_dbt_project_yml = suite.dbt_project_yml


@pytest.fixture(scope="class")
def dbt_project_yml(suite_dbt_project_yml: dict[str, Any], project_root: Path) -> dict[str, Any]:
    """dbt-spark makes snapshots of Delta tables only, and wants to be told that they are."""
    suite_dbt_project_yml.setdefault("snapshots", {})["+file_format"] = "delta"
    write_file(yaml.safe_dump(suite_dbt_project_yml), project_root, "dbt_project.yml")
    return suite_dbt_project_yml


@pytest.fixture(scope="module")
def test_data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that is not there yet; the suite would write into the folder of these tests."""
    return tmp_path_factory.mktemp("data") / "new"


@pytest.fixture(scope="class")
def logs_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        folder = str(tmp_path_factory.mktemp("logs"))
        patch.setenv("DBT_LOG_PATH", folder)
        yield folder


@pytest.fixture(scope="class")
def profiles_yml(profiles_root: Path, dbt_profile_data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """As in the suite, but the variable of who runs these tests comes back afterwards."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DBT_PROFILES_DIR", str(profiles_root))
        write_file(yaml.safe_dump(dbt_profile_data), profiles_root, "profiles.yml")
        yield dbt_profile_data
