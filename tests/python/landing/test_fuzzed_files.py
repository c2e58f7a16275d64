"""Any bytes as any entity: no file ends in a defect, and every record of it is in one place.

The same files each time; `make nightly` looks at others for FUZZ_SECONDS.
"""

import csv
import gzip
import io
import os
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from dbt.adapters.spark_connect.landing.options import Options
from dbt.adapters.spark_connect.landing.staging import scan, stage
from deliveries import GOOD
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from shop import HEADERS

SECONDS = int(os.environ.get("FUZZ_SECONDS", "0"))

ODD = [
    "", " ", "1", "1.0", "001", "+1", "1e3", "1e400", "-0", "-1", "0x1", "\u0661", "1,5", "1_000", "9" * 40, "0." + "9" * 40,
    "NaN", "inf", "null", "None", "True", "2025-01-31T10:00:00", "2025-01-31 10:00:00.123456789Z", "2025-02-30",
    "0000-00-00", "9999-12-31T23:59:59-14:00", "-4712-01-01", "2025-01-31T24:00:00", "1738317600", "page_view", "PURCHASE",
    "a@b.co", "\u0431\u043e\u0431@\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444", "'", "\\", "\\N", "`", "${x}", "{{ x }}", "/*", "--", ";", "\x00", "\x1a", "\ufeff", "\u2028",
    "\U0001f6d2", "e\u0301", "x" * 5000, '"', '""', "\n", "\r", "\r\n", "\t",
]  # fmt: skip
FIELDS = st.one_of(st.sampled_from(ODD), st.text(max_size=12))


@st.composite
def deliveries(draw: st.DrawFn, entity: str) -> bytes:
    """A file of an entity: by its header and many odd fields, and then with some bytes changed; or any bytes at all."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=200))
    columns = HEADERS[entity].split(",")
    good = next(csv.reader(GOOD[f"{entity}.csv"]))
    rows = []
    for _ in range(draw(st.integers(0, 6))):
        row = list(good)
        for _ in range(draw(st.integers(0, 3))):
            row[draw(st.integers(0, len(row) - 1))] = draw(FIELDS)
        rows.append(row[: len(row) - draw(st.integers(0, 20)) // 20])
    header = [draw(st.sampled_from([name, name, name, name.upper(), f" {name}"])) for name in columns]
    text = io.StringIO()
    ending = draw(st.sampled_from(["\n", "\r\n"]))
    if draw(st.booleans()):
        quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
        csv.writer(text, quoting=quoting, lineterminator=ending).writerows([header, *rows])
    else:
        text.write(ending.join(",".join(row) for row in [header, *rows]))
    content = bytearray(text.getvalue().encode(errors="surrogatepass"))
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 3]))):
        place = draw(st.integers(0, len(content)))
        content[place : place + draw(st.integers(0, 3))] = draw(st.binary(max_size=3))
    return bytes(content)


ENTITIES = st.sampled_from([name.removesuffix(".csv") for name in GOOD]).flatmap(
    lambda entity: st.tuples(st.just(entity), deliveries(entity))
)


def fuzzed(strategy: st.SearchStrategy[Any], cases: int) -> Callable[[Callable[[Any], None]], Callable[[], None]]:
    """Look at so many cases, always the same; with FUZZ_SECONDS at others, until the time is over."""

    def decorate(check: Callable[[Any], None]) -> Callable[[], None]:
        quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
        plain = settings(
            max_examples=cases, derandomize=not SECONDS, deadline=None, database=None, suppress_health_check=quiet
        )

        def run() -> None:
            ends, seen = time.monotonic() + SECONDS, 0
            while not seen or time.monotonic() < ends:
                case = given(strategy)(check)
                plain(seed(random.randrange(2**32))(case) if SECONDS else case)()
                seen += cases
            print(f"{seen} cases")

        return run

    return decorate


def look(entity: str, content: bytes, packed: bool, folder: Path) -> dict[str, Any]:
    """What is made of a file."""
    path = folder / f"{entity}.csv{'.gz' * packed}"
    path.write_bytes(gzip.compress(content) if packed else content)
    return scan(str(folder), [entity], [], Options(), folder / "warehouse" / "_staged")


@pytest.mark.slow
def test_any_bytes_are_refused_by_name_or_staged_record_by_record() -> None:
    @fuzzed(st.tuples(ENTITIES, st.booleans()), cases=400)
    def check(case: tuple[tuple[str, bytes], bool]) -> None:
        (entity, content), packed = case
        with tempfile.TemporaryDirectory() as name:
            seen = look(entity, content, packed, Path(name))
            assert len(seen["files"]) + len(seen["errors"]) == 1
            for error in seen["errors"]:
                assert error.startswith(f"{entity}.csv") and "\n" not in error
            for file in seen["files"]:
                staged = [(file["path"], file["sha256"])]
                parts = stage(name, [entity], staged, Options(), Path(name) / "warehouse" / "_staged")
                tables = {part["kind"]: pq.read_table(part["path"]) for part in parts}
                counts = [tables[kind].num_rows if kind in tables else 0 for kind in ("data", "rejects")]
                assert counts == [file["rows"], file["rejected"]]
                numbers = sorted(n for table in tables.values() for n in table["_row_number"].to_pylist())
                assert numbers == list(range(1, len(numbers) + 1)), "each record is in one place"
                if b'"' not in content and content.count(b"\r") == content.count(b"\r\n"):
                    lines = [line for line in content.removeprefix(b"\xef\xbb\xbf").split(b"\n") if line.strip()]
                    assert len(numbers) == len(lines) - 1, "each line is a record"

    check()
