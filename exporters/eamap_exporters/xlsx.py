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
_WIDEST = 60
_NAME = 31
_LINE = 14
"""Letters of a heading that stand beside one another before it is folded."""
_BUTTON = 5
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
    book.set_properties(
        {
            "title": about.title,
            "author": "eamap",
            "keywords": about.marking,
            "status": about.marking,
            "created": _EPOCH,
        }
    )
    bold = book.add_format({"bold": True, "bg_color": "#e3e8ed", "text_wrap": True, "valign": "top"})
    looks = _Looks(bold, book.add_format({"valign": "top"}), book.add_format({"text_wrap": True, "valign": "top"}))
    front = book.add_worksheet("About")
    taken = {"about"}
    explained: list[tuple[str, str, str]] = []
    for name, frame, words in listed(tables):
        for part in _parts(flat(frame)):
            sheet = _sheet_name(name, taken)
            cut = _write(book.add_worksheet(sheet), part, looks, about.marking, numbers)
            explained += [(sheet, column, words.get(column, "")) for column in part.columns]
            explained += [(sheet, place, "The text was longer than a cell holds and is cut.") for place in cut]
    _write_about(front, about, explained, bold)
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
    """How cells look: headings, cells, and cells of a column that is narrower than its longest text."""

    head: Any
    plain: Any
    folded: Any


def _write(sheet: Any, frame: pl.DataFrame, looks: _Looks, marking: str, numbers: Collection[str]) -> list[str]:
    """Writes a table column by column; returns the places whose text had to be cut."""
    cut: list[str] = []
    for number, column in enumerate(frame.iter_columns()):
        sheet.write_string(0, number, column.name, looks.head)
        values = [_number(each) for each in column.to_list()] if column.name in numbers else column.to_list()
        widest = max((len(str(each)) for each in values if each is not None), default=0)
        look = looks.folded if widest > _WIDEST else looks.plain
        for row, value in enumerate(values, start=1):
            if _put(sheet, row, number, value, look) > _CELL:
                cut.append(f"{column.name}, row {row + 1}")
        sheet.set_column(number, number, min(max(widest + 2, _headed(column.name)), _WIDEST))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(frame.height, 1), max(frame.width - 1, 0))
    sheet.set_footer(f"&L{marking.replace('&', '&&')}&R&P / &N")
    sheet.set_landscape()
    sheet.repeat_rows(0)
    return cut


def _headed(name: str) -> int:
    """Returns how wide a column must be for the longest word of its heading, bold, beside the button of the filter."""
    longest = max(map(len, name.split()), default=0)
    return min(len(name), max(longest, _LINE)) + _BUTTON


def _number(value: Any) -> Any:
    if not isinstance(value, str) or not _PLAIN.fullmatch(value):
        return value
    return float(value) if "." in value else int(value)


def _put(sheet: Any, row: int, column: int, value: Any, look: Any = None) -> int:
    """Writes one cell by the kind of its value, never by what its text looks like; returns how long it is."""
    if value is None:
        return 0
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value, look)
        return 5
    if isinstance(value, int | float) and abs(value) < _EXACT:
        sheet.write_number(row, column, value, look)
        return len(str(value))
    text = str(value)
    sheet.write_string(row, column, text if len(text) <= _CELL else text[: _CELL - 1] + "…", look)
    return len(text)


def _write_about(sheet: Any, about: About, explained: list[tuple[str, str, str]], bold: Any) -> None:
    row = 0
    for name, value in about.pairs():
        sheet.write_string(row, 0, name, bold)
        sheet.write_string(row, 1, value)
        row += 1
    row += 1
    for column, head in enumerate(("sheet", "column", "what it says")):
        sheet.write_string(row, column, head, bold)
    for number, line in enumerate(explained, start=row + 1):
        for column, text in enumerate(line):
            sheet.write_string(number, column, text)
    for column, width in enumerate((32, 32, 90)):
        sheet.set_column(column, column, width)
