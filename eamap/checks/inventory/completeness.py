"""What the checks of completeness say where a fact is missing, withheld, or said not to exist."""

from __future__ import annotations

from eamap.checks.definition import Judgement, not_applicable, unknown
from eamap.checks.words import why_empty
from eamap.model.findings import Verdict


def missing(field: str, reason: str | None, message: str, fix: str) -> Judgement:
    """Returns the verdict of a fact that is not there: no fail where a source says that there is none, or withholds it.

    A source that says "unknown" has not answered: the fact is missing from the inventory all the same.
    """
    if reason in ("absent", "not-applicable"):
        return not_applicable(why_empty(field, reason))
    if reason == "withheld":
        return unknown(why_empty(field, reason), fix=fix)
    if reason is not None:
        message = f"{message}: {why_empty(field, reason)}"
    return Judgement(Verdict.FAIL, message, fix=fix)
