"""CYB004: a component out of support on which no scanner reported anything."""

from __future__ import annotations

from datetime import date

from eamap.checks.definition import Judgement, check, not_applicable, passes
from eamap.checks.lifecycle.saying import beyond_judging
from eamap.checks.reference import Reference, Support
from eamap.model.findings import Severity, Verdict
from eamap.model.support import UNSUPPORTED


@check(
    id="CYB004",
    name="unsupported-without-scanner-report",
    subject="component",
    depends=("support:raw",),
    optional=("count:AFFECTS", "system.status"),
    family="cyber",
    severity=Severity.MEDIUM,
    audience=("security",),
    reference=("lifecycle",),
)
def unsupported_without_scanner_report(
    found: Support, reports: int | None, system_status: str | None, *, on: date, reference: Reference
) -> Judgement:
    """Fails a component out of support of which scanners reported no vulnerability: none found is no good news there.

    What it checks
        Each component whose support ended before the day asked has at least one vulnerability that a scanner reported.
    Why it matters
        For an unsupported product vendors publish no advisories, and scanners that go by advisories find nothing. Zero
        vulnerabilities then means that nobody looked, or that the scanner could not see.
    How to fix it
        Have a scanner with credentials look at it and read the report in (eamap ingest), or isolate it as if it were open.
    Known limits
        A report without findings cannot be told from no report: inventories of vulnerabilities hold only what was found. A
        text that may be several releases, or none, is unknown.
    References
        Cyber Assessment Framework v3.2, outcome B4.d.
    """
    del on, reference
    if beyond := beyond_judging(found, system_status):
        return beyond
    identity, name = found.identity, found.label
    if found.status not in UNSUPPORTED:
        return not_applicable(f"{name} is not out of support")
    if reports:
        return passes(f"scanners reported {reports} vulnerabilities on it", identity=identity, reference=found.row)
    message = (
        f"{name} is out of support, and no scanner reported a vulnerability on it: nobody looked, or it cannot be seen"
    )
    return Judgement(
        Verdict.FAIL, message, identity, found.row, "let a scanner with credentials look at it, and read its report"
    )
