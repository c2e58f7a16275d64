"""Generated files as tests read them, and the generator's command line."""

import csv
import gzip
import io
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from data_generator import cli

# A few rows for each of some weeks.
SHORT = ("--scale", "0.02", "--start", "2024-01-01", "--end", "2024-02-15")
# Rows that need repair, are repeated or have to be rejected.
DIRTY = ("--scale", "0.02", "--dirty-rate", "0.3")

Row = dict[str, str]
Run = Callable[..., Path]


def paths(folder: Path, entity: str) -> list[Path]:
    """The files of an entity, in the order of their names."""
    found = [*folder.glob(f"{entity}.csv*"), *folder.glob(f"{entity}/*.csv*")]
    return sorted(found, key=lambda path: path.as_posix())


def content(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def rows(folder: Path, entity: str) -> Iterator[Row]:
    for path in paths(folder, entity):
        yield from csv.DictReader(io.StringIO(content(path).decode(), newline=""), strict=True)


def everything(folder: Path) -> dict[str, bytes]:
    """All files below a folder by their relative path."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def manifest(folder: Path) -> dict[str, Any]:
    result: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    return result


def share(values: list[Any], wanted: Any) -> float:
    return values.count(wanted) / len(values)


def seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def failure(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The error of a command line that must fail: one line on stderr, exit code 2."""
    try:
        code = cli.main(list(arguments))
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 1
    said = capsys.readouterr()
    assert code == 2
    assert said.out == ""
    assert re.fullmatch(r"error: [^\n]+\n", said.err), said.err
    return said.err


def generate(folder: Path, *arguments: str) -> int:
    return cli.main(["generate", "--output", str(folder), "--scale", "0.001", *arguments])
