"""Guesses what a file that cannot be loaded really is."""

import json
import zlib
from pathlib import Path

from dbt.adapters.spark_connect.landing.folder import format_of
from dbt.adapters.spark_connect.landing.limits import raw_stream
from dbt.adapters.spark_connect.landing.options import Options

_BEGINNING = 64 << 10
_SEPARATORS = (";", "\t", "|")
_KINDS = (
    (b"PK\x03\x04", "", "It is an Excel workbook or a ZIP archive. Export it as CSV in UTF-8."),
    (b"PAR1", "parquet", "It is a Parquet file. Let its name end in .parquet."),
    (b"\x1f\x8b", "", "It is compressed. Let its name end in .gz."),
    (b"{", "json", "It is JSON. Let its name end in .jsonl."),
)


def hint(source: Path, options: Options) -> str:
    """A sentence after a blank, or nothing. It does not reveal contents of the file."""
    try:
        with raw_stream(source) as stream:
            beginning = stream.read(_BEGINNING)
    except (OSError, EOFError, zlib.error):
        return ""
    kind = format_of(source.name)
    for mark, other_kind, sentence in _KINDS:
        if beginning.startswith(mark) and kind != other_kind:
            return f" {sentence}"
    if kind != "parquet" and b"\x00" in beginning[:200]:
        way_out = _in_yaml("encoding: utf-16") if kind == "csv" else " Deliver it in UTF-8."
        return f" It seems to be in UTF-16.{way_out}"
    first, _, rest = beginning.partition(b"\n")
    if kind == "json" and first.strip() == b"{" and rest:
        return " It is an object over several lines. JSON lines have an object on each."
    if kind == "csv" and options.delimiter.encode() not in first:
        for separator in _SEPARATORS:
            if separator.encode() in first:
                name = json.dumps(separator)
                return f" Its fields seem to be separated by {name}.{_in_yaml(f'delimiter: {name}')}"
    return ""


def _in_yaml(meta: str) -> str:
    return f" If all its source's files are, write `config: {{meta: {{{meta}}}}}` at the table in the source's YAML."
