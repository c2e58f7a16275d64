"""Export the reporting tables to the DuckDB file that the boards read."""

import fcntl
import json
import os
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.spark_connect import publications
from dbt.adapters.spark_connect.warehouse import Warehouse
from dbt.adapters.spark_connect.warehouses import open_warehouse
from dbt.cli.main import dbtRunner

PROJECT = Path(__file__).parents[1]
OUTPUT = PROJECT / "build" / "dashboards"
DATABASE = "boards.duckdb"
MANIFEST = "target/manifest.json"


class DashboardError(Exception):
    """An error that the user can fix. The message says how."""


@dataclass(frozen=True)
class Exported:
    """What was exported: rows by table, the last day of the data, and the tables that have changed since.

    reason: by whom and why the data was published without its tests, or rolled back to; None if it passed all of them.
    """

    rows: dict[str, int]
    last_date: date | None
    newer: list[str]
    reason: str | None


def lock(output: Path) -> None:
    """Keep other renderings out of a folder as long as this process runs. Raises DashboardError when one is there."""
    handle = os.open(output / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        # The handle stays open, so the lock is released with the process, however it ends.
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise DashboardError(
            f"Another process renders or serves the boards in {output}. Wait for it, or stop it."
        ) from None


def parse_project(output: Path) -> None:
    """Write the manifest by which dbt Charts finds what `ref()` names, below the folder `output`."""
    manifest = output / MANIFEST
    command = ["--quiet", "parse", "--target", "local", "--target-path", str(manifest.parent)]
    result = dbtRunner().invoke([*command, "--project-dir", str(PROJECT)])
    if not result.success:
        raise DashboardError(f"The dbt project cannot be parsed: {result.exception}")
    point_to_published(manifest)


def point_to_published(manifest: Path) -> None:
    """Have the reporting models of a manifest stand for what is published of them, not for what dbt builds."""
    parsed = json.loads(manifest.read_text())
    for node in _reporting_models(parsed):
        node["schema"] = re.sub("candidate$", "reporting", node["schema"])
        node["relation_name"] = f"{node['schema']}.{node['alias']}"
    manifest.write_text(json.dumps(parsed))


def cockpit_rows(output: Path) -> int:
    """The variable `cockpit_rows`, as the manifest in `output` has it."""
    exposures = json.loads((output / MANIFEST).read_text())["exposures"]
    return int(exposures["exposure.lakehouse.cockpit"]["config"]["meta"]["rows"])


def export(warehouse: Path | str, output: Path) -> Exported:
    """Copy the published tables of a warehouse to a DuckDB file in `output`, which is replaced at once.

    The manifest that `parse_project` writes says which tables these are. Raises DashboardError when there are none.
    """
    manifest = json.loads((output / MANIFEST).read_text())
    tables = {node["alias"]: node["schema"] for node in _reporting_models(manifest)}
    store, schema = open_warehouse(str(warehouse)), tables["gate"]
    published = publications.history(store, schema)
    if not published:
        raise DashboardError(f"Nothing was published in the warehouse {warehouse} yet. `make build` does it.")
    unfinished = output / f"{DATABASE}.unfinished"
    unfinished.unlink(missing_ok=True)
    rows = {}
    with duckdb.connect(str(unfinished)) as connection:
        connection.execute(f'create schema "{schema}"')
        for name, dataset in publications.shown(store, schema, sorted(tables)):
            connection.register("delta", dataset)
            connection.execute(f'create table "{schema}"."{name}" as select * from delta')
            connection.unregister("delta")
            rows[f"{schema}.{name}"] = connection.table(f'"{schema}"."{name}"').shape[0]
        found = connection.execute(f'select last_date from "{schema}".gate').fetchone()
    unfinished.chmod(0o600)
    os.replace(unfinished, output / DATABASE)
    last = published[-1]
    reason = f"{last['published_by']}: {last['reason']}" if last["reason"] else None
    return Exported(rows, found[0] if found else None, _newer_tables(store, last["tables"], manifest), reason)


def _newer_tables(warehouse: Warehouse, published: dict[str, str], manifest: dict[str, Any]) -> list[str]:
    """The tables whose rows differ from those that the publication was made from."""
    newer = []
    for unique_id, token in published.items():
        if node := manifest["nodes"].get(unique_id):
            schema = (
                re.sub("reporting$", "candidate", node["schema"])
                if node in _reporting_models(manifest)
                else node["schema"]
            )
            state = warehouse.state(schema, node["alias"])
            if state and state.token != token:
                newer.append(f"{schema}.{node['alias']}")
    return sorted(newer)


def _reporting_models(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    nodes = manifest["nodes"].values()
    return [node for node in nodes if node["resource_type"] == "model" and node["fqn"][1] == "reporting"]
