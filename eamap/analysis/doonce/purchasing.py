"""Condition A, purchasing power: what one buyer could do for many, and whether these pay different prices.

Formulae: design of the method, section 5.3 (see docs/doonce.md). In-house software has no contract.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from eamap.analysis.doonce.assessment import Interval
from eamap.analysis.doonce.case import Case
from eamap.analysis.doonce.parts import share, weighted
from eamap.analysis.market.arrangements import coded

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Purchasing:
    """Condition A with its parts; money in pounds a year."""

    A1: float | None
    A2: float | None
    A3: float | None
    condition: Interval
    overpay: float | None
    spend: float | None
    """None where a contract has no cost"""
    assumed: int
    """How many contracts are assumed"""
    contracts: int


def purchasing(case: Case, half: float | None) -> Purchasing:
    """Returns condition A; ``half`` is the spend at which materiality is a half, None where it is not known."""
    table, method = case.tables.contracts, case.facts.method
    spend = spending(table)
    headroom = _headroom(table)
    overpay, priced = _dispersion(table, method.count("priced_contracts"))
    parts = {
        "A1": headroom,
        "A2": share(overpay, priced),
        "A3": None if spend is None or not half else share(spend, spend + half),
    }
    assumed = table["contract"].null_count()
    told = overpay if priced else None
    return Purchasing(**parts, condition=weighted(method.parts("A"), parts), overpay=told, spend=spend, assumed=assumed,
                      contracts=table.height)  # fmt: skip


def spending(table: pl.DataFrame) -> float | None:
    """Returns what contracts cost a year, None where there is none or one has no cost."""
    return None if not table.height or table["cost"].null_count() else float(table["cost"].sum())


def _headroom(table: pl.DataFrame) -> float | None:
    """Returns A1: the share of spend that would move if each supplier had one contract; by count where a cost is missing.

    By count too where all cost nothing: a spend of nothing has no shares, and losing such a cost may not tell more.
    """
    if not table.height:
        return None
    supplier = coded(table["supplier"])
    count = np.bincount(supplier)
    size = np.bincount(supplier, table["cost"].to_numpy()) if spending(table) else count
    return share(float((size * (1 - 1 / count)).sum()), float(size.sum()))


def _dispersion(table: pl.DataFrame, least: int) -> tuple[float, float]:
    """Returns what is paid above the median price of each product, and all that is paid for products with enough prices."""
    import polars as pl

    priced = table.filter((pl.col("volume") > 0) & pl.col("cost").is_not_null() & pl.col("driver").is_not_null())
    group = ["product", "driver"]
    enough = priced.filter(pl.len().over(group) >= least).with_columns(
        median=(pl.col("cost") / pl.col("volume")).median().over(group)
    )
    above = (pl.col("cost") - pl.col("median") * pl.col("volume")).clip(lower_bound=0)
    overpay, paid = enough.select(above.sum(), paid=pl.col("cost").sum()).row(0)
    return float(overpay), float(paid)
