"""Python models: the compiled code runs in the dbt process, on the engine's session."""

import linecache
import traceback
from typing import Any

from dbt.adapters.base import PythonJobHelper
from dbt.adapters.spark_connect.credentials import SparkConnectCredentials
from dbt.adapters.spark_connect.engines.base import first_line
from dbt.adapters.spark_connect.engines.registry import get_engine
from dbt_common.exceptions import DbtRuntimeError


class SessionPythonJobHelper(PythonJobHelper):
    """Runs a compiled Python model with `spark` and `to_spark` in its namespace."""

    def __init__(self, parsed_model: dict[str, Any], credentials: SparkConnectCredentials) -> None:
        self._name = f"{parsed_model['schema']}.{parsed_model['alias']}"
        self._path = parsed_model["original_file_path"]
        self._session = get_engine(credentials).session

    def submit(self, compiled_code: str) -> None:
        filename = f"<{self._path}>"
        # So that a traceback shows the model's lines.
        linecache.cache[filename] = (len(compiled_code), None, compiled_code.splitlines(keepends=True), filename)
        namespace = {"__name__": "dbt_python_model", "spark": self._session, "to_spark": self._to_spark}
        try:
            exec(compile(compiled_code, filename, "exec"), namespace)  # noqa: S102
        except Exception as error:
            # Frames of the module are dbt's own lines below the model.
            frames = [
                frame
                for frame in traceback.extract_tb(error.__traceback__)
                if frame.filename == filename and frame.name != "<module>"
            ]
            where = "".join(f"\n  {self._path}, line {frame.lineno}: {frame.line}" for frame in frames[-3:])
            name = type(error).__name__
            message = error.msg if isinstance(error, DbtRuntimeError) else f"{name}: {first_line(error)}"
            raise DbtRuntimeError(message + where) from error
        finally:
            linecache.cache.pop(filename, None)

    def _to_spark(self, result: Any) -> Any:
        """A model's result, which can be a Spark or pandas DataFrame or an Arrow table, as a Spark DataFrame."""
        import pandas
        import pyarrow
        from pyspark.sql.connect.dataframe import DataFrame

        if isinstance(result, DataFrame):
            return result
        if isinstance(result, pandas.DataFrame | pyarrow.Table):
            return self._session.createDataFrame(result)
        raise DbtRuntimeError(
            f"The Python model {self._path} returned {type(result).__name__}; it must return a Spark DataFrame, "
            "a pandas DataFrame or a pyarrow Table."
        )
