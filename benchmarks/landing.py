"""The landing folder of a benchmark: a generated shop without its last day, and the files of that day."""

import shutil
import subprocess
import sys
from pathlib import Path

import duckdb

# Column of the day of an entity's rows. Customers and products come whole with the first files.
DAYS = {
    "sessions": "start_time",
    "events": '"timestamp"',
    "orders": "order_time",
    "reviews": "review_time",
}
LAST_DAY = "2025-10-31"


def make_landing(folder: Path, scale: float) -> tuple[Path, list[Path]]:
    """Generate a shop. Returns its landing folder without the last day, and the files of the last day, elsewhere."""
    generated, landing, later = folder / "generated", folder / "landing", folder / "later"
    command = [sys.executable, "-m", "data_generator", "generate", "--output", str(generated), "--scale", str(scale)]
    subprocess.run(command, check=True, capture_output=True)
    new_day = []
    with duckdb.connect() as db:
        for file in sorted(generated.glob("*.csv")):
            entity = file.stem
            rows = _rows(file)
            is_new = {
                **{name: f"left({column}, 10) >= '{LAST_DAY}'" for name, column in DAYS.items()},
                "order_items": (
                    f"order_id in (select order_id from {_rows(generated / 'orders.csv')} "
                    f"where left(order_time, 10) >= '{LAST_DAY}')"
                ),
            }.get(entity, "false")
            for target, condition in ((landing, f"not ({is_new})"), (later, is_new)):
                path = target / entity / ("history.csv" if target == landing else "new-day.csv")
                path.parent.mkdir(parents=True, exist_ok=True)
                db.execute(f"copy (select * from {rows} where {condition}) to '{path}' (header)")
            if is_new != "false":
                new_day.append(later / entity / "new-day.csv")
    shutil.rmtree(generated)
    return landing, new_day


def _rows(file: Path) -> str:
    """The rows of a CSV file as strings, for DuckDB. Its format is said: DuckDB guesses another for some files."""
    return f"read_csv('{file}', all_varchar = true, header = true, delim = ',', quote = '\"')"
