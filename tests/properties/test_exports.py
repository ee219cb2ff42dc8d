"""What is exported and read back is what the estate holds, whatever its texts are, and no cell becomes a formula."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from eamap.cli.sheets import estate_sheets
from eamap.model.citations import SourcePart
from eamap.model.estate import Estate
from eamap.model.schema import link_schema, thing_schema
from eamap.plugins import Group, load

OPTIONS = {"title": "Estate", "marking": "OFFICIAL", "as_of": "2026-11-22", "version": 1}
STARTS = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet run a cell of a CSV file."""

HOSTILE = st.sampled_from(
    ["=1+1", "+44 20", "-2+3", "@SUM(A1)", "\t=1", "'=quoted", "''=twice", "'plain", "{=A1}", '=HYPERLINK("http://x")', "http://x/",
     "mailto:a@b", "1e5", "007", "TRUE", "2026-01-01", "#REF!", '<b>&"', "a;b,c|d", 'say "x"', "two\nlines", " blank ", "ü – 漢字 🏥",
     "\u202egnp.exe", "__proto__", "../../x", "'; DROP TABLE systems; --", "${jndi:x}", "=cmd|' /C calc'!A0"]
)  # fmt: skip
PLAIN = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1, max_size=12
)
TEXTS = HOSTILE | PLAIN | st.builds("{}{}".format, st.sampled_from(["=", "'", "+", "@", "-"]), PLAIN)


def column(name: str, kind: pl.DataType, number: int) -> st.SearchStrategy[Any]:
    """Returns what may stand in one column of a table."""
    if name in ("id", "from", "to"):
        return st.just(f"system:RJE/{number}")
    if kind.is_integer():
        return st.none() | st.integers(0, 2**31)
    if kind.is_float():
        return st.none() | st.floats(0, 1)
    return st.none() | TEXTS


@st.composite
def tables(draw: st.DrawFn, schema: dict[str, pl.DataType]) -> pl.DataFrame:
    height = draw(st.integers(1, 4))
    rows = [{name: draw(column(name, kind, number)) for name, kind in schema.items()} for number in range(height)]
    return pl.DataFrame(rows, schema=schema)


@st.composite
def estates(draw: st.DrawFn) -> Estate:
    made = {f"things/{kind}": draw(tables(thing_schema(kind))) for kind in ("system", "component", "contract")}
    made |= {f"links/{relation}": draw(tables(link_schema(relation))) for relation in ("USES", "DEPENDS_ON")}
    part = SourcePart(draw(TEXTS), "s", draw(TEXTS), draw(TEXTS), "0" * 64, "m", "RJE", "signed-off", "2026", {}, {}, 3)
    return Estate(made, (part,), 1)


def written(estate: Estate, name: str, folder: Path) -> dict[str, Path]:
    """Exports an estate and returns the files by their stem."""
    exporter = load(Group.EXPORTERS, name)
    return {
        path.stem: path
        for path in exporter.export(estate_sheets(estate, "full"), folder / f"out{exporter.suffixes[0]}", OPTIONS)
    }


def expected(estate: Estate) -> dict[str, pl.DataFrame]:
    return {name: frame for name, frame, _ in estate_sheets(estate, "full") if name != "issues"}


def in_a_folder(check: Callable[[Path], None]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        check(Path(folder))


@given(estates())
@settings(max_examples=40)
def test_parquet_comes_back_with_its_types(estate):
    def check(folder: Path) -> None:
        files = written(estate, "parquet", folder)
        for name, frame in expected(estate).items():
            assert_frame_equal(pl.read_parquet(files[name]), frame)

    in_a_folder(check)


def unguarded(text: str) -> str:
    """Takes one apostrophe away wherever apostrophes stand before one of the six: the rule the exporter documents."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(STARTS) else text


@given(estates())
@settings(max_examples=80)
def test_csv_comes_back_by_the_rule_of_the_apostrophe_and_no_cell_runs(estate):
    def check(folder: Path) -> None:
        files = written(estate, "csv", folder)
        for name, frame in expected(estate).items():
            with files[name].open(encoding="utf-8-sig", newline="") as file:
                head, *rows = list(csv.reader(file))
            assert head == frame.columns
            assert len(rows) == frame.height
            for read, row in zip(rows, frame.rows(), strict=True):
                for cell, value in zip(read, row, strict=True):
                    numeric = isinstance(value, int | float)
                    assert numeric or not cell.startswith(STARTS), "a spreadsheet would run this"
                    assert (float(cell) == value) if numeric else (unguarded(cell) == (value or ""))

    in_a_folder(check)


@given(estates())
@settings(max_examples=30)
def test_a_workbook_comes_back_and_no_cell_is_a_formula_or_a_link(estate):
    def check(folder: Path) -> None:
        book = openpyxl.load_workbook(written(estate, "xlsx", folder)["out"])
        for name, frame in expected(estate).items():
            head, *rows = list(book[name].iter_rows())
            assert [cell.value for cell in head] == frame.columns
            assert len(rows) == frame.height
            for read, row in zip(rows, frame.rows(), strict=True):
                for cell, value in zip(read, row, strict=True):
                    assert cell.data_type != "f"
                    assert cell.hyperlink is None
                    assert cell.value == (pytest.approx(value) if isinstance(value, float) else value)

    in_a_folder(check)


@given(
    st.lists(
        st.dictionaries(st.sampled_from(["name", "notes"]), TEXTS | st.integers(), min_size=2), min_size=1, max_size=4
    )
)
@settings(max_examples=60)
def test_an_answer_as_csv_holds_no_cell_that_runs(rows):
    from datetime import date

    from eamap.cli.output import as_csv
    from eamap.model.results import Column, Result

    result = Result("query", date(2026, 11, 22), 1, (Column("name", "Name"), Column("notes", "Notes")), rows)
    head, *read = list(csv.reader(io.StringIO(as_csv(result).decode(), newline="")))
    assert head == ["name", "notes", "ref", "refs"]
    for cells, row in zip(read, rows, strict=True):
        for cell, value in zip(cells, (row["name"], row["notes"]), strict=False):
            runs = cell.lstrip().startswith(STARTS) and not isinstance(value, int)
            assert not runs or cell.lstrip().lstrip("+-").replace(".", "", 1).isdigit()
            assert cell.removeprefix("'") == str(value).removeprefix("'")
