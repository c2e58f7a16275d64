"""A person is forgotten: nothing of theirs is left, and all else is as before."""

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from people import MARK, OTHERS, PERSON, forget, make_files, places, said
from shop import LAYERS, Shop, as_text, assert_same

pytestmark = pytest.mark.slow


def theirs(rows: pd.DataFrame) -> pd.Series:
    """Whether rows of a table, as text, are the person's, before or after."""
    named = rows["customer_id"].isin(["17", "UNKNOWN"]) if "customer_id" in rows else rows.eq("UNKNOWN").any(axis=1)
    return named | rows.apply(lambda row: any(MARK in v.lower() or "forgotten-" in v for v in row), axis=1)


def test_the_check_fails_before_and_names_what_is_there(known: Shop, tmp_path: Path) -> None:
    made = tmp_path / "made"
    make_files(made)
    before = known.versions()
    success, message = forget(known, '{check: true, customer_id: "17"}', made=made)
    assert not success
    for name in ("bronze.stg_orders: 3 rows", "silver.quarantine", "customers_history", "reporting", "packed.html"):
        assert name in message, message
    assert "other.html" not in message
    assert known.versions() == before
    assert not (known.warehouse / "_forget" / "plan.json").exists()
    assert not known.path("bronze.forgetting_ids").exists()


def test_nothing_is_left(forgotten: Shop) -> None:
    assert places(forgotten.warehouse, forgotten.warehouse.parent / "made") == []
    log = (forgotten.warehouse.parent / "made" / "dbt.log").read_text()
    assert log == "a line\nthe end\n"
    assert sorted(p.name for p in (forgotten.warehouse.parent / "made").iterdir()) == ["dbt.log", "other.html"]
    for request in ('{check: true, customer_id: "17"}', f'{{check: true, email: "{MARK}@example.com"}}'):
        success, message = forget(forgotten, request)
        assert success, message
    assert places(forgotten.landing), "the landing files are the shop's"


def test_the_report_says_what_was_done(forgotten: Shop) -> None:
    folder = forgotten.warehouse / "_forget"
    assert sorted(path.name for path in folder.iterdir()) == ["reports", "salt", "suppressed.json"]
    assert {path.stat().st_mode & 0o077 for path in folder.rglob("*") if path.is_file()} == {0}
    report = json.loads((folder / "reports" / "1.json").read_text())
    assert report["rows"]["bronze.stg_orders"] == {"before": 3, "after": 0}
    assert all(row["after"] == 0 for row in report["rows"].values())
    assert report["left"] == [] and report["policy"] == "anonymise" and len(report["people"]) == 1
    assert {"orders/a.csv", "orders/again.csv", "customers/lines.csv"} <= set(report["landing_files"])
    assert "orders/two.csv" not in report["landing_files"]


def test_the_rows_of_others_and_all_figures_are_as_before(known: Shop, forgotten: Shop) -> None:
    before, after = known.tables(*LAYERS), forgotten.tables(*LAYERS)
    for name in ("gold.daily_sales", "gold.product_metrics", "gold.books_by_month", "gold.customer_cohorts"):
        assert before[name].equals(after[name]), name
    for name, rows in before.items():
        if name not in ("bronze.ingested_files", "candidate.gate"):
            ids = [c for c in rows if c.endswith("_id") or c in ("raw_row", "name", "email", "order_item_id")]
            both = [each.replace(r"\.0$", "", regex=True) for each in (rows, after[name])]
            of_others = [r[~theirs(r[ids or list(r)])].reset_index(drop=True) if len(r) else r for r in both]
            assert of_others[0].equals(of_others[1]), name


@pytest.mark.nightly
def test_all_tests_pass_and_a_rebuild_gives_the_same(forgotten: Shop, tmp_path: Path) -> None:
    shop = forgotten.copy(tmp_path / "shop")
    result = shop.dbt("build", "--exclude", "resource_type:unit_test")
    bad = {r.node.name: r.status for r in result.result if str(r.status) not in ("success", "pass", "no-op", "skipped")}
    assert {name for name, status in bad.items() if str(status) != "warn"} == set(), bad
    assert places(shop.warehouse) == []
    built = shop.tables()
    shop.build("--full-refresh")
    assert_same(built, shop.tables())


def test_a_delivery_does_not_bring_them_back(forgotten: Shop, tmp_path: Path) -> None:
    shop = forgotten.copy(tmp_path / "shop")
    shop.build()
    before = shop.tables(*LAYERS)
    for files in PERSON:
        shop.deliver({name.replace(".csv", "-later.csv"): content for name, content in files.items()})
    shop.build()
    after = shop.tables(*LAYERS)
    assert places(shop.warehouse) == []
    del before["bronze.ingested_files"], after["bronze.ingested_files"]
    assert_same(before, after)
    result = shop.dbt("test", "--select", "files_are_in_bronze", "test_type:generic,test_name:rows_reconcile")
    assert result.success


def test_a_restore_to_before_is_refused(forgotten: Shop) -> None:
    before = forgotten.versions()
    result = forgotten.dbt("run-operation", "restore", "--args", "{batch: 1}")
    assert not result.success and "people were forgotten since" in said(result)
    assert forgotten.versions() == before


@pytest.mark.nightly
def test_orders_can_be_deleted(known: Shop, tmp_path: Path) -> None:
    shop = known.copy(tmp_path / "shop")
    success, message = forget(shop, f'{{email: " {MARK.upper()}@Example.com"}}', policy="delete")
    assert success, message
    assert places(shop.warehouse) == []
    result = shop.dbt("build", "--exclude", "resource_type:unit_test")
    bad = {r.node.name: r.status for r in result.result if str(r.status) in ("error", "fail")}
    assert bad == {}
    alone = Shop(tmp_path / "alone")
    alone.deliver(OTHERS)
    alone.build()
    for name, rows in alone.tables().items():
        if "_checked" not in name:
            assert rows.equals(shop.tables()[name][list(rows)]), name


def test_a_request_without_a_person_is_refused(known: Shop, tmp_path: Path) -> None:
    for request, reason in (
        ("{}", "Say whom"),
        ("{requests: nowhere.csv}", "nowhere.csv cannot be read"),
        (f"{{requests: {tmp_path / 'requests.csv'}}}", "requests.csv, row 3: there is neither"),
    ):
        (tmp_path / "requests.csv").write_text("customer_id,email\n17,\n,\n")
        success, message = forget(known, request)
        assert not success and reason in message, message


def test_what_is_kept_of_them_tells_nobody_who_they_were(forgotten: Shop) -> None:
    kept = (forgotten.warehouse / "_forget" / "suppressed.json").read_text()
    assert "17" not in {part for part in kept.replace('"', " ").split()} and MARK not in kept
    assert as_text(forgotten.table("silver.int_orders"))["customer_id"].str.startswith("forgotten-").sum() == 2


def test_new_shop_has_nobody(new_shop: Callable[[], Shop]) -> None:
    shop = new_shop()
    success, message = forget(shop, '{customer_id: "17"}')
    assert not success and "nobody to forget" in message
