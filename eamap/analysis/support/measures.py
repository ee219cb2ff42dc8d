"""The figures about obsolescence, each with what it is a share of: one name, one predicate, one denominator.

A figure is counted over what a selector selects; ``eamap explain 'register(NAME; SELECTOR)'`` counts it again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eamap.interpret.risk_decisions import EXPIRED, HELD
from eamap.model.support import SUPPORTED, UNSUPPORTED, Status

if TYPE_CHECKING:
    import polars as pl

Test = Callable[[], "pl.Expr"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure: its name, the frame it counts rows of, which rows, the name of what it is a share of, and words for it."""

    name: str
    frame: str
    test: Test
    of: str
    says: str


def _col(name: str) -> pl.Expr:
    import polars as pl

    return pl.col(name)


def _every() -> pl.Expr:
    import polars as pl

    return pl.lit(value=True)


def _state(*words: str) -> Test:
    return lambda: _col("state").is_in(list(words))


def _unsupported() -> pl.Expr:
    return _col("status").is_in(list(UNSUPPORTED))


def _gone(*more: Test) -> Test:
    def test() -> pl.Expr:
        found = _unsupported()
        for each in more:
            found &= each()
        return found

    return test


def _hosts(host: str, *, supported: bool = False) -> Test:
    def test() -> pl.Expr:
        found = ((_col("host_class") == host) & (_col("layer") == "os")).fill_null(value=False)
        found &= _col("status") != Status.NOT_SOFTWARE
        return found & _col("status").is_in(list(SUPPORTED)) if supported else found

    return test


def _is(name: str, word: str) -> Test:
    return lambda: (_col(name) == word).fill_null(value=False)


def _not(test: Test) -> Test:
    return lambda: ~test()


def _true(name: str) -> Test:
    return lambda: _col(name)


def _stated(name: str) -> Test:
    return lambda: _col(name).is_not_null()


_MEASURES = (
    Measure("components", "judged", _every, "components", "components judged: all but those of retired systems"),
    Measure("exactly matched", "judged", _is("outcome", "exact"), "components", "components matched to one product and release"),
    Measure("past support", "judged", _state("past"), "components", "components past their vendor's support, with proven extended support or without"),
    Measure("near the end", "judged", _state("near"), "components", "components whose support ends soon"),
    Measure("uncertain", "judged", _state("uncertain"), "components", "components that may be past or not: a fact is missing"),
    Measure("unknown", "judged", _state("unknown"), "components", "components of which nobody can tell: not recognised, or no data"),
    Measure("exposure stated", "judged", _stated("internet_exposed"), "components", "components for which it is stated whether the internet reaches them"),
    Measure("servers", "judged", _hosts("server"), "servers", "operating systems of servers listed"),
    Measure("servers supported", "judged", _hosts("server", supported=True), "servers", "servers on a supported operating system"),
    Measure("desktops", "judged", _hosts("desktop"), "desktops", "operating systems of desktops listed"),
    Measure("desktops supported", "judged", _hosts("desktop", supported=True), "desktops", "desktops on a supported operating system"),
    Measure("items", "items", _every, "components", "items past or near the end of their support"),
    Measure("past items", "items", _state("past"), "items", "items past their vendor's support, with proven extended support or without"),
    Measure("unsupported", "items", _gone(), "items", "items past support without proof of extended support"),
    Measure("without mitigation", "items", _gone(_not(_true("mitigated"))), "unsupported", "unsupported items that no mitigation holds for"),
    Measure("without plan", "items", _gone(_not(_true("has_plan"))), "unsupported", "unsupported items without a work package"),
    Measure("unfunded", "items", _gone(_true("has_plan"), _not(_is("funded", "yes"))), "unsupported",
            "unsupported items whose work package is not said to be funded"),
    Measure("past their date", "items", _gone(_is("plan_state", "past its date")), "unsupported", "unsupported items whose work package is past its target date"),
    Measure("mitigated+plan", "items", _gone(_true("mitigated"), _true("replaced")), "unsupported", "unsupported items with a mitigation and a planned replacement"),
    Measure("mitigated only", "items", _gone(_true("mitigated"), _not(_true("replaced"))), "unsupported", "unsupported items with a mitigation and no planned replacement"),
    Measure("plan only", "items", _gone(_not(_true("mitigated")), _true("replaced")), "unsupported", "unsupported items with a planned replacement and no mitigation"),
    Measure("neither", "items", _gone(_not(_true("mitigated")), _not(_true("replaced"))), "unsupported", "unsupported items with neither"),
    Measure("mitigation expired", "items", _is("mitigation_state", EXPIRED), "items", "items whose mitigation has expired"),
    Measure("acceptance held", "items", _is("acceptance_state", HELD), "items", "items whose finding somebody accepted until a later day"),
    Measure("acceptance expired", "items", _is("acceptance_state", EXPIRED), "items", "items whose acceptance has expired"),
    Measure("mitigated", "items", _true("mitigated"), "items", "items that a mitigation holds for"),
    Measure("funded", "items", _is("funded", "yes"), "items", "items whose work package is said to be funded"),
    Measure("overdue", "items", _is("plan_state", "past its date"), "items", "items whose work package is past its target date"),
    Measure("planned", "items", _true("has_plan"), "items", "items that a work package is for"),
    Measure("costed", "items", _true("costed"), "items", "items whose work package states a cost"),
    Measure("entitled", "items", _stated("entitlement"), "items", "items with proof of extended support"),
    Measure("systems", "systems", _every, "systems", "systems judged: all but the retired"),
    Measure("systems with an owner", "systems", _stated("owner_role"), "systems", "systems that name the role that owns them"),
    Measure("systems with a priority", "systems", _stated("criticality"), "systems", "systems whose criticality is stated"),
    Measure("systems with components", "systems", _true("has_components"), "systems", "systems of which it is listed what they run on"),
    Measure("systems with dependencies", "systems", _true("has_dependencies"), "systems", "systems that name another system or interface they need"),
)  # fmt: skip
MEASURES: dict[str, Measure] = {measure.name: measure for measure in _MEASURES}
"""Every figure by its name."""

PACKS: dict[str, tuple[str, ...]] = {
    "debt": ("items", "past support", "near the end", "uncertain", "unknown", "without mitigation", "planned", "unfunded",
             "past their date", "costed", "acceptance expired"),
    "caf": ("components", "exactly matched", "past support", "near the end", "uncertain", "unknown", "servers supported", "desktops supported",
            "unsupported", "mitigated+plan", "mitigated only", "plan only", "neither", "unfunded", "past their date",
            "mitigation expired", "acceptance held", "acceptance expired", "exposure stated", "systems with an owner",
            "systems with a priority", "systems with components", "systems with dependencies"),
    "dspt": ("components", "exactly matched", "past support", "near the end", "uncertain", "unknown", "servers supported", "desktops supported",
             "unsupported", "without mitigation", "without plan", "unfunded", "past their date", "acceptance held",
             "acceptance expired"),
    "litraf": ("systems", "systems with components", "past support", "uncertain", "unknown"),
}  # fmt: skip
"""Which figures are told with what."""
