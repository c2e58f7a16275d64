"""How the repository is kept: short test files, pinned actions, locks with hashes."""

import re

from shop import PROJECT

MOST_LINES = 400


def test_no_test_file_has_more_than_400_lines() -> None:
    files = [path for folder in ("tests/python", "adapter/tests") for path in (PROJECT / folder).rglob("*.py")]
    assert len(files) > 50
    lines = {str(path.relative_to(PROJECT)): len(path.read_text().splitlines()) for path in files}
    assert {name: count for name, count in lines.items() if count > MOST_LINES} == {}


def test_the_adapter_carries_the_licence_of_the_project() -> None:
    assert (PROJECT / "adapter/LICENSE").read_bytes() == (PROJECT / "LICENSE").read_bytes()


def test_workflows_name_actions_by_commit() -> None:
    workflows = sorted((PROJECT / ".github/workflows").glob("*.yml"))
    uses = [line.strip() for path in workflows for line in path.read_text().splitlines() if "uses:" in line]
    assert len(uses) > 5
    assert [line for line in uses if not re.fullmatch(r"- uses: \S+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)] == []


def test_every_locked_version_has_a_hash() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        packages = re.split(r"\n(?=\S)", (PROJECT / name).read_text().strip())
        assert len(packages) > 100
        assert [each for each in packages if "==" not in each or "--hash=sha256:" not in each] == []
