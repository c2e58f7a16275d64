"""The channels and campaigns of a generated shop are those that its visits were made from."""

import json
from collections import Counter
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from shop import Shop, assert_same

from data_generator import cli

pytestmark = pytest.mark.slow

# Files up to each of these days come in a run of their own: the costs of the last day before are corrected in the next.
CUTS = ("2025-02-10", "2099-01-01")
MADE = ("--campaigns", "--layout", "daily", "--scale", "0.01", "--start", "2025-01-20", "--end", "2025-03-05")
KEY = ["traffic_source", "traffic_medium", "campaign", "channel_group"]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("campaigns") / "landing"
    assert cli.main(["generate", "--output", str(folder), *MADE]) == 0
    return folder


def deliver(shop: Shop, files: Path, after: str, until: str) -> None:
    for file in sorted(files.glob("*/*.csv")):
        if after < file.stem <= until:
            shop.deliver({f"{file.parent.name}/{file.name}": file.read_bytes()})


@pytest.fixture(scope="module")
def whole(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    shop = Shop(tmp_path_factory.mktemp("whole"))
    deliver(shop, files, "", "9999")
    shop.build()
    shop.succeed(
        "test", "--select", "campaigns_add_up", "attribution_adds_up_to_orders", "test_type:data,campaign_performance"
    )
    return shop


def truth(files: Path) -> list[dict[str, Any]]:
    ways: list[dict[str, Any]] = json.loads((files / "manifest.json").read_text())["truth"]["campaigns"]
    return ways


def test_each_session_has_the_channel_that_it_was_made_from(files: Path, whole: Shop) -> None:
    sessions = whole.table("gold.session_metrics").set_index("session_id")[KEY]
    wrong = [
        (session, way, tuple(sessions.loc[str(session)]))
        for way in truth(files)
        for session in way["sessions"]
        if tuple(sessions.loc[str(session)]) != (way["source"], way["medium"], way["campaign"], way["channel_group"])
    ]
    assert wrong == []
    assert len(sessions) == sum(len(way["sessions"]) for way in truth(files)) > 1000
    assert len({way["channel_group"] for way in truth(files) if way["sessions"]}) >= 11


def test_each_campaign_has_its_sessions_and_costs(files: Path, whole: Shop) -> None:
    found = whole.table("gold.campaign_performance")
    sums = found.groupby(KEY)[["session_count", "cost"]].sum()
    # Two ways lead to the same source, medium and campaign.
    expected_sessions: Counter[tuple[str, ...]] = Counter()
    expected_costs: dict[tuple[str, ...], Decimal] = {}
    for way in truth(files):
        key = (way["source"], way["medium"], way["campaign"], way["channel_group"])
        expected_sessions[key] += len(way["sessions"])
        expected_costs[key] = expected_costs.get(key, Decimal(0)) + Decimal(way["cost"])
    unknown = ("(not set)", "(not set)", "(not set)", "Unassigned")  # orders without a session before
    assert {key: int(row.session_count) for key, row in sums.iterrows() if key != unknown} == expected_sessions
    assert {key: row.cost for key, row in sums.iterrows() if key != unknown} == expected_costs
    assert sum(cost > 0 for cost in expected_costs.values()) == 5

    paid = found[(found["cost"] > 0) & (found["order_count"] > 0)]
    assert len(paid) > 5
    for row in paid.itertuples():
        assert row.cost_per_order == pytest.approx(row.cost / row.order_count, abs=Decimal("0.005"))
        assert row.return_on_ad_spend == pytest.approx(row.net_sales / row.cost, abs=Decimal("0.005"))


@pytest.mark.nightly
def test_two_batches_give_the_tables_of_one_load(files: Path, whole: Shop, tmp_path: Path) -> None:
    shop = Shop(tmp_path / "parts")
    for after, until in pairwise(("", *CUTS)):
        deliver(shop, files, after, until)
        shop.build()
    assert_same(whole.tables(), shop.tables())
    before = shop.versions()
    shop.build()
    assert shop.versions() == before
