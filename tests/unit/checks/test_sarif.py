from datetime import date

import orjson
import polars as pl

from eamap.checks.cases import CaseReference, small_estate
from eamap.checks.engine import run
from eamap.checks.sarif import sarif
from eamap.model.findings import Verdict, fingerprint
from tests.unit.checks.builtin import BUILT_IN

LEVELS = {"none", "note", "warning", "error"}
KINDS = {"notApplicable", "pass", "fail", "review", "open", "informational"}
DECISIONS = pl.DataFrame({
    "kind": ["acceptance"], "fingerprint": [fingerprint("INV001", "system:T/1")], "owner": ["CIO"], "reason": ["soon gone"],
    "expiry": ["2027"],
})  # fmt: skip


def log(verdicts=(Verdict.FAIL,)):
    hostile = {"id": "system:T/2", "name": "=cmd()|<script>", "supplier": "x"}
    content = {"things": {"system": [{"id": "system:T/1"}, hostile]}, "sources": [{"name": "case"}]}
    report = run(
        small_estate(content),
        CaseReference({}),
        date(2026, 11, 22),
        [BUILT_IN["INV001"], BUILT_IN["INV003"]],
        DECISIONS,
    )
    return orjson.loads(orjson.dumps(sarif(report, "0.1.0", verdicts)))


def test_the_log_has_the_shape_of_sarif_2_1_0():
    whole = log(tuple(Verdict))
    assert whole["version"] == "2.1.0"
    (one,) = whole["runs"]
    rules = one["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["INV001", "INV003"]
    assert all(
        rule["help"]["text"] and rule["shortDescription"]["text"] and rule["defaultConfiguration"]["level"] in LEVELS
        for rule in rules
    )
    for result in one["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in LEVELS
        assert result["kind"] in KINDS
        # The standard: only a fail has a level.
        assert (result["kind"] == "fail") == (result["level"] != "none")
        assert result["message"]["text"]
        assert all(place["physicalLocation"]["region"]["startLine"] >= 1 for place in result["locations"])


def test_a_result_is_placed_in_the_row_of_its_file():
    first = log()["runs"][0]["results"][0]
    place = first["locations"][0]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "case.csv"
    assert place["physicalLocation"]["region"]["startLine"] == 2
    assert place["logicalLocations"][0]["fullyQualifiedName"] == "system:T/1"
    assert first["fingerprints"] == {"eamap/v1": fingerprint("INV001", "system:T/1")}


def test_an_accepted_finding_is_suppressed_with_its_reason():
    results = log()["runs"][0]["results"]
    assert [("suppressions" in result) for result in results] == [True, False, False]
    assert results[0]["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "accepted by CIO until 2027: soon gone"}
    ]


def test_every_count_has_its_denominator():
    counts = log()["runs"][0]["properties"]["counts"]
    assert counts["INV003"] == {"of": 2, "pass": 1, "fail": 1, "unknown": 0, "not-applicable": 0, "error": 0}
