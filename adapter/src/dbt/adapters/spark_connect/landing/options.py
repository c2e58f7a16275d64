"""What a source says of its files."""

import codecs
from collections.abc import Collection
from dataclasses import dataclass, fields
from typing import Any

from dbt_common.exceptions import DbtRuntimeError


@dataclass(frozen=True)
class Options:
    """columns: those that are declared. required: those that every file has. The rest is for CSV files."""

    columns: Collection[str] = ()
    required: Collection[str] = ()
    delimiter: str = ","
    encoding: str = "utf-8"

    @classmethod
    def of(cls, export: dict[str, Any]) -> "Options":
        """The options among the properties of an export. A DbtRuntimeError names one that cannot be meant."""
        options = cls(**{field.name: export[field.name] for field in fields(cls) if field.name in export})
        try:
            codecs.lookup(options.encoding)
        except LookupError:
            raise DbtRuntimeError(f"{export['names'][0]}: there is no encoding {options.encoding!r}.") from None
        if len(options.delimiter) != 1 or options.delimiter in '"\r\n':
            raise DbtRuntimeError(f"{export['names'][0]}: {options.delimiter!r} cannot separate the fields of a file.")
        return options
