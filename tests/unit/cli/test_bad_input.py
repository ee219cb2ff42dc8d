"""What a user meets who gives eamap a bad file, a bad cell, a bad disk or a bad store: a code, words, a way out.

How each format finds out is tested in tests/unit/formats and tests/unit/stores; here is what comes out of the program.
"""

from __future__ import annotations

import errno
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from click.testing import CliRunner

from eamap.cli.main import program

HEAD = "Organisation code,System ID,System name,System type,Supplier,Product,Status,Environment,Installed\n"
PAS = "RJE,pas,PAS,Patient administration system,Epic,Epic,Live,Live,2020\n"
RIS = "RJE,ris,CRIS,Radiology information system,Magentus,CRIS,Live,Live,2021\n"
CONTRACTS = "Contract ID,Title,Supplier,Buyer,Total value,Start date,End date\n"
SOURCE, STORE = 3, 5
"""Exit codes."""


@dataclass
class Said:
    """What a run of the program said."""

    code: int
    out: str
    err: str

    @property
    def hint(self) -> str:
        return next((line.removeprefix("Hint: ") for line in self.err.splitlines() if line.startswith("Hint: ")), "")

    @property
    def issues(self) -> list[dict[str, Any]]:
        return json.loads(self.out)["issues"]


class Desk:
    """A folder with a store in it, and the program."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = folder / "store"

    def write(self, name: str, content: bytes | str) -> Path:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def run(self, *words: object) -> Said:
        done = CliRunner().invoke(program, [*map(str, words), "--store", str(self.store)], prog_name="eamap")
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        assert "Traceback" not in done.stderr
        return Said(done.exit_code, done.stdout, done.stderr)

    def ingest(self, *words: object) -> Said:
        return self.run("ingest", *words, "--format", "json")

    @property
    def versions(self) -> list[int]:
        return [row["version"] for row in json.loads(self.run("log", "--format", "json").out)["rows"]]

    def refused(self, *words: object, code: int = SOURCE) -> Said:
        """Runs an ingest that must end with a code, a message, a hint, and without a new version."""
        before = self.versions
        said = self.ingest(*words)
        assert said.code == code, said.err
        assert said.err.count("Error: ") == 1
        assert said.hint
        assert self.versions == before
        return said

    def taken(self, *words: object) -> Said:
        """Runs an ingest that must publish."""
        before = self.versions
        said = self.ingest(*words)
        assert said.code == 0, said.err
        assert len(self.versions) == len(before) + 1
        return said

    def field(self, identifier: str, name: str) -> Any:
        rows = json.loads(self.run("explain", f"field({identifier}; {name})", "--format", "json").out)["rows"]
        return rows[0]["value"]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def workbook(path: Path, fill: Callable[[Any], None] | None = None) -> Path:
    """Writes a workbook of two systems."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Apps")
    for number, line in enumerate((HEAD + PAS + RIS).splitlines()):
        sheet.write_row(number, 0, line.split(","))
    if fill:
        fill(sheet)
    book.close()
    return path


def repacked(path: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """Writes the parts of a package anew."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(name, change(name, before.read(name)))
    path.write_bytes(out.getvalue())
    return path


# Files ------------------------------------------------------------------------------------------------------------


def test_an_empty_file(desk: Desk) -> None:
    said = desk.refused(desk.write("list.csv", ""))
    assert "list.csv: the file is empty" in said.err
    assert "export or copy it again" in said.hint


def test_a_wrong_extension(desk: Desk) -> None:
    assert "picture" in desk.refused(desk.write("list.png", b"\x89PNG\r\n\x1a\n" + bytes(99))).err
    said = desk.taken(workbook(desk.folder / "list.csv"))
    assert [issue["code"] for issue in said.issues] == ["suffix-mismatch"]


def test_a_workbook_that_is_a_web_page(desk: Desk) -> None:
    said = desk.refused(desk.write("list.xlsx", "<html><body><table><tr><td>PAS</td></tr></table></body></html>"))
    assert "web page" in said.err
    assert "save it as .xlsx" in said.hint


def test_a_workbook_that_is_a_csv_file_is_read_and_said(desk: Desk) -> None:
    said = desk.taken(desk.write("list.xlsx", HEAD + PAS))
    assert [issue["code"] for issue in said.issues] == ["suffix-mismatch"]


def test_an_encrypted_workbook(desk: Desk) -> None:
    msoffcrypto = pytest.importorskip("msoffcrypto.format.ooxml", reason="needs msoffcrypto: it makes the workbook")
    plain, closed = workbook(desk.folder / "plain.xlsx"), desk.folder / "closed.xlsx"
    with plain.open("rb") as source, closed.open("wb") as target:
        msoffcrypto.OOXMLFile(source).encrypt("secret", target)
    assert "password protected" in desk.refused(closed).err


def test_a_sheet_of_a_million_rows_of_which_three_are_used(desk: Desk) -> None:
    path = workbook(desk.folder / "wide.xlsx", lambda sheet: sheet.write_blank(1_048_575, 12, None, None))
    spread = "".join(f'<row r="{row}" ht="15"/>' for row in range(4, 1_048_577)).encode()
    repacked(
        path,
        lambda name, part: (
            part.replace(b"</sheetData>", spread + b"</sheetData>") if name.endswith("sheet1.xml") else part
        ),
    )
    said = desk.taken(path)
    assert json.loads(said.out)["rows"][0]["rows"] == 2


def test_a_zip_bomb(desk: Desk) -> None:
    path = workbook(desk.folder / "bomb.xlsx")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as package, package.open("xl/media/large.bin", "w") as part:
        for _ in range(64):
            part.write(bytes(2**20))
    assert path.stat().st_size < 200_000
    assert "no workbook does" in desk.refused(path).err


@pytest.mark.parametrize("root", ["CapabilityStatement", "model"])
def test_an_entity_bomb(desk: Desk, root: str) -> None:
    entities = '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    said = desk.refused(
        desk.write("bomb.xml", f'<?xml version="1.0"?>{entities}<{root} xmlns="http://hl7.org/fhir">&b;</{root}>')
    )
    assert "entities" in said.err


def test_a_folder_instead_of_a_file(desk: Desk) -> None:
    said = desk.refused(desk.folder)
    assert "this is a folder" in said.err
    assert "FOLDER/*" in said.hint


def test_a_file_that_is_not_there(desk: Desk) -> None:
    assert "there is no such file" in desk.refused(desk.folder / "gone.csv").err


def test_a_file_that_may_not_be_read(desk: Desk, monkeypatch) -> None:
    path, whole = desk.write("list.csv", HEAD + PAS), Path.open

    def closed(self: Path, *args: Any, **options: Any) -> Any:
        if self == path:
            raise PermissionError(errno.EACCES, "Permission denied", str(self))
        return whole(self, *args, **options)

    monkeypatch.setattr(Path, "open", closed)
    assert "may not be read" in desk.refused(path).err


def test_of_several_files_one_bad_one_stops_all(desk: Desk) -> None:
    desk.refused(desk.write("good.csv", HEAD + PAS), desk.write("bad.csv", ""))


# Text -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("encoding", "code"), [("cp1252", "encoding-assumed"), ("utf-16", ""), ("utf-8-sig", "")])
def test_encodings(desk: Desk, encoding: str, code: str) -> None:
    text = HEAD + PAS.replace(",PAS,", ",Café – PAS,")
    said = desk.taken(desk.write("list.csv", text.encode(encoding)))
    assert desk.field("system:RJE/pas", "name") == "Café – PAS"
    assert code in [issue["code"] for issue in said.issues] or not code


def test_nul_bytes_are_taken_out_and_said(desk: Desk) -> None:
    said = desk.taken(desk.write("list.csv", HEAD + PAS.replace(",PAS,", ",P\0AS,")))
    assert desk.field("system:RJE/pas", "name") == "PAS"
    assert any("NUL" in issue["message"] or "zero" in issue["message"] for issue in said.issues)


def test_a_cell_of_a_megabyte(desk: Desk) -> None:
    said = desk.ingest(desk.write("list.csv", HEAD + PAS + f"RJE,big,{'x' * 2**20},PAS,Epic,Epic,Live,Live,2020\n"))
    assert said.code == 0, said.err
    assert len(said.err) < 2000
    assert max(len(issue["value"]) for issue in [{"value": ""}, *said.issues]) < 2000
    assert desk.field("system:RJE/pas", "name") == "PAS"


def test_duplicate_headers(desk: Desk) -> None:
    said = desk.taken(
        desk.write("list.csv", HEAD.replace("Product", "Supplier") + PAS.replace("Epic,Epic", "Epic,Other"))
    )
    assert desk.field("system:RJE/pas", "supplier") == "Epic"
    assert any("Supplier" in issue["message"] + issue["value"] + issue["column"] for issue in said.issues)


# Rows and cells ---------------------------------------------------------------------------------------------------


def test_an_id_twice_in_one_file_blocks_and_says_both_rows(desk: Desk) -> None:
    path = desk.write("list.csv", HEAD + PAS + RIS + PAS.replace("PAS,Pat", "PAS two,Pat"))
    said = desk.refused(path)
    assert "row 4 has the same identity as row 2" in said.err
    assert "--keep-going" in said.hint
    assert [(issue["row"], issue["blocks"]) for issue in said.issues] == [(4, True)]
    desk.taken(path, "--keep-going")
    assert desk.field("system:RJE/pas", "name") == "PAS"


def test_an_id_in_two_sources_is_one_system_and_a_difference_is_a_finding(desk: Desk) -> None:
    desk.taken(desk.write("one.csv", HEAD + PAS), "--source", "one")
    desk.taken(desk.write("two.csv", HEAD + PAS.replace("Epic,Epic", "Oracle,Epic")), "--source", "two")
    rows = json.loads(desk.run("query", "kind:system", "--format", "json").out)["rows"]
    assert [row["id"] for row in rows] == ["system:RJE/pas"]
    found = json.loads(desk.run("check", "--only", "INV004", "--format", "json").out)["rows"]
    assert [row["subject"] for row in found] == ["system:RJE/pas"]
    assert {cell["value"] for cell in found[0]["citations"]} == {"Epic", "Oracle"}


def test_an_unknown_organisation_is_said_with_its_cell_and_what_may_be_meant(desk: Desk) -> None:
    said = desk.taken(desk.write("list.csv", HEAD + PAS + RIS.replace("RJE", "RIH") + RIS.replace("RJE", "ZZQ9")))
    issues = {issue["value"]: issue for issue in said.issues if issue["code"] == "unknown-organisation"}
    assert {value: (issue["row"], issue["column"]) for value, issue in issues.items()} == {
        "RIH": (3, "Organisation code"), "ZZQ9": (4, "Organisation code"),
    }  # fmt: skip
    assert issues["RIH"]["hint"].startswith("perhaps R1H ")
    assert "organisation file" in issues["ZZQ9"]["hint"]


@pytest.mark.parametrize(("closed", "heir"), [("RVY", "RBN"), ("RA4", "RH5")])
def test_a_closed_organisation_is_kept_and_its_successor_told(desk: Desk, closed: str, heir: str) -> None:
    said = desk.taken(desk.write("list.csv", HEAD + PAS.replace("RJE", closed)))
    assert f"Note: {closed} " in said.err
    assert f"; {heir} " in said.err
    assert desk.field(f"system:{closed}/pas", "name") == "PAS"


def test_a_day_that_is_none(desk: Desk) -> None:
    said = desk.taken(desk.write("list.csv", HEAD + PAS.replace("2020", "31/02/2024")))
    (issue,) = [each for each in said.issues if each["code"] == "bad-date"]
    assert (issue["row"], issue["column"], issue["value"], issue["blocks"]) == (2, "Installed", "31/02/2024", False)
    assert issue["hint"]
    assert desk.field("system:RJE/pas", "installed") is None
    assert (
        "31/02/2024"
        in desk.run("explain", "field(system:RJE/pas; installed)").out
        + desk.run("source", "show", "RJE/generic-systems").out
    )


def test_negative_money(desk: Desk) -> None:
    said = desk.taken(desk.write("contracts.csv", CONTRACTS + "C1,PAS,Epic,RJE,-5000,2020-01-01,2025-01-01\n"))
    (issue,) = [each for each in said.issues if each["code"] == "bad-money"]
    assert (issue["row"], issue["column"], issue["value"]) == (2, "Total value", "-5000")
    assert issue["hint"]
    rows = json.loads(desk.run("query", "kind:contract", "--format", "json").out)["rows"]
    assert [row.get("total") for row in rows] == [None]


FORMULAS = ("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", '=HYPERLINK("http://x","y")', "<script>alert(1)</script>")


@pytest.mark.parametrize("label", FORMULAS)
def test_a_label_like_a_formula_stays_text_everywhere(desk: Desk, label: str) -> None:
    quoted = '"' + label.replace('"', '""') + '"'
    desk.taken(desk.write("list.csv", HEAD + PAS.replace(",PAS,", f",{quoted},")))
    assert desk.field("system:RJE/pas", "name") == label
    for name in ("estate.xlsx", "answer.xlsx"):
        words = ("export",) if name == "estate.xlsx" else ("query", "kind:system")
        assert desk.run(*words, "-o", desk.folder / name).code == 0
        found = [
            cell for sheet in openpyxl.load_workbook(desk.folder / name) for row in sheet.iter_rows() for cell in row
        ]
        assert label in [cell.value for cell in found]
        assert not [cell.value for cell in found if cell.data_type == "f" or cell.hyperlink]
    told = desk.run("query", "kind:system", "--format", "csv").out
    assert f"{'' if label[0] == '<' else chr(39)}{label.replace(chr(34), chr(34) * 2)}" in told
    assert desk.run("map", "interface", "kind:system", "-o", desk.folder / "map.svg").code == 0
    drawn = (desk.folder / "map.svg").read_text(encoding="utf-8")
    assert "<script" not in drawn
    assert "<a " not in drawn


# Disks and stores -------------------------------------------------------------------------------------------------


@pytest.fixture
def kept(desk: Desk) -> Desk:
    """A desk whose store has a version."""
    desk.taken(desk.write("first.csv", HEAD + PAS), "--source", "first")
    return desk


def test_a_full_disk_keeps_the_last_version(kept: Desk, monkeypatch) -> None:
    from eamap.stores import files

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(files.os, "fsync", full)
        said = kept.refused(kept.write("more.csv", HEAD + RIS), "--source", "more", code=STORE)
    assert "no room" in said.err
    kept.taken(kept.folder / "more.csv", "--source", "more")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mounts a disk of half a megabyte, where that is allowed."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only on systems where a test may mount a disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_is_really_full(kept: Desk, small_disk: Path) -> None:
    shutil.copytree(kept.store, small_disk / "store")
    kept.store = small_disk / "store"
    with pytest.raises(OSError, match="No space"), (small_disk / "filler").open("wb", buffering=0) as filler:
        while True:
            assert filler.write(b"x" * 4096)
    said = kept.refused(kept.write("more.csv", HEAD + RIS), "--source", "more", code=STORE)
    assert "no room" in said.err
    (small_disk / "filler").unlink()
    kept.taken(kept.folder / "more.csv", "--source", "more")


def test_an_answer_that_finds_no_room_says_so(kept: Desk, monkeypatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    said = kept.run("summary", "-o", kept.folder / "summary.json")
    assert said.code == 2
    assert "cannot be written: No space left" in said.err
    assert not (kept.folder / "summary.json").exists()


HOLD = "import sys; from eamap.stores.folder import FolderStore\nwith FolderStore(sys.argv[1]).writer(5): print('held', flush=True); input()"


def test_a_store_that_another_process_writes_to(kept: Desk, root: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(kept.store)]
    environment = os.environ | {"PYTHONPATH": str(root)}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        said = kept.refused(kept.write("more.csv", HEAD + RIS), "--source", "more", "--wait", "0.1", code=STORE)
        assert f"process {holder.pid}" in said.err
        assert "--wait" in said.hint
        assert kept.run("query", "kind:system").code == 0, "readers need no lock"
        holder.kill()
    kept.taken(kept.folder / "more.csv", "--source", "more")


@pytest.mark.parametrize("words", [("summary",), ("ingest", "first.csv"), ("log",)])
def test_a_store_from_the_future(kept: Desk, words: tuple[str, ...]) -> None:
    head = kept.store / "HEAD"
    stated = json.loads(head.read_bytes())
    head.write_text(json.dumps({**stated, "format": stated["format"] + 1}), encoding="utf-8")
    said = kept.run(*(kept.folder / word if word.endswith(".csv") else word for word in words))
    assert said.code == STORE
    assert str(stated["format"] + 1) in said.err
    assert said.hint


def test_a_damaged_table(kept: Desk) -> None:
    for blob in (kept.store / "tables").iterdir():
        blob.write_bytes(blob.read_bytes()[: blob.stat().st_size // 2])
    said = kept.run("query", "kind:system")
    assert said.code == STORE
    assert ".parquet" in said.err
    assert said.hint


def test_a_store_that_is_not_there(desk: Desk) -> None:
    said = desk.run("summary")
    assert said.code == STORE
    assert "eamap ingest" in said.hint
    assert not desk.store.exists()


def test_a_folder_that_is_no_store(desk: Desk) -> None:
    desk.store.mkdir()
    (desk.store / "holiday.jpg").write_bytes(b"x")
    said = desk.ingest(desk.write("list.csv", HEAD + PAS))
    assert said.code == STORE
    assert "--store" in said.hint
    assert [path.name for path in desk.store.iterdir()] == ["holiday.jpg"]


# Editions ---------------------------------------------------------------------------------------------------------

MANY = "".join(f"RJE,s{number},System {number},PAS,Epic,Epic,Live,Live,2020\n" for number in range(10))


def ids(desk: Desk) -> set[str]:
    return {row["id"] for row in json.loads(desk.run("query", "kind:system", "--format", "json").out)["rows"]}


def test_the_same_file_twice_is_once(desk: Desk) -> None:
    path = desk.write("list.csv", HEAD + MANY)
    desk.taken(path)
    said = desk.ingest(path)
    assert said.code == 0
    assert "the estate holds all of this already" in said.err
    assert desk.versions == [1]


def test_next_years_file_retires_what_went(desk: Desk) -> None:
    desk.taken(desk.write("list_2026.csv", HEAD + MANY))
    lines = MANY.splitlines(keepends=True)
    said = desk.taken(desk.write("list_2027.csv", HEAD + "".join(lines[1:]) + PAS))
    assert [(row["added"], row["retired"]) for row in json.loads(said.out)["rows"]] == [(1, 1)]
    assert ids(desk) == {"system:RJE/pas", *(f"system:RJE/s{number}" for number in range(1, 10))}
    assert (
        json.loads(desk.run("query", "kind:system", "--at", "1", "--format", "json").out)["counts"]["selected"]["n"]
        == 10
    )


def test_a_file_of_which_most_went_is_a_question(desk: Desk) -> None:
    desk.taken(desk.write("list_2026.csv", HEAD + MANY))
    cut = desk.write("list_2027.csv", HEAD + "".join(MANY.splitlines(keepends=True)[:5]))
    said = desk.refused(cut)
    assert "5 of 10 things would be retired" in said.err
    assert "--confirm-retire" in said.hint
    assert "--partial" in said.hint
    desk.taken(cut, "--confirm-retire")
    assert len(ids(desk)) == 5


def test_a_partial_file_retires_nothing(desk: Desk) -> None:
    desk.taken(desk.write("list_2026.csv", HEAD + MANY))
    said = desk.taken(desk.write("more.csv", HEAD + PAS + "RJE,s3,Renamed,PAS,Epic,Epic,Live,Live,2020\n"), "--partial")
    assert [(row["added"], row["retired"]) for row in json.loads(said.out)["rows"]] == [(1, 0)]
    assert len(ids(desk)) == 11
    assert desk.field("system:RJE/s3", "name") == "Renamed"


def test_a_dry_run_says_and_publishes_nothing(desk: Desk) -> None:
    said = desk.ingest(desk.write("list.csv", HEAD + MANY), "--dry-run")
    assert said.code == 0
    assert json.loads(said.out)["rows"][0]["added"] == 10
    assert not desk.store.exists() or desk.versions == []
