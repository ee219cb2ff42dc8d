"""Which facts each figure rests on: the answers of organisations, contracts, flows, interfaces, steps or measures."""

from __future__ import annotations

from eamap.analysis.doonce.assessment import Assessment

_ANSWERS = ("answers",)
_ALL = ("answers", "contracts", "flows", "interfaces", "steps", "staff", "maturity", "variant")
_BY_NAME: dict[str, tuple[str, ...]] = {
    "applicable": ("organisations",),
    "A1": ("contracts", "answers"),
    "A2": ("contracts",),
    "A3": ("contracts",),
    "overpay": ("contracts",),
    "B1": ("steps",),
    "B2": ("flows", "steps"),
    "x_cross": ("flows", "steps"),
    "B3": ("interfaces",),
    "N1": ("staff",),
    "N2": ("staff",),
    "N3": (),
    "V2": ("variant",),
    "weights": (),
    **dict.fromkeys(
        ("known", "coverage", "n", "entropy", "products", "n_eff", "HHI", "top", "V1", "omega", "I_observed", "I_permuted",
         "within_ics", "between_region", "between_ics_in_region", "H_ics_permuted", "convergence_index", "bootstrap"),
        _ANSWERS,
    ),
}  # fmt: skip
_BY_LETTER = {
    "A": ("contracts", "answers"),
    "B": ("flows", "interfaces", "steps"),
    "N": ("staff",),
    "V": ("answers", "variant"),
    "K1": _ANSWERS,
    "K2": ("maturity",),
    "K3": ("contracts", "answers"),
    "K4": _ANSWERS,
    "K5": (),
    "K6": ("steps",),
}
_NESTED = ("conditions", "K", "phi")


def behind(found: Assessment, path: str) -> list[str]:
    """Returns the ids of the facts behind a figure, by its published path."""
    head, *rest = path.split(".")
    groups = _BY_NAME.get(head, _ALL)
    if head in _NESTED:
        groups = next((_BY_LETTER[name] for name in rest if name in _BY_LETTER), _ALL)
    elif head.endswith("_interval"):
        groups = _BY_LETTER[head.removesuffix("_interval")]
    return list(dict.fromkeys(each for group in groups for each in found.evidence.get(group, ())))
