"""Publications: readers see all reporting tables of one publication, and only what passed every test."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pandas as pd
import pytest
from dbt.adapters.spark_connect import publications
from dbt.adapters.spark_connect.warehouse import Warehouse
from deliveries import FILES
from deltalake import DeltaTable
from shop import Shop, assert_same
from tampering import too_high_a_rate

pytestmark = pytest.mark.slow

DAY = {
    "sessions/more.csv": ["102,1,2025-02-03T10:00:00,mobile,organic,US"],
    "events/more.csv": ["9,102,2025-02-03T10:00:00,page_view,10,,,,,"],
}
ORDER = {
    "orders/more.csv": ["501,1,2025-02-04T10:06:00,card,0,20.00,20.00,US,mobile,organic"],
    "order_items/more.csv": ["501,10,20.00,1,20.00"],
}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    shop = Shop(tmp_path_factory.mktemp("published"))
    shop.deliver(FILES)
    shop.succeed("build", "--exclude-resource-type", "unit_test")
    return shop


@pytest.fixture
def shop(published: Shop, tmp_path: Path) -> Shop:
    return published.copy(tmp_path / "shop")


def history(shop: Shop) -> list[dict[str, Any]]:
    return publications.history(Warehouse(str(shop.warehouse)), "reporting")


def shown(shop: Shop) -> dict[str, pd.DataFrame]:
    """What readers see of the reporting tables."""
    return {name: rows for name, rows in shop.tables("reporting").items() if name != "reporting.publications"}


def candidates(shop: Shop) -> dict[str, pd.DataFrame]:
    return {name.replace("candidate", "reporting"): rows for name, rows in shop.tables("candidate").items()}


def operation(shop: Shop, name: str, **arguments: object) -> bool:
    return bool(shop.dbt("run-operation", name, "--args", json.dumps(arguments)).success)


def test_a_build_whose_tests_pass_is_published_with_what_it_rests_on(published: Shop) -> None:
    assert_same(candidates(published), shown(published))
    (row,) = history(published)
    assert (row["publication_id"], row["content_id"], row["reason"]) == (1, 1, None)
    assert row["published_by"] and row["invocation_id"] and row["published_at"]
    assert len(row["tests"]) > 150 and set(row["tests"].values()) <= {"pass", "warn"}
    assert {name.split(".")[0] for name in row["tables"]} == {"model", "snapshot", "seed"}
    assert "model.lakehouse.stg_events" in row["tables"]
    for table in shown(published):
        path = published.path(table)
        with duckdb.connect() as connection:
            connection.register("delta", DeltaTable(str(path)).to_pyarrow_dataset())
            assert len(connection.sql("from delta")) == len(DeltaTable(str(path)).to_pandas())


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(("build", "--select", "rpt_product_performance"), marks=pytest.mark.nightly),
        ("run",),
        pytest.param(("test",), marks=pytest.mark.nightly),
        pytest.param(("seed",), marks=pytest.mark.nightly),
    ],
)
def test_no_command_publishes_what_a_test_refused(shop: Shop, tmp_path: Path, command: tuple[str, ...]) -> None:
    before = shown(shop)
    shop.deliver(DAY)
    shop.build()
    too_high_a_rate(shop)
    shop.dbt("test", "--select", "product_funnel")
    shop.dbt(*command)
    assert_same(before, shown(shop))
    assert len(history(shop)) == 1


@pytest.mark.nightly
def test_what_was_run_without_tests_is_published_by_the_tests(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    before = shown(shop)
    shop.deliver(DAY)
    shop.succeed("run")
    capsys.readouterr()
    assert not operation(shop, "publish")
    assert "Not published. Not run on these tables: " in capsys.readouterr().out
    assert_same(before, shown(shop))
    shop.succeed("test", "--exclude-resource-type", "unit_test")
    assert_same(candidates(shop), shown(shop))
    assert len(shown(shop)["reporting.rpt_executive_sales"]) > len(before["reporting.rpt_executive_sales"])


@pytest.mark.nightly
def test_tables_of_different_days_are_not_published_together(shop: Shop) -> None:
    before = shown(shop)
    shop.deliver(DAY)
    shop.succeed("build", "--exclude", "test_type:unit", "rpt_site_funnel")
    # Every test that there is passed, but the funnel is still that of the day before.
    shop.dbt("test", "--exclude-resource-type", "unit_test")
    assert_same(before, shown(shop))
    shop.succeed("build", "--exclude-resource-type", "unit_test")
    assert_same(candidates(shop), shown(shop))


@pytest.mark.nightly
def test_a_table_without_rows_by_the_flag_empty_is_not_published(shop: Shop) -> None:
    before = shown(shop)
    shop.dbt("build", "--exclude", "test_type:unit", "--select", "daily_sales+", "--empty")
    assert_same(before, shown(shop))
    shop.succeed("build", "--exclude-resource-type", "unit_test")
    assert_same(before, shown(shop))


def test_a_gate_is_opened_once_with_a_name_and_a_reason(shop: Shop) -> None:
    before = shown(shop)
    too_high_a_rate(shop)
    assert not shop.dbt("build", "--exclude", "test_type:unit").success
    shop.succeed("run", "--select", "rpt_product_performance")
    assert not operation(shop, "publish")
    assert not operation(shop, "publish", reason="the board meets")
    assert not operation(shop, "publish", by="Jo Smith", reason=" ")
    assert_same(before, shown(shop))

    shop.deliver(DAY)
    shop.dbt("run")
    assert operation(shop, "publish", by="Jo Smith", reason="the board meets")
    assert_same(candidates(shop), shown(shop))
    last = history(shop)[-1]
    assert (last["published_by"], last["reason"]) == ("Jo Smith", "the board meets")
    assert last["tests"]["product_funnel__rates_from_0_to_100"] in ("fail", "not run")

    # The next one has to pass again.
    forced = shown(shop)
    shop.deliver(ORDER)
    shop.dbt("run")
    assert_same(forced, shown(shop))
    shop.succeed("build", "--exclude-resource-type", "unit_test", "--full-refresh")
    assert history(shop)[-1]["reason"] is None
    assert_same(candidates(shop), shown(shop))


def test_a_rollback_shows_the_rows_of_before_until_something_new_passes(shop: Shop) -> None:
    before = shown(shop)
    assert not operation(shop, "roll_back", by="Jo", reason="nothing before it")
    shop.deliver(DAY)
    shop.succeed("build", "--exclude-resource-type", "unit_test")
    assert operation(shop, "roll_back", by="Jo", reason="wrong day")
    assert_same(before, shown(shop))
    assert not operation(shop, "roll_back", by="Jo", reason="no such one", publication=99)

    shop.succeed("build", "--exclude-resource-type", "unit_test")
    assert_same(before, shown(shop))
    assert [(row["publication_id"], row["content_id"]) for row in history(shop)] == [(1, 1), (2, 2), (3, 1)]
    assert history(shop)[-1]["reason"] == "Rolled back to publication 1: wrong day"

    shop.deliver(ORDER)
    shop.succeed("build", "--exclude-resource-type", "unit_test")
    assert_same(candidates(shop), shown(shop))
    assert operation(shop, "roll_back", by="Jo", reason="by number", publication=2)
    assert len(shown(shop)["reporting.rpt_executive_sales"]) == len(before["reporting.rpt_executive_sales"]) + 3


@pytest.mark.parametrize(
    "step",
    [
        pytest.param("create_table_with_add_actions", marks=pytest.mark.nightly),
        pytest.param("write_deltalake", marks=pytest.mark.nightly),
        pytest.param("os", marks=pytest.mark.nightly),
    ],
)
def test_a_publication_that_is_killed_shows_nothing_of_it(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    before = shown(shop)
    shop.deliver(DAY)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        # Of `os` only the rename that is the switch, not that of the whole process.
        stand_in = SimpleNamespace(link=os.link, replace=killed) if step == "os" else killed
        patch.setattr(publications, step, stand_in)
        shop.dbt("build", "--exclude-resource-type", "unit_test")
    assert_same(before, shown(shop))
    assert len(history(shop)) == 1
    shop.succeed("build", "--exclude-resource-type", "unit_test")
    assert_same(candidates(shop), shown(shop))
    assert len(history(shop)) == 2


def test_the_publications_are_listed_and_compared(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    shop.deliver(DAY)
    shop.dbt("run")
    capsys.readouterr()
    assert operation(shop, "publications")
    said = capsys.readouterr().out
    assert f"{len(history(shop)[0]['tests'])} of " in said
    lines = {line.split()[-5]: line.split()[-4:] for line in said.splitlines() if " rpt_" in f" {line}"}
    assert lines["rpt_executive_sales"] == ["1", "4", "3", "0"]
    assert "Not run on these tables: " in said


# Of the folder alone ----------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Warehouse]:
    """A warehouse in which a table of one number was published several times."""
    import pyarrow as pa
    from deltalake import write_deltalake

    warehouse = Warehouse(str(tmp_path / "warehouse"))

    def publish(*numbers: int, kept: int = 10) -> Warehouse:
        for number in numbers:
            source = warehouse.path("candidate", "t")
            write_deltalake(source, pa.table({"n": [number]}), mode="overwrite")
            record = {"published_by": "Jo", "reason": None, "invocation_id": "1", "tables": {}, "tests": {}}
            publications.publish(warehouse, "reporting", {"t": source}, record, kept)
        return warehouse

    return publish


def number(path: Path) -> list[int]:
    return [int(value) for value in DeltaTable(str(path)).to_pandas()["n"]]


def test_old_publications_go_and_a_reader_keeps_the_one_it_began_with(folder: Callable[..., Warehouse]) -> None:
    warehouse = folder(1)
    begun = Path(os.path.realpath(warehouse.path("reporting")))
    folder(2, 3, kept=2)
    assert number(warehouse.path("reporting", "t")) == [3]
    assert not begun.exists()
    begun = Path(os.path.realpath(warehouse.path("reporting")))
    folder(4, kept=2)
    assert (number(begun / "t"), number(warehouse.path("reporting", "t"))) == ([3], [4])
    assert [row["publication_id"] for row in publications.history(warehouse, "reporting")] == [1, 2, 3, 4]


def test_rows_that_a_rollback_shows_are_kept(folder: Callable[..., Warehouse]) -> None:
    warehouse = folder(1, 2)
    record = {"published_by": "Jo", "reason": "back", "invocation_id": "1", "tables": {}, "tests": {}}
    publications.republish(warehouse, "reporting", 1, record, kept=1)
    assert number(warehouse.path("reporting", "t")) == [1]
    folder(3, kept=1)
    publications_left = {path.name for path in (warehouse.root / "_publications" / "reporting").iterdir()}
    assert publications_left == {"4"}


def test_a_folder_of_tables_from_before_there_were_publications_is_kept(folder: Callable[..., Warehouse]) -> None:
    import pyarrow as pa
    from deltalake import write_deltalake

    warehouse = folder()
    write_deltalake(warehouse.path("reporting", "t"), pa.table({"n": [0]}))
    folder(1)
    assert number(warehouse.path("reporting", "t")) == [1]
    assert number(warehouse.root / "_publications" / "reporting" / "0" / "t") == [0]
