"""XLSX: a sheet a table, with filters, a fixed header and readable widths; no text ever becomes a formula.

The first sheet says what the workbook is, its marking, and what each column means. A table above the rows of a sheet
goes on in a further sheet; a text above the length of a cell is cut, and the first sheet says where.
"""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eamap_exporters.files import write_bytes
from eamap_exporters.tables import About, Tables, flat, listed

if TYPE_CHECKING:
    import polars as pl

_ROWS = 1_048_576 - 1
_CELL = 32_767
_EXACT = 2**53
_WIDEST = 68
_NAME = 31
_LINE = 14
"""Letters of a heading that stand beside one another before it is folded."""
_BUTTON = 5
_HEIGHT, _MOST = 15, 25
"""How high a line is, in points, and how many lines a cell shows at once."""
_SAYS = 90
_PAGE = 220
"""Letters that stand beside one another on a page."""
_PLAIN = re.compile(r"-?[0-9]{1,15}(\.[0-9]+)?")
_OPTIONS = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False, "in_memory": True}
_EPOCH = datetime(1980, 1, 1, tzinfo=UTC).replace(tzinfo=None)


class XlsxExporter:
    """Writes tables as one workbook."""

    name = "xlsx"
    suffixes = (".xlsx",)
    accepts = "table"

    def export(self, thing: Tables, path: Path, options: Mapping[str, Any]) -> list[Path]:
        """Writes the workbook and returns its path."""
        return write_bytes(path, workbook(thing, About.of(options), options.get("numbers", ())))


EXPORTER = XlsxExporter()


def workbook(tables: Tables, about: About, numbers: Collection[str] = ()) -> bytes:
    """Returns the workbook, the same bytes for the same tables.

    ``numbers`` are columns that hold numbers beside words ("not estimated"), so that they come as text: what is a plain
    number in them is written as one.
    """
    import xlsxwriter

    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, _OPTIONS)
    marked = {"keywords": about.marking, "status": about.marking}
    book.set_properties({"title": about.title, "author": "eamap", "created": _EPOCH, **marked})
    looks = _Looks(
        book.add_format({"bold": True, "bg_color": "#e3e8ed", "text_wrap": True, "valign": "top"}),
        *(
            book.add_format({"valign": "top", **more})
            for more in ({}, {"text_wrap": True}, {"align": "right", "indent": 1})
        ),
    )
    front = book.add_worksheet("About")
    taken = {"about"}
    explained: list[tuple[str, str, str]] = []
    for name, frame, words in listed(tables):
        for part in _parts(flat(frame)):
            sheet = _sheet_name(name, taken)
            cut = _write(book.add_worksheet(sheet), part, looks, about.marking, numbers)
            explained += [(sheet, column, words.get(column, "")) for column in part.columns]
            explained += [(sheet, place, "The text was longer than a cell holds and is cut.") for place in cut]
    _write_about(front, about, explained, looks)
    book.close()
    return held.getvalue()


def _parts(frame: pl.DataFrame) -> Iterable[pl.DataFrame]:
    return [frame] if frame.height <= _ROWS else frame.iter_slices(_ROWS)


def _sheet_name(name: str, taken: set[str]) -> str:
    clean = re.sub(r"[\[\]:*?/\\]", " ", name).strip(" '") or "table"
    found, number = clean[:_NAME], 1
    while found.lower() in taken:
        number += 1
        found = f"{clean[: _NAME - len(str(number)) - 1]} {number}"
    taken.add(found.lower())
    return found


@dataclass(frozen=True, slots=True)
class _Looks:
    """How cells look: headings, texts, texts of a column that is narrower than the longest, and numbers."""

    head: Any
    plain: Any
    folded: Any
    number: Any


def _write(sheet: Any, frame: pl.DataFrame, looks: _Looks, marking: str, numbers: Collection[str]) -> list[str]:
    """Writes a table column by column; returns the places whose text had to be cut."""
    cut: list[str] = []
    widths: list[int] = []
    lines = [1] * (frame.height + 1)
    for number, column in enumerate(frame.iter_columns()):
        sheet.write_string(0, number, column.name, looks.head)
        values = [_number(each) for each in column.to_list()] if column.name in numbers else column.to_list()
        longest = max((len(str(each)) for each in values if each is not None), default=0)
        widths.append(min(max(longest + 2, _headed(column.name)), _WIDEST))
        sheet.set_column(number, number, widths[-1])
        lines[0] = max(lines[0], _lines(column.name, widths[-1] - _BUTTON))
        for row, value in enumerate(values, start=1):
            if _put(sheet, row, number, value, looks, folds=longest > _WIDEST) > _CELL:
                cut.append(f"{column.name}, row {row + 1}")
            if longest > _WIDEST and value is not None:
                lines[row] = max(lines[row], _lines(str(value), _WIDEST - 2))
    for row, many in enumerate(lines):
        if many > 1:
            # Not every program makes room for what is folded.
            sheet.set_row(row, _HEIGHT * min(many, _MOST))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(frame.height, 1), max(frame.width - 1, 0))
    _set_page(sheet, marking, sum(widths))
    sheet.repeat_rows(0)
    return cut


def _set_page(sheet: Any, marking: str, width: int) -> None:
    """Prints A4 across, as many pages wide as it takes for people to read it, marked below."""
    sheet.set_footer(f"&L{marking.replace('&', '&&')}&R&P / &N")
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(max(1, -(-width // _PAGE)), 0)


def _headed(name: str) -> int:
    """Returns how wide a column must be for the longest word of its heading, bold, beside the button of the filter."""
    longest = max(map(len, name.split()), default=0)
    return min(len(name), max(longest, _LINE)) + _BUTTON


def _lines(text: str, width: int) -> int:
    """Returns into how many lines a text is folded in a column of so many letters: between words, else anywhere."""
    lines, left = 1, width
    for word in text.split():
        if len(word) > left and left < width:
            lines, left = lines + 1, width
        lines += max(0, len(word) - 1) // width
        left -= len(word) % width + 1
    return lines


def _number(value: Any) -> Any:
    if not isinstance(value, str) or not _PLAIN.fullmatch(value):
        return value
    return float(value) if "." in value else int(value)


def _put(sheet: Any, row: int, column: int, value: Any, looks: _Looks, *, folds: bool) -> int:
    """Writes one cell by the kind of its value, never by what its text looks like; returns how long it is."""
    if value is None:
        return 0
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value, looks.plain)
        return 5
    if isinstance(value, int | float) and abs(value) < _EXACT:
        sheet.write_number(row, column, value, looks.number)
        return len(str(value))
    text = str(value)
    sheet.write_string(
        row, column, text if len(text) <= _CELL else text[: _CELL - 1] + "…", looks.folded if folds else looks.plain
    )
    return len(text)


def _write_about(sheet: Any, about: About, explained: list[tuple[str, str, str]], looks: _Looks) -> None:
    row = 0
    for name, value in about.pairs():
        sheet.write_string(row, 0, name, looks.head)
        sheet.write_string(row, 1, value, looks.plain)
        row += 1
    row += 1
    for column, head in enumerate(("sheet", "column", "what it says")):
        sheet.write_string(row, column, head, looks.head)
    for number, line in enumerate(explained, start=row + 1):
        for column, text in enumerate(line):
            sheet.write_string(number, column, text, looks.folded)
        sheet.set_row(number, _HEIGHT * max(_lines(line[-1], _SAYS - 2), 1))
    for column, width in enumerate((32, 32, _SAYS)):
        sheet.set_column(column, column, width)
    _set_page(sheet, about.marking, _PAGE)
