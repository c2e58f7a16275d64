"""A shop with files to load, before and after a run that nothing disturbed."""

import pytest
from shop import Shop

from data_generator import cli


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A shop with dirty data, all but the last files loaded, and those waiting in the landing folder."""
    shop = Shop(tmp_path_factory.mktemp("history"))
    days = ["--start", "2025-01-01", "--end", "2025-03-31", "--layout", "daily", "--dirty-rate", "0.05"]
    assert cli.main(["generate", "--output", str(shop.landing), "--scale", "0.005", *days]) == 0
    waiting = {}
    for path in sorted(shop.landing.glob("*/2025-03-2*")):
        waiting[str(path.relative_to(shop.landing))] = path.read_bytes()
        path.unlink()
    assert waiting
    shop.build()
    shop.deliver(waiting)
    return shop


@pytest.fixture(scope="session")
def finished(history: Shop, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """That shop after a run that nothing disturbed."""
    shop = history.copy(tmp_path_factory.mktemp("finished") / "shop")
    shop.build()
    return shop
