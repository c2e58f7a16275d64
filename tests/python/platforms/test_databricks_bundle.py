"""The bundle `databricks.yml`, checked with the classes that Databricks generates from the bundles' JSON schema.

What the CLI would deploy is worked out here: a target's variables, references, and the name that `mode: development`
gives to a schema (https://docs.databricks.com/dev-tools/bundles/deployment-modes).
"""

import copy
import re
from functools import reduce
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
TARGETS = ("dev", "prod")
PRINCIPAL = "00000000-0000-0000-0000-000000000000"


def deployed(target: str, user: str = "jo_smith") -> dict[str, Any]:
    """The bundle as a user deploys it to a target: without references."""
    bundle = copy.deepcopy(BUNDLE)
    chosen = bundle["targets"][target]
    given = {"warehouse_id": "1", "notify": "jo@example.com", "service_principal": PRINCIPAL}
    values = {name: variable.get("default") for name, variable in bundle["variables"].items()}
    bundle["var"] = values | given | chosen.get("variables", {})
    bundle["workspace"] = {"current_user": {"short_name": user}} | chosen.get("workspace", {})
    bundle["bundle"]["target"] = target
    bundle["run_as"] = chosen.get("run_as")
    if chosen["mode"] == "development":
        for schema in bundle["resources"]["schemas"].values():
            schema["name"] = f"dev_{user}_{schema['name']}"

    def resolve(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: resolve(each) for key, each in value.items()}
        if isinstance(value, list):
            return [resolve(each) for each in value]
        while isinstance(value, str) and (found := re.search(r"\$\{([\w.]+)\}", value)):
            known = reduce(lambda part, key: part[key], found[1].split("."), bundle)
            assert isinstance(known, str), f"{found[0]} has no value in the target {target}"
            value = value.replace(found[0], known)
        return value

    read: dict[str, Any] = resolve({key: bundle[key] for key in ("resources", "workspace", "run_as")})
    return read


def dbt_task(bundle: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The task that runs dbt, and the variables that it gives to `dbt build`."""
    (task,) = bundle["resources"]["jobs"]["lakehouse"]["tasks"]
    build = task["dbt_task"]["commands"][-1]
    assert build.startswith("dbt build ")
    return task["dbt_task"], yaml.safe_load(re.search(r"--vars '(.*)'", build)[1])  # type: ignore[index]


@pytest.mark.parametrize("target", TARGETS)
def test_dbt_reads_the_volume_that_is_deployed(target: str) -> None:
    bundle = deployed(target)
    volume = bundle["resources"]["volumes"]["files"]
    path = f"/Volumes/{volume['catalog_name']}/{volume['schema_name']}/{volume['name']}"
    assert dbt_task(bundle)[1]["landing_path"] == path
    # The guide, for a user who is called Jo Smith.
    assert f"dbfs:{path}\n" in (PROJECT / "docs" / "databricks.md").read_text()


@pytest.mark.parametrize("target", TARGETS)
def test_dashboards_read_what_dbt_publishes(target: str) -> None:
    bundle = deployed(target)
    task = dbt_task(bundle)[0]
    # As `generate_schema_name` does.
    published = "reporting" if task["schema"] == "lakehouse" else f"{task['schema']}_reporting"
    for board in bundle["resources"]["dashboards"].values():
        assert (board["dataset_catalog"], board["dataset_schema"]) == (task["catalog"], published)
        # A viewer's own membership decides on names.
        assert board["embed_credentials"] is False


def test_two_developers_share_no_schema() -> None:
    both = [deployed("dev", user) for user in ("jo_smith", "kim_lee")]
    assert len({dbt_task(bundle)[0]["schema"] for bundle in both}) == 2
    assert len({dbt_task(bundle)[1]["landing_path"] for bundle in both}) == 2


def test_production_belongs_to_the_service_principal() -> None:
    bundle = deployed("prod")
    assert bundle["run_as"] == {"service_principal_name": PRINCIPAL}
    assert bundle["workspace"]["root_path"].startswith(f"/Workspace/Users/{PRINCIPAL}/")


def test_dbt_finds_the_project() -> None:
    folder = PROJECT / dbt_task(deployed("dev"))[0]["project_directory"]
    assert (folder / "dbt_project.yml").samefile(PROJECT / "dbt_project.yml")


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind, resources in BUNDLE["resources"].items() for name in resources]
)
def test_resources_are_as_the_schema_has_them(kind: str, name: str) -> None:
    resource = BUNDLE["resources"][kind][name]
    read = KINDS[kind].from_dict(resource)
    # What the class does not know would be lost.
    assert set(read.as_dict()) == set(resource)


def test_targets_change_what_there_is() -> None:
    assert set(BUNDLE["targets"]) == set(TARGETS)
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
    bundle = deployed("prod")
    boards = bundle["resources"]["dashboards"].values()
    assert dbt_task(bundle)[1]["reader_group"] in {
        right["group_name"] for board in boards for right in board["permissions"]
    }


def test_the_job_runs_what_the_project_is_tested_with() -> None:
    # Each with its hashes on the lines below it.
    locked = re.findall(r"^(\S+==\S+)", (PROJECT / "requirements.txt").read_text(), flags=re.MULTILINE)
    environment = BUNDLE["resources"]["jobs"]["lakehouse"]["environments"][0]["spec"]
    assert set(environment["dependencies"]) <= set(locked)
