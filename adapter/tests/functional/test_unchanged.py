"""What is not done again, because nothing has changed: tables that are built, and tests that passed."""

import json
import shutil

import pytest
from lab import Project, Result

pytestmark = pytest.mark.slow

SEED = {"seeds": [{"name": "raw", "config": {"skip_unchanged": True}}]}
SCHEMA = {
    **SEED,
    "sources": [{"name": "outside", "schema": "dev", "tables": [{"name": "base"}]}],
    "models": [{"name": "doubled", "columns": [{"name": "x", "data_tests": ["not_null"]}]}],
    "unit_tests": [
        {
            "name": "twice",
            "model": "doubled",
            "given": [{"input": "ref('base')", "rows": [{"x": 1}, {"x": 2}]}],
            "expect": {"rows": [{"x": 2}, {"x": 4}]},
        }
    ],
}
FILES = {
    "seeds/raw.csv": "x\n1\n2\n",
    "models/base.sql": "{{ config(materialized='table', skip_unchanged=true) }} select * from {{ ref('raw') }}",
    "models/doubled.sql": "{{ config(materialized='view') }} select 2 * x as x from {{ ref('base') }}",
    "models/schema.yml": json.dumps(SCHEMA),
    "tests/small.sql": "select * from {{ ref('doubled') }} where x > 10",
    "tests/smaller.sql": "{{ config(severity='warn') }} select * from {{ ref('base') }} where x > 1",
    "tests/outside.sql": "-- depends_on: {{ ref('base') }}\nselect * from {{ source('outside', 'base') }} where x > 10",
}


def skipped(result: Result) -> set[str]:
    return {each.node.name for each in result.results if each.adapter_response.get("_message") == "UNCHANGED"}


def test_a_test_that_passed_is_run_again_when_something_has_changed(project: Project) -> None:
    project.write(FILES)
    tests = {"not_null_doubled_x", "small", "smaller", "outside", "twice"}

    def build(*arguments: str) -> Result:
        result = project.run("build", "--target", "skipping", *arguments)
        assert result.status.keys() >= tests
        return result

    first = build()
    assert first.success and first.status["smaller"] == "warn" and skipped(first) == set()
    # A warning is no pass, and of a source nothing is known.
    second = build()
    assert skipped(second) == {"raw", "base", "not_null_doubled_x", "small", "twice"}
    assert {second.status[name] for name in ("not_null_doubled_x", "small", "twice")} == {"pass"}
    assert second.status["smaller"] == "warn"

    project.write({"tests/small.sql": FILES["tests/small.sql"].replace("10", "11")})
    assert skipped(build()) == {"raw", "base", "not_null_doubled_x", "twice"}
    assert skipped(project.run("test", "--store-failures", "--target", "skipping")) == {"twice"}
    assert skipped(project.run("test")) == set(), "without the setting of the profile every test is run"

    # The rows change below a view, and the unit test has none of them.
    project.write({"seeds/raw.csv": "x\n1\n6\n"})
    third = build()
    assert third.status["small"] == "fail" and skipped(third) == {"twice"}
    assert build().status["small"] == "fail", "a failure is not remembered"

    project.write({"models/doubled.sql": FILES["models/doubled.sql"].replace("2 * x", "3 * x")})
    assert build().status["twice"] == "fail"
    assert build().status["twice"] == "fail"


def test_a_table_that_was_removed_and_built_anew_is_another_one(project: Project) -> None:
    later = "{{ config(materialized='incremental', skip_unchanged=true) }}"
    project.write(
        {
            "seeds/raw.csv": "x\n1\n2\n",
            "seeds/raw.yml": json.dumps(SEED),
            "models/base.sql": FILES["models/base.sql"],
            "models/reader.sql": f"{later} select {{{{ last_built_version(ref('base')) }}}} as seen, sum(x) as s from {{{{ ref('base') }}}}",
            "models/copy.sql": "{{ config(materialized='table', skip_unchanged=true) }} select * from {{ ref('base') }}",
        }
    )
    project.build()
    project.build()
    assert sorted(project.rows("select * from dev.reader")) == [(-1, 3)]
    shutil.rmtree(project.folder / "warehouse/dev/base")
    project.write({"seeds/raw.csv": "x\n1\n5\n"})
    project.build()
    assert sorted(project.rows("select * from dev.copy")) == [(1,), (5,)]
    assert sorted(project.rows("select * from dev.reader")) == [(-1, 3), (-1, 6)]
    project.write({"seeds/raw.csv": "x\n1\n6\n"})
    project.build()
    assert sorted(project.rows("select * from dev.reader")) == [(-1, 3), (-1, 6), (0, 7)]
