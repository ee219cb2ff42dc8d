"""Everything that can be said about one file that should hold a statement: read, judged, its claims and policy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from eamap.conformance import policy
from eamap.conformance.detection import Claim, claims
from eamap.conformance.subject import Inventory
from eamap.fhir.catalogue import findings
from eamap.fhir.problems import Level, Problem
from eamap.fhir.statement import Reading, read_statement

_WORST_FIRST = {Level.ERROR: 0, Level.WARNING: 1, Level.INFO: 2}
OF_ABSENCE = frozenset({"FHR055", "FHR065", "FHR066", "FHR071", "FHR072", "FHR073", "FHR079", "FHR081"})
"""Findings that something is not there: of a file that breaks off nobody can say that."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found in one file: the reading, the standards it claims, and every finding, the worst first."""

    reading: Reading
    claims: tuple[Claim, ...]
    problems: tuple[Problem, ...]

    @property
    def worst(self) -> Level | None:
        """The severity of the worst finding; ``None`` where there is none."""
        return self.problems[0].level if self.problems else None


def inspect(
    content: bytes, *, as_of: date, reference: Path | None = None, inventory: Inventory | None = None
) -> Inspection:
    """Inspects the bytes of a file; ``inventory`` is what is said of the interface the statement belongs to."""
    reading = read_statement(content)
    claimed = claims(reading.statement, reference) if reading.statement else ()
    against = policy.findings(reading, as_of=as_of, reference=reference, inventory=inventory, claimed=claimed)
    if reading.partial:
        against = tuple(each for each in against if each.finding not in OF_ABSENCE)
    found = (*reading.problems, *against)
    return Inspection(reading, claimed, tuple(sorted(map(_with_fix, found), key=_order)))


def _with_fix(problem: Problem) -> Problem:
    return problem if problem.fix else replace(problem, fix=findings()[problem.finding].fix)


def _order(problem: Problem) -> tuple[int, str, str]:
    return _WORST_FIRST[problem.level], problem.finding, problem.pointer
