"""Publications of a folder's tables: a schema whose tables are exchanged all at once, by one rename.

A publication is a folder, `_publications/<schema>/<number>`, with a copy of each table and the table `publications`,
the list of all publications up to this one. The schema's own folder is a link to the newest. Data files are hard links
where the file system has them, so a publication costs no space beyond that of its rows.

In an object store there are no links; what is published there, is as on an endpoint, see macros/publication/switch.sql.

A reader that follows the link once, such as `os.path.realpath(<warehouse>/<schema>)`, sees one publication whatever is
published in the meantime.
"""

import json
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
from dbt.adapters.spark_connect.warehouse import Warehouse
from dbt_common.exceptions import DbtRuntimeError
from deltalake import DeltaTable, write_deltalake
from deltalake.transaction import AddAction, create_table_with_add_actions

PUBLICATIONS_FOLDER = "_publications"
HISTORY = "publications"
# Of the tables that hold the rows of several publications, where there are no links: see macros/publication.
PUBLICATION = "publication_id"
_SCHEMA = pa.schema(
    [
        ("publication_id", pa.int64()),
        ("content_id", pa.int64()),
        ("published_at", pa.timestamp("us", "UTC")),
        ("published_by", pa.string()),
        ("reason", pa.string()),
        ("invocation_id", pa.string()),
        ("tables", pa.string()),
        ("tests", pa.string()),
    ]
)


def history(warehouse: Warehouse, schema: str) -> list[dict[str, Any]]:
    """The publications of a schema, oldest first, with `tables` and `tests` as dictionaries."""
    place = warehouse.location(schema, HISTORY)
    if not DeltaTable.is_deltatable(place):
        return []
    rows: list[dict[str, Any]] = DeltaTable(place).to_pyarrow_table().to_pylist()
    rows = [row | {name: json.loads(row[name]) for name in ("tables", "tests")} for row in rows]
    return sorted(rows, key=lambda row: int(row["publication_id"]))


def shown(warehouse: Warehouse, schema: str, names: list[str]) -> Iterator[tuple[str, ds.Dataset]]:
    """The tables of the newest publication by their names, all of the same one; the list of publications, too."""
    if warehouse.has_links():
        # The link is followed once, so that all tables are of one publication.
        folder = warehouse.path(schema).resolve()
        for name in [*names, HISTORY]:
            yield name, DeltaTable(str(folder / name)).to_pyarrow_dataset()
        return
    table = DeltaTable(warehouse.location(schema, HISTORY)).to_pyarrow_dataset()
    newest = max(table.to_table().to_pylist(), key=lambda row: int(row["publication_id"]))
    yield HISTORY, table
    for name in names:
        rows = DeltaTable(warehouse.location(schema, f"published_{name}")).to_pyarrow_dataset()
        columns = [column for column in rows.schema.names if column != PUBLICATION]
        of_it = ds.field(PUBLICATION) == newest["content_id"]
        yield name, ds.dataset(rows.to_table(columns=columns, filter=of_it))


def publish(warehouse: Warehouse, schema: str, tables: dict[str, Path], record: dict[str, Any], kept: int) -> None:
    """Publish the current rows of tables, under their names in the schema.

    record: `published_by`, `reason`, `invocation_id`, and `tables` and `tests`, which are kept as JSON. kept: how many
    publications stay on the disk.
    """
    number = _next_number(warehouse, schema)
    _exchange(warehouse, schema, number, number, tables, record, kept)


def republish(warehouse: Warehouse, schema: str, content: int, record: dict[str, Any], kept: int) -> None:
    """Publish the rows of an earlier publication again. A DbtRuntimeError if they are no longer there."""
    source = _folder(warehouse, schema) / str(content)
    if not source.is_dir():
        raise DbtRuntimeError(f"The rows of publication {content} are no longer on the disk.")
    tables = {path.name: path for path in source.iterdir() if path.name != HISTORY}
    _exchange(warehouse, schema, _next_number(warehouse, schema), content, tables, record, kept)


def purge(warehouse: Warehouse, schema: str) -> None:
    """Remove all publications except the current one."""
    folder, shown = _folder(warehouse, schema), warehouse.path(schema).resolve()
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.resolve() != shown:
            shutil.rmtree(path, ignore_errors=True)


def _folder(warehouse: Warehouse, schema: str) -> Path:
    return warehouse.root / PUBLICATIONS_FOLDER / schema.lower()


def _next_number(warehouse: Warehouse, schema: str) -> int:
    return max((int(row["publication_id"]) for row in history(warehouse, schema)), default=0) + 1


def _exchange(
    warehouse: Warehouse,
    schema: str,
    number: int,
    content: int,
    tables: dict[str, Path],
    record: dict[str, Any],
    kept: int,
) -> None:
    folder = _folder(warehouse, schema)
    target = folder / str(number)
    # Left by a killed run: no link points to it.
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name, source in tables.items():
        _copy(source, target / name)
    row = {
        "publication_id": number,
        "content_id": content,
        "published_at": datetime.now(UTC),
        **record,
        **{name: json.dumps(record[name], sort_keys=True) for name in ("tables", "tests")},
    }
    earlier = warehouse.path(schema, HISTORY)
    rows = DeltaTable(str(earlier)).to_pyarrow_table().to_pylist() if earlier.exists() else []
    write_deltalake(str(target / HISTORY), pa.Table.from_pylist([*rows, row], _SCHEMA))

    link, fresh = warehouse.path(schema), warehouse.root / f".{schema.lower()}.next"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target.relative_to(warehouse.root), target_is_directory=True)
    if link.is_dir() and not link.is_symlink():
        # From a version without publications.
        link.rename(folder / "0")
    os.replace(fresh, link)
    _remove_old(folder, {number, *(int(each["content_id"]) for each in [*rows, row][-kept:])}, kept)


def _remove_old(folder: Path, needed: set[int], kept: int) -> None:
    numbers = sorted((int(path.name) for path in folder.iterdir() if path.name.isdigit()), reverse=True)
    for number in numbers[kept:]:
        if number not in needed:
            shutil.rmtree(folder / str(number), ignore_errors=True)


def _copy(source: Path, target: Path) -> None:
    """The same rows, with a log of one commit. Its data files are hard links, or copies where there are none."""
    table = DeltaTable(str(source))
    metadata = table.metadata()
    target.mkdir()
    actions = []
    for file in table.get_add_actions().to_struct_array().to_pylist():
        linked = target / file["path"]
        linked.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(source / file["path"], linked)
        except OSError:
            shutil.copy2(source / file["path"], linked)
        partition = {
            name: None if value is None else str(value) for name, value in (file.get("partition") or {}).items()
        }
        statistics = json.dumps({"numRecords": file["num_records"]})
        actions.append(
            AddAction(file["path"], file["size_bytes"], partition, int(linked.stat().st_mtime * 1000), True, statistics)
        )
    create_table_with_add_actions(str(target), table.schema(), actions, partition_by=metadata.partition_columns)
