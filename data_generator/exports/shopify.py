"""The exports of a Shopify shop: the admin's CSV files, or the JSON lines of a bulk operation."""

from collections.abc import Iterator
from typing import Any

import numpy as np

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
    for order, second in enumerate(texts.data.orders.time.tolist()):
        yield second // SECONDS_PER_DAY, rows(texts, order)


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


def _order(texts: Texts, order: int) -> Rows:
    data = texts.data
    table = data.orders
    customer = int(data.sessions.customer[int(table.session[order])])
    email, created_at = texts.email(customer), shop_time(int(table.time[order]))
    total = int(table.total_cents[order])
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
        "Financial Status": "paid",
        "Paid at": created_at,
        "Fulfillment Status": "fulfilled",
        "Currency": "USD",
        "Subtotal": dollars(total),
        "Shipping": "0.00",
        "Taxes": "0.00",
        "Total": dollars(total),
        "Discount Amount": dollars(int(table.subtotal_cents[order]) - total),
        "Billing Country": texts.country(customer),
        "Shipping Country": texts.country(customer),
        "Payment Method": texts.payments[int(table.payment[order])],
        "Refunded Amount": "0.00",
        "Id": str(5_000_000_000_000 + order),
        "Source": "web",
    }
    return rows


def _money(cents: int) -> dict[str, dict[str, str]]:
    return {"shopMoney": {"amount": dollars(cents), "currencyCode": "USD"}}


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
    cost = dollars(int(table.cost_cents[product]))
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
            "inventoryItem": {"unitCost": {"amount": cost, "currencyCode": "USD"}},
            "__parentId": parent,
        },
    ]


def _bulk_order(texts: Texts, order: int) -> Rows:
    data = texts.data
    table = data.orders
    customer = int(data.sessions.customer[int(table.session[order])])
    parent = f"gid://shopify/Order/{5_000_000_000_000 + order}"
    total = int(table.total_cents[order])
    head: dict[str, Any] = {
        "id": parent,
        "name": f"#{order + 1}",
        "createdAt": _iso(int(table.time[order])),
        "displayFinancialStatus": "PAID",
        "currencyCode": "USD",
        "email": texts.email(customer),
        "customer": {"id": f"gid://shopify/Customer/{customer + 1}"},
        "subtotalPriceSet": _money(total),
        "totalPriceSet": _money(total),
        "totalTaxSet": _money(0),
        "totalShippingPriceSet": _money(0),
        "totalDiscountsSet": _money(int(table.subtotal_cents[order]) - total),
        "paymentGatewayNames": [texts.payments[int(table.payment[order])]],
        "shippingAddress": {"countryCodeV2": texts.country(customer)},
        "sourceName": "web",
    }
    lines = [
        {
            "id": f"gid://shopify/LineItem/{(5_000_000_000_000 + order) * 100 + number}",
            "name": texts.product_name(product),
            "sku": str(product + 1),
            "quantity": quantity,
            "originalUnitPriceSet": _money(int(data.products.price_cents[product])),
            "__parentId": parent,
        }
        for number, (product, quantity) in enumerate(texts.items(order))
    ]
    return [head, *lines]
