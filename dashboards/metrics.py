"""Answer questions with the metrics that dbt's semantic layer defines, on the database that the boards read.

MetricFlow turns names of metrics and dimensions into SQL, and DuckDB runs it. The command line of MetricFlow is not
used: it calls a version service on the internet, and needs a dbt profile whose adapter it knows.
"""

import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn

import duckdb
from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
from metricflow.protocols.sql_client import SqlEngine
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow_semantics.errors.error_classes import InvalidQueryException
from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

from dashboards.export import DATABASE, DashboardError

SEMANTIC_MANIFEST = "target/semantic_manifest.json"


@dataclass(frozen=True)
class Answer:
    """The rows of an answer, with the names of their columns."""

    columns: list[str]
    rows: list[tuple[Any, ...]]


class _DuckDB:
    """What MetricFlow needs to generate SQL. It runs no SQL itself."""

    sql_engine_type = SqlEngine.DUCKDB
    sql_plan_renderer = DuckDbSqlPlanRenderer()

    def _never(self, *_: Any, **__: Any) -> NoReturn:
        raise NotImplementedError

    query = execute = dry_run = close = render_bind_parameter_key = _never


def metric_names(output: Path) -> list[str]:
    """The available metrics."""
    return sorted(metric["name"] for metric in json.loads((output / SEMANTIC_MANIFEST).read_text())["metrics"])


def ask(
    output: Path,
    metrics: list[str],
    by: list[str],
    where: str | None = None,
    start_date: date | None = None,
    end_date: date | None = None,
) -> Answer:
    """Compute metrics by dimensions, from the database and the semantic manifest in a folder of the boards.

    by: names of dimensions, such as `source`, and of times, such as `month`. where: conditions in the language of
    MetricFlow, such as `{{ Dimension('order_line__source') }} = 'paid'`. Raises DashboardError for a name that is not
    there.
    """
    sql = to_sql((output / SEMANTIC_MANIFEST).read_text(), metrics, by, where, start_date, end_date)
    with duckdb.connect(str(output / DATABASE), read_only=True) as connection:
        found = connection.execute(sql)
        return Answer([column[0] for column in found.description or []], found.fetchall())


def to_sql(
    manifest: str, metrics: list[str], by: list[str], where: str | None, start: date | None, end: date | None
) -> str:
    """The question as SQL for DuckDB, on the published tables."""
    lookup = SemanticManifestLookup(parse_manifest_from_dbt_generated_manifest(_of_published(manifest)))
    named = {*metrics} - {metric.name for metric in lookup.semantic_manifest.metrics}
    if named:
        raise DashboardError(f"There is no metric {', '.join(sorted(named))}.")
    engine = MetricFlowEngine(lookup, _DuckDB())
    groups = _group_names(engine, metrics, by)
    request = MetricFlowQueryRequest.create(
        metric_names=metrics,
        group_by_names=groups,
        order_by_names=groups,
        where_constraints=[where] if where else None,
        time_constraint_start=datetime.combine(start, datetime.min.time()) if start else None,
        time_constraint_end=datetime.combine(end, datetime.min.time()) if end else None,
    )
    try:
        return str(engine.explain(request).sql_statement.sql)
    except InvalidQueryException as error:
        raise DashboardError(f"These metrics cannot be asked for so: {error}") from None


def _group_names(engine: MetricFlowEngine, metrics: list[str], by: list[str]) -> list[str]:
    """Names as MetricFlow writes them: `source` is `order_line__source`, `month` is `metric_time__month`."""
    dimensions = {each.name: each.dunder_name for each in engine.simple_dimensions_for_metrics(metrics)}
    times = ("day", "week", "month", "quarter", "year")
    unknown = [name for name in by if name not in times and name not in dimensions and "__" not in name]
    if unknown:
        there = sorted({*times, *dimensions} - {"metric_time"})
        raise DashboardError(f"{', '.join(unknown)}: no dimension of these metrics. There are {', '.join(there)}.")
    return [f"metric_time__{name}" if name in times else dimensions.get(name, name) for name in by]


def _of_published(manifest: str) -> str:
    """The manifest with the published tables in place of the candidates."""
    parsed = json.loads(manifest)
    relations = [model["node_relation"] for model in parsed["semantic_models"]]
    relations += [spine["node_relation"] for spine in parsed["project_configuration"]["time_spines"]]
    for relation in relations:
        relation["schema_name"] = re.sub("candidate$", "reporting", relation["schema_name"])
        relation["relation_name"] = f"{relation['schema_name']}.{relation['alias']}"
    return json.dumps(parsed)
