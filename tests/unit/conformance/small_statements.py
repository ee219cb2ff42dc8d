"""Small statements for tests, written as FHIR writes them."""

from __future__ import annotations

from eamap.conformance.comparing import compare
from eamap.conformance.requirements_statement import of_statement
from eamap.fhir.normalising import normalise

EXPECTATION = "http://hl7.org/fhir/StructureDefinition/capabilitystatement-expectation"
COMBINATION = "http://hl7.org/fhir/StructureDefinition/capabilitystatement-search-parameter-combination"


def expects(strength, /, **more):
    """Returns an element that says how binding it is."""
    return {"extension": [{"url": EXPECTATION, "valueCode": strength}], **more}


def together(*names, strength=None):
    """Returns the extension of a combination."""
    said = [{"url": EXPECTATION, "valueCode": strength}] if strength else []
    return {"url": COMBINATION, "extension": [*said, *({"url": "required", "valueString": name} for name in names)]}


def statement(*resources, mode="server", version="4.0.1", rest=None, **more):
    """Returns a normalised statement with one rest."""
    raw = {"resourceType": "CapabilityStatement", "fhirVersion": version, "kind": "instance", **more}
    return normalise({**raw, "rest": [{"mode": mode, "resource": list(resources), **(rest or {})}]})


def resource(kind, *interactions, **more):
    """Returns one resource of a rest."""
    return {"type": kind, "interaction": [{"code": code} for code in interactions], **more}


def results(instance, asked):
    """Returns what was asked with what came out, without the release, which every statement asks for."""
    comparison = compare(instance, "instance.json", of_statement(asked, "asked.json"))
    return {line.requirement.what: (str(line.outcome), line.says) for line in comparison.lines[1:]}
