"""A what-if as a workbook: a sheet of figures, a sheet of hand-offs, then counts and reference data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.cli.sheets import Sheet, result_sheets
from eamap.cli.tables import shown
from eamap.cli.whatif.rows import HANDOFF

if TYPE_CHECKING:
    from eamap.model.results import Result

NUMBERS = frozenset({"Before", "Of", "After", "Of, after", "Difference"})
"""Headings of the columns that hold numbers beside words."""
_TRACES = {"before": "Before: explained by", "after": "After: explained by"}


def whatif_sheets(result: Result) -> list[Sheet]:
    """Returns the sheets; what explains a number stands in a column of its own."""
    rest = [sheet for sheet in result_sheets(result) if sheet[0] in ("counts", "reference data")]
    return [_sheet(result, "Figures", handoffs=False), _sheet(result, "Hand-offs", handoffs=True), *rest]


def _sheet(result: Result, name: str, *, handoffs: bool) -> Sheet:
    import polars as pl

    headings = {column.key: column.heading for column in result.columns}
    mine = [row for row in result.rows if (row["question"] == HANDOFF) == handoffs]
    told = [[shown(row[key]) for key in headings] + [row["refs"].get(side, "") for side in _TRACES] for row in mine]
    frame = pl.DataFrame(told, schema=dict.fromkeys((*headings.values(), *_TRACES.values()), pl.String), orient="row")
    about = {column.heading: column.description for column in result.columns if column.description}
    return name, frame, about | {_TRACES["after"]: "eamap explain 'REF' --changes FILE counts it again"}
