"""What Databricks refuses and Spark does not: history and time travel of tables with column masks or row filters.

https://docs.databricks.com/aws/en/tables/row-and-column-filters, under "Limitations", and the error class
ROW_LEVEL_SECURITY_COLUMN_MASK_FEATURE_NOT_SUPPORTED.
"""

import re
from collections.abc import Collection

_TABLE = r"`?\w+`?\.`?(\w+)`?\.`?(\w+)`?"
# What is refused, by how a statement asks for it.
_FEATURES = {
    "DESCRIBE_HISTORY": rf"describe\s+history\s+{_TABLE}",
    "RESTORE": rf"restore\s+(?:table\s+)?{_TABLE}",
    "TIME_TRAVEL": rf"{_TABLE}\s+(?:version|timestamp)\s+as\s+of\b",
}


class Refused(Exception):
    """A statement that Databricks would refuse, too."""


def refuse_history(statement: str, masked: Collection[str]) -> None:
    """Refuse history and time travel of masked tables, which are named <schema>.<table>."""
    for feature, pattern in _FEATURES.items():
        for schema, table in re.findall(pattern, statement, flags=re.IGNORECASE):
            if f"{schema}.{table}" in masked:
                raise Refused(
                    f"[ROW_LEVEL_SECURITY_COLUMN_MASK_FEATURE_NOT_SUPPORTED.{feature}] {schema}.{table} has a row filter "
                    "or column mask."
                )
