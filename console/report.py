"""Turns dbt's events into output for a person: progress, complete warnings and errors, and a summary at the end."""

import json
import re
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

# dbt's messages about failed nodes, after all nodes have ended.
_DETAILS = {"RunResultError", "RunResultFailure", "RunResultErrorNoMessage"}
_WARNING_DETAILS = {"RunResultWarning", "RunResultWarningMessage"}
_RESULTS = {
    "LogModelResult", "LogTestResult", "LogSeedResult", "LogSnapshotResult", "LogNodeNoOpResult", "LogNodeResult",
    "LogFunctionResult", "SkippingDetails", "MarkSkippedChildren",
}  # fmt: skip
_PHASES = {"bronze": "bronze", "silver": "silver", "gold": "gold", "candidate": "reporting"}
_HEAD_OF_AN_ERROR = re.compile(r"^(Compilation|Runtime|Database|Parsing) Error in .*\n+")
_CALLED_BY = re.compile(r"^\s*> (?:in macro|called by) .*\n?", re.MULTILINE)


class Report:
    """Shows the events of one run. `line` takes them as dbt prints them, `ended` says how the process ended."""

    def __init__(self, console: Console, log: Path) -> None:
        self._console, self._log = console, log
        self._begun = time.monotonic()
        self._running: dict[str, str] = {}
        self._phases: set[str] = set()
        self._summary: list[str] = []
        self._details: list[tuple[str, str]] = []
        self._stats: dict[str, int] = {}
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._progress = Progress(*columns, console=console)
        self._bar = self._progress.add_task("dbt starts", total=None)
        # A bar in a file would be a line for each of its states.
        self._live = Live(self._progress, console=console, transient=True) if console.is_terminal else None

    def __enter__(self) -> "Report":
        if self._live:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live:
            self._live.stop()

    def line(self, line: str) -> None:
        """Show the event in a line that dbt has printed. A line that is not an event is shown unchanged."""
        try:
            event = json.loads(line)
            info, data = event["info"], event["data"]
        except (ValueError, TypeError, KeyError):
            self._say(line.rstrip())
            return
        name, message, node = info["name"], info["msg"], data.get("node_info") or {}
        if name == "LogStartLine":
            self._started(node, data)
        elif name in _RESULTS:
            self._finished(node, data, info)
        elif name == "JinjaLogInfo" and "on-run-end" in node.get("unique_id", ""):
            self._summary.append(message)
        elif name == "StatsLine":
            self._stats = data["stats"]
        elif name in _DETAILS or name in _WARNING_DETAILS:
            self._detail(name, data, node)
        elif name == "SQLCompiledPath":
            self._details.append(("", f"  its SQL: {data['path']}"))
        elif info["level"] in ("warn", "error") or name == "JinjaLogInfo":
            self._say(message.removeprefix("[WARNING]: "), "yellow" if info["level"] == "warn" else "")

    def ended(self, signal: str | None) -> None:
        """Say what was wrong, what was done, and how the process ended; signal: the one that ended it, if one did."""
        for style, text in self._details:
            self._say(text, {"error": "red", "warn": "yellow"}.get(style, ""))
        for text in self._summary:
            self._say(text)
        if signal:
            work = f" while it worked on {', '.join(self._running.values())}" if self._running else ""
            self._say(
                f"dbt was ended by {signal}{work}: it was killed, or the engine crashed. Every table is as its last "
                "commit left it; the next run goes on from there.",
                "red",
            )
        seconds = round(time.monotonic() - self._begun)
        self._say("")
        self._say(f"{self._counts()} {seconds // 60}:{seconds % 60:02} minutes. The whole log: {self._log}")

    def _counts(self) -> str:
        if not self._stats:
            return "dbt did not come to its end."
        words = (("pass", "done"), ("warn", "with a warning"), ("error", "failed"), ("skip", "skipped"))
        return ", ".join(f"{self._stats[key]} {word}" for key, word in words if self._stats[key] or key == "pass") + "."

    def _started(self, node: dict[str, Any], data: dict[str, Any]) -> None:
        self._running[node["unique_id"]] = node["node_name"]
        schema = node["node_relation"]["schema"].rsplit("_", 1)[-1]
        phase = _PHASES.get(schema) if node["resource_type"] in ("model", "seed", "snapshot") else None
        if phase and phase not in self._phases:
            self._phases.add(phase)
            if not self._live:
                self._say(f"{self._elapsed()} {phase}")
        self._progress.update(self._bar, total=data["total"])
        self._describe()

    def _finished(self, node: dict[str, Any], data: dict[str, Any], info: dict[str, Any]) -> None:
        self._running.pop(node.get("unique_id", ""), None)
        self._progress.advance(self._bar)
        self._describe()
        status = str(data.get("status", ""))
        if info["level"] == "error" or status in ("fail", "error"):
            self._say(f"{self._elapsed()} failed: {node['node_name']}", "red")
        elif info["level"] == "warn" or status == "warn":
            self._say(f"{self._elapsed()} warning: {node['node_name']}", "yellow")

    def _describe(self) -> None:
        names = list(self._running.values())
        self._progress.update(self._bar, description=escape(names[0] if names else "…"))

    def _detail(self, name: str, data: dict[str, Any], node: dict[str, Any]) -> None:
        style = "warn" if name in _WARNING_DETAILS else "error"
        if name in ("RunResultWarning", "RunResultFailure"):
            kind = "Warning" if style == "warn" else "Failed"
            self._details.append((style, f"\n{kind}: {data['node_name']} ({data['path']})"))
        else:
            self._details.append((style, "  " + plain(data.get("msg") or "").strip()))
            if node.get("resource_type") == "test":
                self._details.append(("", f"  its rows: dbt show --select {node['node_name']} --limit 20"))

    def _elapsed(self) -> str:
        seconds = round(time.monotonic() - self._begun)
        return f"{seconds // 60:3}:{seconds % 60:02}"

    def _say(self, text: str, style: str = "") -> None:
        self._console.print(escape(text), style=style)


def plain(message: str) -> str:
    """The message of an error, without its type and the macros that it went through."""
    return _CALLED_BY.sub("", _HEAD_OF_AN_ERROR.sub("", message)).strip("\n")
