"""What checks say about ends of support."""

from __future__ import annotations

from eamap.checks.definition import Judgement, not_applicable, unknown
from eamap.checks.reference import Support
from eamap.model.support import NONE_PUBLISHED, UNDATED_PAST, Status

STATE = "state product, version and edition in the inventory"


def beyond_judging(found: Support, system_status: str | None) -> Judgement | None:
    """Says what every check of support says about what cannot be judged; ``None`` where it can."""
    if system_status == "retired":
        return not_applicable("the system that ran on it is retired")
    if found.status is Status.NOT_SOFTWARE:
        return not_applicable("the text names no software that a vendor supports")
    why = _WHY_UNKNOWN.get(found.status)
    if why is None:
        return None
    message = why.format(label=found.label or "the product", between=between(found), missing=found.missing or "release")
    if found.outcome == "ambiguous":
        message = "not assessed: the text fits several products"
    return unknown(f"{message}{overridden(found)}", identity=found.identity, reference=found.row, fix=_fix(found))


_WHY_UNKNOWN = {
    Status.FAMILY_UNCERTAIN: "{label}: support ends {between}; the {missing} decides, and is not stated",
    Status.UNMATCHED: "not assessed: no product and release can be read from the text",
    Status.NOT_COVERED: "not assessed: no data holds when support of {label} ends",
    Status.NOT_IN_DATA: "not assessed: the data on {label} does not hold this release, so nothing says that it is supported",
}


def _fix(found: Support) -> str:
    if found.status is Status.FAMILY_UNCERTAIN:
        return f"state the {found.missing or 'release'} in the inventory"
    if found.status is Status.UNMATCHED:
        return STATE
    return "ask the supplier, and record the answer with its source: eamap decide override lifecycle:PRODUCT:CYCLE"


def between(found: Support) -> str:
    """Returns the end, or the earliest and the latest it can be: "on 2026-10-13"."""
    if found.ends_best == found.ends_worst:
        return ended(found.ends_best)
    return f"{ended(found.ends_worst)} at the earliest and {ended(found.ends_best)} at the latest"


def ended(end: str | None) -> str:
    """Returns an end as it stands behind "ended": "on 2023-10-10"."""
    if end == UNDATED_PAST:
        return "on a day that is not recorded"
    return "on no day that is published" if end in (None, NONE_PUBLISHED) else f"on {end}"


def overridden(found: Support) -> str:
    """Says who changed an end and why; empty where nobody did."""
    return f"; {found.override}" if found.override else ""
