"""Check the files of a folder before they are loaded.

Says of each what it is taken for, which columns are missing or unknown, and how many rows would go to the quarantine
and why. The files are loaded into a warehouse in a temporary folder, by the same models that load them otherwise.
"""

import argparse
import json
import os
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from dbt.adapters.spark_connect.landing import staging
from dbt.adapters.spark_connect.landing.folder import format_of, paths
from dbt.adapters.spark_connect.landing.options import Options
from dbt.cli.main import dbtRunner
from dbt_common.exceptions import DbtRuntimeError
from deltalake import DeltaTable

from landing_check.recognise import (
    Export,
    by_columns,
    by_place,
    choices,
    entities_given,
    exports_of,
    nearest,
    place_of,
)

PROJECT = Path(__file__).parents[1]
_EXAMPLES = 3
# The quarantine, and what it reads: it is built after more. A refund is compared with its order.
RULES = ("quarantine", "+path:models/intermediate/int_*_checked.sql", "+int_refund_lines", "+stg_unparsable_rows")
_TESTS = ("resource_type:test", "resource_type:unit_test")


def main() -> int:
    """Returns 1 if a file cannot be loaded, 2 if the folder cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m landing_check", description=__doc__)
    parser.add_argument("folder", type=Path, help="a landing folder, or any folder with exports")
    folder = parser.parse_args().folder
    try:
        return check(folder)
    except DbtRuntimeError as error:
        print(f"error: {error.msg}", file=sys.stderr)
        return 2


def check(folder: Path) -> int:
    """Print the report of a folder."""
    if not folder.is_dir():
        print(f"error: {folder} is not a folder.", file=sys.stderr)
        return 2
    # What the generator says of its shop is no export.
    files = [path for path in paths(str(folder)) if path != "manifest.json"]
    if not files:
        print(f"error: {folder} has no file that can be read: CSV, JSON lines or Parquet.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        manifest = _dbt(root, "native", "parse")
        exports = exports_of(manifest)
        taken: dict[str, Export] = {}
        failed = 0
        print(f"{len(files)} file{'s' * (len(files) != 1)} in {folder}\n")
        for path in files:
            export = _describe(folder, path, exports, root)
            if export is None:
                failed += 1
            else:
                taken[path] = export
        sources = list(dict.fromkeys(export.source for export in taken.values()))
        if sources:
            chosen = choices(entities_given(manifest, exports), list(taken.values()))
            variables = json.dumps({"entities": chosen})
            named = ",".join(sources)
            if named != "native" or chosen:
                manifest = _dbt(root, named, "parse", "--vars", variables)
            origin = _place(folder, taken, exports, sources, root / "landing")
            selection = ["--select", *RULES, "--exclude", *_TESTS, "--vars", variables]
            _dbt(root, named, "build", *selection, manifest=manifest)
            _print_quarantine(root / "warehouse", origin)
            print(f"\nLAKEHOUSE_SOURCES={named} loads these files.")
            if chosen:
                print(f"Several of these sources give {', '.join(chosen)}: choose with --vars '{variables}'")
        return 1 if failed else 0


def _describe(folder: Path, path: str, exports: list[Export], root: Path) -> Export | None:
    """Print what a file is taken for, and its columns. Returns the export, or None if it cannot be loaded."""
    placed = by_place(path, exports)
    found = _read(folder, path, Options.of({"names": [path], **(placed.options if placed else {})}), root)
    if isinstance(found, str):
        print(f"{path}\n  cannot be loaded: {found}")
        return None
    columns, rows, rejected = found["columns"], found["rows"], found["rejected"]
    export = placed or by_columns(columns, exports)
    print(f"{path}\n  {format_of(path)}, {rows:,} rows, {len(columns)} columns, {rejected:,} unparsable")
    if export is None:
        near = nearest(columns, exports)
        if near:
            missing = ", ".join(name for name in near.required if name not in columns)
            print(f"  looks like {near.key}, but lacks the required columns {missing}")
        else:
            print("  no export of any source has these columns")
        return None
    print(f"  taken for {export.key}, by its {'place' if placed else 'columns'}")
    if not placed:
        print(f"  belongs to {place_of(export, Path(path))} in the landing folder")
    for label, names in (
        ("required columns that are missing", [name for name in export.required if name not in columns]),
        (
            "other columns that are missing",
            [n for n in export.columns if n not in columns and n not in export.required],
        ),
        ("unknown columns, kept in bronze", [name for name in columns if name not in export.columns]),
    ):
        if names:
            print(f"  {label}: {', '.join(names)}")
    return export if set(export.required) <= set(columns) else None


def _read(folder: Path, path: str, options: Options, root: Path) -> dict[str, Any] | str:
    """What the reader says of a file, or its error."""
    name = path
    for ending in (".gz", f".{path.removesuffix('.gz').rsplit('.', 1)[-1]}"):
        name = name.removesuffix(ending)
    scan = staging.scan(str(folder), [name], set(), options, root / "read" / "_staged")
    found = [file for file in scan["files"] if file["path"] == path]
    return (
        found[0] if found else str(next((error for error in scan["errors"] if error.startswith(path)), scan["errors"]))
    )


def _place(
    folder: Path, taken: dict[str, Export], exports: list[Export], sources: list[str], landing: Path
) -> dict[str, str]:
    """Put the files into a landing folder where they belong. Returns where each was, by its place there."""
    origin = {}
    for path, export in taken.items():
        place = path if by_place(path, exports) else place_of(export, Path(path))
        target = landing / place
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to((folder / path).absolute())
        origin[place] = path
    there = {export.key for export in taken.values()}
    for export in exports:
        # Required entities that this folder lacks are added without rows.
        if export.source in sources and export.key not in there and not export.optional:
            (landing / f"{export.names[0]}.csv").parent.mkdir(parents=True, exist_ok=True)
            (landing / f"{export.names[0]}.csv").write_text(",".join(export.required) + "\n")
    return origin


def _print_quarantine(warehouse: Path, origin: dict[str, str]) -> None:
    """Print what goes to the quarantine, by file and rule, with examples."""
    quarantine = DeltaTable(str(warehouse / "silver" / "quarantine")).to_pyarrow_table().to_pylist()
    groups: dict[tuple[str, str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in quarantine:
        path = origin.get(row["_source_file"], row["_source_file"])
        groups[path, row["entity"], row["rule"], row["column_name"] or ""].append(row)
    print(f"\n{len(quarantine):,} rows would go to the quarantine")
    for (path, entity, rule, column), rows in sorted(groups.items()):
        print(f"  {path}: {len(rows):,} of {entity}, {rule}{f' in {column}' if column else ''}")
        for row in sorted(rows, key=lambda each: each["_row_number"])[:_EXAMPLES]:
            print(f"    row {row['_row_number']}: {row['value']!r}")


def _dbt(root: Path, sources: str, *command: str, manifest: Any = None) -> Any:
    """Run dbt on the scratch warehouse; returns the manifest of `parse`. A DbtRuntimeError says what failed.

    manifest: of the project with these sources, which is not parsed again.
    """
    os.environ.update(
        LAKEHOUSE_LANDING=str(root / "landing"),
        LAKEHOUSE_WAREHOUSE=str(root / "warehouse"),
        LAKEHOUSE_SOURCES=sources,
        LAKEHOUSE_SCHEMA="lakehouse",
    )
    # Without a log file: the contents of the exports belong to the shop alone.
    where = ["--target", "local", "--target-path", str(root / "target"), "--project-dir", str(PROJECT)]
    logs = ["--quiet", "--log-level", "none", "--log-level-file", "none"]
    result = dbtRunner(manifest=manifest).invoke([*logs, *command, *where])
    if not result.success:
        failed = [str(each.message) for each in getattr(result.result, "results", []) if str(each.status) == "error"]
        raise DbtRuntimeError("\n".join(failed) or str(result.exception))
    return result.result


if __name__ == "__main__":
    sys.exit(main())
