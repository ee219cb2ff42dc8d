from __future__ import annotations

import csv
import io
import json
import re
from contextlib import redirect_stdout
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eamap.cli import output
from eamap.cli.options import Answering
from eamap.cli.output import as_csv, as_json, emit, form_of
from eamap.cli.tables import _LIVE, MANY, inert, on_paper
from eamap.errors import PluginError, UsageError
from eamap.model.issues import Issue
from eamap.model.results import Column, Omitted, Result, Tally

COLUMNS = (Column("id", "Id"), Column("n", "Interfaces"))
ISSUE = Issue("apps.xlsx", "Apps", 14, "D", "date", "not a date", "write 2026-03-31", "31/02/2024")


def answer(*rows, **more) -> Result:
    return Result("demo", date(2026, 1, 1), 7, COLUMNS, rows, **more)


FULL = answer(
    {"id": "system:NM1/pas", "n": 3, "ref": "system:NM1/pas", "refs": {"n": "count(kind:interface)"}},
    {"id": "system:NM1/lab", "n": None, "ref": "system:NM1/lab"},
    counts={"failing": Tally(1, 2, "count(a)", "count(b)")},
    reference={"lifecycle": {"version": "2025-12-01", "age_days": 31}},
    omitted=Omitted(4, "beyond the limit", "count(kind:system; after 2)"),
    issues=(ISSUE,),
)


def test_a_table_aligns_its_columns_and_says_what_explains_each_number():
    assert on_paper(FULL, "OFFICIAL").splitlines() == [
        "OFFICIAL",
        "",
        "Id              Interfaces  Explained by",
        "system:NM1/pas  3           system:NM1/pas, Interfaces: count(kind:interface)",
        "system:NM1/lab  unknown     system:NM1/lab",
        "",
        "failing: 1 of 2                     count(a) of count(b)",
        "left out: 4, beyond the limit       count(kind:system; after 2)",
        "as of 2026-01-01, version 7         as-of(2026-01-01) version(7)",
        "lifecycle: 2025-12-01, 31 days old  reference(lifecycle; version) reference(lifecycle; age)",
        "",
        "Problems in the data",
        "File       Sheet  Row  Column  Value       Problem     What to do",
        "apps.xlsx  Apps   14   D       31/02/2024  not a date  write 2026-03-31",
    ]


def test_json_is_the_envelope_and_nothing_else(capsysbinary):
    emit(FULL, Answering(form="json"))
    out, err = capsysbinary.readouterr()
    assert json.loads(out) == FULL.envelope()
    assert err == b""


def test_json_takes_half_a_character_of_a_file_name_and_a_huge_number():
    rows = json.loads(as_json(answer({"id": "a\udc80", "n": 2**70})))["rows"]
    assert rows == [{"id": "a\udc80", "n": 2**70}]


def test_csv_has_the_rows_and_their_refs_and_says_the_rest(capsys):
    emit(FULL, Answering(form="csv"))
    out, err = capsys.readouterr()
    assert list(csv.reader(io.StringIO(out))) == [
        ["id", "n", "ref", "refs"],
        ["system:NM1/pas", "3", "system:NM1/pas", '{"n":"count(kind:interface)"}'],
        ["system:NM1/lab", "", "system:NM1/lab", ""],
    ]
    assert "failing: 1 of 2" in err
    assert "Problems in the data are not in the CSV" in err


@pytest.mark.parametrize(
    "cell", ["=1+1", "+SUM(A1)", "-cmd|' /C calc'!A0", "@x", " =1", "\t=1", "\r=1", "\uff1d1", "-", "+-1"]
)
def test_no_cell_of_csv_becomes_a_formula(cell):
    row = next(csv.DictReader(io.StringIO(as_csv(answer({"id": cell})).decode(), newline="")))
    assert row["id"] == f"'{cell}"


@pytest.mark.parametrize("cell", ["-5", "+4.25", "a=b", "NM1", "2026-03-31", ""])
def test_what_is_no_formula_stays_as_it_is(cell):
    row = next(csv.DictReader(io.StringIO(as_csv(answer({"id": cell, "n": -5})).decode(), newline="")))
    assert (row["id"], row["n"]) == (cell, "-5")


@given(st.text())
def test_text_made_inert_holds_no_character_that_a_terminal_obeys(text):
    assert all(character.isprintable() or character.isspace() for character in inert(text) if ord(character) < 0xA0)
    assert "\x1b" not in inert(text)
    assert "\n" not in inert(text)


def test_no_living_character_is_printable_so_printable_text_needs_no_second_look():
    assert not [n for n in range(0x110000) if _LIVE.match(chr(n)) and chr(n).isprintable()]


def test_a_column_may_hold_values_of_several_types():
    values = ["=1", 1, True, 1.0, None, ["a", None], -2, "-2", "-x"]
    mixed = answer(*({"id": value, "n": 1, "ref": "r"} for value in values))
    lines = list(csv.reader(io.StringIO(as_csv(mixed).decode())))
    assert [line[0] for line in lines[1:]] == ["'=1", "1", "yes", "1.0", "", "a; unknown", "-2", "-2", "'-x"]
    table = [line.split("  ")[0] for line in on_paper(mixed).splitlines()[1 : len(values) + 1]]
    assert table == ["=1", "1", "yes", "1", "unknown", "a; unknown", "-2", "-2", "-x"]


def test_a_table_of_wide_and_combining_characters_stays_aligned():
    lines = on_paper(answer({"id": "日本", "n": 1}, {"id": "e\u0301a", "n": 2})).splitlines()
    assert lines[1] == "日本  1"
    assert lines[2] == "e\u0301a    2"


def test_a_table_without_rows_still_has_its_headings():
    assert on_paper(answer()).startswith("Id  Interfaces\n")


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


@pytest.fixture
def screen(monkeypatch):
    """Emits a result to a terminal of forty columns and returns what the terminal was sent."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "40")

    def show(result: Result, asked: Answering) -> str:
        terminal = Terminal()
        with redirect_stdout(terminal):
            emit(result, asked)
        return terminal.getvalue()

    return show


def test_a_terminal_folds_and_never_cuts(screen):
    assert screen(answer({"id": "system:NM1/" + "x" * 100, "n": 1}), Answering()).count("x") == 100


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_no_format_lets_a_cell_control_the_terminal(screen, form):
    shown = screen(answer({"id": "a\x1b]0;owned\x07\u202eb\x9b31m", "n": 1}), Answering(form=form))
    assert "owned" in shown
    assert "\x1b]" not in shown
    assert not {"\x07", "\u202e", "\x9b"} & set(shown)


def test_no_colour_means_no_colour(screen, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    shown = screen(FULL, Answering())
    assert "Interfaces" in shown
    assert not re.search(r"\x1b\[[0-9;]*(3|4|9|10)[0-9]m", shown)


def test_a_terminal_gets_all_rows_of_a_long_table(screen):
    long = answer(*({"id": f"row-{n:04}", "n": n} for n in range(MANY + 1)))
    assert screen(long, Answering()).count("row-") == MANY + 1


@pytest.mark.parametrize(
    ("asked", "form"),
    [
        (Answering(), "table"),
        (Answering(output=Path("-")), "table"),
        (Answering(output=Path("a.JSON")), "json"),
        (Answering(output=Path("a.csv")), "csv"),
        (Answering(output=Path("a.txt")), "table"),
        (Answering(output=Path("a.sarif")), "sarif"),
        (Answering(output=Path("a.csv"), form="json"), "json"),
        (Answering(output=Path("a.xlsx")), ""),
    ],
)
def test_the_format_is_what_was_said_else_what_the_suffix_says(asked, form):
    assert form_of(asked, ("sarif",)) == form


def test_a_command_may_have_a_format_of_its_own(tmp_path):
    emit(
        FULL, Answering(output=tmp_path / "new" / "a.sarif"), writers={"sarif": lambda result: result.command.encode()}
    )
    assert (tmp_path / "new" / "a.sarif").read_bytes() == b"demo"


def test_an_unknown_suffix_is_looked_up_among_the_exporters(monkeypatch, tmp_path):
    seen = []

    class Exporter:
        accepts = "table"
        suffixes = (".xlsx",)

        def export(self, thing, path, options):
            seen.append((thing, path, dict(options)))

    monkeypatch.setattr("eamap.plugins.load_all", lambda group: iter([("xlsx", Exporter())]))
    emit(FULL, Answering(output=tmp_path / "a.xlsx"), marking="OFFICIAL")
    [(sheets, path, options)] = seen
    assert path == tmp_path / "a.xlsx"
    assert options == {
        "marking": "OFFICIAL",
        "profile": "full",
        "title": "demo",
        "as_of": FULL.as_of,
        "version": FULL.version,
        "numbers": (),
    }
    assert sheets[0][0] == "demo"
    assert sheets[0][1].height == len(FULL.rows)
    with pytest.raises(UsageError, match="no table can be written") as caught:
        emit(FULL, Answering(output=tmp_path / "a.doc"))
    assert ".xlsx" in caught.value.hint


def test_a_file_that_cannot_be_written_is_a_usage_error_and_leaves_nothing(tmp_path):
    (tmp_path / "a.json").mkdir()
    with pytest.raises(UsageError, match="cannot be written"):
        emit(FULL, Answering(output=tmp_path / "a.json"))
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_exporters_are_asked_only_when_needed(monkeypatch, tmp_path):
    def broken(group):
        raise PluginError("broken")

    monkeypatch.setattr("eamap.plugins.load_all", broken)
    emit(FULL, Answering(output=tmp_path / "a.json"))
    assert json.loads((tmp_path / "a.json").read_bytes())["command"] == "demo"


def test_talk_goes_to_stderr(capsys):
    output.say("three files\x1b[0m")
    assert capsys.readouterr() == ("", "three files\\x1b[0m\n")
