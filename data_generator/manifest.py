"""Describes a generated landing folder: arguments, files, their errors, and the true totals."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from data_generator import __version__
from data_generator.entity_files import EntityReport
from data_generator.faults import RULES
from data_generator.options import GenerateOptions


def write_manifest(
    path: Path, options: GenerateOptions, reports: Sequence[EntityReport], truth: dict[str, Any]
) -> None:
    """Writes the manifest; equal arguments give equal bytes, wherever the folder is."""
    head = {
        "generator_version": __version__,
        "arguments": options.arguments(),
        "truth": truth,
        "quarantined_rows": {rule: sum(report.quarantined_rows[rule] for report in reports) for rule in RULES},
        "entities": {report.entity: _summary(report) for report in reports},
    }
    # A line per file: thousands of daily files stay readable.
    files = ",\n".join("    " + json.dumps(asdict(file)) for report in reports for file in report.files)
    text = json.dumps(head, indent=2)[: -len("\n}")] + f',\n  "files": [\n{files}\n  ]\n}}\n'
    path.write_text(text, encoding="utf-8", newline="\n")


def _summary(report: EntityReport) -> dict[str, Any]:
    return {
        "files": len(report.files),
        "bytes": sum(file.bytes for file in report.files),
        "rows": sum(file.rows for file in report.files),
        "good_rows": report.good_rows,
        "late_rows": report.late_rows,
        "duplicate_rows": report.duplicate_rows,
        "repaired_rows": report.repaired_rows,
        "quarantined_rows": {rule: report.quarantined_rows[rule] for rule in RULES if report.quarantined_rows[rule]},
    }
