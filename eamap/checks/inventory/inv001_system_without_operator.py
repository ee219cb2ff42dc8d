"""INV001: a system without an operator."""

from __future__ import annotations

from datetime import date

from eamap.checks.definition import Judgement, check, not_applicable, passes
from eamap.checks.inventory.completeness import missing
from eamap.checks.reference import Reference
from eamap.model.findings import Severity, Verdict
from eamap.model.ids import split_id


@check(
    id="INV001",
    name="system-without-operator",
    subject="system",
    optional=("operator", "operator.id", "reason:operator", "status"),
    family="inventory",
    severity=Severity.MEDIUM,
    audience=("inventory",),
)
def system_without_operator(
    operator: str | None, held: str | None, reason: str | None, status: str | None, *, on: date, reference: Reference
) -> Judgement:
    """Fails a system of which no known organisation is said to operate it.

    What it checks
        Each system that is not retired names the organisation that operates it, or a source says why it does not. The
        organisation is one that the estate's own files list or that ODS knows.
    Why it matters
        What nobody operates, nobody patches, pays for or switches off. Every count by organisation misses it.
    How to fix it
        Fill in the operator's ODS code, or give the file with --org if all of it belongs to one organisation. A code of
        the estate's own belongs in an organisation file.
    Known limits
        That the operator named is the right one cannot be seen here. A source that withholds the operator makes the
        answer unknown; one that says there is none makes it not applicable.
    References
        ArchiMate 3.2, assignment of active structure to behaviour. Organisation Data Service codes.
    """
    del on
    if status == "retired":
        return not_applicable("the system is retired")
    if operator is not None:
        if held is not None or reference.knows_organisation(split_id(operator)[1]):
            return passes("its operator is stated")
        fix = "correct the code, or add it to an organisation file"
        return Judgement(
            Verdict.FAIL, f"its operator {operator} is in no organisation file and not in ODS", operator, fix=fix
        )
    return missing("operator", reason, "no source says who operates it", "state the operator's ODS code")
