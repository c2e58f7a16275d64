"""The data generator: what it makes, how it delivers it, and what it says when it cannot."""

import csv
import errno
import gzip
import hashlib
import io
import json
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from data_generator import cli, entity_files, files, traffic
from data_generator.schema import COLUMNS, ENTITIES, FACTS, KEYS

ROOT = Path(__file__).resolve().parents[3]

# A few rows for each of some weeks.
SHORT = ("--scale", "0.02", "--start", "2024-01-01", "--end", "2024-02-15")

Row = dict[str, str]
Run = Callable[..., Path]

# SHA-256 of the manifest, and so of every file, of `--scale 0.01 --dirty-rate 0.1`. It changes only when the data does:
# then raise the generator's version, too.
PINNED = "bb541167ef3ef3b73c5d427dc04b48b91d405b50b1ddfa669e3306a9f11ee41e"


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Generates into a folder of its own, once for the same arguments."""
    folders: dict[tuple[str, ...], Path] = {}

    def generated(*arguments: str) -> Path:
        if arguments not in folders:
            folders[arguments] = tmp_path_factory.mktemp("landing")
            assert cli.main(["generate", "--output", str(folders[arguments]), *arguments]) == 0
        return folders[arguments]

    return generated


@pytest.fixture(scope="session")
def shop(run: Run) -> dict[str, list[Row]]:
    """Clean data, large enough for shares to be near their probabilities."""
    folder = run("--scale", "0.2")
    return {entity: list(rows(folder, entity)) for entity in ENTITIES}


def paths(folder: Path, entity: str) -> list[Path]:
    """The files of an entity, in the order of their names."""
    found = [*folder.glob(f"{entity}.csv*"), *folder.glob(f"{entity}/*.csv*")]
    return sorted(found, key=lambda path: path.as_posix())


def content(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def rows(folder: Path, entity: str) -> Iterator[Row]:
    for path in paths(folder, entity):
        yield from csv.DictReader(io.StringIO(content(path).decode(), newline=""), strict=True)


def everything(folder: Path) -> dict[str, bytes]:
    """All files below a folder by their relative path."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def manifest(folder: Path) -> dict[str, Any]:
    result: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    return result


def share(values: list[Any], wanted: Any) -> float:
    return values.count(wanted) / len(values)


def seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


# --- the same arguments give the same bytes -------------------------------------------------------------------------


def test_same_arguments_give_the_same_bytes_in_another_process(run: Run, tmp_path: Path) -> None:
    arguments = ["--scale", "0.01", "--dirty-rate", "0.1"]
    here = run(*arguments)
    there = tmp_path / "some" / "where" / "else"
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    done = subprocess.run(
        [sys.executable, "-m", "data_generator", "generate", "--output", str(there), *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert everything(there) == everything(here)
    assert done.stderr == ""  # no progress bar outside of a terminal
    assert re.fullmatch(rf"{there}: [\d,]+ rows in 7 files, [\d.]+ MB\n", done.stdout)


def test_data_is_the_pinned_one_on_every_machine(run: Run) -> None:
    folder = run("--scale", "0.01", "--dirty-rate", "0.1")
    assert hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest() == PINNED


def test_another_seed_is_another_shop(run: Run) -> None:
    one, other = run("--scale", "0.01"), run("--scale", "0.01", "--seed", "43")
    for entity in ENTITIES:
        assert content(paths(one, entity)[0]) != content(paths(other, entity)[0])


def test_the_size_of_the_simulated_blocks_changes_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(traffic, "BLOCK", 97)
    assert cli.main(["generate", "--output", str(tmp_path), "--scale", "0.01"]) == 0
    assert everything(tmp_path) == everything(run("--scale", "0.01"))


def test_the_number_of_rows_written_at_once_changes_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = (*SHORT[2:], "--scale", "0.005", "--layout", "daily", "--dirty-rate", "0.1")
    monkeypatch.setattr(entity_files, "_CHUNK", 50)
    assert cli.main(["generate", "--output", str(tmp_path), *arguments]) == 0
    monkeypatch.undo()
    assert everything(tmp_path) == everything(run(*arguments))


def test_compressed_files_carry_no_name_and_no_time(run: Run) -> None:
    folder = run("--scale", "0.01", "--format", "csv.gz")
    for entity in ENTITIES:
        assert (folder / f"{entity}.csv.gz").read_bytes()[:10] == b"\x1f\x8b\x08\0\0\0\0\0\0\xff"


# --- the process ----------------------------------------------------------------------------------------------------


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


# --- layouts and formats --------------------------------------------------------------------------------------------


def as_set(folder: Path, entity: str) -> Counter[tuple[str, ...]]:
    return Counter(tuple(row.values()) for row in rows(folder, entity))


@pytest.mark.parametrize(
    "arguments",
    [
        ("--format", "csv.gz"),
        ("--layout", "daily"),
        ("--layout", "daily", "--format", "csv.gz"),
        ("--layout", "daily", "--late-rate", "0.3"),
    ],
)
def test_layout_format_and_lateness_keep_the_rows(run: Run, arguments: tuple[str, ...]) -> None:
    plain, other = run(*SHORT), run(*SHORT, *arguments)
    for entity in ENTITIES:
        assert as_set(other, entity) == as_set(plain, entity)
    assert manifest(other)["truth"] == manifest(plain)["truth"]


def own_days(folder: Path) -> dict[str, Callable[[Row], str]]:
    """For each entity, the day on which a row is due."""
    order_day = {row["order_id"]: row["order_time"][:10] for row in rows(folder, "orders")}
    first_visit: dict[str, str] = {}
    for row in rows(folder, "sessions"):
        day = row["start_time"][:10]
        first_visit[row["customer_id"]] = min(day, first_visit.get(row["customer_id"], day))
    return {
        "customers": lambda row: min(row["signup_date"], first_visit.get(row["customer_id"], row["signup_date"])),
        "products": lambda _row: "2024-01-01",
        "sessions": lambda row: row["start_time"][:10],
        "events": lambda row: row["timestamp"][:10],
        "orders": lambda row: row["order_time"][:10],
        "order_items": lambda row: order_day[row["order_id"]],
        "reviews": lambda row: max(row["review_time"][:10], order_day[row["order_id"]]),
    }


def delivered(folder: Path, entity: str) -> Iterator[tuple[str, Row]]:
    """Rows with the day of their file."""
    for path in paths(folder, entity):
        for row in csv.DictReader(io.StringIO(content(path).decode(), newline="")):
            yield path.name.split(".")[0], row


def test_daily_files_hold_the_rows_of_their_day(run: Run) -> None:
    folder = run(*SHORT, "--layout", "daily")
    for entity, own_day in own_days(folder).items():
        assert all(day == own_day(row) for day, row in delivered(folder, entity)), entity
        assert not (folder / f"{entity}.csv").exists()
    assert [path.name for path in paths(folder, "products")] == ["2024-01-01.csv"]


def test_daily_files_orphan_nothing(run: Run) -> None:
    folder = run(*SHORT, "--layout", "daily")
    arrived = {key: {row[key]: day for day, row in delivered(folder, entity)} for entity, key in KEYS.items() if key}
    for entity in ENTITIES:
        for day, row in delivered(folder, entity):
            parents = [(key, row[key].removesuffix(".0")) for key in arrived if row.get(key)]
            assert all(arrived[key][parent] <= day for key, parent in parents)


def test_late_rows_come_one_to_thirty_days_later(run: Run) -> None:
    folder = run(*SHORT, "--layout", "daily", "--late-rate", "0.3")
    for entity, own_day in own_days(folder).items():
        delays = [
            (date.fromisoformat(day) - date.fromisoformat(own_day(row))).days for day, row in delivered(folder, entity)
        ]
        late = sum(delay > 0 for delay in delays)
        assert set(delays) <= set(range(31))
        assert late == manifest(folder)["entities"][entity]["late_rows"]
        assert late / len(delays) == pytest.approx(0.3 if entity in FACTS else 0, abs=0.07)
    order_files = defaultdict(set)
    for day, row in delivered(folder, "order_items"):
        order_files[row["order_id"]].add(day)
    assert all(len(days) == 1 for days in order_files.values())


def test_every_entity_has_a_file_even_without_rows(run: Run) -> None:
    folder = run("--scale", "0.00001", "--layout", "daily", "--start", "2024-01-01", "--end", "2024-01-01")
    assert list(rows(folder, "orders")) == []
    assert content(folder / "orders" / "2024-01-01.csv").decode() == ",".join(COLUMNS["orders"]) + "\n"
    assert manifest(folder)["truth"]["net_revenue_usd"] == "0.00"


# --- dirty rows, judged by rules written down once more --------------------------------------------------------------

NULLS = {"", "null", "none", "nan"}
ALIASES = {
    "view": "page_view",
    "pageview": "page_view",
    "product_view": "page_view",
    "cart": "add_to_cart",
    "addtocart": "add_to_cart",
    "begin_checkout": "checkout",
    "order": "purchase",
    "transaction": "purchase",
}
FREE_TEXT = {"name", "review_text"}
IDS = {"customer_id", "product_id", "session_id", "event_id", "order_id", "review_id"}
TIMES = {"signup_date", "start_time", "timestamp", "order_time", "review_time"}
MONEY = {
    "price_usd",
    "cost_usd",
    "margin_usd",
    "amount_usd",
    "subtotal_usd",
    "total_usd",
    "unit_price_usd",
    "line_total_usd",
}
WHOLE = {"age", "qty", "quantity", "cart_size", "rating"}
MUST = {entity: {key} for entity, key in KEYS.items() if key} | {"order_items": {"order_id", "product_id"}}
MUST["events"] = {"event_id", "session_id"}
SINCE = datetime(2020, 1, 1)
NOW = datetime(2026, 1, 1)


class BrokenError(Exception):
    """The rule that a field breaks."""


def as_id(text: str) -> str:
    if re.fullmatch(r"\d+|\+\d+|\+?\d+\.\d+|\+?\d+(\.\d+)?[eE][+-]?\d+", text) and Decimal(text) % 1 == 0:
        return str(int(Decimal(text)))
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", text):
        return text
    raise BrokenError("invalid_id")


def as_time(text: str) -> str:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise BrokenError("invalid_timestamp") from None
    if time.tzinfo is not None:
        time = time.astimezone(UTC).replace(tzinfo=None)
    if time > NOW:
        raise BrokenError("future_timestamp")
    assert time >= SINCE
    return time.isoformat()


def as_number(column: str, text: str) -> Decimal:
    if not re.fullmatch(r"[+-]?\d+(\.\d+)?", text):
        raise BrokenError("invalid_number")
    number = Decimal(text)
    bounds = {"age": (0, 150), "discount_pct": (0, 100)}.get(column, (-(10**10) + 1, 10**10 - 1))
    if not bounds[0] <= number <= bounds[1] or (column in WHOLE and number % 1):
        raise BrokenError("invalid_number")
    if column in MONEY and column != "margin_usd" and number < 0:
        raise BrokenError("negative_amount")
    if column in {"qty", "quantity"} and number <= 0:
        raise BrokenError("non_positive_quantity")
    if column == "rating" and not 1 <= number <= 5:
        raise BrokenError("rating_out_of_range")
    return number


def as_value(column: str, text: str) -> Any:
    if column in IDS:
        return as_id(text)
    if column in TIMES:
        return as_time(text)
    if column == "event_type":
        kind = ALIASES.get(text.lower(), text.lower())
        if kind not in {"page_view", "add_to_cart", "checkout", "purchase"}:
            raise BrokenError("unknown_event_type")
        return kind
    if column in MONEY | WHOLE | {"discount_pct"}:
        return as_number(column, text)
    if column == "marketing_opt_in":
        if text.lower() not in {"true", "false"}:
            raise BrokenError("invalid_boolean")
        return text.lower()
    if column == "country":
        return text.upper()
    return text if column in FREE_TEXT | {"category"} else text.lower()


RULES = (
    "unparsable_row",
    "missing_key",
    "invalid_id",
    "unknown_event_type",
    "invalid_timestamp",
    "future_timestamp",
    "invalid_number",
    "invalid_boolean",
    "negative_amount",
    "non_positive_quantity",
    "rating_out_of_range",
)


def judged(entity: str, line: bytes) -> tuple[Any, ...]:
    """The row as values, or BrokenError with the first rule that the line breaks."""
    try:
        (fields,) = csv.reader([line.decode()], strict=True)
    except (UnicodeDecodeError, csv.Error):
        raise BrokenError("unparsable_row") from None
    if len(fields) != len(COLUMNS[entity]):
        raise BrokenError("unparsable_row")
    values: list[Any] = []
    broken = []
    for column, field in zip(COLUMNS[entity], fields, strict=True):
        text = field.strip()
        try:
            if column not in FREE_TEXT and text.lower() in NULLS:
                if column in MUST[entity]:
                    raise BrokenError("missing_key")
                if column == "event_type":
                    raise BrokenError("unknown_event_type")
                if column in TIMES - {"signup_date"}:
                    raise BrokenError("invalid_timestamp")
                if column == "total_usd":
                    raise BrokenError("invalid_number")
                values.append(None)
            else:
                values.append(as_value(column, text))
        except BrokenError as rule:
            broken.append(str(rule))
    if broken:
        raise BrokenError(min(broken, key=RULES.index))
    return tuple(values)


@cache
def silver(folder: Path, entity: str) -> tuple[list[tuple[Any, ...]], Counter[str], int]:
    """The good rows without duplicates, the quarantined ones by rule, and the number of duplicates."""
    good = []
    quarantine: Counter[str] = Counter()
    for path in paths(folder, entity):
        for line in content(path).splitlines()[1:]:
            try:
                good.append(judged(entity, line))
            except BrokenError as rule:
                quarantine[str(rule)] += 1
    if KEYS[entity] is None:
        return good, quarantine, 0
    by_key = {row[0]: row for row in good}
    assert set(by_key.values()) == set(good)  # a key never comes with two meanings
    return list(by_key.values()), quarantine, len(good) - len(by_key)


def true_figures(folder: Path) -> dict[str, Any]:
    """The manifest's truth, computed from the files."""
    tables = {
        entity: [dict(zip(COLUMNS[entity], row, strict=True)) for row in silver(folder, entity)[0]]
        for entity in ENTITIES
    }
    events, orders, items = tables["events"], tables["orders"], tables["order_items"]

    def sessions_with(kind: str) -> int:
        return len({row["session_id"] for row in events if row["event_type"] == kind})

    kinds = Counter(row["event_type"] for row in events)
    return {
        "net_revenue_usd": f"{sum(row['total_usd'] for row in orders):.2f}",
        "gross_revenue_usd": f"{sum(row['line_total_usd'] for row in items):.2f}",
        "orders": len(orders),
        "units": sum(row["quantity"] for row in items),
        "buyers": len({row["customer_id"] for row in orders}),
        "events": {kind: kinds[kind] for kind in ("page_view", "add_to_cart", "checkout", "purchase")},
        "sessions": len(tables["sessions"]),
        "sessions_with_cart": sessions_with("add_to_cart"),
        "sessions_with_checkout": sessions_with("checkout"),
        "sessions_with_purchase": sessions_with("purchase"),
    }


DIRTY = ("--scale", "0.02", "--dirty-rate", "0.3")


def test_dirty_data_has_the_same_truth(run: Run) -> None:
    clean, dirty = run("--scale", "0.02"), run(*DIRTY)
    assert manifest(dirty)["truth"] == manifest(clean)["truth"]
    for folder in (clean, dirty):
        assert true_figures(folder) == manifest(folder)["truth"]
    for entity in ENTITIES:
        assert Counter(silver(dirty, entity)[0]) == Counter(silver(clean, entity)[0])
        assert content(dirty / f"{entity}.csv") != content(clean / f"{entity}.csv")


@pytest.mark.parametrize(
    "arguments",
    [DIRTY, (*SHORT, "--dirty-rate", "0.3", "--layout", "daily", "--late-rate", "0.2", "--format", "csv.gz")],
)
def test_dirty_rows_are_quarantined_as_the_manifest_says(run: Run, arguments: tuple[str, ...]) -> None:
    folder = run(*arguments)
    said = manifest(folder)
    total: Counter[str] = Counter()
    for entity in ENTITIES:
        good, quarantine, duplicates = silver(folder, entity)
        entry = said["entities"][entity]
        assert quarantine == Counter(entry["quarantined_rows"]), entity
        assert duplicates == entry["duplicate_rows"]
        assert len(good) == entry["good_rows"]
        assert entry["rows"] == len(good) + duplicates + quarantine.total()
        total += quarantine
    assert dict(total) == said["quarantined_rows"]
    assert list(said["quarantined_rows"]) == list(RULES)
    assert all(said["quarantined_rows"].values())


def test_rejected_rows_have_keys_of_their_own(run: Run) -> None:
    folder = run(*DIRTY)
    for entity, key in KEYS.items():
        good = {row[0] for row in silver(folder, entity)[0]}
        rejected = []
        for line in content(folder / f"{entity}.csv").splitlines()[1:]:
            try:
                judged(entity, line)
            except BrokenError as rule:
                first_field = line.split(b",")[0].decode()
                if key is not None and str(rule) not in {"missing_key", "invalid_id"}:
                    rejected.append(first_field)
        assert len(set(rejected)) == len(rejected)
        assert good.isdisjoint(rejected)


def test_dirty_rate_is_a_share_of_the_rows(run: Run) -> None:
    for entry in manifest(run(*DIRTY))["entities"].values():
        dirty = entry["duplicate_rows"] + sum(entry["repaired_rows"].values()) + sum(entry["quarantined_rows"].values())
        assert dirty == round(0.3 * entry["good_rows"])


def test_all_kinds_of_repair_and_of_unparsable_lines_occur(run: Run) -> None:
    folder = run(*DIRTY)
    for entity, entry in manifest(folder)["entities"].items():
        assert all(entry["repaired_rows"].values())
        assert (entry["duplicate_rows"] > 0) == (entity != "order_items")
    text = content(folder / "events.csv")
    for spelling in (rb"\n\d+\.0,", rb"\n00\d+,", rb"\n\+\d+,", rb"\n\d\.\d+e\d+,"):
        assert re.search(spelling, text), spelling
    for alias in ALIASES:
        assert f",{alias},".encode() in text
    for wanted in (
        b"PAGE_VIEW",
        b" PAGE_VIEW ",
        b",  page_view,",
        b",Page_view,",
        b"\xff\xfe\n",
        b",extra\n",
        b"null",
        b"NaN",
    ):
        assert wanted in text, wanted
    for zone in (rb"\d\dZ,", rb"\+05:30,", rb"-08:00,", rb"\d\d \d\d:\d\d:\d\d,", rb"\d\d\.000,"):
        assert re.search(zone, text), zone
    assert b"add_to_cart,1.0,0.0," in text


def test_an_unclosed_quote_swallows_no_other_row(run: Run) -> None:
    folder = run(*DIRTY)
    open_quotes = 0
    for entity in ENTITIES:
        text = content(folder / f"{entity}.csv")
        open_quotes += text.count(b'"') % 2
        read = list(csv.reader(io.StringIO(text.decode(errors="replace"), newline="")))
        assert len(read) - 1 == manifest(folder)["entities"][entity]["rows"]
    assert open_quotes >= 3


def test_a_dirty_rate_of_one_soils_every_row_and_keeps_the_truth(run: Run) -> None:
    clean, dirty = run("--scale", "0.005"), run("--scale", "0.005", "--dirty-rate", "1")
    for entity in ENTITIES:
        assert Counter(silver(dirty, entity)[0]) == Counter(silver(clean, entity)[0])


def test_manifest_describes_arguments_and_files(run: Run) -> None:
    folder = run(*SHORT, "--dirty-rate", "0.3", "--layout", "daily", "--late-rate", "0.2", "--format", "csv.gz")
    said = manifest(folder)
    assert said["arguments"] == {
        "scale": 0.02,
        "seed": 42,
        "start": "2024-01-01",
        "end": "2024-02-15",
        "layout": "daily",
        "format": "csv.gz",
        "dirty_rate": 0.3,
        "late_rate": 0.2,
    }
    on_disk = everything(folder)
    assert {entry["path"] for entry in said["files"]} == set(on_disk) - {"manifest.json"}
    for entry in said["files"]:
        raw = on_disk[entry["path"]]
        assert entry["bytes"] == len(raw)
        assert entry["sha256"] == hashlib.sha256(raw).hexdigest()
        assert entry["rows"] == gzip.decompress(raw).count(b"\n") - 1
    for entity, entry in said["entities"].items():
        own = [file for file in said["files"] if file["path"].startswith(f"{entity}/")]
        assert entry["files"] == len(own)
        assert entry["rows"] == sum(file["rows"] for file in own)
        assert entry["bytes"] == sum(file["bytes"] for file in own)


# --- the landing folder and its errors ------------------------------------------------------------------------------


def failure(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The error of a command line that must fail: one line on stderr, exit code 2."""
    try:
        code = cli.main(list(arguments))
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 1
    said = capsys.readouterr()
    assert code == 2
    assert said.out == ""
    assert re.fullmatch(r"error: [^\n]+\n", said.err), said.err
    return said.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--scale", "-1"), "--scale must be a number above 0, not -1"),
        (("--scale", "0"), "--scale must be a number above 0"),
        (("--scale", "nan"), "--scale must be a number above 0"),
        (("--scale", "inf"), "--scale must be a number above 0"),
        (("--scale", "big"), "argument --scale: invalid float value: 'big'"),
        (("--seed", "-1"), "--seed must be 0 or more"),
        (("--start", "2024-02-30"), "argument --start: '2024-02-30' is no day"),
        (("--end", "tomorrow"), "argument --end: 'tomorrow' is no day"),
        (("--start", "2026-01-01"), "--start 2026-01-01 is after --end 2025-10-31"),
        (("--end", "2999-01-01"), "--start and --end must lie between"),
        (("--dirty-rate", "1.5"), "--dirty-rate must lie between 0 and 1, not 1.5"),
        (("--dirty-rate", "nan"), "--dirty-rate must lie between 0 and 1"),
        (("--late-rate", "-0.1", "--layout", "daily"), "--late-rate must lie between 0 and 1"),
        (("--late-rate", "0.1"), "--late-rate needs --layout daily"),
        (("--layout", "weekly"), "argument --layout: invalid choice"),
        (("--format", "parquet"), "argument --format: invalid choice"),
    ],
)
def test_wrong_arguments(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    assert message in failure(capsys, "generate", "--output", str(tmp_path / "landing"), *arguments)
    assert not (tmp_path / "landing").exists()


def test_wrong_arguments_of_the_module_show_no_trace() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "data_generator", "generate", "--scale", "-1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: --scale must be a number above 0, not -1\n"


def test_help_names_every_option_with_its_default(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        cli.main(["generate", "--help"])
    assert stop.value.code == 0
    text = " ".join(capsys.readouterr().out.split())
    for default in ("data/landing", "1.0", "42", "2020-01-01", "2025-10-31", "single", "csv", "0.0"):
        assert f"(default: {default})" in text


def generate(folder: Path, *arguments: str) -> int:
    return cli.main(["generate", "--output", str(folder), "--scale", "0.001", *arguments])


@pytest.mark.parametrize("present", ["events.csv", "other.csv.gz", "orders/2024-01-01.csv"])
def test_a_folder_with_data_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path, present: str) -> None:
    (tmp_path / present).parent.mkdir(exist_ok=True)
    (tmp_path / present).write_text("precious")
    message = failure(capsys, "generate", "--output", str(tmp_path), "--scale", "0.001")
    assert f"{tmp_path} already holds data ({present})" in message
    assert "--force" in message
    assert "remove the tables, too (warehouse/)" in message
    assert everything(tmp_path) == {present: b"precious"}


def test_force_replaces_the_entity_files_and_nothing_else(tmp_path: Path) -> None:
    assert generate(tmp_path, "--layout", "daily", "--format", "csv.gz") == 0
    (tmp_path / "events" / "deeper").mkdir()
    (tmp_path / "events" / "deeper" / "old.csv").write_text("old")
    kept = {"other.csv": b"a", "notes.txt": b"b", "orders/readme.md": b"c"}
    for name, text in kept.items():
        (tmp_path / name).write_bytes(text)
    assert generate(tmp_path, "--force") == 0
    now = everything(tmp_path)
    assert set(now) == {*kept, "manifest.json", *(f"{entity}.csv" for entity in ENTITIES)}
    assert kept.items() <= now.items()
    assert not (tmp_path / "events").exists()
    assert not (tmp_path / ".partial").exists()


def test_the_manifest_comes_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    renamed: list[str] = []
    replace = Path.replace

    def recorded(self: Path, target: Path) -> Path:
        renamed.append(target.name)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", recorded)
    assert generate(tmp_path) == 0
    assert sorted(renamed[:-1]) == sorted(f"{entity}.csv" for entity in ENTITIES)
    assert renamed[-1] == "manifest.json"


def test_a_folder_without_data_is_filled(tmp_path: Path) -> None:
    (tmp_path / ".gitkeep").touch()
    assert generate(tmp_path) == 0
    assert (tmp_path / ".gitkeep").exists()


def test_what_a_killed_run_left_is_no_data_and_is_removed(tmp_path: Path) -> None:
    (tmp_path / ".partial" / "events").mkdir(parents=True)
    (tmp_path / ".partial" / "events" / "2024-01-01.csv").write_text("half")
    (tmp_path / ".partial" / "stray.csv").write_text("half")
    assert generate(tmp_path) == 0
    assert {path.name for path in tmp_path.iterdir()} == {"manifest.json", *(f"{entity}.csv" for entity in ENTITIES)}


def test_a_killed_run_leaves_no_file_under_a_real_name(tmp_path: Path) -> None:
    # Stops dead after the first entities, without any clean-up, as kill -9 would.
    script = """
import os, sys
from data_generator import cli, generate
write = generate.write_entity
def stop(entity, *rest):
    if entity == "orders":
        os._exit(9)
    return write(entity, *rest)
generate.write_entity = stop
cli.main(["generate", "--scale", "0.001", "--output", sys.argv[1]])
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert done.returncode == 9
    assert {path.name for path in tmp_path.iterdir()} == {".partial"}
    assert generate(tmp_path) == 0


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "No space left on device"),
        (MemoryError(), "not enough memory; choose a smaller --scale"),
    ],
)
def test_a_failed_run_says_why_and_leaves_the_folder_alone(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    message: str,
) -> None:
    assert generate(tmp_path) == 0
    before = everything(tmp_path)
    capsys.readouterr()

    def full(*_arguments: Any) -> None:
        raise error

    monkeypatch.setattr(files.LandingFile, "add", full)
    assert message in failure(
        capsys, "generate", "--output", str(tmp_path), "--scale", "0.001", "--seed", "5", "--force"
    )
    assert everything(tmp_path) == before


def test_an_output_that_cannot_be_a_folder(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    message = failure(capsys, "generate", "--output", str(tmp_path / "file" / "landing"), "--scale", "0.001")
    assert f"cannot fill {tmp_path / 'file' / 'landing'}: Not a directory" in message


@pytest.mark.skipif(sys.platform == "win32", reason="folders cannot be locked on Windows")
def test_two_runs_do_not_mix(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    import fcntl

    (tmp_path / ".partial").mkdir()
    (tmp_path / ".partial" / "events.csv").write_text("of the other run")
    handle = os.open(tmp_path / ".partial", os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        message = failure(capsys, "generate", "--output", str(tmp_path), "--scale", "0.001")
        assert "is being filled by another run" in message
        assert everything(tmp_path) == {".partial/events.csv": b"of the other run"}
    finally:
        os.close(handle)


# --- download -------------------------------------------------------------------------------------------------------


class FakeKaggle(ModuleType):
    """Stands for the package kagglehub."""

    def __init__(self, folder: Path, error: Exception | None = None) -> None:
        super().__init__("kagglehub")
        self._folder = folder
        self._error = error

    def dataset_download(self, handle: str) -> str:
        assert handle == "wafaaelhusseini/e-commerce-transactions-clickstream"
        if self._error is not None:
            raise self._error
        return str(self._folder)


@pytest.fixture
def kaggle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A downloaded data set, and the folder in which a test may change it."""
    folder = tmp_path / "cache" / "versions" / "1"
    folder.mkdir(parents=True)
    for entity in ENTITIES:
        (folder / f"{entity}.csv").write_text(",".join(COLUMNS[entity]) + "\n1,2,3\n")
    (folder / "extra.csv").write_text("a\n")
    monkeypatch.setitem(sys.modules, "kagglehub", FakeKaggle(folder))
    return folder


def test_download_copies_the_seven_files(kaggle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    landing = tmp_path / "landing"
    assert cli.main(["download", "--output", str(landing)]) == 0
    assert "CC BY-SA 4.0" in capsys.readouterr().out
    source = everything(kaggle)
    assert everything(landing) == {f"{entity}.csv": source[f"{entity}.csv"] for entity in ENTITIES}


def test_download_refuses_a_folder_with_data_and_replaces_it_by_force(
    kaggle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    landing = tmp_path / "landing"
    assert generate(landing, "--layout", "daily") == 0
    capsys.readouterr()
    assert "already holds data" in failure(capsys, "download", "--output", str(landing))
    assert cli.main(["download", "--output", str(landing), "--force"]) == 0
    assert set(everything(landing)) == {f"{entity}.csv" for entity in ENTITIES}  # nor an old manifest


def test_download_without_kagglehub(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "kagglehub", None)
    assert "pip install kagglehub" in failure(capsys, "download", "--output", str(tmp_path))
    assert everything(tmp_path) == {}


def test_download_without_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    error = ConnectionError("no route\nto www.kaggle.com")
    monkeypatch.setitem(sys.modules, "kagglehub", FakeKaggle(tmp_path, error))
    message = failure(capsys, "download", "--output", str(tmp_path / "landing"))
    assert "ConnectionError: no route to www.kaggle.com" in message
    assert "network" in message
    assert "kaggle.json" in message


def test_download_with_missing_files(kaggle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (kaggle / "events.csv").unlink()
    (kaggle / "orders.csv").unlink()
    message = failure(capsys, "download", "--output", str(tmp_path / "landing"))
    assert "lacks events.csv, orders.csv" in message
    assert everything(tmp_path / "landing") == {}


def test_download_with_another_header(kaggle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (kaggle / "orders.csv").write_text("order_id,customer_id\n")
    message = failure(capsys, "download", "--output", str(tmp_path / "landing"))
    assert "orders.csv lacks the columns order_time, payment_method" in message
    assert everything(tmp_path / "landing") == {}
