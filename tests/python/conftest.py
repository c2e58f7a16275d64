"""What all tests share."""

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "support"))


# Begun first, so that no process is left with one of them when the others have ended.
LONGEST = (
    "platforms/test_spark_parity.py",
    "batches/test_refresh_properties.py",
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


@pytest.fixture
def new_shop(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], "object"]:
    """Makes empty shops."""
    from shop import Shop

    return lambda: Shop(tmp_path_factory.mktemp("shop"))
