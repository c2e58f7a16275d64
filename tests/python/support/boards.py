"""Where the boards of a test are rendered."""

import os
import shutil
from pathlib import Path

from shop import manifest

from dashboards.export import MANIFEST, point_to_published


def place_for_boards(folder: Path) -> Path:
    """A folder like build/dashboards, with the manifest that the tests have parsed."""
    manifest()
    (folder / MANIFEST).parent.mkdir(parents=True)
    shutil.copy(Path(os.environ["DBT_TEST_TARGET"]) / "manifest.json", folder / MANIFEST)
    point_to_published(folder / MANIFEST)
    return folder
