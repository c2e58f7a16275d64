"""Dirty rows: the truth stays the same, and the manifest says which rows are quarantined."""

import csv
import gzip
import hashlib
import io
import re
from collections import Counter

import pytest
from generated import (
    DIRTY,
    SHORT,
    Run,
    content,
    everything,
    manifest,
)
from judge import ALIASES, RULES, BrokenError, judged, silver, true_figures

from data_generator.schema import ENTITIES, KEYS


def test_dirty_data_has_the_same_truth(run: Run) -> None:
    clean, dirty = run("--scale", "0.02"), run(*DIRTY)
    assert manifest(dirty)["truth"] == manifest(clean)["truth"]
    for folder in (clean, dirty):
        assert true_figures(folder) == manifest(folder)["truth"]
    for entity in ENTITIES:
        assert Counter(silver(dirty, entity)[0]) == Counter(silver(clean, entity)[0])
        assert content(dirty / f"{entity}.csv") != content(clean / f"{entity}.csv")


@pytest.mark.parametrize(
    "arguments",
    [DIRTY, (*SHORT, "--dirty-rate", "0.3", "--layout", "daily", "--late-rate", "0.2", "--format", "csv.gz")],
)
def test_dirty_rows_are_quarantined_as_the_manifest_says(run: Run, arguments: tuple[str, ...]) -> None:
    folder = run(*arguments)
    said = manifest(folder)
    total: Counter[str] = Counter()
    for entity in ENTITIES:
        good, quarantine, duplicates = silver(folder, entity)
        entry = said["entities"][entity]
        assert quarantine == Counter(entry["quarantined_rows"]), entity
        assert duplicates == entry["duplicate_rows"]
        assert len(good) == entry["good_rows"]
        assert entry["rows"] == len(good) + duplicates + quarantine.total()
        total += quarantine
    assert dict(total) == said["quarantined_rows"]
    assert list(said["quarantined_rows"]) == list(RULES)
    assert all(said["quarantined_rows"].values())


def test_rejected_rows_have_keys_of_their_own(run: Run) -> None:
    folder = run(*DIRTY)
    for entity, key in KEYS.items():
        good = {row[0] for row in silver(folder, entity)[0]}
        rejected = []
        for line in content(folder / f"{entity}.csv").splitlines()[1:]:
            try:
                judged(entity, line)
            except BrokenError as rule:
                first_field = line.split(b",")[0].decode()
                if key is not None and str(rule) not in {"missing_key", "invalid_id"}:
                    rejected.append(first_field)
        assert len(set(rejected)) == len(rejected)
        assert good.isdisjoint(rejected)


def test_dirty_rate_is_a_share_of_the_rows(run: Run) -> None:
    for entry in manifest(run(*DIRTY))["entities"].values():
        dirty = entry["duplicate_rows"] + sum(entry["repaired_rows"].values()) + sum(entry["quarantined_rows"].values())
        assert dirty == round(0.3 * entry["good_rows"])


def test_all_kinds_of_repair_and_of_unparsable_lines_occur(run: Run) -> None:
    folder = run(*DIRTY)
    for entity, entry in manifest(folder)["entities"].items():
        assert all(entry["repaired_rows"].values())
        assert (entry["duplicate_rows"] > 0) == (entity != "order_items")
    text = content(folder / "events.csv")
    for spelling in (rb"\n\d+\.0,", rb"\n00\d+,", rb"\n\+\d+,", rb"\n\d\.\d+e\d+,"):
        assert re.search(spelling, text), spelling
    for alias in ALIASES:
        assert f",{alias},".encode() in text
    for wanted in (
        b"PAGE_VIEW",
        b" PAGE_VIEW ",
        b",  page_view,",
        b",Page_view,",
        b"\xff\xfe\n",
        b",extra\n",
        b"null",
        b"NaN",
    ):
        assert wanted in text, wanted
    for zone in (rb"\d\dZ,", rb"\+05:30,", rb"-08:00,", rb"\d\d \d\d:\d\d:\d\d,", rb"\d\d\.000,"):
        assert re.search(zone, text), zone
    assert b"add_to_cart,1.0,0.0," in text


def test_an_unclosed_quote_swallows_no_other_row(run: Run) -> None:
    folder = run(*DIRTY)
    open_quotes = 0
    for entity in ENTITIES:
        text = content(folder / f"{entity}.csv")
        open_quotes += text.count(b'"') % 2
        read = list(csv.reader(io.StringIO(text.decode(errors="replace"), newline="")))
        assert len(read) - 1 == manifest(folder)["entities"][entity]["rows"]
    assert open_quotes >= 3


def test_a_dirty_rate_of_one_soils_every_row_and_keeps_the_truth(run: Run) -> None:
    clean, dirty = run("--scale", "0.005"), run("--scale", "0.005", "--dirty-rate", "1")
    for entity in ENTITIES:
        assert Counter(silver(dirty, entity)[0]) == Counter(silver(clean, entity)[0])


def test_manifest_describes_arguments_and_files(run: Run) -> None:
    folder = run(*SHORT, "--dirty-rate", "0.3", "--layout", "daily", "--late-rate", "0.2", "--format", "csv.gz")
    said = manifest(folder)
    assert said["arguments"] == {
        "source": "native",
        "scale": 0.02,
        "seed": 42,
        "start": "2024-01-01",
        "end": "2024-02-15",
        "layout": "daily",
        "format": "csv.gz",
        "dirty_rate": 0.3,
        "late_rate": 0.2,
    }
    on_disk = everything(folder)
    assert {entry["path"] for entry in said["files"]} == set(on_disk) - {"manifest.json"}
    for entry in said["files"]:
        raw = on_disk[entry["path"]]
        assert entry["bytes"] == len(raw)
        assert entry["sha256"] == hashlib.sha256(raw).hexdigest()
        assert entry["rows"] == gzip.decompress(raw).count(b"\n") - 1
    for entity, entry in said["entities"].items():
        own = [file for file in said["files"] if file["path"].startswith(f"{entity}/")]
        assert entry["files"] == len(own)
        assert entry["rows"] == sum(file["rows"] for file in own)
        assert entry["bytes"] == sum(file["bytes"] for file in own)
