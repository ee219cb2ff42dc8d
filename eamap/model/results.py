"""The one envelope in which every command answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from eamap.model.issues import Issue

SCHEMA_VERSION = "1.0"


@dataclass(frozen=True, slots=True)
class Tally:
    """A count with its denominator, and the refs that explain both."""

    n: int
    of: int
    ref: str
    of_ref: str

    def as_dict(self) -> dict[str, Any]:
        """Returns the tally as published."""
        return {"n": self.n, "of": self.of, "ref": self.ref, "of_ref": self.of_ref}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the rows: its key, its heading for people, and what it holds."""

    key: str
    heading: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Omitted:
    """How many rows were left out, why, and the ref that explains the number."""

    n: int = 0
    why: str = ""
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """An answer: rows, counts with denominators, what was left out, and the reference data it rests on.

    Each row may hold ``refs``, a mapping from column to the ref of the number in it; ``ref`` is the row's own.
    ``reference`` maps each set of reference data used to its version and age in days.
    """

    command: str
    as_of: date
    version: int
    columns: tuple[Column, ...]
    rows: Sequence[Mapping[str, Any]]
    counts: Mapping[str, Tally] = field(default_factory=dict)
    reference: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    omitted: Omitted = field(default_factory=Omitted)
    issues: tuple[Issue, ...] = ()

    def envelope(self) -> dict[str, Any]:
        """Returns the answer as the results contract publishes it."""
        return {
            "schema_version": SCHEMA_VERSION,
            "command": self.command,
            "as_of": self.as_of.isoformat(),
            "version": self.version,
            "reference": {name: dict(used) for name, used in sorted(self.reference.items())},
            "counts": {name: tally.as_dict() for name, tally in self.counts.items()},
            "rows": [dict(row) for row in self.rows],
            "omitted": {"n": self.omitted.n, "why": self.omitted.why, "ref": self.omitted.ref},
            "issues": [{name: getattr(issue, name) for name in issue.__dataclass_fields__} for issue in self.issues],
        }


def age_in_words(days: int) -> str:
    """Says how old reference data is on the day judged; ``days`` is below nought where it is of a later day."""
    return f"{days} days old" if days >= 0 else "newer than the day judged"
