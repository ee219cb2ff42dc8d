"""FHR013: a CapabilityStatement lacks what the standard its interface claims requires."""

from __future__ import annotations

from datetime import date

from eamap.checks.definition import Judgement, check, not_applicable, passes, unknown
from eamap.checks.fhir.attached import FIELDS, NAMED, unread, without_statement
from eamap.checks.reference import Reference
from eamap.conformance.comparing import compare
from eamap.conformance.comparison_results import Comparison, Outcome
from eamap.conformance.requirements import Strength
from eamap.conformance.requirements_finding import lists, rows_of
from eamap.fhir.statement import Reading
from eamap.model.findings import Severity, Verdict

_NOT_MET = (Outcome.MISSING, Outcome.PARTLY)


@check(
    id="FHR013",
    name="requirement-not-met",
    subject="interface",
    optional=("claim:standard", *FIELDS),
    family="fhir",
    severity=Severity.MEDIUM,
    audience=("integration", "procurement"),
    reference=("standards",),
)
def requirement_not_met(
    claimed: str | None,
    reading: Reading | None,
    statement: str | None,
    protocol: str | None,
    fhir_version: str | None,
    *,
    on: date,
    reference: Reference,
) -> Judgement:
    """Fails an interface whose CapabilityStatement does not declare what the standard it claims says it SHALL.

    What it checks
        For each standard that the interface claims and that has requirement rows (eamap standards coverage), the
        statement is compared with those rows: resources, profiles, interactions, search parameters, operations, messages,
        formats. It fails where a SHALL is missing or only partly there, and passes where every SHALL that a statement can
        show is declared.
    Why it matters
        "We have a FHIR API" says nothing; this says what a supplier still has to build, requirement by requirement.
    How to fix it
        Send the supplier the report of: eamap fhir compare STATEMENT --against STANDARD -o report.html
    Known limits
        A statement declares; whether the server does what it declares is for tests of the server. Requirements that no
        statement can show (TLS, data quality) are not observed. Of a standard with several lists (producer and consumer)
        the one that fits best is taken.
    References
        The rows and their sources: eamap standards coverage STANDARD.
    """
    del on
    if without := without_statement(reading, statement, protocol, fhir_version):
        return without
    assert reading is not None
    if claimed is None:
        return not_applicable("no standard of the registry is claimed")
    if reading.statement is None:
        return unread(reading)
    if reading.partial:
        return unknown("only a part of the statement could be read (FHR001)", identity=claimed)
    # What a test tool asks about a standard is a list of its own name; it is no part of the standard.
    named = [name for name in lists(reference.folder) if name == claimed or name.startswith(f"{claimed}-")]
    if not named:
        return unknown(f"there are no requirement rows of {claimed} to compare with", identity=claimed)
    found = [compare(reading.statement, statement or "", rows_of(name, reference.folder)) for name in named]
    return _judged(claimed, min(found, key=_unmet))


def _unmet(comparison: Comparison) -> int:
    return sum(comparison.count(Strength.SHALL, outcome) for outcome in _NOT_MET)


def _judged(claimed: str, comparison: Comparison) -> Judgement:
    shall = [line for line in comparison.lines if line.requirement.strength is Strength.SHALL]
    unmet = [line for line in shall if line.outcome in _NOT_MET]
    met = comparison.count(Strength.SHALL, Outcome.SATISFIED)
    rows = comparison.requirements.id
    if unmet:
        named = "; ".join(f"{line.requirement.what} ({line.outcome})" for line in unmet[:NAMED])
        more = "; and others" if len(unmet) > NAMED else ""
        message = f"{len(unmet)} of the {len(unmet) + met} requirements of {rows} that a statement can show are not met: {named}{more}"
        fix = f"send the supplier: eamap fhir compare STATEMENT --against {rows} -o report.html"
        return Judgement(
            Verdict.FAIL, message, claimed, rows, fix, rule=f"{rows}:{unmet[0].requirement.id}", layer="policy"
        )
    if not met:
        return unknown(f"no requirement of {rows} could be observed in the statement", identity=claimed, reference=rows)
    return passes(
        f"all {met} requirements of {rows} that a statement can show are met", identity=claimed, reference=rows
    )
