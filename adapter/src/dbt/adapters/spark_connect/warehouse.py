"""The folder of a warehouse: Delta tables at `<root>/<schema>/<table>`, the views' SQL, and the lock of its one user.

An embedded engine keeps its catalog in memory only. What a folder holds is the truth; the engine is told of it each
time a connection opens.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dbt.adapters.spark_connect.notes import FolderNotes, Notes
from dbt_common.exceptions import DbtRuntimeError
from deltalake import DeltaTable, Field
from deltalake.exceptions import DeltaError

VIEWS_FOLDER = "_views"
VERDICTS_FOLDER = "_verdicts"
RUN_LOG_FOLDER = "_runs"
RUNNING_FOLDER = "_running"
# The state of every table at each end of a run: enough for a few thousand runs.
_RUN_LOG_LINES = 5000
LOCK_FILE = ".lock"
# The engine escapes them as if the path were a URL, twice.
_ESCAPED = re.compile(r"[^\w/.$&+;@=,()!:-]", re.ASCII)
PLAIN_NAME = re.compile(r"\w+", re.ASCII)


def _newest_commit(log: Path) -> tuple[str, int] | None:
    """Name and time of the newest file of a log, which every commit changes; None without a commit."""
    try:
        with os.scandir(log) as files:
            newest = max((file for file in files if file.name.endswith((".json", ".parquet"))), key=_name, default=None)
            return (newest.name, newest.stat().st_mtime_ns) if newest else None
    except FileNotFoundError:
        return None


def _name(file: os.DirEntry[str]) -> str:
    return file.name


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def data_version(version: int, commit: Callable[[str], str | None]) -> int:
    """The last version, up to this one, that changed rows, and not only properties or the files that hold the rows.

    commit: gives the text of a file of the log; None if it is not there.
    """
    for number in range(version, 0, -1):
        text = commit(f"{number:020}.json")
        if text is None or '"dataChange":true' in text:
            return number
    return 0


def this_process() -> str:
    """The name under which this process holds a lock: number, machine, command and time."""
    # What follows --args may be a person's.
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]]).partition(" --args")[0]
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    return f"process {os.getpid()} on {socket.gethostname()} (`{command}`, since {now})"


def interruption(holder: str, names: list[str]) -> str:
    """The message about a process that had the warehouse, and ended while it was working on these models."""
    work = f", while it worked on {' and '.join(names)}" if names else ""
    return (
        f"The last command on this warehouse, {holder}, did not come to its end: it was killed, or the engine "
        f"crashed{work}. Every table is as its last commit left it."
    )


def check_name(schema: str, identifier: str | None) -> None:
    """Raise a DbtRuntimeError for a schema or table name that cannot be the name of a folder."""
    for name in (schema, identifier or "_"):
        if not PLAIN_NAME.fullmatch(name):
            raise DbtRuntimeError(f"'{name}' cannot be a schema or table: use ASCII letters, digits and _.")
    if schema.startswith("_"):
        raise DbtRuntimeError(f"'{schema}' cannot be a schema: the adapter keeps its own files in folders with _.")


@dataclass(frozen=True)
class TableState:
    """A table according to its Delta log: id, version, properties, and the bytes of that version's data files.

    The id stays when the table is replaced, and is another when its folder was removed and it was built again. The data
    version is the last that changed rows.
    """

    id: str
    version: int
    data_version: int
    properties: dict[str, str]
    bytes: int

    @property
    def token(self) -> str:
        """Identity of a table and the last version that changed its rows, as `<id>@<version>`."""
        return f"{self.id}@{self.data_version}"


class Warehouse:
    """A warehouse on the local disk. One process holds it at a time."""

    def __init__(self, root: str) -> None:
        self.root = Path(root).expanduser().resolve()
        # Where it lies, for messages.
        self.place = str(self.root)
        # A folder on this machine for files that are being loaded.
        self.scratch = self.root
        self.notes: Notes = FolderNotes(self.root)
        # The message about the previous process that had the warehouse, if it did not finish.
        self.interrupted: str | None = None
        self._lock_handle: int | None = None
        self._run_logs: dict[str, tuple[Any, list[dict[str, Any]]]] = {}
        self._states: dict[Path, tuple[tuple[str, int], TableState, list[str]]] = {}

    def lock(self) -> None:
        """Take the warehouse for this process; a DbtRuntimeError names the process that has it.

        The kernel holds the lock, so it is released when a process is killed.
        """
        if odd := "".join(sorted(set(_ESCAPED.findall(str(self.root))))):
            raise DbtRuntimeError(
                f"The warehouse cannot lie at '{self.root}': the engine would write to another folder, because of "
                f"these characters in the path: '{odd}'. Set `warehouse` in the profile to a path without them."
            )
        try:
            # It holds names and email addresses.
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(self.root / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise DbtRuntimeError(f"The warehouse {self.root} cannot be opened: {error.strerror}.") from None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with os.fdopen(handle) as file:
                holder = file.read().strip() or "another process"
            raise DbtRuntimeError(
                f"The warehouse {self.root} is in use by {holder}. Wait for it to end, or stop it, and run this again."
            ) from None
        self.interrupted = self._was_interrupted(os.pread(handle, 4096, 0).decode(errors="replace"))
        os.truncate(handle, 0)
        os.pwrite(handle, this_process().encode(), 0)
        self._lock_handle = handle

    def _was_interrupted(self, holder: str) -> str | None:
        """What the previous process was working on if it ended in the middle of a statement; otherwise None."""
        left = sorted((self.root / RUNNING_FOLDER).glob("*"))
        names = sorted({file.read_text() for file in left} - {""})
        for file in left:
            file.unlink()
        return interruption(holder, names) if left else None

    @contextmanager
    def working_on(self, name: str) -> Iterator[None]:
        """Record for the next process what this thread's statement is for, in case this process crashes."""
        file = self.root / RUNNING_FOLDER / str(threading.get_ident())
        file.parent.mkdir(exist_ok=True)
        file.write_text(name)
        try:
            yield
        finally:
            file.unlink(missing_ok=True)

    def unlock(self) -> None:
        if self._lock_handle is not None:
            # A thread whose statement was cancelled may not have finished.
            shutil.rmtree(self.root / RUNNING_FOLDER, ignore_errors=True)
            os.close(self._lock_handle)
            self._lock_handle = None

    def lock_handles(self) -> list[int]:
        """The file of the lock, for a process that also has to hold it; none if it is not taken."""
        return [] if self._lock_handle is None else [self._lock_handle]

    def path(self, schema: str, identifier: str | None = None) -> Path:
        """The folder of a schema or one of its tables; a DbtRuntimeError for a name that a folder cannot have."""
        check_name(schema, identifier)
        return self.root / schema.lower() / identifier.lower() if identifier else self.root / schema.lower()

    def location(self, schema: str, identifier: str | None = None) -> str:
        """The location of a schema or one of its tables, for an engine or delta-rs."""
        return str(self.path(schema, identifier))

    def has_links(self) -> bool:
        """Whether a folder can be a link, which is renamed to exchange all tables of a schema at once."""
        return True

    def prepare(self) -> None:
        """Read what is asked for of every table. Of a folder it is read when it is asked for."""

    def changed(self, tables: list[tuple[str, str]]) -> None:
        """Note that a statement may have written these tables. A folder is looked at whenever it is asked for."""

    def check_held(self) -> None:
        """Raise a DbtRuntimeError if the lock is no longer this process's. The kernel takes none away."""

    def tables(self) -> Iterator[tuple[str, str]]:
        """Schema and name of every table, sorted. A folder without a commit, left by a killed write, is not a table."""
        schemas = self.schemas()
        for log in sorted(self.root.glob("[!._]*/*/_delta_log")):
            schema, name = log.parts[-3:-1]
            if schema in schemas and PLAIN_NAME.fullmatch(name) and _newest_commit(log):
                yield schema, name

    def schemas(self) -> list[str]:
        """The schemas that have a folder, sorted. A folder with an invalid name, such as `lost+found`, is ignored."""
        folders = (folder for folder in self.root.glob("[!._]*") if folder.is_dir())
        return sorted(folder.name for folder in folders if PLAIN_NAME.fullmatch(folder.name))

    def state(self, schema: str, identifier: str) -> TableState | None:
        """The newest version of a table, None if there is no such table.

        A DbtRuntimeError says which table's log or data file cannot be read.
        """
        path = self.path(schema, identifier)
        newest = _newest_commit(path / "_delta_log")
        if newest is None:
            return None
        # dbt asks for the same state many times: for every table and test that reads it.
        known = self._states.get(path)
        if known is None or known[0] != newest:
            known = self._states[path] = (newest, *self._read_log(path, f"{schema}.{identifier}"))
        _, state, files = known
        try:
            return replace(state, bytes=sum(os.stat(file).st_size for file in files))
        except FileNotFoundError as error:
            # The engine answers a count from the log's statistics, so a lost file would go unseen.
            lost = Path(error.filename).name
            raise DbtRuntimeError(f"The table {schema}.{identifier} at {path} has lost its data file {lost}.") from None

    def _read_log(self, path: Path, name: str) -> tuple[TableState, list[str]]:
        """The newest version of a table, without the size of its data files, and their paths."""
        try:
            table = DeltaTable(str(path))
            files = table.file_uris()
        except DeltaError as error:
            raise DbtRuntimeError(f"The table {name} at {path} cannot be read: {error}") from None
        metadata = table.metadata()
        version = table.version()
        changed = data_version(version, FolderNotes(path / "_delta_log").read)
        return TableState(str(metadata.id), version, changed, dict(metadata.configuration), 0), files

    def lost_files(self, schema: str, identifier: str, table: DeltaTable) -> list[str]:
        """The missing data files of a version of a table."""
        return [file for file in table.file_uris() if not Path(file).exists()]

    def drop_checksums(self, schema: str, identifier: str) -> None:
        """Remove the checksums of commits that are no longer in a table's log."""
        for checksum in (self.path(schema, identifier) / "_delta_log").glob("*.crc"):
            if not checksum.with_suffix(".json").exists():
                checksum.unlink()

    def add_columns(self, schema: str, identifier: str, fields: list[dict[str, Any]]) -> None:
        """Add columns, in the form of a Delta log, to a table. A DbtRuntimeError says why it cannot be done."""
        path = self.location(schema, identifier)
        try:
            DeltaTable(path).alter.add_columns([Field.from_json(json.dumps(field)) for field in fields])
        except DeltaError as error:
            raise DbtRuntimeError(f"The table {schema}.{identifier} at {path} takes no new columns: {error}") from None

    def drop_table(self, schema: str, identifier: str) -> None:
        shutil.rmtree(self.path(schema, identifier), ignore_errors=True)

    def drop_schema(self, schema: str) -> None:
        shutil.rmtree(self.path(schema), ignore_errors=True)
        for view in self.views():
            if view[0] == schema.lower():
                self.drop_view(*view)

    def verdict(self, test_id: str) -> dict[str, Any]:
        """The last verdict of a test, see `keep_verdict`; empty if there is none."""
        text = self.notes.read(_verdict_note(test_id))
        kept: dict[str, Any] = json.loads(text) if text else {}
        return kept

    def keep_verdict(self, test_id: str, verdict: dict[str, Any]) -> None:
        """Store the verdict of a test, and the state it applies to; a killed write leaves the previous one."""
        self.notes.write(_verdict_note(test_id), json.dumps({"test": test_id, **verdict}))

    def run_log(self, project: str) -> list[dict[str, Any]]:
        """The events that `add_to_run_log` stored, oldest first."""
        name = _run_log_note(project)
        stamp = self.notes.stamp(name)
        if stamp is None:
            return []
        # Models read it, and after years of runs it has thousands of lines.
        known = self._run_logs.get(name)
        if known is None or known[0] != stamp:
            events = [json.loads(line) for line in (self.notes.read(name) or "").splitlines()]
            known = self._run_logs[name] = (stamp, events)
        return list(known[1])

    def add_to_run_log(self, project: str, event: dict[str, Any]) -> None:
        """Add an event to the log of the runs of a project. A killed write leaves the log without it."""
        lines = [json.dumps(kept) for kept in self.run_log(project)[1 - _RUN_LOG_LINES :]]
        self.notes.write(_run_log_note(project), "\n".join([*lines, json.dumps(event)]))

    def view(self, schema: str, identifier: str) -> str | None:
        """The statement that creates a view; None if there is no such view."""
        text = self.notes.read(_view_note(schema, identifier))
        statement: str | None = json.loads(text)["sql"] if text else None
        return statement

    def views(self) -> dict[tuple[str, str], str]:
        """The statement that creates each view, by schema and name."""
        found = {}
        for name in self.notes.names(VIEWS_FOLDER):
            schema, identifier = name.removeprefix(f"{VIEWS_FOLDER}/").removesuffix(".json").split(".", 1)
            # Another thread may have dropped it by now.
            if statement := self.view(schema, identifier):
                found[schema, identifier] = statement
        return found

    def keep_view(self, schema: str, identifier: str, sql: str) -> None:
        """Store a view's statement for the next process; a killed write leaves the previous one."""
        self.notes.write(_view_note(schema, identifier), json.dumps({"sql": sql}))

    def drop_view(self, schema: str, identifier: str) -> None:
        self.notes.remove(_view_note(schema, identifier))


def _verdict_note(test_id: str) -> str:
    return f"{VERDICTS_FOLDER}/{_hash(test_id)}.json"


def _run_log_note(project: str) -> str:
    return f"{RUN_LOG_FOLDER}/{_hash(project)[:16]}.jsonl"


def _view_note(schema: str, identifier: str) -> str:
    return f"{VIEWS_FOLDER}/{schema.lower()}.{identifier.lower()}.json"
