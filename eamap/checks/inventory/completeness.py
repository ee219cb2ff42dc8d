"""What the checks of completeness say where a fact is missing, withheld, or said not to exist."""

from __future__ import annotations

from eamap.checks.definition import Judgement, not_applicable, unknown
from eamap.checks.words import why_empty
from eamap.model.findings import Verdict


def missing(field: str, reason: str | None, message: str, fix: str) -> Judgement:
    """Returns the verdict of a fact that is not there: a fail only where no source says why."""
    if reason in ("absent", "not-applicable"):
        return not_applicable(why_empty(field, reason))
    if reason is not None:
        return unknown(why_empty(field, reason), fix=fix)
    return Judgement(Verdict.FAIL, message, fix=fix)
