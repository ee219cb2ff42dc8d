"""The differences with HL7's validator that the specification's words settled, and how a new one is recognised.

``settled.yaml`` has an entry for each: the side that says more (``only HL7`` or ``only eamap``), the kind, the name of the
judge's own rule as ``classes.txt`` prints it, and where these do not tell it apart the releases, or what the place or
the words must hold (regular expressions). ``cases`` names what keeps it without Java, ``why`` says who is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from tests.hl7.classes import Said

SETTLED = Path(__file__).with_name("settled.yaml")
SIDES = ("both", "only HL7", "only eamap")


@dataclass(frozen=True)
class Entry:
    """One settled class of differences."""

    side: str
    kind: str
    name: str
    cases: tuple[str, ...]
    why: str
    releases: tuple[str, ...] = ()
    where: str = ""
    words: str = ""

    @property
    def key(self) -> tuple[object, ...]:
        """What tells one entry from another."""
        return self.side, self.kind, self.name, self.releases, self.where, self.words

    def fits(self, side: str, kind: str, release: str, said: Said) -> bool:
        """Whether a finding that only one side has is of this class."""
        return (
            (side, kind, said.name) == (self.side, self.kind, self.name)
            and (not self.releases or release in self.releases)
            and bool(re.search(self.where, said.where) and re.search(self.words, said.words))
        )


@dataclass
class Difference:
    """What one side says of a file in a kind the other says nothing of."""

    file: str
    release: str
    operators: str
    side: str
    kind: str
    said: list[Said]
    others: list[str]
    findings: int
    settled: list[Entry] = field(default_factory=list)

    @property
    def open(self) -> list[Said]:
        """The findings that no entry settles."""
        return [said for said in self.said if not any(self._fits(entry, said) for entry in self.settled)]

    def settle(self, entries: Iterable[Entry]) -> None:
        """Keeps the entries that settle something of it."""
        self.settled = [entry for entry in entries if any(self._fits(entry, said) for said in self.said)]

    def _fits(self, entry: Entry, said: Said) -> bool:
        return entry.fits(self.side, self.kind, self.release, said)

    def row(self) -> dict[str, str]:
        """Gives it as a row of the table of all differences."""
        first = next(iter(self.open), self.said[0])
        return {
            "release": self.release, "kind": self.kind, "side": self.side, "file": self.file, "operators": self.operators,
            "where": first.where, "name": first.name, "words": first.words, "times": str(len(self.said)),
            "other_side_says": ", ".join(self.others), "settled": "no" if self.open else "yes",
        }  # fmt: skip


def entries(path: Path = SETTLED) -> list[Entry]:
    """Reads the settled classes."""
    return [
        Entry(**{**each, "cases": tuple(each["cases"]), "releases": tuple(each.get("releases", ()))})
        for each in yaml.safe_load(path.read_text("utf-8"))
    ]
