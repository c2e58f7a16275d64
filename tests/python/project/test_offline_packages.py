"""The stand-in for dbt_expectations says what the original says, and the installer puts it in place when it must."""

import importlib.util
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any

import pytest
import yaml

OFFLINE = Path(__file__).resolve().parents[3] / "offline_packages"
STAND_IN = OFFLINE / "dbt_expectations"
VERDICTS = yaml.safe_load((OFFLINE / "verdicts.yml").read_text())
DBT = Path(sys.executable).parent / "dbt"
ORIGINALS = [Path(os.environ[name]) for name in ("DBT_EXPECTATIONS_PATH", "DBT_DATE_PATH") if os.environ.get(name)]

# A case is called `<test>__<its number in verdicts.yml, from 1>`.
EXPECTED = {
    f"{test}__{number}": case["fails"]
    for test, cases in VERDICTS["cases"].items()
    for number, case in enumerate(cases, start=1)
}

Verdicts = dict[str, int | str]


def run_command(
    command: list[str], folder: Path, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600, check=False
    )


def write_project(folder: Path, packages: list[Path]) -> None:
    """A dbt project of the tables of verdicts.yml whose packages need no `dbt deps`."""
    folder.mkdir(parents=True, exist_ok=True)
    output = {"type": "spark_connect", "schema": "verdicts", "warehouse": str(folder / "warehouse"), "threads": 4}
    settings: dict[str, Any] = {
        "dbt_project.yml": {
            "name": "verdicts",
            "version": "1.0.0",
            "profile": "verdicts",
            "models": {"+materialized": "table"},
            # A failing test is no reason to skip the tables behind it.
            "data_tests": {"+severity": "warn"},
            "vars": {"dbt_date:time_zone": "UTC"},
            "flags": {"send_anonymous_usage_stats": False},
        },
        "profiles.yml": {"verdicts": {"target": "local", "outputs": {"local": output}}},
        "packages.yml": {"packages": [{"local": f"dbt_packages/{package.name}"} for package in packages]},
    }
    for name, content in settings.items():
        (folder / name).write_text(yaml.safe_dump(content))
    for package in packages:
        # What a package needs is in the list, too: dbt must not look for it on the hub.
        shutil.copytree(
            package,
            folder / "dbt_packages" / package.name,
            symlinks=True,
            ignore=shutil.ignore_patterns("packages.yml", ".git", "integration_tests"),
        )
    (folder / "models").mkdir()
    for table, query in VERDICTS["tables"].items():
        (folder / "models" / f"{table}.sql").write_text(query)


def write_tests(folder: Path, tests: list[tuple[str, str, dict[str, Any]]]) -> None:
    """Each test is a name, the name of its table and what YAML says of it."""
    tables = dict.fromkeys(VERDICTS["tables"])
    models = [
        {"name": table, "data_tests": [{**test, "name": name} for name, on, test in tests if on == table]}
        for table in tables
    ]
    (folder / "models" / "tests.yml").write_text(yaml.safe_dump({"models": models}))


def run_cases(folder: Path, packages: list[Path]) -> Verdicts:
    """The number of rows that every case returns, or what went wrong, in one run of dbt."""
    write_project(folder, packages)
    write_tests(
        folder,
        [
            (
                f"{test}__{number}",
                case["table"],
                {"test_name": f"dbt_expectations.{test}", "arguments": case["arguments"]},
            )
            for test, cases in VERDICTS["cases"].items()
            for number, case in enumerate(cases, start=1)
        ],
    )
    # Rows are kept as tables, so they can be looked at; that also shows that their columns can be stored.
    command = [str(DBT), "--no-use-colors", "build", "--store-failures"]
    ran = run_command(command, folder)
    results = folder / "target" / "run_results.json"
    assert results.exists(), ran.stdout + ran.stderr
    return {
        result["unique_id"].split(".")[2]: result["message"] if result["status"] == "error" else result["failures"]
        for result in json.loads(results.read_text())["results"]
        if result["unique_id"].startswith("test.")
    }


@pytest.fixture(scope="module")
def stand_in_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("dbt.adapters.spark_connect")
    return tmp_path_factory.mktemp("verdicts")


@pytest.fixture(scope="module")
def stand_in(stand_in_project: Path) -> Verdicts:
    return run_cases(stand_in_project, [STAND_IN])


@pytest.mark.slow
@pytest.mark.parametrize("test", VERDICTS["cases"])
def test_stand_in_returns_the_rows_that_fail(stand_in: Verdicts, test: str) -> None:
    verdicts = {name: verdict for name, verdict in stand_in.items() if name.startswith(f"{test}__")}
    assert verdicts == {name: fails for name, fails in EXPECTED.items() if name.startswith(f"{test}__")}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("case", "rows"),
    [
        ("expect_column_values_to_be_between__3", [{"id": 1, "sku": "A-1", "shop": "x"}]),
        ("expect_column_values_to_match_regex__4", [{"id": 4, "sku": "", "shop": None}]),
        ("expect_column_pair_values_A_to_be_greater_than_B__2", [{"id": 2, "low": 3.0, "high": 2.0, "shop": "y"}]),
        ("expect_column_values_to_be_in_set__9", [{"id": 4, "sku": "", "shop": None}]),
        ("expect_compound_columns_to_be_unique__1", [{"id": 2, "sku": "A-2", "n_records": 2}]),
        ("expect_table_row_count_to_be_between__6", [{"col_1": None, "measured": 3}]),
        ("expect_column_sum_to_be_between__7", [{"col_1": "x", "col_2": 1, "measured": 0}]),
        ("expect_table_row_count_to_equal_other_table__11", [{"col_1": "z", "row_count": 0, "compare_row_count": 1}]),
        ("expression_is_true__9", [{"id": 2, "low": 3.0, "high": 2.0}]),
        ("expression_is_true__16", [{"col_1": None, "expression": False}]),
    ],
)
def test_failing_rows_say_what_is_wrong(
    stand_in: Verdicts, stand_in_project: Path, case: str, rows: list[dict[str, Any]]
) -> None:
    deltalake = pytest.importorskip("deltalake")
    assert stand_in[case] == len(rows)
    stored = deltalake.DeltaTable(str(stand_in_project / "warehouse" / "verdicts_dbt_test__audit" / case.lower()))
    returned = stored.to_pyarrow_dataset().to_table().to_pylist()
    assert [{name: row[name] for name in rows[0]} for row in returned] == rows


@pytest.mark.slow
@pytest.mark.skipif(
    len(ORIGINALS) < 2,
    reason="DBT_EXPECTATIONS_PATH and DBT_DATE_PATH must name checkouts of metaplane/dbt-expectations and "
    "godatadriven/dbt-date",
)
def test_original_says_the_same(tmp_path: Path) -> None:
    pytest.importorskip("dbt.adapters.spark_connect")
    assert run_cases(tmp_path, ORIGINALS) == EXPECTED


MISTAKES: dict[str, tuple[str, dict[str, Any]]] = {
    "takes no keyword argument 'flags'": ("expect_column_values_to_match_regex", {"regex": "a", "flags": "i"}),
    "`min_value`, `max_value` or both must be given": ("expect_column_values_to_be_between", {}),
    "`value_set` must be a list. Got: 'x'": ("expect_column_values_to_be_in_set", {"value_set": "x"}),
    "`value_set` must have at least one value": ("expect_column_values_to_be_in_set", {"value_set": []}),
    "must be a list. Got: 'shop'": ("expect_column_sum_to_be_between", {"min_value": 1, "group_by": "shop"}),
    "no attribute 'test_expect_column_mean_to_be_between'": ("expect_column_mean_to_be_between", {"min_value": 1}),
}
# dbt takes seconds to start: all mistakes in one process.
COMPILE_EACH = """
import json, sys
from dbt.cli.main import dbtRunner
for folder in sys.argv[1:]:
    command = ["--quiet", "--log-level", "none", "compile", "--project-dir", folder, "--profiles-dir", folder]
    result = dbtRunner().invoke(command)
    print("\\n" + json.dumps(str(result.exception) if not result.success else ""))
"""


@pytest.mark.slow
def test_mistakes_are_compile_errors(tmp_path: Path) -> None:
    pytest.importorskip("dbt.adapters.spark_connect")
    for number, (test, arguments) in enumerate(MISTAKES.values()):
        folder = tmp_path / str(number)
        write_project(folder, [STAND_IN])
        definition = {"test_name": f"dbt_expectations.{test}", "arguments": {"column_name": "sku", **arguments}}
        write_tests(folder, [("mistake", "items", definition)])
    folders = [str(tmp_path / str(number)) for number in range(len(MISTAKES))]
    ran = run_command([sys.executable, "-c", COMPILE_EACH, *folders], tmp_path)
    errors = [json.loads(line) for line in ran.stdout.splitlines() if line.startswith('"')]
    assert len(errors) == len(MISTAKES), ran.stdout + ran.stderr
    for said, error in zip(MISTAKES, errors, strict=True):
        assert said in error


# The installer. `dbt` is a script that notes each start in the file `starts`, then does what a test says.
UNREACHABLE = "print('External connection exception occurred: no route'); raise SystemExit(2)"
REACHABLE = """
for name in ("dbt_date", "dbt_expectations"):
    Path("dbt_packages", name).mkdir(parents=True)
    Path("dbt_packages", name, "dbt_project.yml").write_text("name: " + name)
Path("package-lock.yml").write_text("packages: [{name: dbt_date}, {name: dbt_expectations}]")
"""
PACKAGES_YML = "packages: [{package: metaplane/dbt_expectations, version: 0.10.9}]"
LOCK = """
packages:
  - {name: dbt_date, package: godatadriven/dbt_date, version: 0.10.0}
  - {name: dbt_expectations, package: metaplane/dbt_expectations, version: 0.10.9}
"""

posix = pytest.mark.skipif(sys.platform == "win32", reason="the fake dbt is a script with a shebang line")
Install = Callable[..., tuple[int, str, str]]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "packages.yml").write_text(PACKAGES_YML)
    (tmp_path / "dbt_project.yml").write_text("{name: shop, version: 1.0.0, profile: shop}")
    return tmp_path


@pytest.fixture(scope="module")
def installer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("offline_packages_install", OFFLINE / "install.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def install(
    installer: ModuleType,
    project: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Install:
    folder = tmp_path_factory.mktemp("bin")

    def run(dbt: str, *arguments: str) -> tuple[int, str, str]:
        script = f"#!{python}\nfrom pathlib import Path\nopen('starts', 'a').write('x')\n{dbt}\n"
        (folder / "dbt").write_text(script)
        (folder / "dbt").chmod(0o755)
        code = installer.main(["--project-dir", str(project), *arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    python = sys.executable
    monkeypatch.setattr(sys, "executable", str(folder / "python"))
    return run


def starts(project: Path) -> int:
    noted = project / "starts"
    return len(noted.read_text()) if noted.exists() else 0


def folders(project: Path) -> list[str]:
    return sorted(path.name for path in (project / "dbt_packages").iterdir())


@posix
def test_stand_in_is_installed_where_the_hub_is_out_of_reach(project: Path, install: Install) -> None:
    code, out, err = install(UNREACHABLE)
    assert (code, err, folders(project)) == (0, "", ["dbt_expectations"])
    for words in ("hub cannot be reached", "stand-in for dbt_expectations", "same meaning", "`dbt deps`"):
        assert words in out
    assert out.count("\n") == 1
    macros = {path.name for path in (project / "dbt_packages" / "dbt_expectations" / "macros").glob("*.sql")}
    assert macros == {f"{test}.sql" for test in VERDICTS["cases"]}

    code, out, err = install(REACHABLE)
    assert (code, err, starts(project)) == (0, "", 1)
    assert out.startswith("dbt packages: in place (this project's stand-in for dbt_expectations;")
    assert out.count("\n") == 1


@posix
def test_originals_are_installed_where_the_hub_is_in_reach(project: Path, install: Install) -> None:
    code, out, err = install(REACHABLE)
    assert (code, out, err) == (0, "dbt packages: `dbt deps` installed dbt_date, dbt_expectations.\n", "")
    assert install(UNREACHABLE) == (0, "dbt packages: in place.\n", "")
    assert starts(project) == 1
    (project / "packages.yml").write_text(PACKAGES_YML.replace("]", ", {package: dbt-labs/dbt_utils, version: 1.3.0}]"))
    code, out, err = install(UNREACHABLE)
    assert (code, out) == (1, "")
    assert "no stand-in for: dbt_utils" in err
    assert folders(project) == ["dbt_date", "dbt_expectations"]


@posix
def test_every_package_of_the_lock_gets_its_folder(project: Path, install: Install) -> None:
    (project / "package-lock.yml").write_text(LOCK)
    # Too many or too few folders: dbt would ask for `dbt deps`.
    (project / "dbt_packages" / "left_over").mkdir(parents=True)
    assert install(UNREACHABLE)[0] == 0
    assert folders(project) == ["dbt_date", "dbt_expectations"]


@posix
def test_changed_or_unfinished_stand_in_is_replaced_without_dbt(project: Path, install: Install) -> None:
    install(UNREACHABLE, "--offline")
    unfinished = project / "dbt_packages" / "dbt_expectations" / "macros" / "expression_is_true.sql"
    unfinished.unlink()
    code, out, _ = install(UNREACHABLE)
    assert (code, starts(project)) == (0, 0)
    assert "Installed" in out
    assert unfinished.exists()


@posix
def test_time_limit(project: Path, install: Install) -> None:
    code, out, _ = install("import time; time.sleep(60)", "--time-limit", "0.5")
    assert (code, folders(project)) == (0, ["dbt_expectations"])
    assert "did not end within 0.5 seconds" in out


@posix
def test_output_of_dbt_is_shown_on_demand(install: Install) -> None:
    assert "no route" in install(UNREACHABLE, "--verbose")[1]


@posix
def test_other_errors_of_dbt_are_told_and_no_stand_in_hides_them(project: Path, install: Install) -> None:
    failure = "print('1:00  [ERROR]: Version error for package\\nTraceback\\nlines'); raise SystemExit(2)"
    code, out, err = install(failure)
    assert (code, out) == (1, "")
    assert err == "dbt packages: `dbt deps` failed.\n[ERROR]: Version error for package\n"
    assert not (project / "dbt_packages").exists()


@posix
@pytest.mark.parametrize("content", [None, "packages: [", "packages: 3", "- a", "packages: [a]", b"\xff\xfe\xff"])
def test_packages_yml_that_cannot_be_read(project: Path, install: Install, content: str | bytes | None) -> None:
    (project / "packages.yml").unlink()
    if content is not None:
        (project / "packages.yml").write_bytes(content if isinstance(content, bytes) else content.encode())
    code, out, err = install(REACHABLE)
    assert (code, out, starts(project)) == (1, "", 0)
    assert "packages.yml" in err


def test_python_without_dbt(
    project: Path, installer: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "executable", str(project / "python"))
    assert installer.main(["--project-dir", str(project)]) == 1
    assert "There is no dbt beside" in capsys.readouterr().err


class Hub(BaseHTTPRequestHandler):
    """A dbt hub with one package that has one version and needs no other."""

    def do_GET(self) -> None:
        name = {"name": "dbt_expectations", "version": "0.10.9", "packages": []}
        tarball = f"http://{self.headers['Host']}/tarball"
        version = {**name, "downloads": {"tarball": tarball}, "require_dbt_version": []}
        answers = {
            "/api/v1/index.json": json.dumps(["metaplane/dbt_expectations"]).encode(),
            "/api/v1/metaplane/dbt_expectations.json": json.dumps({**name, "versions": {"0.10.9": version}}).encode(),
            "/tarball": self.packed(),
        }
        self.send_response(200 if self.path in answers else 404)
        self.end_headers()
        self.wfile.write(answers.get(self.path, b""))

    @staticmethod
    def packed() -> bytes:
        memory = io.BytesIO()
        with tarfile.open(fileobj=memory, mode="w:gz") as archive:
            archive.add(STAND_IN, arcname="dbt-expectations-0.10.9")
        return memory.getvalue()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hub() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def install_with_dbt(project: Path, hub: str) -> str:
    """Runs the installer, then dbt, which must not ask for `dbt deps`. Returns what the installer printed."""
    command = [sys.executable, str(OFFLINE / "install.py"), "--project-dir", str(project)]
    environment = {**os.environ, "DBT_PACKAGE_HUB_URL": hub, "NO_PROXY": "127.0.0.1", "DO_NOT_TRACK": "1"}
    ran = run_command(command, project, environment)
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout
    output = {"type": "spark_connect", "schema": "shop", "warehouse": str(project / "warehouse")}
    profiles = {"shop": {"target": "local", "outputs": {"local": output}}}
    (project / "profiles.yml").write_text(yaml.safe_dump(profiles))
    parsed = run_command([str(DBT), "parse"], project, environment)
    assert parsed.returncode == 0, parsed.stdout
    return ran.stdout


@pytest.mark.slow
@pytest.mark.parametrize("locked", [False, True])
def test_dbt_is_content_with_the_stand_in(project: Path, locked: bool) -> None:
    pytest.importorskip("dbt.adapters.spark_connect")
    if locked:
        (project / "package-lock.yml").write_text(LOCK)
    # Nothing listens there.
    assert "the dbt hub cannot be reached" in install_with_dbt(project, "http://127.0.0.1:9/")


@pytest.mark.slow
def test_dbt_is_content_with_what_the_hub_has(project: Path, hub: str) -> None:
    pytest.importorskip("dbt.adapters.spark_connect")
    assert install_with_dbt(project, hub) == "dbt packages: `dbt deps` installed dbt_expectations.\n"
    assert not (project / "dbt_packages" / "dbt_expectations" / "STAND_IN.md").exists()
