"""Files that are late, repeated, corrected or broken, by what they stand for; README.md names them too."""

from shop import Files

DIMENSIONS: Files = {
    "customers/first.csv": [
        "1,Ann,ann@example.com,US,30,2024-01-05,True",
        "2,Bob,bob@example.com,de,41,2024-02-10,False",
        "3,Eve,,FR,,2024-03-01,",
    ],
    "products/first.csv": ["10,Books,Atlas,20.00,12.00,8.00", "11,Toys,Kite,15.50,9.00,6.50"],
}

SCENARIO: dict[str, Files] = {
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
    "an order on the old day, and a view in the month of the late order": {
        "orders/old.csv": ["505,1,2019-05-06T10:00:00,card,0,15.50,15.50,US,mobile,organic"],
        "order_items/old.csv": ["505,11,15.50,1,15.50"],
        "sessions/december.csv": ["302,2,2024-12-24T11:00:00,desktop,direct,DE"],
        "events/december.csv": ["60,302,2024-12-24T11:00:00,page_view,10,,,,,"],
    },
    "a session with an event in a month that has no other": {
        "sessions/two-months.csv": ["303,3,2018-11-30T23:50:00,mobile,email,FR"],
        "events/two-months.csv": [
            "61,303,2018-11-30T23:50:00,page_view,10,,,,,",
            "62,303,2018-12-01T00:05:00,add_to_cart,10,1,,,,",
        ],
    },
    "a session of three months, and one within them": {
        "sessions/three-months.csv": [
            "304,3,2018-05-31T23:50:00,mobile,email,FR",
            "305,2,2018-06-10T10:00:00,desktop,direct,DE",
        ],
        "events/three-months.csv": [
            "63,304,2018-05-31T23:50:00,page_view,10,,,,,",
            "64,304,2018-06-15T12:00:00,add_to_cart,10,1,,,,",
            "65,304,2018-07-01T00:05:00,page_view,10,,,,,",
            "66,305,2018-06-10T10:00:00,page_view,11,,,,,",
        ],
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
CORRECTIONS: dict[str, Files] = {
    "an event moves to another session and month": {
        "events/moved.csv": ["5,200,2025-03-15T08:00:00,page_view,11,,,,,"],
    },
    "the last event of an old day moves away": {
        "events/moved-old.csv": ["40,300,2025-03-16T08:00:00,page_view,11,,,,,"],
    },
    "that event of another month moves to another session": {
        "events/moved-away.csv": ["62,200,2025-03-17T08:00:00,add_to_cart,10,1,,,,"],
    },
    "a path with new content": {
        "orders/2025-01-31.csv": ["500,1,2025-01-31T10:06:00,card,0,20.00,20.00,US,mobile,organic"],
    },
    "a product changes its name and cost": {
        "products/renamed.csv": ["10,Maps,World atlas,22.00,13.00,9.00"],
    },
    "the session within the other one changes": {
        "sessions/changed.csv": ["305,1,2018-06-10T10:00:00,tablet,direct,DE"],
    },
    "a customer changes": {
        "customers/changed.csv": ["1,Ann Lee,ann.lee@example.com,CA,31,2024-01-05,False"],
    },
    "an order moves to another day": {
        "orders/moved.csv": ["501,2,2025-01-02T12:00:00,paypal,0,82.00,82.00,DE,desktop,direct"],
    },
}

# A small shop with a plain day, and then, in one delivery, everything that can come later or be corrected. One path in
# both has another content the second time.
FIRST: Files = DIMENSIONS | SCENARIO["a plain day"]
LATER: Files = {
    path: content
    for name, files in (SCENARIO | CORRECTIONS).items()
    if name != "a plain day"
    for path, content in files.items()
}
