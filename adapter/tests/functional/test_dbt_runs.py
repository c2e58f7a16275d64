"""Whole runs of dbt in a temporary project. Each command has an engine of its own, as a process would."""

import json
import os
import signal
import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from dbt.adapters.spark_connect.warehouse import Warehouse
from deltalake import DeltaTable
from lab import Project

pytestmark = pytest.mark.slow

SEED = """\
id,half,tenth,big,code,text,flag,day,at,empty,money
1,0.5,0.1,9007199254740993,007,"a ""b"", c",true,2024-02-29,2024-02-29T10:00:00.123456,,1000.00
2,,0.30000000000000004,-1,,é\\n'ü',false,,,,2.00
3,100,1e-7,,000,  padded ,,2024-03-01,2024-03-01T00:00:00,,
"""


def model(config: str, query: str) -> str:
    return f"{{{{ config({config}) }}}}\n{query}\n"


def by_name(table: list[dict[str, Any]]) -> dict[str, str]:
    return {column["name"]: column["type"] for column in table}


def test_seeds_keep_every_value(project: Project) -> None:
    project.write(
        {
            "seeds/values.csv": SEED,
            "seeds/properties.yml": json.dumps(
                {
                    "seeds": [
                        {"name": "values", "config": {"column_types": {"code": "string", "money": "decimal(12,2)"}}}
                    ]
                }
            ),
        }
    )
    project.build()
    engine = project.engine()
    table = engine.sql("select * from dev.values order by id")
    assert {field.name: str(field.type) for field in table.schema} == {
        "id": "int64",
        "half": "double",
        "tenth": "double",
        "big": "int64",
        "code": "string",
        "text": "string",
        "flag": "bool",
        "day": "date32[day]",
        "at": "timestamp[us, tz=UTC]",
        "empty": "string",
        "money": "decimal128(12, 2)",
    }
    columns = {name: column for name, column in table.to_pydict().items() if name != "at"}
    assert columns == {
        "id": [1, 2, 3],
        "half": [0.5, None, 100.0],
        "tenth": [0.1, 0.30000000000000004, 1e-7],
        "big": [9007199254740993, -1, None],
        "code": ["007", None, "000"],
        "text": ['a "b", c', "é\\n'ü'", "  padded "],
        "flag": [True, False, None],
        "day": [date(2024, 2, 29), None, date(2024, 3, 1)],
        "empty": [None, None, None],
        "money": [Decimal("1000.00"), Decimal("2.00"), None],
    }
    times = [each and each.replace(tzinfo=None) for each in table.column("at").to_pylist()]
    assert times == [datetime(2024, 2, 29, 10, 0, 0, 123456), None, datetime(2024, 3, 1)]

    # A changed seed replaces the old one, columns too.
    project.write({"seeds/values.csv": "id,half\n7,x\n", "seeds/properties.yml": ""})
    project.build()
    assert project.rows("select * from dev.values") == [(7, "x")]


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
        "The columns v of dev.removed cannot be removed: build the table anew with --full-refresh."
        in (result.messages["removed"])
    )
    assert (
        "The column v of dev.retyped cannot change its type to int: build the table anew" in result.messages["retyped"]
    )
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
    assert "Restore it, or remove the folder to have the table built anew." in result.messages["broken"]
    result = project.run("run", "--select", "reader")
    assert "has lost its data file" in result.messages["reader"]
    assert project.rows("select count(*), count(x) from dev.whole") == [(2, 2)]


PYTHON = {
    "models/base.sql": model("materialized='table'", "select 1 as id, 'a' as v"),
    "models/of_spark.py": """
def model(dbt, spark):
    dbt.config(materialized="table", partition_by="v")
    return dbt.ref("base").selectExpr("id + 1 as id", "v")
""",
    "models/of_pandas.py": """
def model(dbt, spark):
    frame = dbt.ref("base").toPandas()
    frame["nothing"] = None
    return frame
""",
    "models/of_arrow.py": """
import pyarrow as pa

def model(dbt, spark):
    dbt.config(materialized="incremental", incremental_strategy="merge", unique_key="id")
    return pa.table({"id": [1, 2 + dbt.is_incremental], "v": ["new" if dbt.is_incremental else "old"] * 2})
""",
}
PYTHON_WRONG = {
    "models/raises.py": """
def part(value):
    return value / 0


def model(dbt, spark):
    return part(1)
""",
    "models/returns.py": """
def model(dbt, spark):
    return [1]
""",
    "models/column.py": """
def model(dbt, spark):
    return dbt.ref("base").select("not_there")
""",
    "models/guarded.py": """
def model(dbt, spark):
    frame = dbt.ref("base")
    frame.write.mode("overwrite").saveAsTable("dev.base")
    return frame
""",
}


def test_python_models(project: Project) -> None:
    project.write(PYTHON)
    project.build()
    project.write(PYTHON_WRONG)
    result = project.run("build")
    assert {name for name, status in result.status.items() if status == "error"} == {
        "raises",
        "returns",
        "column",
        "guarded",
    }
    assert [line.strip() for line in result.messages["raises"].split("\n")[1:]] == [
        "ZeroDivisionError: division by zero",
        "models/raises.py, line 6: return part(1)",
        "models/raises.py, line 2: return value / 0",
    ]
    assert "The Python model models/returns.py returned list; it must return" in result.messages["returns"]
    assert "AnalysisException: " in result.messages["column"]
    assert "not_there" in result.messages["column"]
    assert "A Python model does not write tables, it returns a DataFrame" in result.messages["guarded"]
    assert "models/guarded.py, line 3: frame.write" in result.messages["guarded"]
    assert "Traceback" not in result.log
    assert project.rows("select * from dev.of_spark") == [(2, "a")]
    assert project.rows("select id, v, nothing from dev.of_pandas") == [(1, "a", None)]
    assert project.engine().sql("select nothing from dev.of_pandas").schema.field("nothing").type == "string"
    assert sorted(project.rows("select id, v from dev.of_arrow")) == [(1, "new"), (2, "old"), (3, "new")]


CONTRACT = {
    "models": [
        {
            "name": name,
            "config": {"materialized": kind, "contract": {"enforced": True}, "on_schema_change": "fail"},
            "columns": [
                {"name": "id", "data_type": "bigint", "constraints": [{"type": "not_null"}]},
                {"name": "price", "data_type": "decimal(12,2)"},
            ],
        }
        for name, kind in (("kept", "table"), ("mismatch", "table"), ("nulls", "table"), ("more_nulls", "incremental"))
    ]
}


def test_contracts(project: Project) -> None:
    right = "select cast(1 as bigint) as id, cast(2 as decimal(12, 2)) as price"
    names = ("kept", "mismatch", "nulls", "more_nulls")
    project.write({"models/contract.yml": json.dumps(CONTRACT), **{f"models/{name}.sql": right for name in names}})
    project.build()
    null = right.replace("cast(1 as bigint)", "cast(null as bigint)")
    project.write(
        {
            "models/kept.sql": "select cast(null as decimal(12, 2)) as price, cast(3 as bigint) as id",
            "models/mismatch.sql": "select '1' as id, cast(2 as decimal(14, 2)) as price",
            "models/nulls.sql": null,
            "models/more_nulls.sql": null,
        }
    )
    result = project.run("build")
    assert result.status == {"kept": "success", "mismatch": "error", "nulls": "error", "more_nulls": "error"}
    assert "This model has an enforced contract that failed." in result.messages["mismatch"]
    assert "decimal(14,2)" in result.messages["mismatch"]
    for name in ("nulls", "more_nulls"):
        assert "Null in the column id, which is declared not null." in result.messages[name]
    assert "Traceback" not in result.log
    engine = project.engine()
    for name in ("mismatch", "nulls", "more_nulls"):
        assert engine.sql(f"select * from dev.{name}").to_pylist() == [{"id": 1, "price": Decimal("2.00")}]
    assert engine.sql("select * from dev.kept").to_pylist() == [{"id": 3, "price": None}]


def test_other_commands(project: Project) -> None:
    project.write(
        {
            "seeds/raw.csv": "id,v\n1,a\n2,b\n",
            "models/t.sql": model("materialized='table'", "select *, 1.5 as price from {{ ref('raw') }}"),
            "models/v.sql": model("materialized='view'", "select id from {{ ref('t') }}"),
            "models/p.py": "def model(dbt, spark):\n    return dbt.ref('t')\n",
            "models/wrong.sql": "select nope from {{ ref('raw') }}",
            "models/after.sql": "select * from {{ ref('wrong') }}",
            "models/unit.yml": json.dumps(
                {
                    "models": [{"name": "t", "columns": [{"name": "id", "data_tests": ["unique", "not_null"]}]}],
                    "unit_tests": [
                        {
                            "name": "ids",
                            "model": "v",
                            "given": [{"input": "ref('t')", "rows": [{"id": 1, "v": "q"}, {"id": 2}]}],
                            "expect": {"rows": [{"id": 1}, {"id": 2}]},
                        }
                    ],
                }
            ),
        }
    )
    result = project.run("build")
    assert {name for name, status in result.status.items() if status not in ("success", "pass")} == {"wrong", "after"}
    assert result.messages["wrong"].startswith("Database Error in model wrong (models/wrong.sql)")
    assert "nope" in result.messages["wrong"]
    assert "Traceback" not in result.log

    project.write({"models/wrong.sql": "select id from {{ ref('raw') }}"})
    assert project.run("retry").status == {"wrong": "success", "after": "success"}

    assert project.run("docs", "generate").success
    catalog = json.loads((project.folder / "target/catalog.json").read_text())
    assert not catalog["errors"]
    table, view = catalog["nodes"]["model.lab.t"], catalog["nodes"]["model.lab.v"]
    assert [(c["name"], c["type"]) for c in table["columns"].values()] == [
        ("id", "bigint"),
        ("v", "string"),
        ("price", "decimal(2,1)"),
    ]
    assert table["metadata"]["type"] == "table"
    assert table["stats"]["bytes"]["value"] > 0
    assert table["stats"]["version"]["value"] == 0
    assert (view["metadata"]["type"], list(view["columns"])) == ("view", ["id"])

    shown = project.run("show", "--select", "t")
    assert [tuple(row) for row in shown.results[0].agate_table.rows] == [(1, "a", 1.5), (2, "b", 1.5)]
    assert project.run("show", "--inline", "select count(*) as n from {{ ref('t') }}").success
    assert project.run("compile").success
    assert "from dev.raw" in (project.folder / "target/compiled/lab/models/t.sql").read_text()

    project.build("--empty", "--select", "t v p", "--exclude-resource-type", "test", "unit_test")
    assert project.rows("select * from dev.t union all select * from dev.p") == []
    assert project.rows("select count(*) from dev.raw") == [(2,)]


def test_macros_and_relations(project: Project) -> None:
    at = "cast('2024-02-29 23:30:00' as timestamp)"
    columns = [
        f"{{{{ dbt.dateadd('hour', 1, \"{at}\") }}}} as an_hour",
        f"{{{{ dbt.dateadd('day', -1, \"{at}\") }}}} as a_day",
        "{{ dbt.dateadd('month', 1, \"date '2024-01-31'\") }} as a_month",
        f"{{{{ dbt.datediff(\"{at}\", \"timestamp '2024-03-01 00:30:00'\", 'hour') }}}} as hours",
        "{{ dbt.datediff(\"'2024-02-28'\", \"'2024-03-01'\", 'day') }} as days",
        "{{ dbt.datediff(\"'2024-02-28 00:00:00'\", \"'2024-02-28 00:01:30'\", 'second') }} as seconds",
    ]
    project.write(
        {
            "models/times.sql": model("materialized='table'", f"select {', '.join(columns)}"),
            "models/spine.sql": model(
                "materialized='table'",
                "{{ dbt.date_spine('day', \"date '2024-02-28'\", \"date '2024-03-02'\") }}",
            ),
            # Two models of one name, whose new rows must not be mixed up.
            **{
                f"models/{schema}.sql": model(
                    f"materialized='incremental', alias='same', schema='{schema}'",
                    f"select '{schema}' as s, id from range(20000)" + (" where id < 9" if schema == "one" else ""),
                )
                for schema in ("one", "two")
            },
            "models/changing.sql": model("materialized='view'", "select 1 as x"),
        }
    )
    project.build()
    project.write({"models/changing.sql": model("materialized='table'", "select 2 as x")})
    project.build()
    assert (project.folder / "warehouse/dev/changing").exists()
    assert project.rows("select x from dev.changing") == [(2,)]
    project.write({"models/changing.sql": model("materialized='view'", "select 3 as x")})
    project.build()
    assert not (project.folder / "warehouse/dev/changing").exists()
    engine = project.engine()
    assert engine.sql("select x from dev.changing").to_pylist() == [{"x": 3}]
    for schema, count in (("one", 27), ("two", 60000)):
        assert engine.sql(f"select s, count(*) as n from dev_{schema}.same group by s").to_pylist() == [
            {"s": schema, "n": count}
        ]
    times = {k: str(v).removesuffix("+00:00") for k, v in engine.sql("select * from dev.times").to_pylist()[0].items()}
    assert times == {
        "an_hour": "2024-03-01 00:30:00",
        "a_day": "2024-02-28 23:30:00",
        "a_month": "2024-02-29 00:00:00",
        "hours": "1",
        "days": "2",
        "seconds": "90",
    }
    days = [str(row["date_day"])[:10] for row in engine.sql("select date_day from dev.spine order by 1").to_pylist()]
    assert days == ["2024-02-28", "2024-02-29", "2024-03-01"]
