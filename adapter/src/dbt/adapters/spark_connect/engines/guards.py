"""Statements and calls that Sail answers wrongly without an error, or that it would crash on. They are refused with an
error that says what to write.

What can be seen in the text of a statement or in the arguments of a call is refused here. What cannot (a sum of bigints
that overflows) is listed in the adapter's README.
"""

import glob
import re
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from dbt_common.exceptions import DbtRuntimeError

_DYNAMIC_OVERWRITE = (
    "Sail ignores partitionOverwriteMode=dynamic and overwrites the whole table. "
    "Use the incremental strategy 'replace_where'."
)
_REPLACE_WHERE = (
    "Sail does not check that the rows lie inside of what REPLACE WHERE replaces, and saveAsTable ignores it and "
    "overwrites the whole table. Use an incremental model with the strategy 'replace_where'."
)
_OVERWRITE_SCHEMA = (
    "Without the option 'overwriteSchema' = 'true' Sail keeps the old type of a column that changes its type, and "
    "makes values that do not fit it null."
)
_MERGE_SCHEMA = (
    "Sail drops the new columns of a schema merge, or fills them with 0 in old rows. Use an incremental model with "
    "on_schema_change='append_new_columns'."
)
_DATAFRAME_WRITER = (
    "A Python model does not write tables, it returns a DataFrame: Sail's writer ignores replaceWhere and "
    "partitionOverwriteMode, loses new columns, and makes values that do not fit the old table null."
)
_CSV = (
    "Sail reads CSV by position and ignores the encoding. Use a seed, adapter.stage_files(), or pandas.read_csv() in a "
    "Python model."
)
_NOT_DELTA = (
    "Tables of the warehouse are Delta tables. Read other files as parquet.`<path>`, or with spark.read in a Python "
    "model."
)
_WEEKDAY = "The weekday of a Sunday is wrong on Sail. Use dayofweek(), from 1 for Sunday to 7."
_TIMESTAMP_SECONDS = "timestamp_seconds() drops the fraction on Sail. Write cast(x as timestamp)."
_NUMBER_TIMESTAMP = (
    "to_timestamp() of a number takes microseconds on Sail and seconds on Spark. Write cast(x as timestamp), or "
    "try_cast(x as timestamp): they take the same values and are right on both."
)
_CAST_FUNCTION = (
    "A cast written as a function, such as bigint(x), counts a timestamp in microseconds on Sail and in seconds on "
    "Spark. Write cast(x as bigint)."
)

_TO_TIMESTAMP = r"\b(?:try_)?to_timestamp(?:_ltz|_ntz)?"
_NUMBER_TYPE = r"(?:(?:tiny|small|big)?int|integer|long|short|byte|float|double|decimal)\b"
_REFUSED = (
    (r"partitionOverwriteMode\W+dynamic", _DYNAMIC_OVERWRITE),
    (
        r"\binsert\s+overwrite\b",
        "INSERT OVERWRITE overwrites the whole table on Sail. Use the incremental strategy 'replace_where'.",
    ),
    # The strategy 'replace_where' raises an error for rows outside in the same statement.
    (r"\breplace\s+where\b(?!.*\braise_error\s*\()", _REPLACE_WHERE),
    (r"\bcreate\s+or\s+replace\s+table\b(?!.*\boverwriteSchema\b)", _OVERWRITE_SCHEMA),
    (r"\bmergeSchema\b|\bautoMerge\b", _MERGE_SCHEMA),
    (r"\busing\s+csv\b|\bcsv\s*\.\s*`", _CSV),
    (r"\busing\s+(?:parquet|json|text|orc|avro)\b", _NOT_DELTA),
    (r"\bweekday\s*\(|\bextract\s*\(\s*dow\b|\bdate_?part\s*\(\s*'dow'", _WEEKDAY),
    (r"\btimestamp_seconds\s*\(", _TIMESTAMP_SECONDS),
    (rf"{_TO_TIMESTAMP}\s*\(\s*(?:[-+]?[\d.]+|[`\w.]+)\s*\)", _NUMBER_TIMESTAMP),
    (rf"{_TO_TIMESTAMP}\s*\(\s*(?:(?:to_)?unix_|cast\s*\([^()]*\bas\s+{_NUMBER_TYPE})", _NUMBER_TIMESTAMP),
    (r"\b(?:(?:tiny|small|big)?int|integer|long|float|double|timestamp)\s*\(", _CAST_FUNCTION),
)
_RULES = tuple((re.compile(pattern, re.IGNORECASE | re.DOTALL), message) for pattern, message in _REFUSED)
# By trial with Sail 0.7.2 and the stack that `SailEngine` gives its threads: with more than 800 subqueries within each
# other the process ends with signal 11, and 300 calls within each other take minutes.
MAX_NESTING = 200
_NESTING = re.compile(
    r"[(\[)\],]|\|\||[-+*/%]"
    r"|\b(?:and|or|not|case|when|then|else|end|union|except|intersect|join|select|from|where|on|having|group|order)\b"
)
_TOKEN = re.compile(r"""/\*.*?\*/|--[^\n]*|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`]*`""", re.DOTALL)
_FILES = re.compile(rf"\b(?:parquet|json|text|orc|avro)\s*\.\s*`([^`]+)`|{_TOKEN.pattern}", re.IGNORECASE | re.DOTALL)
_FOLLOWED = re.compile(
    r"\s*(?:drop\s+(?:table|view|schema|database)|create\s+(?:or\s+replace\s+)?view|alter\s+view)\b", re.IGNORECASE
)


def _code(sql: str) -> str:
    """The statement without comments, and without the strings and names that are more than one word."""

    def replaced(match: re.Match[str]) -> str:
        token = match.group()
        if token.startswith(("/*", "--")):
            return " "
        return token if re.fullmatch(r".[\w.]*.", token) else token[0] + token[-1]

    return _TOKEN.sub(replaced, sql)


def nesting(code: str) -> int:
    """How deep a statement without strings and comments is nested, at its deepest place.

    What the engine descends into counts: brackets and CASEs that are open, and what is chained at their levels by
    operators, by UNION and the like, or by JOIN.
    """
    deepest = 0
    # Of each open level what it stands in, what is chained in it, and the operators of its present expression.
    levels = [[0, 0, 0]]
    for token in _NESTING.findall(code.lower()):
        level = levels[-1]
        if token in ("(", "[", "case"):
            levels.append([sum(level) + 1, 0, 0])
        elif token in (")", "]", "end"):
            if len(levels) > 1:
                levels.pop()
        elif token in ("union", "except", "intersect", "join"):
            level[1] += 1
        elif token in (",", "when", "then", "else", "select", "from", "where", "on", "having", "group", "order"):
            level[2] = 0
        else:
            level[2] += 1
        deepest = max(deepest, sum(levels[-1]))
    return deepest


def check_statement(sql: str) -> None:
    """Raise a DbtRuntimeError if Sail would answer the statement, or a part of one, wrongly, or crash on it."""
    code = _code(sql)
    if (depth := nesting(code)) > MAX_NESTING:
        raise DbtRuntimeError(
            f"The statement is nested {depth} levels deep, and Sail may crash above {MAX_NESTING}. Brackets, CASEs and "
            "chains of operators, UNIONs and JOINs count. Write a list as IN (...), or as a join with VALUES, and make "
            "a subquery a table of its own."
        )
    for rule, message in _RULES:
        if rule.search(code):
            raise DbtRuntimeError(message)
    for path in _FILES.findall(sql):
        if path:
            check_path(path)


def check_path(path: str) -> None:
    """Raise a DbtRuntimeError if a local file or folder does not exist; Sail would return no rows."""
    local = path.removeprefix("file://").removeprefix("file:")
    if "://" not in local and not Path(local).exists() and not glob.glob(local):
        raise DbtRuntimeError(f"There is no file {local}.")


def unguarded(method: Callable[..., Any]) -> Callable[..., Any]:
    """The method as it was before `guard_dataframes`."""
    original: Callable[..., Any] = getattr(method, "unguarded", method)
    return original


def _before(cls: type, names: str, check: Callable[..., None]) -> None:
    """Have `check` look at the arguments of the methods before they are called."""

    def guard(original: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(original)
        def guarded(self: Any, *args: Any, **kwargs: Any) -> Any:
            check(self, *args, **kwargs)
            return original(self, *args, **kwargs)

        guarded.unguarded = original  # type: ignore[attr-defined]
        return guarded

    for name in names.split():
        setattr(cls, name, guard(unguarded(getattr(cls, name))))
        _guarded.add((cls, name))


_guards = 0
_guarded: set[tuple[type, str]] = set()


def unguard_dataframes() -> None:
    """Remove the guards, once for each `guard_dataframes`: other engines answer correctly."""
    global _guards
    _guards -= 1
    if not _guards:
        for cls, name in _guarded:
            setattr(cls, name, unguarded(getattr(cls, name)))


def guard_dataframes() -> None:
    """Make the calls of a Python model that Sail gets wrong raise a DbtRuntimeError. It may be called again."""
    global _guards
    _guards += 1
    from pyspark.sql.connect.conf import RuntimeConf
    from pyspark.sql.connect.expressions import SQLExpression, UnresolvedFunction
    from pyspark.sql.connect.readwriter import DataFrameReader, DataFrameWriter, DataFrameWriterV2
    from pyspark.sql.connect.session import SparkSession

    def refuse_write(*_: Any, **__: Any) -> None:
        raise DbtRuntimeError(_DATAFRAME_WRITER)

    def check_save(writer: Any, path: Any = None, format: str | None = None, *_: Any, **__: Any) -> None:
        if str(format or writer._write.source).lower() in ("none", "delta"):
            refuse_write()

    def check_load(reader: Any, path: Any = None, format: str | None = None, *_: Any, **__: Any) -> None:
        if str(format or reader._format).lower() == "csv":
            raise DbtRuntimeError(_CSV)
        paths = path or reader._options.get("path") or []
        for each in [paths] if isinstance(paths, str) else paths:
            check_path(each)

    def check_setting(_: Any, key: str, value: Any) -> None:
        check_statement(f"set {key} = {value}")

    def check_sql(_: Any, sqlQuery: str, *__: Any, **___: Any) -> None:
        check_statement(sqlQuery)
        if _FOLLOWED.match(_code(sqlQuery)):
            raise DbtRuntimeError("A Python model cannot drop tables or create views. Use a hook or a SQL model.")

    def check_expression(_: Any, expr: str) -> None:
        check_statement(expr)

    def check_function(_: Any, name: str, args: Any, *__: Any, **___: Any) -> None:
        if len(args) == 1:
            # Like a call with one column.
            check_statement(f"{name}(x)")

    _before(DataFrameWriter, "saveAsTable insertInto", refuse_write)
    _before(DataFrameWriter, "save", check_save)
    _before(DataFrameWriterV2, "create replace createOrReplace append overwrite overwritePartitions", refuse_write)
    _before(DataFrameReader, "load", check_load)
    _before(RuntimeConf, "set", check_setting)
    _before(SparkSession, "sql", check_sql)
    _before(SQLExpression, "__init__", check_expression)
    _before(UnresolvedFunction, "__init__", check_function)
