"""Policy over the published statements: every one is judged, and what is known to be wrong with them is found."""

import copy
import json
from datetime import date

import pytest

from eamap.conformance.detection import claims
from eamap.conformance.policy import findings
from eamap.fhir.problems import Level
from eamap.fhir.statement import read_statement

DAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def published(shared):
    """Reading, findings and claims of each published statement, by file."""
    found = {}
    for path in sorted((shared / "fhir" / "capability").iterdir()):
        if path.name != "MANIFEST.tsv":
            reading = read_statement(path.read_bytes())
            claimed = claims(reading.statement) if reading.statement else ()
            found[path.name] = (reading, findings(reading, as_of=DAY), claimed)
    return found


def ids(entry) -> set[str]:
    return {problem.finding for problem in entry[1]}


def standards(entry) -> set[str]:
    return {claim.standard for claim in entry[2]}


def test_all_are_judged(published):
    assert len(published) == 111
    assert sum(reading.statement is not None for reading, *_ in published.values()) >= 100


def test_the_only_errors_are_releases_that_their_own_structure_contradicts(published):
    wrong = {
        (name, problem.finding)
        for name, (_, found, _) in published.items()
        for problem in found
        if problem.level is Level.ERROR
    }
    assert {finding for _, finding in wrong} == {"FHR002"}
    # Test cases of HL7 with elements of R5 under 4.0.1, a mixture in a test kit, and two examples of 3.0.1 that say 1.0.0.
    assert {name.partition("__")[0] for name, _ in wrong} == {
        "fhir-test-cases-r5",
        "inferno-g10",
        "hl7-fhir-core-3.0.1",
    }


def test_every_pointer_leads_to_something(published):
    for reading, found, claimed in published.values():
        places = [each.pointer for each in (*found, *claimed)]
        assert all(at.startswith(reading.statement.base) for at in places)
        for at in places:
            walk(reading.statement.raw, at.removeprefix(reading.statement.base))


def walk(node, pointer: str) -> None:
    for step in pointer.split("/")[1:]:
        node = node[int(step)] if isinstance(node, list) else node[step]


@pytest.mark.parametrize(
    ("file", "claimed"),
    [
        ("gpconnect-demonstrator__capability.json", {"gpconnect-base", "gpc-structured", "gpc-appointments"}),
        ("nhs-bars__BaRS_API_Capability_Statement.json", {"bars"}),
        ("nhs-nrlf__consumer-metadata.json", {"nrl-v3"}),
        ("nhs-iops__apim-medicines-facade.json", {"eps-fhir", "nhsdigital-ig"}),
        ("nhs-iops__CapabilityStatement-UK-Eng.PDQm.Supplier.json", {"pdqm-england", "ukcore-stu2"}),
        ("nhs-iops__CapStatement-CPIS-FHIR-API-Producer.json", {"cpis"}),
        ("nhs-iops__CapabilityStatement-England-PatientFlag-Requirements.xml", {"patient-flag", "england-ig"}),
        ("hl7uk-access__UKCoreAccessProvider-instance.json", {"ukcore-access", "ukcore-stu2"}),
        ("cerner-millennium__r4_open_metadata.json", set()),
        ("hl7-fhir-core-4.0.1__CapabilityStatement-base.json", set()),
    ],
)
def test_the_standards_of_known_files(published, file, claimed):
    assert standards(published[file]) == claimed


def test_nothing_foreign_claims_a_standard_of_the_nhs(published):
    foreign = ("hl7-", "cerner", "lantern", "us-core", "au-core", "ipa", "inferno", "ms-fhir", "fhir-test")
    assert {name for name, entry in published.items() if name.startswith(foreign) and standards(entry)} == set()


@pytest.mark.parametrize(
    ("file", "finding"),
    [
        ("nhs-nrlf__consumer-metadata.json", "FHR067"),
        ("nhs-nrlf__producer-metadata.json", "FHR067"),
        ("nhs-iops__BARS-CapabilityStatement-example.xml", "FHR078"),
        ("nhs-iops__CapabilityStatement-nhsdigital-eps.json", "FHR063"),
        ("gpconnect__get_capability_statement_response_example.json", "FHR080"),
        ("ukcore__CapabilityStatement-UKCore.xml", "FHR061"),
        ("fhir-test-cases-comparison__cps-base-right.json", "FHR074"),
    ],
)
def test_known_defects_are_found(published, file, finding):
    assert finding in ids(published[file])


def test_the_controls_have_no_error_of_policy_and_the_expected_mutants_have_their_finding(shared):
    cases = json.loads((shared / "fhir" / "mutants.json").read_text("utf-8"))["cases"]
    wanted = {
        "profile-deprecated-nhsdigital.json": "FHR063", "profile-wrong-type.json": "FHR057", "implementation-http.json": "FHR070",
        "requirements-used-as-instance.json": "FHR068", "version-mismatch-declared-r4-is-stu3.json": "FHR002",
    }  # fmt: skip
    assert {case["name"] for case in cases if case["severity"] == "policy"} <= set(wanted)
    for case in cases:
        found = findings(read_statement(mutated(shared, case)), as_of=DAY)
        if case["name"].startswith("control"):
            assert [each for each in found if each.level is Level.ERROR] == []
        if case["name"] in wanted:
            (mine,) = [each for each in found if each.finding == wanted[case["name"]]]
            assert case["severity"] in ("policy", str(mine.level))


def mutated(shared, case) -> bytes:
    whole = copy.deepcopy(json.loads((shared / "fhir" / "capability" / case["base"]).read_text("utf-8")))
    for do, path, value in case["patch"]:
        holder = whole
        for step in path[:-1]:
            holder = holder[step]
        if do == "del":
            del holder[path[-1]]
        else:
            holder[path[-1]] = value
    return json.dumps(whole).encode()
