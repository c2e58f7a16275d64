"""The engines of this process. One engine, one server and one session serve all threads of a process."""

import atexit
import threading

from dbt.adapters.spark_connect.credentials import SparkConnectCredentials
from dbt.adapters.spark_connect.engines.base import Engine
from dbt.adapters.spark_connect.engines.remote import RemoteEngine
from dbt.adapters.spark_connect.engines.sail import SailEngine
from dbt.adapters.spark_connect.engines.spark import SparkEngine
from dbt.adapters.spark_connect.warehouses import open_warehouse


def _start(credentials: SparkConnectCredentials) -> Engine:
    if credentials.remote:
        return RemoteEngine(credentials)
    return {"sail": SailEngine, "spark": SparkEngine}[credentials.engine](credentials)


_engines: dict[str, Engine] = {}
# Two servers that start at once have hung, and two sessions would not see each other's views.
_engines_lock = threading.Lock()


def get_engine(credentials: SparkConnectCredentials) -> Engine:
    """The engine of this process for a profile, started when it is first asked for."""
    key = f"{credentials.remote or credentials.engine} {open_warehouse(credentials.warehouse).place}"
    with _engines_lock:
        if key not in _engines:
            _engines[key] = _start(credentials)
        return _engines[key]


def close_engines() -> None:
    """Stop every engine of this process."""
    with _engines_lock:
        while _engines:
            engine = _engines.popitem()[1]
            engine.close()
            for each in engine.at_end:
                each()


atexit.register(close_engines)
