"""What `python -m landing_check` says of exports before they are loaded."""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from shop import HEADERS, PROJECT, Shop

from landing_check.__main__ import RULES
from landing_check.recognise import Export, by_columns, by_place, nearest

ORDERS = Export("orders", "native", ("orders",), ("order_id", "day", "total"), ("order_id", "day"), False, {})
SHOPIFY = Export("shopify_orders", "shopify", ("shopify/orders",), ("name", "day", "total"), ("name", "day"), True, {})


def test_a_file_is_taken_for_what_its_place_or_its_columns_say() -> None:
    exports = [ORDERS, SHOPIFY]
    assert by_place("orders/2026/1.csv.gz", exports) is ORDERS
    assert by_place("shopify/orders.jsonl", exports) is SHOPIFY
    assert by_place("orders_1.csv", exports) is None
    assert by_columns(["name", "day", "colour"], exports) is SHOPIFY
    assert by_columns(["name", "order_id", "day"], [*exports]) in exports
    assert by_columns(["day"], exports) is None
    assert nearest(["name", "total"], exports) is SHOPIFY
    assert nearest(["colour"], exports) is None


def test_only_tables_that_no_rule_reads_are_left_out(new_shop: Callable[[], Shop]) -> None:
    def names(*selection: str) -> set[str]:
        listed = new_shop().dbt("ls", "--resource-type", "model", "--select", *selection).result
        return {name.split(".")[-1] for name in listed}  # type: ignore[union-attr]

    without = names("+quarantine") - names(*RULES)
    assert {"int_events", "int_sessions", "int_customers"} <= without
    assert "int_orders" not in without, "a refund is compared with its order"
    assert not [name for name in without if name.startswith("stg_") or name.endswith("_checked")]


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"DO_NOT_TRACK": "1"}
    command = [sys.executable, "-m", "landing_check", str(folder)]
    return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_files_of_any_name_are_described_and_judged_by_the_rules(tmp_path: Path) -> None:
    (tmp_path / "download.csv").write_text(
        f"{HEADERS['orders']},colour\n"
        "500,1,2025-01-31T10:06:00,card,10,20.00,18.00,US,mobile,organic,red\n"
        "501,1,2025-01-31T10:06:00,card,10,20.00,much,US,mobile,organic,red\n"
        "502,1\n"
    )
    event = {"event_date": "20260501", "event_timestamp": 1777777777000000, "event_name": "page_view"}
    event |= {"event_params": [], "user_pseudo_id": "1.2"}
    (tmp_path / "ga.json.gz").write_bytes(gzip.compress(json.dumps(event).encode()))
    for year, order in (("2024", 600), ("2025", 601)):
        (tmp_path / year).mkdir()
        (tmp_path / year / "orders.csv").write_text(
            f"{HEADERS['orders']}\n{order},1,{year}-01-31,card,10,20.00,18.00,US,mobile,organic\n"
        )
    (tmp_path / "half.csv").write_text("session_id,customer_id\n1,2\n")
    (tmp_path / "cut.parquet").write_bytes(b"PAR1")
    (tmp_path / "manifest.json").write_text('{"made": "by the generator"}')
    result = run(tmp_path)
    said = result.stdout
    assert result.returncode == 1, result.stderr
    assert "csv, 2 rows, 11 columns, 1 unparsable" in said
    assert "manifest.json" not in said
    assert "taken for orders, by its columns" in said
    assert "belongs to orders/download.csv in the landing folder" in said
    assert "belongs to orders/2024/orders.csv" in said and "belongs to orders/2025/orders.csv" in said
    assert "unknown columns, kept in bronze: colour" in said
    assert "taken for ga4_events, by its columns" in said
    assert "looks like sessions, but lacks the required columns start_time" in said
    assert "cannot be loaded: cut.parquet: it cannot be read" in said
    assert "download.csv: 1 of orders, invalid_number in total_usd\n    row 2: 'much'" in said
    assert "download.csv: 1 of orders, unparsable_row\n    row 3: '2 fields instead of 11'" in said
    assert "LAKEHOUSE_SOURCES=native,ga4 loads these files." in said
    chosen = '{"entities": {"sessions": "ga4", "events": "ga4"}}'
    assert f"Several of these sources give sessions, events: choose with --vars '{chosen}'" in said
    assert not (tmp_path / "warehouse").exists()


def test_a_folder_without_files(tmp_path: Path) -> None:
    result = run(tmp_path)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == f"error: {tmp_path} has no file that can be read: CSV, JSON lines or Parquet.\n"
