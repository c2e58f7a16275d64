"""The adapter as a package of its own, outside of this project."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ADAPTER = Path(__file__).parents[2]
UV = str(Path(sys.executable).with_name("uv"))

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([UV, "build", "--quiet", "--wheel", str(ADAPTER), "--out-dir", str(folder)], check=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def test_the_wheel_is_complete(wheel: Path) -> None:
    sources = {
        str(path.relative_to(ADAPTER / "src"))
        for path in (ADAPTER / "src").rglob("*")
        if path.suffix in (".py", ".sql", ".yml")
    }
    with zipfile.ZipFile(wheel) as files:
        names = [name for name in files.namelist() if ".dist-info/" not in name]
        (about,) = (name for name in files.namelist() if name.endswith("/METADATA"))
        (licence,) = (name for name in files.namelist() if name.endswith("/LICENSE"))
        assert set(names) == sources
        assert files.read(about).decode().endswith((ADAPTER / "README.md").read_text())
        assert files.read(licence) == (ADAPTER / "LICENSE").read_bytes()


def test_the_wheel_runs_with_what_it_says_it_needs(wheel: Path, tmp_path: Path) -> None:
    """In an environment with nothing else. The project's lock, where there is one, says which versions."""
    (tmp_path / "excludes.txt").write_text("dbt-core-experimental-parser")  # as the project's own, see the Makefile
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, str(tmp_path / "venv")], check=True)
    lock = ADAPTER.parent / "requirements.txt"
    constraint = ["--constraint", str(lock)] if lock.exists() else []
    install = [UV, "pip", "install", "--quiet", "--python", str(python), *constraint]
    subprocess.run([*install, "--excludes", str(tmp_path / "excludes.txt"), str(wheel)], check=True)
    profile = {"lab": {"target": "local", "outputs": {"local": {"type": "spark_connect", "schema": "dev"}}}}
    (tmp_path / "profiles.yml").write_text(json.dumps(profile))
    (tmp_path / "dbt_project.yml").write_text(json.dumps({"name": "lab", "profile": "lab"}))
    said = subprocess.run(
        [str(python.with_name("dbt")), "debug", "--profiles-dir", "."],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "DO_NOT_TRACK": "1"},
        capture_output=True,
        text=True,
    )
    assert "All checks passed!" in said.stdout, said.stdout + said.stderr
    assert (tmp_path / "warehouse").is_dir()
