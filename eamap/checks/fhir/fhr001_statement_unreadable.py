"""FHR001: the file that should hold a CapabilityStatement cannot be read as one."""

from __future__ import annotations

from datetime import date

from eamap.checks.definition import Judgement, check, passes
from eamap.checks.fhir.attached import FIELDS, without_statement
from eamap.checks.reference import Reference
from eamap.fhir.statement import Reading
from eamap.model.findings import Severity, Verdict


@check(
    id="FHR001",
    name="statement-unreadable",
    subject="interface",
    optional=FIELDS,
    family="fhir",
    severity=Severity.HIGH,
    audience=("integration",),
)
def statement_unreadable(
    reading: Reading | None,
    statement: str | None,
    protocol: str | None,
    fhir_version: str | None,
    *,
    on: date,
    reference: Reference,
) -> Judgement:
    """Fails an interface whose CapabilityStatement cannot be read.

    What it checks
        The attached file is UTF-8 JSON or FHIR XML, whole, without a document type declaration, and holds one
        CapabilityStatement (in DSTU2: Conformance). A web page, an OperationOutcome and a Bundle are recognised and
        named. Where something could be read in spite of a fault, the severity is medium.
    Why it matters
        A client that follows FHIR reads this file first. If it cannot, every promise of the interface is hearsay.
    How to fix it
        Fetch the file again from [base]/metadata with the header Accept: application/fhir+json, signed in if that is
        needed, and look at it before saving. A fault of the server belongs to its supplier.
    Known limits
        Only the copy that was given is read; the server itself is never asked. Other encodings than UTF-8 are read and
        reported as a warning, which does not fail.
    References
        HL7 FHIR R4, sections "JSON representation of resources", "XML representation of resources" and "capabilities".
    """
    del on, reference
    if without := without_statement(reading, statement, protocol, fhir_version):
        return without
    assert reading is not None
    faults = reading.unreadable
    if not faults and reading.statement is not None:
        noted = "; ".join(problem.message for problem in reading.problems if problem.rule.startswith("readable:"))
        return passes("the statement can be read" + (f"; {noted}" if noted else ""))
    message = "; ".join(problem.message for problem in faults) or "the file holds no statement"
    severity = Severity.HIGH if reading.statement is None else Severity.MEDIUM
    return Judgement(
        Verdict.FAIL, message, severity=severity, fix="fetch [base]/metadata again and give the new file to eamap ingest",
        rule=faults[0].rule if faults else "", layer="readable", pointer=faults[0].pointer if faults else "",
    )  # fmt: skip
