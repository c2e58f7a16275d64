"""The files of a landing folder, and which of them were read before."""

import hashlib
import os
import stat
import time
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from dbt.adapters.spark_connect.landing.limits import readable
from dbt.adapters.spark_connect.landing.remembered import Remembered
from dbt.adapters.spark_connect.notes import Notes

ENDINGS = (".csv", ".csv.gz", ".json", ".json.gz", ".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz", ".parquet")
_ENDINGS_IN_WORDS = ".csv, .json, .jsonl, .ndjson (each also with .gz) and .parquet"
# What a file system may round a time of change to: within it, a file may change twice and seem to have changed once.
_CLOCK_STEP = 2_000_000_000


def format_of(name: str) -> str:
    """csv, json or parquet, by the extension of a file."""
    ending = name.removesuffix(".gz").rsplit(".", 1)[-1]
    return {"jsonl": "json", "ndjson": "json"}.get(ending, ending)


def stem(path: str) -> str:
    """A path without one of the endings."""
    ending = max((ending for ending in ENDINGS if path.endswith(ending)), key=len, default="")
    return path.removesuffix(ending)


def paths(folder: str) -> list[str]:
    """The files in the folder and below that have one of the endings, as sorted paths relative to it.

    None if there is no folder. A folder below that may not be read is left out: `find` says so of the name that it
    belongs to. A DbtRuntimeError if the folder itself may not be read.
    """
    root = Path(folder)
    with readable(root):
        found = sorted(path.relative_to(root).as_posix() for path in _below(root, partly=True))
    return [_printable(path) for path in found]


def unread(folder: str, names: Collection[str], sources: Collection[str]) -> list[str]:
    """The files in the folder that are not read, one line for each: its path and the reason, sorted.

    names: those that `find` is asked for. sources: those that the landing folder may have besides.
    """
    root, found = Path(folder), []

    def add(path: str, reason: str) -> None:
        found.append(f"{_printable(Path(path).relative_to(root).as_posix())}: {reason}")

    def denied(error: OSError) -> None:
        add(error.filename, f"the folder cannot be read ({error.strerror})")

    for parent, folders, files in os.walk(folder, onerror=denied):
        for name in folders:
            if Path(parent, name).is_symlink():
                add(os.path.join(parent, name), "a link to a folder; put the files themselves here")
        for name in files:
            path = Path(parent, name)
            relative = path.relative_to(root).as_posix()
            if not path.exists():
                add(str(path), "a link to a file that is not there")
            elif not stat.S_ISREG(path.stat().st_mode):
                add(str(path), "not a file but a pipe, socket or device")
            elif reason := reason_unread(relative, names, sources):
                add(str(path), reason)
    return sorted(found)


def reason_unread(path: str, names: Collection[str], sources: Collection[str]) -> str | None:
    """Why a file is not read, by its path relative to the landing folder; None if it is."""
    prefixes = tuple(f"{name}/" for name in names)
    if not path.endswith(ENDINGS):
        return f"its name ends in none of {_ENDINGS_IN_WORDS}"
    if f"{stem(path)}/".startswith(prefixes):
        return None
    source = path.split("/")[0]
    if source in sources and not any(prefix.startswith(f"{source}/") for prefix in prefixes):
        return f"the source {source} is not in LAKEHOUSE_SOURCES"
    return "no entity has files of this name"


def find(folder: str, names: Collection[str]) -> list[Path]:
    """The files `<name>.<ending>` and those below `<name>/`, of each of the names.

    They are in the code point order of their paths. A DbtRuntimeError names a folder that cannot be read.
    """
    root = Path(folder)
    found = [root / f"{name}{ending}" for name in names for ending in ENDINGS]
    with readable(root):
        found = [path for path in found if path.is_file()]
        for name in names:
            found += [path for path in _below(root / name) if path.is_file()]
    return sorted(set(found), key=lambda path: path.relative_to(root).as_posix())


class Contents:
    """The SHA-256 of files, remembered from run to run.

    A file is read again where its size, its inode, or the time of its last change (of content or of properties, which a
    program cannot set) is not that of the last reading, or where it was read so soon after it that another change
    could have the same time.
    """

    def __init__(self, folder: str, notes: Notes, note: str) -> None:
        self._root = Path(folder)
        self._remembered = Remembered(notes, note, str(self._root.absolute()))
        self.remember = self._remembered.write

    def files(self, names: Collection[str]) -> list[dict[str, Any]]:
        """What `of` says of each file that `find` finds."""
        return [self.of(path) for path in find(str(self._root), names)]

    def of(self, path: Path) -> dict[str, Any]:
        """A file's path relative to the folder, its SHA-256 and its size. A DbtRuntimeError if it cannot be read."""
        relative = path.relative_to(self._root).as_posix()
        with readable(path):
            status = path.stat()
            state = [status.st_size, status.st_ino, status.st_mtime_ns, status.st_ctime_ns]
            known = self._remembered.known.get(relative)
            if known and known[:4] == state and state[3] < known[5] - _CLOCK_STEP:
                self._remembered.seen[relative] = known
            else:
                now = time.time_ns()
                with path.open("rb") as file:
                    digest = hashlib.file_digest(file, "sha256").hexdigest()
                self._remembered.seen[relative] = [*state, digest, now]
        return {"path": relative, "sha256": self._remembered.seen[relative][4], "bytes": status.st_size}


def _below(folder: Path, partly: bool = False) -> Iterator[Path]:
    """The files with one of the endings in a folder and below. An OSError if it may not be read.

    partly: leave out a folder below it that may not be read, which is else an OSError, too.
    """

    def stop(error: OSError) -> None:
        if not partly or error.filename == str(folder):
            raise error

    if folder.is_dir():
        for parent, _, names in os.walk(folder, onerror=stop):
            yield from (Path(parent, name) for name in names if name.endswith(ENDINGS))


def _printable(path: str) -> str:
    return os.fsencode(path).decode(errors="backslashreplace")
