"""Builds and version numbers that mean a cycle without having its name: the tables of builds and of special versions."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

_BUILD = re.compile(r"(\d+)\.(\d+)\.(\d+)(?:\..*)?$")
_BARE = re.compile(r"(\d{4,5})(?:\.\d+)*$")
_NUMBERS = re.compile(r"\d+(?:\.\d+)*")

Numbers = tuple[int, ...]


@dataclass(slots=True)
class _Line:
    """The builds of one product and one version number."""

    exact: dict[int, tuple[str, ...]] = field(default_factory=dict)
    ranges: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)


class Builds:
    """Which cycles a build may be."""

    def __init__(self, rows: Iterable[tuple[str, str, str, str, str | None]]) -> None:
        self._lines: defaultdict[str, dict[tuple[int, int], _Line]] = defaultdict(dict)
        for product, version, build, exact, cycles in rows:
            major, minor = (int(part) for part in version.split("."))
            line = self._lines[product].setdefault((major, minor), _Line())
            meant = tuple(filter(None, (cycles or "").split("|")))
            if exact == "yes":
                line.exact[int(build)] = meant
            else:
                line.ranges.append((int(build), meant))
        for lines in self._lines.values():
            for line in lines.values():
                line.ranges.sort()

    def of(self, product: str, word: str) -> tuple[str, ...] | None:
        """Returns the cycles that a word, read as a build, may mean; an empty tuple for a known build of none; None if it is no build."""
        lines = self._lines.get(product)
        if lines is None:
            return None
        found = _BUILD.match(word)
        if found:
            line = lines.get((int(found[1]), int(found[2])))
            return None if line is None else _in(line, int(found[3]))
        bare = _BARE.match(word)
        if bare:
            return next((line.exact[int(bare[1])] for line in lines.values() if int(bare[1]) in line.exact), None)
        return None


def _in(line: _Line, build: int) -> tuple[str, ...]:
    if build in line.exact:
        return line.exact[build]
    meant: tuple[str, ...] | None = None
    for start, cycles in line.ranges:
        if build >= start:
            meant = cycles
    # A build that is none of the known ones: what is known is that none of the cycles has it.
    return () if meant is None else meant


@dataclass(frozen=True, slots=True)
class Special:
    """One row of the table of special versions: the cycles meant, whether that is never one product, the missing fact."""

    cycles: tuple[str, ...]
    ambiguous: bool
    missing: str


class Specials:
    """The special versions of one product."""

    def __init__(self, rows: Iterable[tuple[str, str, str | None, str | None]]) -> None:
        self.tokens: dict[frozenset[str], Special] = {}
        self.numbers: dict[Numbers, Special] = {}
        self.before: set[str] = set()
        self._patterns: list[tuple[re.Pattern[str], Special]] = []
        self._rewrites: list[tuple[re.Pattern[str], str]] = []
        for kind, stated, cycles, missing in rows:
            self._learn(kind, stated, cycles or "", missing or "")

    def _learn(self, kind: str, stated: str, cycles: str, missing: str) -> None:
        meant = Special(tuple(filter(None, cycles.lstrip("!").split("|"))), cycles.startswith("!"), missing)
        if kind == "tokens":
            self.tokens[frozenset(stated.split())] = meant
        elif kind == "number":
            self.numbers[tuple(int(part) for part in stated.split("."))] = meant
        elif kind == "pattern":
            self._patterns.append((re.compile(stated), meant))
        elif kind == "rewrite":
            self._rewrites.append((re.compile(stated), cycles))
        else:
            self.before |= set(stated.split("|"))

    def rewritten(self, word: str) -> str:
        """Returns a version as the product's own cycles count it: 1.8.0_202 is 8."""
        for pattern, replacement in self._rewrites:
            found = pattern.fullmatch(word)
            if found:
                return found.expand(replacement)
        return word

    def number(self, numbers: Numbers, word: str) -> tuple[int, Special] | None:
        """Returns what a version number means by the table and how many of its numbers say so, the most first."""
        for length in range(len(numbers), 0, -1):
            if numbers[:length] in self.numbers:
                return length, self.numbers[numbers[:length]]
        return next(((1, special) for pattern, special in self._patterns if pattern.fullmatch(word)), None)


def numbers_of(word: str) -> Numbers | None:
    """Returns the numbers a word begins with."""
    found = _NUMBERS.match(word)
    return tuple(int(part) for part in found[0].split(".")) if found else None
