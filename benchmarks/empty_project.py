"""A dbt project whose nodes do nothing, on DuckDB in memory: measures the overhead of dbt itself."""

import json
from pathlib import Path

# JSON is YAML.
_PROFILE = {"empty": {"target": "memory", "outputs": {"memory": {"type": "duckdb", "path": ":memory:", "threads": 4}}}}
_PROJECT = {"name": "empty", "profile": "empty", "flags": {"send_anonymous_usage_stats": False}}


def make_empty_project(folder: Path, models: int, tests: int) -> None:
    """Write a project of that many views of one row, in chains of ten, and of tests that their column is not null."""
    (folder / "models").mkdir(parents=True)
    (folder / "dbt_project.yml").write_text(json.dumps(_PROJECT))
    (folder / "profiles.yml").write_text(json.dumps(_PROFILE))
    for number in range(models):
        source = f" from {{{{ ref('empty_{number - 1}') }}}}" if number % 10 else ""
        (folder / "models" / f"empty_{number}.sql").write_text(f"select 1 as id{source}")
    described = [
        {
            "name": f"empty_{number}",
            "columns": [
                {
                    "name": "id",
                    "data_tests": [{"not_null": {"name": f"test_{test}"}} for test in range(number, tests, models)],
                }
            ],
        }
        for number in range(models)
    ]
    (folder / "models" / "models.yml").write_text(json.dumps({"models": described}))
