"""Every settled difference with HL7's validator is kept by cases that show it, once, and is recognised by what is said."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.hl7.classes import Said, agreed, hidden
from tests.hl7.compare import settled_classes
from tests.hl7.settling import Difference, Entry, entries
from tests.hl7.test_hl7_cases import CASES

ENTRIES = entries()


def test_every_entry_names_cases_that_exist():
    assert [name for entry in ENTRIES for name in entry.cases if name not in CASES] == []
    assert all(entry.cases and entry.why for entry in ENTRIES)


def test_no_difference_is_settled_twice():
    assert [key for key, often in Counter(entry.key for entry in ENTRIES).items() if often > 1] == []


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry.side}: {entry.kind} {entry.words}")
def test_the_cases_of_an_entry_show_its_difference(entry):
    for case in map(CASES.get, entry.cases):
        sides = {"only HL7": case["hl7"], "only eamap": case["errors"]}
        assert [side for side, kinds in sides.items() if entry.kind in kinds] == [entry.side]
        assert not entry.releases or case["release"] in entry.releases


def said(kind: str, where: str, words: str = "", name: str = "rule") -> Said:
    return Said("error", kind, where, words, name)


def difference(*found: Said) -> Difference:
    return Difference("a.json", "R4", "", "only eamap", "empty", list(found), [], len(found))


def test_a_difference_is_open_until_every_finding_is_settled():
    entry = Entry("only eamap", "empty", "rule", ("a",), "why", words="list")
    both = difference(said("empty", "/a", "an empty list"), said("empty", "/b", "an empty object"))
    both.settle([entry])
    assert (both.settled, [each.where for each in both.open], both.row()["settled"]) == ([entry], ["/b"], "no")
    assert entry.fits("only eamap", "empty", "R4", both.said[0])
    assert not entry.fits("only HL7", "empty", "R4", both.said[0])


def test_an_entry_that_settles_nothing_is_named():
    used = Entry("only eamap", "empty", "rule", ("a",), "why")
    stale = Entry("only eamap", "empty", "other", ("a",), "why")
    one = difference(said("empty", "/a"))
    one.settle([used, stale])
    text, left = settled_classes([one], [used, stale])
    assert (left, text.splitlines()[0].split()) == ([stale], ["1", "only", "eamap:", "empty", "/", "rule"])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (said("binding", "CapabilityStatement.kind"), said("datatype", "/kind")),
        (said("required", "CapabilityStatement", "CapabilityStatement.format: minimum required = 1"),
         said("empty", "/format")),
        (said("extension-url", "CapabilityStatement.extension[0]", "Extension.url must be an absolute URL"),
         said("datatype", "/extension/0/url")),
        (said("shape", "CapabilityStatement.extension[0]", "Extension.value[x]: max allowed = 1, but found 2"),
         said("choice", "/extension/0/valueDate")),
        (said("binding", "CapabilityStatement.jurisdiction[0]"), said("empty", "/jurisdiction/0/coding/0/code")),
        (said("contained", "CapabilityStatement.contained[0]/*Organization/org*/.contained[0]"),
         said("invariant:dom-2", "/contained/0/contained")),
    ],
)  # fmt: skip
def test_one_defect_that_is_named_differently_is_one(one, other):
    assert [each.kind for each in agreed([one], [other])] == [other.kind]
    assert [each.kind for each in agreed([one], [said(other.kind, "/elsewhere")])] == [one.kind]


def test_the_validator_does_not_see_what_is_inside_a_wrong_shape():
    shape = said("shape", "CapabilityStatement.format")
    assert hidden(said("unknown-element", "/_format/0/colour"), shape)
    assert not hidden(said("unknown-element", "/colour"), shape)
