"""What a warehouse keeps of the people that it has forgotten: salted hashes, and a report of each time.

`_forget` in the warehouse, which only its owner can read:

- `salt`, random, without which nobody can tell whose the hashes are,
- `suppressed.json`, the hashes of identifiers and values by kind,
- `plan.json`, what is looked for while a forget is under way, in plain text; it is removed at the end,
- `reports/<number>.json`.
"""

import hashlib
import json
import secrets
from pathlib import Path
from typing import Any

from dbt.adapters.spark_connect.forgetting.ids import in_silver
from dbt.adapters.spark_connect.notes import FolderNotes

FOLDER = "_forget"
# Kinds of identifiers whose rows are left out when they are delivered again.
SUPPRESSED = ("customer", "session", "order", "email", "visitor")


class Memory:
    """The folder `_forget` of a warehouse."""

    def __init__(self, warehouse: Path) -> None:
        self._folder = warehouse / FOLDER
        self._notes = FolderNotes(self._folder, owner_only=True)

    @property
    def salt(self) -> str:
        salt = self._notes.read("salt")
        if salt is None:
            salt = secrets.token_hex(32)
            self._notes.write("salt", salt)
        return salt

    def hash(self, kind: str, value: str) -> str:
        return hashed(self.salt, kind, value)

    def forgotten(self) -> dict[str, dict[str, Any]]:
        """Of each forget, by its number: `people`, hashes of what was asked for, and `found`, hashes by kind."""
        kept: dict[str, dict[str, Any]] = json.loads(self._notes.read("suppressed.json") or "{}")
        return kept

    def remember(self, number: int, people: list[str], found: dict[str, list[str]]) -> None:
        """Keep hashes of the identifiers and values that were found of people."""
        salt = self.salt
        hashes = {kind: sorted({hashed(salt, kind, value) for value in values}) for kind, values in found.items()}
        kept = self.forgotten() | {str(number): {"people": people, "found": hashes}}
        self._notes.write("suppressed.json", json.dumps(kept, sort_keys=True))

    def hashes_of(self, people: list[str]) -> set[str]:
        """All hashes of the times at which one of these people was forgotten."""
        times = [each for each in self.forgotten().values() if set(people) & set(each["people"])]
        return {each for time in times for hashes in time["found"].values() for each in hashes}

    def plan(self) -> dict[str, Any] | None:
        text = self._notes.read("plan.json")
        return None if text is None else json.loads(text)

    def keep_plan(self, plan: dict[str, Any]) -> None:
        self._notes.write("plan.json", json.dumps(plan))

    def drop_plan(self) -> None:
        self._notes.remove("plan.json")

    def keep_report(self, number: int, report: dict[str, Any]) -> Path:
        self._notes.write(f"reports/{number}.json", json.dumps(report, indent=2))
        return self._folder / "reports" / f"{number}.json"

    def suppression(self) -> "Suppression | None":
        """What is left out of deliveries; None if nobody was forgotten."""
        times = self.forgotten().values()
        hashes = {each for time in times for kind in SUPPRESSED for each in time["found"].get(kind, [])}
        return Suppression(self.salt, hashes) if hashes else None


def hashed(salt: str, kind: str, value: str) -> str:
    return hashlib.sha256(f"{salt}\n{kind}\n{value}".encode()).hexdigest()


class Suppression:
    """Tells the rows of people who were forgotten."""

    def __init__(self, salt: str, hashes: set[str]) -> None:
        self._salt, self._hashes = salt, hashes
        self._known: dict[tuple[str, str], bool] = {}

    def has(self, kind: str, value: str, source: str) -> bool:
        """Whether an identifier is that of a person who was forgotten."""
        key = (kind, value)
        if key not in self._known:
            plain = in_silver(kind, value, source)
            if len(self._known) > 1_000_000:
                self._known.clear()
            self._known[key] = hashed(self._salt, kind, plain) in self._hashes
        return self._known[key]
