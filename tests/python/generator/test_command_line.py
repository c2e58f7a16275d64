"""The command line of the generator and the landing folder: what is refused, and what a killed run leaves."""

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from generated import everything, failure, generate
from shop import PROJECT

from data_generator import cli, files
from data_generator.schema import ENTITIES


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--scale", "-1"), "--scale must be a number above 0, not -1"),
        (("--scale", "0"), "--scale must be a number above 0"),
        (("--scale", "nan"), "--scale must be a number above 0"),
        (("--scale", "inf"), "--scale must be a number above 0"),
        (("--scale", "big"), "argument --scale: invalid float value: 'big'"),
        (("--seed", "-1"), "--seed must be 0 or more"),
        (("--start", "2024-02-30"), "argument --start: '2024-02-30' is not a day"),
        (("--end", "tomorrow"), "argument --end: 'tomorrow' is not a day"),
        (("--start", "2026-01-01"), "--start 2026-01-01 is after --end 2025-10-31"),
        (("--end", "2999-01-01"), "--start and --end must lie between"),
        (("--dirty-rate", "1.5"), "--dirty-rate must lie between 0 and 1, not 1.5"),
        (("--dirty-rate", "nan"), "--dirty-rate must lie between 0 and 1"),
        (("--late-rate", "-0.1", "--layout", "daily"), "--late-rate must lie between 0 and 1"),
        (("--late-rate", "0.1"), "--late-rate needs --layout daily"),
        (("--layout", "weekly"), "argument --layout: invalid choice"),
        (("--format", "xlsx"), "argument --format: invalid choice"),
        (("--format", "parquet"), "--format of native must be one of csv, csv.gz, not parquet"),
        (("--source", "shopify,magento"), "--source must name some of native, shopify, ga4, snowplow"),
        (("--source", "ga4,snowplow"), "ga4 and snowplow both give the sessions and events"),
        (("--source", "ga4", "--dirty-rate", "0.1"), "--dirty-rate is for the native source alone"),
        (("--source", "ga4", "--searches"), "--searches is for the native source alone"),
        (("--source", "ga4", "--books"), "--books needs a source that has orders: native or shopify"),
    ],
)
def test_wrong_arguments(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    assert message in failure(capsys, "generate", "--output", str(tmp_path / "landing"), *arguments)
    assert not (tmp_path / "landing").exists()


def test_wrong_arguments_of_the_module_show_no_trace() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "data_generator", "generate", "--scale", "-1"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: --scale must be a number above 0, not -1\n"


def test_help_names_every_option_with_its_default(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        cli.main(["generate", "--help"])
    assert stop.value.code == 0
    text = " ".join(capsys.readouterr().out.split())
    for default in ("data/landing", "1.0", "42", "2020-01-01", "2025-10-31", "single", "native", "0.0"):
        assert f"(default: {default})" in text


@pytest.mark.parametrize("present", ["events.csv", "other.csv.gz", "orders/2024-01-01.csv"])
def test_a_folder_with_data_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path, present: str) -> None:
    (tmp_path / present).parent.mkdir(exist_ok=True)
    (tmp_path / present).write_text("precious")
    message = failure(capsys, "generate", "--output", str(tmp_path), "--scale", "0.001")
    assert f"{tmp_path} already holds data ({present})" in message
    assert "--force" in message
    assert "remove the tables, too (warehouse/)" in message
    assert everything(tmp_path) == {present: b"precious"}


def test_force_replaces_the_entity_files_and_nothing_else(tmp_path: Path) -> None:
    assert generate(tmp_path, "--layout", "daily", "--format", "csv.gz") == 0
    (tmp_path / "events" / "deeper").mkdir()
    (tmp_path / "events" / "deeper" / "old.csv").write_text("old")
    kept = {"other.csv": b"a", "notes.txt": b"b", "orders/readme.md": b"c"}
    for name, text in kept.items():
        (tmp_path / name).write_bytes(text)
    assert generate(tmp_path, "--force") == 0
    now = everything(tmp_path)
    assert set(now) == {*kept, "manifest.json", *(f"{entity}.csv" for entity in ENTITIES)}
    assert kept.items() <= now.items()
    assert not (tmp_path / "events").exists()
    assert not (tmp_path / ".partial").exists()


def test_the_manifest_comes_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    renamed: list[str] = []
    replace = Path.replace

    def recorded(self: Path, target: Path) -> Path:
        renamed.append(target.name)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", recorded)
    assert generate(tmp_path) == 0
    assert sorted(renamed[:-1]) == sorted(f"{entity}.csv" for entity in ENTITIES)
    assert renamed[-1] == "manifest.json"


def test_a_folder_without_data_is_filled(tmp_path: Path) -> None:
    (tmp_path / ".gitkeep").touch()
    assert generate(tmp_path) == 0
    assert (tmp_path / ".gitkeep").exists()


def test_what_a_killed_run_left_is_no_data_and_is_removed(tmp_path: Path) -> None:
    (tmp_path / ".partial" / "events").mkdir(parents=True)
    (tmp_path / ".partial" / "events" / "2024-01-01.csv").write_text("half")
    (tmp_path / ".partial" / "stray.csv").write_text("half")
    assert generate(tmp_path) == 0
    assert {path.name for path in tmp_path.iterdir()} == {"manifest.json", *(f"{entity}.csv" for entity in ENTITIES)}


def test_a_killed_run_leaves_no_file_under_a_real_name(tmp_path: Path) -> None:
    # Stops dead after the first entities, without any clean-up, as kill -9 would.
    script = """
import os, sys
from data_generator import cli, generate
write = generate.write_entity
def stop(entity, *rest):
    if entity == "orders":
        os._exit(9)
    return write(entity, *rest)
generate.write_entity = stop
cli.main(["generate", "--scale", "0.001", "--output", sys.argv[1]])
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        check=False,
    )
    assert done.returncode == 9
    assert {path.name for path in tmp_path.iterdir()} == {".partial"}
    assert generate(tmp_path) == 0


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "No space left on device"),
        (MemoryError(), "not enough memory; choose a smaller --scale"),
    ],
)
def test_a_failed_run_says_why_and_leaves_the_folder_alone(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    message: str,
) -> None:
    assert generate(tmp_path) == 0
    before = everything(tmp_path)
    capsys.readouterr()

    def full(*_arguments: Any) -> None:
        raise error

    monkeypatch.setattr(files.LandingFile, "add", full)
    assert message in failure(
        capsys, "generate", "--output", str(tmp_path), "--scale", "0.001", "--seed", "5", "--force"
    )
    assert everything(tmp_path) == before


def test_an_output_that_cannot_be_a_folder(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    message = failure(capsys, "generate", "--output", str(tmp_path / "file" / "landing"), "--scale", "0.001")
    assert f"cannot fill {tmp_path / 'file' / 'landing'}: Not a directory" in message


@pytest.mark.skipif(sys.platform == "win32", reason="folders cannot be locked on Windows")
def test_two_runs_do_not_mix(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    import fcntl

    (tmp_path / ".partial").mkdir()
    (tmp_path / ".partial" / "events.csv").write_text("of the other run")
    handle = os.open(tmp_path / ".partial", os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        message = failure(capsys, "generate", "--output", str(tmp_path), "--scale", "0.001")
        assert "is being filled by another run" in message
        assert everything(tmp_path) == {".partial/events.csv": b"of the other run"}
    finally:
        os.close(handle)
