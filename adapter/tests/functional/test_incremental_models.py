"""Incremental models: their strategies, and columns that come and go."""

import json
from decimal import Decimal
from typing import Any

import pytest
from lab import Project, model

pytestmark = pytest.mark.slow

INCREMENTAL = {
    "models/appended.sql": model(
        "materialized='incremental'",
        """
        {% if is_incremental() %} select cast(null as int) as one, 2 as id, 'more' as more
        {% else %} select 1 as one, 1 as id {% endif %}
        """,
    ),
    "models/merged.sql": model(
        "materialized='incremental', incremental_strategy='merge', unique_key=['id', 'part'],"
        " matched_condition='DBT_INTERNAL_SOURCE.at > DBT_INTERNAL_DEST.at'",
        """
        {% if is_incremental() %}
        select * from values (1, 'a', 1, 'older'), (2, 'a', 9, 'newer'), (3, 'a', 1, 'new') as t(id, part, at, v)
        {% else %}
        select * from values (1, 'a', 5, 'one'), (2, 'a', 5, 'two'), (2, 'b', 5, 'three') as t(id, part, at, v)
        {% endif %}
        """,
    ),
    "models/replaced.sql": model(
        "materialized='incremental', incremental_strategy='replace_where', partition_by='p',"
        " incremental_predicates=[\"p in ('b', 'c')\"]",
        """
        {% if is_incremental() %} select * from values (4, 'b'), (5, 'c') as t(id, p)
        {% else %} select * from values (1, 'a'), (2, 'b'), (3, 'b') as t(id, p) {% endif %}
        """,
    ),
}
# A key that the table has, in an older row, beside a new key.
INCREMENTAL["models/added.sql"] = INCREMENTAL["models/merged.sql"].replace("(2, 'a', 9, 'newer'), ", "")
WRONG = {
    "models/outside.sql": INCREMENTAL["models/replaced.sql"].replace("(5, 'c')", "(5, 'a')"),
    "models/null_partition.sql": INCREMENTAL["models/replaced.sql"].replace("(5, 'c')", "(5, null)"),
    "models/null_rows.sql": INCREMENTAL["models/replaced.sql"]
    .replace("p in ('b', 'c')", "o = 4")
    .replace("t(id, p)", "t(id, p, o)")
    .replace("'b')", "'b', 4)")
    .replace("'c')", "'c', 4)")
    .replace("'a')", "'a', null)"),
    "models/no_predicate.sql": INCREMENTAL["models/replaced.sql"].replace("incremental_predicates", "other"),
    "models/no_partition.sql": INCREMENTAL["models/replaced.sql"].replace("partition_by='p',", ""),
    "models/no_key.sql": INCREMENTAL["models/merged.sql"].replace("unique_key=", "other="),
    "models/unknown.sql": INCREMENTAL["models/replaced.sql"].replace("'replace_where'", "'insert_overwrite'"),
    "models/microbatch.sql": INCREMENTAL["models/appended.sql"].replace(
        "materialized='incremental'", "materialized='incremental', incremental_strategy='delete+insert'"
    ),
}
# These are wrong in the second run only.
LATER_WRONG = ("models/outside.sql", "models/null_rows.sql", "models/null_partition.sql", "models/no_predicate.sql")


def test_incremental_strategies(project: Project) -> None:
    project.write(INCREMENTAL | {name: WRONG[name] for name in LATER_WRONG})
    project.build()
    project.write(WRONG)
    result = project.run("build")
    assert not result.success
    expected = {
        "outside": "A row lies outside the replaced partitions.",
        "null_partition": "Null in the column p, which is declared not null.",
        "null_rows": "The predicate of 'replace_where' is null for some rows of the table",
        "no_predicate": "The incremental strategy 'replace_where' needs",
        "no_partition": "The incremental strategy 'replace_where' needs `partition_by`.",
        "no_key": "The incremental strategy 'merge' needs a `unique_key`.",
        "unknown": "The incremental strategy 'insert_overwrite' is not one of: append, merge, replace_where.",
        "microbatch": "The incremental strategy 'delete+insert' is not one of: append, merge, replace_where.",
    }
    for name, message in expected.items():
        assert result.status[name] == "error", name
        assert message in result.messages[name], result.messages[name]
    engine = project.engine()

    def rows(query: str) -> list[tuple[Any, ...]]:
        return sorted((tuple(row.values()) for row in engine.sql(query).to_pylist()), key=str)

    assert rows("select one, id from dev.appended") == [(1, 1), (None, 2)]
    assert rows("select id, part, v from dev.merged") == [
        (1, "a", "one"),
        (2, "a", "newer"),
        (2, "b", "three"),
        (3, "a", "new"),
    ]
    assert rows("select id, part, v from dev.added") == [
        (1, "a", "one"),
        (2, "a", "two"),
        (2, "b", "three"),
        (3, "a", "new"),
    ]
    assert rows("select id, p from dev.replaced") == [(1, "a"), (4, "b"), (5, "c")]
    for name in ("outside", "null_partition", "null_rows", "no_predicate"):
        assert rows(f"select id, p from dev.{name}") == [(1, "a"), (2, "b"), (3, "b")]


def test_columns_that_come_and_go(project: Project) -> None:
    def incremental(change: str, query: str) -> str:
        return model(f"materialized='incremental', on_schema_change='{change}'", query)

    snapshot = {
        "snapshots": [
            {
                "name": "snap",
                "relation": "ref('source')",
                "config": {"unique_key": "id", "strategy": "check", "check_cols": "all", "file_format": "delta"},
            }
        ]
    }
    changes = {"added": "append_new_columns", "synced": "sync_all_columns", "ignored": "ignore", "failed": "fail"}
    removed_or_retyped = {"removed": "select 1 as id", "retyped": "select 2 as id, 2 as v"}
    project.write(
        {
            "snapshots/snap.yml": json.dumps(snapshot),
            "models/source.sql": "select 1 as id, 'a' as v",
            **{
                f"models/{name}.sql": incremental(change, "select 1 as id, 'a' as v")
                for name, change in changes.items()
            },
            **{
                f"models/{name}.sql": incremental("sync_all_columns", "select 1 as id, 'a' as v")
                for name in removed_or_retyped
            },
        }
    )
    project.build()
    more = "select 2 as id, 'b' as v, cast(1.5 as decimal(12, 2)) as n, array('x') as a, null as nothing"
    project.write(
        {
            "models/source.sql": "select 1 as id, 'a' as v, 7 as n union all select 2, 'b', 8",
            **{f"models/{name}.sql": incremental(change, more) for name, change in changes.items()},
            **{f"models/{name}.sql": incremental("sync_all_columns", sql) for name, sql in removed_or_retyped.items()},
        }
    )
    result = project.run("build")
    assert {name for name, status in result.status.items() if status == "error"} == {"failed", "removed", "retyped"}
    assert "The source and target schemas on this incremental model are out of sync!" in result.messages["failed"]
    assert (
        "The columns v of dev.removed cannot be removed: rebuild the table with --full-refresh."
        in (result.messages["removed"])
    )
    assert "The column v of dev.retyped cannot change its type to int: rebuild the table" in result.messages["retyped"]
    engine = project.engine()
    for name in ("added", "synced"):
        assert engine.sql(f"select * from dev.{name} order by id").to_pylist() == [
            {"id": 1, "v": "a", "n": None, "a": None, "nothing": None},
            {"id": 2, "v": "b", "n": Decimal("1.50"), "a": ["x"], "nothing": None},
        ]
    assert engine.sql("select * from dev.ignored order by id").to_pylist() == [{"id": 1, "v": "a"}, {"id": 2, "v": "b"}]
    for name in ("failed", "removed", "retyped"):
        assert engine.sql(f"select * from dev.{name}").to_pylist() == [{"id": 1, "v": "a"}]
    versions = engine.sql("select id, v, n, dbt_valid_to is null as current from dev.snap").to_pylist()
    assert sorted((tuple(row.values()) for row in versions), key=str) == [
        (1, "a", 7, True),
        (1, "a", None, False),
        (2, "b", 8, True),
    ]
