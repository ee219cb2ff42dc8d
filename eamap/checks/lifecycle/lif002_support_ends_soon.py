"""LIF002: a component whose support ends soon."""

from __future__ import annotations

from datetime import date, timedelta

from eamap.checks.definition import Judgement, check, not_applicable, passes, unknown
from eamap.checks.lifecycle.saying import beyond_judging, overridden
from eamap.checks.reference import Reference, Support
from eamap.model.findings import Severity, Verdict
from eamap.model.support import PAST, Status


@check(
    id="LIF002",
    name="support-ends-soon",
    subject="component",
    depends=("support:raw",),
    optional=("system.status",),
    family="lifecycle",
    severity=Severity.LOW,
    audience=("security", "architecture"),
    reference=("lifecycle", "support"),
)
def support_ends_soon(found: Support, system_status: str | None, *, on: date, reference: Reference) -> Judgement:
    """Fails a component whose vendor will stop supporting it within twelve months of the day asked.

    What it checks
        The text of the component is matched to a release as in LIF001. The component fails if the last day of support is
        the day asked or one of the 365 days after it. It is of medium severity within 182 days, of low severity later.
        Both numbers are data: a set "support" beside the store replaces them.
    Why it matters
        Replacing what a clinical system runs on takes months of testing and safety work, and money that has to be in a
        plan. What is not planned a year ahead is usually found here again as LIF001.
    How to fix it
        Plan the upgrade or the replacement with a date before the end of support, and find the money; record extended
        support if it will be bought. eamap eol lists what ends by when, eamap forecast by quarter.
    Known limits
        A component whose support has ended already is judged by LIF001 and is not applicable here. Where a text fits
        several releases and they stand differently, the answer is unknown. A plan is not looked at: what ends soon and is
        planned for is still listed.
    References
        endoflife.date, the snapshot that eamap data shows. The thresholds with their sources: eamap data, set support.
    """
    if found.status in PAST:
        return not_applicable("its support has ended already: see LIF001")
    if doubt := beyond_judging(found, system_status):
        return doubt
    if found.status is not Status.SUPPORT_ENDING:
        return _later(found)
    if found.ends_worst is None or found.ends_best is None:
        return unknown("not assessed: the data holds no end", identity=found.identity, reference=found.row)
    soon = on + timedelta(days=reference.days("support-ending-soon"))
    severity = Severity.MEDIUM if found.ends_worst <= soon.isoformat() else Severity.LOW
    message = f"support of {found.label} ends on {found.ends_worst} ({found.ends_means})"
    fix = "plan the upgrade or replacement for a day before the end"
    return Judgement(
        Verdict.FAIL, message + overridden(found), found.identity, found.row, fix, severity, found.confidence
    )


def _later(found: Support) -> Judgement:
    until = "no end of support is published" if found.status is Status.NO_EOL_PUBLISHED else f"until {found.ends_worst}"
    return passes(
        f"{found.label}: {until}{overridden(found)}",
        identity=found.identity,
        reference=found.row,
        confidence=found.confidence,
    )
