"""One row of the match table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eamap.matching.lifecycle.naming import SUPPLEMENT
from eamap.matching.lifecycle.verdict import Verdict

COLUMNS = ("text", "outcome", "product", "cycle", "candidates", "eol_best", "eol_worst", "extended_end", "missing", "inferred",
           "supplement_product", "supplement_cycle", "supplement_end", "rule", "tokens", "confidence", "snapshot")  # fmt: skip
"""The columns of the match table, all of text."""


@dataclass(frozen=True, slots=True)
class LifecycleMatch:
    """What one component text means; see docs/lifecycle.md for the outcomes and for which columns each of them fills."""

    text: str
    outcome: str
    rule: str
    snapshot: str
    product: str | None = None
    cycle: str | None = None
    candidates: str | None = None
    eol_best: str | None = None
    eol_worst: str | None = None
    extended_end: str | None = None
    missing: str | None = None
    inferred: str | None = None
    supplement_product: str | None = None
    supplement_cycle: str | None = None
    supplement_end: str | None = None
    tokens: str = ""
    confidence: str = "low"

    def as_row(self) -> list[str | None]:
        """Returns the values in the order of ``COLUMNS``."""
        return [getattr(self, name) for name in COLUMNS]


def unanswered(text: str, snapshot: str, rule: str, *, outcome: str = "unmatched") -> LifecycleMatch:
    """Returns the row of a text that names no known product."""
    return LifecycleMatch(text, outcome, rule, snapshot, confidence="high" if rule.startswith("stop/") else "low")


def answered(
    text: str, snapshot: str, verdicts: Sequence[Verdict], told: Sequence[str], *, rule: str
) -> LifecycleMatch:
    """Returns the row of a text that means something for one product or several."""
    said = " | ".join(told)
    first = verdicts[0]
    if len({verdict.product for verdict in verdicts}) > 1 or first.ambiguous:
        return _ambiguous(text, snapshot, verdicts, said, rule)
    if first.product.startswith(SUPPLEMENT):
        return _supplement(text, snapshot, first, said, rule)
    if not first.cycles:
        return LifecycleMatch(
            text,
            "uncovered_cycle",
            rule,
            snapshot,
            first.product,
            inferred=first.inferred or None,
            tokens=said,
            confidence="medium",
        )
    best, worst, extended = first.ends
    one = first.cycles[0].cycle if len(first.cycles) == 1 else None
    return LifecycleMatch(
        text, "exact" if one else "family", rule, snapshot, first.product, one,
        None if one else first.candidates,
        best, worst, extended, missing=None if one else first.missing, tokens=said, confidence=_confidence(first, said),
    )  # fmt: skip


def _confidence(verdict: Verdict, said: str) -> str:
    if not verdict.sure:
        return "low" if verdict.rule == "no-version" else "medium"
    return "medium" if "passed-over=" in said else "high"


def _ambiguous(text: str, snapshot: str, verdicts: Sequence[Verdict], said: str, rule: str) -> LifecycleMatch:
    own = [verdict for verdict in verdicts if not verdict.product.startswith(SUPPLEMENT)]
    candidates = "|".join(verdict.candidates for verdict in own if verdict.cycles)
    return LifecycleMatch(text, "ambiguous", rule, snapshot, candidates=candidates or None, tokens=said)


def _supplement(text: str, snapshot: str, verdict: Verdict, said: str, rule: str) -> LifecycleMatch:
    cycles = {cycle.cycle: cycle.eol for cycle in verdict.cycles}
    only = verdict.rule != "no-version" or len(cycles) == 1
    one = next(iter(cycles)) if len(cycles) == 1 and only else None
    return LifecycleMatch(
        text, "uncovered_product", f"supplement/{rule}", snapshot,
        supplement_product=verdict.product.removeprefix(SUPPLEMENT), supplement_cycle=one or None,
        supplement_end=cycles[one] if one is not None else None, tokens=said, confidence="medium",
    )  # fmt: skip
