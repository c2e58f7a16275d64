"""Generated shops, each made once for the same arguments."""

from pathlib import Path

import pytest
from generated import Row, Run, rows

from data_generator import cli
from data_generator.schema import ENTITIES


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Generates into a folder of its own, once for the same arguments."""
    folders: dict[tuple[str, ...], Path] = {}

    def generated(*arguments: str) -> Path:
        if arguments not in folders:
            folders[arguments] = tmp_path_factory.mktemp("landing")
            assert cli.main(["generate", "--output", str(folders[arguments]), *arguments]) == 0
        return folders[arguments]

    return generated


@pytest.fixture(scope="session")
def shop(run: Run) -> dict[str, list[Row]]:
    """Clean data, large enough for shares to be near their probabilities."""
    folder = run("--scale", "0.2")
    return {entity: list(rows(folder, entity)) for entity in ENTITIES}
