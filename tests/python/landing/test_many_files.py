"""That thousands of small files are loaded as one: what is done does not grow with their number."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from dbt.adapters.spark_connect.connections import Cursor
from dbt.adapters.spark_connect.landing import staging
from deliveries import GOOD
from deltalake import DeltaTable
from shop import Shop

pytestmark = pytest.mark.slow

FILES = 1000


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The statements that the engine is given. Staged files are left where they are."""
    seen: list[str] = []
    execute = Cursor.execute

    def record(cursor: Cursor, sql: str, bindings: Any = None) -> None:
        seen.append(sql)
        execute(cursor, sql, bindings)

    monkeypatch.setattr(Cursor, "execute", record)
    monkeypatch.setattr(staging, "clear", lambda folder: None)
    yield seen


def test_what_is_done_does_not_grow_with_the_number_of_files(
    new_shop: Callable[[], Shop], statements: list[str]
) -> None:
    done = {}
    for files in (1, FILES):
        shop = new_shop()
        shop.deliver(GOOD)
        shop.deliver(
            {f"events/{file}.csv": [f"{file + 2},100,2025-01-31T10:01:00,page_view,10,,,,,"] for file in range(files)}
        )
        for run in ("first", "nothing new"):
            statements.clear()
            shop.succeed("run", "--select", "path:models/staging")
            staged = list(shop.warehouse.glob(f"{staging.STAGING_FOLDER}/events/*.parquet"))
            written = DeltaTable(str(shop.path("bronze.stg_events"))).file_uris()
            done[run, files] = (len(statements), len(staged), len(written), sum(map(len, statements)))
    for run in ("first", "nothing new"):
        *few, few_bytes = done[run, 1]
        *many, many_bytes = done[run, FILES]
        assert many == few, f"{run}: statements, staged files and files of the table"
        assert many_bytes < 1.01 * few_bytes, f"{run}: the length of all statements, but for names of folders"

    assert len(shop.table("bronze.stg_events")) == FILES + 1
    ledger = shop.table("bronze.ingested_files")
    assert sorted(ledger["path"]) == sorted([*GOOD, *(f"events/{file}.csv" for file in range(FILES))])
    assert ledger["row_count"].tolist() == [1] * len(ledger)
