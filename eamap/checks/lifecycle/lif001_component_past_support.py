"""LIF001: a component whose support ended before the day asked."""

from __future__ import annotations

from datetime import date

from eamap.checks.definition import Judgement, check, not_applicable, passes, unknown
from eamap.checks.reference import Reference, Support, Unmatched
from eamap.model.findings import Severity, Verdict


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
def component_past_support(
    found: Support | Unmatched, system_status: str | None, *, on: date, reference: Reference
) -> Judgement:
    """Fails a component whose vendor stopped supporting it before the day asked.

    What it checks
        The text of the component is matched to the release cycles of one product by fixed rules. The component fails if
        the day asked is after the last day of support of that cycle, or if the cycle is marked as ended without a day.
        The last day itself is still supported. Paid or extended support is named in the message and never counts as
        supported: nothing here proves that anybody bought it. A text that fits several cycles fails only if support of
        the last of them has ended.
    Why it matters
        What is no longer supported gets no security fixes. Known holes stay open, and suppliers of the software on top
        may stop supporting that too.
    How to fix it
        Upgrade to a supported release, or replace the system. Until then, isolate it, record who accepted the risk and
        until when (eamap decide), and record the entitlement if extended support was bought.
    Known limits
        A text that fits several cycles of which one is still supported, or none, is unknown and never a pass: the
        inventory then lacks the edition, service pack or build that decides, and the message names it. What "end" means differs by vendor (security fixes, premier support,
        maintenance); the message uses the vendor's word. The upstream dates hold some mistakes; the row is cited, so
        that it can be looked up. A system that is retired is not judged.
    References
        endoflife.date, the snapshot that eamap data shows. Cyber Assessment Framework v3.2, outcome B4.d.
    """
    del reference
    if system_status == "retired":
        return not_applicable("the system that ran on it is retired")
    if not isinstance(found, Support):
        return unknown(
            f"not assessed: no exact match: {found.why}", fix="state product, version and edition in the inventory"
        )
    identity, name = f"{found.product} {found.cycle}", found.label
    past = found.ends == "true" or (found.ends not in (None, "false") and found.ends < on.isoformat())
    if found.why_unsure and not past:
        return unknown(f"not assessed: {found.why_unsure}", fix="state product, version and edition in the inventory")
    if found.ends is None or found.ends == "false":
        said = "no end of support is published" if found.ends else "the reference data holds no end of support"
        judge = passes if found.ends else unknown
        return judge(f"{name}: {said}", identity=identity, reference=found.row)
    if found.ends != "true" and on <= date.fromisoformat(found.ends):
        return passes(
            f"{name} is supported until {found.ends} ({found.ends_means})", identity=identity, reference=found.row
        )
    ended = "ended on a day that is not recorded" if found.ends == "true" else f"ended on {found.ends}"
    message = f"support of {name} {ended} ({found.ends_means})" + _extended(found, on)
    return Judgement(
        Verdict.FAIL, message, identity, found.row, "upgrade or replace it; until then isolate it and record the risk"
    )


def _extended(found: Support, on: date) -> str:
    if found.extended_ends in (None, "false"):
        return ""
    if found.extended_ends == "true" or found.extended_ends < on.isoformat():
        return "; extended support has ended too"
    return f"; extended support is sold until {found.extended_ends} and counts only with proof of entitlement"
