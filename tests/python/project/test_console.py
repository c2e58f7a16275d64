"""What `make build` shows of a run: the events of dbt, as it prints them, and what a person sees of them."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from shop import PROJECT, Shop, environment

from console import __main__ as command
from console.report import Report

ERROR = """Compilation Error in model stg_orders (models/staging/stg_orders.sql)
  orders.csv: the file is empty, it has no header.

  > in macro landed_rows (macros/landing/bronze.sql)
  > called by model stg_orders (models/staging/stg_orders.sql)"""


def event(name: str, message: str = "", level: str = "info", node: str = "", **data: Any) -> str:
    kind = node.split(".")[0]
    schema = "dev_gold" if kind == "model" else ""
    relation = {"schema": schema, "alias": node}
    info = {"unique_id": node, "node_name": node.split(".")[-1], "resource_type": kind, "node_relation": relation}
    return json.dumps(
        {"info": {"name": name, "msg": message, "level": level}, "data": data | ({"node_info": info} if node else {})}
    )


def run_of(*nodes: tuple[str, str]) -> Iterator[str]:
    for index, (node, status) in enumerate(nodes, start=1):
        yield event("LogStartLine", node=node, index=index, total=len(nodes), description="")
        result = "LogTestResult" if node.startswith("test") else "LogModelResult"
        yield event(
            result,
            f"{index} of {len(nodes)} {status}",
            {"error": "error", "warn": "warn"}.get(status, "info"),
            node,
            status=status,
        )


def shown(*lines: str, ended: str | None = None) -> str:
    text = io.StringIO()
    report = Report(Console(file=text, soft_wrap=True), Path("logs/dbt.log"))
    with report:
        for line in lines:
            report.line(line + "\n")
    report.ended(ended)
    return text.getvalue()


def test_a_run_is_told_by_its_phases_and_the_summary_is_last() -> None:
    hook = "operation.lakehouse.lakehouse-on-run-end-5"
    said = shown(
        event("MainReportVersion", "Running with dbt=1.12.5"),
        *run_of(("model.lakehouse.daily_sales", "OK"), ("test.lakehouse.adds_up", "pass")),
        event("JinjaLogInfo", "net revenue   USD 1", node=hook, msg=""),
        event("LogHookEndLine", "6 of 6 OK hook", node=hook),
        event("StatsLine", "Done. PASS=2", stats={"pass": 2, "warn": 0, "error": 0, "skip": 0}),
    )
    lines = [line for line in said.splitlines() if line]
    assert lines[0].split() == ["0:00", "gold"]
    assert lines[1:] == ["net revenue   USD 1", "2 done. 0:00 minutes. The whole log: logs/dbt.log"]


def test_warnings_and_errors_are_whole_and_name_what_to_look_at() -> None:
    said = shown(
        event("JinjaLogWarning", "[WARNING]: Not read:\n  notes.txt [draft]", "warn"),
        *run_of(("model.lakehouse.stg_orders", "error"), ("test.lakehouse.adds_up", "warn")),
        event("SkippingDetails", "3 of 3 SKIP", node="model.lakehouse.daily_sales", status="skipped"),
        event("RunResultWarning", level="warn", node="test.lakehouse.adds_up", node_name="adds_up", path="tests/adds_up.sql"),
        event("RunResultWarningMessage", level="warn", node="test.lakehouse.adds_up", msg="Got 1 result"),
        event("RunResultFailure", level="error", node="model.lakehouse.stg_orders", node_name="stg_orders", path="models/stg_orders.sql"),
        event("RunResultError", ERROR, "error", "model.lakehouse.stg_orders", msg=ERROR),
        event("StatsLine", stats={"pass": 0, "warn": 1, "error": 1, "skip": 1}),
    )  # fmt: skip
    assert "Not read:\n  notes.txt [draft]\n" in said
    assert "0:00 failed: stg_orders\n" in said and "0:00 warning: adds_up\n" in said
    assert (
        "\nWarning: adds_up (tests/adds_up.sql)\n  Got 1 result\n  its rows: dbt show --select adds_up --limit 20\n"
        in said
    )
    assert (
        "\nFailed: stg_orders (models/stg_orders.sql)\n  orders.csv: the file is empty, it has no header.\n\n" in said
    )
    assert "0 done, 1 with a warning, 1 failed, 1 skipped." in said.splitlines()[-1]
    assert "SKIP" not in said and "macro" not in said


def test_what_is_no_event_is_shown_as_it_is() -> None:
    assert "Traceback (most recent call last):\n17\n" in shown("Traceback (most recent call last):", "17")


def test_a_crash_is_told_with_what_dbt_worked_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [event("LogStartLine", node=f"model.lakehouse.{name}", index=1, total=2) for name in ("a", "int_events")]
    lines.append(event("LogModelResult", node="model.lakehouse.a", status="OK"))
    stand_in = tmp_path / "dbt"
    stand_in.write_text("#!/bin/sh\ncat <<'END'\n" + "\n".join(lines) + "\nEND\nkill -SEGV $$\n")
    stand_in.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    assert command.main(["build"]) == 128 + 11
    said = capsys.readouterr().out
    assert "dbt was ended by SIGSEGV while it worked on int_events: it was killed, or the engine crashed." in said
    assert "dbt did not come to its end." in said


@pytest.mark.slow
def test_an_empty_shop_is_said_in_a_sentence(tmp_path: Path) -> None:
    """The events are those of the dbt that is installed."""
    shop = Shop(tmp_path)
    target = os.environ["DBT_TEST_TARGET"]
    arguments = [
        "build",
        "--exclude-resource-type",
        "unit_test",
        "--profiles-dir",
        target,
        "--target-path",
        f"{target}/console",
    ]
    with environment(shop.landing, shop.warehouse):
        ended = subprocess.run(
            [sys.executable, "-m", "console", *arguments], cwd=PROJECT, capture_output=True, text=True
        )
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert f"\n  The landing folder {shop.landing} is missing or has no file that can be read." in ended.stdout
    assert "\nFailed: ingested_files (models/staging/ingested_files.sql)\n" in ended.stdout
    assert " 1 failed, " in ended.stdout.splitlines()[-1]
    assert len(ended.stdout.splitlines()) < 15
    for word in ("Compilation Error", "> in macro", "SKIP", "START", "{"):
        assert word not in ended.stdout
