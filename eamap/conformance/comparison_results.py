"""What comes of holding an instance against requirements: one result a requirement, and what it has beyond them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from eamap.conformance.requirements import Kind, Requirement, Requirements, Strength
from eamap.fhir.declared import Statement


class Outcome(StrEnum):
    """What a statement shows of one requirement, the worst first."""

    MISSING = "missing"
    PARTLY = "partly"
    NOT_OBSERVED = "not observed"
    SATISFIED = "satisfied"
    BEYOND = "beyond"


MEANING = {
    Outcome.MISSING: "what is asked is not declared; of a SHALL NOT: what is forbidden is declared",
    Outcome.PARTLY: "something is declared, and it is not quite what is asked",
    Outcome.NOT_OBSERVED: "the statement cannot show it, or it is asked only under a condition that is not met",
    Outcome.SATISFIED: "what is asked is declared",
    Outcome.BEYOND: "declared, though nothing asks for it; that is no fault",
}
"""What each result means, for readers."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A result with its reason and the places in the instance it rests on."""

    outcome: Outcome
    says: str = ""
    pointers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One requirement and what the instance shows of it."""

    requirement: Requirement
    outcome: Outcome
    says: str
    pointers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Extra:
    """Something the instance declares that nothing asks for."""

    kind: Kind
    resource: str
    mode: str
    what: str
    pointer: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """All lines, and everything beyond; ``declared`` is how many facts of the instance were looked at for that."""

    instance: Statement
    file: str
    requirements: Requirements
    lines: tuple[Line, ...]
    extras: tuple[Extra, ...]
    declared: int
    notes: tuple[str, ...]

    def of(self, strength: Strength) -> int:
        """Returns how many requirements have a strength."""
        return sum(line.requirement.strength is strength for line in self.lines)

    def count(self, strength: Strength, outcome: Outcome) -> int:
        """Returns how many requirements of a strength came out so."""
        return sum(line.requirement.strength is strength and line.outcome is outcome for line in self.lines)

    @property
    def strengths(self) -> tuple[Strength, ...]:
        """The strengths that occur, the most binding first."""
        return tuple(strength for strength in Strength if self.of(strength))

    @property
    def worst_first(self) -> tuple[Line, ...]:
        """The lines by strength, then result, then the order of the requirements."""
        strengths, outcomes = tuple(Strength), tuple(Outcome)
        return tuple(
            sorted(
                self.lines, key=lambda line: (strengths.index(line.requirement.strength), outcomes.index(line.outcome))
            )
        )
