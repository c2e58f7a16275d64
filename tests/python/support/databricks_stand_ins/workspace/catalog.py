"""What Unity Catalog knows and Spark does not. It is kept and told again, and changes nothing of what is read or written.

So rights are not tested: everybody reads everything. A mask or row filter hides nothing, but the table has no history then.
"""

import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from pyspark.sql.connect.session import SparkSession

from databricks_stand_ins.refusals import Refused

# The one name that Spark has for its own catalog. In the tests it is that of the environment.
CATALOG = "spark_catalog"

_KEY = "constraint_catalog string, constraint_schema string, constraint_name string"
_TABLE = "table_catalog string, table_schema string, table_name string"
# The views of the information schema that are read, with the columns that are asked for.
_VIEWS = {
    "tables": f"{_TABLE}, table_type string, data_source_format string, table_owner string",
    "columns": f"{_TABLE}, column_name string, is_nullable string",
    "table_tags": "catalog_name string, schema_name string, table_name string, tag_name string, tag_value string",
    "column_masks": f"{_TABLE}, column_name string, mask_name string, using_columns string",
    "row_filters": f"{_TABLE}, filter_name string, target_columns string",
    "table_constraints": f"{_TABLE}, {_KEY}, constraint_type string",
    "key_column_usage": f"{_TABLE}, {_KEY}, column_name string, ordinal_position int",
    # There are no foreign keys in the project.
    "referential_constraints": f"{_KEY}, unique_constraint_catalog string, unique_constraint_schema string, "
    "unique_constraint_name string",
}


@dataclass
class Facts:
    """Of one table. masks: function of a column. row_filter: function and columns. grants: privilege and grantee."""

    comments: dict[str, str] = field(default_factory=dict)
    not_null: set[str] = field(default_factory=set)
    tags: dict[str, str] = field(default_factory=dict)
    masks: dict[str, str] = field(default_factory=dict)
    row_filter: tuple[str, str] | None = None
    primary_key: tuple[str, list[str]] | None = None
    grants: set[tuple[str, str]] = field(default_factory=set)

    def replace(self) -> None:
        """Forget what does not outlive CREATE OR REPLACE TABLE."""
        self.comments, self.not_null, self.primary_key = {}, set(), None


class Catalog:
    """groups: account groups of the user of dbt."""

    def __init__(self, folder: Path, groups: Collection[str] = ("personal_data_readers",)) -> None:
        self.folder = folder
        self.groups = groups
        self.functions: set[str] = set()
        self.facts: dict[tuple[str, str], Facts] = defaultdict(Facts)

    def masked(self) -> set[str]:
        """The tables with a column mask or row filter, as <schema>.<table>."""
        return {f"{schema}.{table}" for (schema, table), of in self.facts.items() if of.masks or of.row_filter}

    def function(self, name: str) -> str:
        """The plain name of a function, which has to be there."""
        name = name.replace("`", "")
        if name not in self.functions:
            raise Refused(f"[ROUTINE_NOT_FOUND] The routine {name} cannot be found.")
        return name

    def view(self, session: SparkSession, name: str, statement: str) -> str:
        """A temporary view of the session with a view of the information schema, as far as the statement asks for it."""
        asked = {key: value for key, value in re.findall(r"(schema|table)_name = '(\w+)'", statement)}
        asked |= {key: value for key, value in re.findall(r"table_(schema) = '(\w+)'", statement)}
        if "schema" in asked:
            rows = self._rows(session, name, asked["schema"], asked.get("table"))
        else:
            # Of all tables.
            rows = [row for schema, table in list(self.facts) for row in self._rows(session, name, schema, table)]
        view = f"information_schema_{name}"
        session.createDataFrame(rows, _VIEWS[name]).createOrReplaceTempView(view)  # type: ignore[type-var]
        return view

    def _rows(self, session: SparkSession, name: str, schema: str, table: str | None) -> list[tuple[object, ...]]:
        if name == "tables":
            return [
                (CATALOG, schema, each.name, each.tableType, None if each.tableType == "VIEW" else "DELTA", "dbt")
                for each in session.catalog.listTables(schema)
                if not each.isTemporary
            ]
        assert table
        of_table, facts = (CATALOG, schema, table), self.facts[schema, table]
        if name == "columns":
            return [(*of_table, column, "NO") for column in sorted(facts.not_null)]
        if name == "table_tags":
            return [(*of_table, tag, value) for tag, value in facts.tags.items()]
        if name == "column_masks":
            return [(*of_table, column, function, None) for column, function in facts.masks.items()]
        if name == "row_filters":
            return [(*of_table, *facts.row_filter)] if facts.row_filter else []
        if not facts.primary_key or name == "referential_constraints":
            return []
        key, columns = facts.primary_key
        if name == "table_constraints":
            return [(*of_table, CATALOG, schema, key, "PRIMARY KEY")]
        return [(*of_table, CATALOG, schema, key, column, number) for number, column in enumerate(columns, 1)]
