"""LIF005: an accepted finding whose acceptance has expired, and which still stands."""

from __future__ import annotations

from datetime import date

from eamap.checks.definition import Judgement, check, not_applicable, passes, unknown
from eamap.checks.reference import Reference
from eamap.model.findings import Severity, Verdict


@check(
    id="LIF005",
    name="acceptance-expired",
    subject="decision",
    depends=("decision",),
    optional=("about", "finding:about", "owner_role", "expires", "renewed"),
    family="lifecycle",
    severity=Severity.MEDIUM,
    audience=("security", "governance"),
)
def acceptance_expired(
    decision: str,
    about: str | None,
    finding: str | None,
    owner: str | None,
    expires: str | None,
    renewed: str | None,
    *,
    on: date,
    reference: Reference,
) -> Judgement:
    """Fails an acceptance of a finding that has expired while the finding still stands.

    What it checks
        Every decision of the kind acceptance that no later one of the same finding continues, whichever check the finding
        is of. It fails from its expiry on if the check still finds what was accepted. A finding that is gone needs no
        acceptance: then this is not applicable.
    Why it matters
        A risk that somebody signed for until a day is, after that day, a risk that nobody has signed for. It is the first
        thing an assessor asks for.
    How to fix it
        Fix what was found, or have the risk accepted again by the same role with a new reason and a new end: eamap decide
        acceptance FINDING --who ROLE --reason ... --expires DATE.
    Known limits
        Acceptances of findings of checks that are not installed, or that only document commands give, are unknown. The
        finding itself is counted as open again by its own check; this one says that it was once accepted.
    References
        docs/support.md: what people record beside findings.
    """
    del reference
    if decision != "acceptance":
        return not_applicable(f"the decision is of the kind {decision}")
    if renewed is not None:
        return not_applicable(f"the acceptance of {about} is continued by decision {renewed}")
    if not expires:
        return unknown(f"the acceptance of {about} has no end", fix="record it again with --expires")
    if expires > on.isoformat():
        return passes(f"the acceptance of {about} by {owner} holds until {expires}")
    if finding is None:
        return unknown(
            f"the acceptance of {about} expired on {expires}; nothing can say whether the finding still stands"
        )
    if finding == "gone":
        return not_applicable(f"{about} is no longer found")
    message = f"{about} still stands, and its acceptance by {owner} expired on {expires}"
    row = f"decision: acceptance of {about} by {owner} until {expires}"
    return Judgement(Verdict.FAIL, message, reference=row, fix="fix it, or have it accepted again with a new end")
