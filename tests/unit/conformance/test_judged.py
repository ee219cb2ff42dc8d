"""Interfaces that do not speak FHIR are judged by the standard they declare, and never further."""

from datetime import date

import pytest

from eamap.conformance.judged import DECLARED, NOT_FHIR, declared_only, verifiable
from eamap.reference import standards


@pytest.mark.parametrize(
    ("standard", "on", "standing"),
    [
        ("hl7v2", date(2026, 11, 22), "in-force"),
        ("cda-itk2", date(2026, 11, 22), "past-use"),
        ("pathology-edifact", date(2026, 11, 22), "past-use"),
        ("pathology-edifact", date(2019, 1, 1), "unknown"),
        ("mesh", date(2026, 11, 22), "in-force"),
        ("dicom", date(2026, 11, 22), "in-force"),
        ("pds-smsp", date(2026, 11, 22), "past-use"),
    ],
)
def test_the_declared_standard_is_judged_on_the_day(standard, on, standing):
    table = standards.load()
    found = declared_only(table.get(standard), table.status_on(standard, on))
    assert (found.standard, found.standing, found.verified) == (standard, standing, False)
    assert DECLARED in found.words and table.status_on(standard, on).wording in found.words


def test_only_fhir_can_be_verified():
    wires = set(standards.load().registry["wire"].to_list())
    assert {wire for wire in wires if verifiable(wire)} == {"fhir"}
    assert wires - {"fhir", "none"} <= NOT_FHIR
    assert not verifiable(None)
