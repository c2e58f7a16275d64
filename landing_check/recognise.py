"""What a file is taken for: an export of a source, by its place or by its columns."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dbt.adapters.spark_connect.landing.folder import stem


@dataclass(frozen=True)
class Export:
    """An export as declared in the project. names: its files or folders, relative to a landing folder."""

    key: str
    source: str
    names: tuple[str, ...]
    columns: tuple[str, ...]
    required: tuple[str, ...]
    optional: bool
    options: dict[str, Any]


def exports_of(manifest: Any, package: str = "lakehouse") -> list[Export]:
    """The exports of all sources of a dbt manifest."""
    found = []
    for node in manifest.sources.values():
        if node.package_name != package:
            continue
        native = node.source_name == "landing"
        source = "native" if native else node.source_name
        meta = node.config.meta
        names = dict.fromkeys(name if native else f"{source}/{name}" for name in (node.name, node.identifier))
        required = [column.name for column in node.columns.values() if column.config.meta.get("required")]
        found.append(
            Export(
                key=node.name if native else f"{source}_{node.name}",
                source=source,
                names=tuple(names),
                columns=tuple(node.columns),
                required=tuple(required),
                optional=bool(meta.get("optional")),
                options={name: meta[name] for name in ("delimiter", "encoding") if name in meta},
            )
        )
    return found


def entities_given(manifest: Any, exports: list[Export]) -> dict[str, list[str]]:
    """The sources of each entity, first `native`; sessions without exports are derived from the source's events."""
    given = {export.key: ["native"] for export in exports if export.source == "native"}
    # The models of a source that is not named are disabled.
    nodes = [*manifest.nodes.values(), *(node for same in manifest.disabled.values() for node in same)]
    for source in dict.fromkeys(export.source for export in exports if export.source != "native"):
        models = {node.name for node in nodes if node.fqn[1:3] == ["sources", source]}
        for entity, sources in given.items():
            if f"{source}_{entity if entity != 'sessions' else 'events'}" in models:
                sources.append(source)
    return given


def choices(given: dict[str, list[str]], taken: list[Export]) -> dict[str, str]:
    """The source of each entity that several of the files' sources provide, `native` only if it has a file of it."""
    there = {export.source for export in taken}
    native = {export.key for export in taken if export.source == "native"}
    chosen = {}
    for entity, sources in given.items():
        several = [source for source in sources if source in there]
        if len(several) > 1:
            chosen[entity] = several[1] if several[0] == "native" and entity not in native else several[0]
    return chosen


def by_place(path: str, exports: list[Export]) -> Export | None:
    """The export of a file, if the file is where it belongs in a landing folder."""
    for export in exports:
        if any(f"{stem(path)}/".startswith(f"{name}/") for name in export.names):
            return export
    return None


def by_columns(columns: list[str], exports: list[Export]) -> Export | None:
    """The export that has all its required columns among these and, of several, the one that declares most of them."""
    fitting = [export for export in exports if export.required and set(export.required) <= set(columns)]
    return max(
        fitting, key=lambda export: (len(set(export.columns) & set(columns)), len(export.required)), default=None
    )


def nearest(columns: list[str], exports: list[Export]) -> Export | None:
    """The export that declares most of the columns, including at least half of its required ones."""
    likely = [
        each for each in exports if each.required and 2 * len(set(each.required) & set(columns)) >= len(each.required)
    ]
    return max(likely, key=lambda export: len(set(export.columns) & set(columns)), default=None)


def place_of(export: Export, path: Path) -> str:
    """Where a file of an export belongs in a landing folder."""
    return f"{export.names[0]}/{path}"
