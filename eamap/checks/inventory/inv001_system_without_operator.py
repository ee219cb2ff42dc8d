"""INV001: a system without an operator."""

from __future__ import annotations

from datetime import date

from eamap.checks.definition import Judgement, check, not_applicable, passes
from eamap.checks.inventory.completeness import missing
from eamap.checks.reference import Reference
from eamap.model.findings import Severity


@check(
    id="INV001",
    name="system-without-operator",
    subject="system",
    optional=("operator", "reason:operator", "status"),
    family="inventory",
    severity=Severity.MEDIUM,
    audience=("inventory",),
)
def system_without_operator(
    operator: str | None, reason: str | None, status: str | None, *, on: date, reference: Reference
) -> Judgement:
    """Fails a system of which no source says who operates it.

    What it checks
        Each system that is not retired names the organisation that operates it, or a source says why it does not.
    Why it matters
        What nobody operates, nobody patches, pays for or switches off. Every count by organisation misses it.
    How to fix it
        Fill in the operator's ODS code, or give the file with --org if all of it belongs to one organisation.
    Known limits
        That the operator named is the right one cannot be seen here. A source that withholds the operator makes the
        answer unknown; one that says there is none makes it not applicable.
    References
        ArchiMate 3.2, assignment of active structure to behaviour. Organisation Data Service codes.
    """
    del on, reference
    if status == "retired":
        return not_applicable("the system is retired")
    if operator is not None:
        return passes("its operator is stated")
    return missing("operator", reason, "no source says who operates it", "state the operator's ODS code")
