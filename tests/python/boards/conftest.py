"""A generated shop, its reporting tables as the boards read them, and a browser."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from boards import place_for_boards
from cockpit import Cockpit
from shop import MadeOnce, Shop

from dashboards.cockpit.page import write_cockpit
from dashboards.export import DATABASE, export
from dashboards.screenshots import browser
from data_generator import cli


@pytest.fixture(scope="session")
def shop(made_once: MadeOnce) -> Shop:
    """A generated shop of 100 customers."""

    def fill(folder: Path) -> None:
        shop = Shop(folder)
        arguments = ["--output", str(shop.landing), "--scale", "0.005", "--force", "--searches"]
        assert cli.main(["generate", *arguments]) == 0
        shop.build()
        shop.publish()

    return Shop.at(made_once("boards", fill))


@pytest.fixture(scope="module")
def output(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop's reporting tables, exported for the boards."""
    output = place_for_boards(tmp_path_factory.mktemp("output"))
    exported = export(shop.warehouse, output)
    assert exported.newer == []
    assert (output / DATABASE).stat().st_mode & 0o077 == 0, "only its owner may read it"
    assert exported.reason == "a test: no tests were run"
    assert exported.rows["reporting.rpt_customer_360"] == len(shop.table("gold.customer_360"))
    return output


@pytest.fixture(scope="module")
def window() -> Iterator[object]:
    with browser() as window:
        yield window


@pytest.fixture(scope="module")
def cockpit_page(output: Path) -> Path:
    """The shop's cockpit."""
    return write_cockpit(output / DATABASE, output / "index.html", {"customer_360.html": "Customer 360"})


@pytest.fixture(scope="module")
def added_up_page(output: Path, shop: Shop) -> Path:
    """The same, if it may have as many rows as there are order lines: fewer than there are sessions."""
    limit = len(shop.table("reporting.rpt_order_lines"))
    assert limit < len(shop.table("reporting.rpt_sessions"))
    return write_cockpit(output / DATABASE, output / "added_up.html", {}, limit=limit)


@pytest.fixture
def opened(window: object) -> Iterator[Callable[..., Cockpit]]:
    """Opens cockpits, and asserts in the end that none had an error or asked for anything."""
    cockpits: list[Cockpit] = []

    def open_(page: Path, address: str = "", **options: object) -> Cockpit:
        cockpits.append(Cockpit(window, page, address, **options))
        return cockpits[-1]

    yield open_
    for cockpit in cockpits:
        assert cockpit.errors == []
        cockpit.tab.close()
