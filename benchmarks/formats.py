"""How long the same events take to be read from a file of each format, and how much memory.

`python -m benchmarks.formats` prints a table. Each file is read by a process of its own, as at the start of a run: the
rows as strings, staged as Parquet. Seconds are those of the processor.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from data_generator import cli

FORMATS = ("csv", "parquet", "jsonl")
BASE = "csv"


def make_files(folder: Path, scale: float) -> int:
    """Write the events of a generated shop in each format; returns their number."""
    shop = folder / "shop"
    cli.main(["generate", "--output", str(shop), "--scale", str(scale)])
    (shop / "events.csv").rename(folder / "events.csv")
    with duckdb.connect() as db:
        rows = f"select * from read_csv('{folder / 'events.csv'}', all_varchar = true)"
        db.execute(f"copy ({rows}) to '{folder / 'events.parquet'}' (format parquet)")
        db.execute(f"copy ({rows}) to '{folder / 'events.jsonl'}' (format json)")
        return int(db.sql(f"select count(*) from ({rows})").fetchall()[0][0])


def read(folder: Path, name: str) -> None:
    """Read one of the files in this process, and print seconds and mebibytes."""
    from dbt.adapters.spark_connect.landing.options import Options
    from dbt.adapters.spark_connect.landing.staging import scan

    # A folder with the one file, since an export has files of all formats.
    landing = folder / name
    landing.mkdir()
    (folder / f"events.{name}").rename(landing / f"events.{name}")
    started = time.process_time()
    found = scan(str(landing), ["events"], [], Options(), folder / f"{name}_warehouse" / "_staged")
    assert not found["errors"], found["errors"]
    seconds = time.process_time() - started
    # Not of getrusage(): that begins with the memory of the process that this one was started by.
    (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    print(seconds, int(peak) / 1024)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.formats", description=__doc__)
    parser.add_argument("--scale", type=float, default=3, help="1 is 760,000 events, 50 MB of CSV")
    parser.add_argument("--read", nargs=2, metavar=("FOLDER", "FORMAT"), help=argparse.SUPPRESS)
    parsed = parser.parse_args()
    if parsed.read:
        read(Path(parsed.read[0]), parsed.read[1])
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(f"{make_files(folder, parsed.scale):,} events\n\n| format | MB | seconds | x {BASE} | memory MiB |")
        print("| --- | --- | --- | --- | --- |")
        base = None
        for kind in FORMATS:
            size = (folder / f"events.{kind}").stat().st_size / 1e6
            command = [sys.executable, "-m", "benchmarks.formats", "--read", name, kind]
            said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            seconds, memory = map(float, said.split())
            base = base or seconds
            print(f"| {kind} | {size:,.0f} | {seconds:.1f} | {seconds / base:.1f} | {memory:,.0f} |")


if __name__ == "__main__":
    main()
