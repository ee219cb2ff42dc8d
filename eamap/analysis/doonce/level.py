"""The lowest level that is enough: what share of the value each level can reach, and how converged ICSs really are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from eamap.analysis.doonce.assessment import LEVELS, Interval
from eamap.analysis.doonce.case import Case
from eamap.analysis.doonce.interoperability import stayed
from eamap.analysis.doonce.parts import share
from eamap.analysis.market.arrangements import NO_UNIT, Orders, coded, converged
from eamap.reference.doonce import CONDITIONS

if TYPE_CHECKING:
    import polars as pl

_UNITS = {"ICS": "icb", "region": "region"}
Phi = Mapping[str, Mapping[str, float | None]]


@dataclass(frozen=True, slots=True)
class Convergence:
    """Where the variety lies, as shares of H(P), and what chance alone would leave inside ICSs."""

    within_ics: float | None = None
    between_region: float | None = None
    between_ics_in_region: float | None = None
    H_ics: float | None = None
    H_ics_permuted: float | None = None
    index: float | None = None
    unplaced: int = 0
    """Organisations that have something and lie in no known ICS or region: they are in none of these figures"""


def convergence(case: Case, orders: Orders) -> Convergence:
    """Returns where the variety lies; ``orders`` gives the orders in which n organisations are dealt to ICSs anew."""
    ics, region = case.units("ICS"), case.units("region")
    by_ics, both = ics != NO_UNIT, (ics != NO_UNIT) & (region != NO_UNIT)
    unplaced = int((~both).sum())
    products, nearer = case.arranged.only(by_ics), case.arranged.only(both)
    if not products.entropy:
        return Convergence(unplaced=unplaced)
    found, H = converged(products, ics[by_ics], orders), nearer.entropy
    above = nearer.within(region[both])
    between = above - nearer.within(ics[both])
    return Convergence(
        found.inside / products.entropy,
        share(H - above, H),
        share(between, H),
        found.inside,
        found.by_chance,
        found.index,
        unplaced,
    )


def reach(case: Case, where: Convergence) -> dict[str, dict[str, float | None]]:
    """Returns phi by level and condition: the share of the value that acting at a level reaches; a higher level reaches no less."""
    by_condition = {"A": _contracts(case), "B": _handoffs(case), "N": _experts(case), "V": _variety(where)}
    raised = {name: _never_falling(values) for name, values in by_condition.items()}
    return {level: {name: raised[name][place] for name in CONDITIONS} for place, level in enumerate(LEVELS)}


def _never_falling(values: list[float | None]) -> list[float | None]:
    known = [value for value in values if value is not None]
    return list(np.maximum.accumulate(known).tolist()) if len(known) == len(values) else values


def _contracts(case: Case) -> list[float | None]:
    table = case.tables.contracts
    if not table.height:
        return [None] * len(LEVELS)
    every = _joinable(table, [])
    if not every:
        return [None] * len(LEVELS)
    return [0.0, *(_joinable(table, [unit]) / every for unit in _UNITS.values()), 1.0]


def _joinable(table: pl.DataFrame, units: list[str]) -> float:
    """Returns how many contracts fewer there were if each supplier had one in each unit; those of no one unit stay."""
    inside = table.drop_nulls(units) if units else table
    return float(inside.height - inside.select("supplier", *units).n_unique()) if inside.height else 0.0


def _handoffs(case: Case) -> list[float | None]:
    default = case.facts.method.named("inside.")
    inside = {level: stayed(case, level) for level in _UNITS}
    # One flow alone is not both: shares are observed at every level, or the default at every level.
    told = inside if None not in inside.values() else default
    return [0.0, *(told[level] for level in _UNITS), 1.0]


def by_default(case: Case) -> bool:
    """Whether the reach of condition B is that of all pathways, for want of flows."""
    return any(stayed(case, level) is None for level in _UNITS)


def _experts(case: Case) -> list[float | None]:
    """Returns the share of organisations whose unit holds a place of expertise; missing where no staff is known."""
    import polars as pl

    staff = case.measured("staff")
    if not staff.height:
        return [None] * len(LEVELS)
    expert = staff.filter(pl.col("value") >= case.facts.method["expert_fte"])["body"]
    bodies = case.answers.with_columns(expert=pl.col("body").is_in(expert.implode()))
    alone = share(float(bodies["expert"].sum()), bodies.height)
    found = []
    for unit in _UNITS.values():
        placed = bodies.drop_nulls(unit)
        found.append(share(float(placed.select(pl.col("expert").any().over(unit)).sum().item()), placed.height))
    return [alone, *found, 1.0 if expert.len() else 0.0]


def _variety(where: Convergence) -> list[float | None]:
    if where.within_ics is None or where.between_region is None:
        return [None] * len(LEVELS)
    return [0.0, where.within_ics, 1 - where.between_region, 1.0]


@dataclass(frozen=True, slots=True)
class Capture:
    """The share of the do-once value that each level captures, the conditions it rests on, and the lowest that is enough."""

    curve: Mapping[str, float | None]
    conditions: tuple[str, ...]
    level: str | None


def capture(conditions: Mapping[str, Interval], phi: Phi, weights: Mapping[str, float], threshold: float) -> Capture:
    """Returns the capture curve over the conditions with a point and a reach at every level."""
    used = tuple(name for name in CONDITIONS if conditions[name].point is not None and reached(phi, name))
    value = {name: weights[name] * (conditions[name].point or 0.0) for name in used}
    total = sum(value.values())
    curve = {
        level: sum(value[name] * (phi[level][name] or 0.0) for name in used) / total if total else None
        for level in LEVELS
    }
    enough = (level for level in LEVELS if (curve[level] or 0.0) >= threshold)
    return Capture(curve, used, next(enough, None))


def reached(phi: Phi, condition: str) -> bool:
    """Whether the reach of a condition is known at every level."""
    return all(phi[level][condition] is not None for level in LEVELS)


def within_other(case: Case) -> float | None:
    """Returns the share of variety inside ICSs under the other boundaries; None without other boundaries."""
    other = case.facts.other_units
    if other is None or not case.n:
        return None
    placed = case.having.select("body").join(other, on="body", how="left", maintain_order="left")["icb"]
    group = coded(placed)
    known = group != NO_UNIT
    products = case.arranged.only(known)
    return products.within(group[known]) / products.entropy if known.any() and products.entropy else None
