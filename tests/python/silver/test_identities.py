"""Visits that name no customer get the customer of their browser, however the files come."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from shop import PROJECT, Shop, assert_same

pytestmark = pytest.mark.slow

SESSIONS = ("build", "--exclude-resource-types", "test", "unit_test", "--select", "+session_metrics")
# Every fifth visit is logged in. Every tenth customer uses the one browser of a school.
LOGGED_IN, SCHOOL = 5, 10


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """Generated sessions with the browser that each happened in."""
    folder = tmp_path_factory.mktemp("generated") / "landing"
    command = [sys.executable, "-m", "data_generator", "generate", "--output", str(folder), "--scale", "0.01"]
    command += ["--start", "2025-01-10", "--end", "2025-02-10"]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)
    sessions = pd.read_csv(folder / "sessions.csv", dtype=str)
    sessions.attrs["folder"] = folder
    customer = sessions["customer_id"].astype(int)
    browser = "GA1.2." + sessions["customer_id"] + "." + sessions["device"]
    browser = browser.where(customer % SCHOOL != 0, "school")
    sessions["visitor_id"] = browser.where(sessions.index % 7 != 0, None)
    return sessions


def delivered(truth: pd.DataFrame) -> pd.DataFrame:
    """The sessions as a shop exports them: most without their customer."""
    return truth.assign(customer_id=truth["customer_id"].where(truth.index % LOGGED_IN == 0))


def deliver(shop: Shop, name: str, sessions: pd.DataFrame) -> None:
    shop.deliver({name: sessions.to_csv(index=False)})
    shop.succeed(*SESSIONS)


def new_shop(root: Path, truth: pd.DataFrame) -> Shop:
    shop = Shop(root)
    folder = truth.attrs["folder"]
    shop.deliver({file.name: file.read_bytes() for file in folder.glob("*.csv") if file.name != "sessions.csv"})
    return shop


def test_links_are_right_in_any_batches_and_are_undone(truth: pd.DataFrame, tmp_path: Path) -> None:
    sessions = delivered(truth)
    shop, batches = new_shop(tmp_path / "one", truth), new_shop(tmp_path / "batches", truth)
    deliver(shop, "sessions/all.csv", sessions)
    late = sessions["start_time"] >= "2025-01-25"
    deliver(batches, "sessions/b.csv", sessions[late])
    deliver(batches, "sessions/a.csv", sessions[~late])
    one = shop.tables("silver", "gold")
    assert_same(one, batches.tables("silver", "gold"))

    found = shop.table("gold.session_metrics").merge(truth, on="session_id", suffixes=("", "_true"))
    linked = found[found["identified_by"] == "login"]
    # Nobody gets a visit that is another's.
    assert (linked["customer_id"] == linked["customer_id_true"]).all()
    # Everybody gets all visits of the browsers in which they were ever logged in, but of the school's.
    logged_in = set(sessions.loc[sessions["customer_id"].notna(), "visitor_id"].dropna()) - {"school"}
    anonymous = found[~found["session_id"].isin(sessions.loc[sessions["customer_id"].notna(), "session_id"])]
    assert set(linked["session_id"]) == set(anonymous.loc[anonymous["visitor_id"].isin(logged_in), "session_id"])
    assert len(linked) > len(anonymous) / 5
    assert (anonymous.loc[anonymous["visitor_id"] == "school", "customer_id"] == "UNKNOWN").all()

    # A login that turns out to be another browser's takes its links back, and nothing else.
    counts = sessions.dropna(subset=["visitor_id"]).groupby("visitor_id")["customer_id"].count()
    browser = linked.loc[linked["visitor_id"].isin(counts[counts == 1].index), "visitor_id"].iloc[0]
    login = sessions[(sessions["visitor_id"] == browser) & sessions["customer_id"].notna()]
    before = shop.table("gold.session_metrics").set_index("session_id")
    deliver(shop, "sessions/corrected.csv", login.assign(visitor_id="another"))
    after = shop.table("gold.session_metrics").set_index("session_id").loc[before.index]
    unlinked = before["identified_by"].eq("login") & before["visitor_id"].eq(browser)
    assert unlinked.any()
    assert set(after.loc[unlinked, "customer_id"]) == {"UNKNOWN"}
    assert before.loc[~unlinked, "customer_id"].equals(after.loc[~unlinked, "customer_id"])
    deliver(shop, "sessions/corrected-again.csv", login)
    assert_same(one, shop.tables("silver", "gold"))
