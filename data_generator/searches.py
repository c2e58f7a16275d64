"""What visitors search for in the shop: products, things that it does not have, and now and then themselves."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from data_generator.books import utc_day
from data_generator.entity_files import EntityReport, Row, write_dated
from data_generator.options import GenerateOptions
from data_generator.schema import COLUMNS
from data_generator.streams import Streams
from data_generator.tables import Dataset
from data_generator.traffic import PAGE_VIEW
from data_generator.words import EMAIL_DOMAINS, FIRST_NAMES, LAST_NAMES

HEADER: Final = (*COLUMNS["events"], "search_term", "search_results")


class Term(NamedTuple):
    """A term in the ways in which it is typed, how often it is, and how many results it has, from and to."""

    spellings: tuple[str, ...]
    weight: int
    results: tuple[int, int]


TERMS: Final = (
    Term(("headphones", "Headphones", "  HEADPHONES"), 30, (8, 24)),
    Term(("yoga mat", "Yoga  Mat", "yoga\u00a0mat "), 20, (3, 12)),
    Term(("air fryer", "Air Fryer"), 15, (4, 10)),
    Term(("sneakers", "SNEAKERS"), 15, (6, 18)),
    Term(("caf\u00e9 lamp", "CAF\u00c9 LAMP"), 8, (0, 2)),
    Term(("gift card", "Gift Card", "gift  card"), 20, (0, 0)),
    Term(("headfones", "Headfones"), 10, (0, 0)),
    Term(("return label", "Return label"), 6, (0, 0)),
    # A name, an address, or the number of an order.
    Term(("{first} {last}", "{first}.{last}@{domain}", "order {number}"), 6, (0, 0)),
)
# Share of page views that follow a search, and seconds between them. A session never begins with a search alone.
SEARCHED: Final = 0.08
SECONDS: Final = (0, 50)
# Share of searches whose number of results is known.
COUNTED: Final = 0.9


def write_searches(data: Dataset, options: GenerateOptions, streams: Streams, folder: Path) -> list[EntityReport]:
    """Writes the events into files of their own, below `events/searches`."""
    return [write_dated("events/searches", HEADER, _searches(data, streams), options, folder)]


def _searches(data: Dataset, streams: Streams) -> Iterator[tuple[date, Row]]:
    events = data.events
    views = np.flatnonzero(events.type == PAGE_VIEW)
    views = views[streams.uniform("searches.view", len(views)) < SEARCHED]
    size = len(views)
    is_first = (views == 0) | (events.session[views] != events.session[views - 1])
    before = np.where(is_first, 0, streams.integers("searches.seconds", *SECONDS, size))
    drawn = streams.choice("searches.term", tuple(term.weight for term in TERMS), size).tolist()
    spelling = streams.uniform("searches.spelling", size).tolist()
    found = streams.uniform("searches.results", size).tolist()
    counted = (streams.uniform("searches.counted", size) < COUNTED).tolist()
    sessions, times = events.session[views].tolist(), (events.time[views] - before).tolist()
    for number, (session, second) in enumerate(zip(sessions, times, strict=True), 1):
        term = TERMS[drawn[number - 1]]
        text = term.spellings[int(spelling[number - 1] * len(term.spellings))].format(
            **_person(data, session), number=10_000 + number
        )
        low, high = term.results
        results = str(low + int(found[number - 1] * (high - low + 1))) if counted[number - 1] else ""
        columns = [f"s{number}", str(session + 1), _time(second), "search", "", "", "", "", "", ""]
        yield utc_day(second), [*columns, text, results]


def _person(data: Dataset, session: int) -> dict[str, str]:
    customer = int(data.sessions.customer[session])
    customers = data.customers
    return {
        "first": FIRST_NAMES[customers.first_name[customer]],
        "last": LAST_NAMES[customers.last_name[customer]],
        "domain": EMAIL_DOMAINS[customers.domain[customer]],
    }


def _time(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")
