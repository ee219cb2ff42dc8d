"""The sheet of an ICS and the change map of an inventory whose every text is hostile: nothing of it becomes markup or a formula."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from eamap.cli.main import program

EVIL = "<script>alert(1)</script>\"'&"
FORMULA = "=HYPERLINK(1)"
BODIES = (
    "code,name,role,trust_type,part_of,pathway_roles\n"
    f'ZN00,"{EVIL.replace(chr(34), chr(34) * 2)}",ICB,,,system_icb\n'
    'ZN01,"=HYPERLINK(1)",NHS trust,Acute,ZN00,acute\nZN11,Practice,GP practice,,ZN00,primary\n'
)
SYSTEMS = (
    "Organisation code,System ID,System name,Supplier,Product,Status,Environment\n"
    f'ZN01,pas,"{EVIL.replace(chr(34), chr(34) * 2)}",Epic,Epic,Live,Production\nZN01,ris,"=HYPERLINK(1)",Magentus,CRIS,Live,Production\n'
)
FEEDS = (
    "Organisation code,Interface ID,Interface name,System,Consumer system,Protocol,Standard\n"
    f'ZN01,i1,Letters,pas,ris,FHIR,"{EVIL.replace(chr(34), chr(34) * 2)}"\n'
)
CHANGES = {
    "title": EVIL,
    "changes": [
        {"replace-product": {"systems": "system:ZN01/pas", "product": EVIL, "supplier": FORMULA}},
        {"conform-interface": {"interfaces": "kind:interface", "standard": "toc"}},
    ],
}


def run(store: Path, *arguments: str) -> str:
    where = ["--as-of", "2026-11-22"] if arguments[0] in ("ics", "whatif", "map") else []
    done = CliRunner().invoke(
        program, [*arguments, "--store", str(store), *where], prog_name="eamap", catch_exceptions=False
    )
    assert done.exit_code == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    for name, text in (("bodies", BODIES), ("systems", SYSTEMS), ("feeds", FEEDS)):
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        run(folder / "store", "ingest", str(folder / f"{name}.csv"), "--source", name)
    (folder / "changes.yaml").write_text(json.dumps(CHANGES), encoding="utf-8")
    return folder / "store"


@pytest.fixture(scope="module")
def changes(store) -> Path:
    return store.parent / "changes.yaml"


def test_the_page_holds_hostile_names_as_text(store, tmp_path):
    run(store, "ics", "ZN00", "-o", str(tmp_path / "sheet.html"))
    page = (tmp_path / "sheet.html").read_text(encoding="utf-8")
    assert "<script" not in page.lower()
    assert "&lt;script&gt;" in page
    tags = set(re.findall(r"<([a-z0-9]+)", page))
    assert tags <= {"html", "head", "meta", "title", "style", "body", "p", "h1", "h2", "nav", "a", "table", "tbody", "thead",
                    "tr", "th", "td", "span", "colgroup", "col", "footer"}  # fmt: skip
    assert not re.findall(r"<[^>]*\son[a-z]+=", page)


def test_no_cell_of_the_workbooks_is_a_formula(store, changes, tmp_path):
    run(store, "ics", "ZN00", "-o", str(tmp_path / "sheet.xlsx"))
    run(store, "whatif", str(changes), "-o", str(tmp_path / "difference.xlsx"))
    for name in ("sheet.xlsx", "difference.xlsx"):
        book = openpyxl.load_workbook(tmp_path / name)
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert cells
        assert {cell.data_type for cell in cells} <= {"s", "n", "b"}


def test_the_picture_holds_hostile_names_as_text(store, changes, tmp_path):
    run(store, "whatif", str(changes), "-o", str(tmp_path / "change.svg"))
    tree = ET.fromstring((tmp_path / "change.svg").read_text(encoding="utf-8"))
    assert not [each for each in tree.iter() if each.tag.endswith("}script")]
    said = "".join(tree.itertext())
    assert EVIL in said
    assert "added" not in said.partition("removed")[0] or "changed" in said
    assert tree.find(".//{http://www.w3.org/2000/svg}desc") is not None or tree.get("aria-label") or "What if" in said


def test_csv_cells_of_a_what_if_are_no_formulas(store, changes):
    lines = run(store, "whatif", str(changes), "--format", "csv").splitlines()
    assert not [line for line in lines if re.match(r"[=@+]", line) or re.search(r',"?=', line)]


def test_a_public_what_if_or_sheet_is_refused(store, changes):
    for arguments in (["whatif", str(changes)], ["ics", "ZN00"]):
        done = CliRunner().invoke(
            program, [*arguments, "--profile", "public", "--store", str(store)], prog_name="eamap"
        )
        assert done.exit_code == 2


def test_a_board_that_nobody_knows_is_told_by_its_name(store):
    done = CliRunner().invoke(program, ["ics", "ZZ99", "--store", str(store)], prog_name="eamap")
    assert done.exit_code == 2
    assert "no board" in done.stderr


def test_a_change_map_without_changes_says_what_it_needs(store, tmp_path):
    done = CliRunner().invoke(
        program, ["map", "change", "-o", str(tmp_path / "x.svg"), "--store", str(store)], prog_name="eamap"
    )
    assert done.exit_code == 2
    assert "--changes FILE" in done.stderr


def test_a_dissent_on_record_is_the_position_of_the_ics(store, tmp_path):
    from datetime import date
    from types import SimpleNamespace

    from eamap.analysis.doonce.assessment import Dissent
    from eamap.cli.doonce.settings import Settings
    from eamap.cli.ics.rows import NO_POSITION, _position
    from eamap.cli.ics.sheet import IcsSheet
    from eamap.cli.opening import Opened
    from eamap.cli.options import Reading

    sheet = IcsSheet(Opened(Reading(store, None, date(2026, 11, 22))), "ZN00")
    mine = Dissent("ZN00", "chief information officer", "our record is new", "2026-01-31")
    inside, other = (Dissent(code, "board", "not now", "2026-02-01") for code in ("ZN01", "QWE"))
    found = SimpleNamespace(capability="REC-1.1", dissent=(mine, inside, other))
    said, ref = _position(sheet, found, Settings())
    assert "ZN00 disagrees (2026-01-31, chief information officer): our record is new" in said
    assert "ZN01 disagrees" in said
    assert "QWE" not in said
    assert ref.startswith("doonce(REC-1.1; dissent.0")
    assert _position(sheet, SimpleNamespace(capability="REC-1.1", dissent=(other,)), Settings()) == (NO_POSITION, "")
