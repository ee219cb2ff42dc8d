"""docs/support.md: its tables are those of the program, and the decisions it shows can be read."""

from __future__ import annotations

import re

import pages

from eamap.ingest.decide import read_decisions
from eamap.model.support import Status

PAGE = "docs/support.md"


def first_cells(text: str) -> list[str]:
    return re.findall(r"(?m)^\| `?([\w]+)`? \|", text)


def test_every_status_is_explained():
    assert set(first_cells(pages.sections(PAGE)[""])) - {"status"} == {*Status}


def test_every_check_of_support_is_listed(root):
    ids = {path.name[:6].upper() for path in (root / "eamap" / "checks" / "lifecycle").glob("lif*.py")}
    assert set(first_cells(pages.section(PAGE, "Checks"))) - {"check"} == ids


def test_the_decisions_of_the_page_can_be_read(tmp_path):
    (path,) = pages.write_files(pages.text_of(PAGE), tmp_path)
    (decision,) = read_decisions(path, "2026-11-22")
    assert (decision.kind, decision.date, decision.expires) == ("entitlement", "2026-01-01", "2026-10-13")
