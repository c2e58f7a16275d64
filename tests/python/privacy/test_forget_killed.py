"""A forget that is killed after any of its steps ends where it would have ended."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from dbt.adapters.spark_connect.engines import folder
from dbt.adapters.spark_connect.engines.folder import FolderEngine
from dbt.adapters.spark_connect.forgetting.memory import Memory
from people import forget, places
from shop import LAYERS, Shop, assert_same

pytestmark = pytest.mark.slow


def nameless(shop: Shop) -> dict[str, pd.DataFrame]:
    """The rows of all tables, with one word for all random identifiers."""
    tables = shop.tables(*LAYERS)
    for name, rows in tables.items():
        plain = rows.replace(r"forgotten-[0-9a-f]{32}", "forgotten", regex=True)
        tables[name] = plain.sort_values(list(plain)).reset_index(drop=True)
    return tables


def killing(patch: pytest.MonkeyPatch, step: str, after: int) -> None:
    """Have dbt killed after so many statements, purged tables or files that are kept."""
    done = []

    def counted(plain: Callable) -> Callable:
        def call(*arguments: object) -> object:
            result = plain(*arguments)
            done.append(step)
            if len(done) > after:
                raise KeyboardInterrupt
            return result

        return call

    if step == "merge":
        plain = FolderEngine.sql
        merge = counted(plain)

        def sql(engine: FolderEngine, statement: str) -> pa.Table:
            return (merge if "merge into" in statement else plain)(engine, statement)

        patch.setattr(FolderEngine, "sql", sql)
    elif step == "purge":
        patch.setattr(folder, "purge", counted(folder.purge))
    else:
        patch.setattr(Memory, step, counted(getattr(Memory, step)))


@pytest.mark.parametrize(
    ("step", "after", "then"),
    [
        pytest.param("merge", 30, "run", marks=pytest.mark.nightly),
        ("purge", 7, "again"),
        pytest.param("keep_plan", 0, "again", marks=pytest.mark.nightly),
        pytest.param("remember", 0, "run", marks=pytest.mark.nightly),
        pytest.param("merge", 1, "run", marks=pytest.mark.nightly),
        pytest.param("keep_report", 0, "again", marks=pytest.mark.nightly),
        pytest.param("drop_plan", 0, "again", marks=pytest.mark.nightly),
    ],
)
def test_a_forget_that_was_killed_is_finished(
    known: Shop, forgotten: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, after: int, then: str
) -> None:
    shop = known.copy(tmp_path / "shop")
    with monkeypatch.context() as patch:
        killing(patch, step, after)
        assert not forget(shop, '{customer_id: "17"}')[0]
    if then == "again":
        success, message = forget(shop, '{customer_id: "17"}')
        assert success, message
    else:
        shop.succeed("run", "--select", "stg_customers")
    assert places(shop.warehouse) == []
    assert not (shop.warehouse / "_forget" / "plan.json").exists()
    assert not shop.path("bronze.forgetting_ids").exists()
    assert_same(nameless(forgotten), nameless(shop))
