"""Small shops that are as they should be: one file for each entity, with a few rows."""

# One order.
GOOD: dict[str, list[str]] = {
    "customers.csv": ["1,Ann,ann@example.com,US,30,2024-01-05,True"],
    "products.csv": ["10,Books,Atlas,20.00,12.00,8.00"],
    "sessions.csv": ["100,1,2025-01-31T10:00:00,mobile,organic,US"],
    "events.csv": ["1,100,2025-01-31T10:01:00,page_view,10,,,,,"],
    "orders.csv": ["500,1,2025-01-31T10:06:00,card,10,20.00,18.00,US,mobile,organic"],
    "order_items.csv": ["500,10,20.00,1,20.00"],
    "reviews.csv": ["900,500,10,5,Fine,2025-02-02T00:00:00"],
}

# An order, and a visit without one that is dropped at midnight.
FILES = {
    "customers.csv": ["1,Ann,ann@example.com,US,30,2024-01-05,True", "2,Bob,,DE,,2024-02-10,"],
    "products.csv": ["10,Books,Atlas,20.00,12.00,8.00", "11,Toys,Kite,15.50,9.00,6.50"],
    "sessions.csv": ["100,1,2025-01-31T10:00:00,mobile,organic,US", "101,2,2025-01-31T23:50:00,tablet,paid,DE"],
    "events.csv": [
        "1,100,2025-01-31T10:01:00,page_view,10,,,,,",
        "2,100,2025-01-31T10:02:00,add_to_cart,10,1,,,,",
        "3,100,2025-01-31T10:05:00,checkout,,,1,,,",
        "4,100,2025-01-31T10:06:00,purchase,,,,card,10,18.00",
        "5,101,2025-01-31T23:55:00,page_view,11,,,,,",
    ],
    "orders.csv": ["500,1,2025-01-31T10:06:00,card,10,20.00,18.00,US,mobile,organic"],
    "order_items.csv": ["500,10,20.00,1,20.00"],
    "reviews.csv": ["900,500,10,5,Fine,2025-02-02T00:00:00"],
}
