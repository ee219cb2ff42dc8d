"""FHR002: the FHIR release of the inventory, of the declaration and of the structure are not the same."""

from __future__ import annotations

from datetime import date

from eamap.checks.definition import Judgement, check, passes, unknown
from eamap.checks.fhir.attached import FIELDS, unread, without_statement
from eamap.checks.reference import Reference
from eamap.fhir.declared import Statement
from eamap.fhir.release import Release, releases_in_text
from eamap.fhir.signs import shown_releases
from eamap.fhir.statement import Reading
from eamap.model.findings import Severity, Verdict


@check(
    id="FHR002",
    name="fhir-release-differs",
    subject="interface",
    optional=(*FIELDS, "standard"),
    family="fhir",
    severity=Severity.HIGH,
    audience=("integration", "procurement"),
)
def fhir_release_differs(
    reading: Reading | None,
    statement: str | None,
    protocol: str | None,
    fhir_version: str | None,
    standard: str | None,
    *,
    on: date,
    reference: Reference,
) -> Judgement:
    """Fails an interface whose FHIR release differs between inventory, declaration and structure.

    What it checks
        Three statements about one thing are compared: the release that the inventory names, the release that the
        CapabilityStatement declares (fhirVersion), and the release that its structure shows, such as acceptUnknown or
        ReferralRequest, which R4 does not have. Any two that contradict each other fail.
    Why it matters
        Releases do not understand one another: an R4 client cannot read STU3 resources. An estate that believes it is
        on R4 plans integrations that will not work.
    How to fix it
        If the inventory is wrong, correct it. If the statement declares a release that its structure contradicts, its
        supplier generated it by hand or from a template: ask for the real one.
    Known limits
        R4 and R4B look the same in a CapabilityStatement, so only the declaration tells them apart. "UK Core STU2" and
        "UK Core STU3" are sequences of UK Core and mean FHIR R4. An inventory that names two releases is content with
        either. A declared ballot or build version is unknown.
    References
        HL7 FHIR publication history. CapabilityStatement in releases 1.0.2 (Conformance), 3.0.1, 4.0.1, 4.3.0 and 5.0.0.
    """
    del on, reference
    if without := without_statement(reading, statement, protocol, fhir_version):
        return without
    assert reading is not None
    if reading.statement is None:
        return unread(reading)
    text = next((each for each in (fhir_version, standard) if releases_in_text(each)), None)
    return _against_structure(reading.statement) or _against_inventory(reading.statement, text)


def _against_structure(found: Statement) -> Judgement | None:
    against = [sign for sign in found.signs if found.release and found.release not in sign.releases]
    if not against:
        return None
    more = f" (and {len(against) - 1} more signs)" if len(against) > 1 else ""
    message = f"it declares {found.declared} ({found.release}), but {against[0].words}: see {found.base}{against[0].pointer}{more}"
    return _fail(
        message,
        "shown",
        found.base + against[0].pointer,
        "ask the supplier for the statement that the server really gives",
    )


def _against_inventory(found: Statement, text: str | None) -> Judgement:
    stated = releases_in_text(text)
    if found.release is None:
        shown = shown_releases(found.signs)
        if stated and shown and not stated & shown:
            message = f"the inventory says {text!r}, but the structure of the statement shows {_listed(shown)}"
            return _fail(message, "shown", "", "correct the inventory, or ask the supplier which it is")
        said = (
            f"declares {found.declared!r}, which is no published release"
            if found.declared
            else "declares no FHIR release"
        )
        return unknown(f"the statement {said}")
    declares = f"the statement declares {found.declared} ({found.release})"
    if stated and found.release not in stated:
        return _fail(f"the inventory says {text!r}, but {declares}", "declared", found.base + "/fhirVersion",
                     "correct the inventory, or ask the supplier which it is")  # fmt: skip
    return passes(declares + (f", as the inventory says ({text!r})" if stated else "; the inventory names no release"))


def _listed(releases: frozenset[Release]) -> str:
    return " or ".join(release for release in Release if release in releases)


def _fail(message: str, identity: str, pointer: str, fix: str) -> Judgement:
    return Judgement(
        Verdict.FAIL, message, identity, fix=fix, rule=f"release:{identity}", layer="fhir", pointer=pointer
    )
