"""What one process leaves to the next: tables and views, checkpoints, the lock, a broken table."""

import json
import os
import signal
import subprocess
import sys

import pytest
from dbt.adapters.spark_connect.warehouse import Warehouse
from deltalake import DeltaTable
from lab import Project, model

pytestmark = pytest.mark.slow


def test_what_another_process_has_built_is_found_again(project: Project) -> None:
    snapshot = {
        "snapshots": [
            {
                "name": "snap",
                "relation": "ref('seen')",
                "config": {"unique_key": "id", "strategy": "check", "check_cols": ["v"], "file_format": "delta"},
            }
        ]
    }
    project.write(
        {
            "seeds/raw.csv": "id,v\n1,a\n2,b\n",
            "models/seen.sql": model("materialized='view'", "select * from {{ ref('raw') }}"),
            "models/history.sql": model(
                "materialized='incremental'",
                "select {{ is_incremental() }} as later, count(*) as n from {{ ref('seen') }}",
            ),
            "snapshots/snap.yml": json.dumps(snapshot),
        }
    )
    dbt = [sys.executable, "-m", "dbt.cli.main", "--quiet", "build", "--profiles-dir", "."]
    subprocess.run(dbt, cwd=project.folder, check=True, env={**os.environ, "DO_NOT_TRACK": "1"})
    # The view is not built again: it is there from the process before.
    project.write({"seeds/raw.csv": "id,v\n1,a\n2,c\n3,d\n"})
    project.build("--exclude", "seen")
    assert sorted(project.rows("select * from dev.history")) == [(False, 2), (True, 3)]
    assert sorted(project.rows("select id, v, dbt_valid_to is null as current from dev.snap")) == [
        (1, "a", True),
        (2, "b", False),
        (2, "c", True),
        (3, "d", True),
    ]
    project.build("--full-refresh", "--exclude", "seen")
    assert project.rows("select * from dev.history") == [(False, 3)]


CRASH = """
def model(dbt, session):
    from dbt.adapters.spark_connect.engines.guards import unguarded

    return unguarded(type(session).sql)(session, "select * from (" * 2000 + "select 1 as x" + ")" * 2000)
"""


def test_a_crash_of_the_engine_is_told_by_the_next_command_with_the_nodes_name(project: Project) -> None:
    project.write({"models/fine.sql": "select 1 as id", "models/odd.py": CRASH})
    dbt = [sys.executable, "-m", "dbt.cli.main", "--quiet", "build", "--profiles-dir", "."]
    ended = subprocess.run(dbt, cwd=project.folder, env={**os.environ, "DO_NOT_TRACK": "1"})
    assert ended.returncode == -signal.SIGSEGV
    said = project.build("--select", "fine").log
    assert "did not come to its end: it was killed, or the engine crashed, while it worked on model.lab.odd." in said
    assert "crashed" not in project.build("--select", "fine").log


def test_the_log_of_a_table_with_many_versions_has_checkpoints(project: Project) -> None:
    """Else every statement would read all commits that there ever were."""
    rows = "select cast(id as int) as id from range({{ 1 if is_incremental() else 2 }}) as numbers (id)"
    project.write({"models/m.sql": model("materialized='incremental'", rows)})
    for _ in range(12):
        project.build()
    path = project.folder / "warehouse" / "dev" / "m"
    assert sorted(file.name[18:20] for file in path.glob("_delta_log/*.checkpoint.parquet")) == ["05", "15"]
    assert project.rows("select count(*), sum(id) from dev.m") == [(13, 1)]
    assert len(DeltaTable(str(path)).to_pyarrow_table()) == 13


def test_a_run_stops_while_another_one_has_the_warehouse(project: Project) -> None:
    project.write({"models/m.sql": "select 1 as x"})
    other = Warehouse(str(project.folder / "warehouse"))
    other.lock()
    result = project.run("run")
    other.unlock()
    assert not result.success
    assert f"warehouse is in use by process {os.getpid()} on " in result.log
    assert "Traceback" not in result.log


def test_a_broken_table_stops_its_readers_only(project: Project) -> None:
    project.write(
        {
            "models/broken.sql": model("materialized='incremental'", "select 1 as x"),
            "models/reader.sql": model("materialized='table'", "select * from {{ ref('broken') }}"),
            "models/whole.sql": model("materialized='incremental'", "select 1 as x"),
        }
    )
    project.build()
    next((project.folder / "warehouse/dev/broken").glob("*.parquet")).unlink()
    result = project.run("build")
    assert result.status == {"broken": "error", "reader": "skipped", "whole": "success"}
    assert "has lost its data file" in result.messages["broken"]
    assert "Restore it, or remove the folder to have the table rebuilt." in result.messages["broken"]
    result = project.run("run", "--select", "reader")
    assert "has lost its data file" in result.messages["reader"]
    assert project.rows("select count(*), count(x) from dev.whole") == [(2, 2)]
