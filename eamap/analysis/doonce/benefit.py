"""What doing it once may be worth a year, in pounds: a range for each line, with who pays and who gains.

A line whose driver nobody gave is not estimated, which is not zero; a benefit may be nothing, so the low end of every
saving is that none is realised.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.analysis.doonce.assessment import Benefit
from eamap.analysis.doonce.case import Case

if TYPE_CHECKING:
    from collections.abc import Mapping

LOCAL = "organisations"
_RATES = ("low", "central", "high")
_UNITS = {"ICS": ["icb"], "region": ["region"], "nation": []}


def benefits(case: Case, level: str | None, overpay: float | None, interfaces: int) -> tuple[Benefit, ...]:
    """Returns the lines: price, contracts, interfaces, legacy, and what switching costs (a cost is negative)."""
    payer = level if level in _UNITS else "level not settled"
    return (
        _saved("price", overpay, payer, {"prices of enough contracts of one product": overpay}, _rates(case)),
        _contracts(case, level, payer),
        _interfaces(case, interfaces, payer),
        _legacy(case, payer),
        _switching(case, payer),
    )


def _saved(
    line: str, most: float | None, payer: str, drivers: Mapping[str, float | None], rates: Mapping[str, float]
) -> Benefit:
    missing = tuple(name for name, value in drivers.items() if value is None)
    low, central, high = (None if most is None or missing else rates[name] * most for name in _RATES)
    return Benefit(line, low, central, high, "cash", "revenue", payer, LOCAL, missing)


def _rates(case: Case) -> dict[str, float]:
    return case.facts.method.named("capture_rate.")


def _drivers(case: Case, *names: str) -> dict[str, float | None]:
    return {name: case.facts.method.maybe(name) for name in names}


def _contracts(case: Case, level: str | None, payer: str) -> Benefit:
    """Fewer procurements: contracts that could be joined at the level, times what one costs, over the years between two."""
    table, told = case.tables.contracts, _drivers(case, "procurement_cost_gbp", "cycle_years")
    settled = level in _UNITS
    drivers = told | ({} if settled else {"a level above the organisation": None})
    fewer = 0
    if settled and level is not None:
        units = _UNITS[level]
        inside = table.drop_nulls(units) if units else table
        fewer = inside.height - inside.select("supplier", *units).n_unique() if inside.height else 0
    cost, years = told["procurement_cost_gbp"], told["cycle_years"]
    return _saved("contracts", fewer * cost / years if cost and years else None, payer, drivers, _rates(case))


def _interfaces(case: Case, now: int, payer: str) -> Benefit:
    """Fewer interfaces: those that somebody tested less those that stay; where none was tested, how many there are is not known."""
    told = _drivers(case, "interface_cost_gbp", "interfaces_after")
    cost, after = told["interface_cost_gbp"], told["interfaces_after"]
    drivers = told | ({} if now else {"interfaces that somebody tested": None})
    most = None if cost is None or after is None else max(0.0, now - after) * cost
    return _saved("interfaces", most, payer, drivers, _rates(case))


def _legacy(case: Case, payer: str) -> Benefit:
    drivers = _drivers(case, "legacy_run_cost_gbp", "legacy_instances")
    cost, instances = drivers["legacy_run_cost_gbp"], drivers["legacy_instances"]
    return _saved(
        "legacy", None if cost is None or instances is None else cost * instances, payer, drivers, _rates(case)
    )


def _switching(case: Case, payer: str) -> Benefit:
    """What moving costs, once: every instance but those of the commonest product, ends of contracts, and running both."""
    method = case.facts.method
    drivers = _drivers(case, "migration_cost_gbp", "termination_cost_gbp", "parallel_cost_gbp")
    missing = tuple(name for name, value in drivers.items() if value is None)
    if missing:
        return Benefit("switching, once", None, None, None, "cash", "capital", payer, LOCAL, missing)
    migration, *others = (value or 0.0 for value in drivers.values())
    moved = case.n - float(case.totals.max(initial=0.0))
    low, high = method["optimism.low"], method["optimism.high"]
    worst, middle, best = (-(moved * migration * (1 + extra) + sum(others)) for extra in (high, (low + high) / 2, low))
    return Benefit("switching, once", worst, middle, best, "cash", "capital", payer, LOCAL, ())


def net_present_value(case: Case, lines: tuple[Benefit, ...]) -> tuple[float, float] | None:
    """Returns the range of what all lines come to over the years of the method; None while one is not estimated."""
    method = case.facts.method
    rate, years = method["discount_rate"], method.count("benefit_years")
    yearly = sum((1 + rate) ** -year for year in range(1, years + 1))
    low = high = 0.0
    for line in lines:
        if line.low is None or line.high is None:
            return None
        times = 1.0 if line.budget == "capital" else yearly
        low, high = low + times * line.low, high + times * line.high
    return low, high
