"""FHR012: a CapabilityStatement is not what an interface of the NHS should say on the day."""

from __future__ import annotations

from datetime import date

from eamap.checks.definition import Judgement, check, passes, unknown
from eamap.checks.fhir.attached import FIELDS, listed, unread, without_statement
from eamap.checks.reference import Reference
from eamap.conformance import policy
from eamap.conformance.subject import Inventory
from eamap.fhir.problems import Level
from eamap.fhir.statement import Reading
from eamap.model.findings import Severity

_ELSEWHERE = frozenset({"FHR002"})
"""Findings that are checks of their own."""


@check(
    id="FHR012",
    name="statement-against-policy",
    subject="interface",
    optional=(*FIELDS, "standard"),
    family="fhir",
    severity=Severity.MEDIUM,
    audience=("integration", "procurement"),
    reference=("standards",),
)
def statement_against_policy(
    reading: Reading | None,
    statement: str | None,
    protocol: str | None,
    fhir_version: str | None,
    standard: str | None,
    *,
    on: date,
    reference: Reference,
) -> Judgement:
    """Fails an interface whose CapabilityStatement claims what is past use, or says what no interface should say.

    What it checks
        The standards it claims against the registry on the day, its profiles against those that are known (their type,
        release and status), the address (plain http), security, formats, age and status of the statement, and what the
        inventory says of the interface. Errors and warnings fail; eamap fhir inspect lists them with their places.
    Why it matters
        A statement can be right FHIR and still describe a server that no English standard fits, that anybody may read,
        or that was documented three years ago.
    How to fix it
        Take the findings one by one; eamap explain prints the page of each (FHR050 to FHR089).
    Known limits
        Only what the statement shows is judged: what it leaves out is not observed, and no pass.
    References
        The registry of standards and its sources: eamap standards show.
    """
    if without := without_statement(reading, statement, protocol, fhir_version):
        return without
    assert reading is not None
    if reading.statement is None:
        return unread(reading)
    if reading.partial:
        return unknown("only a part of the statement could be read (FHR001)")
    inventory = Inventory(protocol, fhir_version, standard)
    found = policy.findings(reading, as_of=on, reference=reference.folder, inventory=inventory)
    against = [each for each in found if each.level is not Level.INFO and each.finding not in _ELSEWHERE]
    if not against:
        return passes("nothing in it is against policy on the day")
    return listed(against, "it is against policy")
