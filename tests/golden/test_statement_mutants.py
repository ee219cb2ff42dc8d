"""Synthetic mutants of published statements: each expectation is found with its severity, and controls stay clean."""

from __future__ import annotations

import copy
import json
from datetime import date

import pytest

from eamap.conformance.inspection import inspect
from eamap.fhir.problems import Layer, Level

AS_OF = date(2026, 11, 22)
EXPECTED = {
    "control-hl7-example.json": (
        "fhir-r4:canonical:supportedMessage.definition",
        "/messaging/0/supportedMessage/0/definition",
    ),
    "cpb-1-nothing.json": ("fhir-r4:cpb-1", ""),
    "cpb-7-duplicate-document.json": ("fhir-r4:cpb-7", "/document/1"),
    "cpb-12-duplicate-searchparam.json": ("fhir-r4:cpb-12", "/rest/0/resource/0/searchParam/1"),
    "cpb-16-requirements-with-implementation.json": ("fhir-r4:cpb-16", "/implementation"),
    "code-fhirversion.json": ("fhir-r4:binding:fhirVersion", "/fhirVersion"),
    "code-resource-type-stu3-in-r4.json": ("fhir-r4:binding:resource.type", "/rest/0/resource/0/type"),
    "shape-rest-object.json": ("fhir-r4:array", "/rest"),
    "type-boolean-string.json": ("fhir-r4:datatype:experimental", "/experimental"),
    "url-stray-quote.json": ("fhir-r4:url-stray", "/url"),
    "missing-fhirversion.json": ("fhir-r4:required:fhirVersion", ""),
}
"""The rule and pointer of each case of layer fhir; a case of layer policy is known by the words of its name."""


@pytest.fixture(scope="module")
def cases(shared):
    return {case["name"]: case for case in json.loads((shared / "fhir" / "mutants.json").read_text())["cases"]}


def made(case, shared):
    document = json.loads((shared / "fhir" / "capability" / case["base"]).read_bytes().decode("utf-8-sig"))
    result = copy.deepcopy(document)
    for operation, path, value in case["patch"]:
        place = result
        for step in path[:-1]:
            place = place[step]
        if operation == "del":
            del place[path[-1]]
        else:
            place[path[-1]] = value
    return json.dumps(result).encode()


def test_every_mutant_shows_what_is_wrong_with_it(cases, shared):
    missed = []
    for name, case in cases.items():
        problems = inspect(made(case, shared), as_of=AS_OF).problems
        errors = [each for each in problems if each.level is Level.ERROR]
        wanted = EXPECTED.get(name)
        right = {
            "none": not errors,
            "policy": any(each.layer is Layer.POLICY for each in problems),
            "error": bool(errors) if wanted is None else wanted in {(each.rule, each.pointer) for each in errors},
            "warning": wanted in {(each.rule, each.pointer) for each in problems if each.level is Level.WARNING},
        }[case["severity"]]
        if not right:
            missed.append((name, case["expect"], [(str(each.level), each.rule) for each in problems]))
    assert missed == []
    assert len(cases) == 18


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("version-mismatch-declared-r4-is-stu3.json", "policy:release"),
        ("profile-deprecated-nhsdigital.json", "past-use"),
        ("profile-wrong-type.json", "type"),
        ("implementation-http.json", "http"),
        ("requirements-used-as-instance.json", "requirements"),
    ],
)
def test_policy_names_what_was_done_to_the_statement(cases, shared, name, words):
    case = cases[name]
    found = {each.rule for each in inspect(made(case, shared), as_of=AS_OF).problems if each.layer is Layer.POLICY}
    base = {each.rule for each in inspect(made({**case, "patch": []}, shared), as_of=AS_OF).problems}
    assert any(words in rule for rule in found - base) or not case["patch"], found - base


def test_the_hl7_example_has_the_one_error_it_is_known_for(cases, shared):
    problems = inspect(made(cases["control-hl7-example.json"], shared), as_of=AS_OF).problems
    assert [each.rule for each in problems if each.level is Level.ERROR] == [
        "fhir-r4:canonical:supportedMessage.definition"
    ]
    assert "fhir-r4:cpb-0" in {each.rule for each in problems if each.level is Level.WARNING}
