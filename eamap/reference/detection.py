"""Reads the rules by which a statement shows the standards it claims: a place in the statement, a pattern, a standard."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, get_args

from eamap.errors import ReferenceDataError
from eamap.reference import sets
from eamap.reference.memory import remembered
from eamap.reference.standards import SET

FILE = "detection.csv"
Where = Literal[
    "instantiates", "implementation-guide", "profile", "operation", "message", "address", "own-url", "software", "name"
]
PLACES: tuple[Where, ...] = get_args(Where)


@dataclass(frozen=True, slots=True)
class Rule:
    """What, found in which place, shows which standard; ``source`` says who says so."""

    id: str
    where: Where
    standard: str
    source: str
    pattern: str
    """What a text has to be, begin with, or hold."""
    fits: Callable[[str], bool]


@remembered
def load(folder: Path | None = None) -> Rules:
    """Opens the rules."""
    return Rules(folder)


class Rules:
    """The rules by place; what a text means is worked out once."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._met: dict[tuple[Where, str], tuple[Rule, ...]] = {}

    def of(self, where: Where, text: str) -> tuple[Rule, ...]:
        """Returns every rule that a text in a place satisfies, in the order of the table."""
        key = (where, text)
        if key not in self._met:
            self._met[key] = tuple(rule for rule in self.by_place.get(where, ()) if rule.fits(text))
        return self._met[key]

    @cached_property
    def by_place(self) -> Mapping[Where, tuple[Rule, ...]]:
        """The rules of each place."""
        found: defaultdict[Where, list[Rule]] = defaultdict(list)
        for row in sets.read(SET, FILE, self._home()).iter_rows(named=True):
            found[row["where"]].append(_rule(row))
        return {where: tuple(rules) for where, rules in found.items()}

    @cached_property
    def places_of(self) -> Mapping[str, frozenset[Where]]:
        """By standard: the places where rules look for it."""
        found: defaultdict[str, set[Where]] = defaultdict(set)
        for where, rules in self.by_place.items():
            for rule in rules:
                found[rule.standard].add(where)
        return {standard: frozenset(places) for standard, places in found.items()}

    def _home(self) -> Path | None:
        # A registry of somebody's own may be a registry only; then the rules are those of the package.
        own = any(file.name == FILE for file in sets.facts(SET, self._folder).files)
        return self._folder if own else None


def _rule(row: dict[str, str]) -> Rule:
    if row["where"] not in PLACES:
        raise ReferenceDataError(
            f"{row['where']!r} is not a place of a statement", hint=f"one of {', '.join(PLACES)}", where=row["id"]
        )
    where: Where = row["where"]
    return Rule(row["id"], where, row["standard"], row["source"], row["pattern"], _fits(row))


def _fits(row: dict[str, str]) -> Callable[[str], bool]:
    pattern = row["pattern"]
    if row["how"] == "exact":
        return lambda text: text == pattern
    if row["how"] == "prefix":
        return lambda text: text.startswith(pattern)
    if row["how"] != "pattern":
        raise ReferenceDataError(
            f"{row['how']!r} is not a way to compare", hint="one of exact, prefix, pattern", where=row["id"]
        )
    try:
        searched = re.compile(pattern)
    except re.error as error:
        raise ReferenceDataError(
            f"the pattern cannot be read: {error}", hint="write a regular expression", where=row["id"]
        ) from error
    return lambda text: searched.search(text) is not None
