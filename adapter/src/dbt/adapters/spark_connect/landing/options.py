"""The options of a source's files."""

import codecs
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from dbt.adapters.spark_connect.forgetting.memory import Suppression
from dbt_common.exceptions import DbtRuntimeError


@dataclass(frozen=True)
class Options:
    """columns: those that are declared. required: those that every file has. ids: the kinds of identifiers by column.

    without: what helps a file that lacks a required column, and only that one, as a sentence by column.

    suppression: tells the rows that are left out. delimiter and encoding are for CSV files.
    """

    columns: Collection[str] = ()
    required: Collection[str] = ()
    without: Mapping[str, str] = field(default_factory=dict)
    delimiter: str = ","
    encoding: str = "utf-8"
    source: str = "native"
    ids: Mapping[str, str] = field(default_factory=dict)
    suppression: Suppression | None = None

    @classmethod
    def of(cls, export: dict[str, Any], suppression: Suppression | None = None) -> "Options":
        """The options among the properties of an export. A DbtRuntimeError names an invalid one."""
        if suppression and "ids" not in export:
            raise DbtRuntimeError(f"{export['names'][0]}: without `ids`, forgotten people would come back.")
        given = {each.name: export[each.name] for each in fields(cls) if each.name in export}
        options = cls(**given, suppression=suppression)
        try:
            codecs.lookup(options.encoding)
        except LookupError:
            raise DbtRuntimeError(f"{export['names'][0]}: there is no encoding {options.encoding!r}.") from None
        if len(options.delimiter) != 1 or options.delimiter in '"\r\n':
            raise DbtRuntimeError(f"{export['names'][0]}: {options.delimiter!r} cannot separate the fields of a file.")
        return options
