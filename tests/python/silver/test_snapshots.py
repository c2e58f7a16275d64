"""The history of customers and of product prices."""

from collections.abc import Callable

import pandas as pd
import pytest
from deliveries import GOOD
from shop import Shop

pytestmark = pytest.mark.slow

SELECTED = ("--select", "+customers_history", "+product_prices_history")


def versions(shop: Shop, table: str, column: str) -> list[tuple[object, bool]]:
    """The values of a column in the order of their versions, and whether each is the current one."""
    rows = shop.table(f"silver.{table}").sort_values("dbt_valid_from")
    return [(str(value), pd.isna(end)) for value, end in zip(rows[column], rows["dbt_valid_to"], strict=True)]


def test_history_survives_restarts_redeliveries_and_a_full_refresh(new_shop: Callable[[], Shop]) -> None:
    shop = new_shop()
    shop.deliver(GOOD)
    shop.build(*SELECTED)
    shop.deliver({"products/2.csv": ["10,Books,Atlas,25.00,12.00,13.00"], "customers/again.csv": GOOD["customers.csv"]})
    shop.build(*SELECTED)
    shop.deliver({"products/3.csv": ["10,Books,Atlas,19.99,12.00,7.99"], "products/again.csv": GOOD["products.csv"]})
    shop.build(*SELECTED)
    # the later file name of the last delivery wins
    prices = [("20.00", False), ("25.00", False), ("20.00", True)]
    assert versions(shop, "product_prices_history", "price_usd") == prices
    assert versions(shop, "customers_history", "customer_name") == [("Ann", True)]

    before = shop.versions()
    shop.build(*SELECTED)
    assert shop.versions() == before
    shop.build(*SELECTED, "--full-refresh")
    assert versions(shop, "product_prices_history", "price_usd") == prices
