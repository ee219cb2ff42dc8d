"""Payloads in both syntaxes become one document, and what hinders reading them is said once."""

import json

from eamap.fhir.payload.judging import judge_fhir
from eamap.fhir.payload.reading import read_payload
from eamap.fhir.release import Release

FHIR = 'xmlns="http://hl7.org/fhir"'


def xml(inside, root="Patient", attributes=FHIR):
    return read_payload(f"<{root} {attributes}>{inside}</{root}>".encode())


def rules(payload):
    return [problem.rule for each in judge_fhir(payload) for problem in each.problems]


def test_xml_becomes_json_by_the_elements_of_the_release():
    found = xml(
        '<id value="x"/><active value="true"/><name id="n1"><given value="A"/><given value="B"/></name>'
        '<multipleBirthInteger value="2"/><contact><relationship><text value="t"/></relationship></contact>'
    )
    assert found.problems == ()
    assert found.root == {
        "resourceType": "Patient",
        "id": "x",
        "active": True,
        "name": [{"id": "n1", "given": ["A", "B"]}],
        "multipleBirthInteger": 2,
        "contact": [{"relationship": [{"text": "t"}]}],
    }


def test_extensions_beside_primitives_keep_step_with_their_values():
    extension = '<extension url="http://x"><valueString value="v"/></extension>'
    found = xml(
        f'<name><given value="A"/><given>{extension}</given><given value="C"/></name><birthDate>{extension}</birthDate>'
    )
    beside = {"extension": [{"url": "http://x", "valueString": "v"}]}
    assert found.root["name"] == [{"given": ["A", None, "C"], "_given": [None, beside, None]}] or found.root[
        "name"
    ] == [{"given": ["A", None, "C"], "_given": [None, beside]}]
    assert found.root["_birthDate"] == beside
    assert rules(found) == []


def test_a_decimal_and_a_boolean_of_xml_are_no_texts():
    found = xml('<status value="final"/><code><text value="x"/></code><valueQuantity><value value="3.90"/></valueQuantity>',
                "Observation")  # fmt: skip
    assert found.root["valueQuantity"] == {"value": 3.9}
    assert rules(found) == []


def test_resources_inside_are_documents_of_their_own():
    found = xml(
        '<type value="collection"/><entry><resource><Patient><gender value="x"/></Patient></resource></entry>', "Bundle"
    )
    judged = judge_fhir(found)
    assert [each.resource.pointer for each in judged] == ["", "/entry/0/resource"]
    assert [problem.pointer for problem in judged[1].problems] == ["/entry/0/resource/gender"]


def test_a_missing_namespace_is_one_error_and_nothing_else():
    found = xml('<name><family value="S"/></name><gender value="male"/>', attributes="")
    assert [(problem.rule, problem.finding) for each in judge_fhir(found) for problem in each.problems] == [
        ("readable:namespace", "FHR091")
    ]


def test_a_foreign_element_is_told_by_its_name():
    found = xml('<name xmlns="urn:x"><family value="S"/></name>')
    assert "'urn:x'" in found.problems[0].message


def test_an_unknown_element_of_xml_is_an_error_with_its_place():
    assert [
        (problem.rule, problem.pointer) for each in judge_fhir(xml('<surname value="S"/>')) for problem in each.problems
    ] == [("fhir-r4:unknown-element", "/surname")]


def test_xml_keeps_the_order_of_the_definition():
    assert rules(xml('<gender value="male"/><active value="true"/>')) == ["fhir-r4:element-order"]
    assert rules(xml('<active value="true"/><gender value="male"/>')) == []


def test_an_empty_element_of_xml_is_not_passed_over():
    assert rules(xml("<active/>")) == ["fhir-r4:empty"]


def test_xml_that_breaks_off_is_read_and_nothing_is_missing_in_it():
    found = read_payload(f'<Observation {FHIR}><status value="final"/><code><te'.encode())
    assert "readable:syntax" in rules(found)
    assert "fhir-r4:required" not in rules(found)


def test_a_document_type_declaration_is_never_followed():
    found = read_payload(b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><Patient>&a;</Patient>')
    assert found.root is None
    assert [problem.rule for problem in found.problems] == ["readable:doctype"]


def test_a_byte_order_mark_is_no_error():
    assert rules(read_payload(b"\xef\xbb\xbf" + b'{"resourceType": "Patient"}')) == []


def test_what_is_no_resource_says_so():
    for content, rule in (
        (b"", "empty"), (b"hello", "format"), (b"<html><body/></html>", "html"), (b"[1]", "not-an-object"),
        (b'{"gender": "male"}', "resource-type"), (b'{"resourceType": ', "syntax"),
    ):  # fmt: skip
        assert rules(read_payload(content)) == [f"readable:{rule}"], content


def test_a_document_nested_beyond_reason_is_not_walked():
    deep = {"resourceType": "Patient"}
    for _ in range(400):
        deep = {"resourceType": "Patient", "contained": [deep]}
    assert rules(read_payload(json.dumps(deep).encode())) == ["readable:nesting"]


def test_the_release_comes_from_what_the_payload_says():
    def of(resource, said=None):
        return read_payload(json.dumps(resource).encode(), said).chosen.release

    care_connect = {"profile": ["https://fhir.hl7.org.uk/STU3/StructureDefinition/CareConnect-Encounter-1"]}
    uk_core = {"profile": ["https://fhir.hl7.org.uk/StructureDefinition/UKCore-Patient"]}
    assert of({"resourceType": "Patient"}) is Release.R4
    assert of({"resourceType": "Encounter", "meta": care_connect}) is Release.STU3
    assert (
        of({"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Encounter", "meta": care_connect}}]})
        is Release.STU3
    )
    assert of({"resourceType": "ReferralRequest"}) is Release.STU3
    assert of({"resourceType": "Patient", "meta": uk_core}) is Release.R4
    assert of({"resourceType": "StructureDefinition", "fhirVersion": "3.0.2"}) is Release.STU3
    assert of({"resourceType": "Patient", "meta": uk_core}, Release.STU3) is Release.STU3
    gp_connect = {"profile": ["https://fhir.nhs.uk/STU3/StructureDefinition/CareConnect-GPC-Patient-1"]}
    assert of({"resourceType": "Patient", "meta": gp_connect}) is Release.STU3


def test_profiles_of_two_releases_are_told():
    resource = {
        "resourceType": "Bundle", "type": "collection", "entry": [
            {"resource": {"resourceType": "Patient", "meta": {"profile": [url]}}}
            for url in ("https://fhir.hl7.org.uk/StructureDefinition/UKCore-Patient",
                        "https://fhir.hl7.org.uk/STU3/StructureDefinition/CareConnect-Patient-1")]}  # fmt: skip
    assert "fhir-r4:release" in rules(read_payload(json.dumps(resource).encode()))


def test_a_payload_that_only_fits_stu3_hears_of_it():
    resource = {"resourceType": "Condition", "subject": {"reference": "Patient/1"}, "clinicalStatus": "active",
                "verificationStatus": "confirmed", "assertedDate": "2020-01-01"}  # fmt: skip
    problems = [
        problem for each in judge_fhir(read_payload(json.dumps(resource).encode())) for problem in each.problems
    ]
    assert problems[0].rule == "fhir-r4:release"
    assert "--release STU3" in problems[0].fix
    assert "error" in {str(problem.level) for problem in problems}
