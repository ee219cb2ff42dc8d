"""What would change the answer: what is not known, the widest first, and what knowing it could move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.analysis.doonce.assessment import POSSIBLE, Change, Interval
from eamap.analysis.doonce.case import Case
from eamap.analysis.market.live import ABSENT, LIVE

if TYPE_CHECKING:
    from collections.abc import Mapping

_WANTED = {
    "A1": "contracts for the live products",
    "A2": "cost and driver (users, beds, tests, list size) of at least three contracts of one product",
    "A3": "the yearly cost of every contract, and a spend to measure it against",
    "B1": "steps of care pathways that need the capability",
    "B2": "volumes handed over, or steps with what is typical of them",
    "B3": "interfaces on the hand-offs that somebody tested",
    "N1": "how many staff of each organisation can run or improve it",
    "N2": "staff of at least two organisations",
    "N3": "what is national for it today",
    "V1": "products of at least two organisations",
}


def changes(
    case: Case,
    parts: Mapping[str, float | None],
    conditions: Mapping[str, Interval],
    gates: Mapping[str, str],
    defaults: Mapping[str, bool],
) -> tuple[Change, ...]:
    """Returns what is missing, with the width of the interval of D that rests on it, the widest first."""
    method = case.facts.method
    found = [_unanswered(case, conditions["V"], method.weights["V"])]
    for condition, weight in method.weights.items():
        inner = method.parts(condition) or {f"{condition}1": 1.0}
        total = sum(inner.values())
        found += [
            Change(_WANTED[name], f"{name}, and with it condition {condition}", weight * own / total)
            for name, own in inner.items()
            if parts.get(name) is None
        ]
    found += [
        Change(words, f"the gate {name.replace('_', ' ')}", 0.0)
        for name, words in _GATES.items()
        if gates[name] == POSSIBLE
    ]
    found += [Change(words, moves, 0.0) for name, (words, moves) in _DEFAULTS.items() if defaults[name]]
    told = [each for each in found if each is not None]
    return tuple(sorted(told, key=lambda each: (-each.width, each.what)))


_GATES = {
    "run_once_barred": "when contracts end, and which leaves each suite really serves",
    "single_supplier_barred": "the suppliers of the systems that name none",
}
_DEFAULTS = {
    "x_cross": ("volumes handed over, in place of what is typical of the steps", "B2"),
    "phi_B": ("volumes handed over, in place of those of all referral-to-treatment pathways", "the level"),
}


def _unanswered(case: Case, V: Interval, weight: float) -> Change | None:
    """Returns the organisations without an answer, by code."""
    import polars as pl

    without = case.answers.filter(~pl.col("answer").fill_null("").is_in([LIVE, ABSENT]))
    if not without.height:
        return None
    width = weight * (V.hi - V.lo) if case.n > 1 else 0.0
    return Change(
        "what these organisations have", "V1, coverage and confidence", width, tuple(without["code"].sort().to_list())
    )
