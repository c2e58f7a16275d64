"""Commands in processes of their own, which a test may kill, with a clock that may be wrong."""

import os
import subprocess
import sys
from pathlib import Path

from shop import PROJECT, Shop, environment

_DBT = """
import sys
from datetime import datetime, timedelta

import dbt.adapters.spark_connect.publications as publications
import dbt.adapters.spark_connect.warehouse as warehouse
import dbt.tracking as tracking
from dbt.cli.main import cli

days = timedelta(days=float(sys.argv.pop(1)))


class Clock(datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + days


for module in (publications, warehouse, tracking):
    module.datetime = Clock
cli()
"""
_RENDER = """
import sys
from pathlib import Path

import dashboards.__main__ as boards

boards.OUTPUT = Path(sys.argv.pop(1))
sys.exit(boards.main())
"""


def start(shop: Shop, *command: str, days: float = 0) -> subprocess.Popen[bytes]:
    """dbt in a process of its own, with a clock that is so many days ahead."""
    target = os.environ["DBT_TEST_TARGET"]
    # A target folder of the shop's own: a killed dbt leaves there what the next one reads.
    folders = [
        "--project-dir",
        str(PROJECT),
        "--profiles-dir",
        target,
        "--target-path",
        str(shop.own_target()),
    ]
    quiet = ["--quiet", "--no-use-colors", "--log-level-file", "none"]
    return _started(shop, _DBT, str(days), *quiet, *command, *folders)


def start_rendering(shop: Shop) -> subprocess.Popen[bytes]:
    """The rendering of the boards into the folder `boards` beside the warehouse."""
    return _started(shop, _RENDER, str(boards(shop)), "render")


def boards(shop: Shop) -> Path:
    return shop.warehouse.with_name("boards")


def _started(shop: Shop, program: str, *arguments: str) -> subprocess.Popen[bytes]:
    with environment(shop.landing, shop.warehouse, shop.sources):
        return subprocess.Popen(
            [sys.executable, "-c", program, *arguments],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
