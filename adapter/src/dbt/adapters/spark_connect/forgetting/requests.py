"""The files that people's requests come in and go out by."""

import csv
import json
import os
from pathlib import Path
from typing import Any

from dbt_common.exceptions import DbtRuntimeError

_COLUMNS = ("customer_id", "email")


def read(path: str) -> list[dict[str, str]]:
    """The rows of a CSV file of requests, with `customer_id`, `email` or both. A DbtRuntimeError says what is wrong."""
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DbtRuntimeError(f"The file of requests {path} cannot be read: {error}") from None
    wanted = []
    for number, row in enumerate(rows, 2):
        values = {name: (row.get(name) or "").strip() for name in _COLUMNS}
        if not any(values.values()):
            raise DbtRuntimeError(
                f"{path}, row {number}: there is neither a customer_id nor an email. Nothing was forgotten."
            )
        wanted.append({name: value for name, value in values.items() if value})
    if not wanted:
        raise DbtRuntimeError(f"{path}: there is no request. A row has a customer_id, an email, or both.")
    return wanted


def write_report(path: Path, report: dict[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(report, file, indent=2, default=str, ensure_ascii=False)
    return path
