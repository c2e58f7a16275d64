"""The landing folder: new files are prepared out of sight and appear under their names only when complete."""

import os
import shutil
import sys
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from data_generator.errors import UserError
from data_generator.options import FORMATS, SOURCES
from data_generator.schema import BOOK_COLUMNS, CAMPAIGN_COLUMNS, ENTITIES

MANIFEST: Final = "manifest.json"

# Inside the landing folder, so that a rename never crosses file systems. Readers look at entity files only.
_PARTIAL: Final = ".partial"


class LandingFolder:
    """A landing folder that is about to be filled.

    Write into ``partial``, then call ``publish``. Leaving the context without it leaves the folder as it was; what a
    killed run left in ``partial`` is removed by the next one.
    """

    def __init__(self, path: Path, *, force: bool) -> None:
        self.path = path
        self.partial = path / _PARTIAL
        self._force = force
        self._lock = -1

    def __enter__(self) -> Self:
        if not self._force and (found := _data_files(self.path)):
            raise UserError(
                f"{self.path} already holds data ({found[0]}); choose another --output, or use --force. To change to "
                "another shop remove the tables, too (warehouse/): else both shops are in the same tables"
            )
        self.partial.mkdir(parents=True, exist_ok=True)
        self._lock = _locked(self.partial)
        _empty(self.partial)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self.partial, ignore_errors=True)
        if self._lock >= 0:
            os.close(self._lock)

    def publish(self) -> None:
        """Replaces the old entity files by the prepared ones; a manifest comes last, when all else is in place."""
        (self.path / MANIFEST).unlink(missing_ok=True)
        for old in _data_files(self.path):
            if old.split("/")[0].split(".")[0] in (*ENTITIES, *BOOK_COLUMNS, *CAMPAIGN_COLUMNS, *SOURCES):
                (self.path / old).unlink()
        prepared = sorted(file.relative_to(self.partial) for file in self.partial.rglob("*") if file.is_file())
        for name in sorted(prepared, key=lambda name: name.name == MANIFEST):
            (self.path / name).parent.mkdir(parents=True, exist_ok=True)
            (self.partial / name).replace(self.path / name)
        for folder in (*ENTITIES, *BOOK_COLUMNS, *CAMPAIGN_COLUMNS, *SOURCES):
            _remove_empty_folders(self.path / folder)


def _data_files(folder: Path) -> list[str]:
    """Paths, relative to the folder, of the files with an ending of `FORMATS` in it and below, in order."""
    endings = tuple(f".{ending}" for ending in FORMATS)
    names = (file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.name.endswith(endings))
    return sorted(name for name in names if not name.startswith(f"{_PARTIAL}/"))


def _locked(folder: Path) -> int:
    """An open handle that locks the folder until it is closed or the process ends."""
    if sys.platform == "win32":  # no handle on a folder there
        return -1
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise UserError(f"{folder.parent} is being filled by another run; wait for its end") from None
    return handle


def _empty(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _remove_empty_folders(folder: Path) -> None:
    """Removes a folder that holds no file, and such folders below it."""
    if folder.is_dir() and not folder.is_symlink():
        for entry in folder.iterdir():
            _remove_empty_folders(entry)
        if not any(folder.iterdir()):
            folder.rmdir()
