"""Every check says what its YAML cases expect, and has a case for each verdict it can give."""

from pathlib import Path

import pytest

from eamap.checks.cases import complaints, load_cases
from eamap.model.findings import Verdict
from tests.unit.checks.builtin import BUILT_IN

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("*.yaml"))
CASES = [case for file in FILES for case in load_cases(file)]
WANTED = {Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.check}: {case.name}")
def test_a_check_says_what_its_case_expects(case):
    assert complaints(case, BUILT_IN[case.check]) == []


@pytest.mark.parametrize("identifier", sorted(BUILT_IN))
def test_a_check_has_cases_for_each_verdict(identifier):
    cases = [case for case in CASES if case.check == identifier]
    excused = {Verdict(name) for case in cases[:1] for name in case.content.get("not_possible", {})}
    assert set().union(*(case.expected for case in cases)) | excused >= WANTED


def test_a_file_of_cases_is_named_by_its_check():
    assert [file.stem for file in FILES] == sorted(BUILT_IN)
    assert all({case.check for case in load_cases(file)} == {file.stem} for file in FILES)


def test_a_case_that_expects_the_wrong_verdict_is_told():
    case = next(case for case in CASES if case.check == "INV001" and case.content["expect"] == "fail")
    wrong = type(case)(case.check, case.name, {**case.content, "expect": "pass", "says": "nothing like it"})
    assert len(complaints(wrong, BUILT_IN["INV001"])) == 2
