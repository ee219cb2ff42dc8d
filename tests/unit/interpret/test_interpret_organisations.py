from __future__ import annotations

from datetime import date

import pytest
from stated_rows import meant, pairs, system


def codes(estate):
    return set(estate.things("organisation")["id"].str.strip_prefix("organisation:"))


def boards(estate, code):
    return {to: role for start, to, role in pairs(estate.links("PART_OF"), "role") if start == f"organisation:{code}"}


@pytest.mark.parametrize(
    "content",
    [
        {"system": [system("RJ1/a")]},
        {"contract": [{"id": "contract:1", "buyer": "organisation:RJ1"}]},
        {"interface": [{"id": "interface:1", "exposer": "organisation:RJ1"}]},
        {"absence": [{"id": "absence:1", "organisation": "organisation:RJ1", "reason": "absent"}]},
        {"component": [{"id": "component:1", "operator": "organisation:RJ1"}]},
        {"USES": [{"from": "organisation:RJ1", "to": "system:RXX/a"}]},
        {"CONSUMES": [{"from": "organisation:RJ1", "to": "interface:1"}]},
        {"PARTY_TO": [{"from": "organisation:RJ1", "to": "contract:1"}]},
        {"PART_OF": [{"from": "site:1", "to": "organisation:RJ1"}]},
    ],
    ids=lambda content: next(iter(content)),
)
def test_an_organisation_that_is_named_anywhere_gets_its_row_from_ods(content):
    found = meant(**content).find("organisation:RJ1")
    assert found is not None
    assert (found["code"], found["role"], found["source"], found["row"], found["rule"]) == (
        "RJ1", "nhs-trust", "reference/organisations", 0, "ods",
    )  # fmt: skip
    assert found["name"]
    assert found["opened"]


def test_board_and_region_come_with_it():
    estate = meant(system=[system("RJ1/a")])
    assert boards(estate, "RJ1") == {"organisation:QKK": "icb", "organisation:Y56": "region"}
    assert boards(estate, "QKK") == {"organisation:Y56": "region"}
    assert codes(estate) == {"RJ1", "QKK", "Y56"}
    assert estate.find("organisation:QKK")["role"] == "icb"
    assert (estate.find("organisation:Y56")["role"], estate.find("organisation:Y56")["name"]) == ("region", "London")


def test_a_code_that_nobody_knows_stays_without_a_row():
    assert codes(meant(system=[system("ZQ99/a")])) == set()


@pytest.mark.parametrize(("day", "board"), [(date(2026, 3, 31), "QMJ"), (date(2026, 4, 1), "Z9B2Z")])
def test_the_board_is_that_of_the_day(day, board):
    estate = meant(system=[system("RRV/a")], on=day)
    assert [to for to, role in boards(estate, "RRV").items() if role == "icb"] == [f"organisation:{board}"]
    assert board in codes(estate)


def test_before_there_were_boards_there_is_only_the_region():
    assert set(boards(meant(system=[system("RJ1/a")], on=date(2021, 1, 1)), "RJ1").values()) == {"region"}


def test_a_closed_trust_keeps_its_code_and_has_its_successor():
    estate = meant(system=[system("R1C/a")])
    found = estate.find("organisation:R1C")
    assert found["closed"] == "2024-09-30"
    assert pairs(estate.links("SUCCEEDED_BY"), "since", "extent", "rule")[0] == (
        "organisation:R1C", "organisation:RW1", "2024-10-01", "whole", "inferred",
    )  # fmt: skip
    assert "RW1" in codes(estate)
    assert boards(estate, "RW1")


def test_what_the_estate_says_of_an_organisation_goes_first():
    own = [
        {"id": "organisation:RJ1", "code": "RJ1", "name": "Ours"},
        {"id": "organisation:ZN1", "code": "ZN1", "name": "Made up"},
    ]
    estate = meant(
        organisation=own,
        PART_OF=[{"from": "organisation:RJ1", "to": "organisation:QMF", "role": "icb"}],
        SUCCEEDED_BY=[{"from": "organisation:R1C", "to": "organisation:RJ1"}],
    )
    assert estate.find("organisation:RJ1")["name"] == "Ours"
    assert boards(estate, "RJ1") == {"organisation:QMF": "icb"}
    assert boards(estate, "ZN1") == {}
    bodies = [pair for pair in pairs(estate.links("SUCCEEDED_BY")) if pair[0].startswith("organisation:")]
    assert bodies == [("organisation:R1C", "organisation:RJ1")]
    assert codes(estate) >= {"RJ1", "ZN1", "QMF", "R1C"}
    assert "RW1" not in codes(estate)


def test_an_organisation_of_the_estate_that_states_no_board_gets_that_of_ods():
    estate = meant(organisation=[{"id": "organisation:RJ1", "code": "RJ1", "name": "Ours"}])
    assert "organisation:QKK" in boards(estate, "RJ1")


def test_commissioners_are_told_apart_by_their_names():
    roles = {
        code: meant(system=[system(f"{code}/a")]).find(f"organisation:{code}")["role"]
        for code in ("00C", "Y4U7N", "A81001")
    }
    assert roles == {"00C": "ccg", "Y4U7N": "sub-icb", "A81001": "gp-practice"}
