"""Why revenue moved, and what the cockpit takes for more than chance."""

import math
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from cockpit import DIMENSIONS, Cockpit
from reporting import day, gate, reporting_tables

from dashboards.cockpit.page import write_cockpit
from dashboards.export import DATABASE
from dashboards.screenshots import chromium

pytest.importorskip("playwright.sync_api")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(chromium() is None, reason="there is no Chromium on this machine: `make browser` installs one"),
]


@pytest.fixture(scope="module")
def library(window: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """Calls the page's functions by name."""
    database = reporting_tables(
        tmp_path_factory.mktemp("library") / DATABASE,
        gate=[gate("2025-01-01", "2025-01-01")],
        rpt_executive_sales=[day("2025-01-01")],
    )
    cockpit = Cockpit(window, write_cockpit(database, database.with_name("index.html"), {}))
    yield lambda name, *arguments: cockpit.tab.evaluate(
        "([name, given]) => cockpit[name](...given)", [name, list(arguments)]
    )
    cockpit.tab.close()


@pytest.mark.parametrize(
    ("before", "now", "effects"),
    [
        ([[100, 0.1, 50]], [[110, 0.1, 50]], [50, 0, 0]),
        # From 1 to 6: the logarithmic mean is 5 / ln 6, and the factors' logarithms share it.
        ([[1, 1]], [[2, 3]], [5 * math.log(2) / math.log(6), 5 * math.log(3) / math.log(6)]),
        ([[100, 0.1, 50]], [[100, 0, 0]], [0, -500, 0]),
        ([[0, 0, 0]], [[10, 0.5, 20]], [100, 0, 0]),
        ([[10, 0.5, 20], [4, 0.25, 3]], [[10, 0.5, 20], [8, 0.25, 3]], [3, 0, 0]),
        ([[7, 2]], [[7, 2]], [0, 0]),
    ],
)
def test_the_change_is_split_by_the_index_of_ang(
    library: Callable[..., object], before: list[list[float]], now: list[list[float]], effects: list[float]
) -> None:
    assert library("decompose", before, now) == pytest.approx(effects, abs=1e-9)


def test_the_chance_of_a_distance_is_that_of_the_normal_distribution(library: Callable[..., object]) -> None:
    for z in (0, 0.5, 1.96, 4, 6):
        assert library("chance", z) == pytest.approx(math.erfc(z / math.sqrt(2)), rel=1e-5)


def test_chance_is_no_news_and_a_doubled_product_is(library: Callable[..., object]) -> None:
    """Of 200 shops in which nothing changed, about one in twenty has news; a product that doubles is found."""
    random = np.random.default_rng(20)

    def group(orders: np.ndarray) -> dict[str, list[float]]:
        values = [random.gamma(2, 5000, count) for count in orders]
        counts = [float(count) for count in orders]
        zeros = [0.0] * len(orders)
        return {
            "sessions": zeros, "buyers": zeros, "orders": counts, "units": counts,
            "net": [float(each.sum()) for each in values], "squares": [float((each**2).sum()) for each in values],
        }  # fmt: skip

    def sums(products: np.ndarray) -> dict[str, object]:
        empty = group(np.zeros(0, dtype=int))
        by = {name: empty for name in DIMENSIONS} | {"product": group(products)}
        return {"net": sum(by["product"]["net"]), "by": by}

    usual = np.full(40, 60)
    found = [library("news", sums(random.poisson(usual)), sums(random.poisson(usual))) for _ in range(200)]
    assert sum(map(bool, found)) <= 20
    doubled = usual * np.where(np.arange(40) == 7, 2, 1)
    news = library("news", sums(random.poisson(usual)), sums(random.poisson(doubled)))
    assert [(each["dimension"], each["code"]) for each in news] == [("product", 7)]
