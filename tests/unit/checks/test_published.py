"""Findings made column by column say what findings made one by one say."""

from datetime import date

import pytest

from eamap.checks.cases import CaseReference, small_estate
from eamap.checks.engine import run
from eamap.checks.published import published
from eamap.model.findings import Verdict
from tests.unit.checks.builtin import BUILT_IN

DAY = date(2026, 11, 22)
OLD = {"product": "old", "cycle": "1", "label": "Old 1", "ends": "2001-01-01"}
THINGS = {
    "system": [{"id": "system:T/1", "system_type": "odd"}, {"id": "system:T/2"}],
    "component": [{"raw": "Old 1", "system": "system:T/1"}, {"raw": "what"}, {"raw": None}],
    "interface": [{"exposer": "system:T/9", "standard": "S"}],
    "decision": [{"decision": "entitlement", "about": "old:1", "expires": "2026-01-01"}, {"decision": "acceptance"}],
    "reference-set": [{"name": "lifecycle", "date": "2026-01-01"}],
    "vulnerability": [{"cve": "CVE-1999-0001", "component": "component:T/1"}, {"cve": "CVE-2017-0144"}],
}
REFERENCE = CaseReference({"support": {"Old 1": OLD}, "organisations": []})


def outcomes(**content):
    return run(small_estate({"things": THINGS, **content}), REFERENCE, DAY, BUILT_IN.values()).outcomes


@pytest.mark.parametrize("check", sorted(BUILT_IN))
def test_rows_are_those_of_the_findings(check):
    outcome = next(each for each in outcomes() if each.check.id == check)
    rows = outcome.table
    assert rows.height
    made = published(outcome, rows)
    for finding, row in zip(outcome.findings_of(rows), made, strict=True):
        assert {name: row[name] for name in finding.as_dict()} == finding.as_dict()
        assert list(row)[: len(finding.as_dict())] == list(finding.as_dict())
        assert row["check"] == check
        assert row["ref"] == (finding.fingerprint if finding.verdict is Verdict.FAIL else finding.subject)
        first = finding.evidence[0]
        assert row["value"] == first.value
        assert row["where"] == str(first).replace(f": {first.value!r}", "")
    assert [
        {**row, "citations": full["citations"]}
        for row, full in zip(published(outcome, rows, whole=False), made, strict=True)
    ] == made


def test_a_fail_without_evidence_is_not_published():
    estate = small_estate({"things": {"component": [{"raw": "Old 1", "source": None}]}})
    (outcome,) = run(estate, REFERENCE, DAY, [BUILT_IN["LIF001"]]).outcomes
    with pytest.raises(ValueError, match="LIF001 fails component:T/1 without evidence"):
        published(outcome, outcome.table)


def test_no_rows_are_no_rows():
    outcome = outcomes()[0]
    assert published(outcome, outcome.table.head(0)) == []
