from datetime import date

import polars as pl
import pytest

from eamap.checks.cases import CaseReference, small_estate
from eamap.checks.definition import Judgement, check, passes
from eamap.checks.engine import run
from eamap.errors import PluginError, UsageError
from eamap.model.estate import Estate
from eamap.model.findings import Confidence, Severity, Verdict, fingerprint
from tests.unit.checks.builtin import BUILT_IN

DAY = date(2026, 11, 22)
COMPONENTS = {"component": [{"raw": "b"}, {"raw": "a"}, {"raw": None}, {"raw": "b"}]}


def a_check(judge, *, subject="component", depends=("raw",), optional=(), **more):
    define = check(
        id="TST001", name="a-test", subject=subject, family="test", depends=depends, optional=optional, **more
    )
    return define(judge)


def outcome_of(judge, things=COMPONENTS, *, decisions=None, subjects=None, tables=None, **how):
    estate = small_estate({"things": things, **(tables or {})})
    return run(estate, CaseReference({}), DAY, [a_check(judge, **how)], decisions, subjects).outcomes[0]


def verdicts(outcome):
    return dict(outcome.table.select("subject", "verdict").rows())


def fails_b(raw, *, on, reference):
    return Judgement(Verdict.FAIL, "it is b", "thing-b") if raw == "b" else passes("it is not b")


def test_each_combination_is_judged_once_and_joined_back():
    seen = []

    def judge(raw, *, on, reference):
        seen.append((raw, on))
        return fails_b(raw, on=on, reference=reference)

    found = outcome_of(judge)
    assert seen == [("b", DAY), ("a", DAY)]
    assert verdicts(found) == {
        "component:T/1": "fail",
        "component:T/2": "pass",
        "component:T/3": "unknown",
        "component:T/4": "fail",
    }
    assert found.table["subject"].to_list() == [f"component:T/{n}" for n in (1, 2, 3, 4)]


def test_a_missing_field_is_unknown_without_the_author_thinking_of_it():
    found = outcome_of(fails_b)
    row = found.table.filter(pl.col("verdict") == "unknown").row(0, named=True)
    assert row["message"] == "raw is not stated"


@pytest.mark.parametrize(
    ("reason", "verdict", "words"),
    [
        ("withheld", "unknown", "raw is withheld by the source ('s.31')"),
        ("unknown", "unknown", "the source says that raw is not known ('s.31')"),
        ("absent", "not-applicable", "the source says that there is no raw ('s.31')"),
        ("not-applicable", "not-applicable", "the source says that raw does not apply ('s.31')"),
    ],
)
def test_why_a_field_is_empty_decides_and_is_said(reason, verdict, words):
    reasons = {"reasons": [{"id": "component:T/3", "field": "raw", "reason": reason, "stated": "s.31"}]}
    row = outcome_of(fails_b, tables=reasons).table.row(2, named=True)
    assert (row["verdict"], row["message"]) == (verdict, words)


def test_an_optional_field_reaches_the_judge_empty():
    found = outcome_of(lambda raw, *, on, reference: passes(str(raw)), depends=(), optional=("raw",))
    assert found.table["message"].to_list() == ["b", "a", "None", "b"]


def test_counts_have_a_denominator_and_add_up():
    found = outcome_of(fails_b)
    assert found.counts == {
        Verdict.PASS: 1,
        Verdict.FAIL: 2,
        Verdict.UNKNOWN: 1,
        Verdict.NOT_APPLICABLE: 0,
        Verdict.ERROR: 0,
    }
    assert sum(found.counts.values()) == found.total == 4
    tally = found.tally(Verdict.FAIL, Verdict.ERROR, selector="kind:component")
    assert (tally.n, tally.of, tally.ref) == (2, 4, "verdicts(TST001; fail|error; kind:component)")


def test_a_check_that_breaks_says_so_for_what_it_broke_on_only():
    def judge(raw, *, on, reference):
        return passes("fine") if raw == "a" else 1 / 0

    found = outcome_of(judge)
    assert found.counts[Verdict.ERROR] == 2
    row = found.table.row(0, named=True)
    assert row["verdict"] == "error"
    assert "ZeroDivisionError: division by zero" in row["message"]


def test_a_judge_that_returns_no_judgement_is_an_error_not_a_traceback():
    assert outcome_of(lambda raw, *, on, reference: None).counts[Verdict.ERROR] == 3


def test_fails_have_fingerprints_of_check_subject_and_identity():
    table = outcome_of(fails_b).table
    assert table["fingerprint"].to_list() == [
        fingerprint("TST001", "component:T/1", "thing-b"), None, None, fingerprint("TST001", "component:T/4", "thing-b"),
    ]  # fmt: skip


def test_a_judgement_may_override_severity_and_confidence():
    def judge(raw, *, on, reference):
        return Judgement(
            Verdict.FAIL, "x", severity=Severity.CRITICAL if raw == "b" else None, confidence=Confidence.LOW
        )

    rows = outcome_of(judge, severity=Severity.LOW).table.rows(named=True)
    assert [(row["severity"], row["confidence"]) for row in rows[:2]] == [("critical", "low"), ("low", "low")]


def test_findings_cite_the_cells_of_the_fields():
    first, second = outcome_of(fails_b).findings()
    assert (first.subject, second.subject) == ("component:T/1", "component:T/4")
    assert [(cell.source, cell.row, cell.column) for cell in second.evidence] == [("case.csv", 5, "raw")]


def test_findings_are_limited_before_they_are_made():
    assert [found.subject for found in outcome_of(fails_b).findings(limit=1)] == ["component:T/1"]


def test_only_the_chosen_subjects_are_judged():
    found = outcome_of(fails_b, subjects=pl.Series(["component:T/2", "system:T/9"]))
    assert verdicts(found) == {"component:T/2": "pass"}
    assert found.total == 1


def test_an_estate_without_the_subject_judges_nothing():
    found = outcome_of(fails_b, things={})
    assert (found.total, found.table.height, set(found.counts.values())) == (0, 0, {0})


def test_a_field_that_does_not_exist_is_an_error_of_the_check():
    for field in ("rwa", "system.", "sum:REALISES", "count:KNOWS", "claim:nothing"):
        with pytest.raises((PluginError, pl.exceptions.ColumnNotFoundError)):
            outcome_of(lambda field, *, on, reference: passes("x"), depends=(field,))


def test_an_unrelated_thing_changes_no_other_row():
    before = outcome_of(fails_b).table
    after = outcome_of(
        fails_b, things={"component": [*COMPONENTS["component"], {"raw": "z"}], "system": [{"name": "x"}]}
    ).table
    assert after.head(4).equals(before)


def test_a_report_stacks_its_outcomes_and_finds_by_fingerprint():
    estate = small_estate({"things": {"system": [{"name": "PAS"}]}})
    report = run(estate, CaseReference({}), DAY, [BUILT_IN["INV001"], BUILT_IN["INV003"]])
    assert report.table["check"].to_list() == ["INV001", "INV003"]
    wanted = report.select()["fingerprint"][1]
    assert report.by_fingerprint(wanted).check == "INV003"
    assert report.by_fingerprint("INV003-nothing") is None
    assert report.outcome("INV001").total == 1
    with pytest.raises(UsageError, match="LIF001 was not run"):
        report.outcome("LIF001")
    assert run(estate, CaseReference({}), DAY, []).table.height == 0


PLAIN = ("id", "name", "source", "row", "rule")


@pytest.mark.parametrize("identifier", sorted(BUILT_IN))
def test_a_check_survives_an_empty_estate_and_one_that_was_not_interpreted(identifier):
    run_on = lambda estate: run(estate, CaseReference({}), DAY, [BUILT_IN[identifier]])  # noqa: E731
    assert run_on(Estate(tables={})).table.height == 0
    things = {
        "things/system": small_estate({"things": {"system": [{"name": "x"}]}}).things("system"),
        "things/component": small_estate({"things": {"component": [{"raw": "x"}]}}).things("component"),
        "things/vulnerability": small_estate({"things": {"vulnerability": [{"cve": "CVE-1999-0001"}]}}).things(
            "vulnerability"
        ),
        "things/interface": small_estate({"things": {"interface": [{"name": "x"}]}})
        .things("interface")
        .drop("document"),
        "things/decision": small_estate({"things": {"decision": [{"name": "x"}]}}).things("decision").select(PLAIN),
        "things/reference-set": small_estate({"things": {"reference-set": [{"name": "x"}]}})
        .things("reference-set")
        .select(PLAIN),
    }
    found = run_on(Estate(tables=things)).outcomes[0]
    assert found.total >= 1
    assert found.counts[Verdict.ERROR] == 0


def test_texts_that_mean_the_same_are_judged_once():
    old = {"product": "old", "cycle": "1", "label": "Old 1", "ends": "2001-01-01"}
    reference = CaseReference({"support": {"Old 1": old, "OLD 1.0": old, "Old 1 (spare)": {**old, "cycle": "1s"}}})
    seen = []

    def judge(found, *, on, reference):
        seen.append(found)
        return passes(found.identity or found.status)

    texts = ["Old 1", "what", "OLD 1.0", None, "Old 1 (spare)", "else"]
    estate = small_estate({"things": {"component": [{"raw": text} for text in texts]}})
    found = run(estate, reference, DAY, [a_check(judge, depends=("support:raw",))]).outcomes[0].table
    said = ["old 1", "unmatched", "old 1", "raw is not stated", "old 1s", "unmatched"]
    assert found["message"].to_list() == said
    assert len(seen) == 3


def test_why_the_text_behind_a_meaning_is_empty_is_said():
    reasons = {"reasons": [{"id": "component:T/3", "field": "raw", "reason": "withheld", "stated": "s.31"}]}
    found = outcome_of(fails_b, tables=reasons, depends=("support:raw",))
    row = found.table.row(2, named=True)
    assert (row["verdict"], row["message"]) == ("unknown", "raw is withheld by the source ('s.31')")
    assert row["fix"] == "state raw in the source"
