"""The adapter's notes in an object store. Who holds the lock is the only one to write them, so they are read once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from dbt.adapters.spark_connect.store.objects import Store

# Below one folder, so that they are listed at once.
FOLDER = "_notes"
_READERS = 16


class StoreNotes:
    """Notes in objects. `load` is to be called when the lock is taken."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._texts: dict[str, str] = {}
        self._stamps: dict[str, int] = {}

    def load(self) -> None:
        """Read all notes."""
        names = [found.name for found in self._store.objects(f"{FOLDER}/")]
        with ThreadPoolExecutor(_READERS) as readers:
            for name, found in zip(names, readers.map(self._store.read, names), strict=True):
                if found:
                    self._texts[name.removeprefix(f"{FOLDER}/")] = found[0].decode()

    def read(self, name: str) -> str | None:
        return self._texts.get(name)

    def write(self, name: str, text: str) -> None:
        if self._texts.get(name) == text:
            return
        self._store.write(f"{FOLDER}/{name}", text.encode())
        self._texts[name] = text
        self._stamps[name] = self._stamps.get(name, 0) + 1

    def remove(self, name: str) -> None:
        if self._texts.pop(name, None) is not None:
            self._store.delete([f"{FOLDER}/{name}"])

    def names(self, folder: str) -> list[str]:
        return sorted(name for name in list(self._texts) if name.startswith(f"{folder}/"))

    def stamp(self, name: str) -> Any:
        return self._stamps.get(name, 0) if name in self._texts else None
