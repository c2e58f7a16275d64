"""A full refresh that did not come to its end, and columns that silver gets: what the next run does, and says."""

import re
from pathlib import Path

import pyarrow as pa
import pytest
from dbt.adapters.spark_connect.engines.folder import FolderEngine
from dbt.adapters.spark_connect.warehouse import Warehouse
from deliveries import FILES
from deltalake import DeltaTable, write_deltalake
from shop import LAYERS, Shop, assert_same

pytestmark = pytest.mark.slow

# By this rule all of January goes to the quarantine.
RULE = ("--vars", '{earliest_date: "2025-02-01"}')
BUILD = ("build", "--exclude", "resource_type:test", "resource_type:unit_test", *RULE)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    shop = Shop(tmp_path_factory.mktemp("built"))
    shop.deliver(FILES | {"orders/2.csv": ["501,1,2025-02-04T10:06:00,card,0,20.00,20.00,US,mobile,organic"]})
    shop.build()
    return shop


def test_a_plain_build_goes_on_with_a_full_refresh_that_failed(
    built: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refreshed = built.copy(tmp_path / "refreshed")
    refreshed.succeed(*BUILD, "--full-refresh")
    assert list(refreshed.table("silver.int_orders")["order_id"]) == ["501"]

    shop = built.copy(tmp_path / "shop")
    plain = FolderEngine.sql

    def failing(engine: FolderEngine, statement: str) -> pa.Table:
        if re.search(r"\breplace table\W+\w+\W+int_orders\b", statement):
            raise RuntimeError("the machine is gone")
        return plain(engine, statement)

    with monkeypatch.context() as patch:
        patch.setattr(FolderEngine, "sql", failing)
        assert not shop.dbt(*BUILD, "--full-refresh").success
    assert len(shop.table("silver.int_orders")) == 2
    assert len(shop.table("silver.int_events")) == 0
    shop.succeed(*BUILD)
    assert_same(refreshed.tables(*LAYERS), shop.tables(*LAYERS))
    log = Warehouse(str(shop.warehouse)).run_log("lakehouse")
    assert [event["waiting"] for event in log if event["event"] == "full_refresh"][-1] == []


def test_a_new_column_of_silver_says_what_to_do(
    built: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = built.copy(tmp_path / "shop")
    path = str(shop.path("silver.int_customers"))
    write_deltalake(
        path, DeltaTable(path).to_pyarrow_table().drop_columns(["age"]), mode="overwrite", schema_mode="overwrite"
    )
    shop.deliver({"customers/2.csv": ["3,Eve,,FR,33,2024-03-01,"]})
    capsys.readouterr()
    shop.succeed("--no-quiet", "run", "--select", "+int_customers")
    said = capsys.readouterr().out
    assert (
        "silver.int_customers has new columns, which are null in rows that were built before: age. "
        "`dbt build --full-refresh --select int_customers+` fills them."
    ) in said
    ages = dict(shop.table("silver.int_customers")[["customer_id", "age"]].astype(str).values)
    assert ages["1"] in ("nan", "<NA>", "None") and float(ages["3"]) == 33
    shop.succeed("--no-quiet", "run", "--full-refresh", "--select", "int_customers+")
    assert "new columns" not in capsys.readouterr().out
    assert set(shop.table("silver.int_customers")["age"].dropna()) == {30, 33}
