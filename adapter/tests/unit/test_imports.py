"""Modules import one another in one direction: a reader can begin at one that imports no other."""

import ast
from collections.abc import Collection, Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from dbt.adapters import spark_connect

PACKAGE = "dbt.adapters.spark_connect"


def imported(source: str, modules: Collection[str]) -> Iterator[str]:
    """Those of the modules that a source imports, within functions and for type checkers too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are absolute"
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                name = name if name in modules else str(node.module)
                if name in modules:
                    yield name


def check_order(sources: dict[str, str]) -> None:
    """Raise a CycleError that names the modules of a circle."""
    graph = {module: set(imported(source, sources)) for module, source in sources.items()}
    TopologicalSorter(graph).prepare()


def test_no_circle_of_imports() -> None:
    folder = Path(str(spark_connect.__file__)).parent
    sources = {}
    for path in folder.rglob("*.py"):
        parts = path.relative_to(folder).with_suffix("").parts
        sources[".".join((PACKAGE, *(part for part in parts if part != "__init__")))] = path.read_text()
    assert len(sources) > 15
    check_order(sources)


def test_a_circle_is_found_where_a_function_closes_it() -> None:
    later = "def start():\n    from dbt.adapters.spark_connect.b import B\n"
    with pytest.raises(CycleError):
        check_order({f"{PACKAGE}.a": later, f"{PACKAGE}.b": f"from {PACKAGE} import a\n"})
