"""FHR003: a CapabilityStatement does not fit the structure of the release it declares."""

from __future__ import annotations

from datetime import date

from eamap.checks.definition import Judgement, check, passes, unknown
from eamap.checks.fhir.attached import FIELDS, NAMED, unread, without_statement
from eamap.checks.reference import Reference
from eamap.fhir.problems import Level
from eamap.fhir.statement import Fit, Reading
from eamap.model.findings import Severity, Verdict


@check(
    id="FHR003",
    name="structure-does-not-fit",
    subject="interface",
    optional=FIELDS,
    family="fhir",
    severity=Severity.MEDIUM,
    audience=("integration",),
)
def structure_does_not_fit(
    reading: Reading | None,
    statement: str | None,
    protocol: str | None,
    fhir_version: str | None,
    *,
    on: date,
    reference: Reference,
) -> Judgement:
    """Fails an interface whose CapabilityStatement does not fit the structure of the release it declares.

    What it checks
        Elements, their order in XML, cardinalities, data types and required codes are compared with HL7's definitions of
        the declared release. The first three places are named; eamap fhir inspect lists them all.
    Why it matters
        Software that reads the statement strictly refuses all of it for one misplaced element, and a statement that
        was never validated is seldom true elsewhere.
    How to fix it
        Send the places to the supplier of the server. They are JSON pointers into the file.
    Known limits
        Invariants and other rules are under FHR004. A file that declares no published release is unknown. Contained
        resources are not judged.
    References
        HL7 FHIR definitions of CapabilityStatement in each release, in DSTU2 of Conformance.
    """
    del on, reference
    if without := without_statement(reading, statement, protocol, fhir_version):
        return without
    assert reading is not None
    if reading.statement is None:
        return unread(reading)
    structure, declared = reading.structure, reading.statement.declared
    if structure.fit is Fit.NOT_ASSESSED:
        return unknown(f"the structure was not assessed: {structure.why}")
    if structure.fit is Fit.FITS:
        return passes(f"it fits the structure of {reading.statement.release} ({declared})")
    wrong = [each for each in structure.problems if each.level is Level.ERROR]
    release = f"{reading.statement.release} ({declared})"
    places = [f"{reading.statement.base}{problem.pointer or '/'}: {problem.message}" for problem in wrong]
    more = f"; and {len(places) - NAMED} more" if len(places) > NAMED else ""
    message = f"it does not fit the structure of {release}: {'; '.join(places[:NAMED])}{more}"
    first = wrong[0]
    return Judgement(Verdict.FAIL, message, fix="send these places to the supplier of the server", rule=first.rule, layer="fhir",
                     pointer=reading.statement.base + first.pointer)  # fmt: skip
