"""Files beside the tables, which are made of them and can be made again: they go where somebody stands in them."""

from collections.abc import Callable
from pathlib import Path

from dbt.adapters.spark_connect.forgetting.scan import LOGS, Wanted, find


def scrub(folders: list[Path], wanted: Wanted) -> list[str]:
    """Remove the files in which something is left, and of logs the lines. Returns the files."""
    changed = []
    for place in find(folders, wanted):
        file = Path(place.split(", ")[0])
        if not file.exists():
            continue
        if LOGS.search(file.name):
            _without_lines(file, wanted.in_text)
        else:
            file.unlink()
        changed.append(str(file))
    return changed


def _without_lines(file: Path, unwanted: Callable[[str], bool]) -> None:
    """Rewrite a log in place: who writes it has it open, and appends."""
    with file.open("r+", encoding="utf-8", errors="replace") as log:
        kept = [line for line in log if not unwanted(line)]
        log.seek(0)
        log.writelines(kept)
        log.truncate()
