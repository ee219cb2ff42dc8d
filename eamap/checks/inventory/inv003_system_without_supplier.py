"""INV003: a system without a supplier."""

from __future__ import annotations

from datetime import date

from eamap.checks.definition import Judgement, check, not_applicable, passes
from eamap.checks.inventory.completeness import missing
from eamap.checks.reference import Reference
from eamap.model.findings import Severity


@check(
    id="INV003",
    name="system-without-supplier",
    subject="system",
    optional=("supplier", "count:SUPPLIED_BY", "count:INSTANCE_OF/SUPPLIED_BY", "reason:supplier", "status"),
    family="inventory",
    severity=Severity.LOW,
    audience=("inventory", "procurement"),
    reference=("products",),
)
def system_without_supplier(
    supplier: str | None,
    direct: int,
    by_product: int,
    reason: str | None,
    status: str | None,
    *,
    on: date,
    reference: Reference,
) -> Judgement:
    """Fails a system of which it is not known who supplies it.

    What it checks
        Each system that is not retired names its supplier, or its product leads to one.
    Why it matters
        Without it, nobody can say how much of an estate hangs on one company, or whom to call when it fails.
    How to fix it
        State the supplier. For software made in-house, say so: that is an answer.
    Known limits
        The name is taken as it stands; whether it is the maker or a reseller is not known. A withheld supplier makes
        the answer unknown; "in-house" makes it not applicable.
    References
        The table of products and suppliers that eamap data shows.
    """
    del on, reference
    if status == "retired":
        return not_applicable("the system is retired")
    if supplier is not None or direct:
        return passes("its supplier is stated")
    if by_product:
        return passes("its product leads to its supplier")
    return missing(
        "supplier", reason, "no source says who supplies it", "state the supplier, or that it was made in-house"
    )
