"""What the project declares is used, and what it uses is declared: variables, macros, doc blocks and tags."""

import re
from pathlib import Path

import yaml
from shop import PROJECT, manifest

FOLDERS = ("models", "macros", "tests/generic", "tests/reconciliation", "analyses", "snapshots", "seeds")
SOURCES = {
    path: path.read_text()
    for path in (
        PROJECT / "dbt_project.yml",
        *(
            path
            for folder in FOLDERS
            for path in (PROJECT / folder).rglob("*")
            if path.suffix in (".sql", ".yml", ".md", ".py")
        ),
    )
}
TEXT = "\n".join(SOURCES.values())
# Macros that nothing of the project calls: dbt does, or a person by `dbt run-operation`.
CALLED_FROM_OUTSIDE = {
    "generate_schema_name",
    "should_full_refresh",
    "process_schema_changes",
    "restore",
    "optimize_tables",
    "roll_back",
    "forget",
    "subject_report",
    "forget_old",
}
# Macros of dbt and its adapters that the project has its own implementation of.
OF_DBT = {"partition_cols", "get_incremental_replace_where_sql"}
DISPATCHED = r"(?:default|spark_connect|databricks|spark)__"


def entities() -> list[str]:
    """What the macro `entities` returns."""
    ledger = (PROJECT / "macros" / "landing" / "ledger.sql").read_text()
    return re.findall(r"'(\w+)'", ledger.split("macro entities()")[1].split("endmacro")[0])


def found(pattern: str, text: str = TEXT) -> set[str]:
    return set(re.findall(pattern, text))


def test_variables() -> None:
    declared = set(yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"])
    # The packages ask for theirs themselves.
    assert {name for name in declared if ":" not in name} == found(r"\b(?:date_|whole_number_)?var\(\s*['\"](\w+)['\"]")


def test_every_variable_says_what_it_does() -> None:
    lines = (PROJECT / "dbt_project.yml").read_text().split("\nvars:\n")[1].split("\nmodels:\n")[0].splitlines()
    for number, line in enumerate(lines):
        if re.match(r"  \w+:", line):
            group = lines[:number][::-1]
            assert next(text for text in group if not re.match(r"  \w+:", text)).startswith("  #"), line


def test_macros() -> None:
    declared = found(rf"{{%-?\s*macro\s+(?!{DISPATCHED})(\w+)\(")
    assert len(declared) > 40
    implemented = found(rf"{{%-?\s*macro\s+{DISPATCHED}(\w+)\(")
    dispatched = found(r"adapter\.dispatch\('(\w+)', 'lakehouse'\)")
    assert implemented - dispatched - OF_DBT == set(), "implementations that nothing dispatches to"
    called = found(r"(?<!macro )(?<!['_])\b(\w+)\(")
    assert declared - called - CALLED_FROM_OUTSIDE == set(), "macros that nothing calls"


def test_every_macro_and_its_arguments_are_described() -> None:
    described = {
        macro["name"]: [argument["name"] for argument in macro.get("arguments", []) if argument["description"]]
        for path, text in SOURCES.items()
        if path.name.endswith("__macros.yml") or path.name == "_macros.yml"
        for macro in yaml.safe_load(text)["macros"]
        if macro["description"]
    }
    declared = {
        name: re.findall(r"(\w+)(?:=[^,]*)?", arguments)
        for name, arguments in re.findall(rf"{{%-?\s*macro\s+(?!{DISPATCHED})(\w+)\((.*?)\)", TEXT)
    }
    assert declared == {name: described.get(name) for name in declared}
    assert described.keys() == declared.keys()


def test_entities_are_the_sources() -> None:
    landing = yaml.safe_load((PROJECT / "models" / "staging" / "_staging__sources.yml").read_text())["sources"][0]
    assert entities() == [table["name"] for table in landing["tables"]]


def test_exports_of_sources_are_staged() -> None:
    declared = {
        f"{source['name']}_{table['name']}"
        for path in (PROJECT / "models" / "staging").glob("*/_*__sources.yml")
        for source in yaml.safe_load(path.read_text())["sources"]
        for table in source["tables"]
    }
    text = (PROJECT / "macros" / "sources" / "entities.sql").read_text()
    text = text[text.index("macro staged_exports") : text.index("set staged")]
    staged = {
        f"{name}_{export}"
        for name, exports in re.findall(r"'(\w+)': \[(.*?)\]", text, re.DOTALL)
        for export in re.findall(r"'(\w+)'", exports)
    }
    assert staged == declared


def test_the_readme_has_every_table() -> None:
    listed = found(r"`(\w+)`", (PROJECT / "README.md").read_text().split("\n## The tables\n")[1].split("\n### ")[0])
    models = {path.stem for path in (PROJECT / "models").rglob("*") if path.suffix in (".sql", ".py")}
    # The gate has a chapter of its own, and the checked entities are views on the way to their tables.
    others = {"gate", *(f"int_{name}_checked" for name in entities())}
    # Those of the other sources stand in docs/sources.md.
    for folder in ("staging", "sources"):
        models -= {path.stem for path in (PROJECT / "models" / folder).glob("*/*.sql")}
    assert models - listed == others | {f"{layer}_{name}" for layer in ("stg", "int") for name in entities()}


def test_doc_blocks() -> None:
    declared = found(r"{%\s*docs (\w+)\s*%}") - {"__overview__"}
    assert len(declared) > 50
    assert declared == found(r"\bdoc\(['\"](\w+)['\"]\)")


def test_the_front_page_of_the_documentation_leads_to_the_tables() -> None:
    page = manifest().docs["doc.lakehouse.__overview__"].block_contents
    assert not re.search(r"Welcome|dbt Docs", page)
    links = re.findall(r"\]\(#!/model/([\w.]+)\)", page)
    assert page.count("](") == len(links)
    assert set(links) <= set(manifest().nodes)
    gold = {
        node.unique_id for node in manifest().nodes.values() if "gold" in node.tags and node.resource_type == "model"
    }
    assert gold - set(links) == set(), "tables of gold that no question leads to"


def test_tags() -> None:
    declared = {tag for tags in found(r"\+?tags: \[([^\]]*)\]") for tag in re.findall(r"\w+", tags)}
    used = found(r"\btag:(\w+)", "\n".join(path.read_text() for path in used_in()))
    assert used <= declared
    assert declared == {"bronze", "silver", "gold", "reporting"}, "the layers, for `--select tag:gold`"


def test_unit_tests_hold_for_a_shop_of_any_currency() -> None:
    project = manifest()

    def called(macros: list[str]) -> set[str]:
        inner = [called(project.macros[name].depends_on.macros) for name in macros if ".lakehouse." in name]
        return set(macros).union(*inner)

    depend = []
    for test in project.unit_tests.values():
        model = project.nodes[f"model.lakehouse.{test.model}"]
        if "macro.lakehouse.shop_currency" in called(model.depends_on.macros):
            depend.append(test.name)
            assert test.overrides and "shop_currency" in test.overrides.vars, f"{test.name} fails unless it is USD"
    assert len(depend) > 1


def used_in() -> list[Path]:
    """Where people and machines select by tag."""
    return [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", PROJECT / "Makefile", PROJECT / "databricks.yml"]
