"""What all tests share."""

import fcntl
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "support"))


# Begun first, so that no process is left with one of them when the others have ended.
LONGEST = (
    "platforms/test_spark_parity.py",
    "kills/test_runs.py",
    "kills/test_kills.py",
    "batches/test_refresh_equivalence.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        name = "/".join(item.path.parts[-2:])
        return LONGEST.index(name) if name in LONGEST else len(LONGEST)

    items.sort(key=place)


@pytest.fixture(scope="session", autouse=True)
def _dbt_target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A target folder of the tests' own, with the profile as it is delivered, so that none of the user's is touched."""
    target = tmp_path_factory.mktemp("target")
    shutil.copy(Path(__file__).parents[2] / "profiles.yml.example", target / "profiles.yml")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DBT_TEST_TARGET", str(target))
        patch.setenv("DO_NOT_TRACK", "1")
        patch.setenv("DBT_LOG_PATH", str(target / "logs"))
        for name in ("LAKEHOUSE_SCHEMA", "LAKEHOUSE_SPARK_REMOTE"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], None]], Path]:
    """Gives a copy of a folder that is made once a test run, by the process that asks first; the others wait."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "made_once"

    def make(name: str, fill: Callable[[Path], None]) -> Path:
        folder.mkdir(exist_ok=True)
        with (folder / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (folder / name).exists():
                part = folder / f"{name}.part"
                shutil.rmtree(part, ignore_errors=True)
                fill(part)
                part.rename(folder / name)
        return Path(shutil.copytree(folder / name, tmp_path_factory.mktemp(name) / "copy", symlinks=True))

    return make


@pytest.fixture
def new_shop(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], "object"]:
    """Makes empty shops."""
    from shop import Shop

    return lambda: Shop(tmp_path_factory.mktemp("shop"))


@pytest.fixture
def own_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project whose rules and seeds can be changed, which dbt uses from now on."""
    import shop as shops

    project = tmp_path / "project"
    for name in ("models", "macros", "seeds", "snapshots", "tests/generic", "tests/reconciliation", "dbt_packages"):
        shutil.copytree(shops.PROJECT / name, project / name)
    shutil.copy(shops.PROJECT / "dbt_project.yml", project)
    shutil.copy(shops.PROJECT / "packages.yml", project)
    target = tmp_path / "target"
    target.mkdir()
    shutil.copy(shops.PROJECT / "profiles.yml.example", target / "profiles.yml")
    monkeypatch.setattr(shops, "PROJECT", project)
    monkeypatch.setattr(shops, "manifest", lambda *_: None)
    monkeypatch.setenv("DBT_TEST_TARGET", str(target))
    return project
