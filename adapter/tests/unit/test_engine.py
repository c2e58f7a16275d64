"""The embedded engine: what a new process finds again, and what it follows in the warehouse."""

import shutil
import time
from pathlib import Path

import pytest
from dbt.adapters.spark_connect.credentials import SparkConnectCredentials
from dbt.adapters.spark_connect.engines.registry import close_engines, get_engine
from dbt_common.exceptions import DbtRuntimeError
from lab import Start, create, rows
from pyspark.sql import functions as F
from pyspark.sql.connect.client.reattach import ExecutePlanResponseReattachableIterator


def test_tables_and_views_are_found_again(start: Start) -> None:
    engine = start()
    create(engine, "t", "select 1 as x")
    # Their names are in the reverse order of what they need.
    engine.sql("create or replace view dev.c as select * from dev.t")
    engine.sql("/* a comment */ CREATE OR REPLACE VIEW `dev`.`b` AS select x + 1 as x from dev.c")
    engine.sql("create view if not exists dev.a as select b.x, c.x as y from dev.b cross join dev.c")
    engine.sql("create or replace temporary view z as select 1")
    engine.sql("insert into dev.t select 5 as x")
    engine = start()
    assert sorted(rows(engine, "select * from dev.a")) == [(2, 1), (2, 5), (6, 1), (6, 5)]
    assert [name for _, name in engine.warehouse.views()] == ["a", "b", "c"]


def test_a_table_of_a_hook_is_found_again(start: Start) -> None:
    engine = start()
    engine.sql("create table dev.of_hook (x int)")
    engine.sql("insert into dev.of_hook values (1)")
    engine.sql("create table dev.of_query as select 2 as x")
    engine = start()
    assert sorted(rows(engine, "select * from dev.of_hook union all select * from dev.of_query")) == [(1,), (2,)]


def test_a_view_without_its_table_does_not_stop_the_others(start: Start) -> None:
    engine = start()
    create(engine, "gone", "select 1 as x")
    create(engine, "kept", "select 2 as x")
    engine.sql("create or replace view dev.of_gone as select * from dev.gone")
    engine.sql("create or replace view dev.of_kept as select * from dev.kept")
    shutil.rmtree(engine.warehouse.path("dev", "gone"))
    engine = start()
    assert rows(engine, "select * from dev.of_kept") == [(2,)]
    with pytest.raises(Exception, match="of_gone"):
        engine.sql("select * from dev.of_gone")


def test_a_broken_table_stops_what_names_it_and_nothing_else(start: Start) -> None:
    engine = start()
    create(engine, "broken", "select 1 as x")
    create(engine, "whole", "select 2 as x")
    for file in engine.warehouse.path("dev", "broken").glob("*.parquet"):
        file.unlink()
    engine = start()
    assert rows(engine, "select * from dev.whole") == [(2,)]
    for statement in (
        "select count(*) from dev.broken",
        "select * from `DEV`.`Broken`",
        "insert into dev.broken select 3 as x",
        "create or replace table dev.broken using delta options ('overwriteSchema' = 'true') as select 3 as x",
    ):
        with pytest.raises(DbtRuntimeError, match=r"dev\.broken at .* has lost its data file .* Restore it, or remove"):
            engine.sql(statement)
    engine.sql("drop table if exists dev.broken")
    create(engine, "broken", "select 3 as x")
    assert rows(engine, "select * from dev.broken") == [(3,)]


def test_a_failed_write_leaves_the_table_as_it_was(start: Start) -> None:
    engine = start()
    create(engine, "t", "select 1 as x, 2 as y")
    for query in (
        "select cast(raise_error('no') as int) as x",
        "select cast(raise_error('no') as string) as z",
        "select nothing",
    ):
        with pytest.raises(Exception, match="no"):
            create(engine, "t", query)
        assert rows(engine, "select * from dev.t") == [(1, 2)]
        assert engine.session.sql("select * from dev.t").columns == ["x", "y"]
    with pytest.raises(Exception, match="no"):
        create(engine, "never", "select cast(raise_error('no') as int) as x")
    with pytest.raises(Exception, match=r"never|NOT_FOUND"):
        engine.sql("select * from dev.never")
    assert "never" not in [name for _, name in start().warehouse.tables()]
    create(engine := start(), "never", "select 1 as x")
    assert rows(engine, "select * from dev.never") == [(1,)]


def test_drop_removes_files(start: Start) -> None:
    engine = start()
    create(engine, "t", "select 1 as x")
    engine.sql("create or replace view dev.v as select 1 as x")
    engine.sql("-- a comment\ndrop table if exists dev.t")
    engine.sql("drop view if exists `dev`.`v`")
    assert not engine.warehouse.path("dev", "t").exists()
    assert ("dev", "v") not in engine.warehouse.views()
    engine.sql(f"create schema other location '{engine.warehouse.path('other')}'")
    engine.sql("create view other.v as select 1 as x")
    engine.sql("drop schema if exists other cascade")
    assert "other" not in engine.warehouse.schemas()
    assert ("other", "v") not in engine.warehouse.views()


def test_new_columns_are_seen_at_once(start: Start) -> None:
    engine = start()
    create(engine, "t", "select 1 as x")
    engine.warehouse.add_columns("dev", "t", [{"name": "y", "type": "string", "nullable": True, "metadata": {}}])
    engine.register("dev", "t")
    engine.sql("insert into dev.t by name select 2 as x, 'new' as y")
    assert rows(engine, "select * from dev.t order by x") == [(1, None), (2, "new")]
    assert rows(start(), "select * from dev.t order by x") == [(1, None), (2, "new")]


def test_the_session_is_in_utc(start: Start) -> None:
    assert rows(start(), "select current_timezone()") == [("UTC",)]


def test_a_session_that_was_silent_is_not_forgotten(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAIL_SPARK__SESSION_TIMEOUT_SECS", "1")
    engine = start()
    create(engine, "t", "select 1 as x")
    time.sleep(2.5)
    assert rows(engine, "select * from dev.t") == [(1,)]


def test_a_stopped_session_does_nothing_when_it_is_collected(start: Start) -> None:
    stopped = start().session
    engine = start()
    assert rows(engine, "select 1") == [(1,)]
    threads = ExecutePlanResponseReattachableIterator._release_thread_pool_instance
    assert threads is not None
    stopped.__del__()
    assert ExecutePlanResponseReattachableIterator._release_thread_pool_instance is threads


def test_count_of_a_table_with_a_lost_data_file(start: Start) -> None:
    engine = start()
    create(engine, "lost", "select 1 as x")
    next(engine.warehouse.path("dev", "lost").glob("*.parquet")).unlink()
    assert rows(engine, "select count(*) from dev.lost") == [(1,)]  # from the statistics of the log
    with pytest.raises(DbtRuntimeError, match="has lost its data file"):
        start().sql("select count(*) from dev.lost")


def test_an_engine_that_does_not_start_leaves_nothing_behind(tmp_path: Path) -> None:
    close_engines()
    config = {"spark.sql.sources.partitionOverwriteMode": "dynamic"}
    for _ in range(2):
        with pytest.raises(DbtRuntimeError, match="overwrites the whole table"):
            get_engine(SparkConnectCredentials(schema="dev", warehouse=str(tmp_path), config=config))
    engine = get_engine(SparkConnectCredentials(schema="dev", warehouse=str(tmp_path), config={}))
    assert engine.session.sql("select 1 as x").select(F.col("x") + 1).toArrow().to_pylist() == [{"(x + 1)": 2}]
    assert get_engine(SparkConnectCredentials(schema="other", warehouse=f"{tmp_path}/.")) is engine
