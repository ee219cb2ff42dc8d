"""What a format importer hands over: the cells of a sheet as text, and where each one stands."""

from __future__ import annotations

import string
from dataclasses import dataclass, field

import polars as pl

from eamap.model.issues import Issue

ROW = "row"
"""Name of the column that holds the row number as a person sees it."""


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet of one file, every cell as text, nothing interpreted.

    ``cells`` has the UInt32 column ``row`` (as a person counts in the file; gaps are allowed, wholly empty rows are
    left out) and the String columns ``c1`` to ``cN``; an empty cell is null.
    ``header`` is given by formats that carry their column names in themselves (JSON, the lettered text of a reply);
    it is ``None`` where a header row, if there is one, is still among the cells.
    ``places`` names each column as a person would: "D" in a workbook; empty for formats where the header serves.
    """

    file: str
    sheet: str
    sha256: str
    format: str
    cells: pl.DataFrame
    header: tuple[str, ...] | None = None
    places: tuple[str, ...] = ()
    issues: tuple[Issue, ...] = field(default=())

    @property
    def width(self) -> int:
        """Number of columns, the row number not counted."""
        return self.cells.width - 1


@dataclass(frozen=True, slots=True)
class Document:
    """A file that is one whole rather than rows, such as a FHIR CapabilityStatement."""

    file: str
    sha256: str
    format: str
    content: bytes
    issues: tuple[Issue, ...] = field(default=())


def column_letter(index: int) -> str:
    """Returns the spreadsheet letter of a column: 0 is "A", 26 is "AA"."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = string.ascii_uppercase[rest] + letters
    return letters
