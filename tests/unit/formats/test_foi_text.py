"""The lettered text of a reply: one row a block, and what was asked for and not answered is unknown."""

from __future__ import annotations

from pathlib import Path

import pytest

from eamap.ingest.formats import read
from eamap.ingest.formats.foi_text import TEMPLATE
from eamap.model.grid import Grid

REPLY = """Organisation: NM1
Reference 2025-17 | Clinical Systems | replied 20/01/26
Systems asked: 1. Pharmacy 2. Blood tracking 3. Patient Portal
Template: a) System type - b) Supplier name -
1.
a) System type - Pharmacy
b) Supplier name - Alder Health
c) System name - DoseRight
d) Date installed - 2014 - 2015
e) Contract expiration - 31/03/2027
f) Is this contract annually renewed? - Yes/No Yes
g) Do you currently have plans to replace this system? - Yes/No
h) Procurement framework - N/A
i) Other systems it integrates with? - PAS
EPR
j) Total value of contract (GBP) - Data Withheld
k) Notes (e.g. we are currently out to tender) - none

2.
a) System type: blood  tracking
b) Supplier name: Birch - Rowan Ltd
c) System name: TraceIt

Yours, the FOI team
"""


def reply(folder: Path, text: str = REPLY, name: str = "reply.txt", encoding: str = "utf-8") -> Grid:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    (found,) = read(path)
    assert isinstance(found, Grid)
    return found


def test_blocks_become_rows(tmp_path: Path) -> None:
    found = reply(tmp_path)
    assert found.header == (*TEMPLATE, "Organisation code", "Reference", "replied")
    first, second = found.cells.rows()
    assert first == (
        6, "Pharmacy", "Alder Health", "DoseRight", "2014 - 2015", "31/03/2027", "Yes", None, "N/A", "PAS\nEPR",
        "Data Withheld", "none", "NM1", "2025-17", "20/01/26",
    )  # fmt: skip
    assert second[:4] == (20, "blood  tracking", "Birch - Rowan Ltd", "TraceIt")
    assert second[-3:] == ("NM1", "2025-17", "20/01/26")


def test_not_answered_is_unknown_and_said(tmp_path: Path) -> None:
    said = [(issue.code, issue.row, issue.value) for issue in reply(tmp_path).issues]
    assert said == [("not-answered", 3, "Patient Portal"), ("text-outside-answers", 24, "Yours, the FOI team")]


def test_head_that_says_nothing_adds_no_columns(tmp_path: Path) -> None:
    assert reply(tmp_path, REPLY[REPLY.index("1.\na)") :]).header == TEMPLATE


@pytest.mark.parametrize("answer", ["Yes/No N/A", "Yes / No - N/A", "N/A"])
def test_printed_options_are_taken_off(tmp_path: Path, answer: str) -> None:
    found = reply(tmp_path, REPLY.replace("Yes/No Yes", answer))
    assert found.cells["c6"][0] == "N/A"


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig"])
def test_windows_text(tmp_path: Path, encoding: str) -> None:
    found = reply(tmp_path, REPLY.replace("\n", "\r\n").replace("Alder", "Älder"), encoding=encoding)
    assert found.cells["c2"][0] == "Älder Health"
    assert found.cells["row"].to_list() == [6, 20]
