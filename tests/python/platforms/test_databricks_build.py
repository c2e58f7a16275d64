"""The target `databricks`, carried out: the real dbt-databricks builds the project in a stand-in for a workspace.

What the stand-in is, and what it cannot show: `databricks_stand_ins.workspace`. `test_databricks` has more of what is
sent.
"""

import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from databricks_stand_ins.workspace.catalog import CATALOG
from databricks_stand_ins.workspace.server import HTTP_PATH
from dbt.cli.main import dbtRunner, dbtRunnerResult
from deltalake import DeltaTable
from scenario import FIRST, LATER, SCENARIO
from shop import HEADERS, PROJECT, SUPPORT, Files, Shop, as_text, assert_same, dbt_folders
from spark_settings import SMALL_DATA

pytestmark = pytest.mark.nightly

# Of more threads each would wait for the others on a small machine.
THREADS = 3
CREATE = "CREATE OR REPLACE TABLE AS SELECT"


class Workspace(Shop):
    """A shop whose tables dbt builds with the delivered target `databricks`, in a workspace of its own."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.warehouse.mkdir()
        with (root / "workspace.log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "databricks_stand_ins.workspace", str(self.warehouse), json.dumps(SMALL_DATA)],
                cwd=SUPPORT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        assert self.process.stdout
        port = self.process.stdout.readline().decode().strip()
        assert port, (root / "workspace.log").read_text()
        self.certificate = str(self.warehouse / "certificate.pem")
        self.host = f"localhost:{port}"
        profiles = yaml.safe_load((PROJECT / "profiles.yml.example").read_text())
        # What a user has no need for: a port, a certificate that no one else has signed.
        profiles["lakehouse"]["outputs"]["databricks"] |= {
            "threads": THREADS,
            "connection_parameters": {
                "_connection_uri": f"https://{self.host}{HTTP_PATH}",
                "_tls_trusted_ca_file": self.certificate,
                "enable_telemetry": False,
            },
        }
        self.dbt_folder = root / "dbt"
        self.dbt_folder.mkdir()
        (self.dbt_folder / "profiles.yml").write_text(yaml.safe_dump(profiles))

    def dbt(self, *arguments: str, parse: bool = True) -> dbtRunnerResult:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DATABRICKS_HOST", self.host)
            patch.setenv("DATABRICKS_HTTP_PATH", HTTP_PATH)
            patch.setenv("DATABRICKS_TOKEN", "none")
            patch.setenv("DATABRICKS_CATALOG", CATALOG)
            patch.setenv("REQUESTS_CA_BUNDLE", self.certificate)
            patch.setenv("LAKEHOUSE_LANDING", str(self.landing))
            command = ["--quiet", "--log-level-file", "none", *arguments, "--target", "databricks"]
            return dbtRunner().invoke([*command, *dbt_folders(self.dbt_folder)])

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(timeout=60)


@pytest.fixture(scope="module")
def workspace(spark_home: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    workspace = Workspace(tmp_path_factory.mktemp("databricks"))
    yield workspace
    workspace.close()


DELIVERIES: list[Files] = [
    FIRST,
    LATER
    | {
        "reviews/100% new + more.csv": HEADERS["reviews"] + ",customer's \\note\n902,500,11,4,Good,2025-02-02,é\n",
        # A quote that is never closed takes along what follows it, for Spark's reader.
        "events/broken.csv": [row for row in SCENARIO["broken rows"]["events/broken.csv"] if '"' not in str(row)],
    },
]


def tables(shop: Shop) -> dict[str, pd.DataFrame]:
    """All tables but those of bronze, without the reason why a line is not a row: Spark's reader does not say."""
    found = shop.tables()
    quarantine = found["silver.quarantine"]
    quarantine.loc[quarantine["rule"] == "unparsable_row", "value"] = ""
    return found | {"silver.quarantine": as_text(quarantine)}


def source_files(shop: Shop) -> dict[str, set[str]]:
    """The files that each entity's rows in bronze come from."""
    return {entity: set(shop.table(f"bronze.stg_{entity}")["_source_file"]) for entity in HEADERS}


def test_runs_and_a_restore_give_the_rows_of_the_local_target(workspace: Workspace, tmp_path: Path) -> None:
    sail, removed, states = Shop(tmp_path / "sail"), "silver.int_reviews", []
    sail.restarts = False
    for files in DELIVERIES:
        sail.deliver(files)
        workspace.deliver(files)
        sail.build()
        # With all of dbt's tests and unit tests.
        workspace.succeed("build")
        states.append(tables(sail))
        assert_same(states[-1], tables(workspace))
        assert source_files(sail) == source_files(workspace)
        if len(states) == 1:
            # It is younger than the batch. Made anew, its versions are counted from the start.
            workspace.succeed("run-operation", "restore", "--args", f"{{batch: 1, table: {removed}}}")
            assert not workspace.path(removed).exists()
    for name in ("bronze.stg_events", "silver.int_events", "silver.int_customers", "gold.session_metrics"):
        operations = [commit["operation"] for commit in DeltaTable(str(workspace.path(name))).history()]
        assert operations.count(CREATE) == 1, f"{name} was built anew: {operations}"

    workspace.succeed("run-operation", "restore", "--args", "{batch: 2}")
    assert_same({name: rows for name, rows in states[0].items() if name != removed}, tables(workspace))
    workspace.succeed("build", "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")
    assert_same(states[-1], tables(workspace))


def test_tables_are_cared_for(workspace: Workspace) -> None:
    workspace.succeed("run-operation", "optimize_tables", "--args", "{table: gold.daily_sales}")
    operations = [commit["operation"] for commit in DeltaTable(str(workspace.path("gold.daily_sales"))).history()]
    assert operations[0] == "VACUUM END"


def test_what_spark_cannot_run_fails_with_its_message(workspace: Workspace) -> None:
    result = workspace.dbt("show", "--inline", "select no_such_function(1)")
    assert not result.success
    assert "UNRESOLVED_ROUTINE" in str(result.exception or result.result)


def parquet(rows: pa.Table) -> bytes:
    file = BytesIO()
    pq.write_table(rows, file)
    return file.getvalue()


JSON_LINES = """\ufeff{"event_id": 1, "session_id": "s1", "timestamp": "2025-01-31T10:00:00", "event_type": "view", "product_id": 10.0, "qty": null, "amount_usd": ""}

{"event_id": "2", "session_id": "s1", "timestamp": "2025-01-31T10:05:00.5Z", "Event_Type": "add_to_cart", "product_id": "10", "qty": 2, "amount_usd": null}
{"event_id": 3, "session_id": "s1"
{"event_id": 3, "session_id": "s1", "timestamp": "2025-01-31T10:06:00"} and more
["event_id", 3]
{"event_id": 4, "session_id": "s2", "timestamp": "2025-01-31T11:00:00+02:00", "event_type": "purchase", "amount_usd": 12345678.10, "payment": "caf\u00e9", "page_url": {"nested":[1,{"a":"b"}]}}
"""


def test_json_lines_and_parquet_give_the_rows_of_the_local_target(workspace: Workspace, tmp_path: Path) -> None:
    moment = datetime(2025, 2, 1, 10, 6, 1, 123456)
    orders = pa.table({
        "order_id": pa.array([500, 501]), "customer_id": pa.array(["1", None]),
        "order_time": pa.array([moment.replace(tzinfo=UTC)] * 2, pa.timestamp("us", "UTC")),
        "subtotal_usd": pa.array([Decimal("20.00"), Decimal("5.50")], pa.decimal128(10, 2)),
        "total_usd": [18.1, 1e7], "__note": [[{"key": "a", "value": None}], []],
    })  # fmt: skip
    items = pa.table({
        "order_id": ["500"], "product_id": pa.array([10.0]), "unit_price_usd": ["20"], "quantity": pa.array([1], pa.int8()),
        "line_total_usd": ["20"], "naive": pa.array([moment], pa.timestamp("ms")),
    })  # fmt: skip
    files: Files = {
        "events/json/a.jsonl": JSON_LINES.replace("Event_Type", "event_type").encode(),
        "events/json/b.json.gz": gzip.compress(b'{"EVENT_ID": 9, "session_id": "s1", "timestamp": "2025-01-31", '
                                          b'"event_type": "dance", "product_id": 1, "amount_usd": 0}'),
        "orders/day.parquet": parquet(orders),
        "order_items/day.parquet": parquet(items),
    }  # fmt: skip
    sail = Shop(tmp_path / "sail")
    for shop in (sail, workspace):
        for entity in ("events", "orders", "order_items"):
            for file in shop.landing.glob(f"{entity}*"):
                if file.is_file():
                    file.unlink()
        shop.deliver(files)
    chosen = ("--select", "+int_events +int_orders +int_order_items +quarantine", "--exclude", "resource_type:test")
    sail.build(*chosen)
    workspace.succeed("build", *chosen, "resource_type:unit_test")
    for name in ("int_events", "int_orders", "int_order_items", "quarantine"):
        found = []
        for shop in (sail, workspace):
            rows = as_text(shop.table(f"silver.{name}"))
            rows = rows[rows["_source_file"].isin(files)].drop(columns=["_version", "_ingested_at", "_batch_id"])
            if name == "quarantine":
                # Spark's reader does not say why a line is not a row.
                rows.loc[rows["rule"] == "unparsable_row", "value"] = ""
            assert len(rows), name
            found.append({name: as_text(rows)})
        assert_same(*found)
