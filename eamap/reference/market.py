"""Reads the lines that shares and concentrations are held against, the scales of maturity, and the accounts codes of IT."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from eamap.errors import ReferenceDataError
from eamap.model.shipped import REINSTALL
from eamap.reference import sets
from eamap.reference.memory import remembered

SET = "market"
TOTAL = "EXP0390"
"""The accounts code of total operating expenditure."""
_ADDED = ("PPE0060", "INT0060")
"""The accounts codes of what was bought in the year: equipment, and software."""
_WORN, _GROSS = ("PPE0350", "INT0350", "ROU0350"), ("PPE0190", "INT0190", "ROU0190")


@dataclass(frozen=True, slots=True)
class Scale:
    """One measure of maturity: its name as sources write it, and the ends of its scale; ``None``: it is a word."""

    name: str
    measure: str
    lowest: float | None
    highest: float | None


@dataclass(frozen=True)
class Market:
    """The set; ``accounts`` hold the measures of trust accounts ("A14CY08 PPE0060") by what they add up to."""

    lines: Mapping[str, float]
    scales: tuple[Scale, ...]
    accounts: Mapping[str, tuple[str, ...]]

    def line(self, name: str) -> float:
        """Returns a line; ReferenceDataError if the set does not have it."""
        if name not in self.lines:
            raise ReferenceDataError(f"the set {SET} has no line {name!r}", hint=REINSTALL)
        return self.lines[name]


@remembered
def load(folder: Path | None = None) -> Market:
    """Opens the set; ReferenceDataError if a number in it is none."""
    lines = sets.read(SET, "lines.csv", folder).select("name", "value").iter_rows()
    scales = sets.read(SET, "measures.csv", folder).select("name", "measure", "lowest", "highest").iter_rows()
    codes = [
        f"{main} {sub}"
        for main, sub in sets.read(SET, "tac.csv", folder).select("main_code_column", "subcode").iter_rows()
    ]

    def ending(*ends: str) -> tuple[str, ...]:
        return tuple(sorted({code for code in codes if code.endswith(ends)}))

    accounts = {"total": ending(TOTAL), "capital": ending(*_ADDED), "worn": ending(*_WORN), "gross": ending(*_GROSS)}
    return Market(
        {name: _number(name, value) for name, value in lines},
        tuple(Scale(name, measure, *(None if each is None else _number(name, each) for each in ends)) for name, measure, *ends in scales),
        accounts,
    )  # fmt: skip


def _number(name: str, value: str) -> float:
    try:
        return float(value)
    except (TypeError, ValueError) as error:
        raise ReferenceDataError(f"{name!r} is {value!r} in the set {SET}: not a number", hint=REINSTALL) from error
