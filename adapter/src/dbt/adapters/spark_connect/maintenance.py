"""Maintenance of a warehouse's Delta tables: restore, compaction, vacuum. delta-rs does it, as Sail cannot."""

from dbt.adapters.spark_connect.warehouse import Warehouse
from dbt_common.exceptions import DbtRuntimeError
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError


def check_restorable(warehouse: Warehouse, schema: str, identifier: str, version: int) -> None:
    """Raise a DbtRuntimeError if a version of a table is no longer in its log, or if a data file of it was deleted."""
    name = f"{schema}.{identifier}"
    try:
        table = DeltaTable(warehouse.location(schema, identifier), version=version)
    except DeltaError:
        raise DbtRuntimeError(
            f"Version {version} of the table {name} cannot be restored: its log no longer reaches back to it."
        ) from None
    if warehouse.lost_files(schema, identifier, table):
        raise DbtRuntimeError(f"Version {version} of the table {name} cannot be restored: its files were deleted.")


def restore(warehouse: Warehouse, schema: str, identifier: str, version: int) -> None:
    """Restore a table to a version, as a new commit."""
    DeltaTable(warehouse.location(schema, identifier)).restore(version)
    warehouse.changed([(schema, identifier)])


def optimize(warehouse: Warehouse, schema: str, identifier: str, retention_hours: int) -> str:
    """Compact small files, delete files that no version within the retention reads, and say what was done.

    Of the log, what a checkpoint holds goes after 30 days, or what the property `delta.logRetentionDuration` says.
    """
    table = DeltaTable(warehouse.location(schema, identifier))
    metrics = table.optimize.compact()
    deleted = table.vacuum(retention_hours=retention_hours, dry_run=False, enforce_retention_duration=False)
    table.cleanup_metadata()
    warehouse.drop_checksums(schema, identifier)
    warehouse.changed([(schema, identifier)])
    return f"{metrics['numFilesRemoved']} files joined to {metrics['numFilesAdded']}, {len(deleted)} old files deleted"
