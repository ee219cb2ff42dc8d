"""Valid statements of the five releases, made here, with most of the elements a statement can have."""

from __future__ import annotations

import copy
from typing import Any

RELEASES = ("DSTU2", "STU3", "R4", "R4B", "R5")
VERSIONS = {"DSTU2": "1.0.2", "STU3": "3.0.1", "R4": "4.0.1", "R4B": "4.3.0", "R5": "5.0.0"}
DIV = '<div xmlns="http://www.w3.org/1999/xhtml"><p>What this server does.</p></div>'
EXPECTATION = "http://hl7.org/fhir/StructureDefinition/capabilitystatement-expectation"
OLD_EXPECTATION = "http://hl7.org/fhir/StructureDefinition/conformance-expectation"


def minimal(release: str) -> dict[str, Any]:
    """Gives the least a valid statement of a kind ``capability`` says."""
    statement: dict[str, Any] = {
        "resourceType": "Conformance" if release == "DSTU2" else "CapabilityStatement",
        "status": "active",
        "date": "2024-05-01",
        "description": "What the made-up server does",
        "kind": "capability",
        "software": {"name": "Made-up server"},
        "fhirVersion": VERSIONS[release],
        "format": ["json"],
        "rest": [{"mode": "server"}],
    }
    if release in ("DSTU2", "STU3"):
        statement["acceptUnknown"] = "no"
    if release == "DSTU2":
        statement["rest"][0]["resource"] = [{"type": "Patient", "interaction": [{"code": "read"}]}]
    return statement


def full(release: str) -> dict[str, Any]:
    """Gives a valid statement of a running server with most elements of its release."""
    return copy.deepcopy({"DSTU2": _dstu2, "STU3": _stu3, "R4": _r4, "R4B": _r4b, "R5": _r5}[release]())


def requirements(release: str) -> dict[str, Any]:
    """Gives a valid statement of what a system has to do."""
    statement = full(release)
    statement["kind"] = "requirements"
    for name in ("software", "implementation"):
        statement.pop(name, None)
    for messaging in statement["messaging"]:
        messaging.pop("endpoint", None)
    return statement


def bases(release: str) -> dict[str, dict[str, Any]]:
    """Gives the made statements of a release by name."""
    return {"minimal": minimal(release), "full": full(release), "requirements": requirements(release)}


def _head() -> dict[str, Any]:
    return {
        "id": "made-up",
        "meta": {"versionId": "3", "lastUpdated": "2024-05-01T10:00:00Z", "profile": ["http://example.org/fhir/StructureDefinition/statement"],
                 "tag": [{"system": "http://example.org/tags", "code": "test", "display": "Test"}]},
        "implicitRules": "http://example.org/rules",
        "language": "en",
        "text": {"status": "generated", "div": DIV},
        "extension": [
            {"url": "http://example.org/ext/owner", "valueString": "Team A"},
            {"url": "http://example.org/ext/sla", "extension": [
                {"url": "hours", "valueInteger": 24}, {"url": "share", "valueDecimal": 0.5},
                {"url": "since", "valueDateTime": "2023-01-01T00:00:00Z"}, {"url": "paid", "valueBoolean": True}]},
        ],
        "url": "http://example.org/fhir/CapabilityStatement/made-up",
        "version": "1.2.0",
        "name": "MadeUpServer",
        "status": "active",
        "experimental": False,
        "date": "2024-05-01T09:30:00+01:00",
        "publisher": "Example NHS Trust",
    }  # fmt: skip


def _contacts() -> list[dict[str, Any]]:
    return [{"name": "Service desk", "telecom": [
        {"system": "email", "value": "desk@example.org", "use": "work", "rank": 1, "period": {"start": "2020-01-01", "end": "2030-01-01"}},
        {"system": "phone", "value": "01000 000000", "use": "work"}]}]  # fmt: skip


def _security() -> dict[str, Any]:
    return {
        "cors": True,
        "service": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/restful-security-service", "code": "SMART-on-FHIR", "display": "SMART-on-FHIR"}],
                     "text": "OAuth2 using SMART-on-FHIR profile"}],
        "description": "Tokens are asked for",
        "extension": [{"url": "http://example.org/ext/security", "valueUri": "http://example.org/authorise"}],
    }  # fmt: skip


def _definition(name: str) -> str:
    return f"http://hl7.org/fhir/SearchParameter/{name}"


def _r4() -> dict[str, Any]:
    statement = _head()
    return {"resourceType": "CapabilityStatement"} | statement | {
        "title": "Made-up server",
        "contact": _contacts(),
        "description": "What the **made-up** server does",
        "useContext": [{"code": {"system": "http://terminology.hl7.org/CodeSystem/usage-context-type", "code": "venue"},
                        "valueCodeableConcept": {"text": "Hospital"}}],
        "jurisdiction": [{"coding": [{"system": "urn:iso:std:iso:3166", "code": "GB"}]}],
        "purpose": "To be tested",
        "copyright": "Nobody's",
        "kind": "instance",
        "instantiates": ["http://example.org/fhir/CapabilityStatement/wanted|1.0"],
        "imports": ["http://example.org/fhir/CapabilityStatement/part"],
        "software": {"name": "Made-up server", "version": "7.1", "releaseDate": "2024-04"},
        "implementation": {"description": "The server of Example NHS Trust", "url": "https://example.org/fhir",
                           "custodian": {"reference": "Organization/1", "type": "Organization", "display": "Example NHS Trust"}},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "application/fhir+xml", "json"],
        "_format": [None, {"extension": [{"url": EXPECTATION, "valueCode": "SHOULD"}]}, None],
        "patchFormat": ["application/json-patch+json"],
        "implementationGuide": ["http://example.org/fhir/ImplementationGuide/one"],
        "rest": [_rest(), {"mode": "client", "interaction": [{"code": "batch"}]}],
        "messaging": [{
            "endpoint": [{"protocol": {"system": "http://terminology.hl7.org/CodeSystem/message-transport", "code": "http"}, "address": "https://example.org/messages"}],
            "reliableCache": 30, "documentation": "Messages are taken",
            "supportedMessage": [{"mode": "receiver", "definition": "http://example.org/fhir/MessageDefinition/admit"},
                                 {"mode": "sender", "definition": "http://example.org/fhir/MessageDefinition/admit"}]}],
        "document": [{"mode": "producer", "documentation": "Summaries", "profile": "http://example.org/fhir/StructureDefinition/summary"},
                     {"mode": "consumer", "profile": "http://example.org/fhir/StructureDefinition/summary"}],
    }  # fmt: skip


def _rest() -> dict[str, Any]:
    return {
        "mode": "server",
        "documentation": "All of it",
        "security": _security(),
        "resource": [_patient(), _observation()],
        "interaction": [{"code": "transaction", "documentation": "Whole or not at all"}, {"code": "search-system"}],
        "searchParam": [{"name": "_lastUpdated", "definition": _definition("Resource-lastUpdated"), "type": "date"}],
        "operation": [{"name": "convert", "definition": "http://hl7.org/fhir/OperationDefinition/Resource-convert"}],
        "compartment": ["http://hl7.org/fhir/CompartmentDefinition/patient"],
    }


def _patient() -> dict[str, Any]:
    return {
        "extension": [{"url": EXPECTATION, "valueCode": "SHALL"}],
        "type": "Patient",
        "profile": "http://example.org/fhir/StructureDefinition/patient|2.0.0",
        "supportedProfile": ["http://example.org/fhir/StructureDefinition/patient-a", "http://example.org/fhir/StructureDefinition/patient-b"],
        "documentation": "People",
        "interaction": [{"extension": [{"url": EXPECTATION, "valueCode": "SHALL"}], "code": "read"}, {"code": "search-type", "documentation": "By name"}],
        "versioning": "versioned-update", "readHistory": True, "updateCreate": False, "conditionalCreate": True,
        "conditionalRead": "full-support", "conditionalUpdate": False, "conditionalDelete": "single",
        "referencePolicy": ["literal", "logical"],
        "searchInclude": ["Patient:organization"], "searchRevInclude": ["Observation:patient"],
        "searchParam": [
            {"name": "identifier", "definition": _definition("Patient-identifier"), "type": "token", "documentation": "NHS number"},
            {"name": "birthdate", "definition": _definition("individual-birthdate"), "type": "date"},
            {"name": "general-practitioner", "definition": _definition("Patient-general-practitioner"), "type": "reference"}],
        "operation": [{"name": "everything", "definition": "http://hl7.org/fhir/OperationDefinition/Patient-everything", "documentation": "All"}],
    }  # fmt: skip


def _observation() -> dict[str, Any]:
    return {
        "type": "Observation",
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "searchParam": [
            {"name": "code", "definition": _definition("clinical-code"), "type": "token"},
            {"name": "value-quantity", "definition": _definition("Observation-value-quantity"), "type": "quantity"},
        ],
    }


def _r4b() -> dict[str, Any]:
    return _r4() | {"fhirVersion": "4.3.0"}


def _r5() -> dict[str, Any]:
    statement = _r4() | {
        "fhirVersion": "5.0.0",
        "identifier": [{"use": "official", "system": "http://example.org/ids", "value": "made-up-1"}],
        "versionAlgorithmString": "semver",
        "copyrightLabel": "Nobody's",
        "acceptLanguage": ["en", "cy"],
    }
    statement["rest"][0]["resource"][0]["conditionalPatch"] = True
    return statement


def _old_rest() -> dict[str, Any]:
    rest = _rest()
    rest["security"]["service"][0]["coding"][0]["system"] = "http://hl7.org/fhir/restful-security-service"
    rest["security"]["certificate"] = [{"type": "application/jwt", "blob": "QUJDRA=="}]
    rest["operation"] = [
        {
            "name": "everything",
            "definition": {"reference": "http://hl7.org/fhir/OperationDefinition/Patient-everything"},
        }
    ]
    for resource in rest["resource"]:
        for name in ("operation", "supportedProfile"):
            resource.pop(name, None)
        if "profile" in resource:
            resource["profile"] = {"reference": resource["profile"]}
    return rest


def _stu3() -> dict[str, Any]:
    statement = _r4()
    for name in ("imports",):
        statement.pop(name)
    statement["implementation"].pop("custodian")
    statement["useContext"][0]["code"]["system"] = "http://hl7.org/fhir/usage-context-type"
    statement["messaging"][0]["endpoint"][0]["protocol"]["system"] = "http://hl7.org/fhir/message-transport"
    for message in statement["messaging"][0]["supportedMessage"]:
        message["definition"] = {"reference": message["definition"]}
    for document in statement["document"]:
        document["profile"] = {"reference": document["profile"]}
    return statement | {
        "fhirVersion": "3.0.1",
        "acceptUnknown": "both",
        "profile": [{"reference": "http://example.org/fhir/StructureDefinition/patient", "display": "Patient"}],
        "rest": [_old_rest(), {"mode": "client", "interaction": [{"code": "batch"}]}],
    }


def _event(mode: str) -> dict[str, Any]:
    return {"code": {"system": "http://hl7.org/fhir/message-type", "code": "admin-notify"}, "category": "Consequence", "mode": mode,
            "focus": "Patient", "request": {"reference": "StructureDefinition/request"}, "response": {"reference": "StructureDefinition/response"}}  # fmt: skip


def _dstu2() -> dict[str, Any]:
    statement = _stu3()
    for name in (
        "title",
        "useContext",
        "jurisdiction",
        "purpose",
        "instantiates",
        "patchFormat",
        "implementationGuide",
    ):
        statement.pop(name)
    rest = _old_rest()
    rest["transactionMode"] = "both"
    rest["interaction"] = [{"code": "transaction"}]
    for resource in rest["resource"]:
        for name in ("documentation", "conditionalRead", "referencePolicy"):
            resource.pop(name, None)
        for each in resource.get("extension", []) + [
            e for i in resource["interaction"] for e in i.get("extension", [])
        ]:
            each["url"] = OLD_EXPECTATION
    searches = rest["resource"][0]["searchParam"]
    searches[2] = {"name": "careprovider", "definition": "http://hl7.org/fhir/SearchParameter/Patient-careprovider",
                   "type": "reference", "target": ["Organization", "Practitioner"], "modifier": ["missing"], "chain": ["name"]}  # fmt: skip
    statement["messaging"][0].pop("supportedMessage")
    statement["messaging"][0]["event"] = [_event("sender"), _event("receiver")]
    statement["_format"] = [None, {"extension": [{"url": OLD_EXPECTATION, "valueCode": "SHOULD"}]}, None]
    client = {"mode": "client", "resource": [{"type": "Patient", "interaction": [{"code": "read"}]}]}
    return statement | {
        "resourceType": "Conformance",
        "fhirVersion": "1.0.2",
        "requirements": "To be tested",
        "rest": [rest, client],
    }
