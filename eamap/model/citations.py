"""Where a fact comes from: a cell of somebody's file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True, order=True)
class Citation:
    """One cell as a person finds it: file, sheet, row and column as counted in the file, and what stands there.

    ``column`` is the letter in a workbook, the header in a delimited file, the path in JSON; it is empty where the whole
    row is meant.
    """

    source: str
    sha256: str
    sheet: str
    row: int
    column: str
    value: str

    def as_dict(self) -> dict[str, str | int]:
        """Returns the citation as the results contract publishes it."""
        return asdict(self)

    def __str__(self) -> str:
        # Reference data is no sheet with rows that a person could count.
        row = f"row {self.row}" if self.row else ""
        sheet, column = (
            f"{word} {name}" if name else "" for word, name in (("sheet", self.sheet), ("column", self.column))
        )
        value = f": {self.value!r}" if self.value else ""
        return ", ".join(filter(None, (self.source, sheet, row, column))) + value


@dataclass(frozen=True, slots=True)
class SourcePart:
    """One file's sheet as it was read for a source; a partial file adds a part, a full one replaces them all.

    ``fields`` says which columns of the file fed which field: rule > field > columns, the columns by the name they have in
    the table of raw rows. ``places`` gives the letter of a column in a workbook.
    """

    name: str
    source: str
    file: str
    sheet: str
    sha256: str
    mapping: str
    organisation: str
    provenance: str
    fact_date: str
    fields: Mapping[str, Mapping[str, tuple[str, ...]]]
    places: Mapping[str, str]
    rows: int


RawRows = Callable[[str], "pl.DataFrame"]
"""Gives the raw rows of a source part by name: column ``row`` and the file's own columns, all text."""
