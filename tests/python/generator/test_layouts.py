"""Layouts, formats and late rows change the files, and no row."""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from generated import (
    SHORT,
    Row,
    Run,
    content,
    everything,
    manifest,
    paths,
    rows,
)

from data_generator.schema import COLUMNS, ENTITIES, FACTS, KEYS


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


def test_searches_come_beside_files_that_stay_as_they_are(run: Run) -> None:
    plain, daily, searching = run(*SHORT), run(*SHORT, "--layout", "daily", "--searches"), run(*SHORT, "--searches")
    others = {name: text for name, text in everything(searching).items() if not name.startswith("events/searches")}
    assert {name: others[name] for name in others if name != "manifest.json"} == {
        name: text for name, text in everything(plain).items() if name != "manifest.json"
    }
    times: dict[str, list[str]] = defaultdict(list)
    for row in rows(plain, "events"):
        times[row["session_id"]].append(row["timestamp"])
    found = [row for row in rows(searching, "events") if row["event_type"] == "search"]
    assert len(found) > 20 and {row["search_results"] for row in found} >= {"", "0"}
    for row in found:
        assert min(times[row["session_id"]]) <= row["timestamp"] <= max(times[row["session_id"]])
    of_days = [row for path in paths(daily / "events", "searches") for row in csv.DictReader(path.open())]
    assert sorted(of_days, key=str) == sorted(found, key=str)
