"""The constants of the shop: what it sells, where its visitors come from, how they behave."""

from typing import Final, NamedTuple


class Category(NamedTuple):
    """A product category: its name, its range of prices in US dollars, and the kinds of product it sells."""

    name: str
    low_usd: int
    high_usd: int
    kinds: tuple[str, ...]


CATEGORIES: Final = (
    Category(
        "Electronics",
        30,
        600,
        ("Headphones", "Keyboard", "Monitor", "Mouse", "SSD", "Smartwatch", "Speaker", "Webcam"),
    ),
    Category(
        "Home & Kitchen",
        10,
        250,
        ("Air Fryer", "Blender", "Coffee Maker", "Cookware", "Lamp", "Toaster", "Vacuum"),
    ),
    Category("Beauty", 5, 120, ("Conditioner", "Lipstick", "Moisturizer", "Serum", "Shampoo", "Sunscreen")),
    Category("Sports", 8, 300, ("Cycling Helmet", "Dumbbell", "Tennis Racket", "Water Bottle", "Yoga Mat")),
    Category("Fashion", 8, 200, ("Dress", "Hoodie", "Jacket", "Jeans", "Sneakers", "Socks", "T-shirt")),
    Category("Books", 3, 50, ("E-book", "Hardcover", "Paperback")),
    Category("Toys", 6, 80, ("Action Figure", "Board Game", "Building Blocks", "Doll", "Puzzle")),
)

# Rows at scale 1. The catalogue does not grow beyond it.
CUSTOMERS: Final = 20_000
SESSIONS: Final = 120_000
PRODUCTS_PER_CATEGORY: Final = 171
MIN_PRODUCTS_PER_CATEGORY: Final = 12

COUNTRIES: Final = (
    ("US", 18),
    ("GB", 8),
    ("IN", 8),
    ("DE", 7),
    ("FR", 7),
    ("BR", 7),
    ("MX", 6),
    ("CA", 5),
    ("ES", 5),
    ("AU", 5),
    ("JP", 5),
    ("NL", 4),
    ("SG", 4),
    ("SE", 3),
    ("PL", 3),
    ("AE", 3),
    ("ZA", 2),
)
DEVICES: Final = (("mobile", 55), ("desktop", 38), ("tablet", 7))
SOURCES: Final = (("organic", 34), ("direct", 25), ("paid", 12), ("social", 12), ("email", 9), ("referral", 8))
PAYMENTS: Final = (("card", 70), ("paypal", 15), ("wallet", 10), ("cod", 5))
DISCOUNTS_PCT: Final = (0, 0, 0, 5, 10, 15, 20)

AGES: Final = (18, 75)
OPT_IN: Final = 0.55
COST_SHARE: Final = (0.5, 0.8)

VIEWS_PER_SESSION: Final = (1, 8)
HAS_FAVOURITE: Final = 0.6
STAYS_IN_FAVOURITE: Final = 0.7
MINUTES_PER_VIEW: Final = (1, 30)
CART_SECONDS: Final = (5, 90)
ONE_PIECE: Final = 0.85
MORE_PIECES: Final = (2, 4)
CHECKS_OUT: Final = 0.55
CHECKOUT_MINUTES: Final = (1, 20)
BUYS: Final = 0.75
PURCHASE_MINUTES: Final = (1, 10)

REVIEWED: Final = 0.18
RATINGS: Final = (
    (4, "Very disappointed, would not buy again."),
    (7, "Not great quality."),
    (18, "Okay overall."),
    (33, "Good value for money!"),
    (38, "Excellent product, highly recommend!"),
)


def names(weighted: tuple[tuple[str, int], ...]) -> tuple[str, ...]:
    """The names of a table of (name, weight)."""
    return tuple(name for name, _ in weighted)


def weights(weighted: tuple[tuple[str, int], ...]) -> tuple[int, ...]:
    """The weights of a table of (name, weight)."""
    return tuple(weight for _, weight in weighted)
