"""UK Core 2.0.2: each kind of rule broken and kept, and how much a resource fills."""

import json

import pytest

from eamap.conformance.payload.identifiers import is_nhs_number, meant_system
from eamap.conformance.payload.judging import judge_payload
from eamap.conformance.payload.profile_rules import INVARIANT_WORDS
from eamap.fhir.catalogue import findings
from eamap.fhir.release import Release
from eamap.reference import ukcore

PROFILE = "https://fhir.hl7.org.uk/StructureDefinition/"
NHS = "https://fhir.nhs.uk/Id/nhs-number"
ODS = "https://fhir.nhs.uk/Id/ods-organization-code"


@pytest.fixture(scope="module")
def core():
    return ukcore.load()


@pytest.fixture
def judged(core):
    def judge(resource, **more):
        return judge_payload(json.dumps(resource).encode(), core, **more)

    return judge


@pytest.fixture
def told(judged):
    def tell(resource, **more):
        return [
            (problem.finding, str(problem.level), problem.pointer)
            for each in judged(resource, **more)
            for problem in each.problems
        ]

    return tell


def claim(name):
    return {"profile": [f"{PROFILE}{name}"]}


def lab(
    name="UKCore-Observation-Lab",
    code="laboratory",
    system="http://terminology.hl7.org/CodeSystem/observation-category",
    **more,
):
    category = [{"coding": [{"system": system, "code": code}]}]
    return {
        "resourceType": "Observation",
        "meta": claim(name),
        "status": "final",
        "code": {"text": "x"},
        "category": category,
        **more,
    }


def extension(name, **value):
    return {"url": f"{PROFILE}Extension-UKCore-{name}", **value}


def test_cardinality_of_an_element_and_of_a_slice(told):
    assert told({"resourceType": "Medication"}) == [("FHR100", "error", "")]
    assert told(lab(valueString="x")) == []
    assert told(lab(code="vital-signs", valueString="x")) == [("FHR100", "error", "")]
    two = lab(valueString="x")
    two["category"] *= 2
    assert told(two) == [("FHR100", "error", "/category/1")]


def test_an_element_that_a_profile_takes_away(told):
    group = lab("UKCore-Observation-Group-Lab", referenceRange=[{"text": "x"}])
    assert told(group) == [("FHR100", "error", "/referenceRange/0")]


def test_a_fixed_value_of_a_slice(told):
    assert told(lab(system="http://other", valueString="x")) == [("FHR101", "error", "/category/0/coding/0/system")]


def test_the_nhs_number_is_a_slice_by_its_system(told):
    def numbers(*identifiers):
        return told({"resourceType": "Patient", "identifier": list(identifiers)})

    good = {"system": NHS, "value": "9912003888"}
    assert numbers(good) == []
    assert numbers({"system": NHS}) == [("FHR100", "error", "/identifier/0")]
    assert numbers(good, {"system": "urn:x", "value": "1"}, good) == [("FHR100", "error", "/identifier/2")]
    assert numbers({"system": NHS, "value": "991 200 3888"}) == [("FHR106", "error", "/identifier/0/value")]
    assert numbers({"system": NHS, "value": "9912003890"}) == [("FHR107", "warning", "/identifier/0/value")]
    assert numbers({"system": "http://fhir.nhs.net/Id/nhs-number", "value": "9912003888"}) == [
        ("FHR109", "warning", "/identifier/0/system")
    ]


def test_check_digits_by_modulus_eleven():
    assert all(map(is_nhs_number, ("9434765919", "9912003888", "9000000009", "1000000001")))
    assert not any(
        map(is_nhs_number, ("9434765918", "1234567890", "0000000011", "943476591", "94347659199", "943476591a"))
    )


def test_identifiers_are_judged_wherever_they_stand(told):
    subject = {"identifier": {"system": NHS, "value": "123"}}
    assert told(lab(valueString="x", subject=subject)) == [("FHR106", "error", "/subject/identifier/value")]


def test_systems_that_are_nearly_right():
    assert meant_system(ODS) == ODS
    for text in (
        ODS + "/",
        "http://fhir.nhs.uk/Id/ods-organization-code",
        "https://fhir.nhs.uk/id/ODS-organisation-code",
    ):
        assert meant_system(text) == ODS
    assert meant_system("https://fhir.nhs.uk/Id/local-patient-identifier") is None
    assert meant_system("https://fhir.example.org/Id/nhs-number") is None


def test_ods_codes_have_a_form(told):
    def organisation(value):
        return told({"resourceType": "Organization", "name": "x", "identifier": [{"system": ODS, "value": value}]})

    assert organisation("RR8") == organisation("Y05868") == []
    assert organisation("Leeds Teaching") == [("FHR108", "warning", "/identifier/0/value")]


def test_a_language_is_one_of_bcp_47(told):
    def speaks(**language):
        return told({"resourceType": "Patient", "communication": [{"language": language}]})

    assert (
        speaks(coding=[{"system": "urn:ietf:bcp:47", "code": "cy"}, {"system": "http://snomed.info/sct", "code": "1"}])
        == []
    )
    place = "/communication/0/language"
    assert speaks(coding=[{"system": "http://snomed.info/sct", "code": "1"}]) == [("FHR102", "error", place)]
    assert speaks(coding=[{"system": "urn:ietf:bcp:47", "code": "English language"}]) == [("FHR102", "error", place)]
    assert speaks(text="Welsh") == [("FHR102", "error", place)]
    practitioner = {"resourceType": "Practitioner", "communication": [{"text": "Welsh"}]}
    assert told(practitioner) == [("FHR102", "error", "/communication/0")]


def test_the_value_of_an_extension_has_its_type(told):
    code = {"resourceType": "Patient", "extension": [extension("BirthSex", valueCode="F")]}
    assert told(code) == [("FHR103", "error", "/extension/0/valueCode")]
    concept = {
        "resourceType": "Patient",
        "extension": [extension("BirthSex", valueCodeableConcept={"coding": [{"code": "F"}]})],
    }
    assert told(concept) == [("FHR117", "info", "/extension/0/valueCodeableConcept")]
    nothing = {"resourceType": "Patient", "extension": [extension("BirthSex")]}
    assert ("FHR104", "error", "/extension/0") in told(nothing)


def test_the_parts_of_an_extension(told):
    def address(*parts, **value):
        return told(
            {
                "resourceType": "Patient",
                "address": [{"extension": [extension("AddressKey", extension=list(parts), **value)]}],
            }
        )

    kind = {"url": "type", "valueCodeableConcept": {"text": "x"}}
    key = {"url": "value", "valueString": "x"}
    place = "/address/0/extension/0"
    assert address(kind, key) == []
    assert address(kind) == [("FHR104", "error", place)] * 2
    assert address({"url": "type", "valueCoding": {"code": "x"}}, key) == [
        ("FHR103", "error", f"{place}/extension/0/valueCoding")
    ]
    assert ("FHR104", "error", f"{place}/valueString") in address(kind, key, valueString="x")


def test_an_extension_beside_a_primitive_is_judged(told):
    other = {"extension": [extension("OtherContactSystem", valueCoding={"code": "x"})]}
    resource = {"resourceType": "Patient", "telecom": [{"system": "other", "value": "1", "_system": other}]}
    assert told(resource) == [("FHR103", "error", "/telecom/0/_system/extension/0/valueCoding")]


def test_an_extension_that_uk_core_does_not_have(told):
    resource = {"resourceType": "Patient", "extension": [extension("Favourite", valueString="x")]}
    assert told(resource) == [("FHR115", "warning", "/extension/0/url")]


def test_the_five_invariants_with_their_severity(told, core):
    vaccination = {"resourceType": "Immunization", "status": "not-done", "vaccineCode": {"text": "x"}, "occurrenceString": "x",
                   "patient": {"reference": "Patient/1"}}  # fmt: skip
    assert told(vaccination) == [("FHR105", "error", "/status")]
    assert told({**vaccination, "statusReason": {"text": "x"}}) == told({**vaccination, "status": "completed"}) == []
    assert told(lab()) == [("FHR105", "warning", "")]
    assert told(lab(note=[{"text": "x"}])) == told(lab(dataAbsentReason={"text": "x"})) == []
    assert told(lab("UKCore-Observation-Group-Lab", valueString="x")) == [("FHR105", "warning", "/valueString")]
    report = {"resourceType": "DiagnosticReport", "meta": claim("UKCore-DiagnosticReport-Lab"), "status": "final", "code": {"text": "x"},
              "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0074", "code": "LAB"}]}],
              "subject": {"reference": "Patient/1"}}  # fmt: skip
    assert told(report) == [("FHR105", "warning", "/status")]
    assert told({**report, "issued": "2024-01-01T00:00:00Z"}) == told({**report, "status": "registered"}) == []
    url = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Specimen.collection.collector"
    other = {"url": url, "valueReference": {"reference": "Patient/1"}}
    collector = {"reference": "Practitioner/1", "extension": [other]}
    assert told({"resourceType": "Specimen", "collection": {"collector": collector}}) == [
        ("FHR105", "error", "/collection/collector")
    ]
    assert told({"resourceType": "Specimen", "collection": {"collector": {"reference": "Practitioner/1"}}}) == []
    stated = {key: severity for each in core.profiles.values() for key, severity in each.invariants}
    assert stated.keys() == INVARIANT_WORDS.keys()
    assert {key for key, severity in stated.items() if severity == "error"} == {"ukcore-imm-001", "ukcore-spec-001"}


def test_what_a_reference_may_lead_to(told):
    assert told(lab(valueString="x", subject={"reference": "Device/1"})) == [("FHR116", "error", "/subject")]
    for subject in (
        {"reference": "Patient/1"},
        {"reference": "https://x/Patient/1/_history/2"},
        {"reference": "urn:uuid:1"},
    ):
        assert told(lab(valueString="x", subject=subject)) == []


def test_the_profile_is_claimed_asked_for_or_that_of_the_type(judged, core):
    def of(resource, **more):
        answer = judged(resource, **more)[0]
        return answer.profile and answer.profile.name, answer.basis

    observation = {"resourceType": "Observation", "status": "final", "code": {"text": "x"}}
    assert of(observation) == ("UKCore-Observation", "type")
    assert of({**observation, "meta": {"profile": [f"{PROFILE}UKCore-Observation-Lab|2.0.0"]}}) == (
        "UKCore-Observation-Lab",
        "meta.profile",
    )
    assert of(observation, profile=core.profile("UKCore-Observation-Lab")) == ("UKCore-Observation-Lab", "--profile")
    assert of({"resourceType": "Flag"}) == (None, "")
    assert of({"resourceType": "Bundle", "type": "collection"}) == (None, "")


def test_claims_that_cannot_hold(told, core):
    at = "/meta/profile/0"
    assert told({"resourceType": "Patient", "meta": claim("UKCore-CarePlan")}) == [("FHR110", "warning", at)]
    assert told({"resourceType": "Patient", "meta": claim("UKCore-Location")}) == [("FHR111", "error", at)]
    assert told({"resourceType": "Patient", "meta": claim("UKCore-Patient|2.2.0")}) == [("FHR113", "info", at)]
    assert told({"resourceType": "Patient", "meta": claim("UKCore-Patient|2.5.0")}) == []
    assert told({"resourceType": "Patient"}, profile=core.profile("UKCore-Location")) == [("FHR111", "error", "")]
    stu3 = told({"resourceType": "Patient", "meta": claim("UKCore-Patient")}, release=Release.STU3)
    assert stu3 == [("FHR112", "error", at), ("FHR117", "info", "")]


def test_must_support_is_a_share(judged):
    def covered(**elements):
        return judged({"resourceType": "Patient", **elements})[0].must_support

    assert (covered().filled, covered().of) == (0, 16)
    some = covered(
        name=[{"family": "S", "_given": [{"extension": [{"url": "http://x", "valueString": "x"}]}]}],
        identifier=[{"system": NHS, "value": "9912003888"}],
        birthDate="1970",
    )
    assert some.present == ("Patient.identifier", "Patient.identifier:nhsNumber.system", "Patient.identifier:nhsNumber.value",
                            "Patient.name", "Patient.name.family", "Patient.birthDate")  # fmt: skip
    assert "Patient.name.given" in some.missing
    other = covered(identifier=[{"system": "urn:x", "value": "1"}])
    assert other.present == ("Patient.identifier",)


def test_a_choice_counts_whichever_type_it_has(judged):
    procedure = {
        "resourceType": "Procedure",
        "status": "completed",
        "subject": {"reference": "Patient/1"},
        "performedString": "x",
    }
    assert "Procedure.performed[x]" in judged(procedure)[0].must_support.present


def test_contained_and_bundled_resources_are_judged_with_their_place(told):
    organisation = {"resourceType": "Organization", "name": "x", "identifier": [{"system": ODS}]}
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": {"resourceType": "Patient", "contained": [organisation]}}],
    }
    place = "/entry/0/resource/contained/0/identifier/0"
    assert ("FHR100", "error", place) in told(bundle)


def prescription(*courses):
    event = {"system": "https://fhir.nhs.uk/CodeSystem/message-event", "code": "prescription-order"}
    header = {"resourceType": "MessageHeader", "eventCoding": event, "source": {"endpoint": "urn:x"}}
    lines = [{"resourceType": "MedicationRequest", "groupIdentifier": {"value": "1"}, "courseOfTherapyType": {"coding": [{"code": code}]}}
             for code in courses]  # fmt: skip
    return {"resourceType": "Bundle", "type": "message", "entry": [{"resource": each} for each in (header, *lines)]}


def test_repeat_dispensing_stands_alone_in_a_prescription(told):
    def mixed(*courses):
        return [place for finding, _, place in told(prescription(*courses)) if finding == "FHR114"]

    assert mixed("acute", "continuous-repeat-dispensing") == ["/entry/2/resource/courseOfTherapyType"]
    assert mixed("acute", "continuous") == mixed("continuous-repeat-dispensing") == []


def test_every_finding_of_payloads_has_a_page_of_its_layer(core):
    from eamap.conformance.payload import findings as policy
    from eamap.fhir.payload import judging, shape

    pages = {key: page for key, page in findings().items() if "FHR090" <= key <= "FHR119"}
    named = {value for module in (policy, judging, shape) for value in vars(module).values()
             if isinstance(value, str) and value.startswith("FHR")}  # fmt: skip
    assert named == set(pages)
    assert {key for key, page in pages.items() if str(page.layer) == "policy"} == {
        key for key in pages if key >= "FHR100"
    }


def test_the_set_says_what_the_facts_say(core):
    assert core.version == "2.0.2"
    assert (len(core.profiles), len(core.extensions)) == (31, 47)
    everything = [*core.profiles.values(), *core.extensions.values()]
    assert sum(len(each.invariants) for each in everything) == 5
    assert sum(1 for each in core.profiles.values() for rule in each.rules if rule.value_set) == 4
    fixed = {
        rule.fixed
        for each in core.profiles.values()
        for rule in each.rules
        if rule.steps[-1].name == "system" and "Id/" in rule.fixed
    }
    assert fixed == {NHS, ODS, "https://fhir.nhs.uk/Id/ods-site-code"}
    assert core.profile("UKCore-Patient").version == "2.5.0"


def test_an_extension_that_a_profile_allows_once(told):
    once = extension("EthnicCategory", valueCodeableConcept={"text": "x"})
    assert told({"resourceType": "Patient", "extension": [once]}) == []
    assert told({"resourceType": "Patient", "extension": [once, once]}) == [("FHR100", "error", "/extension/1")]
    status = extension("NHSNumberVerificationStatus", valueCodeableConcept={"coding": [{"code": "01"}]})
    number = {"system": NHS, "value": "9912003888", "extension": [status, status]}
    found = told({"resourceType": "Patient", "identifier": [number]})
    assert [each for each in found if each[1] == "error"] == [("FHR100", "error", "/identifier/0/extension/1")]


def test_a_rule_about_the_parts_of_an_extension_in_one_profile(told):
    part = {"url": "reference", "valueReference": {"reference": "Observation/1"}}
    url = "http://hl7.org/fhir/5.0/StructureDefinition/extension-DiagnosticReport.supportingInfo"
    report = {
        "resourceType": "DiagnosticReport",
        "status": "final",
        "code": {"text": "x"},
        "extension": [{"url": url, "extension": [part]}],
    }
    assert ("FHR100", "error", "/extension/0") in told(report)
    kind = {"url": "type", "valueCodeableConcept": {"text": "x"}}
    assert told({**report, "extension": [{"url": url, "extension": [kind, part]}]}) == []
