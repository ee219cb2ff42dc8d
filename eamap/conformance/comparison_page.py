"""What a gap report says, before it is a page of any format: a report that a supplier can be sent.

It starts with what has to be put right, the most binding first; what is in order and what goes beyond comes last. Every
text of a statement in it is hostile until a writer has made it harmless.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from eamap.conformance.comparison_results import MEANING, Comparison, Line, Outcome
from eamap.conformance.requirements import Strength

GAPS = (Outcome.MISSING, Outcome.PARTLY)
HEADINGS = ("Resource", "What is asked", "Result", "What was found", "Where it is asked", "Where in the statement")
BEYOND_HEADINGS = ("Resource", "Kind", "What is declared", "Where in the statement")
Refs = Callable[[str, str], str]
"""Gives the ref of a number: of a strength and a result; empty texts stand for all."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with the ref that explains it."""

    number: int
    ref: str


@dataclass(frozen=True, slots=True)
class Section:
    """A table under a heading, with how many rows it has of how many."""

    title: str
    says: str
    n: Figure
    of: Figure
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A whole report."""

    title: str
    marking: str
    facts: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    matrix: tuple[tuple[str, tuple[Figure, ...]], ...]
    sections: tuple[Section, ...]
    legend: tuple[tuple[str, str], ...]


OUTCOMES = (Outcome.SATISFIED, Outcome.PARTLY, Outcome.MISSING, Outcome.NOT_OBSERVED)
"""The columns of the summary, before the total."""


def page(comparison: Comparison, as_of: date, marking: str, status: str, refs: Refs) -> Page:
    """Returns the report on a comparison."""
    asked = comparison.requirements
    return Page(
        title=f"Gap report: {asked.title}",
        marking=marking,
        facts=_facts(comparison, as_of, status),
        notes=comparison.notes,
        matrix=tuple(
            (str(strength), (*(Figure(comparison.count(strength, each), refs(strength, each)) for each in OUTCOMES),
                             Figure(comparison.of(strength), refs(strength, ""))))
            for strength in comparison.strengths
        ),
        sections=tuple(section for section in _sections(comparison, refs) if section.rows),
        legend=(*((str(outcome), MEANING[outcome]) for outcome in (*OUTCOMES, Outcome.BEYOND)), *_RULES),
    )  # fmt: skip


def numbers(page: Page) -> list[tuple[str, Figure]]:
    """Returns every number of a report with its name."""
    found = [
        (f"{strength}, {label}", figure)
        for strength, figures in page.matrix
        for label, figure in zip((*map(str, OUTCOMES), "in all"), figures, strict=True)
    ]
    for section in page.sections:
        found += [(section.title, section.n), (f"{section.title}: out of", section.of)]
    return found


_RULES = (
    ("SHALL, SHOULD, MAY", "as the source says; where it says nothing, eamap reads SHALL"),
    (
        "asked under a condition",
        "what is asked of a resource that is itself a SHOULD or MAY counts only where that resource is declared",
    ),
    ("compared", "canonicals without their version (behind | or /_history/); formats by what they mean"),
    ("a statement", "says what a system declares; whether it does so needs requests to it"),
)


def _facts(comparison: Comparison, as_of: date, status: str) -> tuple[tuple[str, str], ...]:
    statement, asked = comparison.instance, comparison.requirements
    software = " ".join(filter(None, (statement.software, statement.software_version)))
    found = (
        ("Statement", comparison.file),
        ("Software", software or "not stated"),
        (
            "Implementation",
            " ".join(filter(None, (statement.implementation, statement.implementation_url))) or "not stated",
        ),
        ("Kind, date", f"{statement.kind or 'kind not stated'}, {statement.date or 'date not stated'}"),
        ("FHIR version", statement.declared or "not stated"),
        ("Requirements", f"{asked.title}{f' {asked.version}' if asked.version else ''} ({asked.file})"),
        (
            "For",
            f"{' and '.join(asked.modes)}, FHIR {asked.release or 'of any release'}" if asked.modes else "any side",
        ),
        ("Status of the standard", status),
        ("About the list", asked.about),
        ("Judged on", as_of.isoformat()),
    )
    return tuple((label, text) for label, text in found if text)


def _sections(comparison: Comparison, refs: Refs) -> list[Section]:
    parts = [
        (
            "To be put right",
            "What has to be there and is not, or not as asked.",
            (Strength.SHALL, Strength.SHALL_NOT),
            GAPS,
        ),
        ("Should be put right", "What should be there and is not.", (Strength.SHOULD, Strength.SHOULD_NOT), GAPS),
        ("Could be offered", "What may be there and is not; no fault.", (Strength.MAY,), GAPS),
        (
            "Not observed",
            "What the statement cannot show: neither a pass nor a fail.",
            tuple(Strength),
            (Outcome.NOT_OBSERVED,),
        ),
        ("In order", "What is asked and declared.", tuple(Strength), (Outcome.SATISFIED,)),
    ]
    found = [_section(comparison, refs, *part) for part in parts]
    extras = tuple(
        (each.resource or "whole system", each.kind.value, each.what, each.pointer) for each in comparison.extras
    )
    n = Figure(len(extras), refs("", Outcome.BEYOND))
    of = Figure(comparison.declared, refs("", "declared"))
    return [*found, Section("Beyond what is asked", "What is declared and nothing asks for; no fault. A resource that is not asked "
                            "for at all is one row.", n, of, BEYOND_HEADINGS, extras)]  # fmt: skip


def _section(
    comparison: Comparison,
    refs: Refs,
    title: str,
    says: str,
    strengths: tuple[Strength, ...],
    outcomes: tuple[Outcome, ...],
) -> Section:
    mine = [line for line in comparison.worst_first if line.requirement.strength in strengths]
    lines = [line for line in mine if line.outcome in outcomes]
    whole = strengths == tuple(Strength)
    strength = "" if whole else "|".join(strengths)
    several = len({line.requirement.strength for line in lines}) > 1
    rows = tuple(_cells(line, said=several) for line in lines)
    n = Figure(len(lines), refs(strength, "|".join(outcomes)))
    return Section(title, says, n, Figure(len(mine), refs(strength, "")), HEADINGS, rows)


def _cells(line: Line, *, said: bool) -> tuple[str, ...]:
    row = line.requirement
    asked = f"{row.what} ({row.strength})" if said else row.what
    return (
        resource_of(line),
        asked,
        str(line.outcome),
        line.says or "as asked",
        clause_of(line),
        "; ".join(line.pointers) or "nowhere",
    )


def resource_of(line: Line) -> str:
    """Returns which resource a line is about."""
    asked = line.requirement.asked
    named = asked and (asked.resource or (asked.values[0] if asked.test == "resource" else ""))
    return named or "whole system"


def clause_of(line: Line) -> str:
    """Returns where a line is asked: the row, and the document it rests on."""
    row = line.requirement
    rests_on = str(row.source)
    return f"{row.clause} of {rests_on}" if row.id in row.clauses else f"{row.id}: {rests_on}"
