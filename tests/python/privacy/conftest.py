"""A shop that knows a person, and the same shop after the person was forgotten."""

from pathlib import Path

import pytest
from people import OTHERS, deliver_person, forget, make_files
from shop import Shop


@pytest.fixture(scope="session")
def known(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A shop that knows the person, and has published them."""
    shop = Shop(tmp_path_factory.mktemp("known"))
    shop.deliver(OTHERS)
    deliver_person(shop)
    shop.publish()
    return shop


@pytest.fixture(scope="session")
def forgotten(known: Shop, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """That shop after the person was forgotten, with a folder `made` of files that were made of its tables."""
    root = Path(tmp_path_factory.mktemp("forgotten")) / "shop"
    shop = known.copy(root)
    make_files(root / "made")
    success, message = forget(shop, '{customer_id: "17"}', made=root / "made")
    assert success, message
    return shop
