"""The small files that the adapter keeps beside the tables: verdicts of tests, statements of views, logs of runs."""

import os
from pathlib import Path
from typing import Any, Protocol


class Notes(Protocol):
    """Texts by name, such as `_views/gold.orders.json`."""

    def read(self, name: str) -> str | None:
        """A text; None if there is none."""

    def write(self, name: str, text: str) -> None:
        """Store a text, completely or not at all."""

    def remove(self, name: str) -> None:
        """Remove a text, if there is one."""

    def names(self, folder: str) -> list[str]:
        """The names of the texts of a folder, sorted."""

    def stamp(self, name: str) -> Any:
        """A value that stays the same as long as nobody writes the text; None if there is no text."""


class FolderNotes:
    """Notes in the files of a folder. owner_only: nobody else may read them."""

    def __init__(self, root: Path, *, owner_only: bool = False) -> None:
        self._root = root
        self._folder_mode, self._mode = (0o700, 0o600) if owner_only else (0o777, 0o666)

    def read(self, name: str) -> str | None:
        try:
            return (self._root / name).read_text()
        except FileNotFoundError:
            return None

    def write(self, name: str, text: str) -> None:
        file = self._root / name
        file.parent.mkdir(self._folder_mode, parents=True, exist_ok=True)
        partial = file.with_suffix(".partial")
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, self._mode), "w") as handle:
            handle.write(text)
        partial.replace(file)

    def remove(self, name: str) -> None:
        (self._root / name).unlink(missing_ok=True)

    def names(self, folder: str) -> list[str]:
        return sorted(f"{folder}/{file.name}" for file in (self._root / folder).glob("*.json*"))

    def stamp(self, name: str) -> Any:
        try:
            stat = (self._root / name).stat()
        except FileNotFoundError:
            return None
        return stat.st_mtime_ns, stat.st_ino
