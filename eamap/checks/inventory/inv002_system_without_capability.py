"""INV002: a system that does nothing known."""

from __future__ import annotations

from datetime import date

from eamap.checks.definition import Judgement, check, not_applicable, passes
from eamap.checks.inventory.completeness import missing
from eamap.checks.reference import Reference
from eamap.model.findings import Severity


@check(
    id="INV002",
    name="system-without-capability",
    subject="system",
    optional=("count:REALISES", "system_type", "reason:system_type", "status"),
    family="inventory",
    severity=Severity.LOW,
    audience=("inventory", "architecture"),
    reference=("capabilities", "crosswalks"),
)
def system_without_capability(
    capabilities: int,
    system_type: str | None,
    reason: str | None,
    status: str | None,
    *,
    on: date,
    reference: Reference,
) -> Judgement:
    """Fails a system of which it is not known what it does.

    What it checks
        Each system that is not retired realises at least one capability: by a column that says so, by its product, or
        by its system type.
    Why it matters
        A system without a capability is on no capability map, so a gap is drawn where there is none, and a duplicate
        is not seen.
    How to fix it
        State the capability or a system type that the crosswalk knows, or record the product's capabilities with
        eamap decide.
    Known limits
        A capability that was worked out from a product or a type counts as known here, although it may be wrong; the
        route is kept with the link. A withheld system type makes the answer unknown.
    References
        The capability model and the crosswalk of system types that eamap data shows.
    """
    del on, reference
    if status == "retired":
        return not_applicable("the system is retired")
    if capabilities:
        return passes(f"{capabilities} {'capability is' if capabilities == 1 else 'capabilities are'} known")
    said = (
        f"its type {system_type!r} leads to no capability"
        if system_type
        else "neither capability nor system type is stated"
    )
    return missing(
        "system_type",
        reason,
        f"it is not known what it does: {said}",
        "state a capability, or a system type of the crosswalk",
    )
