"""Decides which rows are dirty and how, and writes the dirty lines.

A dirty row is one of three kinds. A *rejected* row is a copy of a good row, under a fresh key, that breaks a rule; a
*duplicate* is a copy of a line; a *repaired* row is a good row in another spelling. The good rows themselves all stay,
so what the clean data says, the dirty data says too.
"""

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from data_generator.faults import FAULTS, UNPARSABLE
from data_generator.repairs import repairs
from data_generator.schema import COLUMNS, KEYS
from data_generator.streams import Streams
from data_generator.tables import Numbers

DUPLICATE: Final = "duplicate_row"

_UNPARSABLE_VARIANTS: Final = 4
_UNCLOSED: Final = 3  # the variant that leaves a quote open


@dataclass(frozen=True)
class DirtyLines:
    """The replacement of a good line.

    ``lines`` follow each other; ``last`` has an unclosed quote, which takes in all that follows, so it must be the last
    line of its file.
    """

    lines: bytes
    rows: int
    last: bytes = b""


class Dirt:
    """The dirty rows of one entity: a share ``rate`` of its rows, dealt out evenly over all kinds of dirt."""

    def __init__(self, entity: str, row_count: int, rate: float, streams: Streams) -> None:
        self._entity = entity
        self._row_count = row_count
        self._repairs = repairs(entity)
        self._kinds = _kinds(entity, list(self._repairs))
        size = round(row_count * rate)
        # Sorting random words draws rows without repetition. Only the chosen rows are kept, by row.
        chosen = np.argsort(streams.raw(f"dirt.{entity}", row_count), kind="stable")[:size] if size else np.arange(0)
        serial = np.argsort(chosen, kind="stable")
        self._rows = chosen[serial]
        self._serial = serial

    def find(self, rows: Numbers) -> list[tuple[int, int]]:
        """The dirty ones among the given rows: their positions in ``rows`` and their serial numbers."""
        if not len(self._rows):
            return []
        place = np.minimum(np.searchsorted(self._rows, rows), len(self._rows) - 1)
        position = np.flatnonzero(self._rows[place] == rows)
        return list(zip(position.tolist(), self._serial[place[position]].tolist(), strict=True))

    def soil(self, line: bytes, serial: int, *, may_be_last: bool) -> DirtyLines:
        """The lines that replace a good line (with its line feed).

        ``may_be_last`` says whether the file has no unclosed quote yet.
        """
        kind = self._kinds[serial % len(self._kinds)]
        variant = serial // len(self._kinds)
        if kind == DUPLICATE:
            return DirtyLines(line + line, 2)
        fields = next(csv.reader([line.decode("utf-8")]))
        if kind in self._repairs:
            self._repairs[kind](self._entity, fields, variant)
            return DirtyLines(_encoded(fields), 1)
        key = KEYS[self._entity]
        if key is not None:
            fields[COLUMNS[self._entity].index(key)] = str(self._row_count + 1 + serial)
        if kind != UNPARSABLE:
            variants = FAULTS[self._entity][kind]
            for column, value in variants[variant % len(variants)].items():
                fields[COLUMNS[self._entity].index(column)] = value
            return DirtyLines(line + _encoded(fields), 2)
        if variant % _UNPARSABLE_VARIANTS == _UNCLOSED and may_be_last:
            return DirtyLines(line, 1, last=_encoded(fields[:-1]).replace(b"\n", b',"open\n'))
        return DirtyLines(line + _unparsable(fields, variant % _UNPARSABLE_VARIANTS), 2)

    def counts(self) -> Counter[str]:
        """Number of dirty rows of each kind."""
        numbers = np.bincount(self._serial % len(self._kinds), minlength=len(self._kinds)).tolist()
        return Counter(dict(zip(self._kinds, numbers, strict=True)))

    def repair_names(self) -> Sequence[str]:
        """The kinds that spell a good row differently."""
        return list(self._repairs)


def _kinds(entity: str, repair_names: list[str]) -> list[str]:
    """All kinds of dirt, in the order in which they are distributed; rules and repairs alternate at first."""
    rejected = [UNPARSABLE, *FAULTS[entity]]
    kept = repair_names if KEYS[entity] is None else [*repair_names, DUPLICATE]
    common = min(len(rejected), len(kept))
    alternating = [kind for pair in zip(rejected, kept, strict=False) for kind in pair]
    return [*alternating, *rejected[common:], *kept[common:]]


def _encoded(fields: Sequence[str]) -> bytes:
    """A CSV line; quotes only where they are needed."""
    quoted = ['"' + f.replace('"', '""') + '"' if any(c in f for c in ',"\r\n') else f for f in fields]
    return (",".join(quoted) + "\n").encode("utf-8")


def _unparsable(fields: Sequence[str], variant: int) -> bytes:
    """A line that is not a row: a field too many, bad UTF-8, or a field too few."""
    if variant == 1:
        return _encoded([*fields, "extra"])
    if variant == 2:
        return _encoded(fields).replace(b"\n", b"\xff\xfe\n")
    return _encoded(fields[:-1])
