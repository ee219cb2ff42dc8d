"""Findings as SARIF 2.1.0, which code-scanning tools read.

A place is a row of somebody's file: its name, the row as the line, the checksum under ``hashes``. Accepted findings are
suppressed results, with the owner and the reason as justification.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from eamap.checks.acceptance import ACCEPTED
from eamap.checks.outcome import FAILS
from eamap.checks.page import page_of
from eamap.model.findings import Finding, Severity, Verdict

if TYPE_CHECKING:
    from eamap.checks.definition import Check
    from eamap.checks.outcome import Report
    from eamap.model.citations import Citation

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
_KINDS = {Verdict.FAIL: "fail", Verdict.PASS: "pass", Verdict.UNKNOWN: "open", Verdict.NOT_APPLICABLE: "notApplicable",
          Verdict.ERROR: "review"}  # fmt: skip


def sarif(report: Report, tool_version: str, verdicts: Collection[Verdict] = FAILS) -> dict[str, Any]:
    """Returns the findings with these verdicts as one SARIF log with one run."""
    rules = {outcome.check.id: number for number, outcome in enumerate(report.outcomes)}
    results: list[dict[str, Any]] = []
    for outcome in report.outcomes:
        rows = outcome.select(verdicts)
        findings = zip(outcome.findings_of(rows), rows.iter_rows(named=True), strict=True)
        results += [_result(finding, row, rules[outcome.check.id]) for finding, row in findings]
    driver = {"name": "eamap", "version": tool_version, "rules": [_rule(outcome.check) for outcome in report.outcomes]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "properties": {"as_of": report.as_of.isoformat(), "version": report.version, "counts": _counts(report)},
        "results": results,
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _counts(report: Report) -> dict[str, dict[str, int]]:
    # A list of fails without how many were judged, and how many could not be, would say that the rest is fine.
    return {
        each.check.id: {"of": each.total, **{verdict.value: n for verdict, n in each.counts.items()}}
        for each in report.outcomes
    }


def _rule(check: Check) -> dict[str, Any]:
    page = page_of(check.judge)
    return {
        "id": check.id,
        "name": check.name,
        "shortDescription": {"text": page.summary},
        "fullDescription": {"text": page.sections["What it checks"]},
        "help": {"text": str(page)},
        "defaultConfiguration": {"level": _LEVELS[check.severity]},
        "properties": {"tags": [check.family, *check.audience]},
    }


def _result(finding: Finding, row: dict[str, Any], rule: int) -> dict[str, Any]:
    failed = finding.verdict is Verdict.FAIL
    said = finding.message + (f" Fix: {finding.fix}" if finding.fix else "")
    result: dict[str, Any] = {
        "ruleId": finding.check,
        "ruleIndex": rule,
        "kind": _KINDS[finding.verdict],
        "level": _LEVELS[finding.severity] if failed else "none",
        "message": {"text": f"{finding.subject}: {said}"},
        "locations": [_location(cell, finding) for cell in finding.evidence],
        "fingerprints": {"eamap/v1": finding.fingerprint},
        "properties": {"severity": finding.severity.value, "confidence": finding.confidence.value, "reference": finding.reference,
                       "rule": finding.rule, "pointer": finding.pointer},
    }  # fmt: skip
    if row["state"] == ACCEPTED:
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": row["acceptance"]}]
    return result


def _location(cell: Citation, finding: Finding) -> dict[str, Any]:
    artifact: dict[str, Any] = {"uri": quote(cell.source.replace("\\", "/"))}
    place: dict[str, Any] = {"artifactLocation": artifact}
    if cell.row > 0:
        place["region"] = {"startLine": cell.row, **({"snippet": {"text": cell.value}} if cell.value else {})}
    where = {"fullyQualifiedName": finding.subject, "kind": "resource"}
    return {"physicalLocation": place, "logicalLocations": [where], "message": {"text": str(cell)},
            "properties": {"sheet": cell.sheet, "column": cell.column, "sha256": cell.sha256}}  # fmt: skip
