"""Reads the sample's files with nothing of eamap: the csv and json of Python, and openpyxl."""

from __future__ import annotations

import csv
import json
import re
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import column_index_from_string

from eamap.model.citations import Citation

LETTERS = re.compile(r"[A-Z]{1,3}")


@cache
def lines(path: Path) -> list[list[str]]:
    """Returns the rows of a CSV file; the first is number 1."""
    content = path.read_bytes()
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig" if _is_utf8(content) else "cp1252"
    text = content.decode(encoding)
    delimiter = max(",;\t|", key=text.splitlines()[0].count)
    return list(csv.reader(text.splitlines(keepends=True), delimiter=delimiter))


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


@cache
def sheet(path: Path, name: str) -> list[list[Any]]:
    """Returns the rows of a sheet as they stand in the workbook."""
    return [list(row) for row in openpyxl.load_workbook(path, data_only=True)[name].iter_rows(values_only=True)]


def row_at(folder: Path, cited: Citation) -> list[Any]:
    """Returns the row that a citation names; an error if the file has no such row."""
    path = folder / cited.source
    if path.suffix == ".xlsx":
        return sheet(path, cited.sheet)[cited.row - 1]
    if path.suffix == ".json":
        return [_record(path, cited)]
    if path.suffix == ".txt":
        return [path.read_text(encoding="utf-8")]
    return lines(path)[cited.row - 1]


def cell_at(folder: Path, cited: Citation) -> Any:
    """Returns the cell that a citation names: the column is a letter in a workbook and a header in a CSV file."""
    row, path = row_at(folder, cited), folder / cited.source
    if path.suffix == ".xlsx":
        assert LETTERS.fullmatch(cited.column), cited
        return row[column_index_from_string(cited.column) - 1]
    if path.suffix == ".csv":
        headers = next(line for line in lines(path) if cited.column in line)
        return row[headers.index(cited.column)]
    if path.suffix == ".json":
        return _member(row[0], cited.column)
    written = " ".join(row[0].split())
    assert " ".join(cited.value.split()) in written, cited
    return cited.value


def _record(path: Path, cited: Citation) -> Any:
    """Returns the record of a JSON export: its place in the list that the sheet names, lists inside records joined up."""
    records: list[Any] = [json.loads(path.read_text(encoding="utf-8"))]
    for step in cited.sheet.split("/"):
        # The record that holds a record is cited as its _parent.
        records = [{**each, "_parent": record} for record in records for each in record.get(step, ())]
    return records[cited.row - 1]


def _member(record: Any, column: str) -> Any:
    for step in column.split("."):
        record = record[step]
    return record


def as_text(value: Any) -> str:
    """Returns a cell as a person reads it; a workbook's date as its day, a whole number without a point."""
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list):
        return "; ".join(map(as_text, value))
    return "" if value is None else str(value)


def pence(text: str) -> int | None:
    """Returns an amount in pounds as pence."""
    plain = re.sub(r"[£,\s]", "", text)
    return int(Decimal(plain) * 100) if re.fullmatch(r"\d+(\.\d\d?)?", plain) else None
