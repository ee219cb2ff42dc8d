import pytest

from eamap.fhir.release import Release
from eamap.fhir.structure import Fit, check_structure

R4 = {"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1", "status": "active", "date": "2026", "kind": "instance",
      "format": ["json"], "rest": [{"mode": "server", "resource": [{"type": "Patient"}]}]}  # fmt: skip


def test_a_statement_fits_its_release():
    assert check_structure(R4, Release.R4).fit is Fit.FITS
    assert check_structure({**R4, "acceptUnknown": "no"}, Release.STU3).fit is Fit.DOES_NOT_FIT


@pytest.mark.parametrize(
    ("change", "pointer", "message"),
    [
        ({"acceptUnknown": "no"}, "/acceptUnknown", "acceptUnknown is not an element here"),
        ({"kind": None}, "", "kind is required and missing"),
        ({"rest": [{"mode": "server", "resource": [{}]}]}, "/rest/0/resource/0", "type is required and missing"),
        ({"rest": [{"mode": "server", "security": []}]}, "/rest/0/security", "security: Value is expected"),
        ({"date": "tomorrow"}, "/date", "date: "),
    ],
)
def test_each_problem_has_its_place(change, pointer, message):
    content = {key: value for key, value in {**R4, **change}.items() if value is not None}
    found = check_structure(content, Release.R4)
    assert found.fit is Fit.DOES_NOT_FIT
    problem = next(each for each in found.problems if each.pointer == pointer)
    assert problem.message.startswith(message)
    assert problem.rule.startswith("fhir-r4:")


def test_what_cannot_be_judged_says_why():
    assert check_structure(R4, None).why == "no published release of FHIR is declared"
    assert "DSTU2" in check_structure({"resourceType": "Conformance"}, Release.DSTU2).why


def test_a_type_of_another_release_inside_does_not_break_the_check():
    inside = {**R4, "acceptUnknown": "no", "contained": [{"resourceType": "ServiceRequest", "id": "a"}]}
    found = check_structure(inside, Release.STU3)
    assert found.fit in (Fit.NOT_ASSESSED, Fit.DOES_NOT_FIT)
    assert found.why or found.problems
