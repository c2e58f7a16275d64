"""Column names, from the names in files."""

import re
from collections.abc import Collection, Iterable

from dbt_common.exceptions import DbtRuntimeError

# Delta does not allow these in column names, except for the backtick, which would end a name within a statement.
_NOT_IN_NAMES = re.compile(r"[ ,;{}()\n\t=`]+")


def column_name(name: str) -> str:
    """A name in lower case, with `_` for invalid characters; a leading `_` is reserved for audit columns."""
    return _NOT_IN_NAMES.sub("_", name.strip().lower()).lstrip("_")


def column_names(raw: Iterable[str], path: str, declared: Collection[str]) -> list[str]:
    """The names of a header as names of columns. A name that comes again has a number behind it.

    A DbtRuntimeError says which is unusable: empty, or one of the `declared` names twice. It tells positions, since
    the first line of a file without a header is somebody's data.
    """
    names: list[str] = []
    for position, name in enumerate(map(column_name, raw), start=1):
        if not name:
            raise DbtRuntimeError(f"{path}: column {position} of the header has no name.")
        if name in names and name in declared:
            raise DbtRuntimeError(f"{path}: columns {names.index(name) + 1} and {position} have the same name.")
        numbered, number = name, 2
        while numbered in names:
            numbered, number = f"{name}_{number}", number + 1
        names.append(numbered)
    return names
