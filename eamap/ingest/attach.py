"""CapabilityStatements and the interfaces they belong to: given with ``--system``, or named in a column."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from eamap.model.estate import THINGS
from eamap.model.grid import Document, Grid
from eamap.model.issues import Issue

if TYPE_CHECKING:
    import polars as pl

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


def beside(
    tables: Mapping[str, pl.DataFrame], grid: Grid, home: Path, given: Mapping[str, tuple[str, bytes]]
) -> tuple[dict[str, tuple[str, bytes]], list[Issue]]:
    """Returns the statements that interfaces name and that lie beside the file, and an issue for each that is not there.

    A spreadsheet's path is not trusted: only files inside the folder of the file itself are read, links followed first.
    """
    interfaces = tables.get(THINGS + "interface")
    if interfaces is None:
        return {}, []
    known = {name for name, _ in given.values()} | set(given)
    found: dict[str, tuple[str, bytes]] = {}
    issues: list[Issue] = []
    named = interfaces.select("statement", "row").drop_nulls().unique("statement", keep="first", maintain_order=True)
    for text, row in named.rows():
        if text in known or "://" in text or Path(text).name in known:
            continue
        content = _inside(home, text)
        if content is None:
            hint = "give the file on the command line too, or put it beside the inventory"
            issues.append(
                Issue(
                    grid.file,
                    grid.sheet,
                    row,
                    "",
                    "statement-not-found",
                    "names a statement that is not there",
                    hint,
                    text,
                )
            )
        else:
            found[hashlib.sha256(content).hexdigest()] = (Path(text).name, content)
    return found, issues


def _inside(home: Path, text: str) -> bytes | None:
    try:
        path = (home / text).resolve()
        if not path.is_relative_to(home.resolve()) or not path.is_file() or path.stat().st_size > LARGEST:
            return None
        return path.read_bytes()
    except (OSError, ValueError):
        return None  # a cell can hold anything; what is no readable path is reported as not there
