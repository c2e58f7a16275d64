"""The shop's values as text, row by row, shared by the exports of all sources."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from data_generator import shop
from data_generator.books import SHOP_CURRENCY, Books, Order, Refund, utc_day
from data_generator.tables import Dataset
from data_generator.words import EMAIL_DOMAINS, FIRST_NAMES, LAST_NAMES

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Texts:
    """Rows of a data set, by number, and the books of its orders if the shop keeps them."""

    def __init__(self, data: Dataset, books: Books | None = None, *, is_daily: bool = False) -> None:
        self.data = data
        self._books = books
        self._is_daily = is_daily
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
        self._refunds: dict[int, list[Refund]] = defaultdict(list)
        for refund in books.refunds if books else []:
            self._refunds[refund.order].append(refund)

    def items(self, order: int) -> list[tuple[int, int]]:
        """Product and quantity of the lines of an order."""
        return self._items[order]

    def money(self, order: int) -> Order:
        """The money of an order, and its status in the end. Without books it is paid at once, in US dollars."""
        if self._books:
            return self._books.orders[order]
        return Order(SHOP_CURRENCY, total=int(self.data.orders.total_cents[order]))

    def refunds(self, order: int, until: int) -> list[Refund]:
        """The lines of an order's refunds that were made by a time, in the order of time."""
        return [refund for refund in self._refunds[order] if refund.time <= until]

    def deliveries(self, order: int) -> list[int]:
        """When an order is exported: with daily files when it is placed and after each refund, otherwise in the end."""
        times = sorted({int(self.data.orders.time[order]), *(refund.time for refund in self._refunds[order])})
        return times if self._is_daily else times[-1:]

    def rate(self, order: int) -> int:
        """The value of the order's currency on its day, in ten-thousandths of the shop's."""
        if not self._books:
            return 10_000
        day = utc_day(int(self.data.orders.time[order]))
        return self._books.rates.get((day, self._books.orders[order].currency), 10_000)

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
