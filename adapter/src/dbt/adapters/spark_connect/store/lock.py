"""The lock of a warehouse in an object store: an object that its holder writes again every few seconds.

A store has conditional writes: "only if there is no such object", "only if it is still the one that I have read". Each
write has a new tag, so of two processes that want the lock, or renew it and take it, exactly one succeeds.

A holder that was killed does not write any more. Who finds the lock watches it: if it has not changed within `PATIENCE`
by the watcher's own clock, it is taken over. Times that another machine has written are never compared with a clock. On
one machine nobody has to wait: whether the holder's process is there, is known.

A holder may be stopped for longer than that (a laptop that sleeps, a network that is away). It then finds before its
next statement that the lock is another's, and stops. A statement that was under way may still commit. Delta's own
commits are conditional writes, too, so it commits a whole version, or none: tables stay whole, in any case.
"""

import json
import os
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from dbt.adapters.spark_connect.store.objects import Store
from dbt.adapters.spark_connect.warehouse import this_process
from dbt_common.exceptions import DbtRuntimeError

LOCK = "_lock.json"
BEAT = 5.0
PATIENCE = 60.0


def clock() -> float:
    """Seconds that also go on while the machine sleeps, where there is such a clock."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class StoreLock:
    """The lock of a store. `working_on` says what the holder is at, for who finds the lock after a kill."""

    def __init__(self, store: Store, working_on: Callable[[], list[str]]) -> None:
        self._store, self._working_on = store, working_on
        self._tag: str | None = None
        self._renewed = 0.0
        self._lost = False
        self._ended = threading.Event()
        self._writing = threading.Lock()
        self._self = {
            "owner": uuid.uuid4().hex,
            "holder": this_process(),
            "machine": _machine(),
            "process": os.getpid(),
            "started": _started(os.getpid()),
        }

    def take(self) -> dict[str, Any] | None:
        """Take the lock; returns what the last holder left if it did not release it.

        A DbtRuntimeError names the process that has it.
        """
        watched, since = "", clock()
        while True:
            found = self._store.read(LOCK)
            body = self._body()
            left = json.loads(found[0]) if found else {"released": True}
            if found is None:
                tag = self._store.create(LOCK, body)
            elif (
                left.get("released")
                or _runs_here(left) is False
                or (watched == found[1] and clock() - since > PATIENCE)
            ):
                tag = self._store.replace(LOCK, body, found[1])
            else:
                if _runs_here(left) or watched not in ("", found[1]):
                    raise DbtRuntimeError(
                        f"The warehouse {self._store.url} is in use by {left['holder']}. "
                        "Wait for it to end, or stop it, and run this again."
                    )
                watched = str(found[1])
                time.sleep(1)
                continue
            if tag:
                self._tag, self._renewed = tag, clock()
                threading.Thread(target=self._beat, daemon=True).start()
                return None if left.get("released") else left
            # Somebody else was faster, and is watched now.
            time.sleep(0.1)

    def _body(self, **more: Any) -> bytes:
        # Without something new in it, the object could keep its tag.
        beat = {"beat": uuid.uuid4().hex, "working_on": self._working_on()}
        return json.dumps(self._self | beat | more).encode()

    def _beat(self) -> None:
        while not self._ended.wait(BEAT):
            try:
                self._renew()
            except DbtRuntimeError:
                continue  # `check` says it if it lasts

    def _renew(self, **more: Any) -> None:
        """Write the lock again; with something more in it, for the last time."""
        with self._writing:
            if self._lost or self._tag is None:
                return
            begun, body = clock(), self._body(**more)
            tag = self._store.replace(LOCK, body, self._tag)
            if tag is None:
                # The library repeats a request whose answer was lost, and then the first one has changed the tag.
                found = self._store.read(LOCK)
                tag = found[1] if found and found[0] == body else None
            if tag is None:
                self._lost = True
            else:
                self._tag, self._renewed = None if more else tag, begun

    def check(self) -> None:
        """Raise a DbtRuntimeError if the lock was taken over, or may have been."""
        if not self._lost and clock() - self._renewed > PATIENCE / 2:
            self._renew()
        if self._lost:
            raise DbtRuntimeError(
                f"Another process has taken over the warehouse {self._store.url}, since this one did not answer for "
                f"{PATIENCE:.0f} seconds. Every table is as its last commit left it. Run this again."
            )

    def release(self) -> None:
        """Let the lock go. A store has no conditional delete, so the object stays, and says that nobody has it."""
        self._ended.set()
        with suppress(DbtRuntimeError):  # the store is away: the next one waits, as after a kill
            self._renew(released=True, working_on=[])


def _machine() -> str:
    """What processes have in common that can see each other's numbers; empty where that cannot be told."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot} {os.readlink('/proc/self/ns/pid')}"
    except OSError:
        return ""


def _started(process: int) -> str | None:
    """When a process was started, in ticks; None if there is no such process."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if state[0] == "Z" else state[19]


def _runs_here(holder: dict[str, Any]) -> bool | None:
    """Whether a holder's process is running on this machine; None if it is on another one, or that cannot be told."""
    if not holder["machine"] or holder["machine"] != _machine():
        return None
    return bool(_started(holder["process"]) == holder["started"])
