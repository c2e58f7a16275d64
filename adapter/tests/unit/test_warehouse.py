"""The folder of a warehouse: its lock, its tables, and its views."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from dbt.adapters.spark_connect.warehouse import Warehouse
from dbt_common.exceptions import DbtRuntimeError
from deltalake import DeltaTable, write_deltalake

HOLDER = """
import sys
from dbt.adapters.spark_connect.warehouse import Warehouse
Warehouse(sys.argv[1]).lock()
print("locked", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(str(tmp_path))


def write(warehouse: Warehouse, name: str, partition: str | None = None, **columns: list[object]) -> Path:
    path = warehouse.path("dev", name)
    write_deltalake(path, pa.table(columns), mode="append", partition_by=partition)
    return path


def test_one_process_has_the_warehouse_until_it_ends(warehouse: Warehouse, tmp_path: Path) -> None:
    (tmp_path / ".lock").write_text("what an earlier process has left" * 20)
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout and holder.stdout.readline() == "locked\n"
        for _ in range(2):
            with pytest.raises(DbtRuntimeError) as error:
                warehouse.lock()
            assert f"The warehouse {tmp_path} is in use by process {holder.pid} on " in error.value.msg
            assert f"(`-c {tmp_path}`, since " in error.value.msg
            assert "earlier" not in error.value.msg
        os.kill(holder.pid, signal.SIGKILL)
    warehouse.lock()
    warehouse.unlock()
    warehouse.unlock()
    warehouse.lock()


CRASHING = """
import os, signal, sys
from dbt.adapters.spark_connect.warehouse import Warehouse
warehouse = Warehouse(sys.argv[1])
warehouse.lock()
with warehouse.working_on("model.shop.done"):
    pass
with warehouse.working_on("model.shop.odd"):
    os.kill(os.getpid(), signal.SIGSEGV if sys.argv[2] == "crash" else signal.SIG_DFL)
    warehouse.unlock()
"""


def test_what_a_process_worked_on_when_it_crashed_is_told_once(warehouse: Warehouse, tmp_path: Path) -> None:
    for ending, code in (("unlock", 0), ("crash", -signal.SIGSEGV)):
        process = subprocess.run([sys.executable, "-c", CRASHING, str(tmp_path), ending])
        assert process.returncode == code
        warehouse.lock()
        said = warehouse.interrupted
        warehouse.unlock()
        assert (said is None) == (ending == "unlock")
    assert said and f"(`-c {tmp_path} crash`, since " in said
    assert "or the engine crashed, while it worked on model.shop.odd." in said
    warehouse.lock()
    assert warehouse.interrupted is None


def test_a_folder_that_cannot_be_made_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DbtRuntimeError, match="file/warehouse cannot be opened: "):
        Warehouse(str(tmp_path / "file" / "warehouse")).lock()


@pytest.mark.parametrize("name", ["my data", "é", "a%41", "a#b", "a'b", "[1]", "a?b"])
def test_a_path_that_the_engine_would_change_is_an_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(DbtRuntimeError, match="the engine would write to another folder, because of these characters"):
        Warehouse(str(tmp_path / name)).lock()
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize(("schema", "table"), [("_staged", None), ("dev", "a-b"), ("dév", "a"), ("dev", "a/../../b")])
def test_names_that_no_folder_can_have(warehouse: Warehouse, schema: str, table: str | None) -> None:
    with pytest.raises(DbtRuntimeError, match="cannot be a schema"):
        warehouse.path(schema, table)


def test_names_are_folders_in_lower_case(warehouse: Warehouse, tmp_path: Path) -> None:
    assert warehouse.path("Dev") == tmp_path / "dev"
    assert warehouse.path("Dev", "Orders") == tmp_path / "dev" / "orders"


def test_tables_and_schemas_are_what_lies_in_the_folder(warehouse: Warehouse, tmp_path: Path) -> None:
    write(warehouse, "b", x=[1])
    write(warehouse, "a", x=[1])
    for name in ("dev/c/_delta_log", "gold", "_staged/x/_delta_log", ".hidden"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "_staged/x/_delta_log/00000000000000000000.json").touch()
    (tmp_path / "file").touch()
    assert list(warehouse.tables()) == [("dev", "a"), ("dev", "b")]
    assert warehouse.schemas() == ["dev", "gold"]


def test_folders_that_are_none_of_the_adapter_s_are_left_alone(warehouse: Warehouse, tmp_path: Path) -> None:
    path = write(warehouse, "a", x=[1])
    shutil.copytree(path, tmp_path / "dev-backup" / "a")
    shutil.copytree(path, tmp_path / "dev" / "a.old")
    (tmp_path / "lost+found").mkdir()
    assert warehouse.schemas() == ["dev"]
    assert list(warehouse.tables()) == [("dev", "a")]


def test_state_is_that_of_the_newest_version(warehouse: Warehouse) -> None:
    assert warehouse.state("dev", "t") is None
    path = write(warehouse, "t", x=[1])
    DeltaTable(str(path)).alter.set_table_properties({"dbt.note": "n"}, raise_if_not_exists=False)
    first = warehouse.state("dev", "t")
    write(warehouse, "t", x=[2])
    state = warehouse.state("DEV", "T")
    assert first and state and (first.version, first.data_version, state.data_version) == (1, 0, 2)
    assert state and (state.version, state.properties, state.bytes > 0) == (2, {"dbt.note": "n"}, True)
    assert state.bytes == sum(file.stat().st_size for file in path.glob("*.parquet"))
    write(warehouse, "t", x=[2])
    DeltaTable(str(path)).optimize.compact()
    joined = warehouse.state("dev", "t")
    assert joined and (joined.version, joined.data_version) == (4, 3)
    warehouse.drop_table("dev", "t")
    write(warehouse, "t", x=[3])
    anew = warehouse.state("dev", "t")
    assert first and anew and (first.id == state.id) and (first.id != anew.id)


def test_a_lost_data_file_is_an_error_that_names_it(warehouse: Warehouse) -> None:
    path = write(warehouse, "t", "p", p=["Home & Kitchen", "a=b/c", "100%", "é"], x=[1, 2, 3, 4])
    assert warehouse.state("dev", "t")
    lost = next(path.glob("*/*.parquet"))
    lost.unlink()
    with pytest.raises(DbtRuntimeError, match=f"The table dev.t at {path} has lost its data file {lost.name}"):
        warehouse.state("dev", "t")


def test_a_broken_log_is_an_error_that_names_the_table(warehouse: Warehouse) -> None:
    path = write(warehouse, "t", x=[1])
    (path / "_delta_log" / "00000000000000000000.json").write_text("{")
    with pytest.raises(DbtRuntimeError, match=f"The table dev.t at {path} cannot be read: "):
        warehouse.state("dev", "t")


def test_new_columns_are_null_in_old_rows(warehouse: Warehouse) -> None:
    path = write(warehouse, "t", x=[1])
    fields = [
        {"name": "n", "type": "decimal(12,2)", "nullable": True, "metadata": {}},
        {"name": "a", "type": {"type": "array", "elementType": "long", "containsNull": True}, "nullable": True},
    ]
    warehouse.add_columns("dev", "t", [field | {"metadata": {}} for field in fields])
    assert DeltaTable(str(path)).to_pyarrow_table().to_pylist() == [{"x": 1, "n": None, "a": None}]
    with pytest.raises(DbtRuntimeError, match=f"The table dev.t at {path} takes no new columns: "):
        warehouse.add_columns("dev", "t", [{"name": "x", "type": "string", "nullable": True, "metadata": {}}])


def test_views_are_kept_and_dropped(warehouse: Warehouse, tmp_path: Path) -> None:
    assert warehouse.views() == {}
    warehouse.keep_view("Dev", "V", "create view dev.v as select 'é'")
    warehouse.keep_view("dev", "v", "create view dev.v as select 2")
    warehouse.keep_view("gold", "v", "create view gold.v as select 3")
    (tmp_path / "_views" / "dev.w.partial").write_text("{")
    assert Warehouse(str(tmp_path)).views() == {
        ("dev", "v"): "create view dev.v as select 2",
        ("gold", "v"): "create view gold.v as select 3",
    }
    assert warehouse.view("GOLD", "V") == "create view gold.v as select 3"
    warehouse.drop_view("dev", "v")
    warehouse.drop_view("dev", "v")
    assert warehouse.view("dev", "v") is None
    assert list(warehouse.views()) == [("gold", "v")]


def test_a_view_that_another_thread_drops_while_they_are_listed(warehouse: Warehouse, tmp_path: Path) -> None:
    warehouse.keep_view("gold", "v", "create view gold.v as select 1")
    # Seen in the folder, and gone when it is read.
    (tmp_path / "_views" / "silver.dropped.json").symlink_to(tmp_path / "gone")
    assert warehouse.views() == {("gold", "v"): "create view gold.v as select 1"}


def test_dropping_a_table_or_a_schema_removes_their_files(warehouse: Warehouse) -> None:
    a, b = write(warehouse, "a", x=[1]), write(warehouse, "b", x=[1])
    warehouse.keep_view("dev", "v", "create view dev.v as select 1")
    warehouse.keep_view("other", "v", "create view other.v as select 1")
    warehouse.drop_table("dev", "a")
    warehouse.drop_table("dev", "never_there")
    assert (a.exists(), b.exists()) == (False, True)
    warehouse.drop_schema("dev")
    assert not b.exists()
    assert list(warehouse.views()) == [("other", "v")]
