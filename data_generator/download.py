"""The ``download`` command: the published data set from Kaggle."""

import csv
import importlib
import shutil
from pathlib import Path
from typing import Final

from data_generator.errors import UserError
from data_generator.landing import LandingFolder
from data_generator.schema import COLUMNS, ENTITIES

DATA_SET: Final = "wafaaelhusseini/e-commerce-transactions-clickstream"
LICENCE: Final = "CC BY-SA 4.0"


def download(output: Path, *, force: bool) -> int:
    """Copies the seven files of the Kaggle data set into a landing folder; returns their size in bytes."""
    with LandingFolder(output, force=force) as landing:
        sources = _checked(_fetched())
        for entity, source in sources.items():
            shutil.copyfile(source, landing.partial / f"{entity}.csv")
        size = sum(source.stat().st_size for source in sources.values())
        landing.publish()
    return size


def _fetched() -> Path:
    """The folder into which kagglehub downloaded the data set."""
    try:
        kagglehub = importlib.import_module("kagglehub")
    except ImportError:
        raise UserError("download needs the package kagglehub; install it with: pip install kagglehub") from None
    try:
        return Path(kagglehub.dataset_download(DATA_SET))
    except Exception as error:  # kagglehub passes on whatever its HTTP libraries raise
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        raise UserError(
            f"cannot download {DATA_SET} ({reason}); check the network connection and, if Kaggle asks for a login, "
            "set KAGGLE_USERNAME and KAGGLE_KEY or put kaggle.json into ~/.kaggle"
        ) from error


def _checked(folder: Path) -> dict[str, Path]:
    """The file of each entity, wherever in the folder it is."""
    found = {entity: next(iter(sorted(folder.rglob(f"{entity}.csv"))), None) for entity in ENTITIES}
    files = {entity: file for entity, file in found.items() if file is not None}
    if missing := [f"{entity}.csv" for entity in ENTITIES if entity not in files]:
        raise UserError(f"the data set {DATA_SET} lacks {', '.join(missing)} (looked in {folder})")
    for entity, file in files.items():
        with file.open(encoding="utf-8-sig", newline="") as lines:
            header = tuple(name.strip().lower() for name in next(csv.reader(lines), []))
        if lacking := [column for column in COLUMNS[entity] if column not in header]:
            raise UserError(f"{file} lacks the columns {', '.join(lacking)}; its header is {','.join(header)}")
    return files
