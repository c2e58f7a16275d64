"""Removing what a table was: earlier versions, the log of them, and files that only they read."""

import os
from pathlib import Path

from deltalake import DeltaTable

_PROPERTY = "lakehouse.purged"


def purge(path: Path) -> int:
    """Leave a table with its present version alone, and return the number of files that were removed.

    Its log keeps a checkpoint, in which there are the present files only, and a last commit that changes a property.
    Each step can be repeated: a purge that was killed is done again.
    """
    table = DeltaTable(str(path))
    needed = {os.path.realpath(file) for file in table.file_uris()}
    log = path / "_delta_log"
    removed = 0
    for folder, _, names in os.walk(path):
        for name in names if not Path(folder).is_relative_to(log) else []:
            file = os.path.realpath(os.path.join(folder, name))
            if file not in needed:
                os.unlink(file)
                removed += 1
    table.alter.set_table_properties({_PROPERTY: str(table.version() + 1)}, raise_if_not_exists=False)
    table.create_checkpoint()
    present = f"{table.version():020}."
    for file_path in log.rglob("*"):
        if file_path.is_file() and file_path.name != "_last_checkpoint" and not file_path.name.startswith(present):
            file_path.unlink()
            removed += 1
    return removed
