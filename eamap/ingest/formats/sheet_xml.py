"""Prepares the XML of one XLSX sheet, so that the fast reader gives back true positions and loses nothing.

The fast reader (calamine) lays a sheet out as one dense block, gives no text for errors and does not say where its
block begins. So before it sees a sheet, errors and booleans become text, a mark is set in A1, and a sheet whose few
cells are strewn over a huge area is packed together, with a note of where each row and column came from.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import gt, itemgetter
from typing import Any
from xml.sax.saxutils import escape

import polars as pl

from eamap.errors import SourceError
from eamap.model.grid import column_letter

ORIGIN = "\ue000eamap-origin\ue000"
"""Text set in A1 where that cell is empty, so that the block always begins there."""

MOST_AREA = 60_000_000
"""Cells, empty ones counted, of the largest block that is laid out: every row of a sheet, 57 columns wide."""
_DENSE_AREA = 5_000_000
_DENSE_SHARE = 16
_WIDEST = 1024
"""Columns beyond which a stray cell far to the right is likelier than a table."""
# The fast path reads tags as every known writer sets them: no prefix, double quotes, the place of a cell first.
# Whatever looks otherwise is packed, which parses the XML properly.
_ROW = re.compile(rb'<row r="(\d+)"')
_HIDDEN_ROW = re.compile(rb'<row r="(\d+)"[^>]*? hidden="(?:1|true)"')
_UNUSUAL_CELL = re.compile(rb'<c(?! r="[A-Z]\d)(?: r="([A-Z]{2,3})\d|(?=[\s>/]))')
_ERROR = re.compile(rb'(<c r="([A-Z]+)(\d+)"[^>]*? t=)"e"([^>]*>)')
_SHOWN_ERROR = re.compile(rb"<v>([^<]*)<")
_BOOLEAN = re.compile(rb'(<c r="[^>]*? t=)"b"([^>]*>(?:<f\b[^>]*?(?:/>|>[^<]*</f>))?<v>)([01])<')
_PREFIXED = re.compile(rb"<\w+:c[\s>]")
_SPECIAL = r't="[eb]"| hidden="|:c[ \t\r\n>]|<c r="[A-Z][A-Z]|<c[^ o]|<c [^r]'
"""Errors, booleans, hidden rows and columns, prefixed tags, columns beyond Z, and cells without or with a late place.

Other elements that begin with c begin with co (col, conditionalFormatting) or cost the sheet a second look for nothing.
"""
_PIECE = 1 << 20
"""Bytes of XML looked at together, or a few more."""
_UNPLACED = re.compile(rb"<(?:\w+:)?(?:row|c)\s(?![^>]*\br=)")
_BLANK = re.compile(rb'<(?:row|c) r="\w+"[^>]*/>')
_STARTS_AT_A1 = re.compile(
    rb'\s*<row r="1"[^>]*>\s*<c r="A1"[^>]*?(?:>\s*<v>[^<]| t="inlineStr"[^>]*>\s*<is>\s*<t[^>]*>[^<&\s])'
)
_COLUMN = re.compile(rb"<(?:\w+:)?col\s([^>]*)>")
_START = re.compile(rb"<(?:\w+:)?sheetData\b[^>/]*>")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_MARK = f'<row r="1"><c r="A1" t="str"><v>{ORIGIN}</v></c></row>'.encode()


@dataclass(frozen=True, slots=True)
class ErrorCell:
    """A cell that shows an error of the spreadsheet program, such as #N/A."""

    row: int
    column: str
    value: str


@dataclass(frozen=True, slots=True)
class SheetXml:
    """A sheet ready for the fast reader, and what its XML says that the reader does not.

    ``pieces`` are the XML in order; none where the sheet can be read as it stands. ``rows`` and ``columns`` give the true row number and column index (from 0) of
    each row and column of a packed sheet; they are None where positions are already true.
    """

    pieces: tuple[bytes | memoryview, ...]
    errors: tuple[ErrorCell, ...]
    hidden_rows: tuple[int, ...]
    hidden_columns: frozenset[int]
    rows: tuple[int, ...] | None = None
    columns: tuple[int, ...] | None = None


def prepared(data: bytes, where: str) -> SheetXml:
    """Returns the sheet with its errors and booleans as text, marked at its origin or packed together.

    Raises SourceError, placed at ``where``, for a sheet too wide and too long to lay out even when packed.
    """
    start = _START.search(data)
    if start is None:
        return SheetXml((), (), (), frozenset())
    hidden_columns = _hidden_columns(data[: start.start()])
    rows = list(map(int, _ROW.findall(data)))
    plain = _plain(data)
    if not _dense(data, rows, plain):
        return _packed(data, hidden_columns, where)
    hidden_rows = () if plain else tuple(map(int, _HIDDEN_ROW.findall(data)))
    errors: tuple[ErrorCell, ...] = ()
    changed = not plain and b't="e"' in data, not plain and b't="b"' in data
    if changed[0]:
        errors = tuple(_error_cells(data))
        data = _ERROR.sub(rb'\1"str"\4', data)
    if changed[1]:
        data = _BOOLEAN.sub(_said_in_words, data)
    if not any(changed) and _STARTS_AT_A1.match(data, start.end()):
        return SheetXml((), errors, hidden_rows, hidden_columns)
    # Only the rows are changed, so the place where they begin is still the same.
    whole = memoryview(data)
    return SheetXml((whole[: start.end()], _MARK, whole[start.end() :]), errors, hidden_rows, hidden_columns)


def _said_in_words(found: re.Match[bytes]) -> bytes:
    return found[1] + b'"str"' + found[2] + (b"TRUE" if found[3] == b"1" else b"FALSE") + b"<"


def _error_cells(data: bytes) -> Iterator[ErrorCell]:
    for found in _ERROR.finditer(data):
        shown = _SHOWN_ERROR.search(data, found.end())
        value = shown[1].decode("utf-8", errors="replace") if shown else ""
        yield ErrorCell(int(found[3]), found[2].decode(), value)


def _hidden_columns(head: bytes) -> frozenset[int]:
    """Returns the indexes of hidden columns, which stand in the head of the sheet, before its rows."""
    hidden: set[int] = set()
    for found in _COLUMN.finditer(head):
        states = dict(re.findall(rb"(\w+)=[\"']([^\"']*)", found[1]))
        if states.get(b"hidden") in {b"1", b"true"}:
            hidden.update(range(int(states.get(b"min", b"1")) - 1, min(int(states.get(b"max", b"1")), 16384)))
    return frozenset(hidden)


def _plain(data: bytes) -> bool:
    """Returns whether the sheet has none of the things that need a second look; one pass, done by polars for speed."""
    try:
        return not any(_is_special(piece) for piece in _pieces(data))
    except pl.exceptions.PolarsError:
        return False


def _is_special(xml: bytes) -> bool:
    return bool(pl.Series([xml], dtype=pl.Binary).cast(pl.String).str.contains(_SPECIAL).item())


def _pieces(data: bytes) -> Iterator[bytes]:
    """Cuts XML before tags: polars copies what it looks at, and small copies are made in the same memory again."""
    start = 0
    while start < len(data):
        end = data.find(b"<", start + _PIECE)
        yield data[start : end if end > 0 else len(data)]
        start = end if end > 0 else len(data)


def _dense(data: bytes, rows: list[int], plain: bool) -> bool:
    """Returns whether the block the fast reader would lay out is in proportion to the cells that hold something.

    The stated dimension is not trusted. False too for XML written in an unusual way or with rows out of order.
    """
    unusual = set() if plain else set(_UNUSUAL_CELL.findall(data))
    if not rows or b"" in unusual or any(map(gt, rows, rows[1:])) or (not plain and _PREFIXED.search(data)):
        return False
    width = max((_index(letters) for letters in unusual), default=25) + 1
    area = rows[-1] * width
    if width > _WIDEST:
        return False
    if area <= _DENSE_AREA or area > MOST_AREA:
        return area <= _DENSE_AREA
    return area <= _DENSE_SHARE * (data.count(b"<v>") + data.count(b"<is>"))


def _index(letters: bytes) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1


def _packed(data: bytes, hidden_columns: frozenset[int], where: str) -> SheetXml:
    """Writes the sheet again with only the cells that hold something, side by side."""
    found = _Filled()
    found.read(data)
    cells = sorted(found.cells, key=lambda cell: cell[:2])
    rows = tuple(sorted({cell[0] for cell in cells}))
    columns = tuple(sorted({cell[1] for cell in cells}))
    refuse_area(len(rows), len(columns), where)
    row_at = {row: place for place, row in enumerate(rows, 1)}
    letter_at = {column: column_letter(place) for place, column in enumerate(columns)}
    written = []
    for row, group in groupby(cells, key=itemgetter(0)):
        written.append(f'<row r="{row_at[row]}">')
        for _, column, attributes, value in group:
            written.append(f'<c r="{letter_at[column]}{row_at[row]}"{attributes}><v>{escape(value)}</v></c>')
        written.append("</row>")
    head = f'<worksheet xmlns="{_MAIN}"><sheetData>'.encode()
    # The mark is needed here too: the top left cell of the packed block may be empty.
    pieces = (head, _MARK, "".join(written).encode(), b"</sheetData></worksheet>")
    return SheetXml(pieces, tuple(found.errors), tuple(found.hidden_rows), hidden_columns, rows, columns)


def refuse_area(rows: int, columns: int, where: str) -> None:
    """Raises SourceError for more cells than any inventory has; one stray cell a row and column is enough for that."""
    if rows * columns > MOST_AREA:
        raise SourceError(
            f"the sheet spreads over {rows:,} rows and {columns:,} columns that hold something",
            where=where,
            hint="delete what stands beyond the table, or save the sheet as CSV",
        )


def _without_blanks(data: bytes) -> bytes:
    """Takes out rows and cells that only carry a format, of which a sheet may have a million.

    Where any row or cell goes without its place, the blank ones are needed to count it.
    """
    if b"<row>" in data or b"<c>" in data or _UNPLACED.search(data):
        return data
    return _BLANK.sub(b"", data)


class _Filled:
    """The cells of a sheet that hold something: row, column index, attributes to write, stored value."""

    def __init__(self) -> None:
        self.cells: list[tuple[int, int, str, str]] = []
        self.errors: list[ErrorCell] = []
        self.hidden_rows: list[int] = []
        self._row = 0
        self._column = -1

    def read(self, data: bytes) -> None:
        """Takes in the XML of a sheet, however its tags are written."""
        from lxml import etree

        events = etree.iterparse(
            io.BytesIO(_without_blanks(data)), events=("start", "end"), tag=("{*}row", "{*}c"),
            resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False,
        )  # fmt: skip
        for event, element in events:
            if event == "end":
                self._close(element)
            elif element.tag.endswith("}row"):
                self._row, self._column = int(element.get("r") or self._row + 1), -1
                if element.get("hidden") in {"1", "true"}:
                    self.hidden_rows.append(self._row)
            else:
                self._column = _column_of(element, self._column)

    def _close(self, element: Any) -> None:
        if element.tag.endswith("}row"):
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
            return
        filled = _stored(element)
        if filled is None:
            return
        if element.get("t") == "e":
            self.errors.append(ErrorCell(self._row, column_letter(self._column), filled[1]))
        self.cells.append((self._row, self._column, *filled))


def _column_of(cell: Any, before: int) -> int:
    placed = re.match(r"[A-Z]+", cell.get("r") or "")
    return _index(placed[0].encode()) if placed else before + 1


def _stored(cell: Any) -> tuple[str, str] | None:
    """Returns the attributes and the stored value of a cell as they are to be written, or None if it holds nothing."""
    kind, style = cell.get("t", ""), cell.get("s", "")
    if kind == "inlineStr":
        parts = cell.iterfind("{*}is/{*}t"), cell.iterfind("{*}is/{*}r/{*}t")
        value = "".join(part.text or "" for found in parts for part in found)
    else:
        value = cell.findtext("{*}v") or ""
    if not value:
        return None
    if kind == "b":
        value = "TRUE" if value.strip() == "1" else "FALSE"
    kind = "str" if kind in {"b", "e", "inlineStr"} else kind
    attributes = "".join(f' {name}="{escape(held)}"' for name, held in (("t", kind), ("s", style)) if held)
    return attributes, value
