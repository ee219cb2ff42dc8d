"""Ingests every file of the shared inventories and says beside each what was expected of it.

    python tests/golden/inventories.py FOLDER [-o TABLE.md]

FOLDER is the shared ``data`` folder. The table is Markdown: file, sheet, what was expected, what happened.
"""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass
from pathlib import Path

from eamap.errors import EamapError
from eamap.ingest.known import Known, mappings_folder
from eamap.ingest.pipeline import Asked, ingest
from eamap.protocols import SourceTables
from eamap.stores.memory import MemoryStore

WHEN = "2026-11-22T09:00:00+00:00"
ORGANISATION = "RXR"
"""Given to layouts that name none."""

MADE = {
    "application": ("things/system",),
    "organisation": ("things/organisation",),
    "absence": ("things/absence",),
    "epr_statement": ("things/system", "things/absence"),
    "assessment": ("links/OFFERS",),
    "dependency": ("links/DEPENDS_ON",),
    "component": ("things/component",),
    "Application": ("things/system",),
    "service": ("things/component",),
}
"""The tables that hold the records which EXPECTED.tsv counts under a name."""
ASSETS = ("Server", "Database", "Network Device", "Workstation")


@dataclass(frozen=True)
class Outcome:
    """What became of one file: its parts by sheet and the blocked rows, or why it was refused."""

    parts: dict[str, SourceTables]
    blocked: dict[str, int]
    codes: dict[str, list[str]]
    refused: str = ""


@dataclass(frozen=True)
class Line:
    """One line of EXPECTED.tsv beside what happened."""

    file: str
    sheet: str
    expected: str
    happened: str
    ok: bool


def expected(folder: Path) -> dict[str, list[dict[str, str]]]:
    """Returns the lines of EXPECTED.tsv by file."""
    lines: dict[str, list[dict[str, str]]] = {}
    with (folder / "EXPECTED.tsv").open(encoding="utf-8", newline="") as handle:
        for line in csv.DictReader(handle, delimiter="\t"):
            lines.setdefault(line["file"], []).append(line)
    return lines


def outcome(path: Path, known: Known, organisation: str = ORGANISATION) -> Outcome:
    """Ingests one file, blocked rows left out; only what eamap itself raises is a refusal."""
    try:
        done = ingest(MemoryStore(), [path], known, Asked(organisation=organisation, keep_going=True), published=WHEN)
    except EamapError as error:
        return Outcome({}, {}, {}, error.message)
    blocked: dict[str, set[int]] = {}
    codes: dict[str, list[str]] = {}
    for issue in done.issues:
        codes.setdefault(issue.sheet, []).append(issue.code)
        if issue.blocks:
            blocked.setdefault(issue.sheet, set()).add(issue.row)
    parts = {str(change.part.meta["sheet"]): change.part for change in done.changes}
    return Outcome(parts, {sheet: len(rows) for sheet, rows in blocked.items()}, codes)


def made(part: SourceTables, name: str) -> int:
    """Returns how many records of a name a source part holds; a sheet of components is counted by its own rule alone."""
    if name in ASSETS:
        return part.rows.filter(part.rows["AssetType"] == name).height if "things/component" in part.tables else 0
    return sum(part.tables[table].height for table in MADE.get(name, ()) if table in part.tables)


def judged(line: dict[str, str], found: Outcome) -> Line:
    """Says whether a file, or a sheet of it, did as is expected."""
    sheet, wanted = line["sheet"], line["outcome"]
    counts = dict(pair.split("=") for pair in line["records"].split(";") if pair)
    told = f"{wanted} {line['records']}" + (
        f", {line['blocked_rows']} blocked" if line["blocked_rows"] not in ("", "0") else ""
    )
    if part := found.parts.get(sheet):
        got = {name: made(part, name) for name in counts}
        blocked = found.blocked.get(sheet, 0)
        ok = wanted in ("read", "read_with_issues") and got == {name: int(n) for name, n in counts.items()}
        ok = ok and blocked == int(line["blocked_rows"] or 0)
        happened = (
            "read " + ";".join(f"{name}={n}" for name, n in got.items()) + (f", {blocked} blocked" if blocked else "")
        )
        return Line(line["file"], sheet, told, happened, ok)
    if not found.refused:
        said = [code for code in found.codes.get(sheet, []) if code in ("sheet-not-read", "hidden-sheet")]
        return Line(line["file"], sheet, told, "not read, and said: " + ", ".join(said), len(said) == 1)
    allowed = (
        ("no record can be made", "missing column")
        if wanted == "refuse"
        else ("no mapping yet", "this is not an inventory")
    )
    return Line(line["file"], sheet, told, f"refused: {found.refused}", found.refused.startswith(allowed))


def table(data: Path) -> list[Line]:
    """Returns a line for each line of EXPECTED.tsv."""
    known = Known(mappings_folder())
    folder = data / "inventories"
    return [
        judged(line, found)
        for name, lines in expected(folder).items()
        for found in (outcome(folder / name, known, "" if name.endswith("trust_mrc_and_epr.csv") else ORGANISATION),)
        for line in lines
    ]


def markdown(lines: list[Line]) -> str:
    """Returns the lines as a table."""
    head = "| File | Sheet | Expected | Happened | |\n|---|---|---|---|---|\n"
    cells = [
        (line.file, line.sheet, line.expected, line.happened, "as expected" if line.ok else "DIFFERS") for line in lines
    ]
    return head + "".join(
        f"| {' | '.join(' '.join(cell.replace('|', '/').split()) for cell in row)} |\n" for row in cells
    )


def main() -> None:
    """Reads the command line and writes the table."""
    text = markdown(table(Path(sys.argv[1])))
    if sys.argv[2:3] == ["-o"]:
        Path(sys.argv[3]).write_text(text, encoding="utf-8")
    else:
        print(text, end="")


if __name__ == "__main__":
    main()
