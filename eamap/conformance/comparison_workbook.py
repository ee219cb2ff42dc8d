"""Writes a gap report as a workbook: what it is about, the summary, and a sheet a section; no text becomes a formula."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from eamap.conformance.comparison_page import OUTCOMES, Page, Section, numbers

_OPTIONS = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False, "in_memory": True}
_EPOCH = datetime(1980, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_CELL = 32_767
_LIVE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
_WIDTHS = {"Resource": 22, "Kind": 14, "What is asked": 46, "What is declared": 60, "Result": 13, "What was found": 44,
           "Where it is asked": 46, "Where in the statement": 40}  # fmt: skip
_COLOURS = {"missing": "#ad1f1f", "partly": "#7c4a00", "satisfied": "#00401e"}

_LINE = 15
"""Points that a line is high."""
_MERGED = 86
"""Characters in the columns over which a text of the summary goes."""


def as_workbook(page: Page) -> bytes:
    """Returns the workbook, the same bytes for the same report."""
    import xlsxwriter

    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, _OPTIONS)
    book.set_properties(
        {
            "title": _quiet(page.title)[:250],
            "author": "eamap",
            "keywords": _quiet(page.marking)[:250],
            "created": _EPOCH,
        }
    )
    writer = _Writer(book, page.marking)
    writer.front(page)
    for section in page.sections:
        writer.section(section)
    writer.numbers(page)
    book.close()
    return held.getvalue()


class _Writer:
    """The formats of a workbook, and how its sheets are filled."""

    def __init__(self, book: Any, marking: str) -> None:
        self.book, self.marking = book, marking
        top = {"valign": "top", "text_wrap": True}
        self.head = book.add_format({"bold": True, "bg_color": "#e8edee", "bottom": 1, **top})
        self.above_numbers = book.add_format(
            {"bold": True, "bg_color": "#e8edee", "bottom": 1, "align": "right", **top}
        )
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.bold = book.add_format({"bold": True, **top})
        self.text = book.add_format(top)
        self.coloured = {
            word: book.add_format({"bold": True, "font_color": colour, **top}) for word, colour in _COLOURS.items()
        }

    def front(self, page: Page) -> None:
        """Writes what the report is, its summary, and how to read it."""
        sheet = self.book.add_worksheet("Summary")
        row = self.put(sheet, 0, [page.marking], [self.bold]) if page.marking else 0
        sheet.write_string(row, 0, _quiet(page.title), self.title)
        row += 2
        for name, said in page.facts:
            row = self.merged(sheet, row, name, said)
        for note in page.notes:
            row = self.merged(sheet, row, "Note", note)
        heads = ["How binding", *map(str, OUTCOMES), "asked in all"]
        row = self.put(sheet, row + 1, heads, [self.head] + [self.above_numbers] * (len(heads) - 1))
        for strength, figures in page.matrix:
            sheet.write_string(row, 0, strength, self.bold)
            for column, figure in enumerate(figures, start=1):
                sheet.write_number(row, column, figure.number, self.text)
            row += 1
        row += 1
        for word, meaning in page.legend:
            row = self.merged(sheet, row, word, meaning)
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, len(OUTCOMES) + 1, 16)
        self.paper(sheet)

    def numbers(self, page: Page) -> None:
        """Writes a sheet that says where each number comes from."""
        sheet = self.book.add_worksheet("Numbers")
        row = self.put(sheet, 0, ("Number", "", "eamap explain"), [self.head] * 3)
        for name, figure in numbers(page):
            sheet.write_string(row, 0, _quiet(name), self.bold)
            sheet.write_number(row, 1, figure.number, self.text)
            sheet.write_string(row, 2, _quiet(figure.ref), self.text)
            row += 1
        for column, width in enumerate((44, 8, 110)):
            sheet.set_column(column, column, width)
        self.paper(sheet)

    def merged(self, sheet: Any, row: int, name: str, said: str, style: Any = None) -> int:
        """Writes a name and a text that goes over the columns beside it; returns the next row."""
        sheet.write_string(row, 0, _quiet(name), style or self.bold)
        last = len(OUTCOMES) + 1
        sheet.merge_range(row, 1, row, last, "", style or self.text)
        sheet.write_string(row, 1, _quiet(said), style or self.text)
        sheet.set_row(row, _LINE * _lines(said, _MERGED))
        return row + 1

    def section(self, section: Section) -> None:
        """Writes a table with filters and a fixed heading."""
        sheet = self.book.add_worksheet(section.title[:31])
        said = f"{section.n.number} of {section.of.number}. {section.says}"
        sheet.write_string(0, 0, said, self.book.add_format({"italic": True}))
        self.put(sheet, 1, section.headings, [self.head] * len(section.headings))
        for number, cells in enumerate(section.rows, start=2):
            styles = [self.coloured.get(cell, self.text) if head == "Result" else self.text
                      for head, cell in zip(section.headings, cells, strict=True)]  # fmt: skip
            self.put(sheet, number, cells, styles)
            # Not every program makes a row as high as its wrapped texts when it opens a workbook.
            sheet.set_row(
                number,
                _LINE * max(_lines(cell, _WIDTHS[head]) for head, cell in zip(section.headings, cells, strict=True)),
            )
        for column, head in enumerate(section.headings):
            sheet.set_column(column, column, _WIDTHS[head])
        sheet.freeze_panes(2, 0)
        sheet.autofilter(1, 0, len(section.rows) + 1, len(section.headings) - 1)
        sheet.repeat_rows(1)
        self.paper(sheet)

    def put(self, sheet: Any, row: int, cells: Sequence[str], styles: Sequence[Any]) -> int:
        """Writes texts as texts, whatever they look like; returns the next row."""
        for column, (cell, style) in enumerate(zip(cells, styles, strict=True)):
            sheet.write_string(row, column, _quiet(cell), style)
        return row + 1

    def paper(self, sheet: Any) -> None:
        """Sets a sheet up for printing: landscape, as wide as one page, the marking on each."""
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&L{self.marking.replace('&', '&&')}&R&P / &N")


def _lines(said: str, width: int) -> int:
    """Returns how many lines a text needs in a column; words break early, so a line holds a tenth less than fits."""
    return max(1, -(-len(said) // max(1, int(width * 0.9))))


def _quiet(said: str) -> str:
    quiet = _LIVE.sub(" ", said)
    return quiet if len(quiet) <= _CELL else quiet[: _CELL - 1] + "…"
