"""The simulated shop: its catalogue, its customers, and what visitors do."""

import re
from collections import Counter, defaultdict
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from generated import Row, Run, content, rows, seconds, share

from data_generator import cli
from data_generator.schema import COLUMNS, ENTITIES, KEYS


def test_headers_and_spelling(run: Run) -> None:
    folder = run("--scale", "0.01")
    for entity in ENTITIES:
        assert content(folder / f"{entity}.csv").split(b"\n")[0].decode() == ",".join(COLUMNS[entity])
        assert b"\r" not in content(folder / f"{entity}.csv")
    amount = r"\d+\.\d[1-9]?"
    time = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"
    lines = {entity: content(folder / f"{entity}.csv").decode().splitlines()[1:] for entity in ENTITIES}
    events = {
        "page_view": r"\d+\.0,,,,,",
        "add_to_cart": r"\d+\.0,[1-4]\.0,,,,",
        "checkout": r",,\d+\.0,,,",
        "purchase": rf",,,(card|paypal|wallet|cod),(0|5|10|15|20)\.0,{amount}",
    }
    any_event = "|".join(f"{kind},{tail}" for kind, tail in events.items())
    patterns = {
        "customers": r"\d+,[A-Z]\w+ [A-Z]\w+,[a-z]+\.[a-z]+\d*@example\.(com|net|org),"
        r"[A-Z]{2},\d\d,[\d-]{10},(True|False)",
        "products": rf"\d+,[A-Z][\w &]+,[A-Z][\w -]+ [A-Z]\w+ \d{{3}},{amount},{amount},{amount}",
        "sessions": rf"\d+,\d+,{time},(mobile|desktop|tablet),[a-z]+,[A-Z]{{2}}",
        "events": rf"\d+,\d+,{time},({any_event})",
        "orders": rf"\d+,\d+,{time},[a-z]+,\d+,{amount},{amount},[A-Z]{{2}},[a-z]+,[a-z]+",
        "order_items": rf"\d+,\d+,{amount},[1-4],{amount}",
        "reviews": r'\d+,\d+,\d+,[1-5],("[^"]+"|[^",]+),\d{4}-\d\d-\d\dT00:00:00',
    }
    for entity, pattern in patterns.items():
        wrong = [line for line in lines[entity] if not re.fullmatch(pattern, line)]
        assert not wrong, entity


def test_scale_decides_the_number_of_rows(shop: dict[str, list[Row]], run: Run) -> None:
    assert len(shop["customers"]) == 4_000
    assert len(shop["sessions"]) == 24_000
    assert len(shop["products"]) == 7 * 34
    assert len(shop["events"]) == pytest.approx(760_958 / 5, rel=0.02)
    assert len(shop["orders"]) == pytest.approx(33_580 / 5, rel=0.04)
    assert len(shop["order_items"]) == pytest.approx(59_163 / 5, rel=0.05)
    assert len(shop["reviews"]) == pytest.approx(10_780 / 5, rel=0.1)
    assert len(list(rows(run("--scale", "0.01"), "products"))) == 7 * 12
    tiny = run("--scale", "0.00001")
    assert len(list(rows(tiny, "customers"))) == len(list(rows(tiny, "sessions"))) == 1


def test_the_catalogue_stops_growing_at_scale_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data_generator.shop.CUSTOMERS", 20)
    monkeypatch.setattr("data_generator.shop.SESSIONS", 20)
    assert cli.main(["generate", "--output", str(tmp_path), "--scale", "3"]) == 0
    assert len(list(rows(tmp_path, "products"))) == 1_197


def test_catalogue(shop: dict[str, list[Row]]) -> None:
    assert set(Counter(row["category"] for row in shop["products"]).values()) == {34}
    ranges = {
        "Electronics": (30, 600),
        "Home & Kitchen": (10, 250),
        "Beauty": (5, 120),
        "Sports": (8, 300),
        "Fashion": (8, 200),
        "Books": (3, 50),
        "Toys": (6, 80),
    }
    for row in shop["products"]:
        low, high = ranges[row["category"]]
        price, cost, margin = (Decimal(row[name]) for name in ("price_usd", "cost_usd", "margin_usd"))
        assert low <= price <= high
        assert Decimal("0.499") * price - 1 <= cost <= Decimal("0.801") * price + 1
        assert price - cost == margin


def test_customers(shop: dict[str, list[Row]]) -> None:
    customers = shop["customers"]
    assert len({row["email"] for row in customers}) == len(customers)
    assert len({row["name"] for row in customers}) < len(customers)
    ages = [int(row["age"]) for row in customers]
    assert (min(ages), max(ages)) == (18, 75)
    assert share([row["marketing_opt_in"] for row in customers], "True") == pytest.approx(0.55, abs=0.03)
    countries = [row["country"] for row in customers]
    assert share(countries, "US") == pytest.approx(0.18, abs=0.02)
    assert share(countries, "ZA") == pytest.approx(0.02, abs=0.01)
    assert len(set(countries)) == 17
    days = [row["signup_date"] for row in customers]
    assert "2020-01-01" <= min(days) < "2020-01-10"
    assert "2025-10-21" < max(days) <= "2025-10-31"
    assert share([day < "2022-12-01" for day in days], True) == pytest.approx(0.5, abs=0.03)


def test_sessions(shop: dict[str, list[Row]]) -> None:
    sessions = shop["sessions"]
    starts = [row["start_time"] for row in sessions]
    assert starts != sorted(starts)
    assert "2020-01-01T00:00:00" <= min(starts) < "2020-01-03"
    assert "2025-10-30" < max(starts) <= "2025-10-31T23:59:59"
    for column, weights in (
        ("device", {"mobile": 0.55, "desktop": 0.38, "tablet": 0.07}),
        ("source", {"organic": 0.34, "direct": 0.25, "paid": 0.12, "social": 0.12, "email": 0.09, "referral": 0.08}),
    ):
        values = [row[column] for row in sessions]
        assert set(values) == set(weights)
        for value, weight in weights.items():
            assert share(values, value) == pytest.approx(weight, abs=0.015)
    customers = {row["customer_id"]: row for row in shop["customers"]}
    assert all(row["country"] == customers[row["customer_id"]]["country"] for row in sessions)
    is_early = [row["start_time"] < customers[row["customer_id"]]["signup_date"] for row in sessions]
    assert share(is_early, True) == pytest.approx(0.5, abs=0.03)


def test_what_visitors_do(shop: dict[str, list[Row]]) -> None:
    starts = {row["session_id"]: row["start_time"] for row in shop["sessions"]}
    category = {row["product_id"]: row["category"] for row in shop["products"]}
    visits: dict[str, list[Row]] = defaultdict(list)
    for row in shop["events"]:
        visits[row["session_id"]].append(row)
    assert list(visits) == list(starts)  # in session order, and every session has events

    views_per_session: Counter[int] = Counter()
    stays = []
    late_carts = with_cart = with_checkout = with_purchase = 0
    for session, events in visits.items():
        kinds = [row["event_type"] for row in events]
        assert re.fullmatch(r"(page_view (add_to_cart )?)+(checkout (purchase )?)?", " ".join([*kinds, ""]))
        views = [row for row in events if row["event_type"] == "page_view"]
        views_per_session[len(views)] += 1
        clock = seconds(starts[session])
        for number, row in enumerate(events):
            time = seconds(row["timestamp"])
            if row["event_type"] == "add_to_cart":
                assert 5 <= time - clock <= 90
                assert row["product_id"] == events[number - 1]["product_id"]
                continue
            most = {"page_view": 30, "checkout": 20, "purchase": 10}[row["event_type"]]
            assert time - clock in range(60, 60 * most + 1, 60)
            clock = time
        for one, next_one in pairwise(views):
            stays.append(category[one["product_id"][:-2]] == category[next_one["product_id"][:-2]])
        carts = [row for row in events if row["event_type"] == "add_to_cart"]
        checkouts = [row for row in events if row["event_type"] == "checkout"]
        with_cart += bool(carts)
        with_checkout += bool(checkouts)
        with_purchase += "purchase" in kinds
        if checkouts:
            assert float(checkouts[0]["cart_size"]) == sum(float(row["qty"]) for row in carts)
            late_carts += max(row["timestamp"] for row in carts) > checkouts[0]["timestamp"]

    assert set(views_per_session) == set(range(1, 9))
    for count in views_per_session.values():
        assert count / len(visits) == pytest.approx(1 / 8, abs=0.01)
    # Two views are in one category with 0.6 x 0.7 x 0.7 (both in the favourite), and otherwise by chance (about 1/7).
    assert share(stays, True) == pytest.approx(0.6 * 0.49 + (1 - 0.6 * 0.49) / 7, abs=0.03)
    assert with_checkout / with_cart == pytest.approx(0.55, abs=0.02)
    assert with_purchase / with_checkout == pytest.approx(0.75, abs=0.02)
    assert 20 < late_carts < 200
    quantities = [row["qty"] for row in shop["events"] if row["event_type"] == "add_to_cart"]
    assert share(quantities, "1.0") == pytest.approx(0.85, abs=0.01)
    assert share(quantities, "4.0") == pytest.approx(0.05, abs=0.01)


def test_cheap_products_are_viewed_and_taken_more_often(shop: dict[str, list[Row]]) -> None:
    price = {row["product_id"]: float(row["price_usd"]) for row in shop["products"]}
    counts: dict[str, Counter[str]] = {"page_view": Counter(), "add_to_cart": Counter()}
    for row in shop["events"]:
        if row["event_type"] in counts:
            counts[row["event_type"]][row["product_id"][:-2]] += 1
    views, carts = counts["page_view"], counts["add_to_cart"]

    for low, high in ((0, 50), (50, 150), (150, 300), (300, 600)):
        chosen = [product for product, usd in price.items() if low <= usd < high]
        expected = sum(views[product] * max(0.05, 0.35 - price[product] / 1000) for product in chosen)
        assert sum(carts[product] for product in chosen) == pytest.approx(expected, rel=0.1)

    # Expected views: 0.6 x 0.7 within a category (all equally favoured), the rest from the whole catalogue.
    pools: dict[str, list[str]] = defaultdict(list)
    for row in shop["products"]:
        pools[row["category"]].append(row["product_id"])
    expected_share: dict[str, float] = defaultdict(float)
    for pool, weight in [(list(price), 0.58), *((pool, 0.42 / 7) for pool in pools.values())]:
        mean = sum(price[product] for product in pool) / len(pool)
        picks = {product: 1 / (1 + price[product] / mean) for product in pool}
        for product, pick in picks.items():
            expected_share[product] += weight * pick / sum(picks.values())
    total = sum(views.values())
    misfit = sum((views[p] - total * s) ** 2 / (total * s) for p, s in expected_share.items())
    # Views of one session are not independent, which widens the chi-square a little.
    assert misfit < 1.7 * len(price)


def test_one_order_per_purchase(shop: dict[str, list[Row]]) -> None:
    session = {row["session_id"]: row for row in shop["sessions"]}
    purchases = [row for row in shop["events"] if row["event_type"] == "purchase"]
    assert len(purchases) == len(shop["orders"])
    for event, order in zip(purchases, shop["orders"], strict=True):
        visit = session[event["session_id"]]
        assert order["order_time"] == event["timestamp"]
        assert order["total_usd"] == event["amount_usd"]
        assert order["payment_method"] == event["payment"]
        assert order["discount_pct"] + ".0" == event["discount_pct"]
        assert all(order[name] == visit[name] for name in ("customer_id", "country", "device", "source"))
    payments = [row["payment_method"] for row in shop["orders"]]
    for payment, weight in (("card", 0.7), ("paypal", 0.15), ("wallet", 0.1), ("cod", 0.05)):
        assert share(payments, payment) == pytest.approx(weight, abs=0.02)
    discounts = [row["discount_pct"] for row in shop["orders"]]
    assert share(discounts, "0") == pytest.approx(3 / 7, abs=0.02)
    assert share(discounts, "15") == pytest.approx(1 / 7, abs=0.02)


def test_order_lines_are_the_cart_and_add_up(shop: dict[str, list[Row]]) -> None:
    price = {row["product_id"]: row["price_usd"] for row in shop["products"]}
    lines: dict[str, list[Row]] = defaultdict(list)
    for row in shop["order_items"]:
        lines[row["order_id"]].append(row)
        assert row["unit_price_usd"] == price[row["product_id"]]
        assert Decimal(row["line_total_usd"]) == Decimal(row["unit_price_usd"]) * int(row["quantity"])
    cart: dict[str, list[tuple[str, str]]] = defaultdict(list)
    bought = []
    for row in shop["events"]:
        if row["event_type"] == "add_to_cart":
            cart[row["session_id"]].append((row["product_id"], row["qty"]))
        elif row["event_type"] == "purchase":
            bought.append(cart[row["session_id"]])
    a_cent_off = 0
    for order, in_cart in zip(shop["orders"], bought, strict=True):
        own = lines[order["order_id"]]
        assert [(row["product_id"] + ".0", row["quantity"] + ".0") for row in own] == in_cart
        assert sum(Decimal(row["line_total_usd"]) for row in own) == Decimal(order["subtotal_usd"])
        raw = 0.0
        for row in own:
            raw += float(row["unit_price_usd"]) * int(row["quantity"])
        assert float(order["total_usd"]) == round(raw * (1 - int(order["discount_pct"]) / 100), 2)
        exact = Decimal(order["subtotal_usd"]) * (100 - int(order["discount_pct"])) / 100
        a_cent_off += exact.quantize(Decimal("0.01"), "ROUND_HALF_UP") != Decimal(order["total_usd"])
    assert 0 < a_cent_off < 0.03 * len(bought)
    repeated = [n for n in Counter((r["order_id"], r["product_id"]) for r in shop["order_items"]).values() if n > 1]
    assert repeated  # one product, put into the cart twice, is two lines


def test_reviews(shop: dict[str, list[Row]]) -> None:
    order_time = {row["order_id"]: row["order_time"] for row in shop["orders"]}
    reviewed = {row["order_id"] for row in shop["reviews"]}
    assert len(reviewed) / len(order_time) == pytest.approx(0.18, abs=0.02)
    lines = [(r["order_id"], r["product_id"]) for r in shop["order_items"] if r["order_id"] in reviewed]
    assert [(row["order_id"], row["product_id"]) for row in shop["reviews"]] == lines
    ratings = [row["rating"] for row in shop["reviews"]]
    for rating, weight in enumerate((0.04, 0.07, 0.18, 0.33, 0.38), start=1):
        assert share(ratings, str(rating)) == pytest.approx(weight, abs=0.03)
    assert len({(row["rating"], row["review_text"]) for row in shop["reviews"]}) == 5
    is_early = [row["review_time"] < order_time[row["order_id"]] for row in shop["reviews"]]
    assert share(is_early, True) == pytest.approx(0.5, abs=0.05)


def test_ids_are_complete_and_nothing_is_orphaned(shop: dict[str, list[Row]]) -> None:
    known = {}
    for entity, key in KEYS.items():
        if key is not None:
            ids = [row[key] for row in shop[entity]]
            assert ids == [str(number + 1) for number in range(len(ids))]
            known[key] = set(ids)
    for entity in ENTITIES:
        for row in shop[entity]:
            for key, existing in known.items():
                value = row.get(key, "")
                assert value == "" or value.removesuffix(".0") in existing
            assert entity == "events" or all(row.values())


def test_period(run: Run) -> None:
    folder = run("--scale", "0.01", "--start", "2024-02-28", "--end", "2024-03-01")
    assert {row["start_time"][:10] for row in rows(folder, "sessions")} == {"2024-02-28", "2024-02-29", "2024-03-01"}
    assert {row["signup_date"] for row in rows(folder, "customers")} == {"2024-02-28", "2024-02-29", "2024-03-01"}
    # The last sessions run into the next day.
    assert max(row["timestamp"] for row in rows(folder, "events"))[:10] == "2024-03-02"
