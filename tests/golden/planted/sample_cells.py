"""Reads the sample's files by themselves, without eamap, so that what eamap finds can be held against what is there."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

DIALECTS = {
    "saltmarsh_fenwick_systems.csv": (";", "cp1252"),
    "saltmarsh_fenwick_interfaces.csv": (";", "cp1252"),
    "saltmarsh_fenwick_components.csv": (";", "cp1252"),
    "carrow_vale_systems.csv": (",", "utf-8-sig"),
    "foi_2026_harbour_coast.csv": (",", "utf-8-sig"),
    "westholme_interfaces.csv": ("|", "utf-8"),
    "westholme_components.csv": ("\t", "utf-16"),
}


def table(path: Path) -> list[dict[str, str]]:
    """Returns the rows of a delimited file."""
    delimiter, encoding = DIALECTS.get(path.name, (",", "utf-8"))
    with path.open(encoding=encoding, newline="") as handle:
        return list(csv.DictReader(handle, delimiter=delimiter))


def cell(sources: Path, fault: dict[str, str]) -> str:
    """Returns the text of the cell that a planted fault names."""
    path, row = sources / fault["file"], int(fault["row"])
    match path.suffix:
        case ".csv":
            return table(path)[row - 2][fault["column"]]
        case ".xlsx":
            return sheet_cell(path, fault["sheet"], row, fault["column"])
        case ".json":
            return pointed(json.loads(path.read_text(encoding="utf-8")), fault["column"])
        case _:
            return answered(path.read_text(encoding="utf-8").splitlines()[row - 1 :], fault["column"])


def answered(lines: list[str], question: str) -> str:
    """Returns the answer to a lettered question in the reply that begins with the first of some lines."""
    assert lines[0].startswith("a) System type - "), lines[0]
    return next(line for line in lines if line.startswith(question)).partition(" - ")[2]


def sheet_cell(path: Path, sheet: str, row: int, column: str) -> str:
    """Returns a cell of a workbook as text; nothing where it is empty."""
    from openpyxl import load_workbook

    value = load_workbook(path)[sheet][f"{column}{row}"].value
    return "" if value is None else str(value)


def pointed(document: Any, path: str) -> str:
    """Returns the value at a path such as ``applications[2].supplier.name``; nothing for null."""
    for part in path.replace("[", ".").replace("]", "").split("."):
        document = document[int(part)] if part.isdigit() else document[part]
    return "" if document is None else str(document)
