"""Reads from how many days on an end of support, a proof of entitlement or the age of data is worth saying."""

from __future__ import annotations

from pathlib import Path

from eamap.errors import ReferenceDataError
from eamap.model.shipped import REINSTALL
from eamap.reference import sets
from eamap.reference.memory import remembered

SET = "support"


@remembered
def load(folder: Path | None = None) -> Thresholds:
    """Opens the set."""
    return Thresholds(folder)


class Thresholds:
    """Numbers of days by what they are for; a folder beside the store may hold others."""

    def __init__(self, folder: Path | None = None) -> None:
        rows = sets.read(SET, "thresholds.csv", folder).select("name", "days").iter_rows()
        self._days = {name: _number(name, days) for name, days in rows}

    def days(self, name: str) -> int:
        """Returns a threshold in days; ReferenceDataError if the set does not have it."""
        if name not in self._days:
            raise ReferenceDataError(f"the set {SET} has no threshold {name!r}", hint=REINSTALL)
        return self._days[name]

    def named(self, beginning: str) -> tuple[str, ...]:
        """Returns what follows this beginning in the names of thresholds, in order."""
        return tuple(sorted(name.removeprefix(beginning) for name in self._days if name.startswith(beginning)))


def _number(name: str, days: str | None) -> int:
    if days is None or not days.isdecimal():
        raise ReferenceDataError(f"the threshold {name!r} is {days!r}: not a number of days", hint=REINSTALL)
    return int(days)
