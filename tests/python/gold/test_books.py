"""A shop with refunds, cancellations, three currencies and a clock with daylight saving has the figures of its books."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from shop import Shop, assert_same

from data_generator import cli

pytestmark = pytest.mark.slow

# Files up to each of these days come in a run of their own. Of February and later, the rates come one run too late.
CUTS = ("2025-02-10", "2025-03-12", "2099-01-01")
MADE = ("--books", "--time-zone", "America/New_York", "--layout", "daily", "--scale", "0.01")
PERIOD = ("--start", "2025-01-20", "--end", "2025-04-05")
ZONE = ("--vars", "{shop_time_zone: America/New_York}")
BUILD = ("build", "--exclude", "resource_type:test", "resource_type:unit_test", *ZONE)


def messages(shop: Shop) -> list[str]:
    """Build; the messages of what failed."""
    result = shop.dbt(*BUILD, parse=True)
    assert result.exception is None
    return [str(each.message) for each in result.result if str(each.status) == "error"]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("books") / "landing"
    assert cli.main(["generate", "--output", str(folder), *MADE, *PERIOD]) == 0
    return folder


def deliver(shop: Shop, files: Path, after: str, until: str) -> None:
    for file in sorted(files.glob("*/*.csv")):
        late = file.parent.name == "exchange_rates" and file.stem > "2025-02"
        # An entity has a file from the first run on, unless it is optional.
        if after < ("2025-02-11" if late and file.stem < "2025-02-11" else file.stem) <= until:
            shop.deliver({f"{file.parent.name}/{file.name}": file.read_bytes()})


@pytest.fixture(scope="module")
def whole(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    shop = Shop(tmp_path_factory.mktemp("whole"))
    deliver(shop, files, "", "9999")
    assert messages(shop) == []
    return shop


def test_every_step_of_every_day_is_that_of_the_books(files: Path, whole: Shop) -> None:
    books = json.loads((files / "manifest.json").read_text())["truth"]["books"]
    days = whole.table("gold.daily_sales").set_index("sales_date")
    days.index = days.index.astype(str)
    wrong = [
        (day, figure, value, str(days.loc[day, figure]))
        for day, figures in books["days"].items()
        for figure, value in figures.items()
        if str(value) != str(days.loc[day, figure])
    ]
    assert wrong == []
    assert len(books["days"]) > 60
    totals = days[list(next(iter(books["days"].values())))].sum()
    assert (totals.drop("exchange_difference") > 0).all(), "a figure that the shop does not have is not tested"

    refused = whole.table("silver.quarantine").query("entity == 'refunds'")
    assert set(refused["rule"]) == {"refund_exceeds_order"}
    assert len(refused) == books["refused_refund_lines"] > 0
    compared = whole.table("gold.books_by_month").dropna(subset="ledger_amount")
    assert len(compared) >= 21
    assert (compared["difference"] == 0).all()


def test_late_refunds_rates_and_cancellations_give_the_tables_of_one_load(
    files: Path, whole: Shop, tmp_path: Path
) -> None:
    shop = Shop(tmp_path / "parts")
    failures = []
    for after, until in pairwise(("", *CUTS)):
        deliver(shop, files, after, until)
        failures.append(messages(shop))
    assert "There are no exchange rates of these days:" in failures[0][0]
    assert "2025-02-01: GBP to USD (orders: 1)" in failures[0][0]
    assert failures[1:] == [[], []]
    assert_same(whole.tables(), shop.tables())
