"""How far the figures can be trusted: confidence, whether the evidence suffices at all, and intervals by resampling."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from math import exp, prod
from typing import TYPE_CHECKING

import numpy as np

from eamap.analysis.doonce.assessment import Confidence
from eamap.analysis.doonce.case import Case
from eamap.analysis.doonce.parts import share
from eamap.analysis.market.arrangements import turns, x_log_x
from eamap.reference.doonce import Method

if TYPE_CHECKING:
    from eamap.model.citations import SourcePart

_DAYS_A_MONTH = 365.25 / 12


def confidence(case: Case, parts: Mapping[str, float | None], sources: Mapping[str, SourcePart]) -> Confidence:
    """Returns the geometric mean of coverage, completeness, freshness and provenance, of those that are known."""
    method = case.facts.method
    factors = {
        "coverage": share(case.known, case.answers.height),
        "completeness": _complete(parts, method),
        "freshness": _fresh(case, sources),
        "provenance": _provenance(case, sources),
    }
    known = [value for value in factors.values() if value is not None]
    value = prod(known) ** (1 / len(known)) if known else 0.0
    word = "high" if value >= method["confidence.high"] else "medium" if value >= method["confidence.medium"] else "low"
    return Confidence(value, word, factors)


def _complete(parts: Mapping[str, float | None], method: Method) -> float:
    """Returns the share of the weight of all indicators that is known; variation is one indicator."""
    held = 0.0
    for condition, weight in method.weights.items():
        inner = method.parts(condition) or {f"{condition}1": 1.0}
        held += weight * sum(own for name, own in inner.items() if parts.get(name) is not None) / sum(inner.values())
    return held


def _fresh(case: Case, sources: Mapping[str, SourcePart]) -> float | None:
    """Returns exp(-median age / 24 months) of the answers whose date is known; a date in the future has no age."""
    days = [(case.facts.on.as_of - found).days for name in _answering(case) if (found := _day(sources.get(name)))]
    if not days:
        return None
    months = max(0.0, float(np.median(days)) / _DAYS_A_MONTH)
    return exp(-months / case.facts.method["freshness.months"])


def _answering(case: Case) -> list[str]:
    """Returns the source of each answer."""
    return [*case.tables.live["source"].to_list(), *case.tables.told["source"].to_list()]


def _day(part: SourcePart | None) -> date | None:
    text = part.fact_date if part else ""
    try:
        return date.fromisoformat(text + "-01-01"[len(text) - 4 :] if 4 <= len(text) < 10 else text) if text else None
    except ValueError:
        return None


def _provenance(case: Case, sources: Mapping[str, SourcePart]) -> float | None:
    """Returns the mean trust in the answers; one whose capability is inferred is trusted no more than what is inferred."""
    trust = case.facts.method.named("provenance.")
    inferred = trust["inferred"]
    found = [
        min(trust.get(sources[name].provenance, inferred), 1.0 if stated else inferred)
        for name, stated in case.tables.live.select("source", "stated").iter_rows()
        if name in sources
    ]
    found += [
        trust.get(sources[name].provenance, inferred)
        for name in case.tables.told["source"].to_list()
        if name in sources
    ]
    return sum(found) / len(found) if found else None


def insufficient(case: Case, method: Method) -> str:
    """Returns why the evidence does not suffice to name a level; empty where it does."""
    applicable = case.answers.height
    regions = case.having["region"].drop_nulls().n_unique()
    known = share(case.known, applicable)
    told = [
        (
            known is None or known < method["least.coverage"],
            f"answers are known of {case.known} of {applicable} organisations",
        ),
        (
            case.n < method["least.organisations"],
            f"{case.n} with something live, {method.count('least.organisations')} are needed",
        ),
        (
            regions < method["least.regions"],
            f"they lie in {regions} region{'s' * (regions != 1)}, {method.count('least.regions')} are needed",
        ),
    ]
    return "; ".join(words for short, words in told if short)


def bootstrap(case: Case, draws: int, percent: float, seed: int) -> dict[str, tuple[float, float]]:
    """Returns intervals of entropy, n_eff and HHI over resamples of the organisations, each region keeping its number."""
    if case.n < 2:
        return {}
    dice, region = np.random.default_rng(seed), case.units("region")
    members = [np.flatnonzero(region == unit) for unit in np.unique(region)]
    size = max(case.owner.size, len(case.products))
    entropy, concentration = (
        np.concatenate(each)
        for each in zip(
            *(_resampled(case, members, len(range(draws)[turn]), dice) for turn in turns(draws, size)), strict=True
        )
    )
    ends = [(100 - percent) / 2, (100 + percent) / 2]
    figures = {"entropy": entropy, "n_eff": np.exp(entropy), "HHI": concentration}
    return {
        name: (float(low), float(high))
        for name, values in figures.items()
        for low, high in [np.percentile(values, ends)]
    }


def _resampled(
    case: Case, members: list[np.ndarray], draws: int, dice: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Returns entropy and HHI of some resamples, in each of which every region keeps its number of organisations."""
    kinds, turn = len(case.products), np.arange(draws)[:, None]
    drawn = np.empty((draws, case.n), dtype=np.int64)
    for mine in members:
        drawn[:, mine] = mine[dice.integers(0, mine.size, (draws, mine.size))]
    times = np.bincount((drawn + turn * case.n).ravel(), minlength=draws * case.n).reshape(draws, case.n)
    weights = times[:, case.owner] * case.weight
    cells = case.product + turn * kinds
    shares = np.bincount(cells.ravel(), weights.ravel(), minlength=draws * kinds).reshape(draws, kinds) / case.n
    return -x_log_x(shares).sum(axis=1), (shares**2).sum(axis=1)
