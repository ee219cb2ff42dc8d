"""Puts the method together: one answer a capability, from the facts of an estate on a day.

Everything random comes from one seed: the same facts give the same answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from eamap.analysis.doonce import cautions
from eamap.analysis.doonce.assessment import OPEN, Assessment, Dissent, Interval
from eamap.analysis.doonce.benefit import benefits, net_present_value
from eamap.analysis.doonce.case import Capability, Case, cases, described
from eamap.analysis.doonce.changes import changes
from eamap.analysis.doonce.dissent import dissents
from eamap.analysis.doonce.expertise import Expertise, expertise
from eamap.analysis.doonce.facts import Facts
from eamap.analysis.doonce.interoperability import Interoperability, interoperability
from eamap.analysis.doonce.level import Capture, Convergence, Phi, by_default, capture, convergence, reach, within_other
from eamap.analysis.doonce.mode import model_acceptability, modes, operating_model
from eamap.analysis.doonce.notes import notes
from eamap.analysis.doonce.objections import Objections, objections
from eamap.analysis.doonce.parts import share, spanned
from eamap.analysis.doonce.purchasing import Purchasing, purchasing
from eamap.analysis.doonce.trust import bootstrap, confidence, insufficient
from eamap.analysis.doonce.variation import Variation, variation
from eamap.analysis.doonce.weighting import Draws, acceptability, smallest_flip, standing
from eamap.analysis.market.arrangements import SEED, Orders
from eamap.analysis.market.variety import hhi, shannon
from eamap.reference.doonce import CONDITIONS

TOP = 5


@dataclass(frozen=True)
class Run:
    """One run over an estate: its facts, and the seed of what is random."""

    facts: Facts
    seed: int = SEED
    omega: float | None = None
    """The warranted share, where it is held fixed"""

    @cached_property
    def orders(self) -> Orders:
        """The random orders in which strata and ICSs are dealt anew, by number of organisations."""
        return Orders(self.facts.method.count("permutations"), self.seed)

    @cached_property
    def draws(self) -> Draws:
        """The draws of weights, the same for every capability."""
        return Draws.of(self.facts.method, self.seed)

    @cached_property
    def half(self) -> float | None:
        """The spend at which materiality is a half: as given, else the median of the capabilities whose spend is known."""
        given = self.facts.method.maybe("S_half_gbp")
        return given if given is not None else self._median_spend

    @cached_property
    def _median_spend(self) -> float | None:
        import polars as pl

        table = self.facts.agreed.contracts
        spend = table.group_by("capability").agg(pl.col("cost").sum(), unknown=pl.col("cost").null_count())
        known = spend.filter(pl.col("unknown") == 0)["cost"]
        return float(np.median(known.to_numpy())) if known.len() else None

    @cached_property
    def dissents(self) -> Mapping[str, tuple[Dissent, ...]]:
        """Who disagrees, by capability."""
        return dissents(self.facts.on)

    def assess(self, wanted: Sequence[str]) -> list[Assessment]:
        """Returns the answer for each capability, in the order they were asked for."""
        found, applying = [], []
        for case in cases(self.facts, described(self.facts, list(wanted))):
            answer = self._assess(case)
            found.append(answer)
            by_estate = self.facts.method.maybe("S_half_gbp") is None
            applying.append(cautions.of_case(case, answer, by_estate, self._elsewhere(case)))
        return cautions.with_cautions(found, applying, self.facts.method)

    def _elsewhere(self, case: Case) -> tuple[str, float | None] | None:
        other = self.facts.other
        return (other.name, within_other(case)) if other is not None else None

    def _assess(self, case: Case) -> Assessment:
        return _Answer(self, case).assessment()


@dataclass(frozen=True)
class _Answer:
    """The figures of one capability, each worked out once from those before it."""

    run: Run
    case: Case

    @cached_property
    def A(self) -> Purchasing:
        return purchasing(self.case, self.run.half)

    @cached_property
    def B(self) -> Interoperability:
        return interoperability(self.case)

    @cached_property
    def N(self) -> Expertise:
        return expertise(self.case)

    @cached_property
    def V(self) -> Variation:
        return variation(self.case, self.run.orders[self.case.n], self.run.omega)

    @cached_property
    def parts(self) -> dict[str, float | None]:
        A, B, N, V = self.A, self.B, self.N, self.V
        return {"A1": A.A1, "A2": A.A2, "A3": A.A3, "B1": B.B1, "B2": B.B2, "B3": B.B3, "N1": N.N1, "N2": N.N2, "N3": N.N3,
                "V1": V.V1, "V2": V.V2}  # fmt: skip

    @cached_property
    def conditions(self) -> dict[str, Interval]:
        return {name: getattr(self, name).condition for name in CONDITIONS}

    @cached_property
    def against(self) -> Objections:
        return objections(self.case, self.V.omega)

    @cached_property
    def D(self) -> Interval:
        points = {name: each.point for name, each in self.conditions.items()}
        ends = {name: (each.lo, each.hi) for name, each in self.conditions.items()}
        return spanned(self.case.facts.method.weights, points, ends)

    @cached_property
    def where(self) -> Convergence:
        return convergence(self.case, self.run.orders)

    @cached_property
    def phi(self) -> Phi:
        return reach(self.case, self.where)

    @cached_property
    def capture(self) -> Capture:
        method = self.case.facts.method
        return capture(self.conditions, self.phi, method.weights, method["level_threshold"])

    @cached_property
    def sufficient(self) -> str:
        return insufficient(self.case, self.case.facts.method)

    @property
    def level(self) -> str | None:
        return None if self.sufficient else self.capture.level

    @cached_property
    def accepted(self) -> dict[str, float]:
        return acceptability(self.conditions, self.phi, self.run.draws, self.case.facts.method["level_threshold"])

    def assessment(self) -> Assessment:
        """Returns all figures under their published names; the cautions are added when every capability is known."""
        return Assessment(**self._head(), **self._conditions(), **self._levels(), **self._judged(), cautions=())

    def _head(self) -> dict[str, Any]:
        case, capability, facts = self.case, self.case.capability, self.case.facts
        held = case.totals if case.n else np.zeros(0)
        entropy = max(0.0, shannon(held)) if held.size else None
        best = (
            sorted(zip(held.tolist(), case.products, strict=True), key=lambda each: (-each[0], each[1]))[:TOP]
            if held.size
            else []
        )
        return {
            "capability": capability.id, "name": capability.name, "setting": facts.setting, "geography": facts.geography.name,
            "weights": facts.method.weights, "applicable": case.answers.height, "known": case.known,
            "coverage": share(case.known, case.answers.height), "n": case.n, "entropy": entropy, "products": len(case.products),
            "n_eff": None if entropy is None else float(np.exp(entropy)), "HHI": hhi(held) if held.size else None,
            "top": tuple((name, weight) for weight, name in best), "overpay": self.A.overpay, "x_cross": self.B.x_cross,
            "parts": self.parts,
        }  # fmt: skip

    def _conditions(self) -> dict[str, Any]:
        V, against = self.V, self.against
        ends = {"K3": (against.K3.lo, against.K3.hi), "K4": (against.K4.lo, against.K4.hi)}
        return {
            "omega": V.omega, "I_observed": V.I_observed, "I_permuted": V.I_permuted, "conditions": self.conditions,
            "K": against.K, "K_intervals": ends, "R": against.R, "gates": against.gates, "D": self.D,
        }  # fmt: skip

    def _levels(self) -> dict[str, Any]:
        method, where = self.case.facts.method, self.where
        flip = smallest_flip(self.conditions, self.phi, method.weights, method["level_threshold"], self.capture)
        return {
            "phi": self.phi, "capture": self.capture.curve, "capture_conditions": self.capture.conditions, "level": self.level,
            "level_reason": self._reason(), "within_ics": where.within_ics, "between_region": where.between_region,
            "between_ics_in_region": where.between_ics_in_region, "H_ics_permuted": where.H_ics_permuted,
            "convergence_index": where.index, "acceptability_level": self.accepted,
            "standing": OPEN if self.level is None else standing(self.accepted[self.level], method), "flip": None if self.sufficient else flip,
        }  # fmt: skip

    def _reason(self) -> str:
        if self.sufficient:
            return f"insufficient evidence: {self.sufficient}"
        line, rests = self.case.facts.method["level_threshold"], ", ".join(self.capture.conditions)
        if not self.capture.conditions:
            return "no level yet: no condition has both a point and a reach at every level"
        if self.capture.level is None:
            return f"no level yet: none captures {line:.0%} of the value of {rests}"
        return f"the lowest level that captures {line:.0%} of the value of {rests}"

    def _judged(self) -> dict[str, Any]:
        case, method, draws = self.case, self.case.facts.method, self.run.draws
        lines = benefits(case, self.level, self.A.overpay, self.B.assessed)
        defaults = {"x_cross": self.B.by_default, "phi_B": by_default(case)}
        return {
            "operating_model": operating_model(self.conditions, method),
            "operating_model_acceptability": model_acceptability(self.conditions, method, draws),
            "modes": modes(self.conditions, self.against, self.parts["N3"], method, draws),
            "confidence": confidence(case, self.parts, case.facts.on.estate.parts), "sufficient": self.sufficient,
            "bootstrap": bootstrap(case, method.count("bootstraps"), method["interval.percent"], self.run.seed),
            "benefits": lines, "net_present_value": net_present_value(case, lines),
            "dissent": self.run.dissents.get(case.capability.id, ()),
            "notes": notes(case, self.A, self.B, self.V, self.where, self.run.half),
            "what_would_change": changes(case, self.parts, self.conditions, self.against.gates, defaults),
            "evidence": evidence(case),
        }  # fmt: skip


def evidence(case: Case) -> dict[str, tuple[str, ...]]:
    """Returns the ids of what each group of figures rests on, in order."""
    tables = case.tables
    return {
        "answers": tuple(
            dict.fromkeys([*tables.live["system"].sort().to_list(), *tables.told["absence"].sort().to_list()])
        ),
        "contracts": tuple(tables.contracts["contract"].drop_nulls().unique().sort().to_list()),
        "flows": tuple(case.flows["flow"].to_list()),
        "interfaces": tuple(case.interfaces["interface"].to_list()),
        "steps": tuple(tables.steps["step"].to_list()),
        **{name: tuple(case.measured(name)["measure"].sort().to_list()) for name in ("staff", "maturity", "variant")},
        "organisations": tuple(case.answers["body"].to_list()),
    }


def capabilities_known(facts: Facts) -> list[str]:
    """Returns the leaves of the model and the capabilities that the estate's systems do beside them, in order."""
    from eamap.reference import capabilities

    leaves = capabilities.load(facts.reference).leaves["id"].to_list()
    return [*leaves, *sorted(set(facts.live["capability"].unique().to_list()) - set(leaves))]


def one(facts: Facts, capability: Capability) -> Case:
    """Returns the case of one capability."""
    return next(iter(cases(facts, [capability])))
