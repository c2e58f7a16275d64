"""The same files give the same tables, in one load or in many, late, repeated or broken."""

import random
from collections.abc import Callable

import pytest
from scenario import CORRECTIONS, DIMENSIONS, SCENARIO
from shop import Files, Shop, assert_same


def load(new_shop: Callable[[], Shop], batches: list[list[Files]]) -> Shop:
    shop = new_shop()
    for batch in batches:
        for files in batch:
            shop.deliver(files)
        shop.build()
    return shop


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Everything but the first content of the path with two, in a load and then the corrections, rebuilt from bronze."""
    shop = Shop(tmp_path_factory.mktemp("whole"))
    for files in (DIMENSIONS, *SCENARIO.values()):
        shop.deliver(files)
    shop.build()
    for files in CORRECTIONS.values():
        shop.deliver(files)
    shop.build("--full-refresh")
    return shop


def split(steps: list[Files], parts: int) -> list[list[Files]]:
    size = -(-len(steps) // parts)
    return [steps[start : start + size] for start in range(0, len(steps), size)]


@pytest.mark.parametrize(
    ("seed", "parts"),
    [
        pytest.param(1, 2, marks=pytest.mark.slow),
        pytest.param(2, 5, marks=pytest.mark.nightly),
        # Each file in a run of its own.
        pytest.param(3, 99, marks=pytest.mark.nightly),
    ],
)
def test_batches_in_any_order_give_the_tables_of_one_load(
    new_shop: Callable[[], Shop], whole: Shop, seed: int, parts: int
) -> None:
    shuffled = list(SCENARIO.values())
    random.Random(seed).shuffle(shuffled)
    # A staging model without any file of its entity is an error, so the first batch has a plain day.
    first = SCENARIO["a plain day"]
    shuffled.remove(first)
    batches = split([DIMENSIONS | first, *shuffled], parts) + split(list(CORRECTIONS.values()), parts)
    shop = load(new_shop, batches)
    assert_same(shop.tables(), whole.tables())
    assert "recovered" in set(shop.table("gold.cart_abandonment")["outcome"])
