"""CapabilityStatements and the interfaces they belong to: given with ``--system``, or named in a column; BOMs of a system."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from eamap.ingest.frames import SHOWN
from eamap.model.estate import THINGS
from eamap.model.grid import Document, Grid
from eamap.model.ids import key_part
from eamap.model.issues import Issue
from eamap.protocols import SourceTables

Documents = Mapping[str, tuple[str, bytes]]
"""Files kept whole: (name, content) by sha256."""

LARGEST = 20_000_000
"""Bytes of a statement that is read because a cell names it."""


def attachment(document: Document, system: str) -> Grid:
    """Returns the one-row table that says a document is the statement of a system's interface."""
    import polars as pl

    key = system.removeprefix("system:")
    cells = pl.DataFrame(
        {"row": pl.Series([1], dtype=pl.UInt32), "c1": [key], "c2": [document.sha256], "c3": [document.file]}
    )
    return Grid(
        document.file, "", document.sha256, "attachment", cells, header=("System", "Statement hash", "Statement file")
    )


def said_of(grid: Grid, system: str) -> Grid:
    """Returns a bill of materials as one of a system that the user names, whatever it says of its own subject."""
    import polars as pl

    key = pl.lit(system.removeprefix("system:"))
    names = [f"c{place}" for place, header in enumerate(grid.header or (), 1) if header in ("given system", "subject")]
    return replace(grid, cells=grid.cells.with_columns(key.alias(name) for name in names))


def owner_of(grid: Grid, system: str) -> str:
    """Returns whose a bill of materials is that the user gives a system; empty for all other files."""
    return system.removeprefix("system:").partition("/")[0] if "given system" in (grid.header or ()) else ""


def subject_of(grid: Grid) -> str:
    """Returns the key of the system that a bill of materials is of; empty where it is of none, and for all other files."""
    header = grid.header or ()
    if "given system" not in header:
        return ""
    named = grid.cells[f"c{header.index('subject') + 1}"].drop_nulls()
    return key_part(named[0].rpartition("/")[2]) if named.len() else ""


def beside(part: SourceTables, home: Path, given: Documents, held: Documents) -> tuple[Documents, list[Issue]]:
    """Returns the statements that interfaces name and that lie beside the file, and an issue for each that is not there.

    A spreadsheet's path is not trusted: only files inside the folder of the file itself are read, links followed first.
    ``given`` are the documents of this command, ``held`` those the store has already.
    """
    if THINGS + "interface" not in part.tables:
        return {}, []
    found: dict[str, tuple[str, bytes]] = {}
    issues: list[Issue] = []
    interfaces = part.tables[THINGS + "interface"].select("statement", "row", "rule")
    for text, row, rule in (
        interfaces.drop_nulls("statement").unique("statement", keep="first", maintain_order=True).rows()
    ):
        if "://" in text or _among(text, given) or text in held:
            continue
        content = _inside(home, text)
        if content is not None:
            found[hashlib.sha256(content).hexdigest()] = (Path(text).name, content)
        elif not _among(text, held):
            issues.append(_not_there(part, text, row, rule))
    return found, issues


def _among(text: str, documents: Documents) -> bool:
    """Whether a text is the hash, the name or a path that ends in the name of one of some documents."""
    return text in documents or any(name in (text, Path(text).name) for name, _ in documents.values())


def _not_there(part: SourceTables, text: str, row: int, rule: str) -> Issue:
    meta = part.meta
    column = next(iter(meta["fields"].get(rule, {}).get("statement", ())), "")
    hint = "give the file on the command line too, or put it beside the inventory"
    place = meta["places"].get(column, column)
    message = "names a statement that is not there"
    return Issue(meta["file"], meta["sheet"], row, place, "statement-not-found", message, hint, text[:SHOWN])


def _inside(home: Path, text: str) -> bytes | None:
    try:
        path = (home / text).resolve()
        if not path.is_relative_to(home.resolve()) or not path.is_file() or path.stat().st_size > LARGEST:
            return None
        return path.read_bytes()
    except (OSError, ValueError):
        return None  # a cell can hold anything; what is no readable path is reported as not there
