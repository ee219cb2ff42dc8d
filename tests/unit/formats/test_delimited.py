"""Delimited text: any delimiter and encoding, rows as a person counts them, nothing shifted and nothing lost."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eamap.errors import SourceError, UsageError
from eamap.ingest.formats import read
from eamap.ingest.formats.delimited import _fast, _patient, _Source
from eamap.ingest.formats.dialect import dialect_of
from eamap.model.grid import Grid


def grid(path: Path, **options: str) -> Grid:
    (found,) = read(path, **options)
    assert isinstance(found, Grid)
    return found


def rows(found: Grid) -> list[tuple[object, ...]]:
    return found.cells.rows()


def written(folder: Path, content: bytes | str, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def codes(found: Grid) -> list[str]:
    return [issue.code for issue in found.issues]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^"])
def test_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    text = "\n".join(delimiter.join(row) for row in (["Code", "Name"], ["NM1", "PAS, main"], ["NM2", "EPR"]))
    text = text if delimiter != "," else text.replace("PAS, main", '"PAS, main"')
    assert rows(grid(written(tmp_path, text))) == [(1, "Code", "Name"), (2, "NM1", "PAS, main"), (3, "NM2", "EPR")]


def test_delimiter_of_the_user_wins(tmp_path: Path) -> None:
    path = written(tmp_path, "a,b;c,d\n1,2;3,4\n")
    assert grid(path, delimiter=";").width == 2
    with pytest.raises(UsageError, match="one plain character"):
        read(path, delimiter="ab")


def test_separator_line_is_not_a_row(tmp_path: Path) -> None:
    assert rows(grid(written(tmp_path, "sep=;\r\na;b\r\n1;2\r\n"))) == [(1, "a", "b"), (2, "1", "2")]


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", []), ("utf-8-sig", []), ("utf-16", []), ("utf-16-le", []), ("utf-16-be", []),
        ("cp1252", ["encoding-assumed"]),
    ],
)  # fmt: skip
def test_encoding_is_found(tmp_path: Path, encoding: str, said: list[str]) -> None:
    found = grid(written(tmp_path, "Name,Cost\nCafé – Öst,£5\n".encode(encoding)))
    assert rows(found) == [(1, "Name", "Cost"), (2, "Café – Öst", "£5")]
    assert codes(found) == said


def test_encoding_of_the_user_wins(tmp_path: Path) -> None:
    path = written(tmp_path, "Name,Ort\nx,Łódź\n".encode("iso8859_2"))
    assert rows(grid(path, encoding="iso8859-2"))[1] == (2, "x", "Łódź")
    with pytest.raises(UsageError, match="not known"):
        read(path, encoding="klingon")


@pytest.mark.parametrize("late", [0, 5000, 60_000])
def test_cp1252_after_a_clean_sample_is_read_and_said(tmp_path: Path, late: int) -> None:
    clean = b"".join(b"NM%d,PAS of the trust\n" % number for number in range(late))
    found = grid(written(tmp_path, b"Code,Name\n" + clean + b"NM1,Caf\xe9\n"))
    assert rows(found)[-1] == (late + 2, "NM1", "Café")
    assert [(issue.code, issue.row) for issue in found.issues] == [("encoding-assumed", late + 2)]


def test_two_encodings_in_one_file_keep_both_right(tmp_path: Path) -> None:
    found = grid(written(tmp_path, "a,b\nZoë,1\n".encode() + "Zoë,2\n".encode("cp1252")))
    assert [row[1] for row in rows(found)] == ["a", "Zoë", "Zoë"]
    assert "beside UTF-8" in found.issues[0].message


def test_zero_bytes_are_taken_out_and_said(tmp_path: Path) -> None:
    found = grid(written(tmp_path, b'a,b\n"x\ny",1\nP\0A\0S,2\n'))
    assert rows(found)[-1] == (3, "PAS", "2")
    assert [(issue.code, issue.row) for issue in found.issues] == [("nul-bytes", 3)]


def test_blank_lines_count_and_are_left_out(tmp_path: Path) -> None:
    found = grid(written(tmp_path, "\n\na,b\n\n1,2\n , \n,\n3,4\n"))
    assert rows(found) == [(3, "a", "b"), (5, "1", "2"), (8, "3", "4")]


def test_line_break_inside_quotes_is_one_row(tmp_path: Path) -> None:
    found = grid(written(tmp_path, 'a,b\r\n"one\r\ntwo",1\r\nx,"say ""hi"""\r\n'))
    assert rows(found) == [(1, "a", "b"), (2, "one\r\ntwo", "1"), (3, "x", 'say "hi"')]


def test_carriage_returns_alone_end_lines(tmp_path: Path) -> None:
    assert rows(grid(written(tmp_path, "a,b\r1,2\r3,4\r"))) == [(1, "a", "b"), (2, "1", "2"), (3, "3", "4")]


def test_empty_cells_are_null(tmp_path: Path) -> None:
    assert rows(grid(written(tmp_path, 'a,b,c\n"",x,\n1,"",""\n')))[1:] == [(2, None, "x", None), (3, "1", None, None)]


def test_short_rows_are_filled(tmp_path: Path) -> None:
    found = grid(written(tmp_path, "a,b,c\n1\n1,2\n"))
    assert rows(found)[1:] == [(2, "1", None, None), (3, "1", "2", None)]
    assert not found.issues


@pytest.mark.parametrize("before", [0, 5000])
def test_long_rows_are_kept_and_said(tmp_path: Path, before: int) -> None:
    found = grid(written(tmp_path, "a,b\n" + "1,2\n" * before + "1,2,stray\n1,2,,\n" + "3,4\n" * 3))
    assert rows(found)[before + 1] == (before + 2, "1", "2", "stray")
    assert [(issue.code, issue.row, issue.value) for issue in found.issues] == [("row-too-long", before + 2, "stray")]


def test_a_great_many_long_rows_are_counted_not_listed(tmp_path: Path) -> None:
    found = grid(written(tmp_path, "a,b\n" + "1,2\n" * 600 + "1,2,stray\n" * 500))
    assert len(found.issues) == 101
    assert "500 in all" in found.issues[-1].message


def test_blank_before_a_quoted_cell_shifts_nothing(tmp_path: Path) -> None:
    found = grid(written(tmp_path, 'Name,Owner,Contributors,OS\nPAS,"A <a@b>", "B, C",RHEL 8\n'))
    assert rows(found)[1] == (2, "PAS", "A <a@b>", "B, C", "RHEL 8")
    assert codes(found) == ["blank-before-quote"]


def test_blank_before_a_quote_that_belongs_to_the_text_is_left_alone(tmp_path: Path) -> None:
    found = grid(written(tmp_path, 'a,b\n1,"He said, ""no"""\n2, plain\n'))
    assert rows(found)[1:] == [(2, "1", 'He said, "no"'), (3, "2", " plain")]
    assert not found.issues


def test_quote_inside_a_cell_is_text(tmp_path: Path) -> None:
    assert rows(grid(written(tmp_path, 'a,b\n5" pipe,2\n6" pipe,3\n')))[1] == (2, '5" pipe', "2")


def test_quote_never_closed_is_refused_with_its_row(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="row 3 is never closed") as caught:
        read(written(tmp_path, 'a,b\n1,2\n"open,2\n3,4\n5,6\n'))
    assert "line 3" in caught.value.where
    assert caught.value.hint


def test_cell_of_a_megabyte_stays_whole(tmp_path: Path) -> None:
    large = "x" * 1_000_000
    assert rows(grid(written(tmp_path, f"a,b\n{large},2\n")))[1] == (2, large, "2")
    mended = rows(grid(written(tmp_path, f'a,b\n{large}"y,2\n')))
    assert mended[1] == (2, f'{large}"y', "2")


def test_title_above_the_table(tmp_path: Path) -> None:
    found = grid(written(tmp_path, "Our systems\n\nCode,Name,OS\nNM1,PAS,Linux\n"))
    assert rows(found) == [(1, "Our systems", None, None), (3, "Code", "Name", "OS"), (4, "NM1", "PAS", "Linux")]
    assert not found.issues


def test_rows_that_end_early_do_not_make_the_header_too_long(tmp_path: Path) -> None:
    assert not grid(written(tmp_path, "a,b,c,d\n" + "1,2\n" * 20)).issues


def test_one_column_without_any_delimiter(tmp_path: Path) -> None:
    assert rows(grid(written(tmp_path, "Name\nPAS\n\nEPR\n"))) == [(1, "Name"), (2, "PAS"), (4, "EPR")]


def test_running_text_is_no_table(tmp_path: Path) -> None:
    prose = "Dear all,\nthe list will follow next week.\nIt is long, dull, and late, I fear.\nYours\n"
    with pytest.raises(SourceError, match="no table"):
        read(written(tmp_path, prose, "letter.txt"))


def test_the_same_file_gives_the_same_sum_and_types(tmp_path: Path) -> None:
    found = grid(written(tmp_path, "a,b\n1,2\n"))
    assert len(found.sha256) == 64
    assert found.cells.schema == {"row": pl.UInt32, "c1": pl.String, "c2": pl.String}
    assert (found.file, found.sheet, found.format, found.header) == ("list.csv", "", "csv", None)


CELL = st.text(alphabet=' ,;"\n\rabé\t5', max_size=6)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(CELL, min_size=2, max_size=4), min_size=1, max_size=6), st.sampled_from(["\n", "\r\n"]))
def test_both_readers_agree_wherever_the_fast_one_reads(table: list[list[str]], end: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=end).writerows(table)
    data = out.getvalue().encode()
    dialect = dialect_of(data.decode(), ",")
    fast = _fast(data, dialect)
    patient, _ = _patient(_Source(Path("list.csv"), data), dialect)
    if fast is not None and patient.width == fast.width:
        filled = fast.filter(~pl.all_horizontal(pl.exclude("row").str.strip_chars().fill_null("") == ""))
        assert filled.rows() == patient.rows()
