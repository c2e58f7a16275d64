"""A shop with files to load, before and after a run that nothing disturbed."""

from pathlib import Path

import pytest
from shop import MadeOnce, Shop

from data_generator import cli


@pytest.fixture(scope="session")
def history(made_once: MadeOnce) -> Shop:
    """A shop with dirty data, all but the last files loaded, and those waiting in the landing folder."""

    def fill(folder: Path) -> None:
        shop = Shop(folder)
        days = ["--start", "2025-01-01", "--end", "2025-03-31", "--layout", "daily", "--dirty-rate", "0.05"]
        assert cli.main(["generate", "--output", str(shop.landing), "--scale", "0.005", *days]) == 0
        waiting = {}
        for path in sorted(shop.landing.glob("*/2025-03-2*")):
            waiting[str(path.relative_to(shop.landing))] = path.read_bytes()
            path.unlink()
        assert waiting
        shop.build()
        shop.deliver(waiting)

    return Shop.at(made_once("history", fill))


@pytest.fixture(scope="session")
def finished(history: Shop, made_once: MadeOnce) -> Shop:
    """That shop after a run that nothing disturbed."""
    return Shop.at(made_once("finished", lambda folder: history.copy(folder).build()))
