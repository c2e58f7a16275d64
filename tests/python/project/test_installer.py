"""The installer of dbt packages puts the stand-in in place when it must, and then only."""

import importlib.util
import io
import json
import os
import sys
import tarfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import ModuleType

import pytest
import yaml
from offline import DBT, OFFLINE, STAND_IN, VERDICTS, run_command

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
