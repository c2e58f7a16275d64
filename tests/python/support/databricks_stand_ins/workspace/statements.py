"""Statements that only Databricks has, and what is done in their place. Every other one reaches Spark as it was sent."""

import json
import re
import uuid
from collections.abc import Callable

import pyarrow as pa
from pyspark.sql.connect.session import SparkSession

from databricks_stand_ins.refusals import Refused, refuse_history
from databricks_stand_ins.workspace.catalog import Catalog

# Rows that answer a statement, another statement that does, or nothing: an answer without rows.
Answer = pa.Table | str | None
_T = r"(`spark_catalog`\.`(\w+)`\.`(\w+)`)"


def _create_schema(_: SparkSession, catalog: Catalog, match: re.Match[str]) -> Answer:
    return f"create schema if not exists `{match[1]}` location '{catalog.folder / match[1]}'"


def _create_function(_: SparkSession, catalog: Catalog, match: re.Match[str]) -> Answer:
    catalog.functions.add(match[1].replace("`", ""))
    return None


def _replace_table(_: SparkSession, catalog: Catalog, match: re.Match[str]) -> Answer:
    facts = catalog.facts[match[2], match[3]]
    facts.replace()

    def keep(clause: re.Match[str]) -> str:
        facts.row_filter = (catalog.function(clause[1]), clause[2].replace("`", ""))
        return ""

    return re.sub(r"with row filter (\S+) on \((.*?)\)", keep, match.string, count=1, flags=re.IGNORECASE)


def _set_tags(_: SparkSession, catalog: Catalog, match: re.Match[str]) -> Answer:
    catalog.facts[match[2], match[3]].tags |= dict(re.findall(r"'([^']*)' = '([^']*)'", match[4]))
    return None


def _set_mask(_: SparkSession, catalog: Catalog, match: re.Match[str]) -> Answer:
    catalog.facts[match[2], match[3]].masks[match[4]] = catalog.function(match[5])
    return None


def _show_grants(_: SparkSession, catalog: Catalog, match: re.Match[str]) -> Answer:
    grants = sorted(catalog.facts[match[2], match[3]].grants)
    return pa.table(
        {
            "Principal": pa.array([grantee for _, grantee in grants], pa.string()),
            "ActionType": pa.array([privilege.upper() for privilege, _ in grants], pa.string()),
            "ObjectType": pa.array(["TABLE" for _ in grants], pa.string()),
            "ObjectKey": pa.array([match[1].replace("`", "") for _ in grants], pa.string()),
        }
    )


def _grant(_: SparkSession, catalog: Catalog, match: re.Match[str]) -> Answer:
    catalog.facts[match[3], match[4]].grants.add((match[1], match[5]))
    return None


def _set_not_null(_: SparkSession, catalog: Catalog, match: re.Match[str]) -> Answer:
    catalog.facts[match[2], match[3]].not_null.add(match[4])
    return None


def _add_primary_key(_: SparkSession, catalog: Catalog, match: re.Match[str]) -> Answer:
    facts, name = catalog.facts[match[2], match[3]], match[4]
    columns = [column.strip(" `") for column in match[5].split(",")]
    if nullable := set(columns) - facts.not_null:
        raise Refused(f"Cannot create the primary key `{name}` because its columns are nullable: {sorted(nullable)}")
    facts.primary_key = (name, columns)
    return None


def _comment_on_column(_: SparkSession, catalog: Catalog, match: re.Match[str]) -> Answer:
    catalog.facts[match[2], match[3]].comments[match[4]] = _unescaped(match[5][1:-1])
    return None


def _describe_as_json(session: SparkSession, catalog: Catalog, match: re.Match[str]) -> Answer:
    view = f"described_{uuid.uuid4().hex}"
    session.table(match[1]).createOrReplaceTempView(view)
    (row,) = session.sql(f"describe table extended {view} as json").collect()
    session.catalog.dropTempView(view)
    described = json.loads(row["json_metadata"])
    for column in described["columns"]:
        column["comment"] = catalog.facts[match[2], match[3]].comments.get(column["name"])
    return pa.table({"json_metadata": [json.dumps({"columns": described["columns"]})]})


def _optimize(_: SparkSession, __: Catalog, ___: re.Match[str]) -> Answer:
    return None


def _replace_where(session: SparkSession, _: Catalog, match: re.Match[str]) -> Answer:
    table, _, _, predicate, source = match.groups()
    columns = session.table(table).columns
    if other := set(session.table(source).columns) ^ set(columns):
        raise Refused(f"{source} and {table} differ in the columns {sorted(other)}.")
    named = ", ".join(f"`{column}`" for column in columns)
    return f"insert into {table} replace where {predicate} select {named} from {source}"


# What is done, and why, by how a statement begins.
INSTEAD: tuple[tuple[str, Callable[[SparkSession, Catalog, re.Match[str]], Answer], str], ...] = (
    (r"create schema if not exists `spark_catalog`\.`(\w+)`$", _create_schema, "where the tests look for the tables"),
    (r"create or replace function (\S+?)\(", _create_function, "Spark has no account groups to ask for; name is kept"),
    (
        rf"create or replace table {_T}",
        _replace_table,
        "Spark has no row filters; kept. What was kept of comments and constraints goes",
    ),
    (rf"alter (?:table|view) {_T} set tags \((.*)\)", _set_tags, "Spark has no tags; kept"),
    (rf"alter table {_T} alter column `(\w+)` set mask (\S+)$", _set_mask, "Spark has no masks; kept"),
    (rf"show grants on {_T}", _show_grants, "Spark has no rights"),
    (rf"grant (\w+) on {_T} to `(\w+)`", _grant, "Spark has no rights; kept"),
    (
        rf"alter table {_T} change column `(\w+)` set not null",
        _set_not_null,
        "Delta on Spark cannot do it later on; kept",
    ),
    (rf"alter table {_T} add constraint (\w+) primary key\s*\((.*)\)", _add_primary_key, "informational; kept"),
    (rf"comment on column {_T}\.`(\w+)` is (.*)$", _comment_on_column, "Spark has another one, a commit each; kept"),
    (rf"describe table extended {_T} as json$", _describe_as_json, "Spark does so for views only; the columns"),
    (rf"optimize {_T}", _optimize, "changes no row, and takes Spark seconds; left out"),
    (rf"insert into {_T} by name replace where (.*) table (\S+)$", _replace_where, "Spark takes one of the two"),
)

_INFORMATION_SCHEMA = r"`?(?:system|spark_catalog)`?\.`?information_schema`?\.`?(\w+)`?"
_HISTORY = rf"\((describe history {_T})\)"
_READ_FILES = r"read_files\(\s*'((?:[^'\\]|\\.)*)',?\s*((?:\w+ => (?:'(?:[^'\\]|\\.)*'|\w+),?\s*)*)\)"


def _read_files(session: SparkSession, call: re.Match[str]) -> str:
    """A temporary view of the files that Spark's reader reads with the same options. `_metadata` is a column of it."""
    reader = session.read
    for name, text, word in re.findall(r"(\w+) => (?:'((?:[^'\\]|\\.)*)'|(\w+))", call[2]):
        value = _unescaped(text) or word
        reader = getattr(reader, name)(value) if name in ("format", "schema") else reader.option(name, value)
    view = f"files_{uuid.uuid4().hex}"
    reader.load(_unescaped(call[1])).selectExpr("*", "_metadata").createOrReplaceTempView(view)
    return view


def _history(session: SparkSession, query: re.Match[str]) -> str:
    """A temporary view of a table's history: Spark has it as a statement only, Databricks as a subquery, too."""
    view = f"history_{uuid.uuid4().hex}"
    session.sql(query[1]).createOrReplaceTempView(view)
    return view


def _unescaped(literal: str) -> str:
    return re.sub(r"\\(?:u([0-9a-f]{4})|(.))", lambda found: chr(int(found[1], 16)) if found[1] else found[2], literal)


def run(session: SparkSession, catalog: Catalog, statement: str) -> pa.Table:
    """Carry out a statement and return its rows."""
    statement = re.sub(r"^(?:\s+|/\*.*?\*/|--[^\n]*\n)+", "", statement, flags=re.DOTALL).strip()
    refuse_history(statement, catalog.masked())
    statement = re.sub(
        r"is_account_group_member\('([^']*)'\)", lambda found: str(found[1] in catalog.groups).lower(), statement
    )
    statement = re.sub(
        _INFORMATION_SCHEMA, lambda found: catalog.view(session, found[1].lower(), found.string), statement
    )
    statement = re.sub(_READ_FILES, lambda found: _read_files(session, found), statement)
    statement = re.sub(_HISTORY, lambda found: _history(session, found), statement)
    answer: Answer = statement
    for pattern, do, _ in INSTEAD:
        if match := re.match(pattern.replace(" ", r"\s+"), statement, re.IGNORECASE | re.DOTALL):
            answer = do(session, catalog, match)
            break
    if isinstance(answer, str):
        answer = session.sql(answer).toArrow()
    return pa.table({}) if answer is None else answer
