"""The landing folder of a benchmark: a generated shop without its last two days, and the files of these days."""

import shutil
import subprocess
import sys
from pathlib import Path

import duckdb

# They come with the first files.
WHOLE = ("customers", "products")
# Column of the day of an entity's rows, and of the id by which a share of a day is taken.
DAYS = {
    "sessions": ("start_time", "session_id"),
    "events": ('"timestamp"', "session_id"),
    "orders": ("order_time", "order_id"),
    "reviews": ("review_time", "order_id"),
}
SMALL_DAY, NEW_DAY = "one small day", "one new day"
DATES = {SMALL_DAY: "= '2025-10-30'", NEW_DAY: ">= '2025-10-31'"}
BEFORE = "< '2025-10-30'"


def make_landing(folder: Path, scale: float, *options: str) -> tuple[Path, dict[str, list[Path]]]:
    """Generate a shop. Returns its landing folder without its last two days, and elsewhere the files of each of these.

    Of the first of the two only as much is taken as a shop of scale 1 has in a day. options: more of the generator's.
    """
    generated, landing = folder / "generated", folder / "landing"
    command = [sys.executable, "-m", "data_generator", "generate", "--output", str(generated), "--scale", str(scale)]
    subprocess.run([*command, *options], check=True, capture_output=True)
    days: dict[str, list[Path]] = {name: [] for name in DATES}
    with duckdb.connect() as db:
        for file in sorted(generated.glob("*.csv")):
            entity, rows = file.stem, _rows(file)
            _copy(db, rows, _is_in(entity, generated, BEFORE), landing / entity / "history.csv")
            if entity in WHOLE:
                continue
            for name, dates in DATES.items():
                share = max(round(scale), 1) if name == SMALL_DAY else 1
                path = folder / name / entity / f"{name.replace(' ', '-')}.csv"
                _copy(db, rows, _is_in(entity, generated, dates, share), path)
                days[name].append(path)
    shutil.rmtree(generated)
    return landing, days


def _is_in(entity: str, folder: Path, dates: str, share: int = 1) -> str:
    """The condition of the rows of these dates: of each share-th session, and of each share-th order."""
    if entity in WHOLE:
        return "true"
    if entity == "order_items":
        orders = f"{_rows(folder / 'orders.csv')} where {_is_in('orders', folder, dates, share)}"
        return f"order_id in (select order_id from {orders})"
    time, key = DAYS[entity]
    return f"left({time}, 10) {dates} and cast({key} as double) % {share} = 0"


def _copy(db: duckdb.DuckDBPyConnection, rows: str, condition: str, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    db.execute(f"copy (select * from {rows} where {condition}) to '{path}' (header)")


def _rows(file: Path) -> str:
    """The rows of a CSV file as strings, for DuckDB. Its format is said: DuckDB guesses another for some files."""
    return f"read_csv('{file}', all_varchar = true, header = true, delim = ',', quote = '\"')"
