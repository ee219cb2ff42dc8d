"""Which cautions stand with a result: only those that apply to it, each with the figure it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from eamap.analysis.doonce.assessment import NO, ROBUST, Assessment
from eamap.analysis.doonce.case import Case
from eamap.analysis.market.variety import hhi
from eamap.reference.doonce import Method

_FEWEST = 3
"""Capabilities from which a correlation can be told."""


def of_case(case: Case, found: Assessment, by_estate: bool, other: tuple[str, float | None] | None) -> dict[int, str]:
    """Returns, by the number of each caution that applies to one capability, what is added to it.

    ``by_estate`` says that materiality is measured against the estate; ``other`` is the name of other boundaries and the
    share of variety inside ICSs under them.
    """
    conditions = found.conditions
    moved = (
        other is not None
        and other[1] is not None
        and found.within_ics is not None
        and abs(other[1] - found.within_ics) > 1e-9
    )
    applying = {
        2: (found.level is not None and found.standing != ROBUST, _weights(found)),
        3: (by_estate and found.parts["A3"] is not None, ""),
        4: (conditions["A"].point is not None and conditions["V"].point is not None, ""),
        5: (set(found.gates.values()) != {NO}, ", ".join(f"{name.replace('_', ' ')}: {each}" for name, each in found.gates.items())),
        6: (found.known < found.applicable, f"{found.applicable - found.known} of {found.applicable}"),
        7: (bool(case.answers["by_headquarters"].any()), f"{int(case.answers['by_headquarters'].sum())} of {found.applicable} organisations"),
        8: (found.parts["V1"] is not None and found.parts["V2"] is None, ""),
        9: (found.n >= _FEWEST - 1, _by_spend(case, found)),
        10: (found.K["K2"] is not None, ""),
        11: (moved, f"{found.within_ics:.2f} of the variety lies inside ICSs, {other[1]:.2f} with the boundaries of {other[0]}"
             if moved and other and other[1] is not None else ""),
        12: (any(mode.mode == "buy" and mode.answer != NO for mode in found.modes), ""),
        13: (any(change.organisations for change in found.what_would_change), ""),
        14: (bool(found.dissent), ", ".join(each.organisation for each in found.dissent)),
    }  # fmt: skip
    return {number: more for number, (applies, more) in applying.items() if applies}


def _weights(found: Assessment) -> str:
    return f"{found.acceptability_level.get(found.level or '', 0.0):.0%} of the weightings give {found.level}"


def _by_spend(case: Case, found: Assessment) -> str:
    """Offers concentration by spend beside that by organisations, where every product's spend is known."""
    spend = case.shares["cost"]
    if found.HHI is None or spend.null_count() or not case.shares.height:
        return ""
    by_product = np.bincount(case.product, spend.to_numpy())
    return f"concentration of products is {found.HHI:.3f} by organisations and {hhi(by_product):.3f} by spend"


def with_cautions(found: Sequence[Assessment], applying: Sequence[dict[int, str]], method: Method) -> list[Assessment]:
    """Returns the answers with their cautions; those about several capabilities are added, with their correlation."""
    told = _correlation(found)
    many = len(found) > 1
    result = []
    for each, own in zip(found, applying, strict=True):
        extra = own | ({1: f"{len(found)} capabilities"} if many else {})
        extra |= {4: told} if 4 in own else {}
        texts = tuple(
            (caution.number, f"{caution.text} ({extra[caution.number]})" if extra[caution.number] else caution.text)
            for caution in method.cautions
            if caution.number in extra
        )
        result.append(replace(each, cautions=texts))
    return result


def _correlation(found: Sequence[Assessment]) -> str:
    """Returns how far A and V go together over the capabilities of the run, in words."""
    pairs = [
        (each.conditions["A"].point, each.conditions["V"].point)
        for each in found
        if each.conditions["A"].point is not None and each.conditions["V"].point is not None
    ]
    A, V = (
        (np.array(values, dtype=float) for values in zip(*pairs, strict=True)) if pairs else (np.zeros(0), np.zeros(0))
    )
    if len(pairs) < _FEWEST or not A.std() or not V.std():
        return f"their correlation is not estimated: it needs {_FEWEST} capabilities that differ, and those with both are {len(pairs)}"
    return f"their correlation over {len(pairs)} capabilities is {float(np.corrcoef(A, V)[0, 1]):.2f}"
