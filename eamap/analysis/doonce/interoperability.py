"""Condition B, interoperability across ICSs: how much is handed over, how far, and whether it works."""

from __future__ import annotations

from dataclasses import dataclass

from eamap.analysis.doonce.assessment import Interval
from eamap.analysis.doonce.case import Case
from eamap.analysis.doonce.parts import clipped, share, weighted


@dataclass(frozen=True, slots=True)
class Interoperability:
    """Condition B with its parts."""

    B1: float | None
    B2: float | None
    B3: float | None
    condition: Interval
    x_cross: float | None
    """Share of the hand-off volume that crosses an ICS boundary"""
    by_default: bool
    """Whether that share is the default of the steps, for want of flows"""
    assessed: int
    conformant: int


def interoperability(case: Case) -> Interoperability:
    """Returns condition B."""
    method, steps = case.facts.method, case.tables.steps
    crossing = crossed(case)
    x_cross = crossing if crossing is not None else _default(case)
    tested, well = case.interfaces.height, int(case.interfaces["conformant"].sum())
    conforming = share(well, tested)
    parts = {
        "B1": share(case.handoffs.height, steps.height),
        "B2": None if x_cross is None else clipped(x_cross / method["x_ref"]),
        "B3": None if conforming is None else 1 - conforming,
    }
    default = crossing is None and x_cross is not None
    return Interoperability(**parts, condition=weighted(method.parts("B"), parts), x_cross=x_cross, by_default=default,
                            assessed=tested, conformant=well)  # fmt: skip


def crossed(case: Case) -> float | None:
    """Returns the share of observed volume that crosses an ICS boundary; None without flows whose ends are known to lie in one."""
    inside = stayed(case, "ICS")
    return None if inside is None else 1 - inside


def stayed(case: Case, level: str) -> float | None:
    """Returns the share of observed volume that stays inside one unit of a level (ICS, region)."""
    import polars as pl

    placed = case.flows.filter(pl.col(level).is_not_null())
    return share(float(placed.filter(pl.col(level))["volume"].sum()), float(placed["volume"].sum()))


def _default(case: Case) -> float | None:
    """Returns the mean of what is typical of the hand-off steps that say it."""
    told = case.facts.method.named("crossing.")
    typical = [told[each] for each in case.handoffs["crossing"].drop_nulls().to_list() if each in told]
    return sum(typical) / len(typical) if typical else None
