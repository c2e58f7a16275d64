"""What is remembered of the files of a landing folder, from run to run."""

import json
from typing import Any

from dbt.adapters.spark_connect.notes import Notes


class Remembered:
    """A value for each file of a place, by its path: `known` from the last run, and `seen` by this one."""

    def __init__(self, notes: Notes, note: str, place: str) -> None:
        self._notes, self._note, self._place = notes, note, place
        self.known: dict[str, Any] = {}
        self.seen: dict[str, Any] = {}
        try:
            remembered = json.loads(notes.read(note) or "{}")
            if remembered["folder"] == place:
                self.known = remembered["files"]
        except (OSError, ValueError, KeyError, TypeError):
            pass  # there is nothing to remember: every file is read

    def write(self) -> None:
        """Write down what was seen, for the next run."""
        if self.seen != self.known:
            self._notes.write(self._note, json.dumps({"folder": self._place, "files": self.seen}))
