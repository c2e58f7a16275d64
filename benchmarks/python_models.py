"""The Python models of the project, whose functions can be called without dbt."""

import importlib.util
from pathlib import Path
from types import ModuleType

MODELS = Path(__file__).parents[1] / "models" / "intermediate"


def python_model(name: str) -> ModuleType:
    """The functions of a Python model."""
    spec = importlib.util.spec_from_file_location(name, MODELS / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
