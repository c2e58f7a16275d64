"""The exports of a Shopify shop: the admin's CSV files, or the JSON lines of a bulk operation."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final

import numpy as np

from data_generator.books import SHOP_CURRENCY, Order, Refund, half_up
from data_generator.exports.files import Export, Rows
from data_generator.exports.texts import Texts, dollars, shop_time, utc
from data_generator.traffic import SECONDS_PER_DAY

_ORDERS = (
    *(
        "Name",
        "Email",
        "Financial Status",
        "Paid at",
        "Fulfillment Status",
        "Accepts Marketing",
        "Currency",
        "Subtotal",
    ),
    *("Shipping", "Taxes", "Total", "Discount Code", "Discount Amount", "Created at", "Lineitem quantity"),
    *("Lineitem name", "Lineitem price", "Lineitem sku", "Lineitem requires shipping", "Billing Country"),
    *("Shipping Country", "Cancelled at", "Payment Method", "Refunded Amount", "Id", "Tags", "Source"),
)
_CUSTOMERS = (
    *("Customer ID", "First Name", "Last Name", "Email", "Accepts Email Marketing", "Default Address Country Code"),
    *("Total Spent", "Total Orders", "Tags"),
)
_PRODUCTS = (
    *("Handle", "Title", "Vendor", "Product Category", "Type", "Tags", "Published", "Option1 Name", "Option1 Value"),
    *("Option2 Value", "Option3 Value", "Variant SKU", "Variant Price", "Image Src", "Cost per item", "Status"),
)
# Statuses as Shopify has them. A cancelled order has been refunded.
_STATUSES: Final = {"partially refunded": "partially_refunded", "Canceled": "refunded"}


def exports(texts: Texts, ending: str) -> Iterator[Export]:
    """Customers, products and orders."""
    if ending.startswith("jsonl"):
        yield Export("shopify/bulk/customers", (), _customers(texts, _bulk_customer))
        yield Export("shopify/bulk/products", (), _products(texts, _bulk_product))
        yield Export("shopify/bulk/orders", (), _orders(texts, _bulk_order))
    else:
        yield Export("shopify/customers", _CUSTOMERS, _customers(texts, _customer))
        yield Export("shopify/products", _PRODUCTS, _products(texts, _product))
        yield Export("shopify/orders", _ORDERS, _orders(texts, _order))


def _customers(texts: Texts, rows: Any) -> Iterator[tuple[int, Rows]]:
    # A customer may visit before signing up, and is delivered by then.
    day = texts.data.customers.signup_day.astype(np.int64)
    np.minimum.at(day, texts.data.sessions.customer, texts.data.sessions.start // SECONDS_PER_DAY)
    for customer, first_day in enumerate(day.tolist()):
        yield first_day, rows(texts, customer)


def _products(texts: Texts, rows: Any) -> Iterator[tuple[int, Rows]]:
    day = int(texts.data.sessions.start.min()) // SECONDS_PER_DAY
    for product in range(texts.data.rows("products")):
        yield day, rows(texts, product)


def _orders(texts: Texts, rows: Any) -> Iterator[tuple[int, Rows]]:
    for order in range(texts.data.rows("orders")):
        for until in texts.deliveries(order):
            yield until // SECONDS_PER_DAY, rows(texts, order, until)


def _status(money: Order, refunds: list[Refund]) -> str:
    """An order is paid until it is refunded, unless it never was."""
    return "paid" if money.changed >= 0 and not refunds else _STATUSES.get(money.status, money.status)


def _customer(texts: Texts, customer: int) -> Rows:
    first, last = texts.name(customer)
    return [
        {
            "Customer ID": f"'{customer + 1}",
            "First Name": first,
            "Last Name": last,
            "Email": texts.email(customer),
            "Accepts Email Marketing": "yes" if texts.data.customers.opt_in[customer] else "no",
            "Default Address Country Code": texts.country(customer),
        }
    ]


def _product(texts: Texts, product: int) -> Rows:
    table = texts.data.products
    name = texts.product_name(product)
    handle = f"{name.lower().replace(' ', '-')}-{product + 1}"
    first = {
        "Handle": handle,
        "Title": name,
        "Type": texts.categories[int(table.category[product])],
        "Published": "true",
        "Option1 Name": "Title",
        "Option1 Value": "Default Title",
        "Variant SKU": str(product + 1),
        "Variant Price": texts.price(product),
        "Image Src": "https://example.com/1.jpg",
        "Cost per item": dollars(int(table.cost_cents[product])),
        "Status": "active",
    }
    # A second picture has its own row.
    return [first, {"Handle": handle, "Image Src": "https://example.com/2.jpg"}]


def _order(texts: Texts, order: int, until: int) -> Rows:
    data = texts.data
    table = data.orders
    customer = int(data.sessions.customer[int(table.session[order])])
    email, created_at = texts.email(customer), shop_time(int(table.time[order]))
    goods, money, refunds = int(table.total_cents[order]), texts.money(order), texts.refunds(order, until)
    status = _status(money, refunds)
    rows: Rows = [
        {
            "Name": f"#{order + 1}",
            "Email": email,
            "Created at": created_at,
            "Lineitem quantity": str(quantity),
            "Lineitem name": texts.product_name(product),
            "Lineitem price": texts.price(product),
            "Lineitem sku": str(product + 1),
            "Lineitem requires shipping": "true",
        }
        for product, quantity in texts.items(order)
    ]
    rows[0] |= {
        "Financial Status": status,
        "Paid at": created_at if status not in ("pending", "voided") else "",
        "Fulfillment Status": "fulfilled",
        "Currency": SHOP_CURRENCY,
        "Subtotal": dollars(goods),
        "Shipping": dollars(money.shipping),
        "Taxes": dollars(money.tax),
        "Total": dollars(money.total),
        "Discount Code": money.code,
        "Discount Amount": dollars(int(table.subtotal_cents[order]) - goods),
        "Billing Country": texts.country(customer),
        "Shipping Country": texts.country(customer),
        "Payment Method": texts.payments[int(table.payment[order])],
        "Cancelled at": shop_time(money.changed) if money.is_cancelled and refunds else "",
        "Refunded Amount": dollars(sum(refund.amount + refund.tax + refund.shipping for refund in refunds)),
        "Id": str(5_000_000_000_000 + order),
        "Source": "web",
    }
    return rows


def _in_shop(cents: int) -> dict[str, str]:
    return {"amount": dollars(cents), "currencyCode": SHOP_CURRENCY}


def _iso(second: int) -> str:
    return utc(second).strftime("%Y-%m-%dT%H:%M:%SZ")


def _bulk_customer(texts: Texts, customer: int) -> Rows:
    first, last = texts.name(customer)
    is_subscribed = bool(texts.data.customers.opt_in[customer])
    return [
        {
            "id": f"gid://shopify/Customer/{customer + 1}",
            "firstName": first,
            "lastName": last,
            "email": texts.email(customer),
            "createdAt": _iso(int(texts.data.customers.signup_day[customer]) * SECONDS_PER_DAY),
            "defaultAddress": {"countryCodeV2": texts.country(customer)},
            "emailMarketingConsent": {"marketingState": "SUBSCRIBED" if is_subscribed else "NOT_SUBSCRIBED"},
        }
    ]


def _bulk_product(texts: Texts, product: int) -> Rows:
    table = texts.data.products
    parent = f"gid://shopify/Product/{product + 1}"
    cost = _in_shop(int(table.cost_cents[product]))
    return [
        {
            "id": parent,
            "title": texts.product_name(product),
            "productType": texts.categories[int(table.category[product])],
        },
        {
            "id": f"gid://shopify/ProductVariant/{product + 1}",
            "title": "Default Title",
            "sku": str(product + 1),
            "price": texts.price(product),
            "inventoryItem": {"unitCost": cost},
            "__parentId": parent,
        },
    ]


def _bulk_order(texts: Texts, order: int, until: int) -> Rows:
    data = texts.data
    table = data.orders
    customer = int(data.sessions.customer[int(table.session[order])])
    number = 5_000_000_000_000 + order
    parent = f"gid://shopify/Order/{number}"
    goods, money, refunds = int(table.total_cents[order]), texts.money(order), texts.refunds(order, until)
    rate = texts.rate(order)

    def both(cents: int) -> dict[str, dict[str, str]]:
        shown = {"amount": dollars(half_up(cents * 10_000, rate)), "currencyCode": money.currency}
        return {"shopMoney": _in_shop(cents), "presentmentMoney": shown}

    head: dict[str, Any] = {
        "id": parent,
        "name": f"#{order + 1}",
        "createdAt": _iso(int(table.time[order])),
        "cancelledAt": _iso(money.changed) if money.is_cancelled and refunds else None,
        "displayFinancialStatus": _status(money, refunds).upper(),
        "currencyCode": SHOP_CURRENCY,
        "presentmentCurrencyCode": money.currency,
        "taxesIncluded": money.includes_tax,
        "email": texts.email(customer),
        "customer": {"id": f"gid://shopify/Customer/{customer + 1}"},
        "subtotalPriceSet": both(goods),
        "totalPriceSet": both(money.total),
        "totalTaxSet": both(money.tax),
        "totalShippingPriceSet": both(money.shipping),
        "totalDiscountsSet": both(int(table.subtotal_cents[order]) - goods),
        "totalTipReceivedSet": both(money.tips),
        "discountCode": money.code or None,
        "paymentGatewayNames": [texts.payments[int(table.payment[order])]],
        # Shopify knows only the fees of its own payments.
        "transactions": [{"fees": [{"amount": _in_shop(money.fee)}] if money.fee else []}],
        "shippingAddress": {"countryCodeV2": texts.country(customer)},
        "sourceName": "web",
        "refunds": [
            _bulk_refund(texts, list(lines), includes_tax=money.includes_tax, both=both)
            for _, lines in groupby(refunds, lambda refund: refund.number)
        ],
    }
    lines = [
        {
            "id": f"gid://shopify/LineItem/{number * 100 + line}",
            "name": texts.product_name(product),
            "sku": str(product + 1),
            "quantity": quantity,
            "originalUnitPriceSet": both(int(data.products.price_cents[product])),
            "__parentId": parent,
        }
        for line, (product, quantity) in enumerate(texts.items(order))
    ]
    return [head, *lines]


def _bulk_refund(texts: Texts, lines: list[Refund], *, includes_tax: bool, both: Any) -> dict[str, Any]:
    """A refund with its lines of goods and of shipping. What has neither is in the total alone."""

    return {
        "id": f"gid://shopify/Refund/{lines[0].number + 1}",
        "createdAt": _iso(lines[0].time),
        "note": lines[0].reason,
        "totalRefundedSet": both(sum(line.amount + line.tax + line.shipping for line in lines)),
        "refundLineItems": [
            {
                "quantity": line.quantity,
                "restockType": "RETURN" if line.is_restocked else "NO_RESTOCK",
                "subtotalSet": both(line.amount + (line.tax if includes_tax else 0)),
                "totalTaxSet": both(line.tax),
                "lineItem": {"name": texts.product_name(line.product), "sku": str(line.product + 1)},
            }
            for line in lines
            if line.product >= 0
        ],
        "refundShippingLines": [
            {"subtotalAmountSet": both(line.shipping), "taxAmountSet": both(0)} for line in lines if line.shipping
        ],
    }
