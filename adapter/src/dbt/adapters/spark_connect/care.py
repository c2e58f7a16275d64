"""The care of a folder's Delta tables: restore, compaction, vacuum. delta-rs does it, since Sail has no statements."""

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


def restore_before(path: Path, moment: str) -> str | None:
    """Put a table back to its last version before a moment (UTC, ISO 8601), and say what was done.

    None if the table is younger.
    """
    table = DeltaTable(str(path))
    version = version_before(table, datetime.fromisoformat(moment).replace(tzinfo=UTC))
    if version is None:
        return None
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
