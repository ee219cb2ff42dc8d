"""Statements made by hand, and what policy says about them."""

from __future__ import annotations

import json
from datetime import date

from eamap.conformance.policy import findings
from eamap.fhir.statement import Reading, read_statement

DAY = date(2026, 11, 22)
UK = "https://fhir.hl7.org.uk/StructureDefinition/UKCore-"
GPC = "https://fhir.nhs.uk/STU3/StructureDefinition/"
HL7 = "http://hl7.org/fhir/StructureDefinition/"


def made(*resources, security=True, **more) -> dict:
    """A plain R4 statement of a running system with nothing to complain of; ``more`` replaces what is at its root."""
    rest = {"mode": "server", "resource": list(resources)}
    if security:
        rest["security"] = {"service": [{"coding": [{"code": "OAuth"}]}]}
    whole = {
        "resourceType": "CapabilityStatement", "status": "active", "date": "2026-10-01", "kind": "instance",
        "fhirVersion": "4.0.1", "format": ["json"], "software": {"name": "Karte"},
        "implementation": {"description": "live", "url": "https://fhir.northmoor.example/r4"}, "rest": [rest], **more,
    }  # fmt: skip
    return {name: value for name, value in whole.items() if value is not None}


def resource(kind: str, *profiles: str, **more) -> dict:
    """One resource type with its profiles, the first as ``profile``."""
    entry = {"type": kind, "interaction": [{"code": "read"}], **more}
    if profiles:
        entry["profile"] = profiles[0]
        entry["supportedProfile"] = list(profiles[1:])
    return entry


def read(whole: dict) -> Reading:
    """Reads a statement that was made."""
    return read_statement(json.dumps(whole).encode())


def judged(whole: dict, **asked) -> dict[str, list]:
    """Every finding of policy by its id."""
    found: dict[str, list] = {}
    for problem in findings(read(whole), **{"as_of": DAY, **asked}):
        found.setdefault(problem.finding, []).append(problem)
    return found
