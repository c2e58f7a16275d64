"""Maintenance of a folder's Delta tables: restore, compaction, vacuum. delta-rs does it, as Sail cannot."""

from pathlib import Path

from dbt_common.exceptions import DbtRuntimeError
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError


def check_restorable(path: Path, version: int, name: str) -> None:
    """Raise a DbtRuntimeError if a version of a table is no longer in its log, or if a data file of it was deleted."""
    try:
        files = DeltaTable(str(path), version=version).file_uris()
    except DeltaError:
        raise DbtRuntimeError(
            f"Version {version} of the table {name} cannot be restored: its log no longer reaches back to it."
        ) from None
    if not all(Path(file).exists() for file in files):
        raise DbtRuntimeError(f"Version {version} of the table {name} cannot be restored: its files were deleted.")


def restore(path: Path, version: int) -> None:
    """Put a table back to a version, in a commit of its own."""
    DeltaTable(str(path)).restore(version)


def optimize(path: Path, retention_hours: int) -> str:
    """Join small files, delete files that no version within the retention reads, and say what was done.

    Of the log, what a checkpoint holds goes after 30 days, or what the property `delta.logRetentionDuration` says.
    """
    table = DeltaTable(str(path))
    metrics = table.optimize.compact()
    deleted = table.vacuum(retention_hours=retention_hours, dry_run=False, enforce_retention_duration=False)
    table.cleanup_metadata()
    for checksum in (path / "_delta_log").glob("*.crc"):
        if not checksum.with_suffix(".json").exists():
            checksum.unlink()
    return f"{metrics['numFilesRemoved']} files joined to {metrics['numFilesAdded']}, {len(deleted)} old files deleted"
