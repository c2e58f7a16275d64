"""A warehouse in an object store: Delta tables at `<url>/<schema>/<table>`."""

import hashlib
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
from dbt.adapters.spark_connect.store.lock import StoreLock
from dbt.adapters.spark_connect.store.notes import StoreNotes
from dbt.adapters.spark_connect.store.objects import Store
from dbt.adapters.spark_connect.warehouse import (
    PLAIN_NAME,
    TableState,
    Warehouse,
    check_name,
    data_version,
    interruption,
)
from dbt_common.exceptions import DbtRuntimeError
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError, TableNotFoundError

_READERS = 16


class StoreWarehouse(Warehouse):
    """A warehouse in an object store. One process holds it at a time, wherever it runs.

    Each question to a store takes a tenth of a second, so what was read is kept until a statement of this process may
    have changed it: nobody else writes while it has the lock.
    """

    def __init__(self, url: str) -> None:
        self.store = Store(url)
        self.place = self.store.url
        # Not in a folder for all users of the machine: it holds names and email addresses.
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        self.scratch = cache / "dbt-spark-connect" / hashlib.sha256(self.place.encode()).hexdigest()[:16]
        self.notes = self._notes = StoreNotes(self.store)
        self.interrupted = None
        self._run_logs = {}
        self._working_on: dict[int, str] = {}
        self._known: dict[tuple[str, str], TableState | None] = {}
        self._lock = StoreLock(self.store, lambda: sorted(set(self._working_on.values()) - {""}))
        self._is_locked = False

    def __getattr__(self, name: str) -> Any:
        if name == "root":
            raise DbtRuntimeError(f"This needs a warehouse in a folder, and {self.place} is in an object store.")
        raise AttributeError(name)

    def lock(self) -> None:
        """Take the warehouse for this process; a DbtRuntimeError names the process that has it, see `StoreLock`."""
        self.store.check()
        left = self._lock.take()
        self._is_locked = True
        self.interrupted = interruption(left["holder"], left["working_on"]) if left else None
        try:
            self.scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise DbtRuntimeError(
                f"The folder {self.scratch} cannot be made: {error.strerror}. Set XDG_CACHE_HOME to one that can."
            ) from None
        self._notes.load()

    @contextmanager
    def working_on(self, name: str) -> Iterator[None]:
        """Have the lock say what this thread's statement is for, when it is renewed next."""
        self._working_on[threading.get_ident()] = name
        try:
            yield
        finally:
            self._working_on.pop(threading.get_ident(), None)

    def check_held(self) -> None:
        self._lock.check()

    def unlock(self) -> None:
        if self._is_locked:
            self._is_locked = False
            self._lock.release()

    def lock_handles(self) -> list[int]:
        return []

    def path(self, schema: str, identifier: str | None = None) -> Path:
        return self.root

    def has_links(self) -> bool:
        return False

    def _key(self, schema: str, identifier: str | None = None) -> str:
        check_name(schema, identifier)
        return f"{schema}/{identifier}".lower() if identifier else schema.lower()

    def location(self, schema: str, identifier: str | None = None) -> str:
        return f"{self.place}/{self._key(schema, identifier)}"

    def schemas(self) -> list[str]:
        return [name for name in self.store.folders("") if PLAIN_NAME.fullmatch(name) and not name.startswith("_")]

    def tables(self) -> Iterator[tuple[str, str]]:
        for schema in self.schemas():
            for name in self.store.folders(f"{schema}/"):
                if PLAIN_NAME.fullmatch(name) and self._is_table(schema, name):
                    yield schema, name

    def _is_table(self, schema: str, name: str) -> bool:
        """Whether a folder has a commit, readable or not."""
        if (schema, name) in self._known:
            return self._known[schema, name] is not None
        return any(
            found.name.endswith((".json", ".parquet")) for found in self.store.objects(f"{schema}/{name}/_delta_log/")
        )

    def prepare(self) -> None:
        found = [(schema, name) for schema in self.schemas() for name in self.store.folders(f"{schema}/")]

        def read(table: tuple[str, str]) -> None:
            try:
                self.state(*table)
            except DbtRuntimeError:
                return  # who asks for it is told

        with ThreadPoolExecutor(_READERS) as readers:
            list(readers.map(read, [table for table in found if PLAIN_NAME.fullmatch(table[1])]))

    def changed(self, tables: list[tuple[str, str]]) -> None:
        for schema, name in tables:
            self._known.pop((schema.lower(), name.lower()), None)

    def state(self, schema: str, identifier: str) -> TableState | None:
        key = self._key(schema, identifier)
        table = (schema.lower(), identifier.lower())
        if table not in self._known:
            self._known[table] = self._read_state(key, f"{schema}.{identifier}")
        return self._known[table]

    def _read_state(self, key: str, name: str) -> TableState | None:
        place = f"{self.place}/{key}"
        try:
            table = DeltaTable(place)
        except TableNotFoundError:
            return None
        except (DeltaError, OSError) as error:
            raise DbtRuntimeError(f"The table {name} at {place} cannot be read: {error}") from None
        sizes = self._file_sizes(key, table)
        for file, size in sizes.items():
            # The engine answers a count from the log's statistics, so a lost file would go unseen.
            if size is None:
                lost = file.rpartition("/")[2]
                raise DbtRuntimeError(f"The table {name} at {place} has lost its data file {lost}.")
        metadata, version = table.metadata(), table.version()

        def commit(file: str) -> str | None:
            found = self.store.read(f"{key}/_delta_log/{file}")
            return found[0].decode() if found else None

        return TableState(
            id=str(metadata.id),
            version=version,
            data_version=data_version(version, commit),
            properties=dict(metadata.configuration),
            bytes=sum(size or 0 for size in sizes.values()),
        )

    def _file_sizes(self, key: str, table: DeltaTable) -> dict[str, int | None]:
        """The bytes of each data file of a version; None if it is not there."""
        there = {found.name.removeprefix(f"{key}/"): found.size for found in self.store.objects(f"{key}/")}
        paths: list[str] = pa.table(table.get_add_actions())["path"].to_pylist()
        return {path: there.get(path, there.get(unquote(path))) for path in paths}

    def lost_files(self, schema: str, identifier: str, table: DeltaTable) -> list[str]:
        sizes = self._file_sizes(self._key(schema, identifier), table)
        return [file for file, size in sizes.items() if size is None]

    def drop_checksums(self, schema: str, identifier: str) -> None:
        log = {found.name for found in self.store.objects(f"{self._key(schema, identifier)}/_delta_log/")}
        sums = [name for name in log if name.endswith(".crc")]
        self.store.delete([name for name in sums if f"{name.removesuffix('.crc')}.json" not in log])

    def add_columns(self, schema: str, identifier: str, fields: list[dict[str, Any]]) -> None:
        super().add_columns(schema, identifier, fields)
        self.changed([(schema, identifier)])

    def drop_table(self, schema: str, identifier: str) -> None:
        """Remove a table's objects: its log first, in one request, so that a kill leaves no log without its files."""
        key = self._key(schema, identifier)
        names = [found.name for found in self.store.objects(f"{key}/")]
        log = [name for name in names if name.startswith(f"{key}/_delta_log/")]
        self.store.delete(log)
        self.store.delete([name for name in names if name not in set(log)])
        self._known[schema.lower(), identifier.lower()] = None

    def drop_schema(self, schema: str) -> None:
        for name in self.store.folders(f"{self._key(schema)}/"):
            self.drop_table(schema, name)
        for view in self.views():
            if view[0] == schema.lower():
                self.drop_view(*view)
