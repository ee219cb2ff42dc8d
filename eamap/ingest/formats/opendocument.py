"""Reads ODS workbooks: every visible sheet, with the rows and columns a person sees.

The format stores runs of equal cells as one cell and a number, so a sheet of a million rows may be a dozen; runs of
empty cells only move the position, and runs of filled ones are limited.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eamap.errors import SourceError
from eamap.ingest.formats import cells as tables
from eamap.ingest.formats.markup import refuse_declarations
from eamap.ingest.formats.package import Package, opened
from eamap.ingest.formats.sheet_xml import ErrorCell, SheetXml, refuse_area
from eamap.ingest.formats.workbook import Findings
from eamap.model.grid import Document, Grid, column_letter
from eamap.protocols import Sample

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_ERROR_TYPE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_TIME = re.compile(r"PT(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S")
MOST_CELLS = 50_000_000
"""Filled cells that the runs of one file may stand for."""


@dataclass(slots=True)
class _Sheet:
    """A sheet while it is being read: rows as (number, {column index: text})."""

    name: str
    hidden: bool
    rows: list[tuple[int, dict[int, str]]] = field(default_factory=list)
    errors: list[ErrorCell] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    next_row: int = 1
    next_column: int = 0


class OpenDocument:
    """Reads ODS."""

    name = "ods"

    def score(self, sample: Sample) -> float:
        """Returns 1 for a zip file that says it is a spreadsheet in this format."""
        return 1.0 if sample.kind == "ods" else 0.0

    def read(self, path: Path, sample: Sample) -> list[Grid | Document]:
        """Returns one grid a visible sheet that holds any text."""
        data = sample.content()
        content = _content(opened(path, data))
        found = Findings(path, hashlib.sha256(data).hexdigest(), self.name)
        for sheet in _sheets(content, path):
            columns = sorted({column for _, row in sheet.rows for column in row})
            refuse_area(len(sheet.rows), len(columns), f"{path}, sheet {sheet.name}")
            cells = tables.frame(
                [[row.get(column) for column in columns] for _, row in sheet.rows], [number for number, _ in sheet.rows]
            )
            xml = SheetXml((), tuple(sheet.errors), tuple(sheet.hidden_rows), frozenset(sheet.hidden_columns))
            state = "hidden" if sheet.hidden else "visible"
            found.add(sheet.name, state, cells, tuple(map(column_letter, columns)), xml)
        return found.grids()


def _content(package: Package) -> bytes:
    if "META-INF/manifest.xml" in package.parts and b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise SourceError(
            "the workbook is password protected",
            where=str(package.path),
            hint="open it with its password, save a copy without one, and read that",
        )
    content = package.read("content.xml")
    refuse_declarations(content[:65536].decode("utf-8", errors="replace").replace("\0", ""), str(package.path))
    return content


def _sheets(content: bytes, path: Path) -> Iterator[_Sheet]:
    from lxml import etree

    hidden_styles: set[str] = set()
    sheet: _Sheet | None = None
    budget = MOST_CELLS
    events = etree.iterparse(
        io.BytesIO(content), events=("start", "end"),
        tag=[_STYLE + "style", _TABLE + "table", _TABLE + "table-row", _TABLE + "table-column"],
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False,
    )  # fmt: skip
    try:
        for event, element in events:
            if event == "start":
                if element.tag == _TABLE + "table":
                    style = element.get(_TABLE + "style-name")
                    sheet = _Sheet(element.get(_TABLE + "name", ""), style in hidden_styles)
            elif element.tag == _STYLE + "style":
                _note_style(element, hidden_styles)
            elif sheet is not None:
                budget -= _take(element, sheet)
                if element.tag == _TABLE + "table":
                    yield sheet
                    sheet = None
                element.clear()
            if budget < 0:
                raise SourceError(
                    f"the workbook stands for more than {MOST_CELLS:,} cells", where=str(path),
                    hint="delete repeated rows and columns beyond the table, save and retry",
                )  # fmt: skip
    except etree.XMLSyntaxError as error:
        raise SourceError(f"the workbook is damaged: {error}", where=str(path), hint="save it again") from error


def _note_style(style: Any, hidden: set[str]) -> None:
    properties = style.find(_STYLE + "table-properties")
    if properties is not None and properties.get(_TABLE + "display") == "false":
        hidden.add(style.get(_STYLE + "name"))


def _take(element: Any, sheet: _Sheet) -> int:
    """Adds one column or row to the sheet and returns the number of filled cells it stands for."""
    if element.tag == _TABLE + "table-column":
        run = int(element.get(_TABLE + "number-columns-repeated", "1"))
        if element.get(_TABLE + "visibility") in {"collapse", "filter"}:
            sheet.hidden_columns.update(range(sheet.next_column, min(sheet.next_column + run, 16384)))
        sheet.next_column += run
        return 0
    return _take_row(element, sheet) if element.tag == _TABLE + "table-row" else 0


def _take_row(element: Any, sheet: _Sheet) -> int:
    run = int(element.get(_TABLE + "number-rows-repeated", "1"))
    first = sheet.next_row
    sheet.next_row += run
    held = _row(element, sheet, first)
    if not held:
        return 0
    if run * len(held) > MOST_CELLS:
        return run * len(held)
    numbers = range(first, first + run)
    sheet.rows.extend((number, held) for number in numbers)
    if element.get(_TABLE + "visibility") in {"collapse", "filter"}:
        sheet.hidden_rows.extend(numbers)
    return run * len(held)


def _row(element: Any, sheet: _Sheet, number: int) -> dict[int, str]:
    held: dict[int, str] = {}
    column = 0
    for cell in element.iterchildren(_TABLE + "table-cell", _TABLE + "covered-table-cell"):
        run = int(cell.get(_TABLE + "number-columns-repeated", "1"))
        text = _text(cell)
        if text:
            if cell.get(_ERROR_TYPE) == "error":
                sheet.errors.append(ErrorCell(number, column_letter(column), text))
            held.update(dict.fromkeys(range(column, min(column + run, 16384)), text))
        column += run
    return held


def _text(cell: Any) -> str:
    """Returns the stored value of a cell: the number, not how it is shown; text without comments."""
    kind = cell.get(_OFFICE + "value-type", "")
    if kind in {"float", "percentage", "currency"}:
        return str(cell.get(_OFFICE + "value", "")).removesuffix(".0")
    if kind == "date":
        return str(cell.get(_OFFICE + "date-value", "")).removesuffix("T00:00:00")
    if kind == "boolean":
        return str(cell.get(_OFFICE + "boolean-value", "")).upper()
    if kind == "time":
        stored = str(cell.get(_OFFICE + "time-value", ""))
        found = _TIME.fullmatch(stored)
        return ":".join(part.zfill(2) for part in found.groups()) if found else stored
    return "\n".join(_paragraph(part) for part in cell.iterchildren(_TEXT + "p"))


def _paragraph(element: Any) -> str:
    parts = [element.text or ""]
    for child in element:
        if child.tag == _TEXT + "s":
            parts.append(" " * min(int(child.get(_TEXT + "c", "1")), 1000))
        elif child.tag == _TEXT + "tab":
            parts.append("\t")
        elif child.tag == _TEXT + "line-break":
            parts.append("\n")
        elif isinstance(child.tag, str) and child.tag != _OFFICE + "annotation":
            parts.append(_paragraph(child))
        parts.append(child.tail or "")
    return "".join(parts)
