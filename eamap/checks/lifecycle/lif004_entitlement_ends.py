"""LIF004: proof of extended support that has expired, or soon will."""

from __future__ import annotations

from datetime import date, timedelta

from eamap.checks.definition import Judgement, check, not_applicable, passes, unknown
from eamap.checks.reference import Reference
from eamap.model.findings import Severity, Verdict


@check(
    id="LIF004",
    name="entitlement-ends",
    subject="decision",
    depends=("decision",),
    optional=("about", "object", "expires", "renewed"),
    family="lifecycle",
    severity=Severity.HIGH,
    audience=("security", "contracts"),
    reference=("support",),
)
def entitlement_ends(
    decision: str,
    about: str | None,
    scope: str | None,
    expires: str | None,
    renewed: str | None,
    *,
    on: date,
    reference: Reference,
) -> Judgement:
    """Fails a record of entitlement to extended support that has expired, or expires within 90 days of the day asked.

    What it checks
        Every decision of the kind entitlement that no later one of the same subject and scope continues. It fails from
        its expiry on, with high severity, and in the 90 days before, with medium severity.
    Why it matters
        On the day a national or local agreement ends, everything it covered falls from "extended support, proven" to out
        of support, in every organisation at once and without anything having changed on a server.
    How to fix it
        Renew the agreement and record it (eamap decide entitlement) with the same subject and scope, or move off what it
        covered. A record of what nobody runs any more can be left: accept the finding, with the reason.
    Known limits
        What a record says is believed; whether its reference is a real contract is for people to check. A record without
        an end is unknown. Records are not compared with what the vendor sells: LIF001 says where that has ended.
    References
        The thresholds with their sources: eamap data, set support.
    """
    if decision != "entitlement":
        return not_applicable(f"the decision is of the kind {decision}")
    what = f"the entitlement of {about} ({scope or 'its owner'})"
    if renewed is not None:
        return not_applicable(f"{what} is continued by decision {renewed}")
    if not expires:
        return unknown(f"{what} has no end", fix="record it again with --expires")
    near = on + timedelta(days=reference.days("entitlement-ending"))
    if expires > near.isoformat():
        return passes(f"{what} holds until {expires}")
    over = expires <= on.isoformat()
    message = f"{what} {'expired' if over else 'expires'} on {expires}"
    severity = Severity.HIGH if over else Severity.MEDIUM
    row = f"decision: {message}"
    return Judgement(
        Verdict.FAIL,
        message,
        reference=row,
        fix="renew it and record that, or move off what it covered",
        severity=severity,
    )
