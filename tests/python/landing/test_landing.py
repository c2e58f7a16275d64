"""What dbt says of a landing folder that is not as it should be, and that it loses nothing then."""

import gzip
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from dbt.adapters.spark_connect import impl
from dbt.adapters.spark_connect.landing import folder as landing_folder
from dbt.adapters.spark_connect.landing import staging
from deliveries import GOOD
from shop import HEADERS, Shop

pytestmark = pytest.mark.slow

STAGING = ("run", "--select", "path:models/staging")
SILVER = ("--select", "+quarantine")


def messages(shop: Shop, *command: str) -> dict[str, str]:
    """What each node that failed says, by its name."""
    result = shop.dbt(*(command or STAGING))
    return {r.node.name: r.message for r in result.result if str(r.status) in ("error", "fail")}


@pytest.fixture
def shop(new_shop: Callable[[], Shop]) -> Shop:
    shop = new_shop()
    shop.deliver(GOOD)
    return shop


@pytest.mark.parametrize("made", [True, False])
def test_landing_folder_without_files(new_shop: Callable[[], Shop], made: bool) -> None:
    shop = new_shop()
    if not made:
        shop.landing.rmdir()
    message = messages(shop)["ingested_files"]
    assert f"The landing folder {shop.landing} is missing or has no file that can be read." in message
    assert "`make data`" in message


def test_a_landing_folder_that_is_emptied_after_a_run(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    assert not messages(shop)
    shutil.rmtree(shop.landing)
    capsys.readouterr()
    for folder_is_there in (False, True):
        if folder_is_there:
            shop.landing.mkdir()
        assert not messages(shop, "--no-quiet", *STAGING)
        assert "There is nothing new to load." in capsys.readouterr().out
    assert len(shop.table("bronze.ingested_files")) == len(GOOD)


def test_files_of_no_entity_are_named(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    shop.deliver({f"orderitems/{day}.csv": b"order_id\n1\n" for day in range(4)})
    shop.deliver({"event.csv.gz": b"", "old/events.csv": b"", "events/a/b.csv": GOOD["events.csv"]})
    assert not messages(shop, "--no-quiet", *STAGING)
    said = capsys.readouterr().out
    for path in ("event.csv.gz", "old/events.csv", *(f"orderitems/{day}.csv" for day in range(4))):
        assert said.count(f"\n  {path}: no entity has files of this name\n") == 1
    assert "events/a/b.csv" not in said


def test_errors_stop_their_entity_and_no_other(shop: Shop) -> None:
    shop.deliver(
        {
            "customers.csv": "",
            "products.csv": "product_id,name,price_usd\n10,Atlas,20.00\n",
            "orders.csv": b"order_id,customer_id,order_id\n",
            "order_items/cut.csv.gz": gzip.compress(b"order_id\n" * 1000)[:-20],
        }
    )
    (shop.landing / "events.csv").unlink()
    found = messages(shop)
    assert found.keys() == {"stg_customers", "stg_products", "stg_orders", "stg_order_items", "stg_events"}
    assert "customers.csv: the file is empty, it has no header." in found["stg_customers"]
    assert "products.csv: the required columns cost_usd, margin_usd are missing" in found["stg_products"]
    assert "orders.csv: columns 1 and 3 have the same name." in found["stg_orders"]
    assert "order_items/cut.csv.gz: not a whole gzip file" in found["stg_order_items"]
    assert f"There is no file of events in {shop.landing}" in found["stg_events"]
    assert sorted(shop.table("bronze.ingested_files")["path"]) == ["reviews.csv", "sessions.csv"]

    shop.deliver({"events.csv": "event_id,visitor_id,timestamp,event_type,product_id,amount_usd\n"})
    message = messages(shop)["stg_events"]
    assert "events.csv: the required column session_id is missing; " in message
    assert "session_rule: gap makes sessions of them, see docs/sessions.md." in message

    shop.deliver(GOOD)
    (shop.landing / "order_items" / "cut.csv.gz").unlink()
    assert not messages(shop)
    assert sorted(shop.table("bronze.ingested_files")["path"]) == sorted(GOOD)
    assert shop.table("bronze.stg_orders")["order_id"].tolist() == ["500"]


def test_files_as_shops_write_them(shop: Shop) -> None:
    shop.deliver(
        {
            "customers.csv": b"\xef\xbb\xbf"
            + "Name,SIGNUP_DATE,customer_id,shoe size\r\nÅsa,2024-01-01,7,38\r\n\r\n".encode(),
            "reviews.csv": HEADERS["reviews"] + '\n900,500,10,5,"He said ""wow"",\nand \\left",2025-02-02\n',
            "events.csv": HEADERS["events"] + "\n1,100,2025-01-31T10:01:00,page_view,10,,,,,\n2,100,short\n",
            "events/more/2.csv.gz": gzip.compress(
                f"{HEADERS['events']}\n3,100,2025-01-31,page_view,10,,,,,\n".encode()
            ),
        }
    )
    assert not messages(shop)
    customer = shop.table("bronze.stg_customers").iloc[0]
    assert (customer["customer_id"], customer["name"], customer["email"], customer["shoe_size"]) == (
        "7",
        "Åsa",
        None,
        "38",
    )
    review = shop.table("bronze.stg_reviews").iloc[0]
    assert review["review_text"] == 'He said "wow",\nand \\left'
    events = shop.table("bronze.stg_events").sort_values("event_id")
    assert events["event_id"].tolist() == ["1", "3"]
    assert events["_source_file"].tolist() == ["events.csv", "events/more/2.csv.gz"]
    broken = shop.table("bronze.stg_unparsable_rows").iloc[0]
    assert (broken["entity"], broken["raw_row"], broken["_row_number"]) == ("events", "2,100,short", 2)
    assert broken["problem"] == "3 fields instead of 10"
    ledger = shop.table("bronze.ingested_files").set_index("path")
    assert ledger.loc["customers.csv", "new_columns"] == "shoe_size"
    assert ledger.loc["events.csv", ["row_count", "rejected_count", "batch_id"]].tolist() == [1, 1, 1]


def test_a_file_is_loaded_once_by_path_and_content(shop: Shop) -> None:
    assert not messages(shop)
    before = shop.versions()
    assert not messages(shop)
    assert shop.versions() == before, "a run without new files changes no table"

    shop.deliver(
        {"orders.csv": [GOOD["orders.csv"][0].replace("18.00", "19.00")], "orders/copy.csv": GOOD["orders.csv"]}
    )
    assert not messages(shop)
    orders = shop.table("bronze.stg_orders").sort_values(["_batch_id", "_source_file"])
    assert orders["total_usd"].tolist() == ["18.00", "19.00", "18.00"]
    assert orders["_batch_id"].tolist() == [1, 2, 2]

    for file in shop.landing.rglob("*.csv"):
        file.unlink()
    shop.deliver({"orders/3.csv": GOOD["orders.csv"]})
    assert not messages(shop), "files that were loaded may be gone from the landing folder"
    assert len(shop.table("bronze.stg_orders")) == 4
    assert not messages(shop, "run", "--select", "path:models/staging", "--full-refresh")
    assert len(shop.table("bronze.stg_orders")) == 4, "bronze outlives a full refresh"


def test_a_new_column_in_a_later_file_reads_null_before(shop: Shop) -> None:
    assert not messages(shop)
    shop.deliver({"products/2.csv": HEADERS["products"] + ",colour\n11,Toys,Kite,5,3,2,red\n"})
    assert not messages(shop)
    shop.deliver({"products/3.csv": ["12,Toys,Ball,5,3,2"]})
    assert not messages(shop)
    products = shop.table("bronze.stg_products").sort_values("product_id")
    assert products["colour"].tolist() == [None, "red", None]


def test_a_file_that_is_loaded_before_it_is_whole(shop: Shop) -> None:
    whole = "\n".join([HEADERS["orders"], *(f"{i},1,2025-01-31T10:06:00,card,0,20.00,20.00,,," for i in range(3)), ""])
    shop.deliver({"orders.csv": whole[: whole.index("\n2,") + 9]})
    shop.build(*SILVER)
    assert sorted(shop.table("silver.int_orders")["order_id"]) == ["0", "1"]
    assert shop.table("silver.quarantine")[["rule", "_row_number"]].values.tolist() == [["unparsable_row", 3]]

    shop.deliver({"orders.csv": whole})
    shop.build(*SILVER)
    assert sorted(shop.table("silver.int_orders")["order_id"]) == ["0", "1", "2"]


def test_a_column_that_changes_its_type(shop: Shop) -> None:
    shop.build(*SILVER)
    shop.deliver({"products/2.csv": ["11,Toys,Kite,cheap,9.00,6.50", "12,Toys,Ball,5e0,3,2"]})
    shop.build(*SILVER)
    products = shop.table("silver.int_products").sort_values("product_id")
    assert [(row.product_id, str(row.price_usd)) for row in products.itertuples()] == [("10", "20.00"), ("12", "5.00")]
    broken = shop.table("silver.quarantine")[["rule", "column_name", "value", "_source_file", "_row_number"]]
    assert broken.values.tolist() == [["invalid_number", "price_usd", "cheap", "products/2.csv", 1]]


def as_nobody(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, run as a user who may read only what everybody may, where the tests are run by root."""
    if os.geteuid() != 0:
        return function

    def run(*arguments: Any) -> Any:
        os.seteuid(65534)
        try:
            return function(*arguments)
        finally:
            os.seteuid(0)

    return run


@pytest.mark.parametrize("locked", ["orders.csv", "orders", "."])
def test_what_may_not_be_read_is_named(monkeypatch: pytest.MonkeyPatch, locked: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shop = Shop(Path(folder) / "shop")
        shop.deliver(GOOD | {"orders/1.csv": GOOD["orders.csv"]})
        Path(folder).chmod(0o755)
        (shop.landing / locked).chmod(0)
        monkeypatch.setattr(landing_folder, "find", as_nobody(landing_folder.find))
        monkeypatch.setattr(staging.Contents, "of", as_nobody(staging.Contents.of))
        monkeypatch.setattr(impl, "paths", as_nobody(impl.paths))
        # One thread: the user is that of the whole process.
        said = messages(shop, *STAGING, "--threads", "1")
        (shop.landing / locked).chmod(0o755)
    model = "ingested_files" if locked == "." else "stg_orders"
    assert said.keys() == {model}
    assert f"{shop.landing / locked}: Permission denied." in said[model]
