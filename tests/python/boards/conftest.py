"""A generated shop, and its reporting tables as the boards read them."""

from pathlib import Path

import pytest
from boards import place_for_boards
from shop import Shop

from dashboards.export import DATABASE, export
from data_generator import cli


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A generated shop of 100 customers."""
    shop = Shop(tmp_path_factory.mktemp("boards"))
    assert cli.main(["generate", "--output", str(shop.landing), "--scale", "0.005", "--force"]) == 0
    shop.build()
    shop.publish()
    return shop


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
