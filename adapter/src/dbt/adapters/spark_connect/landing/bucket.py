"""The files of a landing folder in an object store. Each is downloaded once to be read."""

import hashlib
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dbt.adapters.spark_connect.landing.folder import ENDINGS, reason_unread
from dbt.adapters.spark_connect.landing.remembered import Remembered
from dbt.adapters.spark_connect.notes import Notes
from dbt.adapters.spark_connect.store.objects import Found, Store
from dbt_common.exceptions import DbtRuntimeError

_DOWNLOADS = 8


def paths(url: str) -> list[str]:
    """The files below a URL that have one of the endings, as sorted paths relative to it."""
    return [found.name for found in Store(url).objects("") if found.name.endswith(ENDINGS)]


def unread(url: str, names: Collection[str], sources: Collection[str]) -> list[str]:
    """The files below a URL that are not read, one line for each: its path and the reason, sorted."""
    lines = []
    for found in Store(url).objects(""):
        # Consoles make folders of objects without a name.
        if found.size and (reason := reason_unread(found.name, names, sources)):
            lines.append(f"{found.name}: {reason}")
    return lines


class BucketContents:
    """The SHA-256 of objects, remembered from run to run by their tags, which change with their content."""

    def __init__(self, url: str, notes: Notes, note: str, downloads: Path) -> None:
        self._store, self._downloads = Store(url), downloads
        self._remembered = Remembered(notes, note, self._store.url)
        self.remember = self._remembered.write

    def files(self, names: Collection[str]) -> list[dict[str, Any]]:
        """Path, SHA-256 and size of the files `<name>.<ending>` and those below `<name>/`, in the order of paths."""
        found = {each.name: each for name in names for each in self._of(name)}
        with ThreadPoolExecutor(_DOWNLOADS) as downloads:
            hashes = downloads.map(self._hash, found.values())
            return [
                {"path": each.name, "sha256": sha256, "bytes": each.size}
                for each, sha256 in sorted(zip(found.values(), hashes, strict=True), key=lambda pair: pair[0].name)
            ]

    def _of(self, name: str) -> Iterator[Found]:
        parent = name.rpartition("/")[0]
        for found in self._store.right_below(f"{parent}/" if parent else ""):
            if found.name in {f"{name}{ending}" for ending in ENDINGS}:
                yield found
        yield from (found for found in self._store.objects(f"{name}/") if found.name.endswith(ENDINGS))

    def _hash(self, found: Found) -> str:
        known = self._remembered.known.get(found.name)
        if not (found.tag and known and known[:2] == [found.size, found.tag]):
            self._downloads.mkdir(parents=True, exist_ok=True)
            known = [found.size, found.tag, fetch(self._store, found.name, self._downloads)]
        self._remembered.seen[found.name] = known
        sha256: str = known[2]
        return sha256


def fetch(store: Store, path: str, downloads: Path) -> str:
    """Download a file, and return its SHA-256."""
    target = _target(path, downloads)
    partial = target.with_suffix(".partial")
    try:
        store.download(path, partial)
    except FileNotFoundError:
        raise DbtRuntimeError(f"{path}: it is no longer there. Run again when all files are delivered.") from None
    with partial.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    partial.replace(target)
    return digest


@contextmanager
def fetched(url: str, path: str, downloads: Path) -> Iterator[Path]:
    """The file of this machine that has the content of an object: a download, which is removed afterwards."""
    downloads.mkdir(parents=True, exist_ok=True)
    target = _target(path, downloads)
    if not target.exists():
        fetch(Store(url), path, downloads)
    try:
        yield target
    finally:
        target.unlink(missing_ok=True)


def _target(path: str, downloads: Path) -> Path:
    """With the file's endings, by which it is read."""
    endings = "".join(f".{ending}" for ending in path.rpartition("/")[2].split(".")[1:])
    return downloads / f"{hashlib.sha256(path.encode()).hexdigest()}{endings[-20:]}"
