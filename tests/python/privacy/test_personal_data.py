"""What is stored of a person can be told, and is kept no longer than is said."""

import json
from pathlib import Path

import pytest
from people import MARK
from processes import start
from shop import LAYERS, Shop, assert_same

pytestmark = pytest.mark.slow


def test_everything_that_is_stored_is_told(known: Shop, tmp_path: Path) -> None:
    before = known.versions()
    path = tmp_path / "report.json"
    known.succeed("run-operation", "subject_report", "--args", f'{{customer_id: "17.0", path: "{path}"}}')
    report = json.loads(path.read_text())
    assert path.stat().st_mode & 0o077 == 0
    assert len(report["tables"]["bronze.stg_orders"]) == 3
    assert report["tables"]["silver.int_customers"][0]["email"] == f"{MARK}@example.com"
    assert {row["rule"] for row in report["tables"]["silver.quarantine"]} >= {"invalid_timestamp", "unparsable_row"}
    assert {name.split(".")[0] for name in report["tables"]} == {"bronze", "silver", "gold", "candidate", "reporting"}
    assert "bob" not in path.read_text().lower(), "nothing of others"
    assert known.versions() == before


@pytest.mark.nightly
def test_old_personal_data_goes_and_figures_stay(known: Shop, tmp_path: Path) -> None:
    shop = known.copy(tmp_path / "shop")
    days = ("--vars", "{personal_data_days: 365}")
    first = start(shop, "run-operation", "forget_old", *days)
    assert first.wait() == 0
    assert_same(known.tables(*LAYERS), shop.tables(*LAYERS))
    later = start(shop, "run-operation", "forget_old", *days, days=400)
    assert later.wait() == 0, later.communicate()
    for name in ("bronze.stg_reviews", "silver.int_reviews"):
        assert shop.table(name)["review_text"].isna().all()
    for name in ("bronze.stg_events", "silver.int_events", "silver.int_visits"):
        assert known.table(name)["ip"].notna().any() and shop.table(name)["ip"].isna().all(), name
    assert len(shop.table("silver.quarantine")) == 1, (
        "a refund that its order refuses is no row of the quarantine alone"
    )
    assert_same(known.tables("gold"), shop.tables("gold"))
    result = shop.dbt("test", "--select", "files_are_in_bronze", "test_type:generic,test_name:rows_reconcile")
    assert result.success
