"""Where the visits of a shop come from: addresses of first pages and referrers, and what the campaigns cost."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from data_generator import shop
from data_generator.entity_files import EntityReport, Row, write_dated
from data_generator.options import GenerateOptions
from data_generator.schema import CAMPAIGN_COLUMNS
from data_generator.streams import Streams
from data_generator.tables import Dataset

SHOP: Final = "https://shop.example/"
NONE: Final = "(not set)"


@dataclass(frozen=True)
class Way:
    """A way into the shop: the parameters of the address and the referrer, and what they mean."""

    parameters: str
    referrer: str
    source: str
    medium: str
    campaign: str
    channel: str


# By the word of the session export.
WAYS: Final[dict[str, tuple[Way, ...]]] = {
    "organic": (
        Way("", "https://www.google.com/", "google", "organic", NONE, "Organic Search"),
        Way("", "https://duckduckgo.com/?q=lamp", "duckduckgo", "organic", NONE, "Organic Search"),
        Way("", "https://www.youtube.com/watch?v=1", "youtube.com", "referral", NONE, "Organic Video"),
        Way("", "https://www.etsy.com/", "etsy.com", "referral", NONE, "Organic Shopping"),
    ),
    "direct": (
        Way("", "", "(direct)", "(none)", NONE, "Direct"),
        Way("", "https://www.shop.example/cart", "(direct)", "(none)", NONE, "Direct"),
        Way("", "https://www.paypal.com/checkout", "(direct)", "(none)", NONE, "Direct"),
    ),
    "paid": (
        Way("gclid=a1&utm_campaign=Brand", "https://www.google.com/", "google", "cpc", "Brand", "Paid Search"),
        Way(
            "utm_source=bing&utm_medium=cpc&utm_campaign=Caf%C3%A9+Lamps&msclkid=b2",
            "https://www.bing.com/",
            "bing",
            "cpc",
            "Caf\u00e9 Lamps",
            "Paid Search",
        ),
        Way(
            "utm_medium=paid-social&fbclid=c3&utm_source=Facebook&utm_campaign=Spring",
            "https://l.facebook.com/",
            "Facebook",
            "paid-social",
            "Spring",
            "Paid Social",
        ),
        Way("utm_source=partner&utm_medium=banner&utm_campaign=Spring", "", "partner", "banner", "Spring", "Display"),
    ),
    "social": (
        Way("fbclid=d4", "https://l.facebook.com/", "facebook", "social", NONE, "Organic Social"),
        Way("", "https://l.instagram.com/", "l.instagram.com", "referral", NONE, "Organic Social"),
    ),
    "email": (
        Way("utm_source=crm&utm_medium=email&utm_campaign=News%201", "", "crm", "email", "News 1", "Email"),
        Way("utm_source=crm&utm_medium=e-mail", "https://mail.google.com/", "crm", "e-mail", NONE, "Email"),
    ),
    "referral": (
        Way("", "https://blog.example/lamps", "blog.example", "referral", NONE, "Referral"),
        Way(
            "utm_source=partner&utm_medium=affiliate",
            "https://blog.example/",
            "partner",
            "affiliate",
            NONE,
            "Affiliates",
        ),
    ),
}
# Campaign with source and medium as they are delivered, and the way that they mean.
COSTS: Final = (
    (("Brand", "", ""), WAYS["paid"][0]),
    (("Caf\u00e9 Lamps", "bing", ""), WAYS["paid"][1]),
    (("Spring", "Facebook", "paid-social"), WAYS["paid"][2]),
    (("Spring", "partner", "banner"), WAYS["paid"][3]),
    (("Nobody came", "", ""), Way("", "", NONE, NONE, "Nobody came", "Unassigned")),
)
CENTS: Final = (100, 5_000)
CLICKS: Final = (0, 40)


@dataclass
class Campaigns:
    """The way of each session, and the cents and clicks of each day and element of COSTS."""

    ways: list[Way]
    costs: dict[tuple[date, int], tuple[int, int]]


def make_campaigns(data: Dataset, options: GenerateOptions, streams: Streams) -> Campaigns:
    """A way for every session, one of those of its source, and costs for every day."""
    words = shop.names(shop.SOURCES)
    drawn = streams.uniform("campaigns.way", len(data.sessions.start))
    ways = []
    for source, number in zip(data.sessions.source.tolist(), drawn.tolist(), strict=True):
        known = WAYS[words[source]]
        ways.append(known[int(number * len(known))])
    keys = [(options.start + timedelta(days=day), row) for day in range(options.day_count) for row in range(len(COSTS))]
    cents = streams.integers("campaigns.cost", *CENTS, len(keys)).tolist()
    clicks = streams.integers("campaigns.clicks", *CLICKS, len(keys)).tolist()
    return Campaigns(ways, dict(zip(keys, zip(cents, clicks, strict=True), strict=True)))


def write_costs(campaigns: Campaigns, options: GenerateOptions, folder: Path) -> EntityReport:
    """Writes the files of costs, each with the rows of its day of delivery."""
    entity = "campaign_costs"
    return write_dated(entity, CAMPAIGN_COLUMNS[entity], _costs(campaigns, options), options, folder)


def pages(campaigns: Campaigns) -> list[Row]:
    """The first page and the referrer of each session."""
    return [(f"{SHOP}?{way.parameters}" if way.parameters else SHOP, way.referrer) for way in campaigns.ways]


def truth_of_campaigns(campaigns: Campaigns) -> list[dict[str, Any]]:
    """What each way means, with the numbers of its sessions and its costs."""
    sessions: dict[Way, list[int]] = defaultdict(list)
    for number, way in enumerate(campaigns.ways):
        sessions[way].append(number + 1)
    cents: dict[Way, int] = defaultdict(int)
    for (_, row), (cost, _) in campaigns.costs.items():
        cents[COSTS[row][1]] += cost
    return [
        {
            "source": way.source,
            "medium": way.medium,
            "campaign": way.campaign,
            "channel_group": way.channel,
            "cost": _money(cents[way]),
            "sessions": sessions[way],
        }
        for way in [*(way for known in WAYS.values() for way in known), COSTS[-1][1]]
    ]


def _costs(campaigns: Campaigns, options: GenerateOptions) -> Iterable[tuple[date, Row]]:
    """With daily files, the half of a cost is first delivered on its day, and all of it on the day after."""
    for (day, row), (cents, clicks) in campaigns.costs.items():
        key = [day.isoformat(), *COSTS[row][0]]
        if options.layout == "daily":
            yield day, [*key, _money(cents // 2), "", "", str(clicks // 2)]
        yield day + timedelta(days=1), [*key, _money(cents), "", str(clicks * 20), str(clicks)]


def _money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"
