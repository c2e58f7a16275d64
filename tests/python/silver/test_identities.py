"""Visits that name no customer get the customer of their browser, however the files come."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from shop import PROJECT, Shop, assert_same

pytestmark = pytest.mark.slow

SESSIONS = ("build", "--exclude-resource-types", "test", "unit_test", "--select", "+session_metrics")
# Every fifth visit is logged in. Every tenth customer uses the one browser of a school. Of every sixth visit the sessions
# say that it is without consent, and of every thirteenth its events.
LOGGED_IN, SCHOOL, REFUSED, REFUSED_LATER = 5, 10, 6, 13


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
    sessions["consent"] = ["no" if row % REFUSED == 0 else ("", "yes")[row % 2] for row in sessions.index]
    sessions["is_refused"] = (sessions.index % REFUSED == 0) | (sessions.index % REFUSED_LATER == 0)
    return sessions


def delivered(truth: pd.DataFrame) -> pd.DataFrame:
    """The sessions as a shop exports them: most without their customer."""
    return truth.assign(customer_id=truth["customer_id"].where(truth.index % LOGGED_IN == 0)).drop(columns="is_refused")


def deliver(shop: Shop, name: str, sessions: pd.DataFrame) -> None:
    shop.deliver({name: sessions.to_csv(index=False)})
    shop.succeed(*SESSIONS)


def is_known(shop: Shop, sessions: set[str], *names: str) -> set[bool]:
    """Whether what silver keeps of these sessions leads to anybody, of all of their rows in these tables."""
    known = set()
    for name in names or ("int_sessions", "int_events", "int_visits"):
        rows = shop.table(f"silver.{name}")
        columns = ["visitor_id", "customer_id", "ip"] if name != "int_sessions" else ["visitor_id", "customer_id"]
        known |= set(rows.loc[rows["session_id"].isin(sessions), columns].notna().any(axis=1))
    return known


def new_shop(root: Path, truth: pd.DataFrame) -> Shop:
    shop = Shop(root)
    folder = truth.attrs["folder"]
    shop.deliver({file.name: file.read_bytes() for file in folder.glob("*.csv") if file.name != "sessions.csv"})
    events = pd.read_csv(folder / "events.csv", dtype=str)
    of_events = truth.set_index("session_id").loc[events["session_id"]].reset_index()
    events["visitor_id"], events["ip"] = of_events["visitor_id"], "10.0.0." + of_events["customer_id"].str[-1]
    late = truth.index[truth.index % REFUSED_LATER == 0]
    events["consent"] = events["session_id"].isin(truth.loc[late, "session_id"]).map({True: "false", False: None})
    shop.deliver({"events.csv": events.to_csv(index=False)})
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
    logins = sessions[sessions["customer_id"].notna() & ~truth["is_refused"]]
    logged_in = set(logins["visitor_id"].dropna()) - {"school"}
    anonymous = found[~found["is_refused"] & ~found["session_id"].isin(logins["session_id"])]
    assert set(linked["session_id"]) == set(anonymous.loc[anonymous["visitor_id"].isin(logged_in), "session_id"])
    assert len(linked) > len(anonymous) / 5
    assert (anonymous.loc[anonymous["visitor_id"] == "school", "customer_id"] == "UNKNOWN").all()

    # Visits without consent count, lead to nobody, and nobody can be found for them later.
    refused = found["is_refused"]
    assert refused.sum() > len(found) / 6
    assert set(found.loc[refused, "customer_id"]) == {"UNKNOWN"}
    assert found.loc[refused, ["identified_by", "visitor_id"]].isna().all(axis=None)
    assert found["has_consent"].eq(False).equals(refused)
    assert is_known(shop, set(found.loc[~refused, "session_id"]), "int_events", "int_visits") == {True}
    without = truth["is_refused"]
    of_export = truth.index % REFUSED == 0
    assert is_known(shop, set(truth.loc[of_export, "session_id"])) == {False}
    assert is_known(shop, set(truth.loc[without, "session_id"]), "int_events", "int_visits") == {False}

    # A login that turns out to be another browser's takes its links back, and nothing else.
    counts = logins.groupby("visitor_id")["customer_id"].count()
    browser = linked.loc[linked["visitor_id"].isin(counts[counts == 1].index), "visitor_id"].iloc[0]
    login = logins[logins["visitor_id"] == browser]
    before = shop.table("gold.session_metrics").set_index("session_id")
    deliver(shop, "sessions/corrected.csv", login.assign(visitor_id="another"))
    after = shop.table("gold.session_metrics").set_index("session_id").loc[before.index]
    unlinked = before["identified_by"].eq("login") & before["visitor_id"].eq(browser)
    assert unlinked.any()
    assert set(after.loc[unlinked, "customer_id"]) == {"UNKNOWN"}
    assert before.loc[~unlinked, "customer_id"].equals(after.loc[~unlinked, "customer_id"])
    # So does one whose visitor withdraws the consent: the visit itself counts for nobody then.
    deliver(shop, "sessions/corrected-b.csv", login.assign(consent="no"))
    after = shop.table("gold.session_metrics").set_index("session_id").loc[before.index]
    withdrawn = before.index == login["session_id"].item()
    assert set(after.loc[unlinked | withdrawn, "customer_id"]) == {"UNKNOWN"}
    assert before.loc[~unlinked & ~withdrawn, "customer_id"].equals(after.loc[~unlinked & ~withdrawn, "customer_id"])
    assert is_known(shop, set(login["session_id"])) == {False}
    deliver(shop, "sessions/corrected-c.csv", login)
    assert_same(one, shop.tables("silver", "gold"))
