"""FHR003: a CapabilityStatement does not fit the structure of the release it declares."""

from __future__ import annotations

from datetime import date

from eamap.checks.definition import Judgement, check, passes, unknown
from eamap.checks.fhir.attached import FIELDS, unread, without_statement
from eamap.checks.reference import Reference
from eamap.fhir.statement import Fit, Reading
from eamap.model.findings import Severity, Verdict

_NAMED = 3


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
        Elements, cardinalities and data types are compared with the models of the declared release: STU3, R4 (by the
        models of R4B, which has the same elements), R4B or R5. The first three places are named; eamap fhir inspect
        lists them all.
    Why it matters
        Software that reads the statement strictly refuses all of it for one misplaced element, and a statement that
        was never validated is seldom true elsewhere.
    How to fix it
        Send the places to the supplier of the server. They are JSON pointers into the file.
    Known limits
        The meaning is not judged: codes outside the required value sets and broken invariants pass here. DSTU2 has no
        models and is unknown, as is a file that declares no published release.
    References
        HL7 FHIR CapabilityStatement of each release; the Python library fhir.resources.
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
    places = [f"{reading.statement.base}{problem.pointer or '/'}: {problem.message}" for problem in structure.problems]
    more = f"; and {len(places) - _NAMED} more" if len(places) > _NAMED else ""
    message = (
        f"it does not fit the structure of {reading.statement.release} ({declared}): {'; '.join(places[:_NAMED])}{more}"
    )
    first = structure.problems[0]
    return Judgement(Verdict.FAIL, message, fix="send these places to the supplier of the server", rule=first.rule, layer="fhir",
                     pointer=reading.statement.base + first.pointer)  # fmt: skip
