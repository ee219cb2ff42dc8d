"""Condition V, unwarranted variation: how varied products are beyond what legitimate differences explain.

Variety of products is a proxy for variety of process; where the estate holds variants of the process they count as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import numpy as np

from eamap.analysis.doonce.assessment import Interval
from eamap.analysis.doonce.case import Case
from eamap.analysis.doonce.parts import clipped
from eamap.analysis.market.arrangements import coded
from eamap.analysis.market.variety import miller_madow, shannon

LEAST = 2
"""Organisations from which there can be variation."""


@dataclass(frozen=True, slots=True)
class Variation:
    """Condition V with its parts; entropies in nats."""

    V1: float | None
    V2: float | None
    """V2u, of process variants"""
    omega: float | None
    """The share of the variety that declared strata explain beyond chance"""
    I_observed: float | None
    I_permuted: float | None
    strata: int
    condition: Interval


def variation(case: Case, order: np.ndarray, omega: float | None = None) -> Variation:
    """Returns condition V; ``order`` deals the strata anew, ``omega`` holds the warranted share where it is given."""
    found = _warranted(case, order)
    held = omega if omega is not None else found[0]
    variants = _of_variants(case, held or 0.0)
    V1 = normed(case.totals, case.n)
    if V1 is None:
        return Variation(None, variants, *found, _mean(Interval(0.0, None, 1.0), variants))
    lo, hi = _ends(case)
    scale = 1 - (held or 0.0)
    own = Interval(lo * scale, V1 * scale, hi * scale)
    return Variation(V1, variants, held, *found[1:], _mean(own, variants))


def normed(totals: np.ndarray, n: int) -> float | None:
    """Returns V1: the entropy of products, corrected for a small sample, as a share of ln n; missing for one organisation.

    ln n and not ln k: an even split between two products is not the most varied that n organisations can be.
    """
    if n < LEAST:
        return None
    kinds = int((totals > 0).sum())
    # One product for all has no variety; the correction is of an entropy, and there is none.
    return miller_madow(max(0.0, shannon(totals)), kinds, n) / log(n)


def _ends(case: Case) -> tuple[float, float]:
    """Returns V1 if those without answer all had the commonest product, and if all had different ones."""
    alike = case.totals.copy()
    alike[alike.argmax()] += case.unknown
    different = np.concatenate([case.totals, np.ones(case.unknown)])
    n = case.n + case.unknown
    return normed(alike, n) or 0.0, normed(different, n) or 0.0


def _warranted(case: Case, order: np.ndarray) -> tuple[float | None, float | None, float | None, int]:
    """Returns omega, I(P; Z), what chance alone gives of it, and how many strata there are."""
    strata = case.strata
    many = int(np.unique(strata).size) if case.n else 0
    if case.n < LEAST:
        return None, None, None, many
    products = case.arranged
    if many < LEAST:
        return 0.0, 0.0, 0.0, many
    group = strata - strata.min()
    observed = products.entropy - products.within(group)
    chance = products.entropy - float(products.by_chance(group, order).mean())
    warranted = clipped((observed - chance) / products.entropy) if products.entropy else 0.0
    return warranted, observed, chance, many


def _of_variants(case: Case, omega: float) -> float | None:
    """Returns V2u of the process variants that organisations stated; missing where fewer than two did."""
    values = case.measured("variant")["value"]
    if values.len() < LEAST:
        return None
    value = normed(np.bincount(coded(values)).astype(float), values.len())
    return None if value is None else value * (1 - omega)


def _mean(own: Interval, variants: float | None) -> Interval:
    """Returns the mean of the two, where there are two."""
    if variants is None:
        return own
    point = variants if own.point is None else (own.point + variants) / 2
    return Interval((own.lo + variants) / 2, point, (own.hi + variants) / 2)
