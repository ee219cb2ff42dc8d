"""INV006: a host, or software on one, that nothing has seen for long."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from eamap.checks.definition import Judgement, check, not_applicable, passes, unknown
from eamap.checks.reference import Reference
from eamap.checks.words import why_empty
from eamap.model.findings import Severity, Verdict

_FIX = "find out whether it still exists: retire it in the inventory, or bring it back under management"


@check(
    id="INV006",
    name="host-not-seen",
    subject="component",
    optional=("last_seen", "reason:last_seen", "system.status"),
    family="inventory",
    severity=Severity.MEDIUM,
    audience=("inventory", "security"),
    reference=("support",),
)
def host_not_seen(
    last_seen: str | None, reason: str | None, system_status: str | None, *, on: date, reference: Reference
) -> Judgement:
    """Fails a component that no source has seen within the limit before the day asked.

    What it checks
        The latest day on which any source says that the component was seen, or was in contact, lies no more than 90 days
        before the day asked. A month or a year is judged by its first and its last day, and is unknown where the two
        differ.
    Why it matters
        A host that nobody sees is not patched and not scanned. Either it is gone, and every count that holds it is
        wrong, or it is still on the network and out of sight.
    How to fix it
        Find out which of the two it is. What is gone belongs out of the inventory; what is there belongs back under
        management, scanned and patched.
    Known limits
        Where no source says when a component was seen the answer is unknown, never a pass. That a tool saw it says
        nothing about its state. A day after the day asked is unknown too: the date is wrong, or the day asked lies before
        the inventory. A system that is retired is not judged.
    References
        Cyber Assessment Framework v3.2, outcome A3.a. The limit is eamap's own, in schemas/support/thresholds.csv.
    """
    if system_status == "retired":
        return not_applicable("the system that ran on it is retired")
    if last_seen is None:
        if reason == "not-applicable":
            return not_applicable(why_empty("last_seen", reason))
        why = why_empty("last_seen", reason) if reason else "no source says when it was last seen"
        return unknown(f"not assessed: {why}", fix="take the date from the tool that watches it")
    first, last = _days(last_seen)
    most = reference.days("seen-lately")
    if first > on:
        return unknown(f"last seen on {last_seen}, which is after the day asked", fix="correct the date")
    if (days := (on - last).days) > most:
        known = f"{days} days" if first == last else f"at least {days} days"
        said = f"last seen on {last_seen}, {known} before the day asked; the limit is {most}"
        row = f"support: seen-lately {most} days; {days} days from {last} to {on}"
        return Judgement(Verdict.FAIL, said, reference=row, fix=_FIX)
    if (on - first).days > most:
        return unknown(
            f"last seen in {last_seen}: whether that is within {most} days depends on the day", fix="state the day"
        )
    return passes(f"last seen on {last_seen}, within {most} days")


def _days(text: str) -> tuple[date, date]:
    """Returns the first and the last day that a date of any precision may mean."""
    year, month, day = (int(part) for part in (*text.split("-"), "0", "0")[:3])
    first = date(year, month or 1, day or 1)
    if day:
        return first, first
    end = month or 12
    return first, date(year, end, monthrange(year, end)[1])
