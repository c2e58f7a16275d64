"""What tells that deliveries stay away, or are not whole: the freshness of the sources and the volume of the last days."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from deliveries import GOOD
from shop import Shop

pytestmark = pytest.mark.slow

NOW = datetime.now(UTC).replace(tzinfo=None)
DAYS = 36
VOLUME = [f"daily_sales__{name}_of_the_last_days_as_usual" for name in ("sessions", "orders")]


def visits(days_ago: int, count: int) -> dict[str, list[str]]:
    """Files with so many sessions of one event each, at noon of a day."""
    noon = (NOW - timedelta(days=days_ago)).strftime("%Y-%m-%dT12:00:00")
    ids = [str(1000 + 100 * days_ago + number) for number in range(count)]
    return {
        f"sessions/{days_ago}.csv": [f"{id},1,{noon},mobile,organic,US" for id in ids],
        f"events/{days_ago}.csv": [f"{id},{id},{noon},page_view,10,,,,," for id in ids],
    }


@pytest.fixture(scope="module")
def steady(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A shop with ten to twelve sessions a day but four yesterday, the last day, and an order on most to two days ago."""
    shop = Shop(tmp_path_factory.mktemp("steady"))
    ordered = [(NOW - timedelta(days=days_ago)).isoformat() for days_ago in range(2, DAYS) if days_ago != 15]
    shop.deliver(GOOD | {"orders.csv": [f"{i},1,{time},card,0,1.00,1.00,,," for i, time in enumerate(ordered)]})
    for file in ("sessions.csv", "events.csv", "reviews.csv"):
        shop.deliver({file: []})
    for days_ago in range(1, DAYS):
        shop.deliver(visits(days_ago, 10 + days_ago % 3 if days_ago > 1 else 4))
    return shop


def freshness(shop: Shop) -> dict[str, str]:
    results = shop.dbt("source", "freshness").result.results
    return {result.node.name: str(result.status) for result in results if result.node.resource_type == "source"}


def warnings(shop: Shop) -> set[str]:
    shop.build("--select", "+daily_sales")
    result = shop.dbt("test", "--select", *VOLUME)
    assert len(result.result) >= len(VOLUME)
    return {r.node.name for r in result.result if str(r.status) == "warn"}


def test_newest_event_and_order_and_the_volume_of_days(
    steady: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = steady.copy(tmp_path / "shop")
    assert freshness(shop) == {"events": "runtime error", "orders": "runtime error"}
    assert "Nothing was loaded yet: there is no table of int_events. Run `dbt build`." in capsys.readouterr().out

    # The last day is not over for all that is known.
    assert warnings(shop) == set()
    assert freshness(shop) == {"events": "pass", "orders": "warn"}

    # Of the days before, the least has ten sessions and the greatest twelve; one order is the most there was.
    shop.deliver(visits(0, 4))
    assert warnings(shop) == {VOLUME[0]}
    shop.deliver(visits(1, 5))
    assert warnings(shop) == set()
    shop.deliver(visits(0, 25))
    shop.deliver({"orders/many.csv": [f"{i},1,{NOW.isoformat()},card,0,1.00,1.00,,," for i in range(600, 603)]})
    assert warnings(shop) == set(VOLUME)
