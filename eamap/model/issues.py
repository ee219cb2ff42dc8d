"""Problems in data: counted, located, never raised."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, order=True)
class Issue:
    """A place in a source that does not say what it should, and what to do about it.

    ``blocks`` is true only when no record can be made of the row (no identity, a broken structure). Otherwise the
    cell keeps its raw text, its field is unknown, and the rest of the row is published.
    ``row`` counts as a person sees it in the file (the first line is 1); 0 means the whole sheet or file.
    ``column`` is the letter in a workbook, the header in a delimited file, the path in JSON.
    """

    file: str
    sheet: str
    row: int
    column: str
    code: str
    message: str
    hint: str = ""
    value: str = ""
    blocks: bool = False

    def at(self, *, file: str, sheet: str) -> Issue:
        """Returns the same issue, placed in a file and sheet that its finder did not know."""
        return replace(self, file=file, sheet=sheet)
