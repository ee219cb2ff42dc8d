"""XLSX: the sheets, rows, columns and values that a person sees."""

from __future__ import annotations

import datetime as dt
import io
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from eamap.errors import SourceError
from eamap.ingest.formats import read
from eamap.ingest.formats.sheet_xml import prepared
from eamap.model.grid import Grid, column_letter

Fill = Callable[[Any, Any], None]


def book(folder: Path, fill: Fill, name: str = "book.xlsx") -> Path:
    path = folder / name
    made = xlsxwriter.Workbook(str(path))
    fill(made, made.add_worksheet("Apps"))
    made.close()
    return path


def grids(path: Path) -> list[Grid]:
    found = read(path)
    assert all(isinstance(item, Grid) for item in found)
    return [item for item in found if isinstance(item, Grid)]


def rewritten(path: Path, change: Callable[[str], str], part: str = "xl/worksheets/sheet1.xml") -> Path:
    out = io.BytesIO()
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            text = before.read(name).decode()
            after.writestr(name, change(text) if name == part else text)
    path.write_bytes(out.getvalue())
    return path


def plain(_: Any, sheet: Any) -> None:
    sheet.write_row(0, 0, ["Code", "Name"])
    sheet.write_row(1, 0, ["NM1", "PAS"])


def test_plain_sheet(tmp_path: Path) -> None:
    (found,) = grids(book(tmp_path, plain))
    assert found.cells.rows() == [(1, "Code", "Name"), (2, "NM1", "PAS")]
    assert (found.file, found.sheet, found.format, found.places) == ("book.xlsx", "Apps", "xlsx", ("A", "B"))
    assert not found.issues


def test_values_as_text(tmp_path: Path) -> None:
    def fill(made: Any, sheet: Any) -> None:
        day = made.add_format({"num_format": "dd/mm/yyyy"})
        moment = made.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        clock = made.add_format({"num_format": "hh:mm"})
        share = made.add_format({"num_format": "0%"})
        sheet.write_row(0, 0, ["int", "float", "day", "moment", "clock", "share", "yes", "formula", "text"])
        sheet.write_number(1, 0, 3)
        sheet.write_number(1, 1, 3.25)
        sheet.write_datetime(1, 2, dt.datetime.fromisoformat("2024-02-29"), day)
        sheet.write_datetime(1, 3, dt.datetime.fromisoformat("2024-02-29T13:05"), moment)
        sheet.write_datetime(1, 4, dt.time(13, 5), clock)
        sheet.write_number(1, 5, 0.25, share)
        sheet.write_boolean(1, 6, True)
        sheet.write_formula(1, 7, '="Site "&A2', None, "Site 3")
        sheet.write_string(1, 8, "true")

    (found,) = grids(book(tmp_path, fill))
    shown = ("3", "3.25", "2024-02-29", "2024-02-29T13:05:00", "13:05:00", "0.25", "TRUE", "Site 3", "true")
    assert found.cells.rows()[1] == (2, *shown)


def test_errors_are_text_and_said_with_their_cell(tmp_path: Path) -> None:
    def fill(made: Any, sheet: Any) -> None:
        plain(made, sheet)
        sheet.write_formula(1, 2, "=NA()", None, "#N/A")
        sheet.write_boolean(2, 2, False)
        sheet.write(2, 0, 't="e"')

    (found,) = grids(book(tmp_path, fill))
    assert found.cells.rows()[1:] == [(2, "NM1", "PAS", "#N/A"), (3, 't="e"', None, "FALSE")]
    (issue,) = found.issues
    assert (issue.code, issue.sheet, issue.row, issue.column, issue.value) == ("error-cell", "Apps", 2, "C", "#N/A")


@pytest.mark.parametrize("far", [(4, 2), (900_000, 2), (4, 16_000)])
def test_table_that_starts_elsewhere_is_cited_where_it_stands(tmp_path: Path, far: tuple[int, int]) -> None:
    row, column = far

    def fill(_: Any, sheet: Any) -> None:
        sheet.write_row(row, column, ["Code", "Name"])
        sheet.write_row(row + 2, column, ["NM1", "PAS"])

    (found,) = grids(book(tmp_path, fill))
    assert found.cells.rows() == [(row + 1, "Code", "Name"), (row + 3, "NM1", "PAS")]
    assert found.places == (("C", "D") if column == 2 else ("WQK", "WQL"))


def test_sheet_of_a_million_rows_with_twelve_used(tmp_path: Path) -> None:
    def fill(made: Any, sheet: Any) -> None:
        grey = made.add_format({"bg_color": "#dddddd"})
        for number in range(11):
            sheet.write_row(number, 0, [f"NM{number}", "PAS", "Linux"])
        sheet.write_row(1_048_575, 0, ["total", None, "11"])
        sheet.write_blank(1_048_575, 11, None, grey)

    path = book(tmp_path, fill)
    spread = "".join(f'<row r="{row}" s="1" customFormat="1"/>' for row in range(12, 1_048_576))
    rewritten(path, lambda text: text.replace('<row r="1048576"', f'{spread}<row r="1048576"'))
    started = time.process_time()
    (found,) = grids(path)
    assert time.process_time() - started < 5
    assert found.cells.height == 12
    assert found.cells.rows()[-1] == (1_048_576, "total", None, "11")
    assert found.cells.estimated_size() < 10_000


def test_two_cells_in_opposite_corners(tmp_path: Path) -> None:
    def fill(_: Any, sheet: Any) -> None:
        sheet.write(0, 0, "first")
        sheet.write(1_048_575, 16_383, "last")

    (found,) = grids(book(tmp_path, fill))
    assert found.cells.rows() == [(1, "first", None), (1_048_576, None, "last")]
    assert found.places == ("A", "XFD")


def test_sheet_strewn_along_its_diagonal_is_refused(tmp_path: Path) -> None:
    strewn = "".join(
        f'<row r="{step * 100}"><c r="{column_letter(step)}{step * 100}"><v>1</v></c></row>' for step in range(1, 9001)
    )
    path = rewritten(
        book(tmp_path, plain),
        lambda text: re.sub(r"<sheetData>.*</sheetData>", f"<sheetData>{strewn}</sheetData>", text),
    )
    with pytest.raises(SourceError, match="9,000 rows and 9,000 columns") as caught:
        read(path)
    assert "sheet Apps" in caught.value.where


def test_hidden_sheets_are_said_and_left_out(tmp_path: Path) -> None:
    def fill(made: Any, sheet: Any) -> None:
        plain(made, sheet)
        for name, hide in (("Old", "hide"), ("Lists", "very_hidden")):
            other = made.add_worksheet(name)
            other.write_column(0, 0, ["Name", "a", "b"])
            getattr(other, hide)()

    (found,) = grids(book(tmp_path, fill))
    assert found.sheet == "Apps"
    assert [(issue.code, issue.sheet, issue.value) for issue in found.issues] == [
        ("hidden-sheet", "Old", "2"), ("hidden-sheet", "Lists", "2"),
    ]  # fmt: skip
    assert "very hidden" in found.issues[1].message


def test_hidden_columns_and_rows_are_read_and_said(tmp_path: Path) -> None:
    def fill(made: Any, sheet: Any) -> None:
        plain(made, sheet)
        sheet.write(1, 2, "secret")
        sheet.write(2, 0, "NM2")
        sheet.set_column("C:C", None, None, {"hidden": True})
        sheet.set_column("E:F", None, None, {"hidden": True})
        sheet.set_row(2, None, None, {"hidden": True})

    (found,) = grids(book(tmp_path, fill))
    assert found.cells.rows()[1:] == [(2, "NM1", "PAS", "secret"), (3, "NM2", None, None)]
    said = [(issue.code, issue.row, issue.column) for issue in found.issues]
    assert said == [("hidden-column", 0, "C"), ("hidden-rows", 3, "")]


def test_empty_sheet_is_said(tmp_path: Path) -> None:
    def fill(made: Any, sheet: Any) -> None:
        plain(made, sheet)
        made.add_worksheet("Notes")

    (found,) = grids(book(tmp_path, fill))
    assert [(issue.code, issue.sheet) for issue in found.issues] == [("empty-sheet", "Notes")]


def test_no_visible_text_is_refused(tmp_path: Path) -> None:
    def fill(made: Any, _: Any) -> None:
        other = made.add_worksheet("Old")
        other.write(0, 0, "x")
        other.hide()

    with pytest.raises(SourceError, match="no visible sheet"):
        read(book(tmp_path, fill))


def test_charts_are_no_sheets(tmp_path: Path) -> None:
    def fill(made: Any, sheet: Any) -> None:
        plain(made, sheet)
        chart = made.add_chart({"type": "bar"})
        chart.add_series({"values": "=Apps!$A$1:$A$2"})
        made.add_chartsheet("Chart").set_chart(chart)

    assert [found.sheet for found in grids(book(tmp_path, fill))] == ["Apps"]


def test_wide_sheet(tmp_path: Path) -> None:
    def fill(_: Any, sheet: Any) -> None:
        for row in range(50):
            sheet.write_row(row, 0, [f"{row}.{column}" for column in range(60)])

    (found,) = grids(book(tmp_path, fill))
    assert (found.cells.height, found.width, found.places[-1]) == (50, 60, "BH")
    assert found.cells.rows()[49][60] == "49.59"


UNUSUAL: list[tuple[str, Callable[[str], str]]] = [
    ("prefixed", lambda text: re.sub(r"<(/?)(\w)", r"<\1x:\2", text).replace('xmlns="', 'xmlns:x="')),
    ("single quotes", lambda text: re.sub(r"(<(?:row|c) [^>]*>)", lambda tag: tag[0].replace('"', "'"), text)),
    ("place last", lambda text: re.sub(r'<c (r="\w+")([^>]*)>', r"<c\2 \1>", text)),
    ("no places", lambda text: re.sub(r'<c r="\w+"', "<c", text)),
    ("rows out of order", lambda text: re.sub(r"(<row.*?</row>)(<row.*?</row>)", r"\2\1", text)),
]


@pytest.mark.parametrize("change", [change for _, change in UNUSUAL], ids=[name for name, _ in UNUSUAL])
def test_xml_written_in_unusual_ways(tmp_path: Path, change: Callable[[str], str]) -> None:
    def fill(made: Any, sheet: Any) -> None:
        plain(made, sheet)
        sheet.write_boolean(1, 2, True)
        sheet.write_formula(1, 3, "=NA()", None, "#N/A")

    path = book(tmp_path, fill)
    rewritten(path, lambda text: re.sub(r"^<\?xml[^>]*\?>\s*", "", text))
    (found,) = grids(rewritten(path, change))
    assert found.cells.rows() == [(1, "Code", "Name", None, None), (2, "NM1", "PAS", "TRUE", "#N/A")]
    assert [(issue.code, issue.row, issue.column) for issue in found.issues] == [("error-cell", 2, "D")]
    assert found.places == ("A", "B", "C", "D")


def test_inline_text_is_read(tmp_path: Path) -> None:
    path = book(tmp_path, plain)
    inline = '<c r="A2" t="inlineStr"><is><r><t>N</t></r><r><t>M1</t></r></is></c>'
    rewritten(path, lambda text: re.sub(r'<c r="A2".*?</c>', inline, text))
    assert grids(path)[0].cells.rows()[1] == (2, "NM1", "PAS")


@pytest.mark.parametrize(
    ("first", "text"),
    [
        ('t="inlineStr"><is><t>Code</t></is>', "Code"),
        ('s="1" t="inlineStr"> <is> <t xml:space="preserve">Code </t></is>', "Code "),
        ('t="inlineStr"><is><t>&amp;c</t></is>', "&c"),
        ('t="inlineStr"><is><r><t>Co</t></r><r><t>de</t></r></is>', "Code"),
        ('t="inlineStr"><is><t> </t></is>', None),
        ('t="inlineStr"><is><t></t></is>', None),
        ('t="inlineStr"><is><t/></is>', None),
        ('t="inlineStr"><is/>', None),
        ("><is><t>Code</t></is>", "Code"),
        ('t="str"><v>Code</v>', "Code"),
        ('t="str"><v></v>', None),
    ],
)
def test_what_is_written_in_the_first_cell_moves_no_other(tmp_path: Path, first: str, text: str | None) -> None:
    cell = r'<c r="A1"[^>]*>.*?</c>'
    path = rewritten(book(tmp_path, plain), lambda xml: re.sub(cell, f'<c r="A1" {first}</c>', xml, count=1))
    (found,) = grids(path)
    assert found.cells.rows() == [(1, text, "Name"), (2, "NM1", "PAS")]
    assert found.places == ("A", "B")


def test_a_sheet_whose_first_cell_has_text_is_not_written_anew(tmp_path: Path) -> None:
    made = book(tmp_path, plain)
    inline = '<c r="A1" t="inlineStr"><is><t>Code</t></is></c>'
    for path in (made, rewritten(made, lambda text: re.sub(r'<c r="A1"[^>]*>.*?</c>', inline, text, count=1))):
        with zipfile.ZipFile(path) as package:
            xml = package.read("xl/worksheets/sheet1.xml")
        assert prepared(xml, "here").pieces == ()


def test_formula_like_labels_stay_text(tmp_path: Path) -> None:
    def fill(_: Any, sheet: Any) -> None:
        sheet.write_string(0, 0, "Name")
        sheet.write_string(1, 0, '=cmd|"/c calc"!A1')

    assert grids(book(tmp_path, fill))[0].cells.rows()[1] == (2, '=cmd|"/c calc"!A1')
