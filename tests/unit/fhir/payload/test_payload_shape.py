"""Structure, data types and codes, also where ``fhir.resources`` is lax or stops early."""

import json

import pytest

from eamap.fhir.payload.elements import knows_type, resource_table
from eamap.fhir.payload.judging import judge_fhir
from eamap.fhir.payload.reading import read_payload
from eamap.fhir.release import Release


def found(resource, release=None):
    judged = judge_fhir(read_payload(json.dumps(resource).encode(), release))
    return [(problem.rule, problem.pointer) for each in judged for problem in each.problems]


def patient(**elements):
    return found({"resourceType": "Patient", **elements})


@pytest.mark.parametrize(
    ("elements", "rule", "pointer"),
    [
        ({"active": "true"}, "type", "/active"),
        ({"active": 1}, "type", "/active"),
        ({"active": None}, "null", "/active"),
        ({"name": []}, "empty", "/name"),
        ({"name": [{}]}, "empty", "/name/0"),
        ({"name": [None]}, "null", "/name/0"),
        ({"name": {"family": "S"}}, "array", "/name"),
        ({"gender": ["male"]}, "array", "/gender"),
        ({"name": [{"family": " "}]}, "empty", "/name/0/family"),
        ({"name": [{"given": ["A", None]}]}, "null", "/name/0/given/1"),
        ({"multipleBirthInteger": "2"}, "type", "/multipleBirthInteger"),
        ({"surname": "S"}, "unknown-element", "/surname"),
        ({"gender": "M"}, "required-binding", "/gender"),
        ({"telecom": [{"system": "mobile"}]}, "required-binding", "/telecom/0/system"),
        ({"deceasedBoolean": True, "deceasedDateTime": "2020"}, "choice", "/deceasedDateTime"),
        ({"birthDate": "11/09/1970"}, "format", "/birthDate"),
        ({"id": "a b"}, "format", "/id"),
        ({"communication": [{"preferred": True}]}, "required", "/communication/0"),
        ({"extension": [{"valueString": "x"}]}, "required", "/extension/0"),
        ({"text": {"status": "generated", "div": "hello"}}, "type", "/text/div"),
        ({"_birthDate": {"extension": [{"valueString": "x"}]}}, "required", "/_birthDate/extension/0"),
        ({"_birthDate": {"nothing": 1}}, "unknown-element", "/_birthDate/nothing"),
    ],
)
def test_each_fault_is_found_where_it_is(elements, rule, pointer):
    assert patient(**elements) == [(f"fhir-r4:{rule}", pointer)]


def test_one_fault_does_not_hide_the_next():
    rules = patient(active="true", surname="S", name=[None, {"use": "x"}], birthDate="1.1.70", link=[{"type": "refer"}])
    assert rules == [
        ("fhir-r4:type", "/active"),
        ("fhir-r4:unknown-element", "/surname"),
        ("fhir-r4:null", "/name/0"),
        ("fhir-r4:required-binding", "/name/1/use"),
        ("fhir-r4:required", "/link/0"),
        ("fhir-r4:format", "/birthDate"),
    ]


def test_a_place_behind_a_fault_in_a_list_is_still_the_right_one():
    assert ("fhir-r4:format", "/telecom/2/period/start") in patient(
        telecom=[None, {"value": "1"}, {"period": {"start": "yesterday"}}]
    )


def test_a_required_primitive_may_be_missing_with_a_reason():
    reason = {
        "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]
    }
    assert found({"resourceType": "Observation", "_status": reason, "code": {"text": "x"}}) == []
    assert found({"resourceType": "Observation", "code": {"text": "x"}}) == [("fhir-r4:required", "")]


def test_a_required_choice_is_missed():
    rules = found({"resourceType": "Immunization", "status": "completed", "vaccineCode": {"text": "x"},
                   "patient": {"reference": "Patient/1"}})  # fmt: skip
    assert rules == [("fhir-r4:required", "")]


@pytest.mark.parametrize("status", ["amended", "cancelled", "entered-in-error", "corrected", "unknown", "final"])
def test_codes_that_the_models_cut_short_are_known(status):
    assert found({"resourceType": "Observation", "status": status, "code": {"text": "x"}}) == []


def test_a_status_that_is_concept_has_its_required_codes_in_r4_only():
    concept = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "over"}]}
    resource = {"resourceType": "Condition", "clinicalStatus": concept, "subject": {"reference": "Patient/1"}}
    assert found(resource) == [("fhir-r4:required-binding", "/clinicalStatus")]
    concept["coding"][0]["code"] = "resolved"
    assert found(resource) == []


def test_r4_is_not_r4b():
    topic = {"resourceType": "SubscriptionTopic", "status": "active", "url": "http://x"}
    assert found(topic, Release.R4)[0] == ("fhir-r4:resource-type", "/resourceType")
    assert not [rule for rule, _ in found(topic, Release.R4B) if rule.endswith("resource-type")]
    meta = {"resourceType": "Patient", "extension": [{"url": "http://x", "valueMeta": {"versionId": "1"}}]}
    assert found(meta, Release.R4) == []
    assert found(meta, Release.R4B) == [("fhir-r4b:unknown-element", "/extension/0/valueMeta")]
    ratio = {
        "resourceType": "Patient",
        "extension": [{"url": "http://x", "valueRatioRange": {"lowNumerator": {"value": 1}}}],
    }
    assert found(ratio, Release.R4) == [("fhir-r4:unknown-element", "/extension/0/valueRatioRange")]


def test_what_cannot_be_judged_says_so():
    assert found({"resourceType": "MedicinalProduct"}, Release.R4) == [("fhir-r4:not-assessed", "")]
    assert found({"resourceType": "EvidenceVariable"}, Release.R4) == [("fhir-r4:not-assessed", "")]
    dstu2 = {"resourceType": "Patient", "meta": {"profile": ["http://x/DSTU2/Patient"]}}
    assert found(dstu2) == [("fhir-dstu2:not-assessed", "")]


def test_a_resource_of_another_release_inside_does_not_stop_the_others():
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [
        {"resource": {"resourceType": "ServiceRequest", "status": "active"}}, {"resource": {"resourceType": "Patient", "gender": "x"}},
        {"resource": {"resourceType": "Potato"}}, {"resource": {"gender": "male"}}]}  # fmt: skip
    assert found(bundle, Release.STU3) == [
        ("fhir-stu3:resource-type", "/entry/0/resource/resourceType"),
        ("fhir-stu3:required-binding", "/entry/1/resource/gender"),
        ("fhir-stu3:resource-type", "/entry/2/resource/resourceType"),
        ("fhir-stu3:resource-type", "/entry/3/resource"),
    ]


def test_an_entry_that_holds_only_a_resource_is_not_empty():
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": {"resourceType": "Patient"}}, {}]}
    assert found(bundle) == [("fhir-r4:empty", "/entry/1")]


def test_a_field_named_resource_type_is_no_resource():
    scenario = {
        "resourceType": "ExampleScenario",
        "status": "draft",
        "instance": [{"resourceId": "1", "resourceType": "Patient"}],
    }
    assert found(scenario) == []


def test_text_of_the_payload_is_not_repeated_where_it_may_name_a_person():
    judged = judge_fhir(
        read_payload(json.dumps({"resourceType": "Patient", "name": "Jane Jackson", "contact": ["Bob"]}).encode())
    )
    assert not [
        problem
        for each in judged
        for problem in each.problems
        if "Jackson" in problem.message or "Bob" in problem.message
    ]


def test_types_and_tables_belong_to_a_release():
    assert knows_type(Release.STU3, "ProcedureRequest") and not knows_type(Release.R4, "ProcedureRequest")
    assert not knows_type(Release.R4, "HumanName") and not knows_type(Release.R4, "DomainResource")
    elements = resource_table(Release.R4, "Patient").elements
    assert (elements["active"].primitive, elements["birthDate"].primitive, elements["name"].repeats) == (
        "boolean",
        "date",
        True,
    )
    assert elements["gender"].codes == {"male", "female", "other", "unknown"}
    assert elements["deceasedBoolean"].choice == "deceased"
