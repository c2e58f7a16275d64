"""The folder `offline_packages`, and dbt in a process of its own."""

import subprocess
import sys
from pathlib import Path

import yaml
from shop import PROJECT

OFFLINE = PROJECT / "offline_packages"
STAND_IN = OFFLINE / "dbt_expectations"
VERDICTS = yaml.safe_load((OFFLINE / "verdicts.yml").read_text())
DBT = Path(sys.executable).parent / "dbt"


def run_command(
    command: list[str], folder: Path, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600, check=False
    )
