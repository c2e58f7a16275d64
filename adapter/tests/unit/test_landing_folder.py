"""Which files a landing folder holds, and which of them are read again."""

import os
from pathlib import Path
from typing import Any

import pytest
from dbt.adapters.spark_connect.landing import folder
from dbt.adapters.spark_connect.landing.folder import Contents, find, paths, unread
from dbt.adapters.spark_connect.notes import FolderNotes
from dbt_common.exceptions import DbtRuntimeError


def test_an_unchanged_file_is_not_read_again_and_a_changed_one_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, memory = tmp_path / "orders.csv", tmp_path / "memory.json"
    path.write_bytes(b"a\n1\n")

    def sha256() -> str:
        contents = Contents(str(tmp_path), FolderNotes(memory.parent), memory.name)
        file = contents.of(path)
        contents.remember()
        return str(file["sha256"])

    first = sha256()
    # Read so soon after its last change, it is read again: another one could have the same time.
    path.write_bytes(b"a\n2\n")
    second = sha256()
    assert second != first

    monkeypatch.setattr(folder, "_CLOCK_STEP", -(10**12))
    assert sha256() == second
    with monkeypatch.context() as patch:
        patch.setattr(folder.hashlib, "file_digest", None)
        assert sha256() == second, "nothing of the file is read"
    # The same size and time of modification, as a copy that keeps times has.
    before = path.stat()
    path.write_bytes(b"a\n3\n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert sha256() != second
    memory.write_text("{")
    assert sha256() != second


def test_find_has_the_files_of_one_name_in_code_point_order(tmp_path: Path) -> None:
    names = ["orders/b/1.csv", "orders/a.csv.gz", "orders.csv", "orders/B.csv", "orders/a/z.csv", "orders.csv.gz"]
    others = ["orders_old.csv", "orders/readme.txt", "orders/x.csv.tmp", "items.csv", "sub/orders.csv"]
    for name in names + others:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    found = find(str(tmp_path), ["orders"])
    assert [path.relative_to(tmp_path).as_posix() for path in found] == sorted(names)
    assert find(str(tmp_path), ["customers"]) == []
    assert find(str(tmp_path / "missing"), ["orders"]) == []


def test_paths_are_those_of_all_csv_files(tmp_path: Path) -> None:
    assert paths(str(tmp_path / "missing")) == []
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "readme.txt").touch()
    assert paths(str(tmp_path)) == []
    (tmp_path / "a" / "b" / "x.csv.gz").touch()
    (tmp_path / os.fsdecode(b"caf\xe9.csv")).touch()
    (tmp_path / "b.csv").touch()
    assert paths(str(tmp_path)) == ["a/b/x.csv.gz", "b.csv", r"caf\xe9.csv"]


def test_a_folder_that_may_not_be_read_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "orders" / "closed").mkdir(parents=True)
    scandir = os.scandir

    def denied(path: Any) -> Any:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", denied)
    with pytest.raises(DbtRuntimeError, match="closed: Permission denied"):
        find(str(tmp_path), ["orders"])
    with pytest.raises(DbtRuntimeError, match="closed: Permission denied"):
        paths(str(tmp_path / "orders" / "closed"))
    (tmp_path / "orders.csv").touch()
    assert paths(str(tmp_path)) == ["orders.csv"]


def test_what_is_not_read_is_named_with_its_reason(tmp_path: Path) -> None:
    for name in ("orders/2.CSV", "orders/3.csv.bz2", "orders.tsv", "other.csv", "orders/1.csv", "orders.csv.gz", ".x"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"id\n1\n")
    os.mkfifo(tmp_path / "orders" / "pipe.csv")
    (tmp_path / "orders" / "gone.csv").symlink_to("nothing")
    (tmp_path / "orders" / "linked").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "orders" / "link.csv").symlink_to("1.csv")
    ending = "its name ends in none of .csv, .json, .jsonl, .ndjson (each also with .gz) and .parquet"
    assert unread(str(tmp_path), ["orders"], ["native", "ga4"]) == [
        f".x: {ending}",
        f"orders.tsv: {ending}",
        f"orders/2.CSV: {ending}",
        f"orders/3.csv.bz2: {ending}",
        "orders/gone.csv: a link to a file that is not there",
        "orders/linked: a link to a folder; put the files themselves here",
        "orders/pipe.csv: not a file but a pipe, socket or device",
        "other.csv: no entity has files of this name",
    ]
    found = [path.relative_to(tmp_path).as_posix() for path in find(str(tmp_path), ["orders"])]
    assert found == ["orders.csv.gz", "orders/1.csv", "orders/link.csv"]
