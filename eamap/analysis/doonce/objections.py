"""What speaks against doing it once: six counter-conditions, from 0 (no objection) to 1, two of which are gates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from eamap.analysis.doonce.assessment import NO, POSSIBLE, YES, Interval
from eamap.analysis.doonce.case import Case
from eamap.analysis.doonce.parts import clipped, share, spanned
from eamap.analysis.market.arrangements import coded
from eamap.analysis.market.holdings import supplied
from eamap.analysis.market.variety import hhi

if TYPE_CHECKING:
    import polars as pl

_OUTSIDE = ("social_care", "citizen")
"""Whom a hand-off is coupled to locally."""


@dataclass(frozen=True, slots=True)
class Objections:
    """K1 to K6, the intervals of the two that are gates, their mean R, and the gates."""

    K: Mapping[str, float | None]
    K3: Interval
    K4: Interval
    R: float | None
    gates: Mapping[str, str]


def objections(case: Case, omega: float | None) -> Objections:
    """Returns the counter-conditions of a case."""
    method = case.facts.method
    locked, market = _lock_in(case), _market(case)
    outside = case.handoffs.filter(_to_the_outside()).height
    found = {
        "K1": omega,
        "K2": _maturity(case),
        "K3": locked.point,
        "K4": market.point,
        "K5": method.named("pace.").get(case.capability.pace_layer),
        "K6": share(outside, case.handoffs.height),
    }
    known = [value for value in found.values() if value is not None]
    gates = {
        "run_once_barred": gate(locked, method["gate.run_once"]),
        "single_supplier_barred": gate(market, method["gate.single_supplier"]),
    }
    return Objections(found, locked, market, sum(known) / len(known) if known else None, gates)


def gate(interval: Interval, line: float) -> str:
    """Returns yes if a whole interval is above a line, no if none of it is, else possible."""
    if interval.lo > line:
        return YES
    return POSSIBLE if interval.hi > line else NO


def _to_the_outside() -> pl.Expr:
    import polars as pl

    return pl.any_horizontal(pl.col(name).is_in(_OUTSIDE).fill_null(value=False) for name in ("from_role", "to_role"))


def _maturity(case: Case) -> float | None:
    """Returns K2: how far maturity is spread, between percentiles by linear interpolation; missing for fewer than two."""
    method, scores = case.facts.method, case.measured("maturity")["value"].to_numpy().astype(float)
    if scores.size < 2:
        return None
    low, high = np.percentile(scores, [method["maturity.low"], method["maturity.high"]])
    return clipped(float(high - low) / method["maturity.span"])


def _lock_in(case: Case) -> Interval:
    """Returns K3: half long contracts, half suites; what is not known may be either."""
    weights = case.facts.method.named("lockin.")
    T, E = _long(case.tables.contracts), _suites(case)
    points = {"T": T.point if T else None, "E": E.point if E else None}
    ends = {name: (each.lo, each.hi) for name, each in (("T", T), ("E", E)) if each}
    return spanned({name: weights[name] for name in points}, points, ends)


def _long(table: pl.DataFrame) -> Interval | None:
    """Returns T: the share of long contracts by spend, by count where a cost is missing."""
    import polars as pl

    if not table.height:
        return None
    sized = table.with_columns(size=pl.lit(1.0) if table["cost"].null_count() else pl.col("cost"))
    long, known, total = (
        float(sized.filter(kept)["size"].sum())
        for kept in (pl.col("long").fill_null(value=False), pl.col("long").is_not_null(), pl.lit(value=True))
    )
    if not total:
        return None
    return Interval(long / total, share(long, known), (long + total - known) / total)


def _suites(case: Case) -> Interval | None:
    """Returns E: how many leaves the largest suite of each organisation serves; leaves that a suite only may have, at most."""
    import polars as pl

    full = case.facts.method["lockin.leaves"]
    largest = case.tables.live.filter(pl.col("product").is_not_null()).join(case.facts.suites, on="system").group_by("body").agg(
        pl.col("leaves", "most").max()
    )  # fmt: skip
    if not largest.height:
        return None
    sure, most = ((largest[name].cast(pl.Float64) - 1) / (full - 1) for name in ("leaves", "most"))
    lo, hi = (float(np.minimum(1.0, each.to_numpy()).mean()) for each in (sure, most))
    return Interval(lo, lo, hi)


def _market(case: Case) -> Interval:
    """Returns K4: how concentrated suppliers are; those not known may all be the largest, or all different."""
    method = case.facts.method
    known, unknown = _supplied(case)
    if not known.size:
        return Interval(0.0, None, 1.0)
    alike = known.copy()
    alike[alike.argmax()] += unknown
    whole = np.ones(int(unknown)) if unknown >= 1 else np.zeros(0)
    different = np.concatenate([known, whole, [unknown - whole.size]])
    lo, point, hi = (
        clipped((hhi(weights) - method["market.floor"]) / method["market.span"])
        for weights in (different, known, alike)
    )
    return Interval(lo, point, hi)


def _supplied(case: Case) -> tuple[np.ndarray, float]:
    """Returns the weight of each supplier, each in-house system being its own, and the weight whose supplier is not known."""
    told = supplied(case.shares)
    weights = np.bincount(coded(told["supplier"]), told["weight"].to_numpy()) if told.height else np.zeros(0)
    return weights, float(case.n - weights.sum()) + case.unknown if told.height else float(case.n + case.unknown)
