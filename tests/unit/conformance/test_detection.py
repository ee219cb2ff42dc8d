"""What a statement claims: by what, how strongly, and where."""

import pytest
from made_statements import GPC, HL7, UK, made, read, resource

from eamap.conformance.detection import BY_PLACE, ORDER, Strength, claims, strongest
from eamap.errors import ReferenceDataError
from eamap.reference import detection, memory, profiles, standards


def claimed(whole: dict) -> dict[tuple[str, str], str]:
    """Standard and strength of each claim, with its pointer."""
    return {(each.standard, str(each.strength)): each.pointer for each in claims(read(whole).statement)}


def test_a_statement_that_names_nothing_claims_nothing():
    assert claimed(made(resource("Patient", HL7 + "Patient"))) == {}


def test_prose_is_not_a_claim():
    words = "Conforms to GP Connect, BaRS, UK Core and https://fhir.nhs.uk/StructureDefinition/BARSBundleMessage"
    whole = made(
        resource("Patient", documentation=words), description=words, publisher=words, copyright=words, purpose=words
    )
    whole["implementation"]["description"] = words
    assert claimed(whole) == {}


@pytest.mark.parametrize(
    ("whole", "claim", "pointer"),
    [
        (made(instantiates=["https://fhir.hl7.org.uk/uk-core-access/CapabilityStatement/UKCoreAccessPatientIndexProvider|0.1.0"]),
         ("ukcore-access", "stated"), "/instantiates/0"),
        (made(implementationGuide=["https://simplifier.net/guide/organisation-data-services"]),
         ("ods-r4", "stated"), "/implementationGuide/0"),
        (made(resource("Bundle", "https://fhir.nhs.uk/StructureDefinition/BARSBundleMessage")),
         ("bars", "profiled"), "/rest/0/resource/0/profile"),
        (made(resource("Patient", GPC + "CareConnect-GPC-Patient-1/_history/1.8"), fhirVersion="3.0.1"),
         ("gpconnect-base", "profiled"), "/rest/0/resource/0/profile"),
        (made(resource("Patient", "https://fhir.hl7.org.uk/STU3/StructureDefinition/CareConnect-Patient-1")),
         ("careconnect-stu3", "profiled"), "/rest/0/resource/0/profile"),
        (made(resource("Patient", operation=[{"name": "x", "definition": "https://fhir.nhs.uk/STU3/OperationDefinition/GPConnect-GetStructuredRecord-Operation-1/_history/1.12"}])),
         ("gpc-structured", "operation"), "/rest/0/resource/0/operation/0"),
        (made(resource("Patient", operation=[{"name": "$gpc.getcarerecord", "definition": "http://a.example/o"}])),
         ("gpc-html", "operation"), "/rest/0/resource/0/operation/0"),
        (made(messaging=[{"supportedMessage": [{"mode": "receiver", "definition": "MessageDefinition/bars-message-booking-request|1.0.0"}]}]),
         ("bars", "operation"), "/messaging/0/supportedMessage/0"),
        (made(implementation={"url": "https://api.service.nhs.uk/record-locator/producer/FHIR/R4/"}),
         ("nrl-v3", "address"), "/implementation/url"),
        (made(software={"name": "National Record Locator FHIR R4 API"}), ("nrl-v3", "named"), "/software/name"),
        (made(title="GP Connect API - Access Record Structured"), ("gpc-structured", "named"), "/title"),
        (made(url="https://fhir.nhs.uk/England/CapabilityStatement/PDQm.Supplier"), ("pdqm-england", "named"), "/url"),
    ],
)  # fmt: skip
def test_each_place_shows_its_standard(whole, claim, pointer):
    assert claimed(whole)[claim] == pointer


@pytest.mark.parametrize(
    "whole",
    [
        made(resource("Patient", operation=[{"name": "process-message", "definition": "http://hl7.org/fhir/OperationDefinition/MessageHeader-process-message"}])),
        made(resource("Patient", "https://fhir.example/fhir.nhs.uk/StructureDefinition/BARSx")),
        made(title="A GP connects"),
        made(implementationGuide=["https://simplifier.net/guide/nhsdigital-medicine"]),
        made(url="https://fhir.nhs.uk/CapabilityStatement/apim-eps-prescriptionsforpatients"),
    ],
)  # fmt: skip
def test_what_only_looks_like_a_standard_claims_nothing(whole):
    assert claimed(whole) == {}


def test_the_strongest_claim_comes_first_and_is_the_one_of_its_standard():
    whole = made(
        resource("Bundle", "https://fhir.nhs.uk/StructureDefinition/BARSBundleMessage"),
        title="BaRS FHIR Server", implementation={"url": "https://int.api.service.nhs.uk/booking-and-referral/FHIR/R4"},
    )  # fmt: skip
    found = claims(read(whole).statement)
    assert [each.strength for each in found] == [Strength.PROFILED, Strength.ADDRESS, Strength.NAMED]
    assert [each.observed for each in found] == [True, False, False]
    assert strongest(found) == (found[0],)


def test_a_claim_inside_a_bundle_points_into_the_bundle():
    inside = made(title="BaRS FHIR Server")
    bundle = {"resourceType": "Bundle", "entry": [{"resource": inside}]}
    assert [each.pointer for each in claims(read(bundle).statement)] == ["/entry/0/resource/title"]


def core(*named: str) -> dict[str, str]:
    whole = made(*(resource(each.partition("|")[0].partition("-")[0], UK + each) for each in named))
    return {each.standard: each.evidence for each in claims(read(whole).statement) if each.rule.endswith("release")}


@pytest.mark.parametrize(
    ("named", "standards_shown"),
    [
        (("Patient|2.2.0", "ServiceRequest|2.2.0"), {"ukcore-stu1"}),
        (("Patient|2.5.0", "Observation"), {"ukcore-stu2"}),
        (("Patient|2.6.1",), {"ukcore-stu3"}),
        (("BodyStructure",), {"ukcore-stu3"}),
        (("Patient",), {"ukcore-stu2"}),
        (("AuditEvent",), {"ukcore-stu3"}),  # in 1.0 and the development copy: without a version, what is current
        (("AuditEvent|1.0.0",), {"ukcore-stu1"}),
        (("Patient|2.4.0",), set()),  # a ballot, which is no standard of the registry
        (("Patient|2.2.0", "Observation|2.5.0"), {"ukcore-stu1", "ukcore-stu2"}),
        (("Patient|9.9.9",), set()),
    ],
)
def test_the_release_of_uk_core_comes_from_pairs_of_profile_and_version(named, standards_shown):
    assert set(core(*named)) == standards_shown


def test_the_evidence_says_that_no_version_is_stated():
    assert "no version is stated" in core("Patient")["ukcore-stu2"]
    assert "1.0.0-pre-release to 1.0.1" in core("Patient|2.2.0", "Observation|2.1.2")["ukcore-stu1"]


def test_the_name_uk_core_yields_to_the_release_that_the_profiles_show():
    found = claims(read(made(resource("Patient", UK + "Patient|2.2.0"), title="UK Core server")).statement)
    assert {each.standard for each in found} == {"ukcore-stu1"}
    assert {each.standard for each in claims(read(made(title="UK Core server")).statement)} == {"ukcore-stu2"}


def test_every_rule_has_a_standard_of_the_registry_a_strength_and_a_source():
    table, registry = detection.load(), standards.load()
    for where, rules in table.by_place.items():
        assert BY_PLACE[where] in ORDER
        for rule in rules:
            assert registry.get(rule.standard) is not None, rule.id
            assert rule.source, rule.id
    named = [rule.id for rules in table.by_place.values() for rule in rules]
    assert len(named) == len(set(named))


def test_every_family_and_release_has_a_standard_of_the_registry():
    registry, known = standards.load(), profiles.load()
    belonging = [each.standard for each in (*known.families, *known.core_releases) if each.standard]
    assert belonging and all(registry.get(each) for each in belonging)


def test_every_listed_profile_of_the_nhs_has_a_family():
    known = profiles.load()
    assert [url for url in known._by_url if known.family(url) is None] == []


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ({"where": "prose", "how": "exact", "pattern": "x"}, "not a place"),
        ({"where": "name", "how": "guess", "pattern": "x"}, "not a way to compare"),
        ({"where": "name", "how": "pattern", "pattern": "("}, "cannot be read"),
    ],
)
def test_a_rule_that_cannot_be_used_is_refused(row, complaint):
    with pytest.raises(ReferenceDataError, match=complaint):
        detection._rule({"id": "r1", "standard": "bars", "source": "made up", **row})


def test_a_registry_of_somebody_without_rules_uses_those_of_the_package(tmp_path):
    from eamap.reference import sets

    folder = tmp_path / "standards"
    folder.mkdir()
    shipped = sets.shipped_folder() / "standards"
    (folder / "registry.csv").write_bytes((shipped / "registry.csv").read_bytes())
    text = (shipped / sets.PROVENANCE).read_text(encoding="utf-8")
    head, first, *_ = text.split("[[file]]")
    (folder / sets.PROVENANCE).write_text(f"{head}[[file]]{first}", encoding="utf-8")
    try:
        assert detection.load(tmp_path).of("name", "BaRS")[0].standard == "bars"
    finally:
        memory.forget()
