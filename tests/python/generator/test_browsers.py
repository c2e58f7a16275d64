"""`--browsers` takes customers away from visits, and gives browsers to them; nothing else changes."""

from pathlib import Path

import pandas as pd
import pytest

from data_generator import cli

MADE = ("--scale", "0.05")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A shop without, and with browsers."""
    root = tmp_path_factory.mktemp("browsers")
    for name, *options in (("plain",), ("browsers", "--browsers"), ("both", "--browsers", "--campaigns")):
        assert cli.main(["generate", "--output", str(root / name), *MADE, *options]) == 0
    return root / "plain", root / "browsers"


def sessions(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "sessions.csv", dtype=str).set_index("session_id")


def test_other_files_and_columns_stay_the_same(folders: tuple[Path, Path]) -> None:
    plain, made = folders
    for file in plain.glob("*.csv"):
        if file.name != "sessions.csv":
            assert file.read_bytes() == (made / file.name).read_bytes(), file.name
    before, after = sessions(plain), sessions(made)
    is_named = after["customer_id"].notna()
    assert after.loc[is_named, "customer_id"].equals(before.loc[is_named, "customer_id"])
    assert after.drop(columns=["customer_id", "visitor_id"]).equals(before.drop(columns="customer_id"))
    both = sessions(made.with_name("both"))
    assert both.drop(columns=["landing_page", "referrer"]).equals(after)


def test_who_buys_is_named_and_browsers_are_shared_as_described(folders: tuple[Path, Path]) -> None:
    truth, made = sessions(folders[0]), sessions(folders[1])
    purchases = pd.read_csv(folders[0] / "events.csv", dtype=str).query("event_type == 'purchase'")
    bought = made.index.isin(purchases["session_id"])
    assert made.loc[bought, "customer_id"].notna().all()
    assert made.loc[~bought, "customer_id"].notna().mean() == pytest.approx(0.2, abs=0.02)
    assert made["visitor_id"].isna().mean() == pytest.approx(0.1, abs=0.01)
    is_public = made["visitor_id"].str.startswith("library", na=False)
    assert is_public.mean() == pytest.approx(0.027, abs=0.005)
    users = truth.loc[made["visitor_id"].notna() & ~is_public, "customer_id"].groupby(made["visitor_id"]).nunique()
    assert set(users) == {1, 2}
