"""What make would do, and what it removes, in a folder that has just the files that its rules look at."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from shop import PROJECT

NEEDED = ("requirements.txt", "adapter/pyproject.toml", "profiles.yml.example")
GENERATES = "data_generator generate"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(PROJECT / "Makefile", tmp_path)
    for name in NEEDED:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def make(folder: Path, *arguments: str, **variables: str) -> str:
    """What make says, with none of the environment variables of the one who runs the tests but these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LAKEHOUSE_", "MAKE"))}
    command = ["make", "--no-print-directory", *arguments]
    return subprocess.run(
        command, cwd=folder, env={**kept, **variables}, capture_output=True, text=True, check=True
    ).stdout


def test_build_generates_a_shop_where_there_is_nothing(folder: Path) -> None:
    (folder / "warehouse").mkdir()
    (folder / "warehouse" / ".lock").touch()
    assert GENERATES in make(folder, "-n", "build")
    assert GENERATES in make(folder, "-n", "build", LAKEHOUSE_WAREHOUSE="elsewhere")


def test_build_generates_nothing_beside_files(folder: Path) -> None:
    (folder / "data" / "landing").mkdir(parents=True)
    (folder / "data" / "landing" / "events.csv").touch()
    assert GENERATES not in make(folder, "-n", "build")


@pytest.mark.parametrize("landing", ["missing", "empty"])
def test_build_generates_nothing_into_a_folder_that_was_named(folder: Path, landing: str) -> None:
    (folder / "empty").mkdir()
    said = make(folder, "-n", "build", LAKEHOUSE_LANDING=landing)
    assert GENERATES not in said
    assert "console build" in said
    assert GENERATES in make(folder, "-n", "data", LAKEHOUSE_LANDING=landing)


@pytest.mark.parametrize("bronze", ["bronze", "jo_bronze"])
def test_build_generates_nothing_into_tables_that_are_there(folder: Path, bronze: str) -> None:
    for warehouse in ("warehouse", "elsewhere"):
        (folder / warehouse / bronze / "stg_events").mkdir(parents=True)
    assert GENERATES not in make(folder, "-n", "build")
    assert GENERATES not in make(folder, "-n", "build", LAKEHOUSE_WAREHOUSE=str(folder / "elsewhere"))


def test_build_generates_nothing_into_tables_that_it_cannot_see(folder: Path) -> None:
    assert GENERATES not in make(folder, "-n", "build", LAKEHOUSE_WAREHOUSE="s3://shop/warehouse")


def test_clean_leaves_a_warehouse_that_was_named(folder: Path) -> None:
    for warehouse in ("warehouse", "elsewhere"):
        (folder / warehouse).mkdir()
    said = make(folder, "clean", LAKEHOUSE_WAREHOUSE="elsewhere")
    assert "elsewhere stays" in said
    assert not (folder / "warehouse").exists()
    assert (folder / "elsewhere").exists()
    assert "stays" not in make(folder, "clean", LAKEHOUSE_WAREHOUSE="warehouse")
    assert "stays" not in make(folder, "clean")
