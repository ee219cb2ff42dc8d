"""INV004: two sources say different things about one system."""

from __future__ import annotations

from datetime import date

from eamap.checks.definition import Judgement, check, not_applicable, passes
from eamap.checks.reference import Reference
from eamap.checks.words import field_words
from eamap.model.findings import Severity, Verdict


@check(
    id="INV004",
    name="sources-disagree",
    subject="system",
    optional=("conflict:field", "conflict:used", "conflict:used_source", "conflict:others", "conflict:why"),
    family="inventory",
    severity=Severity.MEDIUM,
    audience=("inventory",),
)
def sources_disagree(
    field: str | None,
    used: str | None,
    used_source: str | None,
    others: str | None,
    why: str | None,
    *,
    on: date,
    reference: Reference,
) -> Judgement:
    """Fails a field of a system for which sources state different values.

    What it checks
        Each field of a system that more than one row attests: all values agree, letter case and spaces aside. A date
        that is only less precise agrees. One finding a field; the message names both values and their sources, which
        one is used, and why.
    Why it matters
        One of the sources is wrong, and whoever works from it acts on it. Which value is used decides every map and
        count.
    How to fix it
        Find out which is right and correct the other source, or record the answer with eamap decide.
    Known limits
        Notes and descriptions add up and are not compared. Two spellings of one product or supplier count as a
        disagreement until an alias makes them one. The value that is used is the better attested, which may still be
        the wrong one.
    References
        The order of precedence in the documentation: a decision, then the kind of source, then the later date, then
        the name of the source.
    """
    del on, reference
    if field is None:
        return not_applicable("no field is attested by more than one row")
    name = field_words(field)
    if others is None:
        return passes(f"all sources agree on {name}")
    message = f"sources disagree on {name}: {used!r} ({used_source}) is used, against {others}, because {why}"
    return Judgement(
        Verdict.FAIL,
        message,
        field,
        fix="correct the source that is wrong, or record the right value with eamap decide",
    )
