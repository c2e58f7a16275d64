"""The lock of an object store: one holder at a time, whatever the clocks say."""

import json
import os
import time
from collections.abc import Iterator
from typing import Any

import pytest
from dbt.adapters.spark_connect.store import lock as locks
from dbt.adapters.spark_connect.store.lock import LOCK, StoreLock
from dbt.adapters.spark_connect.store.objects import Store
from dbt_common.exceptions import DbtRuntimeError
from obstore.store import MemoryStore


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    opened = Store("s3://bucket/warehouse")
    opened._store = MemoryStore()
    return opened


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "BEAT", 0.2)
    monkeypatch.setattr(locks, "PATIENCE", 1.5)


@pytest.fixture
def elsewhere(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[StoreLock]:
    """A lock of another machine, which is held."""
    with monkeypatch.context() as patch:
        patch.setattr(locks, "_machine", lambda: "another machine")
        held = StoreLock(store, lambda: ["model.shop.orders"])
    assert held.take() is None
    yield held
    held._ended.set()


def holder(store: Store) -> dict[str, Any]:
    found = store.read(LOCK)
    assert found
    left: dict[str, Any] = json.loads(found[0])
    return left


def test_a_lock_that_was_released_is_taken_at_once(store: Store) -> None:
    first, second = StoreLock(store, list), StoreLock(store, list)
    assert first.take() is None
    first.release()
    assert second.take() is None
    second.check()
    with pytest.raises(DbtRuntimeError, match="is in use by process"):
        StoreLock(store, list).take()
    second.release()


def test_a_lock_names_its_command_and_nobody_that_it_is_about(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "sys.argv", ["/bin/dbt", "run-operation", "subject_report", "--args", "{email: ann@example.com}"]
    )
    StoreLock(store, list).take()
    assert "(`dbt run-operation subject_report`, since" in holder(store)["holder"]
    assert "ann" not in json.dumps(holder(store))


def test_a_holder_on_another_machine_is_recognised_by_its_beat(elsewhere: StoreLock, store: Store) -> None:
    begun = time.monotonic()
    with pytest.raises(DbtRuntimeError) as error:
        StoreLock(store, list).take()
    assert "The warehouse s3://bucket/warehouse is in use by process" in error.value.msg
    assert time.monotonic() - begun < locks.PATIENCE, "nobody waits for longer than until the next beat"
    elsewhere.check()


def test_a_holder_that_was_killed_is_followed_after_the_patience(elsewhere: StoreLock, store: Store) -> None:
    elsewhere._ended.set()  # its heart stops
    # Its clock was a year ahead, or a year behind: it is not asked.
    begun = time.monotonic()
    second = StoreLock(store, list)
    left = second.take()
    assert left and left["working_on"] == ["model.shop.orders"]
    assert time.monotonic() - begun > locks.PATIENCE
    # The first one was only asleep. It finds out before its next statement, and does not take the lock back.
    time.sleep(locks.PATIENCE / 2)
    with pytest.raises(DbtRuntimeError, match="has taken over the warehouse s3://bucket/warehouse"):
        elsewhere.check()
    elsewhere.release()
    second.check()
    assert holder(store)["owner"] == second._self["owner"]
    second.release()


def test_a_killed_holder_on_this_machine_is_followed_at_once(store: Store) -> None:
    killed = StoreLock(store, list)
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)
    killed._self["process"] = child
    killed.take()
    killed._ended.set()
    begun = time.monotonic()
    second = StoreLock(store, list)
    assert second.take()
    assert time.monotonic() - begun < 1
    second.release()


def test_of_two_that_follow_a_holder_one_does(
    elsewhere: StoreLock, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere._ended.set()
    second, third = StoreLock(store, list), StoreLock(store, list)
    plain = store.replace

    def overtaken(name: str, content: bytes, tag: str | None) -> str | None:
        monkeypatch.setattr(store, "replace", plain)
        assert third._store.replace(LOCK, third._body(), tag)
        return plain(name, content, tag)

    monkeypatch.setattr(store, "replace", overtaken)
    with pytest.raises(DbtRuntimeError, match="is in use by"):
        second.take()
    assert holder(store)["owner"] == third._self["owner"]


def test_an_answer_that_was_lost_costs_nobody_the_lock(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    held = StoreLock(store, list)
    held.take()
    held._ended.set()
    plain = store.replace

    def repeated(name: str, content: bytes, tag: str | None) -> str | None:
        plain(name, content, tag)
        return plain(name, content, tag)

    monkeypatch.setattr(store, "replace", repeated)
    held._renewed -= locks.PATIENCE
    held.check()
    held.check()
    held.release()
    assert holder(store)["released"]
