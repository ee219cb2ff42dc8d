"""Condition N, niche expertise: how many can run or improve it at all, and where those people sit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eamap.analysis.doonce.assessment import Interval
from eamap.analysis.doonce.case import Case
from eamap.analysis.doonce.parts import weighted
from eamap.analysis.market.variety import hhi


@dataclass(frozen=True, slots=True)
class Expertise:
    """Condition N with its parts."""

    N1: float | None
    N2: float | None
    N3: float | None
    condition: Interval
    organisations: int
    """How many organisations stated their staff"""


def expertise(case: Case) -> Expertise:
    """Returns condition N."""
    method = case.facts.method
    staff = case.measured("staff")["value"].to_numpy().astype(float)
    kind = case.capability.national_component
    told = method.named("national.")
    parts = {
        "N1": float((staff < method["able_fte"]).mean()) if staff.size else None,
        "N2": _concentrated(staff),
        "N3": told.get(kind) if kind else None,
    }
    return Expertise(**parts, condition=weighted(method.parts("N"), parts), organisations=int(staff.size))


def _concentrated(staff: np.ndarray) -> float | None:
    """Returns how concentrated staff are beyond an even spread; missing for one organisation, or where nobody has any."""
    m = staff.size
    return None if m < 2 or not staff.sum() else (hhi(staff) - 1 / m) / (1 - 1 / m)
