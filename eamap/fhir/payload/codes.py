"""The codes of required value sets.

The models of ``fhir.resources`` carry the codes that the short text of an element lists, which is the whole value set for
most and a beginning for some ("registered | preliminary | final | amended +"), and they do not say whether the value set is
required. Compared with HL7's definitions of 3.0.1 and 4.0.1, element by element, they agree but for what stands here.
"""

from __future__ import annotations

from collections.abc import Sequence

from eamap.fhir.release import Release

_RESULTS = "registered preliminary final amended corrected cancelled entered-in-error unknown"
_REPORTS = "registered partial preliminary final amended corrected appended cancelled entered-in-error unknown"
_ENCOUNTERS = "planned arrived triaged in-progress onleave finished cancelled entered-in-error unknown"
_TASKS = (
    "draft requested received accepted rejected ready cancelled in-progress on-hold failed completed entered-in-error"
)
_INTENTS = "proposal plan order original-order reflex-order filler-order instance-order option"
_REQUESTS = "draft active suspended completed entered-in-error cancelled unknown"
_SUPPLIES = "draft active suspended cancelled completed entered-in-error unknown"
_USES = "active completed entered-in-error intended stopped on-hold"
_QUESTIONS = (
    "group display boolean decimal integer date dateTime time string text url choice open-choice attachment reference "
    "quantity question"
)
_UDI = "barcode rfid manual card self-reported unknown"
_COMPARATORS = "< <= >= >"
_MOMENTS = "HS WAKE C CM CD CV AC ACM ACD ACV PC PCM PCD PCV"

_BOTH = {
    "DetectedIssue.status": _RESULTS, "DeviceUseStatement.status": _USES, "DiagnosticReport.status": _REPORTS,
    "Encounter.status": _ENCOUNTERS, "EncounterStatusHistory.status": _ENCOUNTERS, "Observation.status": _RESULTS,
    "QuestionnaireItem.type": _QUESTIONS, "RiskAssessment.status": _RESULTS, "SupplyRequest.status": _SUPPLIES,
    "Task.status": _TASKS, "Quantity.comparator": _COMPARATORS, "Age.comparator": _COMPARATORS,
    "Count.comparator": _COMPARATORS, "Distance.comparator": _COMPARATORS, "Duration.comparator": _COMPARATORS,
    "AuditEvent.action": "C R U D E", "AuditEvent.outcome": "0 4 8 12", "AuditEventAgentNetwork.type": "1 2 3 4 5",
}  # fmt: skip
_WHOLE = {
    Release.STU3: {
        **_BOTH,
        "AppointmentResponse.participantStatus": "accepted declined tentative needs-action",
        "Communication.status": "preparation in-progress suspended aborted completed entered-in-error unknown",
        "CommunicationRequest.priority": "routine urgent asap stat", "DeviceUdi.entryType": _UDI,
        "DeviceComponent.measurementPrinciple": "other chemical electrical impedance nuclear optical thermal biological "
        "mechanical acoustical manual",
        "DeviceRequest.priority": "routine urgent asap stat", "DeviceRequest.status": _REQUESTS,
        "DocumentReference.docStatus": "preliminary final amended entered-in-error", "ProcedureRequest.intent": _INTENTS,
        "ProcedureRequest.status": _REQUESTS, "ReferralRequest.intent": _INTENTS, "ReferralRequest.priority": "routine urgent asap stat",
        "RequestGroup.intent": _INTENTS, "Task.intent": _INTENTS, "Task.priority": "routine urgent asap stat",
        "TimingRepeat.when": "MORN AFT EVE NIGHT PHS " + _MOMENTS,
    },
    Release.R4: {
        **_BOTH,
        "DeviceUdiCarrier.entryType": _UDI,
        "TimingRepeat.when": "MORN MORN.early MORN.late NOON AFT AFT.early AFT.late EVE EVE.early EVE.late NIGHT PHS " + _MOMENTS,
    },
}  # fmt: skip
_NOT_REQUIRED = {"Expression.language", "Sequence.type", "CapabilityStatement.format"}


def required_codes(release: Release, holder: str, element: str, listed: Sequence[str] | None) -> frozenset[str] | None:
    """Returns the codes an element may have by its required value set; ``None`` where there is none or it is not known.

    ``holder`` is the type or part that has the element ("EncounterStatusHistory"), ``listed`` what the model lists.
    """
    name = f"{holder}.{element}"
    whole = _WHOLE.get(Release.R4 if release is Release.R4B else release, {}).get(name)
    if whole is not None:
        return frozenset(whole.split())
    if not listed or name in _NOT_REQUIRED or any(code.endswith("+") for code in listed):
        return None
    return frozenset(listed)


_CLINICAL = "http://terminology.hl7.org/CodeSystem/"
_CONCEPTS = {
    "AllergyIntolerance.clinicalStatus": ("allergyintolerance-clinical", "active inactive resolved"),
    "AllergyIntolerance.verificationStatus": (
        "allergyintolerance-verification", "unconfirmed confirmed refuted entered-in-error"),
    "Condition.clinicalStatus": ("condition-clinical", "active recurrence relapse inactive remission resolved"),
    "Condition.verificationStatus": (
        "condition-ver-status", "unconfirmed provisional differential confirmed refuted entered-in-error"),
}  # fmt: skip


def required_concept(release: Release, holder: str, element: str) -> tuple[str, frozenset[str]] | None:
    """Returns system and codes of a CodeableConcept whose value set is required in R4; ``None`` where it is not."""
    found = _CONCEPTS.get(f"{holder}.{element}") if release in (Release.R4, Release.R4B) else None
    return None if found is None else (_CLINICAL + found[0], frozenset(found[1].split()))
