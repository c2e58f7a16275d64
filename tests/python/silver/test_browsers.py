"""The links of a generated shop, whose households and libraries lead to wrong ones, by an independent computation."""

from pathlib import Path

import pandas as pd
import pytest
from shop import PROJECT, Shop

from data_generator import cli

pytestmark = pytest.mark.slow

PERIOD = ("--scale", "0.02", "--start", "2024-11-01", "--end", "2025-02-10")


def last_known(sessions: pd.DataFrame) -> "pd.Series[str]":
    """The customer of each session that names none, by its browser: who was seen last, or first of all."""
    seen = sessions.dropna(subset=["visitor_id", "customer_id"]).sort_values(["start_time", "session_id"])
    customers = seen.groupby("visitor_id")["customer_id"]
    seen = seen[customers.transform("nunique") <= 2]
    asked = sessions[sessions["customer_id"].isna() & sessions["visitor_id"].notna()].sort_values("start_time")
    found = pd.merge_asof(
        *(asked.drop(columns="customer_id"), seen[["visitor_id", "customer_id", "start_time"]]),
        on="start_time",
        by="visitor_id",
    ).set_index("session_id")
    first = seen.drop_duplicates("visitor_id").set_index("visitor_id")["customer_id"]
    return found["customer_id"].fillna(found["visitor_id"].map(first)).fillna("UNKNOWN")


def test_precision_and_recall(tmp_path: Path) -> None:
    shop, truth = Shop(tmp_path / "shop"), tmp_path / "truth"
    assert cli.main(["generate", "--output", str(shop.landing), *PERIOD, "--browsers"]) == 0
    assert cli.main(["generate", "--output", str(truth), *PERIOD]) == 0
    shop.succeed("build", "--exclude-resource-types", "test", "unit_test", "--select", "+session_metrics")

    sessions = pd.read_csv(shop.landing / "sessions.csv", dtype=str)
    sessions["start_time"] = pd.to_datetime(sessions["start_time"])
    expected = last_known(sessions)
    found = shop.table("gold.session_metrics").set_index("session_id")
    named = sessions.dropna(subset=["customer_id"]).set_index("session_id")["customer_id"]
    assert found.loc[named.index, "customer_id"].equals(named)
    assert found.loc[expected.index, "customer_id"].eq(expected).all()
    assert set(found["customer_id"].drop([*named.index, *expected.index])) == {"UNKNOWN"}

    customers = pd.read_csv(truth / "sessions.csv", dtype=str).set_index("session_id")["customer_id"]
    asked = found.drop(named.index)
    linked = asked[asked["customer_id"] != "UNKNOWN"]
    right = linked["customer_id"].eq(customers.loc[linked.index]).sum()
    measured = (
        f"{len(asked):,} visits name nobody; {len(linked)} happened in a browser that leads to a customer, who was the right "
        f"one for {right}: a precision of {right / len(linked):.1%} and a recall of {right / len(asked):.1%}"
    )
    assert measured.replace("%", " %") in " ".join((PROJECT / "docs" / "identity.md").read_text().split())
