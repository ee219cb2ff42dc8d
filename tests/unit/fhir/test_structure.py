import copy
import json

import pytest

from eamap.fhir.definitions import definitions
from eamap.fhir.problems import Level
from eamap.fhir.release import Release
from eamap.fhir.statement import read_statement
from eamap.fhir.structure import check_structure

R4 = {
    "resourceType": "CapabilityStatement", "name": "Northmoor", "fhirVersion": "4.0.1", "status": "active", "date": "2026",
    "kind": "instance", "software": {"name": "Engine"}, "implementation": {"description": "d"}, "format": ["json"],
    "rest": [{"mode": "server", "security": {"cors": True}, "resource": [
        {"type": "Patient", "profile": "http://p", "interaction": [{"code": "read"}],
         "searchParam": [{"name": "family", "type": "string"}]}]}],
}  # fmt: skip
EARLY = {
    "name": "Northmoor", "status": "active", "date": "2018-01-01", "kind": "instance", "acceptUnknown": "no",
    "software": {"name": "Engine"}, "implementation": {"description": "d"}, "format": ["json"],
    "rest": [{"mode": "server", "resource": [{"type": "Patient", "profile": {"reference": "StructureDefinition/p"},
                                              "interaction": [{"code": "read"}]}]}],
}  # fmt: skip
VALID = {
    Release.DSTU2: {"resourceType": "Conformance", "fhirVersion": "1.0.2", **EARLY},
    Release.STU3: {"resourceType": "CapabilityStatement", "fhirVersion": "3.0.1", **EARLY},
    Release.R4: R4,
    Release.R4B: {**R4, "fhirVersion": "4.3.0"},
    Release.R5: {**R4, "fhirVersion": "5.0.0"},
}


def changed(document, path, value):
    """Returns a copy with one place set; a value of ... takes it out."""
    result = copy.deepcopy(document)
    place = result
    for step in path[:-1]:
        place = place[step]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return result


def read(document):
    return read_statement(json.dumps(document).encode())


@pytest.mark.parametrize("release", list(Release))
def test_a_small_right_statement_has_no_finding(release):
    assert read(VALID[release]).problems == ()


@pytest.mark.parametrize(
    ("path", "value", "finding", "rule", "pointer"),
    [
        (("kind",), ..., "FHR020", "required:kind", ""),
        (("fhirVersion",), ..., "FHR020", "required:fhirVersion", ""),
        (("rest", 0, "resource", 0, "type"), ..., "FHR020", "required:resource.type", "/rest/0/resource/0"),
        (("acceptUnknown",), "no", "FHR021", "unknown-element", "/acceptUnknown"),
        (("rest", 0, "colour"), "red", "FHR021", "unknown-element", "/rest/0/colour"),
        (("experimental",), "true", "FHR022", "datatype:experimental", "/experimental"),
        (("date",), "tomorrow", "FHR022", "datatype:date", "/date"),
        (("date",), "2026-02-30", "FHR022", "datatype:date", "/date"),
        (("date",), "2026-02-20T10:00:00", "FHR022", "datatype:date", "/date"),
        (("software",), "Engine", "FHR022", "datatype:software", "/software"),
        (("version",), 3, "FHR022", "datatype:version", "/version"),
        (("url",), "http://a b", "FHR022", "datatype:url", "/url"),
        (("rest",), R4["rest"][0], "FHR023", "array", "/rest"),
        (("rest", 0, "security"), [{"cors": True}], "FHR023", "array", "/rest/0/security"),
        (("kind",), "bogus", "FHR024", "binding:kind", "/kind"),
        (("status",), "live", "FHR024", "binding:status", "/status"),
        (("fhirVersion",), "R4", "FHR024", "binding:fhirVersion", "/fhirVersion"),
        (("rest", 0, "mode"), "both", "FHR024", "binding:rest.mode", "/rest/0/mode"),
        (("rest", 0, "resource", 0, "type"), "Potato", "FHR024", "binding:resource.type", "/rest/0/resource/0/type"),
        (("rest", 0, "resource", 0, "interaction", 0, "code"), "search", "FHR024", "binding:interaction.code",
         "/rest/0/resource/0/interaction/0/code"),
        (("rest", 0, "resource", 0, "searchParam", 0, "type"), "text", "FHR024", "binding:searchParam.type",
         "/rest/0/resource/0/searchParam/0/type"),
        (("rest", 0, "interaction"), [{"code": "read"}], "FHR024", "binding:interaction.code", "/rest/0/interaction/0/code"),
        (("description",), "", "FHR025", "empty", "/description"),
        (("description",), None, "FHR025", "empty", "/description"),
        (("contact",), [], "FHR025", "empty", "/contact"),
        (("software",), {}, "FHR025", "empty", "/software"),
        (("format",), ["json", None], "FHR025", "empty", "/format/1"),
        (("format",), ["any text"], "FHR027", "mime:format", "/format/0"),
        (("instantiates",), ["CapabilityStatement/x"], "FHR028", "canonical:instantiates", "/instantiates/0"),
        (("text",), {"status": "generated", "div": "words"}, "FHR029", "narrative", "/text/div"),
        (("extension",), [{"url": "http://x"}], "FHR030", "ext-1", "/extension/0"),
        (("extension",), [{"url": "http://x", "valueCode": "a", "valueString": "b"}], "FHR023", "choice",
         "/extension/0/valueString"),
        (("_kind",), "x", "FHR022", "datatype", "/_kind"),
    ],
)  # fmt: skip
def test_each_breach_of_the_structure_has_its_finding_and_place(path, value, finding, rule, pointer):
    found = check_structure(changed(R4, path, value), Release.R4)
    assert (finding, f"fhir-r4:{rule}", pointer) in {(each.finding, each.rule, each.pointer) for each in found}
    assert all(each.level is Level.ERROR for each in found)


def test_a_type_of_another_release_says_of_which():
    found = check_structure(changed(R4, ("rest", 0, "resource", 0, "type"), "ReferralRequest"), Release.R4)
    assert "'ReferralRequest' is no resource type of R4 (DSTU2, STU3 only)" in found[0].message


def test_a_value_that_only_an_extension_explains_is_there():
    why = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]}
    document = {**changed(R4, ("date",), ...), "_date": why}
    assert check_structure(document, Release.R4) == ()
    imports = ["http://example.org/a", None]
    assert check_structure({**R4, "imports": imports, "_imports": [None, why]}, Release.R4) == ()


def test_a_reason_is_no_code_of_a_required_value_set():
    why = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]}
    found = check_structure({**R4, "format": ["json", None], "_format": [None, why]}, Release.R4)
    assert [(each.finding, each.pointer) for each in found] == [("FHR024", "/_format/1")]


def test_contained_resources_are_not_judged():
    assert check_structure({**R4, "contained": [{"resourceType": "ServiceRequest", "odd": 1}]}, Release.R4) == ()


@pytest.mark.parametrize("release", list(Release))
def test_the_tables_know_every_node_they_name(release):
    tables = definitions(release)
    named = {each.node for node in tables.nodes.values() for each in node.elements.values() if each.node}
    assert named - tables.nodes.keys() == {"Resource"}
    assert {"Patient", "Observation"} <= tables.resource_types
