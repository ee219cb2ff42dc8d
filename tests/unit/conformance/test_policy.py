"""Each finding of layer policy: what brings it, what does not, where it points, and how bad it is."""

import re
from datetime import date

import pytest
from made_statements import DAY, GPC, HL7, UK, judged, made, read, resource

from eamap.conformance import policy
from eamap.conformance.policy import Inventory, findings
from eamap.fhir import catalogue
from eamap.fhir.problems import Layer, Level

SIMPLE = made(resource("Patient", UK + "Patient"))


def test_a_statement_with_nothing_to_complain_of_has_no_finding():
    assert judged(SIMPLE) == {}


def test_what_cannot_be_read_has_no_finding_of_policy():
    assert findings(read({"resourceType": "Patient"}), as_of=DAY) == ()


@pytest.mark.parametrize(
    ("finding", "level", "pointer", "whole"),
    [
        ("FHR050", "error", "/rest/0/resource/0/profile",
         made(resource("DocumentReference", GPC + "NRL-DocumentReference-1"), fhirVersion="3.0.1")),
        ("FHR051", "warning", "/implementationGuide/0", made(implementationGuide=["https://simplifier.net/guide/nhsdigital"])),
        ("FHR052", "info", "/url", made(url="https://fhir.nhs.uk/CapabilityStatement/CPIS-FHIR-API-Producer")),
        ("FHR054", "warning", "/rest/0/operation/0",
         made(rest=[{"mode": "server", "operation": [{"name": "gpc.getstructuredrecord", "definition": "http://a.example/o"}]}])),
        ("FHR055", "info", "/name", made(name="BaRS FHIR Server")),
        ("FHR056", "warning", "/rest/0/resource/0/profile", made(resource("Patient", UK + "Pateint"))),
        ("FHR056", "warning", "/rest/0/resource/0/profile", made(resource("Patient", UK.replace("https", "http") + "patient"))),
        ("FHR056", "info", "/rest/0/resource/0/profile",
         made(resource("Claim", "https://fhir.nhs.uk/StructureDefinition/NHSDigital-Claim"))),
        ("FHR057", "error", "/rest/0/resource/0/supportedProfile/0", made(resource("Patient", UK + "Patient", UK + "Observation"))),
        ("FHR057", "error", "/rest/0/resource/0/profile", made(resource("Patient", HL7 + "Observation"))),
        ("FHR058", "error", "/rest/0/resource/0/profile", made(resource("Patient", GPC + "CareConnect-GPC-Patient-1"))),
        ("FHR059", "warning", "/rest/0/resource/0/profile", made(resource("Patient", UK + "Patient|9.9.9"))),
        ("FHR060", "warning", "/rest/0/resource/1/profile",
         made(resource("Patient", UK + "Patient|2.2.0"), resource("Observation", UK + "Observation|2.5.0"))),
        ("FHR061", "warning", "/rest/0/resource/0/supportedProfile/0",
         made(resource("Observation", UK + "Observation", UK + "Observation-LabGroup"))),
        ("FHR061", "warning", "/rest/0/resource/0/profile",
         made(resource("Appointment", GPC + "CareConnect-GPC-Appointment-1"), fhirVersion="3.0.1")),
        ("FHR062", "info", "/rest/0/resource/0/profile", made(resource("AuditEvent", UK + "AuditEvent"))),
        ("FHR063", "warning", "/rest/0/resource/0/profile",
         made(resource("Patient", "https://fhir.nhs.uk/StructureDefinition/NHSDigital-Patient"))),
        ("FHR064", "warning", "/rest/0/resource/0/supportedProfile/0",
         made(resource("Patient", UK + "Patient", "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient"))),
        ("FHR065", "info", "/rest/0/resource/0/profile", made(resource("Patient", HL7 + "Patient"))),
        ("FHR066", "info", "/rest/0/resource/0", made(resource("Patient"))),
        ("FHR067", "warning", "/rest/0/resource/0/profile", made(resource("Patient", "http://hl7.org/fhir/R4/patient.html"))),
        ("FHR067", "warning", "/implementationGuide/0", made(implementationGuide=["https://simplifier.net/guide/x"])),
        ("FHR067", "warning", "/rest/0/resource/0/operation/0/definition",
         made(resource("Patient", UK + "Patient", operation=[{"name": "x", "definition": "https://a.example/op.html"}]))),
        ("FHR068", "info", "/kind", made(kind="requirements", implementation=None)),
        ("FHR068", "warning", "/kind", made(kind="requirements")),
        ("FHR070", "warning", "/implementation/url", made(implementation={"url": "HTTP://a.example/"})),
        ("FHR070", "warning", "/messaging/0/endpoint/0/address", made(messaging=[{"endpoint": [{"address": "http://a.example"}]}])),
        ("FHR071", "warning", "/rest/0", made(security=False)),
        ("FHR071", "warning", "/rest/0/security", made(rest=[{"mode": "server", "security": {"cors": True}}])),
        ("FHR072", "info", "/rest/0/security", made(rest=[{"mode": "server", "security": {"description": "OAuth"}}])),
        ("FHR073", "warning", "/format/0", made(format=["application/fhir+xml", "xml"])),
        ("FHR074", "warning", "/status", made(status="retired")),
        ("FHR075", "info", "/status", made(status="draft")),
        ("FHR075", "info", "/status", made(status="unknown")),
        ("FHR076", "warning", "/date", made(date="2024-11-22")),
        ("FHR076", "warning", "/date", made(date="2023")),
        ("FHR077", "warning", "/date", made(date="2027-01-01T00:00:00Z")),
        ("FHR079", "warning", "/rest/0/resource/1", made(resource("Patient", UK + "Patient"), {"type": "Group"})),
        ("FHR079", "info", "/rest/0/resource/0", made({"type": "Group"}, kind="requirements")),
        ("FHR080", "warning", "/software/name", made(software={"name": "[Provider Software Name]"})),
        ("FHR080", "warning", "/implementation/url", made(implementation={"url": "https://{{host}}/r4"})),
        ("FHR084", "warning", "/implementationGuide/0",
         made(resource("Patient", UK + "Patient|2.2.0"), implementationGuide=["fhir.r4.ukcore.stu2"])),
        ("FHR002", "error", "/acceptUnknown", made(acceptUnknown="no")),
    ],
)  # fmt: skip
def test_a_finding_has_its_level_and_its_place(finding, level, pointer, whole):
    (found,) = judged(whole)[finding]
    assert (str(found.level), found.pointer) == (level, pointer)
    assert found.layer is Layer.POLICY and found.rule.startswith("policy:") and found.message and found.fix


@pytest.mark.parametrize(
    ("finding", "whole"),
    [
        ("FHR054", made(resource("HealthcareService", "https://fhir.nhs.uk/StructureDefinition/eRS-HealthcareService"))),
        ("FHR055", made(name="CPIS", url="https://fhir.nhs.uk/CapabilityStatement/CPIS-FHIR-API-Producer")),
        ("FHR055", made(name="BaRS", kind="requirements")),
        ("FHR056", made(resource("Patient", "https://fhir.example/StructureDefinition/Own"))),
        ("FHR057", made(resource("Patient", HL7 + "DomainResource"))),
        ("FHR057", made(resource("Observation", HL7 + "vitalsigns"))),
        ("FHR058", made(resource("Patient", UK + "Patient"), fhirVersion="4.3.0")),
        ("FHR058", made(resource("Patient", GPC + "CareConnect-GPC-Patient-1"), fhirVersion="3.0.1")),
        ("FHR060", made(resource("Patient", UK + "Patient|2.5.0"), resource("Observation", UK + "Observation"))),
        ("FHR063", made(resource("Patient", "https://fhir.nhs.uk/StructureDefinition/NHSDigital-Patient-Genomics"))),
        ("FHR064", made(resource("Patient", "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient"))),
        ("FHR065", made(resource("Patient", HL7 + "Patient", UK + "Patient"))),
        ("FHR067", made(instantiates=["https://fhir.example/CapabilityStatement/html"])),
        ("FHR067", made(instantiates=["https://simplifier.net/own/CapabilityStatement/server"])),
        ("FHR070", made(implementation={"url": "https://a.example/?from=http://b.example"})),
        ("FHR071", made(rest=[{"mode": "client"}])),
        ("FHR071", made(kind="requirements", security=False)),
        ("FHR071", made(rest=[{"mode": "server", "security": [{"service": {"coding": []}}]}])),
        ("FHR071", made(rest=[{"mode": "server", "security": {"extension": [{"url": "oauth-uris"}]}}])),
        ("FHR073", made(format=["application/fhir+json; charset=utf-8"])),
        ("FHR073", made(format=[])),
        ("FHR076", made(date="2024-11-23")),
        ("FHR076", made(date="2024")),
        ("FHR076", made(date="2012-01-01", kind="requirements")),
        ("FHR076", made(date="[date]")),
        ("FHR076", made(date="2012-02-31")),
        ("FHR077", made(date="2026-11-22")),
        ("FHR079", made(resource("Patient", interaction=[], operation=[{"name": "everything", "definition": "http://a.example"}]))),
        ("FHR080", made(implementation={"url": "https://[2001:db8::1]/r4"})),
        ("FHR084", made(resource("Patient", UK + "Patient"), implementationGuide=["fhir.r4.ukcore.stu1"])),
        ("FHR002", made(acceptUnknown="no", fhirVersion="3.0.1")),
    ],
)  # fmt: skip
def test_what_only_looks_like_it_is_not_found(finding, whole):
    assert finding not in judged(whole)


def test_a_status_is_that_of_the_day_and_says_when_it_was_last_known():
    whole = made(resource("DocumentReference", GPC + "NRL-DocumentReference-1"), fhirVersion="3.0.1")
    assert "as last known on 2025-04" in judged(whole)["FHR050"][0].message
    assert "nrl-v3" in judged(whole)["FHR050"][0].fix
    assert "FHR051" in judged(whole, as_of=date(2025, 6, 1))
    assert "unknown on 2021-01-01" in judged(whole, as_of=date(2021, 1, 1))["FHR053"][0].message
    family = made(resource("Patient", "https://fhir.nhs.uk/StructureDefinition/NHSDigital-Patient"))
    assert "FHR063" not in judged(family, as_of=date(2022, 3, 25))


def test_one_family_is_one_finding_however_many_profiles_it_has():
    kinds = ("Patient", "Organization", "Practitioner", "Location")
    whole = made(*(resource(each, f"{GPC}CareConnect-GPC-{each}-1") for each in kinds))
    (found,) = judged(whole)["FHR058"]
    assert "and 1 more" in found.message


def test_a_stale_statement_is_as_old_as_the_caller_says():
    assert "FHR076" in judged(made(date="2026-05-01"), stale_after=6)
    assert policy.STALE_AFTER == 24


@pytest.mark.parametrize(
    ("inventory", "finding", "rule", "pointer"),
    [
        (Inventory(fhir_version="FHIR STU3"), "FHR002", "inventory-release", "/fhirVersion"),
        (Inventory(standard="GP Connect Access Record: Structured FHIR API"), "FHR081", "standard-declared-only", ""),
        (Inventory(standard="bars"), "FHR081", "standard-declared-only", ""),
        (Inventory(url="https://other.example/r4"), "FHR082", "address-differs", "/implementation/url"),
        (Inventory(protocol="hl7v2"), "FHR083", "protocol-differs", "/resourceType"),
    ],
)
def test_an_inventory_is_held_against_the_statement(inventory, finding, rule, pointer):
    (found,) = judged(SIMPLE, inventory=inventory)[finding]
    assert (found.rule, found.pointer) == (f"policy:{rule}", pointer)


@pytest.mark.parametrize(
    "inventory",
    [
        Inventory(),
        Inventory("fhir", "R4", "ukcore-stu2", "https://FHIR.northmoor.example:443/other"),
        Inventory("REST", "R4 and STU3", "words that mean nothing"),
        Inventory(fhir_version="FHIR", standard="UK Core STU2"),
    ],
)
def test_an_inventory_that_agrees_brings_nothing(inventory):
    assert judged(SIMPLE, inventory=inventory) == {}


def test_a_statement_attached_to_an_interface_should_be_of_a_running_system():
    attached = Inventory(protocol="fhir")
    assert (
        judged(made(kind="requirements", implementation=None), inventory=attached)["FHR068"][0].level is Level.WARNING
    )
    assert "FHR069" in judged(made(kind="capability"), inventory=attached)
    assert "FHR069" not in judged(made(kind="capability"))
    foreign = made(resource("Patient", "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient"))
    assert "FHR064" in judged(foreign, inventory=attached)


def test_the_release_of_a_statement_that_declares_none_is_the_one_it_shows():
    whole = made(resource("Patient", supportedProfile=[]), fhirVersion=None)
    assert "FHR002" in judged(whole, inventory=Inventory(fhir_version="STU3"))
    assert "FHR002" not in judged(whole, inventory=Inventory(fhir_version="R4"))


def test_swapped_security_is_seen_in_bars_only():
    def of(server, client, name):
        modes = (("server", server), ("client", client))
        return made(name=name, rest=[
            {"mode": mode, "security": {"service": [{"coding": [{"code": code}]}]}} for mode, code in modes
        ])  # fmt: skip

    assert "FHR078" in judged(of("Certificates", "OAuth", "BaRS"))
    assert "FHR078" not in judged(of("OAuth", "Certificates", "BaRS"))
    assert "FHR078" not in judged(of("Certificates", "OAuth", "Karte"))


def test_every_finding_has_its_page_and_no_page_is_for_nothing(root):
    pages = catalogue.findings()
    code = "".join(path.read_text("utf-8") for path in (root / "eamap" / "conformance").glob("policy*.py"))
    used = set(re.findall(r'"(FHR\d{3})"', code))
    own = {each for each in pages if "FHR050" <= each <= "FHR089"}
    assert used - {"FHR002"} == own
    assert all(pages[each].layer is Layer.POLICY for each in own)


def test_no_finding_is_worse_than_its_page_says(root):
    pages = catalogue.findings()
    order = [Level.ERROR, Level.WARNING, Level.INFO]
    code = "".join(path.read_text("utf-8") for path in (root / "eamap" / "conformance").glob("policy*.py"))
    for finding, level in re.findall(r'"(FHR\d{3})", "[a-z0-9-]+", Level\.([A-Z]+)', code):
        assert order.index(pages[finding].level) <= order.index(Level[level]), finding


def test_hostile_texts_do_no_harm():
    long = "GP Connect " * 20_000
    whole = made(resource("Patient", UK + "Patient|" * 50), name=long, title=long, software={"name": "[" * 5000},
                 implementation={"url": "http://" + "a" * 50_000}, instantiates=["|", "#", "://", "https://[::1"])  # fmt: skip
    assert "FHR070" in judged(whole)
