"""Reads the do-once method: its constants, the profiles of weights, the measures it reads, and its cautions.

The formulae are code, in :mod:`eamap.analysis.doonce`; every number in them is a row of ``parameters.csv`` with its source,
and may be replaced for one run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from eamap.errors import ReferenceDataError, UsageError
from eamap.model.shipped import REINSTALL
from eamap.reference import sets
from eamap.reference.memory import remembered

SET = "doonce"
CONDITIONS = ("A", "B", "N", "V")
"""Purchasing power, interoperability across ICSs, niche expertise, unwarranted variation."""
WORDS = frozenset({"strata", "national_component", "pace_layer"})
"""The constants that are words; all others are numbers."""


@dataclass(frozen=True, slots=True)
class Caution:
    """A sentence that has to stand with a result, and when it does."""

    number: int
    text: str
    applies: str


@dataclass(frozen=True)
class Method:
    """The constants of one run: numbers and words by name, None where only the user could know."""

    numbers: Mapping[str, float | None]
    words: Mapping[str, str]
    profiles: Mapping[str, Mapping[str, float]]
    profile: str
    measures: Mapping[str, frozenset[str]]
    """Names of measures, folded, by the figure they feed: staff, maturity, pillar, variant."""
    cautions: tuple[Caution, ...]

    def __getitem__(self, name: str) -> float:
        value = self.numbers.get(name)
        if value is None:
            raise ReferenceDataError(f"the set {SET} has no constant {name!r}", hint=REINSTALL)
        return value

    def maybe(self, name: str) -> float | None:
        """Returns a constant that nobody but the user may know; None while nobody said it."""
        return self.numbers[name]

    def count(self, name: str) -> int:
        """Returns a constant that counts."""
        return int(self[name])

    @property
    def weights(self) -> dict[str, float]:
        """The weights of the conditions, adding up to 1."""
        told = self.profiles[self.profile]
        total = sum(told.values())
        return {condition: told[condition] / total for condition in CONDITIONS}

    def parts(self, condition: str) -> dict[str, float]:
        """Returns the weights of the parts of a condition, in order."""
        beginning = f"part.{condition}"
        return {name.removeprefix("part."): self[name] for name in self.numbers if name.startswith(beginning)}

    def named(self, beginning: str) -> dict[str, float]:
        """Returns the constants whose names begin so, by the rest of the name."""
        return {name.removeprefix(beginning): self[name] for name in self.numbers if name.startswith(beginning)}

    def weighted(self, profile: str, weights: Mapping[str, float] | None = None) -> Method:
        """Returns the method under a profile of weights, its own or one that is given; UsageError for an unknown name."""
        profiles = dict(self.profiles) | ({profile: dict(weights)} if weights is not None else {})
        if profile not in profiles:
            raise UsageError(
                f"there is no profile of weights {profile!r}",
                hint=f"profiles are {', '.join(profiles)}; or give a file with a weight for each of {', '.join(CONDITIONS)}",
            )
        return replace(self, profiles=profiles, profile=profile)

    def replaced(self, numbers: Mapping[str, float | None], words: Mapping[str, str]) -> Method:
        """Returns the method with some constants replaced."""
        return replace(self, numbers={**self.numbers, **numbers}, words={**self.words, **words})


@remembered
def load(folder: Path | None = None) -> Method:
    """Opens the set, under the profile of the review."""
    rows = list(sets.read(SET, "parameters.csv", folder).select("name", "value").iter_rows())
    numbers = {name: _number(name, value) for name, value in rows if name not in WORDS}
    words = {name: value or "" for name, value in rows if name in WORDS}
    profiles: dict[str, dict[str, float]] = {}
    for profile, condition, weight in (
        sets.read(SET, "weights.csv", folder).select("profile", "condition", "weight").iter_rows()
    ):
        profiles.setdefault(profile, {})[condition] = float(weight)
    measures: dict[str, set[str]] = {}
    for figure, measure in sets.read(SET, "measures.csv", folder).select("figure", "measure").iter_rows():
        measures.setdefault(figure, set()).add(measure)
    cautions = sets.read(SET, "cautions.csv", folder).select("number", "caution", "applies").iter_rows()
    return Method(
        numbers, words, profiles, "review", {name: frozenset(told) for name, told in measures.items()},
        tuple(Caution(int(number), text, applies) for number, text, applies in cautions),
    )  # fmt: skip


def _number(name: str, value: str | None) -> float | None:
    try:
        return float(value) if value else None
    except ValueError as error:
        raise ReferenceDataError(f"the constant {name!r} is {value!r}: not a number", hint=REINSTALL) from error
