"""The arguments of ``generate``, checked."""

import math
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final
from zoneinfo import available_timezones

from data_generator.errors import UserError
from data_generator.schema import ENTITIES

LAYOUTS: Final = ("single", "daily")
FORMATS: Final = ("csv", "csv.gz", "jsonl", "jsonl.gz", "parquet")
SOURCES: Final = ("native", "shopify", "ga4", "snowplow")
# The formats of a source's files; the first one is the default.
FORMATS_OF: Final[dict[str, tuple[str, ...]]] = {
    "native": ("csv", "csv.gz"),
    "shopify": ("csv", "csv.gz", "jsonl", "jsonl.gz"),
    "ga4": ("jsonl", "jsonl.gz", "parquet"),
    "snowplow": ("csv", "csv.gz"),
}
# The entities that each source other than `native` provides.
GIVES: Final[dict[str, tuple[str, ...]]] = {
    "shopify": ("customers", "products", "orders", "order_items"),
    "ga4": ("sessions", "events"),
    "snowplow": ("sessions", "events"),
}

# Times are written as four-digit years, and 2999 has to stay far in the future (see faults.py).
FIRST_DAY: Final = date(1970, 1, 1)
LAST_DAY: Final = date(2900, 12, 31)


@dataclass(frozen=True)
class GenerateOptions:
    """What to generate and where to.

    ``source`` names the systems whose exports are written; an empty ``format`` is the usual one of each source.
    ``scale`` 1 is 20,000 customers and 120,000 sessions; ``start`` and ``end`` are the first and the last day of the
    sessions; ``dirty_rate`` and ``late_rate`` are shares of rows between 0 and 1, ``other_traffic`` one of sessions.
    With ``books`` the orders have a life, and the truth is by the day of ``time_zone``; with ``campaigns`` the sessions
    have addresses, with ``browsers`` they have browsers and most name no customer, with ``searches`` visitors search.
    """

    output: Path = Path("data/landing")
    scale: float = 1.0
    seed: int = 42
    start: date = date(2020, 1, 1)
    end: date = date(2025, 10, 31)
    layout: str = "single"
    format: str = ""
    source: tuple[str, ...] = ("native",)
    dirty_rate: float = 0.0
    late_rate: float = 0.0
    books: bool = False
    time_zone: str = "UTC"
    campaigns: bool = False
    browsers: bool = False
    other_traffic: float = 0.0
    searches: bool = False
    force: bool = False

    def __post_init__(self) -> None:
        if not (math.isfinite(self.scale) and self.scale > 0):
            raise UserError(f"--scale must be a number above 0, not {self.scale:g}")
        if self.seed < 0:
            raise UserError(f"--seed must be 0 or more, not {self.seed}")
        if self.start < FIRST_DAY or self.end > LAST_DAY:
            raise UserError(f"--start and --end must lie between {FIRST_DAY} and {LAST_DAY}")
        if self.start > self.end:
            raise UserError(f"--start {self.start} is after --end {self.end}")
        if self.layout not in LAYOUTS:
            raise UserError(f"--layout must be one of {', '.join(LAYOUTS)}, not {self.layout}")
        self._check_sources()
        for name, rate in (("--dirty-rate", self.dirty_rate), ("--late-rate", self.late_rate)):
            if not 0 <= rate <= 1:
                raise UserError(f"{name} must lie between 0 and 1, not {rate:g}")
        if self.late_rate > 0 and self.layout != "daily":
            raise UserError("--late-rate needs --layout daily: a single file has no later delivery")

        made = (("--books", self.books), ("--campaigns", self.campaigns), ("--browsers", self.browsers))
        for option, is_on in made:
            if is_on and (self.dirty_rate or self.late_rate):
                raise UserError(f"{option} makes neither dirty nor late rows: leave out --dirty-rate and --late-rate")
        if self.time_zone not in available_timezones():
            raise UserError(f"--time-zone must be a name of the IANA database, not {self.time_zone}")
        if self.time_zone != "UTC" and not self.books:
            raise UserError("--time-zone needs --books: without them there is no figure by the shop's day")
        if self.books and not {"native", "shopify"} & set(self.source):
            raise UserError("--books needs a source that has orders: native or shopify")
        if not 0 <= self.other_traffic <= 1:
            raise UserError(f"--other-traffic must lie between 0 and 1, not {self.other_traffic:g}")
        native_only = {
            "--campaigns": self.campaigns,
            "--browsers": self.browsers,
            "--other-traffic": self.other_traffic,
            "--searches": self.searches,
            "--dirty-rate": self.dirty_rate,
        }
        for option, value in native_only.items():
            if value and self.source != ("native",):
                raise UserError(f"{option} is for the native source alone")

    def _check_sources(self) -> None:
        if not self.source or set(self.source) - set(SOURCES) or len(set(self.source)) < len(self.source):
            raise UserError(f"--source must name some of {', '.join(SOURCES)}, not {','.join(self.source)}")
        if {"ga4", "snowplow"} <= set(self.source):
            raise UserError("--source: ga4 and snowplow both give the sessions and events; choose one")
        for source in self.source:
            if self.format and self.format not in FORMATS_OF[source]:
                allowed = ", ".join(FORMATS_OF[source])
                raise UserError(f"--format of {source} must be one of {allowed}, not {self.format}")

    def ending(self, source: str) -> str:
        """The extension of a source's files."""
        return self.format or FORMATS_OF[source][0]

    @property
    def has_admin_orders(self) -> bool:
        """Whether the orders are in the CSV files of Shopify's admin, which have no tips, fees or refunds."""
        return "shopify" in self.source and not self.ending("shopify").startswith("jsonl")

    def native_entities(self) -> tuple[str, ...]:
        """The entities that are written as native files: those that no other source provides."""
        given = {entity for source in self.source for entity in GIVES.get(source, ())}
        return tuple(entity for entity in ENTITIES if "native" in self.source and entity not in given)

    @property
    def start_day(self) -> int:
        """First day, as days since 1970-01-01."""
        return (self.start - FIRST_DAY).days

    @property
    def day_count(self) -> int:
        """Number of days of the period, both ends included."""
        return (self.end - self.start).days + 1

    def arguments(self) -> dict[str, str | int | float | bool]:
        """The arguments that decide the files' content, for the manifest."""
        return {
            "scale": self.scale,
            "seed": self.seed,
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "layout": self.layout,
            "format": self.format,
            "source": ",".join(self.source),
            "dirty_rate": self.dirty_rate,
            "late_rate": self.late_rate,
            **({"books": True, "time_zone": self.time_zone} if self.books else {}),
            **({"campaigns": True} if self.campaigns else {}),
            **({"browsers": True} if self.browsers else {}),
            **({"other_traffic": self.other_traffic} if self.other_traffic else {}),
            **({"searches": True} if self.searches else {}),
        }
