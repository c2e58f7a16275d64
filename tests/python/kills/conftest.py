"""Shops with files to load, before and after a run that nothing disturbed."""

from functools import cache
from pathlib import Path

import pytest
from shop import BeforeAndAfter, MadeOnce, Shop

from data_generator import cli


@pytest.fixture(scope="session")
def before_and_after(made_once: MadeOnce) -> BeforeAndAfter:
    """A shop with all but the last files loaded, and those waiting in the landing folder; and the same when it is built."""

    @cache
    def of(sources: str) -> tuple[Shop, Shop]:
        def fill(folder: Path) -> None:
            shop = Shop(folder)
            shop.sources = sources
            days = ["--start", "2025-01-01", "--end", "2025-03-31", "--layout", "daily", "--source", sources]
            # Only native files can be dirty.
            dirt = ["--dirty-rate", "0.05"] if sources == "native" else []
            assert cli.main(["generate", "--output", str(shop.landing), "--scale", "0.005", *days, *dirt]) == 0
            waiting = {}
            for path in sorted(shop.landing.rglob("2025-03-2*")):
                waiting[str(path.relative_to(shop.landing))] = path.read_bytes()
                path.unlink()
            assert waiting
            shop.build()
            shop.deliver(waiting)

        name = sources.replace(",", "_")
        history = Shop.at(made_once(f"history_{name}", fill), sources)
        finished = made_once(f"finished_{name}", lambda folder: history.copy(folder).build())
        return history, Shop.at(finished, sources)

    return of


@pytest.fixture(scope="session")
def history(before_and_after: BeforeAndAfter) -> Shop:
    """With dirty data and files that wait."""
    return before_and_after("native")[0]


@pytest.fixture(scope="session")
def finished(before_and_after: BeforeAndAfter) -> Shop:
    return before_and_after("native")[1]
