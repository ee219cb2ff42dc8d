"""The answer for one capability: every figure of the do-once method, with the names under which it is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LEVELS = ("trust", "ICS", "region", "nation")
"""The levels at which something can be done once, the lowest first."""
NO_LEVEL = "none"
INSUFFICIENT = "insufficient evidence"
YES, NO, POSSIBLE = "yes", "no", "possible"
ROBUST, LEANING, OPEN = "robust", "leaning", "open"


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure between what it is at least and at most; the point is None where nothing of it is known."""

    lo: float
    point: float | None
    hi: float

    def as_dict(self) -> dict[str, float | None]:
        """Returns the interval as published."""
        return {"lo": self.lo, "point": self.point, "hi": self.hi}


@dataclass(frozen=True, slots=True)
class Mode:
    """One way of doing once: run, standardise, blueprint, buy, expert or local; whether the whole interval asks for it."""

    mode: str
    answer: str
    """yes, no or possible"""
    because: str
    acceptability: float
    """The share of the draws in which it is asked for."""
    standing: str
    """robust, leaning or open"""

    def as_dict(self) -> dict[str, Any]:
        """Returns the mode as published."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Change:
    """What would change the answer: something not known, what knowing it could move, and by how much at most."""

    what: str
    moves: str
    width: float
    """How much of the width of the interval of D rests on it; 0 for what moves something else."""
    organisations: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Returns the change as published."""
        return {"what": self.what, "moves": self.moves, "width": self.width, "organisations": list(self.organisations)}


@dataclass(frozen=True, slots=True)
class Benefit:
    """One line of the yearly benefit in pounds; None where a driver is missing, which is not zero."""

    line: str
    low: float | None
    central: float | None
    high: float | None
    cash: str
    """cash or non-cash"""
    budget: str
    """capital or revenue"""
    payer: str
    beneficiary: str
    missing: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Returns the line as published; what is not known says so."""
        told = {
            name: "not estimated" if getattr(self, name) is None else getattr(self, name)
            for name in ("low", "central", "high")
        }
        rest = {name: getattr(self, name) for name in ("cash", "budget", "payer", "beneficiary")}
        return {"line": self.line, **told, **rest, "missing": list(self.missing)}


@dataclass(frozen=True, slots=True)
class Flip:
    """The smallest change of one weight, the others kept in proportion, that gives another level."""

    condition: str
    weight: float
    to: float
    level: str

    def as_dict(self) -> dict[str, Any]:
        """Returns the change as published."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Confidence:
    """How far the figures can be trusted: the geometric mean of the factors that are known."""

    value: float
    word: str
    """high, medium or low"""
    factors: Mapping[str, float | None]
    """coverage, completeness, freshness, provenance; None where nothing is known"""

    def as_dict(self) -> dict[str, Any]:
        """Returns the confidence as published."""
        return {"value": self.value, "word": self.word, **self.factors}


@dataclass(frozen=True, slots=True)
class Dissent:
    """An ICS that disagrees, in its own words."""

    organisation: str
    who: str
    reason: str
    date: str

    def as_dict(self) -> dict[str, str]:
        """Returns the dissent as published."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Assessment:
    """One capability under the do-once method. Money is pounds a year, entropy nats, shares lie in [0, 1]; None is missing."""

    capability: str
    name: str
    setting: str
    geography: str
    weights: Mapping[str, float]
    applicable: int
    known: int
    coverage: float | None
    n: int
    entropy: float | None
    products: int
    n_eff: float | None
    HHI: float | None
    top: tuple[tuple[str, float], ...]
    """The products with most organisations, and how many: at most five."""
    overpay: float | None
    x_cross: float | None
    parts: Mapping[str, float | None]
    """A1 to V2"""
    omega: float | None
    I_observed: float | None
    I_permuted: float | None
    conditions: Mapping[str, Interval]
    K: Mapping[str, float | None]
    K_intervals: Mapping[str, tuple[float, float]]
    """K3 and K4"""
    R: float | None
    gates: Mapping[str, str]
    D: Interval
    phi: Mapping[str, Mapping[str, float | None]]
    capture: Mapping[str, float | None]
    capture_conditions: tuple[str, ...]
    level: str | None
    """trust, ICS, region or nation; None where none reaches the threshold or the evidence is insufficient"""
    level_reason: str
    within_ics: float | None
    between_region: float | None
    between_ics_in_region: float | None
    H_ics_permuted: float | None
    """E_perm[H(P|ICS)]: what chance alone would leave inside ICSs"""
    convergence_index: float | None
    acceptability_level: Mapping[str, float]
    standing: str
    """robust, leaning or open: how many weightings give the level; open where none is stated"""
    flip: Flip | None
    operating_model: str
    operating_model_acceptability: Mapping[str, float]
    modes: tuple[Mode, ...]
    confidence: Confidence
    sufficient: str
    """Empty where the evidence suffices, else why it does not"""
    bootstrap: Mapping[str, tuple[float, float]]
    """Intervals of entropy, n_eff and HHI"""
    benefits: tuple[Benefit, ...]
    net_present_value: tuple[float, float] | None
    dissent: tuple[Dissent, ...]
    cautions: tuple[tuple[int, str], ...]
    notes: tuple[str, ...]
    """What is assumed, marked default, or stands for something else"""
    what_would_change: tuple[Change, ...]
    evidence: Mapping[str, tuple[str, ...]]
    """Ids of the things that each group of figures rests on: answers, contracts, flows, interfaces, steps, measures"""

    def figure(self, path: str) -> Any:
        """Returns one figure by its published path, such as ``conditions.V.lo``; KeyError for none of that name."""
        found: Any = self.as_dict()
        for name in path.split("."):
            found = found[int(name)] if isinstance(found, list) else found[name]
        return found

    def as_dict(self) -> dict[str, Any]:
        """Returns the answer as published."""
        return {
            **self._head(),
            **self.parts,
            **{name: getattr(self, name) for name in ("omega", "I_observed", "I_permuted")},
            "conditions": {name: each.as_dict() for name, each in self.conditions.items()},
            "K": dict(self.K),
            **{f"{name}_interval": list(ends) for name, ends in self.K_intervals.items()},
            "R": self.R,
            "gates": dict(self.gates),
            "D": self.D.as_dict(),
            "phi": {level: dict(each) for level, each in self.phi.items()},
            "capture": dict(self.capture),
            "capture_conditions": list(self.capture_conditions),
            **{name: getattr(self, name) for name in _LEVEL},
            "acceptability_level": dict(self.acceptability_level),
            **self._judged(),
        }

    def _head(self) -> dict[str, Any]:
        told = {name: getattr(self, name) for name in _HEAD}
        return told | {
            "weights": dict(self.weights),
            "top": [{"product": name, "organisations": n} for name, n in self.top],
        }

    def _judged(self) -> dict[str, Any]:
        return {
            "standing": self.standing,
            "flip": self.flip.as_dict() if self.flip else None,
            "operating_model": self.operating_model,
            "operating_model_acceptability": dict(self.operating_model_acceptability),
            "modes": [each.as_dict() for each in self.modes],
            "confidence": self.confidence.as_dict(),
            "sufficient": self.sufficient,
            "bootstrap": {name: list(ends) for name, ends in self.bootstrap.items()},
            "benefits": [each.as_dict() for each in self.benefits],
            "net_present_value": list(self.net_present_value) if self.net_present_value else None,
            "dissent": [each.as_dict() for each in self.dissent],
            "cautions": [{"number": number, "text": text} for number, text in self.cautions],
            "notes": list(self.notes),
            "what_would_change": [each.as_dict() for each in self.what_would_change],
        }


_HEAD = (
    "capability", "name", "setting", "geography", "weights", "applicable", "known", "coverage", "n", "entropy", "products",
    "n_eff", "HHI", "top", "overpay", "x_cross",
)  # fmt: skip
_LEVEL = (
    "level", "level_reason", "within_ics", "between_region", "between_ics_in_region", "H_ics_permuted", "convergence_index",
)  # fmt: skip
