"""INT001: an interface claims a standard that is retired or deprecated on the day asked."""

from __future__ import annotations

from datetime import date

from eamap.checks.definition import Judgement, check, not_applicable, passes, unknown
from eamap.checks.reference import Reference, StandardOn
from eamap.model.findings import Confidence, Severity, Verdict

_ENDED = ("retired", "withdrawn")


@check(
    id="INT001",
    name="standard-past-use",
    subject="interface",
    optional=("claim:standard", "standard", "status"),
    family="integration",
    severity=Severity.HIGH,
    audience=("architecture", "procurement"),
    reference=("standards",),
)
def standard_past_use(
    claimed: str | None, text: str | None, status: str | None, *, on: date, reference: Reference
) -> Judgement:
    """Fails an interface that claims a standard which is retired, withdrawn or deprecated on the day asked.

    What it checks
        Each standard that the interface claims is looked up in the registry of standards on the day asked. Retired and
        withdrawn fail with severity high. Deprecated fails with severity medium, and high for an interface that is only
        planned. The registry's own sentence is printed, with the date on which the status was last seen.
    Why it matters
        A retired national interface may be switched off, and then referrals, results or letters stop. A deprecated one
        still works but gets no new integrations, so money spent on it is spent twice.
    How to fix it
        Plan the move to the standard that replaces it, which the message names where the registry knows it.
    Known limits
        This judges the claim, not the interface: that it really speaks the standard is declared, not verified. A status
        that the registry does not know on that day is unknown, never a pass. Standards in development or on trial
        pass; the message says so.
    References
        The registry of standards that eamap data shows: its rows cite the API catalogue of NHS England and
        standards.nhs.uk.
    """
    if status == "retired":
        return not_applicable("the interface is retired")
    if claimed is None:
        said = f"{text!r} is not matched to a standard of the registry" if text else "no standard is stated"
        return unknown(said, fix="state the standard by its name or id")
    found = reference.standard(claimed, on)
    if found is None or found.status == "unknown":
        said = f"{claimed} is not in the registry" if found is None else f"{found.title}: {found.wording}"
        return unknown(said, identity=claimed, reference=found.row if found else "")
    message = f"{found.title} is {found.wording}"
    if found.status in _ENDED:
        return _fail(claimed, message, found, Severity.HIGH)
    if found.status == "deprecated":
        new = status == "planned"
        return _fail(
            claimed,
            message + ("; the interface is only planned" if new else ""),
            found,
            Severity.HIGH if new else Severity.MEDIUM,
        )
    return passes(message, identity=claimed, reference=found.row, confidence=Confidence(found.confidence))


def _fail(claimed: str, message: str, found: StandardOn, severity: Severity) -> Judgement:
    after = ", ".join(found.superseded_by)
    fix = f"move to {after}" if after else "ask the standard's owner what replaces it"
    return Judgement(Verdict.FAIL, message, claimed, found.row, fix, severity, Confidence(found.confidence))
