"""Orders that change: status, currency, tax, shipping, tips, refunds; and their totals in the shop's books.

Amounts are whole cents, of the order's currency unless they are said to be the shop's, and rates are ten-thousandths of
the shop's currency. Shopify's exports have all amounts in the shop's currency, and so have the books of such a shop:
only the tax, and the amounts that the customer sees, depend on the order's currency there. The truth is summed up order
by order in whole numbers, from the definitions in docs/money.md.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from data_generator.options import FIRST_DAY, GenerateOptions
from data_generator.streams import Streams
from data_generator.tables import Dataset

SHOP_CURRENCY: Final = "USD"
# Name, weight, first rate, tax in percent, and whether prices include it.
CURRENCIES: Final = (("USD", 60, 10_000, 8, False), ("EUR", 25, 10_800, 20, True), ("GBP", 15, 12_700, 20, True))
SHIPPING_CENTS: Final = (0, 499, 999)
TIPS_CENTS: Final = (0, 0, 0, 100, 250)
FEE_PCT: Final = 3
FATES: Final = (
    ("paid", 72),
    ("pending", 4),
    ("voided", 2),
    ("cancelled", 4),
    ("returned whole", 6),
    ("returned in part", 4),
    ("returned twice", 3),
    ("shipping returned", 2),
    ("returned too much", 3),
)
# Days from an order to its refund or cancellation.
DELAY_DAYS: Final = (1, 60)
SECONDS_PER_DAY: Final = 86_400
FIGURES: Final = (
    "order_count",
    "gross_sales",
    "discounts",
    "returns",
    "net_sales",
    "shipping",
    "tax",
    "total_sales",
    "tips",
    "paid",
    "outstanding",
    "exchange_difference",
    "order_day_returns",
    "cancelled_order_count",
    "cancelled_sales",
)


@dataclass(frozen=True)
class Refund:
    """A line of a refund. ``product`` is -1 for shipping only; ``is_refused`` if it refunds more than was paid."""

    number: int
    order: int
    time: int
    product: int
    quantity: int
    amount: int
    tax: int
    shipping: int
    is_restocked: bool
    is_refused: bool

    @property
    def reason(self) -> str:
        """Why the customer returned the product."""
        return "does not fit" if self.product >= 0 else ""


@dataclass(frozen=True)
class Order:
    """The additional columns of an order. ``changed`` is when it got its status, -1 if at once."""

    currency: str
    total: int
    tax: int = 0
    includes_tax: bool = False
    shipping: int = 0
    tips: int = 0
    fee: int = 0
    code: str = ""
    status: str = "paid"
    is_cancelled: bool = False
    changed: int = -1


@dataclass
class Books:
    """The orders by number, their refunds in the order of time, the rates of each day and currency, and the truth.

    ``is_converted`` says that the amounts of all orders are in the shop's currency. ``fees`` is the sum of the payment
    fees, in the shop's currency.
    """

    is_converted: bool = False
    orders: list[Order] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    rates: dict[tuple[date, str], int] = field(default_factory=dict)
    days: dict[date, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    fees: int = 0

    def currency(self, order: int) -> str:
        """The currency of an order's amounts."""
        return SHOP_CURRENCY if self.is_converted else self.orders[order].currency

    def rate(self, day: date, currency: str) -> int:
        """What the amounts of an order in this currency are worth on a day."""
        return 10_000 if self.is_converted else self.rates.get((day, currency), 10_000)

    def months(self) -> dict[date, Counter[str]]:
        """The truth by month."""
        months: dict[date, Counter[str]] = defaultdict(Counter)
        for day, figures in self.days.items():
            for name, value in figures.items():
                months[day.replace(day=1)][name] += value
        return dict(sorted(months.items()))


def half_up(numerator: int, denominator: int) -> int:
    """A quotient, rounded half up and below 0 half down, as decimals are rounded in SQL; 0 without a denominator."""
    if denominator == 0:
        return 0
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    numerator, denominator = abs(numerator), abs(denominator)
    return sign * ((2 * numerator + denominator) // (2 * denominator))


def make_books(data: Dataset, options: GenerateOptions, streams: Streams) -> Books:
    """The life of every order of a data set."""
    books = Books(is_converted="shopify" in options.source, rates=_rates(options, streams))
    zone = ZoneInfo(options.time_zone)
    size = len(data.orders.time)
    currency = streams.choice("books.currency", tuple(weight for _, weight, *_ in CURRENCIES), size)
    fate = streams.choice("books.fate", tuple(weight for _, weight in FATES), size)
    shipping = streams.integers("books.shipping", 0, len(SHIPPING_CENTS) - 1, size)
    tips = streams.integers("books.tips", 0, len(TIPS_CENTS) - 1, size)
    delay = streams.integers("books.delay", DELAY_DAYS[0] * SECONDS_PER_DAY, DELAY_DAYS[1] * SECONDS_PER_DAY, size)
    lines: list[list[tuple[int, int, int]]] = [[] for _ in range(size)]
    items = data.order_items
    for order, product, quantity in zip(
        items.order.tolist(), items.product.tolist(), items.quantity.tolist(), strict=True
    ):
        lines[order].append((product, quantity, int(data.products.price_cents[product]) * quantity))
    for number in range(size):
        life = _Life(
            number=number,
            time=int(data.orders.time[number]),
            goods=int(data.orders.total_cents[number]),
            lines=lines[number],
            currency=CURRENCIES[int(currency[number])],
            fate=FATES[int(fate[number])][0],
            shipping=SHIPPING_CENTS[int(shipping[number])],
            tips=0 if options.has_admin_orders else TIPS_CENTS[int(tips[number])],
            fee_pct=0 if options.has_admin_orders else FEE_PCT,
            delay=int(delay[number]),
        )
        refunds = life.refunds(len(books.refunds))
        books.orders.append(life.order())
        books.refunds += refunds
        life.book(books, refunds, zone)
    books.refunds.sort(key=lambda refund: (refund.time, refund.number))
    books.days = dict(sorted(books.days.items()))
    return books


def _rates(options: GenerateOptions, streams: Streams) -> dict[tuple[date, str], int]:
    """A rate for each day from the one before the first order to the one after the last refund."""
    days = options.day_count + DELAY_DAYS[1] * 2 + 4
    rates = {}
    for name, _, rate, *_ in CURRENCIES[1:]:
        steps = streams.integers(f"books.rate.{name}", -40, 40, days)
        for offset, step in enumerate(steps.tolist()):
            rate += step
            rates[date.fromordinal(options.start.toordinal() + offset - 1), name] = rate
    return rates


@dataclass(frozen=True)
class _Life:
    """One order and its later changes."""

    number: int
    time: int
    goods: int
    lines: list[tuple[int, int, int]]
    currency: tuple[str, int, int, int, bool]
    fate: str
    shipping: int
    tips: int
    fee_pct: int
    delay: int

    @property
    def includes_tax(self) -> bool:
        return self.currency[4]

    @property
    def tax(self) -> int:
        percent = self.currency[3]
        if self.includes_tax:
            return half_up((self.goods + self.shipping) * percent, 100 + percent)
        return half_up(self.goods * percent, 100)

    @property
    def total(self) -> int:
        return self.goods + self.shipping + self.tips + (0 if self.includes_tax else self.tax)

    @property
    def fee(self) -> int:
        return half_up(self.total * self.fee_pct, 100)

    @property
    def untaxed_shipping(self) -> int:
        if not self.includes_tax:
            return self.shipping
        return self.shipping - half_up(self.tax * self.shipping, self.goods + self.shipping)

    @property
    def untaxed_goods(self) -> int:
        return self.total - self.tips - self.tax - self.untaxed_shipping

    @property
    def discount(self) -> int:
        """How much the lines cost above the goods, without the tax included in them."""
        with_tax = sum(total for *_, total in self.lines) - self.goods
        if not self.includes_tax:
            return with_tax
        tax_of_goods = self.tax - (self.shipping - self.untaxed_shipping)
        return with_tax - half_up(tax_of_goods * with_tax, self.goods)

    @property
    def is_cancelled(self) -> bool:
        return self.fate in ("cancelled", "voided")

    def order(self) -> Order:
        statuses = {"paid": "paid", "pending": "pending", "voided": "voided", "cancelled": "Canceled"}
        whole = ("returned whole", "returned too much")
        status = statuses.get(self.fate, "refunded" if self.fate in whole else "partially refunded")
        return Order(
            currency=self.currency[0],
            total=self.total,
            tax=self.tax,
            includes_tax=self.includes_tax,
            shipping=self.shipping,
            tips=self.tips,
            fee=self.fee,
            code=f"CODE{self.number % 7}" if self.number % 3 == 0 else "",
            status=status,
            is_cancelled=self.fate == "cancelled",
            changed=self.time + self.delay if self.fate not in ("paid", "pending", "voided") else -1,
        )

    def refunds(self, first: int) -> list[Refund]:
        """The lines of this order's refunds, numbered from ``first``. A cancelled order is refunded in full."""
        later = self.time + 2 * self.delay
        product, _, line_total = self.lines[0]
        part = half_up(self.untaxed_goods * line_total, 3 * sum(total for *_, total in self.lines))
        of_part = (product, 1, part, half_up(self.tax * part, self.untaxed_goods), 0)
        shipping_only = (-1, 0, 0, 0, self.untaxed_shipping)
        made: list[tuple[int, list[tuple[int, int, int, int, int]]]] = []
        if self.fate in ("returned whole", "returned too much", "cancelled"):
            made.append((self.time + self.delay, self._whole()))
        if self.fate in ("returned in part", "returned twice"):
            made.append((self.time + self.delay, [of_part]))
        if self.fate == "returned twice":
            made.append((later, [of_part, shipping_only]))
        if self.fate == "shipping returned":
            made.append((later, [shipping_only]))
        if self.fate == "returned too much":
            made.append((later, [(-1, 0, self.tips + 100, 0, 0)]))
        return [
            Refund(first + serial, self.number, time, *line, is_restocked=self.number % 2 == 0, is_refused=is_refused)
            for serial, (time, lines) in enumerate(made)
            for line in lines
            for is_refused in [self.fate == "returned too much" and serial > 0]
        ]

    def _whole(self) -> list[tuple[int, int, int, int, int]]:
        """All goods line by line, the tax with the first line, and the shipping on a separate line."""
        whole, left = sum(total for *_, total in self.lines), self.untaxed_goods
        rows = []
        for product, quantity, total in self.lines[1:]:
            amount = half_up(self.untaxed_goods * total, whole)
            left -= amount
            rows.append((product, quantity, amount, 0, 0))
        rows.insert(0, (*self.lines[0][:2], left, self.tax, 0))
        return [*rows, (-1, 0, 0, 0, self.untaxed_shipping)]

    def book(self, books: Books, refunds: list[Refund], zone: ZoneInfo) -> None:
        """Adds the order and its refunds to the truth, in the shop's currency and by the shop's day."""
        day = shop_day(self.time, zone)
        rate = books.rate(day, self.currency[0])

        def converted(cents: int, at: int = rate) -> int:
            return half_up(cents * at, 10_000)

        figures = books.days[day]
        if self.is_cancelled:
            figures["cancelled_order_count"] += 1
            figures["cancelled_sales"] += converted(self.total)
            return
        shipping, tax, tips = converted(self.untaxed_shipping), converted(self.tax), converted(self.tips)
        discounts, net = converted(self.discount), converted(self.total) - shipping - tax - tips
        settled = "outstanding" if self.fate == "pending" else "paid"
        books.fees += converted(self.fee)
        figures["order_count"] += 1
        _add(figures, gross_sales=net + discounts, discounts=discounts, net_sales=net, shipping=shipping, tax=tax)
        _add(figures, total_sales=net + shipping + tax, tips=tips)
        figures[settled] += net + shipping + tax + tips
        for refund in refunds:
            if refund.is_refused:
                continue
            refund_day = shop_day(refund.time, zone)
            back, tax, shipping = converted(refund.amount), converted(refund.tax), converted(refund.shipping)
            later_rate = books.rate(refund_day, self.currency[0])
            difference = converted(refund.amount + refund.tax + refund.shipping, later_rate) - back - tax - shipping
            of_day = books.days[refund_day]
            _add(of_day, returns=back, net_sales=-back, shipping=-shipping, tax=-tax)
            _add(of_day, total_sales=-back - shipping - tax, paid=-back - shipping - tax)
            of_day["exchange_difference"] += difference
            figures["order_day_returns"] += back


def _add(figures: Counter[str], **values: int) -> None:
    for name, value in values.items():
        figures[name] += value


def shop_day(time: int, zone: ZoneInfo) -> date:
    """The day in the shop's time zone of a time in seconds since 1970-01-01 UTC."""
    return datetime.fromtimestamp(time, UTC).astimezone(zone).date()


def utc_day(time: int) -> date:
    """The day in UTC of a time in seconds since 1970-01-01 UTC."""
    return date.fromordinal(FIRST_DAY.toordinal() + time // SECONDS_PER_DAY)
