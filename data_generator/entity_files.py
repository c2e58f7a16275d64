"""Writes all files of one entity."""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
from tqdm import tqdm

from data_generator.columns import Writer
from data_generator.delivery import Delivery
from data_generator.dirt import DUPLICATE, Dirt
from data_generator.faults import RULES
from data_generator.files import FileEntry, LandingFile
from data_generator.options import GenerateOptions
from data_generator.schema import header

# Rows written at once: some megabytes of text.
_CHUNK: Final = 1 << 16

# Stands where a dirty row has its serial number, and sorts before it.
_NEW_FILE: Final = -1

Row = Sequence[str]


@dataclass(frozen=True)
class EntityReport:
    """What was written for an entity.

    Lines in the files = ``good_rows`` + ``duplicate_rows`` + ``quarantined_rows``. ``late_rows`` and ``repaired_rows``
    are good rows.
    """

    entity: str
    files: list[FileEntry]
    good_rows: int
    late_rows: int
    duplicate_rows: int
    repaired_rows: dict[str, int]
    quarantined_rows: Counter[str]


def write_entity(entity: str, writer: Writer, delivery: Delivery, dirt: Dirt, folder: Path) -> EntityReport:
    """Writes the rows of an entity, with their dirt, into the files of its delivery."""
    counts = dirt.counts()
    return EntityReport(
        entity=entity,
        files=_write_files(entity, writer, delivery, dirt, folder),
        good_rows=len(delivery.rows),
        late_rows=delivery.late_rows,
        duplicate_rows=counts[DUPLICATE],
        repaired_rows={name: counts[name] for name in dirt.repair_names()},
        quarantined_rows=Counter({rule: counts[rule] for rule in RULES}),
    )


def _write_files(entity: str, writer: Writer, delivery: Delivery, dirt: Dirt, folder: Path) -> list[FileEntry]:
    done: list[FileEntry] = []
    size = len(delivery.rows)
    paths = [path for path, _ in delivery.files]
    begins = np.array([begin for _, begin in delivery.files])
    file = LandingFile(folder, paths[0], header(entity))
    try:
        with tqdm(total=size, desc=f"writing {entity}", unit=" rows", disable=None, leave=False) as progress:
            # Chunks of rows rather than files: a daily file is far smaller than the fastest size to write at once.
            for first in range(0, size, _CHUNK):
                rows = delivery.rows[first : first + _CHUNK]
                text = writer.lines(entity, rows)
                is_here = (begins > 0) & (begins >= first) & (begins < first + len(rows))
                new_files = [(begin, _NEW_FILE) for begin in (begins[is_here] - first).tolist()]
                written = 0
                for position, serial in sorted(new_files + dirt.find(rows)):
                    file.add(text.between(written, position), position - written)
                    written = position
                    if serial == _NEW_FILE:
                        done.append(file.finish())
                        file = LandingFile(folder, paths[len(done)], header(entity))
                        continue
                    good_line = bytes(text.between(position, position + 1))
                    dirty = dirt.soil(good_line, serial, may_be_last=not file.has_last)
                    file.add(dirty.lines, dirty.rows)
                    if dirty.last:
                        file.set_last(dirty.last)
                    written += 1
                file.add(text.between(written, len(rows)), len(rows) - written)
                progress.update(len(rows))
        done.append(file.finish())
    finally:
        file.close()
    return done


def write_dated(
    entity: str, columns: Sequence[str], dated: Iterable[tuple[date, Row]], options: GenerateOptions, folder: Path
) -> EntityReport:
    """Writes rows of text, each with its day of delivery, as good rows."""
    files: dict[str, list[Row]] = defaultdict(list)
    ending = options.ending("native")
    for day, row in dated:
        files[f"{entity}/{day}.{ending}" if options.layout == "daily" else f"{entity}.{ending}"].append(row)
    head = (",".join(columns) + "\n").encode("ascii")
    written = []
    for name, rows in sorted(files.items()):
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        file = LandingFile(folder, name, head)
        file.add(text.getvalue().encode(), len(rows))
        written.append(file.finish())
    return EntityReport(entity, written, sum(file.rows for file in written), 0, 0, {}, Counter())
