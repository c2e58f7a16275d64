"""Export the reporting tables to the DuckDB file that the boards read."""

import json
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
from dbt.adapters.spark_connect.warehouse import TableState, Warehouse
from dbt.cli.main import dbtRunner
from deltalake import DeltaTable

PROJECT = Path(__file__).parents[1]
OUTPUT = PROJECT / "build" / "dashboards"
DATABASE = "boards.duckdb"
MANIFEST = "target/manifest.json"


class DashboardError(Exception):
    """Something that the user can put right. The message says how."""


@dataclass(frozen=True)
class Exported:
    """What was exported: rows by table, the last day of the data, and the tables that changed since the gate opened."""

    rows: dict[str, int]
    last_date: date | None
    untested: list[str]


def parse_project(output: Path) -> None:
    """Write the manifest by which dbt Charts finds what `ref()` names, below the folder `output`."""
    target = (output / MANIFEST).parent
    command = ["--quiet", "parse", "--target", "local", "--target-path", str(target), "--project-dir", str(PROJECT)]
    result = dbtRunner().invoke(command)
    if not result.success:
        raise DashboardError(f"The dbt project cannot be parsed: {result.exception}")


def export(warehouse: Path, output: Path) -> Exported:
    """Copy the reporting tables of a warehouse to a DuckDB file in `output`, which is replaced at once.

    The manifest that `parse_project` writes says which tables these are. Raises DashboardError when one is missing.
    """
    tables = _reporting_tables(output / MANIFEST)
    folder = Warehouse(str(warehouse))
    unfinished = output / f"{DATABASE}.unfinished"
    unfinished.unlink(missing_ok=True)
    rows = {}
    with duckdb.connect(str(unfinished)) as connection:
        for schema, name in tables:
            path = folder.path(schema, name)
            if not (path / "_delta_log").is_dir():
                raise DashboardError(f"The warehouse {warehouse} has no table {schema}.{name}. `make build` builds it.")
            connection.register("delta", DeltaTable(str(path)).to_pyarrow_dataset())
            connection.execute(f'create schema if not exists "{schema}"')
            connection.execute(f'create table "{schema}"."{name}" as select * from delta')
            connection.unregister("delta")
            rows[f"{schema}.{name}"] = connection.table(f'"{schema}"."{name}"').shape[0]
        gate = next(f"{schema}.{name}" for schema, name in tables if name == "gate")
        found = connection.execute(f"select last_date from {gate}").fetchone()
    os.replace(unfinished, output / DATABASE)
    return Exported(rows, found[0] if found else None, untested_tables(warehouse, gate))


def untested_tables(warehouse: Path, gate: str) -> list[str]:
    """The tables of silver and gold that have changed since the reporting tables were last built.

    The gate keeps the state of all tables that it was built from. When one has another, the build that made it has not
    come to its end: it was stopped by a test, or it is still running.
    """
    tables = Warehouse(str(warehouse))

    def state(name: str) -> TableState | None:
        return tables.state(*name.split("."))

    built = state(gate)
    inputs = json.loads(built.properties.get("dbt.inputs", "{}")) if built else {}
    # The gate's own code is among its inputs, and views have no state.
    states = {name: state(name) for name in inputs if name != "code"}
    return sorted(name for name, now in states.items() if now and now.token != inputs[name])


def _reporting_tables(manifest: Path) -> list[tuple[str, str]]:
    nodes = json.loads(manifest.read_text())["nodes"].values()
    return sorted(
        (node["schema"], node["alias"])
        for node in nodes
        if node["resource_type"] == "model" and node["fqn"][1] == "reporting"
    )
