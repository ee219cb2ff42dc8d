"""LIF001: a component whose support ended before the day asked."""

from __future__ import annotations

from datetime import date

from eamap.checks.definition import Judgement, check, passes
from eamap.checks.lifecycle.saying import between, beyond_judging, ended, overridden
from eamap.checks.reference import Reference, Support
from eamap.model.findings import Confidence, Severity, Verdict
from eamap.model.support import SUPPORTED, Status

_FIX = "upgrade or replace it; until then isolate it and record the risk"
_PROVE = "record the entitlement with its reference and term (eamap decide entitlement), or upgrade or replace it"


@check(
    id="LIF001",
    name="component-past-support",
    subject="component",
    depends=("support:raw",),
    optional=("system.status",),
    family="lifecycle",
    severity=Severity.HIGH,
    audience=("security", "architecture"),
    reference=("lifecycle",),
)
def component_past_support(found: Support, system_status: str | None, *, on: date, reference: Reference) -> Judgement:
    """Fails a component whose vendor stopped supporting it before the day asked.

    What it checks
        The text of the component is matched to a release of a product by exact rules. The component fails if the day
        asked is after the last day of support of that release, if the release is marked as ended without a day, or if it
        is older than the oldest release of the data and that one has ended. The last day itself is still supported.
        Where the text fits several releases, it fails only if the support of all of them has ended. Extended support
        that is sold on the day but that nobody has proven fails in words of its own; with a record of entitlement that
        covers the day and the organisation it passes, as what it is, and never as "supported".
    Why it matters
        What is no longer supported gets no security fixes. Known holes stay open, and suppliers of the software on top
        may stop supporting that too.
    How to fix it
        Upgrade to a supported release, or replace the system. Until then, isolate it, record who accepted the risk and
        until when (eamap decide), and record the entitlement if extended support was bought. A mitigation or an
        acceptance is shown beside the finding and never makes it pass.
    Known limits
        A text that fits several releases which stand differently, or none, is unknown and never a pass: the message names
        the missing fact. What "end" means differs by vendor (security fixes, premier support, maintenance); the message
        uses the vendor's word. The upstream dates hold some mistakes: a sourced override (eamap decide override) replaces
        them, and is shown with who and why. Whether an entitlement is what it says is for people to check. A system that
        is retired is not judged.
    References
        endoflife.date, the snapshot that eamap data shows. Cyber Assessment Framework v3.2, outcome B4.d.
    """
    del on, reference
    return beyond_judging(found, system_status) or (_current(found) if found.status in SUPPORTED else _past(found))


def _current(found: Support) -> Judgement:
    if found.status is Status.NO_EOL_PUBLISHED:
        message = f"{found.label}: no end of support is published"
    else:
        message = f"{found.label} is supported until {found.ends_worst} ({found.ends_means})"
    return passes(
        message + overridden(found), identity=found.identity, reference=found.row, confidence=found.confidence
    )


def _past(found: Support) -> Judgement:
    if found.status is Status.EOL_INFERRED:
        said = f"{found.label}: older than every release in the data, of which the oldest is out of support"
        return _fail(found, said, _FIX, Confidence.MEDIUM)
    said = f"support of {found.label} ended {between(found)} ({found.ends_means})"
    if found.status is Status.EXTENDED_ENTITLED:
        message = f"{said}; extended support is proven: {found.proof}"
        return passes(
            message + overridden(found), identity=found.identity, reference=found.row, confidence=found.confidence
        )
    if found.status is Status.EXTENDED_UNPROVEN:
        sold = f"extended support is sold until {found.extended_end} and counts only with proof of entitlement: there is none"
        return _fail(found, f"{said}; {sold}", _PROVE, found.confidence)
    return _fail(found, said + _extended(found), _FIX, found.confidence)


def _fail(found: Support, said: str, fix: str, confidence: Confidence) -> Judgement:
    return Judgement(Verdict.FAIL, said + overridden(found), found.identity, found.row, fix, confidence=confidence)


def _extended(found: Support) -> str:
    if found.extended_end is None or not found.extended_end[:1].isdigit():
        return ""
    proof = f", so the proof of entitlement does not help ({found.proof})" if found.proof else ""
    return f"; extended support ended too, {ended(found.extended_end)}{proof}"
