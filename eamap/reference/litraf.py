"""Reads the Legacy IT Risk Assessment Framework: its criteria, scales, thresholds, and what an inventory answers by itself."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from eamap.reference import sets
from eamap.reference.memory import remembered

if TYPE_CHECKING:
    import polars as pl

SET = "litraf"


@remembered
def load(folder: Path | None = None) -> Litraf:
    """Opens the set."""
    return Litraf(folder)


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion: its key, whether it is of likelihood or impact, its name, and the scores it can have."""

    key: str
    side: str
    name: str
    least: int
    most: int


class Litraf:
    """The framework, and the project's own derivations."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    @cached_property
    def criteria(self) -> tuple[Criterion, ...]:
        """The criteria in the order of the framework."""
        rows = self._read("criteria.csv").rows()
        return tuple(Criterion(key, side, name, int(least), int(most)) for key, side, name, least, most in rows)

    @cached_property
    def thresholds(self) -> dict[str, int]:
        """The scores from which a name holds (legacy, medium, high, red_rated), the horizon in years, and the maximum."""
        return {name: int(least) for name, least in self._read("thresholds.csv").select("name", "at_least").rows()}

    @cached_property
    def derivations(self) -> pl.DataFrame:
        """What an inventory answers by itself: criterion, score, from, at_least, says, source."""
        return self._read("derivations.csv")

    @cached_property
    def example(self) -> dict[str, str]:
        """The worked example of the guidance: its answers, and what they come to."""
        return dict(self._read("example.csv").rows())

    @property
    def levels(self) -> pl.DataFrame:
        """What scores mean: of (a criterion, or likelihood or impact), score, meaning."""
        return self._read("levels.csv")

    def score(self, criterion: str, why: str) -> int:
        """Returns the score that a derivation gives; KeyError for one that the set does not have."""
        return self._scores[criterion, why]

    @cached_property
    def _scores(self) -> dict[tuple[str, str], int]:
        rows = self.derivations.select("criterion", "from", "score").rows()
        return {(criterion, why): int(score) for criterion, why, score in rows}

    def bands(self, criterion: str) -> list[tuple[int, int]]:
        """Returns the bands of a criterion that counts: from how many on, and the score, the highest first."""
        rows = self.derivations.drop_nulls("at_least").select("criterion", "at_least", "score").rows()
        return sorted(((int(least), int(score)) for key, least, score in rows if key == criterion), reverse=True)

    def _read(self, file: str) -> pl.DataFrame:
        return sets.read(SET, file, self._folder)
