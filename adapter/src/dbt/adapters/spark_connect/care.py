"""The care of Delta tables that Sail has no statements for: restore, compaction, vacuum. delta-rs does them."""

from datetime import UTC, datetime
from pathlib import Path

from deltalake import DeltaTable


def version_before(table: DeltaTable, moment: datetime) -> int | None:
    """The last version of a table that was committed before a moment; None if the table is younger."""
    versions = [
        commit["version"]
        for commit in table.history()
        if datetime.fromtimestamp(commit["timestamp"] / 1000, UTC) < moment
    ]
    return max(versions, default=None)


def restore(path: Path, version: int) -> str:
    """Make a table's newest version the same as an earlier one, and say what was done."""
    table = DeltaTable(str(path))
    if version == table.version():
        return f"is at version {version} already"
    table.restore(version)
    return f"restored to version {version}"


def optimize(path: Path, retention_hours: int) -> str:
    """Join small files, delete files that no version within the retention reads, and say what was done."""
    table = DeltaTable(str(path))
    metrics = table.optimize.compact()
    deleted = table.vacuum(retention_hours=retention_hours, dry_run=False, enforce_retention_duration=False)
    return f"{metrics['numFilesRemoved']} files joined to {metrics['numFilesAdded']}, {len(deleted)} old files deleted"
