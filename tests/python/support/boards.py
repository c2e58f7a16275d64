"""Where the boards of a test are rendered, and the columns of the tables that they read."""

import os
import re
import shutil
from pathlib import Path

import yaml
from shop import manifest

from dashboards.export import MANIFEST, point_to_published
from dashboards.metrics import SEMANTIC_MANIFEST
from dashboards.render import BOARDS


def place_for_boards(folder: Path) -> Path:
    """A folder like build/dashboards, with the manifest that the tests have parsed."""
    manifest()
    (folder / MANIFEST).parent.mkdir(parents=True)
    for name in (MANIFEST, SEMANTIC_MANIFEST):
        shutil.copy(Path(os.environ["DBT_TEST_TARGET"]) / Path(name).name, folder / name)
    point_to_published(folder / MANIFEST)
    return folder


def declared() -> dict[str, dict[str, str]]:
    """The columns of the reporting models under contract, with their types."""
    return {
        node.name: {name: column.data_type for name, column in node.columns.items()}
        for node in manifest().nodes.values()
        if node.resource_type == "model" and node.config.schema == "candidate"
    }


def definitions(board: str) -> str:
    """What a board says of its figures, without Markdown and white space."""
    partial = yaml.safe_load((BOARDS / "charts" / "partials" / f"{board}_definitions.yml").read_text())
    return re.sub(r"[*`\s]", "", partial["rows"][0]["text"])
