"""A shop that knows a person, and the same shop after the person was forgotten."""

from pathlib import Path

import pytest
from people import OTHERS, deliver_person, forget, make_files
from shop import MadeOnce, Shop


@pytest.fixture(scope="session")
def known(made_once: MadeOnce) -> Shop:
    """A shop that knows the person, and has published them."""

    def fill(folder: Path) -> None:
        shop = Shop(folder)
        shop.deliver(OTHERS)
        deliver_person(shop)
        shop.publish()

    return Shop.at(made_once("known", fill))


@pytest.fixture(scope="session")
def forgotten(known: Shop, made_once: MadeOnce) -> Shop:
    """That shop after the person was forgotten, with a folder `made` of files that were made of its tables."""

    def fill(folder: Path) -> None:
        shop = known.copy(folder)
        make_files(folder / "made")
        success, message = forget(shop, '{customer_id: "17"}', made=folder / "made")
        assert success, message

    return Shop.at(made_once("forgotten", fill))
