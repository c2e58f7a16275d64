"""The download of the Kaggle data set."""

import sys
from pathlib import Path
from types import ModuleType

import pytest
from generated import everything, failure, generate

from data_generator import cli
from data_generator.schema import COLUMNS, ENTITIES


class FakeKaggle(ModuleType):
    """Stands for the package kagglehub."""

    def __init__(self, folder: Path, error: Exception | None = None) -> None:
        super().__init__("kagglehub")
        self._folder = folder
        self._error = error

    def dataset_download(self, handle: str) -> str:
        assert handle == "wafaaelhusseini/e-commerce-transactions-clickstream"
        if self._error is not None:
            raise self._error
        return str(self._folder)


@pytest.fixture
def kaggle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A downloaded data set, and the folder in which a test may change it."""
    folder = tmp_path / "cache" / "versions" / "1"
    folder.mkdir(parents=True)
    for entity in ENTITIES:
        (folder / f"{entity}.csv").write_text(",".join(COLUMNS[entity]) + "\n1,2,3\n")
    (folder / "extra.csv").write_text("a\n")
    monkeypatch.setitem(sys.modules, "kagglehub", FakeKaggle(folder))
    return folder


def test_download_copies_the_seven_files(kaggle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    landing = tmp_path / "landing"
    assert cli.main(["download", "--output", str(landing)]) == 0
    assert "CC BY-SA 4.0" in capsys.readouterr().out
    source = everything(kaggle)
    assert everything(landing) == {f"{entity}.csv": source[f"{entity}.csv"] for entity in ENTITIES}


def test_download_refuses_a_folder_with_data_and_replaces_it_by_force(
    kaggle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    landing = tmp_path / "landing"
    assert generate(landing, "--layout", "daily") == 0
    capsys.readouterr()
    assert "already holds data" in failure(capsys, "download", "--output", str(landing))
    assert cli.main(["download", "--output", str(landing), "--force"]) == 0
    assert set(everything(landing)) == {f"{entity}.csv" for entity in ENTITIES}  # nor an old manifest


def test_download_without_kagglehub(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "kagglehub", None)
    assert "pip install kagglehub" in failure(capsys, "download", "--output", str(tmp_path))
    assert everything(tmp_path) == {}


def test_download_without_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    error = ConnectionError("no route\nto www.kaggle.com")
    monkeypatch.setitem(sys.modules, "kagglehub", FakeKaggle(tmp_path, error))
    message = failure(capsys, "download", "--output", str(tmp_path / "landing"))
    assert "ConnectionError: no route to www.kaggle.com" in message
    assert "network" in message
    assert "kaggle.json" in message


def test_download_with_missing_files(kaggle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (kaggle / "events.csv").unlink()
    (kaggle / "orders.csv").unlink()
    message = failure(capsys, "download", "--output", str(tmp_path / "landing"))
    assert "lacks events.csv, orders.csv" in message
    assert everything(tmp_path / "landing") == {}


def test_download_with_another_header(kaggle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (kaggle / "orders.csv").write_text("order_id,customer_id\n")
    message = failure(capsys, "download", "--output", str(tmp_path / "landing"))
    assert "orders.csv lacks the columns order_time, payment_method" in message
    assert everything(tmp_path / "landing") == {}
