"""A do-once answer built by hand, and how a picture asks for it; no estate and no draw is needed."""

from __future__ import annotations

from dataclasses import replace

from eamap.analysis.doonce.assessment import Assessment, Benefit, Change, Confidence, Dissent, Interval, Mode
from eamap.analysis.doonce.evidence import number_of
from eamap.maps.judged import Judged
from eamap.model.diagram import Count, Span

CONSTANTS = {
    "level_threshold": 0.8, "gate.run_once": 0.6, "gate.single_supplier": 0.75, "axis.B": 0.5, "axis.V": 0.5,
    "benefit_years": 10, "discount_rate": 0.035, "weight_draws": 10_000, "permutations": 500, "bootstraps": 400,
}  # fmt: skip
LEVELS = ("trust", "ICS", "region", "nation")
MODES = {"standardise": "yes", "blueprint": "possible", "run": "no", "buy": "yes", "expert": "no", "local": "no"}
BENEFITS = (
    Benefit("price", 0.0, 300.0, 700.0, "cash", "revenue", "region", "organisations", ()),
    Benefit("contracts", None, None, None, "cash", "revenue", "region", "organisations", ("procurement_cost_gbp",)),
)


def changed(found, **fields):
    """Returns the answer with other values in some fields."""
    return replace(found, **fields)


def answer(capability: str = "X-1.1") -> Assessment:
    """Returns an answer in which nothing is missing but K2, and one part of A."""
    parts = dict.fromkeys(("A1", "A2", "A3", "B1", "B2", "B3", "N1", "N2", "N3", "V1", "V2"), 0.5)
    return Assessment(
        capability, "Doing it", "", "2026-04", {"A": 0.25, "B": 0.3, "N": 0.15, "V": 0.3}, 14, 13, 13 / 14, 12, 1.4, 5, 4.3, 0.25,
        (("product:a", 4.0),), None, 0.1, parts | {"A2": None}, 0.0, 0.3, 0.3,
        {name: Interval(0.25, 0.5, 0.75) for name in "ABNV"}, {**dict.fromkeys(("K1", "K3", "K4", "K5", "K6"), 0.5), "K2": None},
        {"K3": (0.25, 0.75), "K4": (0.5, 0.5)}, 0.5, {"run_once_barred": "possible", "single_supplier_barred": "no"},
        Interval(0.25, 0.5, 0.75), {}, dict(zip(LEVELS, (0.0, 0.5, 0.9, 1.0), strict=True)), ("A", "B", "V"), "region",
        "the lowest level that captures 80% of the value of A, B, V", 0.5, 0.2, 0.3, 0.6, 0.2,
        {"trust": 0.0, "ICS": 0.25, "region": 0.5, "nation": 0.25, "none": 0.0}, "leaning", None, "undetermined, needs something",
        {"Unification": 0.5, "Coordination": 0.5, "Replication": 0.0, "Diversification": 0.0},
        tuple(Mode(name, said, f"because of {name}", 0.5, "open") for name, said in MODES.items()),
        Confidence(0.9, "high", {"coverage": 0.9}), "", {}, BENEFITS, None, (), ((9, "Trusts are not beds."), (13, "None is ranked.")),
        ("In-house software stands alone.",),
        tuple(Change(f"fact {word}", "V1", 0.1, ("RA1",) if word == "a" else ()) for word in "abcdefgh"),
        {"answers": ("system:RA1/pas", "system:RA1/lab"), "organisations": ("organisation:RA1",)},
    )  # fmt: skip


DISSENT = Dissent("QXX", "Digital lead", "We have just bought one", "2026-10-01")


def judged(*answers: Assessment) -> Judged:
    """Returns these answers as a picture asks for them."""
    return Judged(
        lambda wanted: [each for each in answers if each.capability in wanted],
        lambda found, path: Span(str(found.figure(path)), f"doonce({found.capability}; {path})"),
        lambda found, name: Count(number_of(found, name), f"doonce({found.capability}; {name})"),
        lambda name: Span(f"{CONSTANTS[name.removeprefix('method.')]:g}", f"doonce(*; {name})"),
        CONSTANTS.__getitem__,
    )
