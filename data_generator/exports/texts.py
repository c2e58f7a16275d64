"""The shop's values as text, row by row, shared by the exports of all sources."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from data_generator import shop
from data_generator.tables import Dataset
from data_generator.words import EMAIL_DOMAINS, FIRST_NAMES, LAST_NAMES

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Texts:
    """Rows of a data set, by number."""

    def __init__(self, data: Dataset) -> None:
        self.data = data
        self.countries = shop.names(shop.COUNTRIES)
        self.devices = shop.names(shop.DEVICES)
        self.sources = shop.names(shop.SOURCES)
        self.payments = shop.names(shop.PAYMENTS)
        self.categories = [category.name for category in shop.CATEGORIES]
        items = data.order_items
        self._items: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for order, product, quantity in zip(
            items.order.tolist(), items.product.tolist(), items.quantity.tolist(), strict=True
        ):
            self._items[order].append((product, quantity))

    def items(self, order: int) -> list[tuple[int, int]]:
        """Product and quantity of the lines of an order."""
        return self._items[order]

    def name(self, customer: int) -> tuple[str, str]:
        """First and last name."""
        table = self.data.customers
        return FIRST_NAMES[int(table.first_name[customer])], LAST_NAMES[int(table.last_name[customer])]

    def email(self, customer: int) -> str:
        """The address, as in the native export."""
        table = self.data.customers
        first, last = self.name(customer)
        namesake = int(table.namesake[customer])
        number = str(namesake + 1) if namesake else ""
        return f"{first.lower()}.{last.lower()}{number}@{EMAIL_DOMAINS[int(table.domain[customer])]}"

    def country(self, customer: int) -> str:
        """The code of the customer's country."""
        return self.countries[int(self.data.customers.country[customer])]

    def product_name(self, product: int) -> str:
        """The name of a product."""
        return bytes(self.data.products.name[product]).decode()

    def price(self, product: int) -> str:
        """Its price."""
        return dollars(int(self.data.products.price_cents[product]))


def dollars(cents: int) -> str:
    """12.30"""
    return f"{cents // 100}.{cents % 100:02}"


def utc(second: int) -> datetime:
    """A second since 1970 as a time."""
    return _EPOCH + timedelta(seconds=second)


def shop_time(second: int) -> str:
    """2026-05-01 23:54:11 -0400: the time of a shop whose offset is four hours."""
    return utc(second).astimezone(timezone(timedelta(hours=-4))).strftime("%Y-%m-%d %H:%M:%S %z")
