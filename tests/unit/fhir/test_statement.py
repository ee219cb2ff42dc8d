import json

import pytest

from eamap.fhir.declared import Fact, Operation
from eamap.fhir.problems import Layer
from eamap.fhir.release import Release
from eamap.fhir.statement import Fit, read_statement

R4 = {
    "resourceType": "CapabilityStatement", "url": "http://x/metadata", "version": "1", "name": "X", "status": "active",
    "date": "2026-01-02", "publisher": "Northmoor", "kind": "instance", "fhirVersion": "4.0.1", "format": ["json"],
    "software": {"name": "Engine", "version": "7"}, "implementation": {"description": "d", "url": "https://fhir.example"},
    "instantiates": ["http://guide"],
    "rest": [{
        "mode": "server",
        "resource": [{"type": "Patient", "profile": "http://p", "supportedProfile": ["http://q"],
                      "interaction": [{"code": "read"}], "searchParam": [{"name": "family", "type": "string"}],
                      "operation": [{"name": "match", "definition": "http://o"}]}],
        "operation": [{"name": "convert", "definition": "http://c"}],
    }],
}  # fmt: skip
STU3 = {
    "resourceType": "CapabilityStatement", "status": "active", "date": "2018-01-01", "kind": "instance", "fhirVersion": "3.0.1",
    "acceptUnknown": "no", "format": ["xml"], "profile": [{"reference": "http://root"}], "implementation": {"description": "d"},
    "rest": [{
        "mode": "server",
        "resource": [{"type": "Patient", "profile": {"reference": "http://p"}, "interaction": [{"code": "read"}]}],
        "operation": [{"name": "gpc.getstructuredrecord", "definition": {"reference": "http://o"}}],
    }],
}  # fmt: skip


def read(document):
    return read_statement(document if isinstance(document, bytes) else json.dumps(document).encode())


def test_a_statement_of_r4_is_normalised():
    found = read(R4)
    statement = found.statement
    assert (found.problems, found.format, found.structure.fit) == ((), "json", Fit.FITS)
    assert (statement.declared, statement.release, statement.kind, statement.status) == (
        "4.0.1",
        Release.R4,
        "instance",
        "active",
    )
    assert (statement.software, statement.software_version, statement.implementation_url) == (
        "Engine",
        "7",
        "https://fhir.example",
    )
    assert statement.formats == (Fact("json", "/format/0"),)
    assert statement.instantiates == (Fact("http://guide", "/instantiates/0"),)
    (patient,) = statement.resources
    assert (patient.type, patient.mode, patient.profile, patient.supported_profiles) == (
        "Patient",
        "server",
        Fact("http://p", "/rest/0/resource/0/profile"),
        (Fact("http://q", "/rest/0/resource/0/supportedProfile/0"),),
    )
    assert patient.interactions == (Fact("read", "/rest/0/resource/0/interaction/0/code"),)
    assert [(each.name, each.type) for each in patient.search_parameters] == [("family", "string")]
    assert patient.operations == (Operation("match", "http://o", "/rest/0/resource/0/operation/0"),)
    assert statement.operations == (Operation("convert", "http://c", "/rest/0/operation/0"), *patient.operations)


def test_a_statement_of_stu3_has_the_same_form():
    found = read(STU3)
    statement = found.statement
    assert (statement.release, found.structure.fit) == (Release.STU3, Fit.FITS)
    assert statement.profiles == (Fact("http://root", "/profile/0"),)
    assert statement.resources[0].profile == Fact("http://p", "/rest/0/resource/0/profile")
    assert statement.operations[0].definition == "http://o"


def test_a_conformance_of_dstu2_is_read():
    found = read({**STU3, "resourceType": "Conformance", "fhirVersion": "1.0.2"})
    assert (found.statement.release, found.structure.fit) == (Release.DSTU2, Fit.FITS)
    assert found.unreadable == ()


def test_a_statement_that_does_not_fit_still_gives_what_it_says():
    found = read({**R4, "software": "not an object", "rest": [{"mode": "server", "resource": "x"}, 7], "format": {}})
    assert found.structure.fit is Fit.DOES_NOT_FIT
    assert {problem.layer for problem in found.problems} == {Layer.FHIR}
    assert (found.statement.declared, found.statement.software, found.statement.resources) == ("4.0.1", None, ())


def test_a_missing_resource_type_is_a_problem_and_the_rest_is_read():
    found = read({key: value for key, value in R4.items() if key != "resourceType"})
    assert [problem.rule for problem in found.unreadable] == ["readable:resource-type"]
    assert found.statement.release is Release.R4


def test_the_one_statement_in_a_bundle_is_read_with_its_place():
    found = read({"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient"}}, {"resource": R4}]})
    assert found.statement.base == "/entry/1/resource"
    assert found.unreadable == ()
    assert [problem.rule for problem in found.problems] == ["readable:bundle"]


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "readable:empty"),
        (b"<!doctype html><html><body>Sign in</body></html>", "readable:html"),
        (b"PK\x03\x04 a workbook", "readable:format"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "readable:format"),
        (b"[]", "readable:not-an-object"),
        (b'{"resourceType": "Patient"}', "readable:resource-type"),
        (b'{"resourceType": ["CapabilityStatement"]}', "readable:resource-type"),
        (b'{"a": 1}', "readable:resource-type"),
        (b'{"resourceType": "Bundle", "entry": []}', "readable:bundle"),
        (b'{"resourceType": "OperationOutcome"}', "readable:operation-outcome"),
        (b'{"resourceType": "Capability', "readable:syntax"),
        (b'<Patient xmlns="http://hl7.org/fhir"/>', "readable:resource-type"),
    ],
)
def test_what_is_no_statement_is_named(content, rule):
    found = read(content)
    assert found.statement is None
    assert rule in [problem.rule for problem in found.unreadable]


def test_an_operation_outcome_is_quoted():
    found = read({"resourceType": "OperationOutcome", "issue": [{"details": {"text": "Token missing"}}]})
    assert found.problems[0].message.endswith("instead of a statement: Token missing")


def test_the_same_statement_in_xml_says_the_same():
    xml = (
        b'<CapabilityStatement xmlns="http://hl7.org/fhir"><status value="active"/><date value="2018-01-01"/><kind value="instance"/>'
        b'<implementation><description value="d"/></implementation><fhirVersion value="3.0.1"/><acceptUnknown value="no"/>'
        b'<format value="xml"/><profile><reference value="http://root"/></profile><rest><mode value="server"/><resource>'
        b'<type value="Patient"/><profile><reference value="http://p"/></profile><interaction><code value="read"/></interaction>'
        b'</resource><operation><name value="gpc.getstructuredrecord"/><definition><reference value="http://o"/></definition>'
        b"</operation></rest></CapabilityStatement>"
    )
    assert read(xml).statement == read(STU3).statement
    assert read(xml).format == "xml"


def test_the_structure_of_a_part_is_not_assessed():
    found = read(b'<CapabilityStatement xmlns="http://hl7.org/fhir"><fhirVersion value="4.0.1"/><rest><mode val')
    assert (found.statement.release, found.structure.fit) == (Release.R4, Fit.NOT_ASSESSED)
    assert found.structure.why == "only a part of the file could be read"
