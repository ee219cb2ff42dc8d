"""How far the answer hangs on weights: random weightings of all conditions, and the smallest single change that flips it.

The draws are those of stochastic multicriteria acceptability analysis: weights uniform over all that add up to 1
(Dirichlet(1, ..., 1)), each condition uniform in its interval.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from eamap.analysis.doonce.assessment import LEANING, LEVELS, NO_LEVEL, OPEN, ROBUST, Flip, Interval
from eamap.analysis.doonce.level import Capture, Phi, reached
from eamap.reference.doonce import CONDITIONS, Method

_EXTRA = ("K3", "N3")
"""What else is drawn: lock-in within its interval, and whether there is a national service where nobody knows."""


@dataclass(frozen=True)
class Draws:
    """Draws in [0, 1], made once for all capabilities: exponentials to make weights of, and uniforms."""

    exponential: np.ndarray
    uniform: Mapping[str, np.ndarray]

    @classmethod
    def of(cls, method: Method, seed: int) -> Draws:
        """Returns the draws of a seed."""
        dice = np.random.default_rng(seed)
        many = method.count("weight_draws")
        exponential = dice.standard_exponential((many, len(CONDITIONS)))
        return cls(exponential, {name: dice.random(many) for name in (*CONDITIONS, *_EXTRA)})

    def within(self, name: str, interval: Interval) -> np.ndarray:
        """Returns draws in an interval."""
        found: np.ndarray = interval.lo + self.uniform[name] * (interval.hi - interval.lo)
        return found


def acceptability(conditions: Mapping[str, Interval], phi: Phi, draws: Draws, threshold: float) -> dict[str, float]:
    """Returns the share of the draws that gives each level, and none; over every condition whose reach is known."""
    used = [name for name in CONDITIONS if reached(phi, name)]
    many = len(draws.exponential)
    if not used:
        return dict.fromkeys(LEVELS, 0.0) | {NO_LEVEL: 1.0}
    # Exponentials brought to 1 are Dirichlet(1, ..., 1); the capture is a ratio, so they need not be.
    value = draws.exponential[:, [CONDITIONS.index(name) for name in used]] * np.column_stack(
        [draws.within(name, conditions[name]) for name in used]
    )
    reaches = np.array([[phi[level][name] for name in used] for level in LEVELS], dtype=float)
    total = value.sum(axis=1)
    enough = (value @ reaches.T >= threshold * total[:, None]) & (total[:, None] > 0)
    first = np.where(enough.any(axis=1), enough.argmax(axis=1), len(LEVELS))
    counts = np.bincount(first, minlength=len(LEVELS) + 1)
    return {name: float(n) / many for name, n in zip((*LEVELS, NO_LEVEL), counts, strict=True)}


def standing(share: float, method: Method) -> str:
    """Returns robust, leaning or open for a share of the draws."""
    if share >= method["robust"]:
        return ROBUST
    return LEANING if share >= method["leaning"] else OPEN


def smallest_flip(
    conditions: Mapping[str, Interval], phi: Phi, weights: Mapping[str, float], threshold: float, found: Capture
) -> Flip | None:
    """Returns the smallest change of one weight, the others kept in proportion, that gives another level; None if none does.

    The capture of a level crosses the threshold where a linear function of the weight is 0, so each crossing is solved for.
    """
    flips = []
    total = sum(weights[name] for name in found.conditions)
    used = {name: weights[name] / total for name in found.conditions} if total else {}
    for name, weight in used.items():
        for level in LEVELS:
            to = _crossing(name, level, conditions, phi, used, threshold)
            if to is None:
                continue
            past = _level_at(name, to, conditions, phi, used, threshold)
            if past != found.level:
                flips.append((abs(to - weight), name, to, past or NO_LEVEL))
    if not flips:
        return None
    _, name, to, level = min(flips)
    return Flip(name, used[name], to, level)


def _crossing(
    name: str, level: str, conditions: Mapping[str, Interval], phi: Phi, used: Mapping[str, float], threshold: float
) -> float | None:
    """Returns the weight of a condition, as a share of all, at which a level captures just the threshold."""
    gain = {each: (conditions[each].point or 0.0) * ((phi[level][each] or 0.0) - threshold) for each in used}
    others = sum(used[each] * gain[each] for each in used if each != name)
    rest = 1 - used[name]
    # w * gain + (1 - w) * others / rest = 0
    if rest <= 0 or gain[name] == others / rest:
        return None
    to = -(others / rest) / (gain[name] - others / rest)
    return to if 0 <= to <= 1 else None


_BEYOND = 1e-9


def _level_at(
    name: str,
    to: float,
    conditions: Mapping[str, Interval],
    phi: Phi,
    used: Mapping[str, float],
    threshold: float,
) -> str | None:
    """Returns the level just beyond a crossing, seen from the weight as it is."""
    from eamap.analysis.doonce.level import capture

    further = min(1.0, max(0.0, to + (_BEYOND if to >= used[name] else -_BEYOND)))
    rest = 1 - used[name]
    changed = {each: further if each == name else used[each] * (1 - further) / rest for each in used}
    every = dict.fromkeys(CONDITIONS, 0.0) | changed
    held = {each: conditions[each] if each in used else Interval(0.0, None, 1.0) for each in CONDITIONS}
    return capture(held, phi, every, threshold).level
