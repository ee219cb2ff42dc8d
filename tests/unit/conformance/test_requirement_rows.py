"""YAML rows: what a file may hold, and where a wrong one is wrong."""

from __future__ import annotations

import pytest
from small_statements import resource, statement

from eamap.conformance.comparing import compare
from eamap.conformance.comparison_results import Outcome
from eamap.conformance.requirements import VOCABULARY, Probe
from eamap.conformance.requirements_finding import lists, rows_of, yardstick
from eamap.conformance.requirements_shapes import asked_by
from eamap.conformance.requirements_yaml import read_requirements
from eamap.errors import SourceError, UsageError
from eamap.reference import standards

HEAD = """id: bed-feed
standard: null
title: Bed feed
about: A test
release: R4
documents:
  spec: {document: Bed feed 1, link: "https://example.org/bed", date: 2026-11}
requirements:
"""
ROW = """  - id: bed-read
    strength: SHALL
    kind: interaction
    what: Beds can be read
    test: {interaction: read, resource: Location}
    source: {document: spec, section: 2.1}
"""


def written(tmp_path, text, name="bed-feed.yaml"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_row_has_its_source_and_its_line(tmp_path):
    found = read_requirements(written(tmp_path, HEAD + ROW))
    (row,) = found.rows
    assert (row.id, row.clause, str(row.source)) == ("bed-read", "line 9", "Bed feed 1, 2.1 (2026-11)")
    assert row.asked.resource == "Location"
    assert row.asked.mode == "server"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("strength: SHALL", "strength: MUST"), r"line 10: requirements\.1\.strength"),
        (("kind: interaction", "kind: search"), r"line 9: requirements\.1: kind is search"),
        (
            ("interaction: read", "interacton: read"),
            r"line 13: requirements\.1\.test: .*interacton|line 13: .*exactly one",
        ),
        (("interaction: read", "interaction: read, type: token"), r"line 13: .*type cannot stand beside interaction"),
        (("    what: Beds can be read\n", ""), r"line 9: requirements\.1\.what is missing"),
        (("document: spec,", "document: other,"), "documents that are not listed: other"),
        (("id: bed-read", "id: Bed Read"), r"line 9: requirements\.1\.id"),
        (("    test:", "    tests:"), r"line 13: requirements\.1\.tests is no word of this file"),
        (("date: 2026-11", "date: November"), r"line 7: documents\.spec\.date"),
        (('"https://example.org/bed"', '"javascript:alert(1)"'), r"line 7: documents\.spec\.link"),
        (("title: Bed feed\n", "title: Bed feed\ntitle: Again\n"), "line 4: title stands twice"),
        (("release: R4", "release: STU2"), "line 5: release"),
    ],
)
def test_a_wrong_file_is_refused_with_the_line(tmp_path, wrong, said):
    with pytest.raises(SourceError, match=said) as told:
        read_requirements(written(tmp_path, (HEAD + ROW).replace(*wrong)))
    assert told.value.where.endswith("bed-feed.yaml")


def test_everything_wrong_is_told_at_once(tmp_path):
    text = (
        HEAD
        + ROW.replace("SHALL", "MUST")
        + ROW.replace("bed-read", "b").replace("interaction: read", "interaction: 1, x: 2")
    )
    with pytest.raises(SourceError, match=r"line 10: .*; line 19: "):
        read_requirements(written(tmp_path, text))


@pytest.mark.parametrize("text", ["", "- a\n", "a: [", "\x00", "id: !!python/object/apply:os.system [echo]\n"])
def test_what_is_no_list_at_all_is_refused(tmp_path, text):
    with pytest.raises(SourceError):
        read_requirements(written(tmp_path, text))


def test_either_a_test_or_a_reason(tmp_path):
    both = ROW.replace("    source", "    not_tested: because\n    source")
    with pytest.raises(SourceError, match="either test, or not_tested"):
        read_requirements(written(tmp_path, HEAD + both))
    reason = ROW.replace("test: {interaction: read, resource: Location}", "not_tested: it needs a live endpoint")
    (row,) = read_requirements(written(tmp_path, HEAD + reason)).rows
    (line,) = compare(statement(), "x", read_requirements(written(tmp_path, HEAD + reason))).lines
    assert (row.asked, line.outcome, line.says) == (None, Outcome.NOT_OBSERVED, "it needs a live endpoint")


def test_ids_are_unique(tmp_path):
    with pytest.raises(SourceError, match="stand twice: bed-read"):
        read_requirements(written(tmp_path, HEAD + ROW + ROW))


@pytest.mark.parametrize("word", Probe)
def test_every_word_of_the_vocabulary_is_judged(word):
    said = {Probe.CORS: True, Probe.ELEMENT: "kind", Probe.RELEASE: "R4"}.get(word, "x")
    asked = asked_by({word: said})
    assert asked.test is word
    assert VOCABULARY[word].looks_for
    from eamap.conformance.comparing import _JUDGES
    from eamap.conformance.comparing_scope import Scope

    assert _JUDGES[word](asked, Scope(statement())).outcome in Outcome


@pytest.mark.parametrize(
    ("test", "met", "unmet"),
    [
        ({"element": "software.name"}, {"software": {"name": "A"}}, {"software": {"name": " "}}),
        ({"element": "kind", "equals": ["capability", "instance"]}, {}, {"kind": "requirements"}),
        ({"fhir-release": ["STU3", "R4"]}, {}, {"version": "5.0.0"}),
        ({"instantiates": "https://x/a"}, {"instantiates": ["https://x/a|2"]}, {"instantiates": ["https://x/ab"]}),
        (
            {"security-service": ["OAuth", "SMART-on-FHIR"]},
            {"rest": {"security": {"service": [{"coding": [{"code": "oauth"}]}]}}},
            {},
        ),
        ({"profile": ["https://x/a", "https://x/b"]}, {"resources": [resource("Patient", profile="https://x/b")]}, {}),
    ],
)
def test_tests_that_only_rows_have(test, met, unmet):
    from eamap.conformance.comparing import _JUDGES
    from eamap.conformance.comparing_scope import Scope

    asked = asked_by(test)
    made = [statement(*more.pop("resources", []), **more) for more in (dict(met), dict(unmet))]
    assert [_JUDGES[asked.test](asked, Scope(each)).outcome for each in made] == [Outcome.SATISFIED, Outcome.MISSING]


def test_once_means_once():
    from eamap.conformance.comparing import _JUDGES
    from eamap.conformance.comparing_scope import Scope

    asked = asked_by({"profile": "https://x/a", "once": True})
    twice = statement(
        version="3.0.1", profile=[{"reference": "https://x/a"}, {"reference": "https://x/a/_history/1.2"}]
    )
    judged = _JUDGES[Probe.PROFILE](asked, Scope(twice))
    assert (judged.outcome, judged.says) == (Outcome.PARTLY, "stands 2 times, and once is asked")


def test_what_ships_is_right_and_about_standards_of_the_registry():
    known = standards.load()
    ids = [row.id for name in lists() for row in rows_of(name).rows]
    assert len(ids) == len(set(ids))
    for name in lists():
        found = rows_of(name)
        assert found.standard is None or known.get(found.standard), name
        assert all(row.id.startswith(f"{name}-") for row in found.rows), name
        assert all(row.source.link and row.source.date for row in found.rows), name
        assert found.tested, name


@pytest.mark.parametrize(
    "name",
    ["gpc-structured", "gpc-appointments", "gpc-html", "ukcore-stu2", "pds-fhir", "bars", "eps-fhir", "ods-r4", "pdqm-england",
     "patient-flag", "imms-fhir", "scr-fhir", "ers-fhir", "gpc-provider-tests", "inferno-us-core", "nrl-v3-consumer", "cpis-producer"],
)  # fmt: skip
def test_these_standards_have_rows(name):
    assert yardstick(name).id == name


def test_a_yardstick_that_is_not_there_or_not_one_says_which_there_are():
    with pytest.raises(UsageError, match="no file and no list") as told:
        yardstick("nrl-v9")
    assert "nrl-v3-consumer" in told.value.hint
    with pytest.raises(UsageError, match="several lists") as told:
        yardstick("nrl-v3")
    assert told.value.hint == "one of nrl-v3-consumer, nrl-v3-producer"


def test_a_list_beside_a_store_replaces_the_one_that_ships(tmp_path):
    folder = tmp_path / "standards"
    folder.mkdir()
    written(folder, (HEAD + ROW).replace("id: bed-feed", "id: bars"), "bars.yaml")
    assert [row.id for row in yardstick("bars", tmp_path).rows] == ["bed-read"]
    assert len(yardstick("bars").rows) > 40


def test_a_list_under_another_name_is_refused(tmp_path):
    folder = tmp_path / "standards"
    folder.mkdir()
    written(folder, HEAD + ROW, "other.yaml")
    with pytest.raises(SourceError, match="its id is bed-feed"):
        yardstick("other", tmp_path)
