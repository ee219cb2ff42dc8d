"""Each case the comparison with HL7's validator settled, judged by eamap alone: no Java is needed here.

A case says which kinds of findings a small statement has, by the specification's words. Where HL7's validator says
otherwise, ``hl7`` keeps its answer and ``settled`` the reason.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eamap.fhir.statement import read_statement
from tests.hl7.classes import BREAKS, of_eamap, settled
from tests.hl7.compare import kinds
from tests.hl7.statements import RELEASES

FOLDER = Path(__file__).with_name("cases")
CASES = {
    f"{path.stem}/{case['name']}": case
    for path in sorted(FOLDER.glob("*.json"))
    for case in json.loads(path.read_text("utf-8"))
}


def content_of(case: dict) -> bytes:
    content = case["content"]
    return (content if isinstance(content, str) else json.dumps(content)).encode()


def verdict(case: dict) -> list[str]:
    """Returns the kinds eamap finds; after a break of the text only the break counts."""
    found = sorted(kinds(settled([said for said in map(of_eamap, read_statement(content_of(case)).problems) if said])))
    return [kind for kind in found if kind in BREAKS] if set(case["errors"]) & set(BREAKS) else found


@pytest.mark.parametrize("name", CASES)
def test_eamap_finds_what_the_specification_says(name):
    assert verdict(CASES[name]) == CASES[name]["errors"], CASES[name]["why"]


def test_every_release_has_right_and_wrong_cases():
    for release in RELEASES:
        of_release = [case for case in CASES.values() if case["release"] == release]
        assert {bool(case["errors"]) for case in of_release} == {True, False}


def test_a_case_that_departs_from_the_validator_says_why():
    assert [name for name, case in CASES.items() if ("hl7" in case) != bool(case.get("settled"))] == []
