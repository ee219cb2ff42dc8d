"""ODS: the sheets, rows, columns and values that a person sees."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path

import pytest

from eamap.errors import SourceError
from eamap.ingest.formats import read
from eamap.model.grid import Grid

NAMES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"'
    for prefix in ("office", "table", "text", "style")
)
CALC = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'


def book(folder: Path, sheets: str, *, styles: str = "", manifest: str = "", before: str = "") -> Path:
    path = folder / "book.ods"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
        archive.writestr(
            "content.xml",
            f"{before}<office:document-content {NAMES} {CALC}><office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:spreadsheet>{sheets}</office:spreadsheet></office:body></office:document-content>",
        )
    return path


def text(value: str, repeat: int = 1) -> str:
    run = f' table:number-columns-repeated="{repeat}"' if repeat > 1 else ""
    return f'<table:table-cell office:value-type="string"{run}><text:p>{value}</text:p></table:table-cell>'


def empty(repeat: int) -> str:
    return f'<table:table-cell table:number-columns-repeated="{repeat}"/>'


def row(*cells: str, repeat: int = 1, state: str = "") -> str:
    run = f' table:number-rows-repeated="{repeat}"' if repeat > 1 else ""
    hidden = f' table:visibility="{state}"' if state else ""
    return f"<table:table-row{run}{hidden}>{''.join(cells)}</table:table-row>"


def sheet(name: str, *rows: str, style: str = "") -> str:
    return f'<table:table table:name="{name}" table:style-name="{style}">{"".join(rows)}</table:table>'


def only(path: Path) -> Grid:
    (found,) = read(path)
    assert isinstance(found, Grid)
    return found


def test_values_as_text(tmp_path: Path) -> None:
    typed = [
        '<table:table-cell office:value-type="float" office:value="3"><text:p>3.00</text:p></table:table-cell>',
        '<table:table-cell office:value-type="percentage" office:value="0.25"><text:p>25%</text:p></table:table-cell>',
        '<table:table-cell office:value-type="date" office:date-value="2024-02-29"><text:p>29/2</text:p></table:table-cell>',
        '<table:table-cell office:value-type="boolean" office:boolean-value="true"><text:p>ja</text:p></table:table-cell>',
        '<table:table-cell office:value-type="time" office:time-value="PT13H05M00S"><text:p>1 pm</text:p></table:table-cell>',
        (
            '<table:table-cell office:value-type="string"><office:annotation><text:p>remark</text:p></office:annotation>'
            '<text:p>a<text:s text:c="2"/>b</text:p><text:p><text:span>c</text:span></text:p></table:table-cell>'
        ),
    ]
    found = only(book(tmp_path, sheet("Apps", row(text("head", 6)), row(*typed))))
    assert found.cells.rows()[1] == (2, "3", "0.25", "2024-02-29", "TRUE", "13:05:00", "a  b\nc")
    assert (found.format, found.sheet) == ("ods", "Apps")


def test_positions_and_runs(tmp_path: Path) -> None:
    rows = [
        row(empty(16384), repeat=4), row(empty(2), text("Code"), text("Name"), empty(16380)),
        row(empty(2), text("NM1"), text("PAS"), repeat=2), row(empty(16384), repeat=1_048_569),
    ]  # fmt: skip
    started = time.process_time()
    found = only(book(tmp_path, sheet("Apps", *rows)))
    assert time.process_time() - started < 2
    assert found.cells.rows() == [(5, "Code", "Name"), (6, "NM1", "PAS"), (7, "NM1", "PAS")]
    assert found.places == ("C", "D")


def test_hidden_sheets_rows_and_columns(tmp_path: Path) -> None:
    styles = '<style:style style:name="off" style:family="table"><style:table-properties table:display="false"/></style:style>'
    columns = '<table:table-column/><table:table-column table:visibility="collapse"/>'
    shown = sheet("Apps", columns, row(text("Code"), text("Name")), row(text("NM1"), text("PAS"), state="filter"))
    hidden = sheet("Old", row(text("x")), row(text("y")), style="off")
    found = only(book(tmp_path, hidden + shown, styles=styles))
    assert [(issue.code, issue.sheet, issue.row, issue.column) for issue in found.issues] == [
        ("hidden-sheet", "Old", 0, ""), ("hidden-column", "Apps", 0, "B"), ("hidden-rows", "Apps", 2, ""),
    ]  # fmt: skip


def test_errors_are_text_and_said(tmp_path: Path) -> None:
    wrong = '<table:table-cell office:value-type="string" calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>'
    found = only(book(tmp_path, sheet("Apps", row(text("Code")), row(wrong))))
    assert [(issue.code, issue.row, issue.column, issue.value) for issue in found.issues] == [
        ("error-cell", 2, "A", "#N/A")
    ]


def test_runs_without_end_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="more than 50,000,000 cells"):
        read(book(tmp_path, sheet("Apps", row(text("x", 16384), repeat=1_048_576))))


def test_encrypted_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="password protected"):
        read(book(tmp_path, sheet("Apps", row(text("x"))), manifest="<manifest:encryption-data/>"))


def test_entity_bomb_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="entities"):
        read(book(tmp_path, sheet("Apps", row(text("&a;"))), before='<!DOCTYPE x [<!ENTITY a "lol">]>'))
