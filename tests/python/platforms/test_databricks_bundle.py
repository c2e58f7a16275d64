"""The bundle `databricks.yml`, checked with the classes that Databricks generates from the bundles' JSON schema."""

import re
from typing import Any

import pytest
import yaml
from databricks.bundles.dashboards import Dashboard
from databricks.bundles.jobs import Job
from databricks.bundles.schemas import Schema
from databricks.bundles.volumes import Volume
from shop import PROJECT

KINDS = {"jobs": Job, "dashboards": Dashboard, "schemas": Schema, "volumes": Volume}
BUNDLE: dict[str, Any] = yaml.safe_load((PROJECT / "databricks.yml").read_text())


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind, resources in BUNDLE["resources"].items() for name in resources]
)
def test_resources_are_as_the_schema_has_them(kind: str, name: str) -> None:
    resource = BUNDLE["resources"][kind][name]
    read = KINDS[kind].from_dict(resource)
    # What the class does not know would be lost.
    assert set(read.as_dict()) == set(resource)


def test_targets_change_what_there_is() -> None:
    assert set(BUNDLE["targets"]) == {"dev", "prod"}
    assert {name: target["mode"] for name, target in BUNDLE["targets"].items()} == {
        "dev": "development",
        "prod": "production",
    }
    for target in BUNDLE["targets"].values():
        for kind, resources in target.get("resources", {}).items():
            assert set(resources) <= set(BUNDLE["resources"][kind])
            for name, changes in resources.items():
                KINDS[kind].from_dict(BUNDLE["resources"][kind][name] | changes)


def test_variables_are_declared_and_have_a_value_or_have_to_be_given() -> None:
    used = set(re.findall(r"\$\{var\.(\w+)\}", (PROJECT / "databricks.yml").read_text()))
    assert used == set(BUNDLE["variables"])
    assert all(variable["description"] for variable in BUNDLE["variables"].values())


def test_every_dashboard_is_in_the_bundle() -> None:
    files = {(PROJECT / board["file_path"]).resolve() for board in BUNDLE["resources"]["dashboards"].values()}
    assert files == set((PROJECT / "dashboards" / "databricks").glob("*.lvdash.json"))


def test_the_job_gives_dbt_the_group_that_the_dashboards_are_shared_with() -> None:
    (task,) = BUNDLE["resources"]["jobs"]["lakehouse"]["tasks"]
    build = task["dbt_task"]["commands"][-1]
    assert build.startswith("dbt build ")
    given = yaml.safe_load(re.sub(r"\$\{(.*?)\}", r"<\1>", re.search(r"--vars '(.*)'", build)[1]))  # type: ignore[index]
    assert given.keys() == {"landing_path", "reader_group"}
    readers = {
        right["group_name"] for board in BUNDLE["resources"]["dashboards"].values() for right in board["permissions"]
    }
    assert given["reader_group"].replace("<", "${").replace(">", "}") in readers


def test_the_job_runs_what_the_project_is_tested_with() -> None:
    # Each with its hashes on the lines below it.
    locked = re.findall(r"^(\S+==\S+)", (PROJECT / "requirements.txt").read_text(), flags=re.MULTILINE)
    environment = BUNDLE["resources"]["jobs"]["lakehouse"]["environments"][0]["spec"]
    assert set(environment["dependencies"]) <= set(locked)
