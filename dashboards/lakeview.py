"""Write the AI/BI dashboards of Databricks (`.lvdash.json`) from the queries in analyses/.

The queries are the ones of analyses/, compiled, with the dashboard's date range in place of the variables. Tables are
named without catalog and schema: the bundle sets both. The format is that of a serialized dashboard of the Lakeview
API: datasets of `queryLines` with parameters, and pages of widgets on a grid six wide.
"""

import csv
import json
import re
import tempfile
from pathlib import Path
from typing import Any

import yaml
from dbt.artifacts.schemas.run import RunExecutionResult
from dbt.cli.main import dbtRunner

from dashboards.export import PROJECT, DashboardError
from dashboards.render import BOARDS, NAMES, title

Json = dict[str, Any]
FOLDER = BOARDS / "databricks"
PARAMETER = "date_range"
# Versions of the widgets' specifications, and by what a widget that is made of marks is encoded.
VERSIONS = {"counter": 2, "table": 2, "bar": 3, "line": 3, "scatter": 3, "heatmap": 3, "combo": 1, "funnel": 3}
FILTER = {"widgetType": "filter-date-range-picker", "version": 2}
# Days that the variables of analyses/ take where the parameter will stand. No data has them.
_FIRST, _LAST = "0001-01-01", "9999-12-31"
_RANGE = f"between :{PARAMETER}.min and :{PARAMETER}.max"
# Digits and signs of a figure.
_CURRENCY = str(yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]["shop_currency"])
_MONEY = {"type": "number-currency", "currencyCode": _CURRENCY, "abbreviation": "compact"}
_COUNT = {"type": "number-plain", "abbreviation": "none"}
# Stages of the funnel, in order.
with (PROJECT / "seeds" / "funnel_stages.csv").open() as _seed:
    _STAGES = list(
        {row["stage"]: None for row in sorted(csv.DictReader(_seed), key=lambda row: int(row["stage_order"]))}
    )


def write_lakeview(folder: Path = FOLDER) -> None:
    """Write the four dashboards to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, dashboard in dashboards(compiled_analyses()).items():
        (folder / f"{name}.lvdash.json").write_text(json.dumps(dashboard, indent=2) + "\n")


def compiled_analyses() -> dict[str, str]:
    """The queries of analyses/ for Databricks, by name."""
    with tempfile.TemporaryDirectory() as target:
        command = ["--quiet", "compile", "--select", "path:analyses", "--no-introspect", "--no-populate-cache"]
        period = json.dumps({"start_date": _FIRST, "end_date": _LAST})
        where = ["--target", "local", "--target-path", target, "--project-dir", str(PROJECT)]
        result = dbtRunner().invoke([*command, "--vars", period, *where])
        if not isinstance(result.result, RunExecutionResult):
            raise DashboardError(f"The queries of analyses/ cannot be compiled: {result.exception}")
        return {
            each.node.name: _for_databricks(getattr(each.node, "compiled_code", "")) for each in result.result.results
        }


def _for_databricks(sql: str) -> str:
    for day, end in ((_FIRST, "min"), (_LAST, "max")):
        sql = sql.replace(f"date'{day}'", f":{PARAMETER}.{end}")
    return re.sub(r"\b\w*reporting\.(?=rpt_)", "", sql.strip())


def dashboards(analyses: dict[str, str]) -> dict[str, Json]:
    """The four dashboards, by the names of the boards."""
    layouts = {
        "product_performance": _product_performance,
        "executive_sales_overview": _executive_sales_overview,
        "site_wide_funnel": _site_wide_funnel,
        "customer_360": _customer_360,
    }
    # The other analyses have the names of their boards. `customer_360` is the table.
    analyses = {**analyses, "customer_360": analyses["customer_tiers"]}
    return {name: _dashboard(name, *layouts[name](analyses[name])) for name in NAMES}


def _product_performance(analysis: str) -> tuple[dict[str, str], list[list[Json]]]:
    data = "products"
    return {data: analysis}, [
        [
            _counter(data, "SUM(`net_revenue`)", f"Net revenue ({_CURRENCY})", _MONEY),
            _counter(data, "SUM(`gross_revenue`)", f"Gross revenue ({_CURRENCY})", _MONEY),
            _counter(data, "SUM(`purchase_count`)", "Units sold", _COUNT),
        ],
        [
            _marks(data, "bar", "category", ["gross_revenue", "net_revenue"], f"Revenue by category ({_CURRENCY})"),
            _scatter(data, "view_count", "net_revenue", "category", f"Views and net revenue by product ({_CURRENCY})"),
        ],
        [
            _table(
                data,
                "product_name category view_count cart_count purchase_count gross_revenue net_revenue view_to_cart_pct "
                "cart_to_purchase_pct overall_conversion_pct avg_rating review_count",
                f"Products (revenue in {_CURRENCY}, rates in %)",
            )
        ],
    ]


def _executive_sales_overview(analysis: str) -> tuple[dict[str, str], list[list[Json]]]:
    period, days = (f"select * from (\n{analysis}\n)\nwhere row_type = '{row}'" for row in ("period", "day"))
    return {"period": period, "days": days}, [
        [
            _counter("period", "SUM(`net_revenue`)", f"Net revenue ({_CURRENCY})", _MONEY),
            _counter("period", "SUM(`order_count`)", "Orders", _COUNT),
            _counter("period", "SUM(`average_order_value`)", f"Average order value ({_CURRENCY})", _MONEY),
        ],
        [
            _counter("period", "SUM(`session_count`)", "Sessions", _COUNT),
            _counter("period", "SUM(`session_conversion_pct`)", "Sessions that buy (%)", _COUNT),
            _counter("period", "SUM(`anomaly_count`)", "Days that stand out", _COUNT),
        ],
        [
            _combo(
                "days",
                "first_date",
                "net_revenue",
                "average_order_value",
                f"Net revenue and order value by day ({_CURRENCY})",
            )
        ],
        [
            _combo(
                "days", "first_date", "session_count", "session_conversion_pct", "Sessions and the share that buys (%)"
            )
        ],
        [
            _table(
                "days",
                "first_date session_count order_count unit_count gross_revenue discounts returns net_revenue "
                "shipping tax total_sales average_order_value session_conversion_pct anomaly_count",
                f"Days (revenue in {_CURRENCY}, conversion in %)",
            )
        ],
    ]


def _site_wide_funnel(analysis: str) -> tuple[dict[str, str], list[list[Json]]]:
    groups = ("device", "source", "country")
    excluded = (
        f"select *\nfrom rpt_excluded_sessions\nwhere session_date {_RANGE}\norder by session_date, excluded_reason"
    )
    return {"stages": analysis, **{f"by_{group}": _funnel_by(group) for group in groups}, "excluded": excluded}, [
        [_funnel("stages", "stage", "stage_order", "ordered_session_count", "Sessions that reach each step, in order")],
        [
            _table(
                "stages",
                "stage event_count session_count ordered_session_count lost_session_count step_conversion_pct "
                "overall_conversion_pct",
                "Events and sessions by step (rates in %)",
            )
        ],
        *(
            [
                _table(
                    f"by_{group}",
                    f"{group} {' '.join(_STAGES)} conversion_pct",
                    f"By {group} (sessions)",
                )
            ]
            for group in groups
        ),
        [_table("excluded", "session_date excluded_reason session_count event_count", "Left out of all figures")],
    ]


def _funnel_by(column: str) -> str:
    sums = "".join(
        f"  sum(case when stage_order = {order} then ordered_session_count else 0 end) as {stage},\n"
        for order, stage in enumerate(_STAGES, 1)
    )
    conversion = f"coalesce(round(100 * {_STAGES[-1]} / nullif({_STAGES[0]}, 0), 2), 0)"
    return (
        f"select\n  *,\n  {conversion} as conversion_pct\nfrom (\n"
        f"select\n  {column},\n{sums.rstrip()[:-1]}\nfrom rpt_site_funnel\nwhere event_date {_RANGE}\n"
        f"group by {column}\n)\norder by {_STAGES[0]} desc"
    )


def _customer_360(analysis: str) -> tuple[dict[str, str], list[list[Json]]]:
    customers = (
        "select\n  *,\n  case when customer_tier = 'Platinum VIP' then 1 else 0 end as platinum_vip,\n"
        "  100 * probability_alive as probability_alive_pct\n"
        "from (\nselect\n  *,\n"
        "  to_date(from_utc_timestamp(greatest(last_active_at, last_order_at), time_zone)) as last_seen_date\n"
        "from rpt_customer_360\ncross join (select time_zone from gate)\n)\n"
        f"where last_seen_date {_RANGE}\norder by lifetime_revenue desc, customer_id"
    )
    # Everybody buys in the month of the first order.
    cohorts = (
        "select date_format(cohort_month, 'yyyy-MM') as first_order_month, month_number, retention_pct\n"
        f"from rpt_customer_cohorts\nwhere cohort_month {_RANGE} and month_number > 0"
    )
    return {"tiers": analysis, "customers": customers, "cohorts": cohorts}, [
        [
            _counter("tiers", "SUM(`customer_count`)", "Customers", _COUNT),
            _counter("customers", "SUM(`platinum_vip`)", "Platinum VIPs", _COUNT),
            _counter("tiers", "SUM(`high_risk_customer_count`)", "High-risk window shoppers", _COUNT),
        ],
        [
            _counter("tiers", "SUM(`lifetime_revenue`)", f"Lifetime revenue ({_CURRENCY})", _MONEY),
            _counter("customers", "SUM(`predicted_ltv_12m`)", f"These buyers, next 12 months ({_CURRENCY})", _MONEY),
            _counter("customers", "SUM(`net_revenue_last_12m`)", f"These buyers, last 12 months ({_CURRENCY})", _MONEY),
        ],
        [
            _marks("tiers", "bar", "customer_tier", ["customer_count"], "Customers by tier"),
            _marks("tiers", "bar", "customer_tier", ["lifetime_revenue"], f"Net revenue by tier ({_CURRENCY})"),
        ],
        [
            _marks("customers", "bar", "rfm_segment", ["order_count"], "Orders by segment"),
            _marks(
                "customers",
                "bar",
                "rfm_segment",
                ["lifetime_revenue"],
                f"Net revenue by segment ({_CURRENCY})",
            ),
        ],
        [
            _heatmap(
                "cohorts",
                "month_number",
                "first_order_month",
                "retention_pct",
                "Customers who buy again in a month since their first order (%)",
            )
        ],
        [
            _table(
                "customers",
                "name country customer_tier rfm_segment session_count order_count lifetime_revenue gross_margin "
                "average_order_value probability_order_12m predicted_ltv_12m last_seen_date "
                "is_high_risk_window_shopper",
                f"Customers (revenue in {_CURRENCY})",
            )
        ],
    ]


def _dashboard(name: str, datasets: dict[str, str], rows: list[list[Json]]) -> Json:
    layout, y = [], 2
    for row in rows:
        width, height = 6 // len(row), max(_height(widget) for widget in row)
        for column, widget in enumerate(row):
            widget["name"] = f"{name}_{y}_{column}"
            position = {"x": column * width, "y": y, "width": width, "height": height}
            layout.append({"widget": widget, "position": position})
        y += height
    layout.insert(0, {"widget": _date_range(datasets), "position": {"x": 0, "y": 0, "width": 2, "height": 2}})
    page = {"name": name, "displayName": title(name), "pageType": "PAGE_TYPE_CANVAS", "layout": layout}
    return {"datasets": [_dataset(*each) for each in datasets.items()], "pages": [page]}


def _dataset(name: str, sql: str) -> Json:
    # All days, as on the local boards: a default that looks at the clock shows nothing of data that has ended.
    default = {"dataType": "DATE", "min": {"value": "2000-01-01"}, "max": {"value": "2099-12-31"}}
    parameter = {
        "displayName": PARAMETER,
        "keyword": PARAMETER,
        "dataType": "DATE",
        "complexType": "RANGE",
        "defaultSelection": {"range": default},
    }
    lines = [f"{line}\n" for line in sql.splitlines()]
    return {"name": name, "displayName": name, "queryLines": lines, "parameters": [parameter]}


def _date_range(datasets: dict[str, str]) -> Json:
    parameter = [{"name": PARAMETER, "keyword": PARAMETER}]
    return {
        "name": "dates",
        "queries": [
            {"name": f"dates_{name}", "query": {"datasetName": name, "parameters": parameter, "disaggregated": False}}
            for name in datasets
        ],
        "spec": {
            **FILTER,
            "encodings": {"fields": [{"parameterName": PARAMETER, "queryName": f"dates_{name}"} for name in datasets]},
            "frame": {"showTitle": True, "title": "From and to"},
        },
    }


def _height(widget: Json) -> int:
    return {"counter": 3, "table": 8}.get(widget["spec"]["widgetType"], 7)


def _widget(kind: str, dataset: str, fields: dict[str, str], encodings: Json, heading: str) -> Json:
    chosen = [{"name": name, "expression": expression} for name, expression in fields.items()]
    query = {"datasetName": dataset, "fields": chosen, "disaggregated": kind in ("table", "scatter")}
    frame = {"showTitle": True, "title": heading}
    spec = {"version": VERSIONS[kind], "widgetType": kind, "encodings": encodings, "frame": frame}
    return {"name": "", "queries": [{"name": "main_query", "query": query}], "spec": spec}


def _sums(columns: list[str]) -> dict[str, str]:
    return {f"sum({column})": f"SUM(`{column}`)" for column in columns}


def _axis(field: str, kind: str) -> Json:
    label = field.removeprefix("sum(").removesuffix(")").replace("_", " ").capitalize()
    return {"fieldName": field, "displayName": label, "scale": {"type": kind}}


def _counter(dataset: str, expression: str, heading: str, number: Json) -> Json:
    encodings = {"value": {"fieldName": "value", "displayName": heading, "format": number}}
    return _widget("counter", dataset, {"value": expression}, encodings, heading)


def _marks(dataset: str, kind: str, x: str, columns: list[str], heading: str) -> Json:
    sums = _sums(columns)
    several = {"scale": {"type": "quantitative"}, "fields": [{"fieldName": name} for name in sums]}
    y = several if len(sums) > 1 else _axis(next(iter(sums)), "quantitative")
    return _widget(kind, dataset, {x: f"`{x}`", **sums}, {"x": _axis(x, "categorical"), "y": y}, heading)


def _scatter(dataset: str, x: str, y: str, color: str, heading: str) -> Json:
    fields = {name: f"`{name}`" for name in (x, y, color)}
    axes = {"x": _axis(x, "quantitative"), "y": _axis(y, "quantitative"), "color": _axis(color, "categorical")}
    return _widget("scatter", dataset, fields, axes, heading)


def _heatmap(dataset: str, x: str, y: str, value: str, heading: str) -> Json:
    sums = _sums([value])
    axes = {
        "x": _axis(x, "categorical"),
        "y": _axis(y, "categorical"),
        "color": _axis(next(iter(sums)), "quantitative"),
    }
    return _widget("heatmap", dataset, {x: f"`{x}`", y: f"`{y}`", **sums}, axes, heading)


def _combo(dataset: str, x: str, bars: str, line: str, heading: str) -> Json:
    first, second = _sums([bars]), _sums([line])
    y = {
        "primary": {"fields": [{"fieldName": name} for name in first]},
        "secondary": {"fields": [{"fieldName": name} for name in second]},
        "scale": {"type": "quantitative"},
    }
    return _widget("combo", dataset, {x: f"`{x}`", **first, **second}, {"x": _axis(x, "temporal"), "y": y}, heading)


def _funnel(dataset: str, step: str, order: str, value: str, heading: str) -> Json:
    value_sum, order_sum = (next(iter(_sums([name]))) for name in (value, order))
    steps = _axis(step, "categorical")
    steps["scale"]["sort"] = {"by": "measure", "measure": {"fieldName": order_sum}}
    fields = {step: f"`{step}`", **_sums([value, order])}
    return _widget("funnel", dataset, fields, {"x": _axis(value_sum, "quantitative"), "y": steps}, heading)


def _table(dataset: str, columns: str, heading: str) -> Json:
    fields = {name: f"`{name}`" for name in columns.split()}
    shown = [{"fieldName": name, "displayName": name.replace("_", " ").capitalize()} for name in fields]
    return _widget("table", dataset, fields, {"columns": shown}, heading)
