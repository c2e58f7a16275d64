"""What a run promises: it writes only what is new, can be taken back, and does not meet another run."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from dbt.adapters.spark_connect import maintenance
from dbt.adapters.spark_connect.credentials import SparkConnectCredentials
from dbt.adapters.spark_connect.engines.registry import close_engines, get_engine
from dbt.adapters.spark_connect.warehouse import Warehouse
from deliveries import FILES
from deltalake import DeltaTable
from processes import start
from shop import LAYERS, Shop, as_text, assert_same
from tampering import rewrite

pytestmark = pytest.mark.slow


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system of 64 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", folder], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip(f"only root may mount a small file system: {mounted.stderr.decode().strip()}")
    yield folder
    close_engines()
    subprocess.run(["umount", folder], check=True)


def test_a_run_without_new_files_changes_no_table(finished: Shop) -> None:
    before = finished.versions()
    assert len(before) > 30
    finished.build()
    assert finished.versions() == before


def test_what_was_looked_at_is_not_looked_at_again(finished: Shop, tmp_path: Path) -> None:
    shop = finished.copy(tmp_path / "shop")
    shop.deliver({"customers/broken.csv": ["-1,Ann,,US,30,2024-01-05,True"]})
    before = DeltaTable(str(shop.path("silver.int_customers"))).file_uris()
    shop.build()
    assert DeltaTable(str(shop.path("silver.int_customers"))).file_uris() == before
    result = shop.dbt("run")
    said = {r.node.name: r.message for r in result.result if r.node.config.materialized not in ("view", "snapshot")}
    unchanged = {name for name, message in said.items() if "UNCHANGED" in message}
    assert said.keys() - unchanged == {name for name in said if name.startswith("stg_")} | {"ingested_files"}


def test_a_new_day_leaves_the_files_of_other_months_alone(history: Shop, finished: Shop) -> None:
    for name in ("silver.int_events", "gold.session_metrics", "gold.product_metrics", "gold.site_funnel"):
        before, after = (set(DeltaTable(str(shop.path(name))).file_uris()) for shop in (history, finished))
        kept = {Path(uri).parts[-2:] for uri in before} & {Path(uri).parts[-2:] for uri in after}
        assert {month for month, _ in kept} >= {"_month=2025-01"}, name
        assert "_month=2025-03" not in {month for month, _ in kept}, name


def test_a_late_event_and_a_new_price_leave_the_months_between_alone(finished: Shop, tmp_path: Path) -> None:
    shop = finished.copy(tmp_path / "shop")
    names = (
        "silver.int_events",
        "gold.session_metrics",
        "gold.site_funnel",
        "gold.product_metrics",
        "gold.product_funnel",
    )
    before = {name: set(DeltaTable(str(shop.path(name))).file_uris()) for name in names}
    product = shop.table("silver.int_products").iloc[0]
    shop.deliver(
        {
            "sessions/late.csv": [
                "a,1,2025-01-05T10:00:00,mobile,organic,US",
                "b,1,2025-03-31T10:00:00,mobile,organic,US",
            ],
            "events/late.csv": [
                f"9000001,a,2025-01-05T10:00:00,page_view,{product.product_id},,,,,",
                f"9000002,b,2025-03-31T10:00:00,page_view,{product.product_id},,,,,",
            ],
            "products/price.csv": [
                f"{product.product_id},{product.category},{product.product_name},999.00,{product.cost_usd},1.00"
            ],
        }
    )
    shop.build()
    for name in names:
        kept = before[name] & set(DeltaTable(str(shop.path(name))).file_uris())
        assert {Path(uri).parts[-2] for uri in kept} == {"_month=2025-02"}, name


@pytest.mark.nightly
def test_a_full_disk_stops_a_run_and_the_next_one_goes_on(history: Shop, finished: Shop, small_disk: Path) -> None:
    shop = history.copy(small_disk / "shop")
    before = shop.tables(*LAYERS)
    filler = small_disk / "filler"
    for left in (0, 300_000):
        space = os.statvfs(small_disk)
        filler.write_bytes(b"0" * (space.f_bavail * space.f_frsize - left))
        result = shop.dbt("run")
        assert not result.success
        said = str(result.exception) + "".join(str(r.message) for r in getattr(result.result, "results", []))
        assert "No space left on device" in said
        assert shop.tables(*LAYERS).keys() == before.keys(), "every table can be read"
        filler.unlink()
    shop.build()
    assert_same(finished.tables(*LAYERS), shop.tables(*LAYERS))


def test_two_runs_at_once(history: Shop, tmp_path: Path) -> None:
    shop = history.copy(tmp_path / "shop")
    first = start(shop, "run", "--select", "+int_customers")
    lock = shop.warehouse / ".lock"
    while str(first.pid) not in lock.read_text():
        assert first.poll() is None
        time.sleep(0.05)
    # Or it might have ended before the second comes to the lock.
    first.send_signal(signal.SIGSTOP)
    try:
        second = start(shop, "run")
        said = second.communicate()[0].decode()
    finally:
        first.send_signal(signal.SIGCONT)
    assert second.returncode == 1 or second.returncode == 2
    assert f"The warehouse {shop.warehouse} is in use by process {first.pid}" in said
    assert "Traceback" not in said
    assert first.wait() == 0


def test_restore_puts_the_warehouse_back_and_the_next_run_goes_on(
    history: Shop, finished: Shop, tmp_path: Path
) -> None:
    shop = finished.copy(tmp_path / "shop")
    assert shop.dbt("run-operation", "restore", "--args", "{batch: 2}").success
    assert_same(history.tables(), shop.tables())
    shop.build()
    assert_same(finished.tables(), shop.tables())


def restore(shop: Shop, batch: int) -> bool:
    return bool(shop.dbt("run-operation", "restore", "--args", f"{{batch: {batch}}}").success)


@pytest.mark.nightly
def test_a_restore_asks_no_clock(history: Shop, tmp_path: Path) -> None:
    """The first batch was loaded while the clock was a day ahead, so the second one seems to be of tomorrow."""
    shop = history.copy(tmp_path / "shop")
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    rewrite(shop, "bronze.ingested_files", ingested_at=tomorrow)
    before = shop.tables(*LAYERS)
    shop.build()
    assert shop.table("bronze.ingested_files")["ingested_at"].max() > tomorrow
    assert restore(shop, 2)
    assert_same(before, shop.tables(*LAYERS))


@pytest.mark.parametrize(
    ("step", "then"),
    [
        pytest.param(0, "build", marks=pytest.mark.nightly),
        pytest.param(1, "restore", marks=pytest.mark.nightly),
        pytest.param(7, "build", marks=pytest.mark.nightly),
        ("ledger", "restore"),
        pytest.param("end", "build", marks=pytest.mark.nightly),
    ],
)
def test_a_restore_that_was_killed_is_finished(
    history: Shop, finished: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int | str, then: str
) -> None:
    shop = finished.copy(tmp_path / "shop")
    plain, done = maintenance.restore, []

    def killed(warehouse: Warehouse, schema: str, name: str, version: int) -> None:
        if len(done) == step or (name == "ingested_files" and step in ("ledger", "end")):
            if step == "end":
                plain(warehouse, schema, name, version)
            raise KeyboardInterrupt
        done.append(name)
        plain(warehouse, schema, name, version)

    with monkeypatch.context() as patch:
        patch.setattr(maintenance, "restore", killed)
        assert not restore(shop, 2)
    if step == "ledger":
        assert len(done) > 20 and len(shop.table("bronze.ingested_files")) == len(
            finished.table("bronze.ingested_files")
        )
    if then == "restore":
        assert restore(shop, 2)
        assert_same(history.tables(*LAYERS), shop.tables(*LAYERS))
    shop.build()
    assert_same(finished.tables(*LAYERS), shop.tables(*LAYERS))


@pytest.mark.nightly
def test_a_restore_to_the_beginning_keeps_what_was_delivered_and_the_history(history: Shop, tmp_path: Path) -> None:
    shop = history.copy(tmp_path / "shop")
    names = [*shop.names("bronze"), "silver.customers_history", "silver.product_prices_history"]
    before = {name: DeltaTable(str(shop.path(name))).metadata().id for name in names}
    assert restore(shop, 1)
    assert shop.names("gold", "candidate") == []
    assert [name for name in names if len(shop.table(name))] == []
    assert {name: DeltaTable(str(shop.path(name))).metadata().id for name in names} == before, (
        "emptied, not built again"
    )
    shop.build()
    assert history.tables("gold").keys() == shop.tables("gold").keys()


def test_restore_of_one_table(history: Shop, finished: Shop, tmp_path: Path) -> None:
    shop = finished.copy(tmp_path / "shop")
    assert shop.dbt("run-operation", "restore", "--args", "{batch: 2, table: gold.daily_sales}").success
    same = {name: rows for name, rows in finished.tables().items() if name != "gold.daily_sales"}
    assert_same(same | {"gold.daily_sales": history.tables()["gold.daily_sales"]}, shop.tables())
    assert not shop.dbt("run-operation", "restore", "--args", "{batch: 2, table: gold.nothing}").success
    assert not shop.dbt("run-operation", "restore", "--args", "{batch: 99}").success


def test_optimize_deletes_old_files_and_keeps_the_rows(finished: Shop, tmp_path: Path) -> None:
    shop = finished.copy(tmp_path / "shop")
    files = len(list(shop.warehouse.rglob("*.parquet")))
    assert shop.dbt("run-operation", "optimize_tables", "--args", "{retention_hours: 0}").success
    assert len(list(shop.warehouse.rglob("*.parquet"))) < files
    assert_same(finished.tables(*LAYERS), shop.tables(*LAYERS))
    shop.build()
    assert_same(finished.tables(), shop.tables())


def test_a_restore_that_is_not_possible_touches_no_table(
    finished: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = finished.copy(tmp_path / "shop")
    assert shop.dbt("run-operation", "optimize_tables", "--args", "{retention_hours: 0}").success
    before = shop.versions()
    capsys.readouterr()
    assert not shop.dbt("run-operation", "restore", "--args", "{batch: 2}").success
    assert "cannot be restored: its files were deleted" in capsys.readouterr().out
    assert shop.versions() == before


@pytest.mark.nightly
def test_a_log_is_cut_off_after_a_month_and_no_restore_goes_beyond(
    finished: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = finished.copy(tmp_path / "shop")
    path = shop.path("gold.daily_sales")
    DeltaTable(str(path)).create_checkpoint()
    log = path / "_delta_log"
    for file in log.iterdir():
        os.utime(file, (time.time() - 31 * 86400,) * 2)
    assert shop.dbt("run-operation", "optimize_tables", "--args", "{table: gold.daily_sales}").success
    version = DeltaTable(str(path)).version()
    assert version > 1
    assert {file.name[:20] for file in log.iterdir() if file.name != "_last_checkpoint"} == {f"{version:020}"}
    assert_same(finished.tables("gold"), shop.tables("gold"))
    capsys.readouterr()
    # A table whose log has lost its beginning is not one that did not exist yet.
    assert not shop.dbt("run-operation", "restore", "--args", "{batch: 2, table: gold.daily_sales}").success
    assert "of the table gold.daily_sales cannot be restored: its log no longer reaches back" in capsys.readouterr().out
    shop.build()
    assert_same(finished.tables(), shop.tables())


def test_an_independent_reader_agrees_with_the_engine(finished: Shop) -> None:
    """The engine and delta-rs give the same columns, types and rows for every table."""
    close_engines()
    engine = get_engine(SparkConnectCredentials(schema="lakehouse", warehouse=str(finished.warehouse)))
    try:
        for name in finished.names(*LAYERS):
            seen, read = engine.sql(f"select * from {name}"), DeltaTable(str(finished.path(name))).to_pyarrow_table()
            # The strings of Arrow come in two sizes, and what is nullable only matters to who writes.
            columns = {field.name: str(field.type).replace("large_", "") for field in read.schema}
            assert {field.name: str(field.type).replace("large_", "") for field in seen.schema} == columns, name
            assert_same({name: as_text(seen)}, {name: as_text(read)})
    finally:
        close_engines()


YEARS = ("0001", "1600", "1969", "1999", "9999")


def test_times_that_cannot_be_meant_do_no_harm(new_shop: Callable[[], Shop]) -> None:
    shop = new_shop()
    shop.deliver(FILES)
    shop.build()
    before = shop.tables("gold", "candidate")
    for number, year in enumerate(YEARS, start=900):
        moment = f"{year}-01-01T10:00:00"
        shop.deliver(
            {
                f"customers/{year}.csv": [f"{number},Eve,,FR,30,{moment},"],
                f"sessions/{year}.csv": [f"{number},1,{moment},mobile,organic,US"],
                f"events/{year}.csv": [f"{number},100,{moment},page_view,10,,,,,"],
                f"orders/{year}.csv": [f"{number},1,{moment},card,0,20.00,20.00,US,mobile,organic"],
                f"reviews/{year}.csv": [f"{number},500,10,5,Fine,{moment}"],
            }
        )
    shop.build()
    rules = shop.table("silver.quarantine").groupby("_source_file")["rule"].agg(list).to_dict()
    assert rules == {
        f"{entity}/{year}.csv": ["future_timestamp" if year == "9999" else "implausible_timestamp"]
        for entity in ("customers", "sessions", "events", "orders", "reviews")
        for year in YEARS
    }
    after = shop.tables("gold", "candidate")
    # The gate's row has the number of rows in quarantine.
    assert_same({name: rows for name, rows in before.items() if "gate" not in name},
                {name: rows for name, rows in after.items() if "gate" not in name})  # fmt: skip


def test_a_session_of_centuries_can_be_worked_on_again(new_shop: Callable[[], Shop]) -> None:
    shop = new_shop()
    arguments = ("--select", "+session_metrics", "--vars", '{earliest_date: "1700-01-01"}')
    shop.deliver(FILES | {"events/old.csv": ["900,100,1750-01-02T10:00:00,page_view,10,,,,,"]})
    shop.build(*arguments)
    shop.deliver({"events/late.csv": ["901,100,2025-02-02T10:00:00,page_view,10,,,,,"]})
    shop.build(*arguments)
    sessions = shop.table("gold.session_metrics").set_index("session_id")
    assert sessions.loc["100", "event_count"] == 6
    assert sorted(sessions.index) == ["100", "101"]
