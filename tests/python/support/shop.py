"""A shop for tests: a landing folder to deliver files into, and a warehouse that dbt builds from it."""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from functools import cache
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from dbt.adapters.spark_connect.engines.registry import close_engines
from dbt.cli.main import dbtRunner, dbtRunnerResult
from deltalake import DeltaTable

from data_generator.schema import BOOK_COLUMNS, CAMPAIGN_COLUMNS, COLUMNS

PROJECT = Path(__file__).parents[3]
SUPPORT = Path(__file__).parent
# Files by name; a list is an entity's rows, without their header.
Files = dict[str, str | bytes | list[str]]
# The fixture `made_once`.
MadeOnce = Callable[[str, Callable[[Path], None]], Path]
# The fixture `before_and_after`: of sources, a shop before a run and after it.
BeforeAndAfter = Callable[[str], tuple["Shop", "Shop"]]
# The reporting tables as they are built; what is published of them, is in the schema `reporting`.
LAYERS = ("bronze", "silver", "gold", "candidate")

HEADERS = {entity: ",".join(columns) for entity, columns in (BOOK_COLUMNS | CAMPAIGN_COLUMNS | COLUMNS).items()}


@cache
def manifest(sources: str = "native", variables: str = "{}") -> object:
    """The parsed project, parsed once a test run for each choice of sources and variables."""
    with environment(Path("unused"), Path("unused"), sources):
        folders = dbt_folders(Path(os.environ["DBT_TEST_TARGET"]))
        result = dbtRunner().invoke(["--quiet", "parse", "--vars", variables, *folders])
    assert result.success, result.exception
    # It stays as long as the process: no garbage collection needs to look at its million objects again.
    gc.freeze()
    return result.result


def dbt_folders(target: Path) -> list[str]:
    return ["--project-dir", str(PROJECT), "--profiles-dir", str(target), "--target-path", str(target)]


@contextmanager
def environment(landing: Path, warehouse: Path, sources: str = "native") -> Iterator[None]:
    """The environment variables of a user with these two folders, and the profile as it is delivered."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LAKEHOUSE_LANDING", str(landing))
        patch.setenv("LAKEHOUSE_SOURCES", sources)
        patch.setenv("LAKEHOUSE_WAREHOUSE", str(warehouse))
        yield


class Shop:
    """One landing folder with one warehouse. Files are delivered by name, and `dbt` runs any command on them."""

    # The profile's target, and whether each command starts an engine of its own, as a new process would.
    target = "local"
    restarts = True
    # LAKEHOUSE_SOURCES, and variables that the project is parsed with, as JSON.
    sources = "native"
    variables = "{}"

    def __init__(self, root: Path) -> None:
        self.landing = root / "landing"
        self.warehouse = root / "warehouse"
        self.landing.mkdir(parents=True)

    def deliver(self, files: Files) -> None:
        """Write files, relative to the landing folder."""
        for name, content in files.items():
            path = self.landing / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, list):
                entity = name.split("/")[0].split(".")[0]
                content = "\n".join([HEADERS[entity], *content, ""])
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    def dbt(self, *arguments: str, parse: bool = False) -> dbtRunnerResult:
        """Run a dbt command in this process. parse: with the project parsed anew, for commands that add to it."""
        target = Path(os.environ["DBT_TEST_TARGET"])
        if self.restarts:
            close_engines()
        try:
            with environment(self.landing, self.warehouse, self.sources):
                known = None if parse else manifest(self.sources, self.variables)
                runner = dbtRunner(manifest=known)  # type: ignore[arg-type]
                # Without the files of the target folder, which take dbt seconds to write and no test reads.
                command = ["--quiet", "--log-level-file", "none", "--no-write-json", *arguments]
                if "--vars" not in command:
                    command += ["--vars", self.variables]
                return runner.invoke([*command, "--target", self.target, *dbt_folders(target)])
        finally:
            if self.restarts:
                close_engines()

    def build(self, *arguments: str) -> None:
        """Build all tables without their tests, which must succeed."""
        self.succeed("build", "--exclude", "resource_type:test", "resource_type:unit_test", *arguments)

    def succeed(self, *arguments: str) -> None:
        """Run a dbt command, which must succeed."""
        result = self.dbt(*arguments)
        assert result.success, [str(r.message) for r in getattr(result.result, "results", [])] or result.exception

    def publish(self) -> None:
        """Publish what was built, without its tests."""
        self.succeed("run-operation", "publish", "--args", "{by: a test, reason: no tests were run}")

    def tables(self, *layers: str) -> dict[str, pd.DataFrame]:
        """Rows of every table, sorted, without the audit columns."""
        return {name: comparable(self.path(name)) for name in self.names(*layers or LAYERS[1:])}

    def names(self, *layers: str) -> list[str]:
        return [
            f"{layer}.{log.parent.name}" for layer in layers for log in sorted(self.folder(layer).glob("*/_delta_log"))
        ]

    def folder(self, layer: str) -> Path:
        return self.warehouse / layer

    def path(self, name: str) -> Path:
        layer, table = name.split(".")
        return self.folder(layer) / table

    def own_target(self) -> Path:
        """A target folder for commands that are killed."""
        return self.warehouse / "_target"

    def table(self, name: str) -> pd.DataFrame:
        return DeltaTable(str(self.path(name))).to_pandas()

    def versions(self) -> dict[str, int]:
        return {name: DeltaTable(str(self.path(name))).version() for name in self.names(*LAYERS)}

    def copy(self, root: Path) -> "Shop":
        """The same shop in another folder."""
        shutil.copytree(self.landing.parent, root, symlinks=True)
        shop = copy(self)
        shop.landing, shop.warehouse = root / "landing", root / "warehouse"
        return shop

    @classmethod
    def at(cls, root: Path, sources: str = "native") -> "Shop":
        """The shop of a folder that has one."""
        shop = cls.__new__(cls)
        shop.landing, shop.warehouse, shop.sources = root / "landing", root / "warehouse", sources
        return shop


def comparable(path: Path) -> pd.DataFrame:
    """A table's rows as text, without audit columns, in one order. Of a history, the versions that are current.

    A history holds what each run saw, so its past versions depend on how the files were split into runs.
    """
    table = DeltaTable(str(path)).to_pyarrow_table()
    if "dbt_valid_to" in table.column_names:
        # Before pandas makes floats of the integers of a column that has a null.
        table = table.filter(pc.is_null(table["dbt_valid_to"]))
    rows = table.to_pandas()
    # The ledger's time of loading is an audit column by another name.
    columns = sorted(column for column in rows if not column.startswith(("_", "dbt_")) and column != "ingested_at")
    return as_text(rows[columns])


def as_text(rows: "pd.DataFrame | pa.Table") -> pd.DataFrame:
    """Rows with every value as text, in one order."""
    rows = (rows.to_pandas() if isinstance(rows, pa.Table) else rows).astype(object)
    rows = rows.where(rows.notna(), None).map(lambda value: "null" if value is None else str(value))
    return rows[sorted(rows)].sort_values(sorted(rows)).reset_index(drop=True)


def assert_same(first: dict[str, pd.DataFrame], second: dict[str, pd.DataFrame]) -> None:
    """Assert that two warehouses hold the same rows, and say which differ."""
    assert sorted(first) == sorted(second)
    for name, rows in first.items():
        if not rows.equals(second[name]):
            difference = rows.merge(second[name], how="outer", indicator=True)
            difference = difference[difference["_merge"] != "both"]
            raise AssertionError(f"{name} differs:\n{difference.head(20).to_string()}")
