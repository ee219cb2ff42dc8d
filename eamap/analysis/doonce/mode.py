"""What "once" means here: run, standardise, blueprint, buy, staff an expert team, or leave it local.

Interoperability is the axis of integration and unwarranted variation that of standardisation (Ross, Weill and Robertson's
operating models). A cell is stated only if the whole interval lies in it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from eamap.analysis.doonce.assessment import NO, POSSIBLE, YES, Interval, Mode
from eamap.analysis.doonce.objections import Objections
from eamap.analysis.doonce.weighting import Draws, standing
from eamap.reference.doonce import Method

MODELS = {
    (True, True): "Unification",
    (True, False): "Coordination",
    (False, True): "Replication",
    (False, False): "Diversification",
}
_OPPOSITE = {YES: NO, NO: YES, POSSIBLE: POSSIBLE}
_AXES = {"B": "interoperability (B)", "V": "unwarranted variation (V)"}


def answered(interval: Interval, line: float) -> str:
    """Returns yes if a whole interval reaches a line, no if none of it does, else possible."""
    if interval.lo >= line:
        return YES
    return POSSIBLE if interval.hi >= line else NO


def operating_model(conditions: Mapping[str, Interval], method: Method) -> str:
    """Returns the operating model, or what would have to be known to tell."""
    answers = {name: answered(conditions[name], method[f"axis.{name}"]) for name in _AXES}
    open_ = [_AXES[name] for name, answer in answers.items() if answer == POSSIBLE]
    if open_:
        return f"undetermined, needs {' and '.join(open_)}"
    return MODELS[answers["B"] == YES, answers["V"] == YES]


def model_acceptability(conditions: Mapping[str, Interval], method: Method, draws: Draws) -> dict[str, float]:
    """Returns the share of the draws in each operating model."""
    B, V = (draws.within(name, conditions[name]) >= method[f"axis.{name}"] for name in _AXES)
    found = {}
    for (integrated, standardised), model in MODELS.items():
        here = np.equal(B, integrated) & np.equal(V, standardised)
        found[model] = float(np.mean(here))
    return found


def modes(
    conditions: Mapping[str, Interval], against: Objections, N3: float | None, method: Method, draws: Draws
) -> tuple[Mode, ...]:
    """Returns every mode: whether it is asked for, why, and in which share of the draws."""
    B, V = (answered(conditions[name], method[f"axis.{name}"]) for name in _AXES)
    buy, expert = (answered(conditions[name], method[line]) for name, line in (("A", "mode.buy"), ("N", "mode.expert")))
    national = POSSIBLE if N3 is None else YES if N3 == 1 else NO
    shares = _shares(conditions, against, N3, method, draws)
    told = {
        "standardise": (B, "interoperability across ICSs is critical"),
        "blueprint": (V, "there is unwarranted variation in process"),
        "run": (all_of(B, V, national, _OPPOSITE[against.gates["run_once_barred"]]), _why_run(N3, against)),
        "buy": (buy, _why_buy(against)),
        "expert": (expert, "few organisations have the expertise"),
        "local": (all_of(_OPPOSITE[B], _OPPOSITE[V]), "neither integration nor standardisation is asked for"),
    }
    return tuple(
        Mode(name, answer, why, shares[name], standing(max(shares[name], 1 - shares[name]), method))
        for name, (answer, why) in told.items()
    )


def all_of(*answers: str) -> str:
    """Returns yes if all are, no if one is no, else possible."""
    if NO in answers:
        return NO
    return YES if set(answers) == {YES} else POSSIBLE


def _shares(
    conditions: Mapping[str, Interval], against: Objections, N3: float | None, method: Method, draws: Draws
) -> dict[str, float]:
    B, V = (draws.within(name, conditions[name]) >= method[f"axis.{name}"] for name in _AXES)
    unlocked = draws.within("K3", against.K3) <= method["gate.run_once"]
    national = draws.uniform["N3"] >= 1 / 2 if N3 is None else np.full(B.shape, N3 == 1)
    found = {
        "standardise": B,
        "blueprint": V,
        "run": B & V & unlocked & national,
        "buy": draws.within("A", conditions["A"]) >= method["mode.buy"],
        "expert": draws.within("N", conditions["N"]) >= method["mode.expert"],
        "local": ~B & ~V,
    }
    return {name: float(mask.mean()) for name, mask in found.items()}


def _why_run(N3: float | None, against: Objections) -> str:
    if N3 is not None and N3 != 1:
        return "only where a national service or team is live already"
    return (
        f"integration and standardisation, a national service, and lock-in barred: {against.gates['run_once_barred']}"
    )


def _why_buy(against: Objections) -> str:
    barred = against.gates["single_supplier_barred"]
    if barred == YES:
        return "purchasing power; from several suppliers only, because the market is concentrated"
    return "purchasing power" + (
        "; from several suppliers, if the market is as concentrated as it may be" if barred == POSSIBLE else ""
    )
