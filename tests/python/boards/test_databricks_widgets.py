"""The dashboards of Databricks, field by field: no public schema describes their format."""

import json
import re

import pytest

from dashboards.lakeview import FOLDER
from dashboards.render import NAMES

# Each kind of widget as public dashboards have it: its version, and the scale of each encoding. The parts of a list or a
# second axis have no scale of their own. Compared with databricks-solutions/ai-dev-kit (databricks-aibi-dashboards) and
# with dashboards that the editor of AI/BI wrote.
SPECS = {
    "counter": (2, {"value": None}),
    "table": (2, {"columns": None}),
    "bar": (3, {"x": "categorical", "y": "quantitative"}),
    "scatter": (3, {"x": "quantitative", "y": "quantitative", "color": "categorical"}),
    "heatmap": (3, {"x": "categorical", "y": "categorical", "color": "quantitative"}),
    "combo": (1, {"x": "temporal", "y": "quantitative"}),
    "funnel": (3, {"x": "quantitative", "y": "categorical"}),
    "filter-date-range-picker": (2, {"fields": None}),
}
# What a widget may ask of its dataset; anything else belongs in the dataset's SQL.
EXPRESSION = r"`\w+`|(SUM|AVG|COUNT|MIN|MAX)\(`\w+`\)"


@pytest.mark.parametrize("name", NAMES)
def test_a_databricks_widget_is_like_those_of_public_dashboards(name: str) -> None:
    dashboard = json.loads((FOLDER / f"{name}.lvdash.json").read_text())
    for dataset in dashboard["datasets"]:
        default = dataset["parameters"][0]["defaultSelection"]["range"]
        assert "now" not in json.dumps(default), "data that has ended would not be shown"
    for page in dashboard["pages"]:
        for widget in (item["widget"] for item in page["layout"]):
            spec = widget["spec"]
            encodings = {
                channel: part.get("scale", {}).get("type") if isinstance(part, dict) else None
                for channel, part in spec["encodings"].items()
            }
            assert (spec["version"], encodings) == SPECS[spec["widgetType"]], widget["name"]
            assert set(spec) == {"version", "widgetType", "encodings", "frame"}
            for query in widget["queries"]:
                for field in query["query"].get("fields", []):
                    assert re.fullmatch(EXPRESSION, field["expression"]), field
