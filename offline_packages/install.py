"""Installs the dbt packages: `dbt deps` where the dbt hub can be reached, or the stand-ins beside this file."""

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path

try:
    import yaml
except ImportError:
    sys.exit(f"dbt packages: {sys.executable} has no dbt: run this with the Python of the project's environment.")

STAND_INS = Path(__file__).resolve().parent
PROJECT = STAND_INS.parent
PACKAGES = "dbt_packages"
# In every installed stand-in, and in no original.
MARK = "STAND_IN.md"
STAND_IN = "this project's stand-in for"
MARK_TEXT = f"A stand-in, installed by `{STAND_INS.name}/install.py`. `dbt deps` installs the original.\n"
UNREACHABLE = re.compile(r"External connection exception|ConnectionError|Max retries exceeded|timed out")


class InstallError(Exception):
    """What the user can put right."""


def read_packages(path: Path) -> list[dict[str, object]]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        return [dict(package) for package in content.get("packages") or []]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, AttributeError, TypeError, ValueError) as error:
        raise InstallError(f"{path} cannot be read: {error}") from error


def expected(project: Path) -> set[str]:
    """The folders that dbt wants: those of the lock, which lists what the packages need, too."""
    wanted = project / "packages.yml"
    if not wanted.exists():
        raise InstallError(f"There is no {wanted}.")
    names = {str(package["package"]).split("/")[-1] for package in read_packages(wanted) if "package" in package}
    lock = project / "package-lock.yml"
    if lock.exists():
        names |= {str(package["name"]) for package in read_packages(lock) if "name" in package}
    return names


def installed(packages: Path) -> set[str]:
    """The folders that dbt takes for packages: it counts them, and wants exactly as many as are expected."""
    if not packages.is_dir():
        return set()
    return {path.name for path in packages.iterdir() if path.is_dir() and not path.name.startswith("__")}


def content(folder: Path) -> dict[Path, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder): path.read_bytes() for path in files}


def is_current(package: Path) -> bool:
    """Whether a package is an original, or a stand-in as it is now, whole."""
    if not (package / MARK).exists():
        return (package / "dbt_project.yml").exists()
    return content(package) == content(STAND_INS / package.name) | {Path(MARK): MARK_TEXT.encode()}


def listed(names: set[str]) -> str:
    return ", ".join(sorted(names))


def run_deps(project: Path, time_limit: float, verbose: bool) -> str:
    """Why `dbt deps` could not reach the dbt hub, or nothing if it worked."""
    dbt = Path(sys.executable).with_name("dbt.exe" if sys.platform == "win32" else "dbt")
    if not dbt.exists():
        raise InstallError(f"There is no dbt beside {sys.executable}: install requirements.txt for this Python first.")
    command = [str(dbt), "--no-use-colors", "deps"]
    unreachable = ""
    try:
        ran = subprocess.run(
            command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=time_limit, check=False
        )
        output = ran.stdout.decode(errors="replace")
        failed = ran.returncode != 0
        if failed and UNREACHABLE.search(output):
            unreachable = "the dbt hub cannot be reached"
    except subprocess.TimeoutExpired as error:
        output = (error.stdout or b"").decode(errors="replace")
        failed = True
        unreachable = f"`dbt deps` did not end within {time_limit:g} seconds"
    if verbose:
        print(output, flush=True)
    if failed and not unreachable:
        reason = output[max(output.find("[ERROR]"), 0) :].split("Traceback")[0].strip()
        raise InstallError(f"`dbt deps` failed.\n{reason[:2000]}")
    return unreachable


def install_stand_ins(packages: Path, names: set[str]) -> None:
    """Puts the stand-ins, and nothing else, into the folder of packages, as `dbt deps` does."""
    missing = {name for name in names if not (STAND_INS / name / "dbt_project.yml").exists()}
    if missing:
        raise InstallError(f"The dbt hub was not reached, and there is no stand-in for: {listed(missing)}.")
    packages.mkdir(exist_ok=True)
    for path in packages.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    for name in sorted(names):
        folder = packages / name
        folder.mkdir()
        # First of all: what is copied in part must not pass for an original.
        (folder / MARK).write_bytes(MARK_TEXT.encode())
        shutil.copytree(STAND_INS / name, folder, dirs_exist_ok=True)


def install(project: Path, time_limit: float, verbose: bool, offline: bool) -> str:
    """Returns what is to be told."""
    packages = project / PACKAGES
    names = expected(project)
    have = installed(packages)
    ours = {name for name in have if (packages / name / MARK).exists()}
    if have == names and all(is_current(packages / name) for name in names):
        return f"in place ({STAND_IN} {listed(ours)}; `dbt deps` installs the original)." if ours else "in place."
    # An earlier run chose the stand-ins, and they have changed since: no reason to try the hub again.
    reason = "the hub was not tried" if offline or have == names == ours else run_deps(project, time_limit, verbose)
    if not reason:
        return f"`dbt deps` installed {listed(installed(packages))}."
    names = expected(project)
    install_stand_ins(packages, names)
    return (
        f"{reason}. Installed {STAND_IN} {listed(names)}: the tests that are used here, with the same meaning. "
        "`dbt deps` installs the original."
    )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="install.py", description=__doc__)
    parser.add_argument("--project-dir", type=Path, default=PROJECT, help="the folder of dbt_project.yml")
    parser.add_argument("--time-limit", type=float, default=60, metavar="SECONDS", help="for `dbt deps` (%(default)s)")
    parser.add_argument("--offline", action="store_true", help="do not try the dbt hub")
    parser.add_argument("--verbose", action="store_true", help="show what dbt prints")
    options = parser.parse_args(arguments)
    try:
        message = install(options.project_dir.resolve(), options.time_limit, options.verbose, options.offline)
    except (InstallError, OSError) as error:
        print(f"dbt packages: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("dbt packages: stopped.", file=sys.stderr)
        return 130
    print(f"dbt packages: {message}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
