"""Visits of bots and of the shop's own people, beside those of customers, with what each of them is."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from data_generator.books import utc_day
from data_generator.entity_files import EntityReport, Row, write_dated
from data_generator.options import FIRST_DAY, GenerateOptions
from data_generator.schema import COLUMNS
from data_generator.streams import Streams
from data_generator.tables import Dataset
from data_generator.traffic import SECONDS_PER_DAY

HEADERS: Final = {"sessions": COLUMNS["sessions"], "events": (*COLUMNS["events"], "user_agent", "ip")}

# The shop's own addresses, and how they are written in events; then addresses just beside them.
INTERNAL: Final = ("203.0.113.7", "198.51.100.64/26", "2001:db8:50::/44")
INSIDE: Final = (
    "203.0.113.7",
    "198.51.100.64",
    "198.51.100.127",
    "::ffff:203.0.113.7",
    "2001:0DB8:5F::1",
    "2001:db8:50::",
)
BESIDE: Final = (
    "203.0.113.8",
    "198.51.100.63",
    "198.51.100.128",
    "2001:db8:60::1",
    "2001:db8:4f:ffff::",
    "::203.0.113.7",
)

PEOPLE: Final = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 "
    "Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
)
BOTS: Final = (
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "python-requests/2.32.3",
    "curl/8.8.0",
)

# In turn. Fast ones are at it for more than a minute, and every other one of them over midnight.
KINDS: Final = ("bot_agent", "internal", "bot_rate", None, "fast and short")
FAST_EVENTS: Final = (260, 400)
SHORT_EVENTS: Final = 99
EVENTS_PER_SECOND: Final = 4


@dataclass(frozen=True)
class Visit:
    """A session; ``reason`` says why it is no customer's, None if it is. Events are times, types and products.

    ``repeats`` are the places of events that the tracker sends for the second time.
    """

    reason: str | None
    start: int
    customer: int
    agent: str
    ip: str
    events: Sequence[tuple[int, str, int]]
    repeats: frozenset[int] = frozenset()


def make_other_traffic(data: Dataset, options: GenerateOptions, streams: Streams) -> list[Visit]:
    """As many visits as the share ``other_traffic`` of the customers' sessions."""
    size = max(2 * len(KINDS), round(options.other_traffic * data.rows("sessions")))
    second = streams.integers("other.start", 0, options.day_count * SECONDS_PER_DAY - 1, size).tolist()
    customer = streams.integers("other.customer", 0, data.rows("customers") - 1, size).tolist()
    length = streams.integers("other.events", *FAST_EVENTS, size).tolist()
    first_product = streams.integers("other.product", 0, data.rows("products") - 1, size).tolist()
    visits = []
    for number in range(size):
        kind = KINDS[number % len(KINDS)]
        turn = number // len(KINDS)
        start = options.start_day * SECONDS_PER_DAY + second[number]
        step, types = 40, ["page_view", "add_to_cart", "page_view", "checkout", "purchase"][: 2 + turn % 4]
        if kind in ("bot_rate", "fast and short"):
            step, types = 0, ["page_view"] * (length[number] if kind == "bot_rate" else SHORT_EVENTS)
        if kind == "bot_rate" and turn % 2 == 0:
            start = _before_midnight(start, turn == 0)
        events = [
            (
                start + (step * place if step else place // EVENTS_PER_SECOND),
                name,
                (first_product[number] + place) % data.rows("products"),
            )
            for place, name in enumerate(types)
        ]
        sent_twice = kind is None
        if sent_twice:
            # At the same second, or in the next one.
            last, name, product = events[-1]
            events.append((last + turn % 2, name, product))
        visits.append(
            Visit(
                reason=kind if kind in ("bot_agent", "internal", "bot_rate") else None,
                start=start,
                customer=customer[number],
                # The shop's own people may call with anything.
                agent=(BOTS if kind == "bot_agent" else PEOPLE)[
                    turn % (len(BOTS) if kind == "bot_agent" else len(PEOPLE))
                ],
                ip=(INSIDE if kind == "internal" else BESIDE)[turn % len(INSIDE)],
                events=events,
                repeats=frozenset({len(events) - 1} if sent_twice else ()),
            )
        )
    return visits


def _before_midnight(start: int, at_the_end_of_a_month: bool) -> int:
    """Ten seconds before the end of the day of ``start``, or of its month."""
    day = FIRST_DAY.toordinal() + start // SECONDS_PER_DAY
    while at_the_end_of_a_month and date.fromordinal(day + 1).day != 1:
        day -= 1
    return (day - FIRST_DAY.toordinal() + 1) * SECONDS_PER_DAY - 10


def truth_of_traffic(visits: Sequence[Visit], data: Dataset) -> dict[str, Any]:
    """The addresses of the shop, the sessions that are not of customers by their reason, and the events sent twice."""
    excluded: dict[str, list[str]] = defaultdict(list)
    for session, visit in enumerate(visits, data.rows("sessions") + 1):
        if visit.reason:
            excluded[visit.reason].append(str(session))
    places = [(visit, place) for visit in visits for place in range(len(visit.events))]
    first = data.rows("events") + 1
    return {
        "internal_addresses": list(INTERNAL),
        "excluded_sessions": dict(sorted(excluded.items())),
        "repeated_events": [str(event) for event, (visit, place) in enumerate(places, first) if place in visit.repeats],
    }


def write_other_traffic(
    visits: Sequence[Visit], data: Dataset, options: GenerateOptions, folder: Path
) -> list[EntityReport]:
    """Writes the sessions and events into files of their own, below `<entity>/traffic`."""
    rows: dict[str, list[tuple[date, Row]]] = {"sessions": [], "events": []}
    event = data.rows("events")
    for session, visit in enumerate(visits, data.rows("sessions") + 1):
        # Bots do not log in.
        customer = "" if visit.reason in ("bot_agent", "bot_rate") else str(visit.customer + 1)
        rows["sessions"].append(
            (utc_day(visit.start), [str(session), customer, _time(visit.start), "desktop", "direct", "US"])
        )
        for time, event_type, product in visit.events:
            event += 1
            is_purchase = event_type == "purchase"
            columns = [str(event), str(session), _time(time), event_type]
            columns += [
                "" if is_purchase or event_type == "checkout" else str(product + 1),
                "1" if event_type == "add_to_cart" else "",
                "1" if event_type == "checkout" else "",
                *(("card", "0", "9.99") if is_purchase else ("", "", "")),
            ]
            rows["events"].append((utc_day(time), [*columns, visit.agent, visit.ip]))
    return [write_dated(f"{entity}/traffic", HEADERS[entity], dated, options, folder) for entity, dated in rows.items()]


def _time(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")
