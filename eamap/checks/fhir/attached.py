"""What the checks of this family say where there is no statement to look at."""

from __future__ import annotations

from collections.abc import Sequence

from eamap.checks.definition import Judgement, not_applicable, unknown
from eamap.fhir.problems import Level, Problem
from eamap.fhir.statement import Reading
from eamap.model.findings import Severity, Verdict

FIELDS = ("reading:document", "statement", "protocol", "fhir_version")
"""The fields that :func:`without_statement` looks at, in its order."""


def without_statement(
    reading: Reading | None, statement: str | None, protocol: str | None, fhir_version: str | None
) -> Judgement | None:
    """Returns the verdict where no statement is attached; ``None`` where there is one to read."""
    if reading is not None:
        return None
    if protocol not in (None, "fhir") and not fhir_version and not statement:
        return not_applicable(f"the interface speaks {protocol}, not FHIR")
    if statement:
        return unknown(
            f"no statement to read: the inventory names {statement!r}, and no such file was given",
            fix="give the file to eamap ingest",
        )
    fix = "save the answer of GET [base]/metadata and give it to eamap ingest with --system"
    if protocol is None and not fhir_version:
        return unknown("no statement to read, and it is not stated whether the interface speaks FHIR", fix=fix)
    return unknown("no statement to read", fix=fix)


NAMED = 3
"""How many findings a verdict names."""


def listed(problems: Sequence[Problem], says: str) -> Judgement:
    """Returns a fail that names the first findings, the worst first; eamap fhir inspect lists the others."""
    worst = sorted(problems, key=lambda each: (each.level is not Level.ERROR, each.finding, each.pointer))
    named = [f"{each.finding} at {each.pointer or '/'}: {each.message}" for each in worst[:NAMED]]
    more = "; and others" if len(worst) > NAMED else ""
    first = worst[0]
    severity = Severity.HIGH if first.level is Level.ERROR else Severity.MEDIUM
    return Judgement(Verdict.FAIL, f"{says}: {'; '.join(named)}{more}", fix=first.fix or "see: eamap fhir inspect", severity=severity,
                     rule=first.rule, layer=str(first.layer), pointer=first.pointer)  # fmt: skip


def unread(reading: Reading) -> Judgement:
    """Returns the verdict of a check that needs a statement where the file holds none."""
    first = reading.problems[0].message if reading.problems else "the file holds no statement"
    return unknown(f"the statement cannot be read (FHR001): {first}")
