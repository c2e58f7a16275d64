"""The same arguments give the same bytes, in any process and on any machine."""

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from generated import SHORT, Run, content, everything, paths
from shop import PROJECT

from data_generator import cli, entity_files, traffic
from data_generator.schema import ENTITIES

# SHA-256 of the manifest, and so of every file, of `--scale 0.01 --dirty-rate 0.1`. It changes only when the data does:
# then raise the generator's version, too.
PINNED = "02c797b5dd424392bc663c36628106780a9b64974e46476908f1ce76a5ea167d"


def test_same_arguments_give_the_same_bytes_in_another_process(run: Run, tmp_path: Path) -> None:
    arguments = ["--scale", "0.01", "--dirty-rate", "0.1"]
    here = run(*arguments)
    there = tmp_path / "some" / "where" / "else"
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    done = subprocess.run(
        [sys.executable, "-m", "data_generator", "generate", "--output", str(there), *arguments],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert everything(there) == everything(here)
    assert done.stderr == ""  # no progress bar outside of a terminal
    assert re.fullmatch(rf"{there}: [\d,]+ rows in 7 files, [\d.]+ MB\n", done.stdout)


def test_data_is_the_pinned_one_on_every_machine(run: Run) -> None:
    folder = run("--scale", "0.01", "--dirty-rate", "0.1")
    assert hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest() == PINNED


def test_another_seed_is_another_shop(run: Run) -> None:
    one, other = run("--scale", "0.01"), run("--scale", "0.01", "--seed", "43")
    for entity in ENTITIES:
        assert content(paths(one, entity)[0]) != content(paths(other, entity)[0])


def test_the_size_of_the_simulated_blocks_changes_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(traffic, "BLOCK", 97)
    assert cli.main(["generate", "--output", str(tmp_path), "--scale", "0.01"]) == 0
    assert everything(tmp_path) == everything(run("--scale", "0.01"))


def test_the_number_of_rows_written_at_once_changes_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = (*SHORT[2:], "--scale", "0.005", "--layout", "daily", "--dirty-rate", "0.1")
    monkeypatch.setattr(entity_files, "_CHUNK", 50)
    assert cli.main(["generate", "--output", str(tmp_path), *arguments]) == 0
    monkeypatch.undo()
    assert everything(tmp_path) == everything(run(*arguments))


def test_compressed_files_carry_no_name_and_no_time(run: Run) -> None:
    folder = run("--scale", "0.01", "--format", "csv.gz")
    for entity in ENTITIES:
        assert (folder / f"{entity}.csv.gz").read_bytes()[:10] == b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
