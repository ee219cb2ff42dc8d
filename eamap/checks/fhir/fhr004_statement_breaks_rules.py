"""FHR004: a CapabilityStatement fits its structure and still breaks a rule or code of its release."""

from __future__ import annotations

from datetime import date

from eamap.checks.definition import Judgement, check, passes, unknown
from eamap.checks.fhir.attached import FIELDS, listed, unread, without_statement
from eamap.checks.reference import Reference
from eamap.fhir.problems import Layer, Level
from eamap.fhir.statement import Reading
from eamap.model.findings import Severity


@check(
    id="FHR004",
    name="statement-breaks-rules",
    subject="interface",
    optional=FIELDS,
    family="fhir",
    severity=Severity.MEDIUM,
    audience=("integration",),
)
def statement_breaks_rules(
    reading: Reading | None,
    statement: str | None,
    protocol: str | None,
    fhir_version: str | None,
    *,
    on: date,
    reference: Reference,
) -> Judgement:
    """Fails an interface whose CapabilityStatement breaks an invariant, or another rule beyond structure, of its release.

    What it checks
        The invariants (cpb and cnf) of the declared release, search parameters against their definitions, security
        codes, and the rules of data types. eamap fhir inspect lists every finding with its place and clause.
    Why it matters
        A statement that contradicts itself (an instance without implementation, a resource declared twice) cannot be
        relied on by a client that configures itself from it.
    How to fix it
        Send the places to the supplier of the server; eamap explain prints the page of each finding (FHR031 to FHR049).
    Known limits
        Elements, types and codes are under FHR003. Warnings of the release do not fail the interface here.
    References
        The constraints of CapabilityStatement in releases 1.0.2 (Conformance), 3.0.1, 4.0.1, 4.3.0 and 5.0.0.
    """
    del on, reference
    if without := without_statement(reading, statement, protocol, fhir_version):
        return without
    assert reading is not None
    if reading.statement is None:
        return unread(reading)
    if reading.statement.release is None:
        return unknown("the rules were not judged: no published release of FHIR is declared")
    structural = {(each.rule, each.message) for each in reading.structure.problems}
    broken = [
        each
        for each in reading.problems
        if each.layer is Layer.FHIR and each.level is Level.ERROR and (each.rule, each.message) not in structural
    ]
    if not broken:
        return passes(f"it keeps the rules of {reading.statement.release} ({reading.statement.declared})")
    return listed(broken, f"it breaks rules of {reading.statement.release}")
