"""Writes sessions with more than the data set has of them: where they come from, and in which browser they happen."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import numpy as np

from data_generator.books import utc_day
from data_generator.browsers import Browsers
from data_generator.campaigns import Campaigns, pages
from data_generator.columns import Writer
from data_generator.entity_files import EntityReport, Row, write_dated
from data_generator.options import GenerateOptions
from data_generator.schema import BROWSER_COLUMNS, COLUMNS, PAGE_COLUMNS
from data_generator.tables import Dataset

CUSTOMER = COLUMNS["sessions"].index("customer_id")


def write_visits(
    campaigns: Campaigns | None,
    browsers: Browsers | None,
    data: Dataset,
    writer: Writer,
    options: GenerateOptions,
    folder: Path,
) -> EntityReport:
    """Writes the files of sessions, each with the rows of its day."""
    columns = [*COLUMNS["sessions"]]
    more: list[Sequence[Row]] = []
    if campaigns:
        columns += PAGE_COLUMNS
        more.append(pages(campaigns))
    if browsers:
        columns += BROWSER_COLUMNS
        more.append([(browser,) for browser in browsers.ids])

    def rows() -> Iterator[tuple[date, Row]]:
        text = writer.lines("sessions", np.arange(data.rows("sessions")))
        for number, (known, *added) in enumerate(
            zip(csv.reader(io.StringIO(bytes(text.buffer).decode())), *more, strict=True)
        ):
            if browsers and not browsers.is_named[number]:
                known[CUSTOMER] = ""
            yield utc_day(int(data.sessions.start[number])), [*known, *(value for part in added for value in part)]

    return write_dated("sessions", columns, rows(), options, folder)
