"""Python models: what they may return, and what is said of their mistakes."""

import pytest
from lab import Project, model

pytestmark = pytest.mark.slow

PYTHON = {
    "models/base.sql": model("materialized='table'", "select 1 as id, 'a' as v"),
    "models/of_spark.py": """
def model(dbt, spark):
    dbt.config(materialized="table", partition_by="v")
    return dbt.ref("base").selectExpr("id + 1 as id", "v")
""",
    "models/of_pandas.py": """
def model(dbt, spark):
    frame = dbt.ref("base").toPandas()
    frame["nothing"] = None
    return frame
""",
    "models/of_arrow.py": """
import pyarrow as pa

def model(dbt, spark):
    dbt.config(materialized="incremental", incremental_strategy="merge", unique_key="id")
    return pa.table({"id": [1, 2 + dbt.is_incremental], "v": ["new" if dbt.is_incremental else "old"] * 2})
""",
}
PYTHON_WRONG = {
    "models/raises.py": """
def part(value):
    return value / 0


def model(dbt, spark):
    return part(1)
""",
    "models/returns.py": """
def model(dbt, spark):
    return [1]
""",
    "models/column.py": """
def model(dbt, spark):
    return dbt.ref("base").select("not_there")
""",
    "models/guarded.py": """
def model(dbt, spark):
    frame = dbt.ref("base")
    frame.write.mode("overwrite").saveAsTable("dev.base")
    return frame
""",
}


def test_python_models(project: Project) -> None:
    project.write(PYTHON)
    project.build()
    project.write(PYTHON_WRONG)
    result = project.run("build")
    assert {name for name, status in result.status.items() if status == "error"} == {
        "raises",
        "returns",
        "column",
        "guarded",
    }
    assert [line.strip() for line in result.messages["raises"].split("\n")[1:]] == [
        "ZeroDivisionError: division by zero",
        "models/raises.py, line 6: return part(1)",
        "models/raises.py, line 2: return value / 0",
    ]
    assert "The Python model models/returns.py returned list; it must return" in result.messages["returns"]
    assert "AnalysisException: " in result.messages["column"]
    assert "not_there" in result.messages["column"]
    assert "A Python model does not write tables, it returns a DataFrame" in result.messages["guarded"]
    assert "models/guarded.py, line 3: frame.write" in result.messages["guarded"]
    assert "Traceback" not in result.log
    assert project.rows("select * from dev.of_spark") == [(2, "a")]
    assert project.rows("select id, v, nothing from dev.of_pandas") == [(1, "a", None)]
    assert project.engine().sql("select nothing from dev.of_pandas").schema.field("nothing").type == "string"
    assert sorted(project.rows("select id, v from dev.of_arrow")) == [(1, "new"), (2, "old"), (3, "new")]
