"""The published payloads and the profile cases: each caught for what is wrong with it, and nothing else."""

import json

import pytest

from eamap.conformance.payload.judging import judge_payload
from eamap.reference import ukcore

CASES = {
    "bad__allergy-no-code": ("FHR100", "error", ""),
    "bad__dr-lab-no-issued": ("FHR105", "warning", "/status"),
    "bad__imm-notdone": ("FHR105", "error", "/status"),
    "bad__obslab-no-category": ("FHR100", "error", ""),
    "bad__obslab-no-value": ("FHR105", "warning", ""),
    "bad__patient-birthsex-stu1": ("FHR103", "error", "/extension/0/valueCode"),
    "bad__patient-gender-code": ("FHR095", "error", "/gender"),
    "bad__patient-nhs-no-value": ("FHR100", "error", "/identifier/0"),
    "bad__servicerequest-no-intent": ("FHR093", "error", ""),
}
"""Case > id, severity and place of what is wrong with it."""

ERRORS = {
    "bars__message_definition_MessageDefinition_ServiceRequest-request_CaseTransfer.json": {"FHR093"},
    "bars__process_message_request_ValidationRequest.json": {"FHR102"},
    "careconnect-stu3__AllergyIntoleranceExample.json": {"FHR093", "FHR094"},
    "careconnect-stu3__ConditionExample.json": {"FHR093", "FHR094"},
    "careconnect-stu3__ImmunisationExample.json": {"FHR093"},
    "careconnect-stu3__MedicationRequestExample.json": {"FHR093", "FHR100"},
    "careconnect-stu3__ProcedureExample.json": {"FHR093"},
    "careconnect-stu3__Vital-Body-Mass-Example.json": {"FHR093"},
    "eps__2-Process-Request-Send-400_Invalid_Course_of_Therapy_mixed.json": {"FHR114"},
    "ers-stu3__ExampleResponse.json": {"FHR093"},
    "gpconnect-stu3__allergies_response1.json": {"FHR093"},
    "gpconnect-stu3__meds_response.json": {"FHR090"},
    "gpconnect-stu3__search_for_free_slots_response_example.json": {"FHR093"},
    "hl7-stu3__Observation-example.json": {"FHR093"},
    "imms-api__fhir_sample.json": {"FHR093", "FHR094", "FHR095"},
    "nrlf-bars__1_bars_sample_original.json": {"FHR093"},
    "ukcore-1.0.0__UKCore-Patient-Extension-AddressKey-Example.xml": {"FHR103"},
    "ukcore-1.0.0__UKCore-Patient-Extension-BirthSex-Example.xml": {"FHR103"},
    "ukcore-1.0.0__UKCore-Patient-Extension-OtherContactSystem-Example.xml": {"FHR103"},
    "ukcore-1.0.0__UKCore-Patient-RichardSmith-Example.xml": {"FHR102"},
    "ukcore-2.0.2__UKCore-Composition-Discharge-Example.xml": {"FHR091"},
    "ukcore-2.0.2__UKCore-Observation-DrugUse-Example.xml": {"FHR091"},
    "ukcore-2.0.2__UKCore-Observation-FingerJointInflamed-Example.xml": {"FHR091"},
    "ukcore-2.0.2__UKCore-Observation-Group-FullBloodCount-Example.xml": {"FHR091"},
    "ukcore-2.0.2__UKCore-Observation-Lab-RedCellCount-Example.xml": {"FHR091"},
    "ukcore-2.0.2__UKCore-Observation-Lab-Sn-AbsentData-Example.xml": {"FHR091"},
}
"""Published example > ids of its errors; those that are not here have none. In each, the fault is in the file: single
objects and list entries mixed up in the guides of GP Connect, e-RS and BaRS, languages outside BCP 47, STU3 that says nothing
of its release and is read as R4, placeholders of a guide's template, text where a boolean belongs."""


@pytest.fixture(scope="module")
def core():
    return ukcore.load()


def found(path, core):
    return [(problem.finding, str(problem.level), problem.pointer)
            for each in judge_payload(path.read_bytes(), core) for problem in each.problems]  # fmt: skip


def test_bad_cases_are_caught_for_the_right_reason(shared, core):
    folder = shared / "fhir" / "profile_cases"
    assert {path.stem for path in folder.glob("bad__*.json")} == CASES.keys()
    for name, expected in CASES.items():
        told = [each for each in found(folder / f"{name}.json", core) if each[1] != "info"]
        assert set(told) == {expected}, name


def test_good_cases_have_no_error(shared, core):
    for path in sorted((shared / "fhir" / "profile_cases").glob("ok__*.json")):
        assert not [each for each in found(path, core) if each[1] == "error"], path.name


def test_published_examples_have_the_errors_that_are_in_them(shared, core):
    folder = shared / "fhir" / "examples"
    errors = {
        path.name: {finding for finding, level, _ in found(path, core) if level == "error"}
        for path in sorted(folder.iterdir())
        if path.suffix in (".json", ".xml")
    }
    assert {name: ids for name, ids in errors.items() if ids} == ERRORS


def test_examples_without_a_namespace_get_that_one_error(shared, core):
    folder = shared / "fhir" / "examples"
    bare = [path for path in sorted(folder.glob("*.xml")) if b'http://hl7.org/fhir"' not in path.read_bytes()[:400]]
    assert len(bare) == 6
    for path in bare:
        assert [finding for finding, level, _ in found(path, core) if level == "error"] == ["FHR091"], path.name


def test_xml_gives_the_same_findings_as_the_json_it_stands_for(shared, core):
    from eamap.fhir.payload.reading import read_payload

    def without_order(problems):
        return sorted(each for each in problems if each[0] != "FHR091")

    for path in sorted((shared / "fhir" / "examples").glob("*.xml")):
        document = read_payload(path.read_bytes()).root
        as_json = [(problem.finding, str(problem.level), problem.pointer)
                   for each in judge_payload(json.dumps(document).encode(), core) for problem in each.problems]  # fmt: skip
        assert without_order(found(path, core)) == sorted(as_json), path.name


def test_the_profile_cases_made_from_examples_are_the_same_documents(shared):
    from eamap.fhir.payload.reading import read_payload

    folder = shared / "fhir"
    for case, example in (("ok__patient", "Patient-RichardSmith"), ("ok__imm", "Immunization-InfluenzaVaccine"),
                          ("ok__servicerequest", "ServiceRequest-ColonoscopyRequest")):  # fmt: skip
        xml = read_payload((folder / "examples" / f"ukcore-2.0.2__UKCore-{example}-Example.xml").read_bytes()).root
        made = json.loads((folder / "profile_cases" / f"{case}.json").read_bytes())
        made.pop("meta")
        # The cases were written by fhir.resources, which writes a time of no milliseconds without them.
        assert json.loads(json.dumps(xml).replace(":00.000Z", ":00Z")) == made, case


def test_the_set_is_what_the_script_makes_of_the_definitions(shared, root, tmp_path):
    import importlib.util

    spec = importlib.util.spec_from_file_location("make_ukcore", root / "scripts" / "make_ukcore.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.make(shared.parent, tmp_path)
    for path in sorted((tmp_path / "ukcore").iterdir()):
        assert path.read_bytes() == (root / "schemas" / "ukcore" / path.name).read_bytes(), path.name


def test_a_definition_that_states_no_licence_is_refused(shared, root, tmp_path):
    import importlib.util

    spec = importlib.util.spec_from_file_location("make_ukcore", root / "scripts" / "make_ukcore.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (tmp_path / "x.json").write_text(json.dumps({"url": "http://x", "copyright": "all rights reserved"}))
    with pytest.raises(SystemExit, match="does not state"):
        module.definitions(tmp_path)


def test_the_rules_agree_with_the_shared_list_of_constraints(shared, core):
    import csv

    with (shared / "standards" / "ukcore_2.0.2_constraints.tsv").open(encoding="utf-8", newline="") as lines:
        listed = list(csv.DictReader(lines, delimiter="\t"))
    everything = {**core.profiles, **core.extensions}
    ours = {(url, rule.element): rule for url, each in everything.items() for rule in each.rules}
    for row in listed:
        asked = row["min"] or row["max"] not in ("", "*") or row["mustSupport"] == "true" or row["fixed_pattern"]
        if asked:
            rule = ours[row["profile"], row["element_id"]]
            assert rule.must_support == (row["mustSupport"] == "true"), row
            assert str(rule.least if rule.least is not None else "") == row["min"], row
            assert str(rule.most if rule.most is not None else "") == row["max"].replace("*", ""), row
            assert rule.fixed == row["fixed_pattern"].partition("=")[2], row
