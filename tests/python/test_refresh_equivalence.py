"""The same files give the same tables, in one load or in many, late, repeated or broken.

SCENARIO lists the files by what they stand for; README.md names them too.
"""

import os
import random
from collections.abc import Callable

import pytest
from shop import Shop, assert_same

# `REFRESH_PARTS=99 pytest tests/python/test_refresh_equivalence.py` loads each file in a run of its own; CI takes fewer.
PARTS = int(os.environ.get("REFRESH_PARTS", "8"))

DIMENSIONS = {
    "customers/first.csv": [
        "1,Ann,ann@example.com,US,30,2024-01-05,True",
        "2,Bob,bob@example.com,de,41,2024-02-10,False",
        "3,Eve,,FR,,2024-03-01,",
    ],
    "products/first.csv": ["10,Books,Atlas,20.00,12.00,8.00", "11,Toys,Kite,15.50,9.00,6.50"],
}

# name: (files, the number of the step before which they must not come)
SCENARIO: dict[str, dict[str, str | bytes | list[str]]] = {
    "a plain day": {
        "sessions/2025-01-31.csv": [
            "100,1,2025-01-31T10:00:00,mobile,organic,US",
            "101,2,2025-01-31T23:50:00,tablet,paid,DE",
        ],
        "events/2025-01-31.csv": [
            "1,100,2025-01-31T10:01:00,page_view,10,,,,,",
            "2,100,2025-01-31T10:02:00,add_to_cart,10.0,1.0,,,,",
            "3,100,2025-01-31T10:05:00,checkout,,,1,,,",
            "4,100,2025-01-31T10:06:00,purchase,,,,card,10,18.00",
            "5,101,2025-01-31T23:55:00,page_view,11,,,,,",
        ],
        "orders/2025-01-31.csv": ["500,1,2025-01-31T10:06:00,card,10,20.00,18.00,US,mobile,organic"],
        "order_items/2025-01-31.csv": ["500,10,20.00,1,20.00"],
        "reviews/2025-01-31.csv": ["900,500,10,5,Fine,2025-02-02T00:00:00"],
    },
    "a session that goes on after midnight, into the next month": {
        "events/2025-02-01.csv": [
            "6,101,2025-02-01T00:05:00,view,11,,,,,",
            "7,101,2025-02-01T00:06:00,cart,11,2,,,,",
            "8,101,2025-02-01T00:07:00,checkout,,,2,,,",
        ],
    },
    "a session that begins earlier than was thought": {
        "events/late-first.csv": ["9,101,2025-01-30T23:40:00,page_view,10,,,,,"],
    },
    "an event whose session comes later": {
        "events/orphan.csv": ["20,200,2025-02-03T09:00:00,page_view,12,,,,,"],
    },
    "the session of that event": {
        "sessions/of-orphan.csv": ["200,3,2025-02-03T08:59:00,desktop,email,FR"],
    },
    "items before their order": {
        "order_items/early.csv": ["501,11,15.50,2,31.00", "501,11,15.50,2,31.00", "501,10,20.00,1,20.00"],
    },
    "their order": {
        "orders/late.csv": ["501,2,2024-12-24T12:00:00,paypal,0,82.00,82.00,DE,desktop,direct"],
    },
    "an order that recovers an abandoned cart": {
        "orders/recovery.csv": ["504,2,2025-02-03T12:00:00,card,0,15.50,15.50,DE,mobile,direct"],
        "order_items/recovery.csv": ["504,11,15.50,1,15.50"],
    },
    "an order without lines, of a customer nobody knows": {
        "orders/no-lines.csv": ["502,77,2025-02-02T12:00:00,card,0,9.99,9.99,US,mobile,organic"],
    },
    "the same file under another name": {
        "events/again/2025-01-31.csv": [
            "1,100,2025-01-31T10:01:00,page_view,10,,,,,",
            "2,100,2025-01-31T10:02:00,add_to_cart,10.0,1.0,,,,",
            "3,100,2025-01-31T10:05:00,checkout,,,1,,,",
            "4,100,2025-01-31T10:06:00,purchase,,,,card,10,18.00",
            "5,101,2025-01-31T23:55:00,page_view,11,,,,,",
        ],
        "order_items/again.csv": ["501,11,15.50,2,31.00", "501,11,15.50,2,31.00", "501,10,20.00,1,20.00"],
    },
    "broken rows": {
        "events/broken.csv": [
            "30,100,2025-01-31T11:00:00,page_view,10,,,,,",
            "31,100,not a time,page_view,10,,,,,",
            "32,100,2999-01-01T00:00:00,page_view,10,,,,,",
            ",100,2025-01-31T11:00:00,page_view,10,,,,,",
            "33,100,2025-01-31T11:00:00,page_view",
            '34,100,2025-01-31T11:00:00,"page_view,10,,,,,',
            "35,100,2025-01-31T11:00:00,dance,10,,,,,",
        ],
        "orders/broken.csv": ["503,1,2025-02-02T12:00:00,card,0,-1,5,US,mobile,organic"],
        "reviews/broken.csv": ["901,500,10,6,Six stars,2025-02-02T00:00:00"],
    },
    "a day years before all others": {
        "sessions/old.csv": ["300,1,2019-05-05T10:00:00,mobile,organic,US"],
        "events/old.csv": ["40,300,2019-05-05T10:01:00,page_view,11,,,,,"],
    },
    "products and customers delivered again, unchanged": {
        "products/again.csv": ["10,Books,Atlas,20.00,12.00,8.00", "11,Toys,Kite,15.50,9.00,6.50"],
        "customers/again.csv": ["2,Bob,bob@example.com,de,41,2024-02-10,False"],
    },
    "an event without a product, and a session without a customer": {
        "sessions/nobody.csv": ["301,,2025-02-05T10:00:00,mobile,organic,US"],
        "events/nobody.csv": [
            "50,301,2025-02-05T10:00:00,page_view,,,,,,",
            "51,301,2025-02-05T10:01:00,add_to_cart,11,1,,,,",
        ],
    },
}

# Corrections of what came before: each must stay behind it.
CORRECTIONS: dict[str, dict[str, str | bytes | list[str]]] = {
    "an event moves to another session and month": {
        "events/moved.csv": ["5,200,2025-03-15T08:00:00,page_view,11,,,,,"],
    },
    "the last event of an old day moves away": {
        "events/moved-old.csv": ["40,300,2025-03-16T08:00:00,page_view,11,,,,,"],
    },
    "a path with new content": {
        "orders/2025-01-31.csv": ["500,1,2025-01-31T10:06:00,card,0,20.00,20.00,US,mobile,organic"],
    },
    "a product changes its name and cost": {
        "products/renamed.csv": ["10,Maps,World atlas,22.00,13.00,9.00"],
    },
    "a customer changes": {
        "customers/changed.csv": ["1,Ann Lee,ann.lee@example.com,CA,31,2024-01-05,False"],
    },
    "an order moves to another day": {
        "orders/moved.csv": ["501,2,2025-01-02T12:00:00,paypal,0,82.00,82.00,DE,desktop,direct"],
    },
}


def load(new_shop: Callable[[], Shop], batches: list[list[dict[str, str | bytes | list[str]]]]) -> Shop:
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


def split(
    steps: list[dict[str, str | bytes | list[str]]], parts: int
) -> list[list[dict[str, str | bytes | list[str]]]]:
    size = -(-len(steps) // parts)
    return [steps[start : start + size] for start in range(0, len(steps), size)]


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "parts"), [(1, 3), (2, PARTS)])
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
