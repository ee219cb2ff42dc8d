"""eamap lifecycle match: any list of strings, answered row by row, with or without a store."""

import csv
import io
import json

import pytest
from click.testing import CliRunner

from eamap.cli.main import program

COLUMNS = [
    "raw", "outcome", "product", "cycle", "candidates", "eol_best", "eol_worst", "extended_end", "rule", "confidence",
    "supplement_product", "supplement_cycle", "supplement_end",
]  # fmt: skip
SYSTEMS = "Organisation code,System ID,System name,Supplier,Product,Status\nZN02,pas,PAS,Epic,Epic,Live\n"
TEXTS = [
    "Windows Server 2012 R2",
    "Our own thing",
    "Oracle 11g",
    "Windows Server 2012 R2",
    "IIS 8.5",
    "vSphere 6.0",
    "Oracle 8i",
]


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments, given=None):
    return CliRunner().invoke(
        program, ["lifecycle", "match", *arguments, "--as-of", "2026-11-22"], input=given, prog_name="eamap"
    )


def rows(*arguments, given=None):
    done = run(*arguments, "--format", "csv", given=given)
    assert done.exit_code == 0, done.stderr
    return list(csv.DictReader(io.StringIO(done.stdout)))


def test_the_csv_has_the_columns_of_the_contract_and_a_row_a_text_in_order(here):
    (here / "texts.csv").write_text(
        "id,raw\n" + "".join(f"{n},{text}\n" for n, text in enumerate(TEXTS)), encoding="utf-8"
    )
    found = rows("texts.csv")
    assert list(found[0]) == COLUMNS
    assert [row["raw"] for row in found] == TEXTS
    assert [row["outcome"] for row in found] == [
        "exact", "unmatched", "family", "exact", "uncovered_product", "ambiguous", "uncovered_cycle",
    ]  # fmt: skip


def test_a_cell_is_empty_where_the_outcome_has_nothing_to_say(here):
    found = {row["raw"]: row for row in rows("-", given="\n".join(TEXTS) + "\n")}
    assert len(found) == 6
    for row in found.values():
        assert bool(row["product"]) == (row["outcome"] in ("exact", "family", "uncovered_cycle"))
        assert bool(row["cycle"]) == (row["outcome"] == "exact")
        assert bool(row["eol_best"]) == bool(row["eol_worst"]) == (row["outcome"] in ("exact", "family"))
        assert bool(row["supplement_product"]) == (row["outcome"] == "uncovered_product")
    assert found["IIS 8.5"]["supplement_end"] == "2023-10-10"
    assert found["Oracle 11g"]["candidates"] == "oracle-database:11.2|oracle-database:11.1"


def test_lines_stdin_and_a_named_column_say_the_same(here):
    (here / "lines.txt").write_text("\n".join(TEXTS), encoding="utf-8")
    (here / "named.csv").write_text("Component\r\n" + "\r\n".join(TEXTS) + "\r\n", encoding="utf-8-sig")
    assert rows("lines.txt") == rows("-", given="\n".join(TEXTS)) == rows("named.csv", "--column", "Component")


def test_the_json_counts_every_outcome_of_all_rows(here):
    done = json.loads(run("-", "--format", "json", given="\n".join(TEXTS)).stdout)
    assert {name: tally["n"] for name, tally in done["counts"].items()} == {
        "exact": 2, "family": 1, "ambiguous": 1, "uncovered_cycle": 1, "uncovered_product": 1, "not_software": 0, "unmatched": 1,
    }  # fmt: skip
    assert {tally["of"] for tally in done["counts"].values()} == {7}
    assert done["rows"][2]["missing"] == "minor version"
    assert done["rows"][2]["refs"]["eol_best"] == "match(Oracle 11g; eol_best)"
    assert set(done["reference"]) == {"lifecycle", "crosswalks"}


@pytest.mark.parametrize("given", ["", "\n", "raw\n"])
def test_nothing_gives_no_figure_that_is_not_there(here, given):
    assert all(row["outcome"] == "unmatched" for row in rows("-", given=given))


@pytest.mark.parametrize(
    ("content", "arguments", "says"),
    [
        (None, (), "cannot be read"),
        (b"raw\n\xff\xfe\x00", (), "is not UTF-8"),
        (b"a,b\n1,2\n", ("--column", "Component"), "has no column 'Component'"),
        (b"", ("--column", "Component"), "has no column 'Component'"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_place_and_a_hint(here, content, arguments, says):
    if content is not None:
        (here / "texts.csv").write_bytes(content)
    done = run("texts.csv", *arguments)
    assert done.exit_code != 0
    assert says in done.stderr
    assert "texts.csv" in done.stderr
    assert "Traceback" not in done.stderr


def test_hostile_texts_stay_texts(here):
    found = rows("-", given='=HYPERLINK("http://x")\n@SUM(1)\n\x1b[31mred\n')
    assert [row["raw"][0] for row in found[:2]] == ["'", "'"]
    assert "\x1b" not in run("-", given="\x1b[31mred\n").stdout


def test_what_a_person_decided_goes_first_and_is_explained(here):
    (here / "systems.csv").write_text(SYSTEMS, encoding="utf-8")
    runner = CliRunner()
    for arguments in (
        ["ingest", "systems.csv"],
        ["decide", "match", "Our own thing", "postgresql:12", "--who", "Head of IT", "--reason", "seen"],
    ):
        assert runner.invoke(program, arguments, prog_name="eamap").exit_code == 0
    (row,) = rows("-", given="Our own thing")
    assert (row["outcome"], row["product"], row["cycle"]) == ("exact", "postgresql", "12")
    assert row["rule"].startswith("decision/")
    told = runner.invoke(
        program, ["explain", 'match("Our own thing"; eol_best)', "--format", "json"], prog_name="eamap"
    )
    assert "2024-11-21" in told.stdout


def test_a_count_is_explained_by_its_rows(here):
    (here / "systems.csv").write_text(SYSTEMS, encoding="utf-8")
    (here / "texts.csv").write_text("raw\nOracle 11g\nTomcat 8\nPHP 7.4\n", encoding="utf-8")
    assert CliRunner().invoke(program, ["ingest", "systems.csv"], prog_name="eamap").exit_code == 0
    tally = json.loads(run("texts.csv", "--format", "json").stdout)["counts"]["family"]
    for ref, value in ((tally["ref"], 2), (tally["of_ref"], 3)):
        told = CliRunner().invoke(program, ["explain", ref, "--format", "json"], prog_name="eamap")
        assert json.loads(told.stdout)["rows"][0]["value"] == value, told.stderr
