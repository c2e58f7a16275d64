"""What Sail answers wrongly without an error: refused by the adapter, or pinned here and listed in its README.

A pinned test that fails tells that a new version of the engine behaves differently: change the README, too.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from dbt.adapters.spark_connect.engines.guards import MAX_NESTING, check_statement, nesting
from dbt.adapters.spark_connect.engines.sail import SailEngine
from dbt_common.exceptions import DbtRuntimeError
from lab import create, rows
from pyspark.sql import functions as F

NUMBER = "values (1700000000L) as t(x)"
TIME = "values (timestamp '2020-01-01 00:00:00') as t(x)"
THEN = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


def refused(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(DbtRuntimeError, match=message):
        call()


def one(engine: SailEngine, expression: str, source: str = "values (1) as t(x)") -> Any:
    return rows(engine, f"select {expression} from {source}")[0][0]


def test_create_or_replace_after_a_column_changed_its_type(engine: SailEngine) -> None:
    create(engine, "t", "select 1 as x")
    path = engine.warehouse.path("dev", "t")
    for statement in (
        f"create or replace table dev.t using delta location '{path}' as select 'abc' as x",
        "CREATE  OR\nREPLACE TABLE dev.t using delta /* overwriteSchema */ as select 'overwriteSchema = true' as x",
    ):
        refused(lambda statement=statement: engine.sql(statement), "keeps the old type")
    create(engine, "t", "select 'abc' as x")
    assert rows(engine, "select * from dev.t") == [("abc",)]


def test_partition_overwrite_mode_dynamic(engine: SailEngine, tmp_path: Path) -> None:
    session = engine.session
    frame = session.createDataFrame([(1, "a")], "x int, p string")
    message = "overwrites the whole table"
    refused(lambda: engine.sql("set spark.sql.sources.partitionOverwriteMode = dynamic"), message)
    refused(lambda: engine.sql("insert overwrite table dev.t select 1"), message)
    refused(lambda: session.sql("INSERT  OVERWRITE dev.t select 1"), message)
    refused(lambda: session.conf.set("spark.sql.sources.partitionOverwriteMode", "DYNAMIC"), message)
    writer = frame.write.format("delta").mode("overwrite").option("partitionOverwriteMode", "dynamic")
    refused(lambda: writer.save(str(tmp_path)), "does not write tables")
    refused(lambda: frame.write.insertInto("dev.t", overwrite=True), "does not write tables")
    refused(lambda: frame.writeTo("dev.t").overwritePartitions(), "does not write tables")


def test_replace_where_of_a_data_frame(engine: SailEngine, tmp_path: Path) -> None:
    frame = engine.session.sql("select 1 as x")
    for write in (
        lambda: frame.write.mode("overwrite").option("replaceWhere", "x = 1").saveAsTable("dev.t"),
        lambda: frame.write.mode("overwrite").saveAsTable("dev.t", replaceWhere="x = 1"),
        lambda: frame.write.format("delta").mode("overwrite").option("replaceWhere", "x = 1").save(str(tmp_path)),
        lambda: frame.write.save(str(tmp_path), format="DELTA", mode="overwrite", replaceWhere="x = 1"),
        lambda: frame.writeTo("dev.t").overwrite(F.col("x") == 1),
        lambda: frame.writeTo("dev.t").using("delta").createOrReplace(),
        lambda: frame.writeTo("dev.t").using("delta").replace(),
        lambda: frame.writeTo("dev.t").using("delta").create(),
    ):
        refused(write, "does not write tables")
    frame.write.format("parquet").save(str(tmp_path / "export"))
    assert rows(engine, f"select * from parquet.`{tmp_path}/export`") == [(1,)]


def test_replace_where_takes_rows_outside_of_its_predicate(engine: SailEngine) -> None:
    create(engine, "t", "select * from values (1, 'a'), (2, 'b') as t(x, p)", "partitioned by (p)")
    refused(lambda: engine.sql("insert into dev.t replace where p = 'a' select 3 as x, 'b' as p"), "REPLACE WHERE")
    checked = "select case when p = 'a' then x else raise_error('outside') end as x, p from "
    statement = f"insert into dev.t replace where p = 'a' {checked}"
    with pytest.raises(Exception, match="outside"):
        engine.sql(statement + "values (3, 'b') as n(x, p)")
    assert rows(engine, "select * from dev.t order by x") == [(1, "a"), (2, "b")]
    engine.sql(statement + "values (3, 'a') as n(x, p)")
    assert rows(engine, "select * from dev.t order by x") == [(2, "b"), (3, "a")]


def test_schema_merge(engine: SailEngine, tmp_path: Path) -> None:
    frame = engine.session.sql("select 1 as x, 2 as y")
    session = engine.session
    refused(lambda: frame.write.mode("append").option("mergeSchema", "true").saveAsTable("dev.t"), "not write tables")
    refused(lambda: frame.write.format("delta").mode("append").save(str(tmp_path)), "not write tables")
    refused(lambda: session.conf.set("spark.databricks.delta.schema.autoMerge.enabled", "true"), "schema merge")
    refused(
        lambda: engine.sql("create table dev.n using delta options ('mergeSchema' = true) as select 1"), "schema merge"
    )
    create(engine, "t", "select 1 as x")
    engine.sql(
        "merge with schema evolution into dev.t using (select 2 as x, 3 as y) as n on t.x = n.x "
        "when not matched then insert *"
    )
    assert rows(engine, "select x, y from dev.t order by x") == [(1, None), (2, 3)]


def test_integers_wrap_pinned(engine: SailEngine) -> None:
    assert one(engine, "sum(x)", "values (9223372036854775807L), (1L) as t(x)") == -(2**63)
    assert one(engine, "x + 1", "values (9223372036854775807L) as t(x)") == -(2**63)
    assert one(engine, "x + 1", "values (2147483647) as t(x)") == -(2**31)
    # What to write instead.
    assert one(engine, "try_sum(x)", "values (9223372036854775807L), (1L) as t(x)") is None
    assert one(engine, "sum(cast(x as decimal(38, 0)))", "values (9223372036854775807L), (1L) as t(x)") == 2**63


@pytest.mark.parametrize(
    "expression",
    [
        "to_timestamp(1700000000)",
        "to_timestamp( -1.5 )",
        "TO_TIMESTAMP(x)",
        "to_timestamp(`t`.`x`)",
        "try_to_timestamp(t.x)",
        "to_timestamp_ltz(x)",
        "to_timestamp_ntz(x)",
        "to_timestamp(unix_timestamp(x))",
        "to_timestamp(to_unix_timestamp(x) + 1)",
        "to_timestamp(unix_seconds(x))",
        "to_timestamp(cast(x as bigint))",
        "to_timestamp(cast(x as decimal(20, 6)))",
        "timestamp(x)",
        "bigint(current_timestamp())",
        "int(x)",
        "double(x)",
        "float (x)",
    ],
)
def test_numbers_and_timestamps_in_microseconds(engine: SailEngine, expression: str) -> None:
    refused(lambda: engine.sql(f"select {expression} from {NUMBER}"), "microseconds")
    refused(lambda: engine.session.sql(f"select {expression} from {NUMBER}"), "microseconds")
    refused(lambda: F.expr(expression), "microseconds")


def test_numbers_and_timestamps_in_data_frames(engine: SailEngine) -> None:
    refused(lambda: F.to_timestamp(F.col("x")), "microseconds")
    refused(lambda: F.to_timestamp("x"), "microseconds")
    refused(lambda: F.try_to_timestamp(F.col("x") + 1), "microseconds")
    refused(lambda: engine.session.sql(f"select * from {NUMBER}").selectExpr("to_timestamp(x) as y"), "microseconds")
    frame = engine.session.sql(f"select x, '2023-11-14' as s from {NUMBER}")
    row = frame.select(F.col("x").cast("timestamp").alias("a"), F.to_timestamp("s", "yyyy-MM-dd").alias("b")).toArrow()
    assert row.to_pylist() == [{"a": THEN, "b": datetime(2023, 11, 14, tzinfo=UTC)}]


def test_numbers_and_timestamps_the_right_way(engine: SailEngine) -> None:
    assert one(engine, "cast(x as timestamp)", NUMBER) == THEN
    assert one(engine, "x::timestamp", NUMBER) == THEN
    assert one(engine, "try_cast(x as timestamp)", NUMBER) == THEN
    assert one(engine, "to_timestamp('2023-11-14 22:13:20')", NUMBER) == THEN
    assert one(engine, "to_timestamp(concat('2023-11-14', 'T22:13:20'))", NUMBER) == THEN
    assert one(engine, "cast('2023-11-14T22:13:20Z' as timestamp)", NUMBER) == THEN
    assert one(engine, "cast(x as bigint)", TIME) == one(engine, "unix_timestamp(x)", TIME) == 1577836800
    assert one(engine, "cast(x as double)", TIME) == 1577836800.0


def test_numbers_and_timestamps_through_an_expression_pinned(engine: SailEngine) -> None:
    assert one(engine, "to_timestamp(x + 0)", NUMBER) == datetime(1970, 1, 1, 0, 28, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    "expression",
    ["weekday(x)", "extract(DOW from x)", "date_part('dow', x)", "datepart ( 'DOW', x)"],
)
def test_weekday_of_a_sunday(engine: SailEngine, expression: str) -> None:
    refused(lambda: engine.sql(f"select {expression} from (select date '2024-01-07' as x)"), "Use dayofweek")
    assert one(engine, "dayofweek(x)", "(select date '2024-01-07' as x)") == 1


def test_weekday_of_a_sunday_in_data_frames() -> None:
    refused(lambda: F.weekday("x"), "Use dayofweek")
    refused(lambda: F.expr("weekday(x)"), "Use dayofweek")


def test_timestamp_seconds_of_a_fraction(engine: SailEngine) -> None:
    refused(lambda: engine.sql("select timestamp_seconds(1.5)"), "drops the fraction")
    refused(lambda: F.timestamp_seconds("x"), "drops the fraction")
    assert one(engine, "cast(1.5 as timestamp)") == datetime(1970, 1, 1, 0, 0, 1, 500_000, tzinfo=UTC)


def test_decimal_result_types_pinned(engine: SailEngine) -> None:
    def result(expression: str) -> tuple[str, Any]:
        table = engine.sql(f"select {expression} as x")
        return str(table.schema.field("x").type), table.to_pylist()[0]["x"]

    # On Spark: decimal(23, 13), and decimal(38, 6).
    assert result("cast(1 as decimal(10, 2)) / cast(3 as decimal(10, 2))") == ("decimal128(16, 6)", Decimal("0.333333"))
    assert result("cast(1 as decimal(38, 10)) * cast(1 as decimal(38, 10))")[0] == "decimal128(38, 20)"
    # As on Spark.
    assert result("cast(2 as decimal(10, 2)) * cast(3 as decimal(10, 2))") == ("decimal128(21, 4)", Decimal("6.0000"))


def test_files_that_do_not_exist(engine: SailEngine, tmp_path: Path) -> None:
    read, missing = engine.session.read, str(tmp_path / "missing (1)")
    for call in (
        lambda: engine.sql(f"select * from parquet.`{missing}`"),
        lambda: engine.sql(f"select * from x join JSON . `{missing}/*.json` using (y)"),
        lambda: read.parquet(missing),
        lambda: read.json([missing]),
        lambda: read.text(missing),
        lambda: read.format("parquet").load(f"file://{missing}"),
        lambda: engine.session.read.format("parquet").option("path", missing).load(),
    ):
        refused(call, re.escape(f"There is no file {missing}"))
    refused(lambda: engine.sql(f"create temporary view v using parquet options (path '{missing}')"), "Delta tables")
    engine.session.sql("select 1 as x").write.parquet(missing)
    assert rows(engine, f"select * from parquet.`{missing}`") == rows(engine, f"select * from parquet.`{missing}/*`")
    assert engine.session.read.parquet(missing).count() == 1


def test_csv_by_position(engine: SailEngine, tmp_path: Path) -> None:
    read = engine.session.read
    for call in (
        lambda: engine.sql(f"select * from csv.`{tmp_path}`"),
        lambda: engine.sql(f"select * from x join csv.`{tmp_path}`"),
        lambda: engine.sql(f"create temporary view v using CSV options (path '{tmp_path}')"),
        lambda: read.csv(str(tmp_path)),
        lambda: read.load(str(tmp_path), format="csv"),
        lambda: read.format("CSV").load(str(tmp_path)),
    ):
        refused(call, "Sail reads CSV by position")


def test_drop_in_a_python_model(engine: SailEngine) -> None:
    create(engine, "t", "select 1 as x")
    for statement in ("/* c */ drop table dev.t", "Drop schema dev", "create or replace view dev.v as select 1 as x"):
        refused(lambda statement=statement: engine.session.sql(statement), "cannot drop tables or create views")
    assert rows(engine, "select * from dev.t") == [(1,)]
    engine.session.sql("create or replace temporary view z as select 1 as x")


@pytest.mark.parametrize(
    "statement",
    [
        "select 'weekday(x)', \"insert overwrite\", `weekday (` from t -- timestamp_seconds(1.5)",
        "select 1 /* insert overwrite, parquet.`/nowhere` */ as x, 'parquet.`/nowhere`' as y",
        "select 'it\\'s', 'weekday(' from t",
        "select to_timestamp(x, 'yyyy'), dayofweek(d), print(x), point(x), unix_timestamp (x) from t",
        "select cast(x as int), x::bigint, cast(y as timestamp) from t where x in (1) and interval(x)",
        "select * from t where format = 'csv' and kind = 'parquet'",
        "create table dev.t (x int, y timestamp) using delta",
        "create or replace table dev.t using delta options ('overwriteSchema' = 'true') as select 1",
        "insert into t replace where p = 1 select case when p = 1 then x else raise_error('no') end as x from s",
        "update t set note = 'mergeSchema and so on'",
    ],
)
def test_right_statements_are_not_refused(statement: str) -> None:
    check_statement(statement)


def chained(operator: str, levels: int) -> str:
    return f"select 1 as x from values (1) as t(x) where {operator.join(['x = 1'] * (levels + 1))}"


NESTED: dict[str, Callable[[int], str]] = {
    "brackets": lambda n: f"select {'(' * n}1{')' * n} as x",
    "subqueries": lambda n: f"{'select * from (' * n}select 1 as x{')' * n}",
    "cases": lambda n: f"select {'case when x = 2 then 2 else ' * n}x{' end' * n} as x from values (1) as t(x)",
    "ands": lambda n: chained(" and ", n),
    "sums": lambda n: f"select {' + '.join(['x'] * (n + 1))} - {n} as x from values (1) as t(x)",
    "unions": lambda n: f"select distinct x from ({' union all '.join(['select 1 as x'] * n)})",
    "joins": lambda n: f"select t.x from values (1) as t(x) {'join values (1) as u(x) on u.x = t.x ' * n}limit 1",
}


@pytest.mark.parametrize("kind", sorted(NESTED.keys() - {"joins"}))
def test_what_is_nested_as_deep_as_it_may_be_runs(engine: SailEngine, kind: str) -> None:
    statement = NESTED[kind](MAX_NESTING - 4)
    assert MAX_NESTING - 4 <= nesting(statement) <= MAX_NESTING
    assert rows(engine, statement) == [(1,)]


@pytest.mark.parametrize("kind", NESTED)
def test_what_is_nested_deeper_is_refused_before_the_engine_sees_it(engine: SailEngine, kind: str) -> None:
    refused(lambda: engine.sql(NESTED[kind](MAX_NESTING + 1)), f"levels deep, and Sail may crash above {MAX_NESTING}")
    refused(lambda: engine.session.sql(NESTED[kind](MAX_NESTING + 1)), "levels deep")


def test_long_lists_are_not_nested() -> None:
    for statement in (
        f"select * from t where x in ({', '.join(['1'] * 5000)})",
        f"select * from values {', '.join(['(1 + 1, 2 - 1)'] * 5000)} as t(x, y)",
        f"select {', '.join(['sum(a) + sum(b)'] * 5000)} from t",
        f"select case {'when a = 1 and b = 2 then a + b ' * 500}else 0 end from t",
        f"with {', '.join(f'c{n} as (select a + 1 as a from c{n - 1} where a and b)' for n in range(500))} select * from c",
        f"select '{'(' * 5000}' as x -- {'(' * 5000}",
    ):
        check_statement(statement)
