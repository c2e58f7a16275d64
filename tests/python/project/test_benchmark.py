"""The benchmark compares like with like: plain DuckDB comes to the project's figures, from the same files."""

from pathlib import Path

import duckdb
import pytest
from deltalake import DeltaTable

from benchmarks.landing import make_landing
from benchmarks.report import write_report
from benchmarks.runs import dbt_build, duckdb_build, empty_build

pytestmark = pytest.mark.slow

# Columns that both have, by table. Averages are left out: DuckDB divides decimals as doubles, and half a cent may round
# either way; what they are made of is compared.
FIGURES = {
    "product_metrics": "event_date, product_id, product_name, category, view_count, cart_count, order_count, "
    "purchase_count, gross_revenue, net_revenue",
    "session_metrics": "session_id, customer_id, session_date, session_start_at, session_end_at, duration_seconds, "
    "event_count, view_count, cart_count, checkout_count, order_count, revenue, has_purchased, device, source, country",
    "daily_sales": "sales_date, session_count, order_count, unit_count, gross_revenue, net_revenue, "
    "session_conversion_pct",
    "customer_ltv": "customer_id, cohort_month, order_count, units, gross_revenue, net_revenue, product_cost",
    "cart_abandonment": "session_id, cart_value, cart_item_count",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop that the project and DuckDB have built."""
    folder = tmp_path_factory.mktemp("benchmark")
    landing, _ = make_landing(folder, 0.01)
    runs = {
        "cold": [dbt_build(landing, folder / "warehouse")],
        "DuckDB": [duckdb_build(landing, folder / "duckdb")],
        "empty project": [empty_build(folder / "empty", models=12, tests=15)],
    }
    write_report(folder / "report.md", {"machine": "any"}, {0.01: runs})
    return folder


@pytest.mark.parametrize("table", FIGURES)
def test_duckdb_comes_to_the_same_figures(folder: Path, table: str) -> None:
    file = folder / "duckdb" / f"{table}.parquet"
    with duckdb.connect() as db:
        db.execute("set timezone = 'UTC'")
        db.register("ours", DeltaTable(str(folder / "warehouse" / "gold" / table)).to_pyarrow_table())
        columns = FIGURES[table]
        ours, theirs = f"select {columns} from ours", f"select {columns} from '{file}'"
        assert db.execute(f"select count(*) > 0 from ({ours})").fetchone() == (True,)
        assert db.execute(f"({ours}) except all ({theirs})").fetchall() == []
        assert db.execute(f"({theirs}) except all ({ours})").fetchall() == []


def test_the_report(folder: Path) -> None:
    report = (folder / "report.md").read_text()
    assert "- machine: any" in report
    for run in ("cold", "DuckDB", "empty project"):
        assert f"| 0.01 | {run} |" in report
    assert "(12) |" in report
    assert "(15) |" in report
