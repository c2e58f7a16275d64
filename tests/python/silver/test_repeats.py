"""Events that a tracker sends twice count once, by an independent computation, however they come."""

import json
import random
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from shop import Shop, assert_same

pytestmark = pytest.mark.slow

SECONDS = 1
TABLES = ("--select", "+cart_abandonment", "+product_funnel", "+daily_sales", "+site_funnel")
# What is delivered of a visitor, beside the session.
DELIVERED = ["session_id", "event_type", "product_id", "qty", "amount_usd", "visitor_id", "page_url"]


def clickstream(seed: int) -> pd.DataFrame:
    """Events of few kinds at times close together, around the end of a month."""
    choose, rows = random.Random(seed), []
    for _ in range(400):
        event_type = choose.choice(["view", "cart", "checkout", "purchase"])
        moment = datetime(2025, 1, 31, 23, 59, 45) + timedelta(milliseconds=choose.randint(0, 60) * 500)
        rows.append(
            {
                "session_id": f"s{choose.randint(1, 5)}",
                "timestamp": moment.isoformat(),
                "event_type": event_type,
                "product_id": choose.choice(["1", "2"]) if event_type in ("view", "cart") else "",
                "qty": choose.choice(["1", "1", "2"]) if event_type == "cart" else "",
                "amount_usd": choose.choice(["5.00", "7.50"]) if event_type == "purchase" else "",
                "visitor_id": choose.choice(["", "", "b1"]),
                "page_url": choose.choice(["https://shop.example/", ""]),
            }
        )
    return pd.DataFrame(rows).assign(event_id=[f"e{number:03}" for number in range(len(rows))])


def expected(events: pd.DataFrame, seconds: int) -> set[str]:
    """The repeats: one event after the other, as docs/sessions.md says."""
    found = set()
    last: dict[tuple[str, ...], datetime] = {}
    for row in events.sort_values(["timestamp", "event_id"]).to_dict("records"):
        moment = datetime.fromisoformat(row["timestamp"])
        content = (*(row[column] for column in DELIVERED), row["timestamp"][:7])
        if content in last and moment - last[content] <= timedelta(seconds=seconds):
            found.add(row["event_id"])
        last[content] = moment
    return found


def new_shop(root: Path, seconds: int = SECONDS) -> Shop:
    shop = Shop(root)
    shop.deliver({"orders.csv": [], "order_items.csv": []})
    return with_seconds(shop, seconds)


def with_seconds(shop: Shop, seconds: int) -> Shop:
    shop.variables = json.dumps({"repeated_event_seconds": seconds})
    return shop


def deliver(shop: Shop, name: str, events: pd.DataFrame) -> None:
    shop.deliver({name: events.to_csv(index=False)})
    shop.build(*TABLES)


def repeats_of(shop: Shop) -> set[str]:
    events = shop.table("silver.int_events")
    return set(events.loc[events["is_repeat"], "event_id"])


def test_an_event_that_is_sent_twice_counts_once(tmp_path: Path) -> None:
    events = clickstream(1)
    repeats = expected(events, SECONDS)
    assert 40 < len(repeats) < len(events) / 2
    one = new_shop(tmp_path / "one")
    deliver(one, "events/all.csv", events)
    assert repeats_of(one) == repeats

    # Gold is that of a shop whose tracker sends each event once.
    clean = new_shop(tmp_path / "clean", seconds=0)
    deliver(clean, "events/all.csv", events[~events["event_id"].isin(repeats)])
    assert_same(one.tables("gold"), clean.tables("gold"))
    shown = one.table("silver.int_visits")
    of_purchases = events["event_type"].eq("purchase") & events["event_id"].isin(repeats)
    assert shown["repeat_count"].sum() == len(repeats)
    assert shown["repeated_purchase_count"].sum() == of_purchases.sum() > 0
    one.succeed("test", "--select", "daily_sessions_agree", "product_activity_agrees")

    # In batches: most repeats before what they repeat, and some that are none once they are corrected.
    batches = new_shop(tmp_path / "batches")
    wrong = events["event_id"].isin(sorted(repeats)[::4])
    late = ~events["event_id"].isin(repeats) & (events.index % 3 == 0)
    others = [column for column in DELIVERED if column not in ("session_id", "event_type")]
    delivered = events.copy()
    delivered.loc[~wrong & (events.index % 50 == 0), others] = ""
    deliver(batches, "events/1.csv", delivered[~late])
    assert repeats_of(batches) == expected(delivered[~late], SECONDS) != repeats
    deliver(batches, "events/2.csv", events[late | (events.index % 50 == 0)])
    assert_same(one.tables("silver", "gold"), batches.tables("silver", "gold"))

    # A correction makes two events differ.
    corrected = events.copy()
    corrected.loc[wrong, "page_url"] = "https://shop.example/other"
    deliver(batches, "events/3.csv", corrected[wrong])
    assert repeats_of(batches) == expected(corrected, SECONDS)
    assert len(set(sorted(repeats)[::4]) - repeats_of(batches)) > 10

    # Other seconds apply to every month, without a file; in the end, nothing is written.
    with_seconds(batches, 0)
    deliver(batches, "events/4.csv", events[wrong])
    assert repeats_of(batches) == set()
    with_seconds(batches, SECONDS).build(*TABLES)
    assert_same(one.tables("silver", "gold"), batches.tables("silver", "gold"))
    versions = batches.versions()
    batches.build(*TABLES)
    assert batches.versions() == versions
