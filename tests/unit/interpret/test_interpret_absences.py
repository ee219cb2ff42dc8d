from __future__ import annotations

from tests.unit.interpret.stated_rows import meant

ORGANISATION = "organisation:RXX"


def absences(*rows):
    told = [
        {"id": f"absence:RXX/{number}", "organisation": ORGANISATION, "reason": "absent", **row}
        for number, row in enumerate(rows)
    ]
    return meant(absence=told).things("absence").select("capability", "route").rows()


def test_a_system_type_that_means_one_capability_names_it():
    assert absences({"system_type": "Patient portal"}) == [("capability:ACC-1.1", "system-type")]


def test_a_suite_tells_nothing_of_what_its_modules_do():
    assert absences({"system_type": "Clinical Portal"}, {"system_type": "Crystal ball"}) == [(None, None)] * 2


def test_a_stated_capability_goes_before_and_is_an_id():
    assert absences({"system_type": "Patient portal", "capability": "DIA-2.1"}) == [("capability:DIA-2.1", "stated")]


def test_an_estate_without_absences_has_none():
    assert meant().things("absence").height == 0
