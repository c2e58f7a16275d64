"""`python -m benchmarks`: builds the project at several scales, and the same with bare DuckDB, and writes a table.

The runs of a scale alternate, so that what else the machine does meets all of them; the least time of each counts.
"""

import argparse
import os
import platform
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import chain
from pathlib import Path

from benchmarks.landing import SMALL_DAY, make_landing
from benchmarks.report import ANONYMOUS, IN_TURN, write_report
from benchmarks.runs import Run, dbt_build, duckdb_build, empty_build

PROJECT = Path(__file__).parents[1]
PACKAGES = ("dbt-core", "pysail", "deltalake", "duckdb")
# Unit tests look at code, not at data, so they run where code changes: once, cold. All data tests run every time.
SCHEDULED = ("--exclude-resource-type", "unit_test")
ONE_THREAD = ("--threads", "1")


def measure(scale: float, repeats: int, spark: bool, folder: Path) -> dict[str, list[Run]]:
    """The runs of one scale by their name, in the order of the table."""
    landing, days = make_landing(folder, scale)
    anonymous, days_of_anonymous = make_landing(folder / "anonymous", scale, "--browsers")
    runs: dict[str, list[Run]] = {}

    def keep(name: str, run: Run) -> None:
        print(f"  {name}: {run.seconds:.1f} s, {run.peak_bytes / 2**30:.2f} GiB", flush=True)
        runs.setdefault(name, []).append(run)

    for repeat in range(repeats):
        warehouse, in_turn = folder / f"warehouse-{repeat}", folder / "warehouse-in-turn"
        keep("cold", dbt_build(landing, warehouse))
        keep("DuckDB", duckdb_build(landing, folder / "duckdb"))
        if repeat == 0:
            keep(f"cold, {IN_TURN}", dbt_build(landing, in_turn, *ONE_THREAD))
        if spark and repeat == 0:
            keep("Spark, cold", dbt_build(landing, folder / "spark", target="spark"))
        for name, files in days.items():
            deliver(files, landing)
            keep(name, dbt_build(landing, warehouse, *SCHEDULED))
            if repeat == 0:
                keep(f"{name}, {IN_TURN}", dbt_build(landing, in_turn, *SCHEDULED, *ONE_THREAD))
        nothing_new = dbt_build(landing, warehouse, *SCHEDULED)
        keep("nothing new", nothing_new)
        keep("empty project", empty_build(folder / "empty", **nothing_new.counts))
        take_back(days, landing)
        shutil.rmtree(warehouse)
        keep(f"cold, {ANONYMOUS}", dbt_build(anonymous, warehouse))
        deliver(days_of_anonymous[SMALL_DAY], anonymous)
        keep(f"{SMALL_DAY}, {ANONYMOUS}", dbt_build(anonymous, warehouse, *SCHEDULED))
        take_back({SMALL_DAY: days_of_anonymous[SMALL_DAY]}, anonymous)
        shutil.rmtree(warehouse)
    return runs


def deliver(files: list[Path], landing: Path) -> None:
    for path in files:
        shutil.copy(path, landing / path.parent.name / path.name)


def take_back(days: dict[str, list[Path]], landing: Path) -> None:
    for path in chain(*days.values()):
        (landing / path.parent.name / path.name).unlink()


def machine() -> dict[str, str]:
    """What the figures depend on: processor, memory, versions, day."""
    names = [
        line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line
    ]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "machine": f"{len(names)} x {names[0] if names else platform.processor()}, {memory:.0f} GiB",
        "Python": platform.python_version(),
        **{package: version(package) for package in PACKAGES},
        "day": f"{datetime.now(UTC):%Y-%m-%d}",
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--scales", type=float, nargs="+", default=[1, 3, 10], help="1 is 760,000 events")
    parser.add_argument("--repeats", type=int, default=2, help="runs of each kind; the least time counts")
    parser.add_argument("--spark", action="store_true", help="also the target spark, at the least scale")
    parser.add_argument("--output", type=Path, default=PROJECT / "docs" / "benchmark.md", help="the table")
    options = parser.parse_args()
    measured = {}
    for scale in options.scales:
        print(f"scale {scale:g}", flush=True)
        with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
            spark = options.spark and scale == min(options.scales)
            measured[scale] = measure(scale, options.repeats, spark, Path(folder))
        write_report(options.output, machine(), measured)
        print(f"Written: {options.output}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
