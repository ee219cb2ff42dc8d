"""Statements that people published: none breaks the reader, and the library accepts as many as it was measured to."""

from collections import Counter
from importlib import import_module

import pytest

from eamap.fhir.problems import Level
from eamap.fhir.release import Release
from eamap.fhir.signs import shown_releases
from eamap.fhir.statement import Fit, read_statement

MODELS = {
    Release.STU3: "fhir.resources.STU3.capabilitystatement",
    Release.R4: "fhir.resources.R4B.capabilitystatement",
    Release.R4B: "fhir.resources.R4B.capabilitystatement",
    Release.R5: "fhir.resources.capabilitystatement",
}
R4_COUNTED, STU3_COUNTED, DSTU2_COUNTED = (40, 24), (12, 5), (7, 10)


@pytest.fixture(scope="module")
def readings(shared):
    files = sorted(path for path in (shared / "fhir" / "capability").iterdir() if path.suffix in (".json", ".xml"))
    return {path.name: read_statement(path.read_bytes()) for path in files}


def test_every_file_gives_an_answer(readings):
    assert len(readings) == 111
    assert all(reading.statement is not None or reading.unreadable for reading in readings.values())
    assert [name for name, reading in readings.items() if reading.statement is None] == [
        "nhs-bars-live__AssignMessage.AddCapabilityStatement.xml"
    ]


def test_as_many_fit_as_were_counted(readings):
    whole = [reading for reading in readings.values() if not reading.unreadable]
    found = Counter((reading.statement.release, reading.structure.fit) for reading in whole)
    assert (found[Release.R4, Fit.FITS], found[Release.R4, Fit.DOES_NOT_FIT]) == R4_COUNTED
    assert (found[Release.STU3, Fit.FITS], found[Release.STU3, Fit.DOES_NOT_FIT]) == STU3_COUNTED
    assert (found[Release.DSTU2, Fit.FITS], found[Release.DSTU2, Fit.DOES_NOT_FIT]) == DSTU2_COUNTED


def test_whatever_the_library_rejects_is_rejected_here(readings):
    """The definitions are at least as strict as fhir.resources on every published file."""
    for name, reading in readings.items():
        if reading.statement is None or reading.statement.release not in MODELS:
            continue
        model = import_module(MODELS[reading.statement.release]).CapabilityStatement
        try:
            model.model_validate(dict(reading.statement.raw))
        except (ValueError, LookupError, TypeError):
            assert any(each.level is Level.ERROR for each in reading.problems), name


def test_only_files_with_a_real_contradiction_show_another_release(readings):
    against = sorted(
        name
        for name, reading in readings.items()
        if reading.statement and reading.statement.release
        and reading.statement.release not in shown_releases(reading.statement.signs)
    )  # fmt: skip
    assert against == [
        "fhir-test-cases-r5__CapabilityStatement-1.xml",  # declares 4.0.1, has acceptLanguage of R5
        "fhir-test-cases-r5__CapabilityStatement-2.xml",
        "fhir-test-cases-r5__CapabilityStatement-2merged.xml",
        "hl7-fhir-core-3.0.1__CapabilityStatement-example.json",  # declares 1.0.0
        "hl7-fhir-core-3.0.1__CapabilityStatement-phr.json",
        "inferno-g10__CapabilityStatement.json",  # declares 4.0.1, has acceptUnknown of STU3
    ]


def test_a_hand_made_trailing_comma_does_not_hide_the_rest(readings):
    found = readings["nhs-nrlf__producer-metadata.json"]
    assert "FHR024" in {problem.finding for problem in found.problems}
    assert found.statement.release is Release.R4
    assert [problem.rule for problem in found.unreadable] == ["readable:syntax"]


def test_every_problem_points_into_its_document(readings):
    for name, reading in readings.items():
        if reading.statement is None:
            continue
        for problem in reading.structure.problems:
            place = reading.statement.raw
            for step in problem.pointer.split("/")[1:]:
                place = place[int(step)] if isinstance(place, list) else place[step]
            assert place is not None, (name, problem)
