"""The stand-in for dbt_expectations says what the original says."""

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from offline import DBT, STAND_IN, VERDICTS, run_command

ORIGINALS = [Path(os.environ[name]) for name in ("DBT_EXPECTATIONS_PATH", "DBT_DATE_PATH") if os.environ.get(name)]

# A case is called `<test>__<its number in verdicts.yml, from 1>`.
EXPECTED = {
    f"{test}__{number}": case["fails"]
    for test, cases in VERDICTS["cases"].items()
    for number, case in enumerate(cases, start=1)
}

Verdicts = dict[str, int | str]


def write_project(folder: Path, packages: list[Path]) -> None:
    """A dbt project of the tables of verdicts.yml whose packages need no `dbt deps`."""
    folder.mkdir(parents=True, exist_ok=True)
    output = {"type": "spark_connect", "schema": "verdicts", "warehouse": str(folder / "warehouse"), "threads": 4}
    settings: dict[str, Any] = {
        "dbt_project.yml": {
            "name": "verdicts",
            "version": "1.0.0",
            "profile": "verdicts",
            "models": {"+materialized": "table"},
            # A failing test is no reason to skip the tables behind it.
            "data_tests": {"+severity": "warn"},
            "vars": {"dbt_date:time_zone": "UTC"},
            "flags": {"send_anonymous_usage_stats": False},
        },
        "profiles.yml": {"verdicts": {"target": "local", "outputs": {"local": output}}},
        "packages.yml": {"packages": [{"local": f"dbt_packages/{package.name}"} for package in packages]},
    }
    for name, content in settings.items():
        (folder / name).write_text(yaml.safe_dump(content))
    for package in packages:
        # What a package needs is in the list, too: dbt must not look for it on the hub.
        shutil.copytree(
            package,
            folder / "dbt_packages" / package.name,
            symlinks=True,
            ignore=shutil.ignore_patterns("packages.yml", ".git", "integration_tests"),
        )
    (folder / "models").mkdir()
    for table, query in VERDICTS["tables"].items():
        (folder / "models" / f"{table}.sql").write_text(query)


def write_tests(folder: Path, tests: list[tuple[str, str, dict[str, Any]]]) -> None:
    """Each test is a name, the name of its table and what YAML says of it."""
    tables = dict.fromkeys(VERDICTS["tables"])
    models = [
        {"name": table, "data_tests": [{**test, "name": name} for name, on, test in tests if on == table]}
        for table in tables
    ]
    (folder / "models" / "tests.yml").write_text(yaml.safe_dump({"models": models}))


def run_cases(folder: Path, packages: list[Path]) -> Verdicts:
    """The number of rows that every case returns, or what went wrong, in one run of dbt."""
    write_project(folder, packages)
    write_tests(
        folder,
        [
            (
                f"{test}__{number}",
                case["table"],
                {"test_name": f"dbt_expectations.{test}", "arguments": case["arguments"]},
            )
            for test, cases in VERDICTS["cases"].items()
            for number, case in enumerate(cases, start=1)
        ],
    )
    # Rows are kept as tables, so they can be looked at; that also shows that their columns can be stored.
    command = [str(DBT), "--no-use-colors", "build", "--store-failures"]
    ran = run_command(command, folder)
    results = folder / "target" / "run_results.json"
    assert results.exists(), ran.stdout + ran.stderr
    return {
        result["unique_id"].split(".")[2]: result["message"] if result["status"] == "error" else result["failures"]
        for result in json.loads(results.read_text())["results"]
        if result["unique_id"].startswith("test.")
    }


@pytest.fixture(scope="module")
def stand_in_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("dbt.adapters.spark_connect")
    return tmp_path_factory.mktemp("verdicts")


@pytest.fixture(scope="module")
def stand_in(stand_in_project: Path) -> Verdicts:
    return run_cases(stand_in_project, [STAND_IN])


@pytest.mark.slow
@pytest.mark.parametrize("test", VERDICTS["cases"])
def test_stand_in_returns_the_rows_that_fail(stand_in: Verdicts, test: str) -> None:
    verdicts = {name: verdict for name, verdict in stand_in.items() if name.startswith(f"{test}__")}
    assert verdicts == {name: fails for name, fails in EXPECTED.items() if name.startswith(f"{test}__")}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("case", "rows"),
    [
        ("expect_column_values_to_be_between__3", [{"id": 1, "sku": "A-1", "shop": "x"}]),
        ("expect_column_values_to_match_regex__4", [{"id": 4, "sku": "", "shop": None}]),
        ("expect_column_pair_values_A_to_be_greater_than_B__2", [{"id": 2, "low": 3.0, "high": 2.0, "shop": "y"}]),
        ("expect_column_values_to_be_in_set__9", [{"id": 4, "sku": "", "shop": None}]),
        ("expect_compound_columns_to_be_unique__1", [{"id": 2, "sku": "A-2", "n_records": 2}]),
        ("expect_table_row_count_to_be_between__6", [{"col_1": None, "measured": 3}]),
        ("expect_column_sum_to_be_between__7", [{"col_1": "x", "col_2": 1, "measured": 0}]),
        ("expect_table_row_count_to_equal_other_table__11", [{"col_1": "z", "row_count": 0, "compare_row_count": 1}]),
        ("expression_is_true__9", [{"id": 2, "low": 3.0, "high": 2.0}]),
        ("expression_is_true__16", [{"col_1": None, "expression": False}]),
    ],
)
def test_failing_rows_say_what_is_wrong(
    stand_in: Verdicts, stand_in_project: Path, case: str, rows: list[dict[str, Any]]
) -> None:
    deltalake = pytest.importorskip("deltalake")
    assert stand_in[case] == len(rows)
    stored = deltalake.DeltaTable(str(stand_in_project / "warehouse" / "verdicts_dbt_test__audit" / case.lower()))
    returned = stored.to_pyarrow_dataset().to_table().to_pylist()
    assert [{name: row[name] for name in rows[0]} for row in returned] == rows


@pytest.mark.slow
@pytest.mark.skipif(
    len(ORIGINALS) < 2,
    reason="DBT_EXPECTATIONS_PATH and DBT_DATE_PATH must name checkouts of metaplane/dbt-expectations and "
    "godatadriven/dbt-date",
)
def test_original_says_the_same(tmp_path: Path) -> None:
    pytest.importorskip("dbt.adapters.spark_connect")
    assert run_cases(tmp_path, ORIGINALS) == EXPECTED


MISTAKES: dict[str, tuple[str, dict[str, Any]]] = {
    "takes no keyword argument 'flags'": ("expect_column_values_to_match_regex", {"regex": "a", "flags": "i"}),
    "`min_value`, `max_value` or both must be given": ("expect_column_values_to_be_between", {}),
    "`value_set` must be a list. Got: 'x'": ("expect_column_values_to_be_in_set", {"value_set": "x"}),
    "`value_set` must have at least one value": ("expect_column_values_to_be_in_set", {"value_set": []}),
    "must be a list. Got: 'shop'": ("expect_column_sum_to_be_between", {"min_value": 1, "group_by": "shop"}),
    "no attribute 'test_expect_column_mean_to_be_between'": ("expect_column_mean_to_be_between", {"min_value": 1}),
}
# dbt takes seconds to start: all mistakes in one process.
COMPILE_EACH = """
import json, sys
from dbt.cli.main import dbtRunner
for folder in sys.argv[1:]:
    command = ["--quiet", "--log-level", "none", "compile", "--project-dir", folder, "--profiles-dir", folder]
    result = dbtRunner().invoke(command)
    print("\\n" + json.dumps(str(result.exception) if not result.success else ""))
"""


@pytest.mark.slow
def test_mistakes_are_compile_errors(tmp_path: Path) -> None:
    pytest.importorskip("dbt.adapters.spark_connect")
    for number, (test, arguments) in enumerate(MISTAKES.values()):
        folder = tmp_path / str(number)
        write_project(folder, [STAND_IN])
        definition = {"test_name": f"dbt_expectations.{test}", "arguments": {"column_name": "sku", **arguments}}
        write_tests(folder, [("mistake", "items", definition)])
    folders = [str(tmp_path / str(number)) for number in range(len(MISTAKES))]
    ran = run_command([sys.executable, "-c", COMPILE_EACH, *folders], tmp_path)
    errors = [json.loads(line) for line in ran.stdout.splitlines() if line.startswith('"')]
    assert len(errors) == len(MISTAKES), ran.stdout + ran.stderr
    for said, error in zip(MISTAKES, errors, strict=True):
        assert said in error
