"""A figure made of weighted parts, some of which may be missing: a missing part is missing, never 0."""

from __future__ import annotations

from collections.abc import Mapping

from eamap.analysis.doonce.assessment import Interval


def weighted(weights: Mapping[str, float], parts: Mapping[str, float | None]) -> Interval:
    """Returns the weighted mean of parts in [0, 1].

    The point is over the parts that are known, their weights brought to 1; the ends have each missing part at 0 and at 1
    under the original weights. With no part known there is no point and the interval is [0, 1].
    """
    return spanned(weights, parts, {name: (value, value) for name, value in parts.items() if value is not None})


def spanned(
    weights: Mapping[str, float], parts: Mapping[str, float | None], ends: Mapping[str, tuple[float, float]]
) -> Interval:
    """Returns the same where parts have intervals of their own; one without any may be all from 0 to 1."""
    total = sum(weights.values()) or 1.0
    known = {name: weight for name, weight in weights.items() if parts.get(name) is not None and weight}
    point = (
        sum(weight * (parts[name] or 0.0) for name, weight in known.items()) / sum(known.values()) if known else None
    )
    lo = sum(weight * ends.get(name, (0.0, 1.0))[0] for name, weight in weights.items()) / total
    hi = sum(weight * ends.get(name, (0.0, 1.0))[1] for name, weight in weights.items()) / total
    return Interval(lo, point, hi)


def share(part: float, whole: float) -> float | None:
    """Returns part of whole, or None where there is no whole: 0/0 is missing."""
    return part / whole if whole else None


def clipped(value: float) -> float:
    """Returns a value brought into [0, 1]."""
    return min(1.0, max(0.0, value))
