"""Whole runs of dbt: seeds, contracts, and every command that the adapter supports."""

import json
from datetime import date, datetime
from decimal import Decimal

import pytest
from lab import Project, model

pytestmark = pytest.mark.slow

SEED = """\
id,half,tenth,big,code,text,flag,day,at,empty,money
1,0.5,0.1,9007199254740993,007,"a ""b"", c",true,2024-02-29,2024-02-29T10:00:00.123456,,1000.00
2,,0.30000000000000004,-1,,é\\n'ü',false,,,,2.00
3,100,1e-7,,000,  padded ,,2024-03-01,2024-03-01T00:00:00,,
"""


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
