"""Reads JSON records: lists of objects, wherever they stand, and JSON lines.

Nothing is interpreted and nothing is lost: nested objects become dotted names, lists of plain values one cell joined
with ";", and lists of objects a grid of their own that points back at its parent. Numbers keep the digits they were
written with.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from eamap.errors import SourceError
from eamap.ingest.formats.decode import decoded
from eamap.ingest.formats.foreign import refuse_json
from eamap.ingest.formats.placing import limited
from eamap.model.grid import ROW, Document, Grid
from eamap.model.issues import Issue
from eamap.protocols import Sample

PARENT = "_parent"
"""Column of a nested list: the row number of the record that it belongs to."""
IDENTIFYING = re.compile(r"(?i)(.*(^|[._]))?(id|key|code|name)|.*(Id|ID|Key|Code|Name)")
"""Names of fields by which a record is known: a nested record repeats those of its parent, as ``_parent.NAME``."""
DEEPEST = 50
"""Levels of objects within objects that are followed."""


@dataclass(slots=True)
class _List:
    """One list of objects while it is being read: its pointer, and its records by row number."""

    pointer: str
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)


class _Repeated(dict[str, Any]):
    """An object in which a name occurs twice; JSON allows it and readers keep the last one only."""

    names: tuple[str, ...] = ()


class Records:
    """Reads a JSON file whose records are lists of objects."""

    name = "json"

    def score(self, sample: Sample) -> float:
        """Returns a middling score for any JSON: other importers know special kinds of it."""
        return 0.5 if sample.kind == "json" else 0.0

    def read(self, path: Path, sample: Sample) -> list[Grid | Document]:
        """Returns one grid a list of objects, the outer ones before those nested in them."""
        data = sample.content()
        value, numbers = loaded(decoded(data, sample.encoding), path)
        refuse_json(value, path)
        found = _Reader(path)
        found.top(value, numbers)
        return found.grids(hashlib.sha256(data).hexdigest())


def loaded(text: str, path: Path) -> tuple[Any, list[int]]:
    """Returns the value and, for JSON lines, the line on which each record stands."""
    try:
        return _parse(text), []
    except json.JSONDecodeError as error:
        if error.msg != "Extra data":
            raise _broken(error, path, 0) from error
    return _lines(text, path)


def _lines(text: str, path: Path) -> tuple[list[Any], list[int]]:
    values: list[Any] = []
    numbers: list[int] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            values.append(_parse(line))
        except json.JSONDecodeError as error:
            raise _broken(error, path, number) from error
        numbers.append(number)
    return values, numbers


def _parse(text: str) -> Any:
    # Numbers stay text: 1.10 is a version as often as it is a number.
    try:
        return json.loads(text, parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_object)
    except RecursionError:
        raise json.JSONDecodeError("objects nested too deeply", text, 0) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    names = [name for name, _ in pairs]
    repeated = _Repeated(made)
    repeated.names = tuple(sorted({name for name in names if names.count(name) > 1}))
    return repeated


def _broken(error: json.JSONDecodeError, path: Path, line: int) -> SourceError:
    return SourceError(
        f"the JSON is broken: {error.msg}",
        where=f"{path}, line {line or error.lineno}, column {error.colno}",
        hint="mend that place, or export the file again",
    )


class _Reader:
    """Walks through a JSON value and fills one list of rows a pointer."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lists: dict[str, _List] = {}
        self._issues: list[Issue] = []

    def top(self, value: Any, numbers: list[int]) -> None:
        """Finds the lists of objects of the whole value."""
        if isinstance(value, list):
            self._list("", value, None, numbers)
        elif isinstance(value, Mapping):
            self._object("", value)

    def _object(self, pointer: str, value: Mapping[str, Any], depth: int = 0) -> None:
        """Looks for lists of objects in an object that is not a record itself, and says what else it holds."""
        self._refuse_depth(depth)
        self._note_repeated(value, pointer, 0)
        outside = []
        for key, held in value.items():
            below = f"{pointer}/{key}" if pointer else key
            if _is_records(held):
                self._list(below, held, None, [])
            elif isinstance(held, Mapping) and held:
                self._object(below, held, depth + 1)
            elif held not in (None, "", [], {}):
                outside.append(below)
        for name in outside:
            self._say(0, name, "outside-records", "the value stands outside the lists of records and was not read")

    def _list(self, pointer: str, items: list[Any], parent: int | None, numbers: list[int]) -> None:
        rows = self._lists.setdefault(pointer, _List(pointer)).rows
        for place, item in enumerate(items):
            # Rows of a nested list are counted through all its parents, so that each has a number of its own.
            row = numbers[place] if numbers else len(rows) + 1 if parent is not None else place + 1
            if not isinstance(item, Mapping):
                self._say(row, pointer, "not-a-record", "an entry of the list is no object and was not read", item)
                continue
            cells = {PARENT: str(parent)} if parent is not None else {}
            rows.append((row, cells))
            self._flatten(pointer, "", item, row, cells)

    def _flatten(
        self, pointer: str, prefix: str, value: Mapping[str, Any], row: int, cells: dict[str, str], depth: int = 0
    ) -> None:
        self._refuse_depth(depth)
        self._note_repeated(value, prefix, row)
        for key, held in value.items():
            name = f"{prefix}.{key}" if prefix else key
            if isinstance(held, Mapping):
                self._flatten(pointer, name, held, row, cells, depth + 1)
            elif _is_records(held):
                below = name.replace(".", "/")
                self._list(f"{pointer}/{below}" if pointer else below, held, row, [])
            else:
                cells[name] = plain_text(held)

    def _refuse_depth(self, depth: int) -> None:
        if depth > DEEPEST:
            raise SourceError(
                f"objects are nested more than {DEEPEST} deep", where=str(self._path), hint="export flat records"
            )

    def _note_repeated(self, value: Mapping[str, Any], prefix: str, row: int) -> None:
        for name in value.names if isinstance(value, _Repeated) else ():
            column = f"{prefix}.{name}" if prefix else name
            self._say(row, column, "repeated-name", "the name occurs twice in one object; the last value was read")

    def _say(self, row: int, column: str, code: str, message: str, value: Any = "") -> None:
        self._issues.append(Issue(self._path.name, "", row, column, code, message, value=plain_text(value)[:200]))

    def grids(self, sha256: str) -> list[Grid | Document]:
        """Returns the lists that hold records; raises SourceError where there are none."""
        held = [found for found in self._lists.values() if any(cells for _, cells in found.rows)]
        if not held:
            raise SourceError(
                "the JSON holds no list of records", where=str(self._path),
                hint='eamap reads [{"name": ...}, ...] or {"applications": [{"name": ...}, ...]}',
            )  # fmt: skip
        self._name_parents(held)
        issues = tuple(limited(self._issues, "places"))
        return [_grid(self._path.name, sha256, found, issues if place == 0 else ()) for place, found in enumerate(held)]

    def _name_parents(self, held: list[_List]) -> None:
        """Tells each nested record whose it is: by what its parent is known by, not only by a row number."""
        records = {found.pointer: dict(found.rows) for found in held}
        for found in held:
            above = found.pointer.rpartition("/")[0]
            for _, cells in found.rows:
                parent = records.get(above, {}).get(int(cells[PARENT]), {}) if PARENT in cells else {}
                known_by = {
                    name: text
                    for name, text in parent.items()
                    if IDENTIFYING.fullmatch(name) and not name.startswith(PARENT)
                }
                cells |= {f"{PARENT}.{name}": text for name, text in known_by.items()}


def _is_records(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, Mapping) for item in value)


def plain_text(value: Any) -> str:
    """Returns a value as the text of one cell: nothing for null, true or false, lists joined with ";"."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ";".join(_texts(value))
    return str(value)


def _texts(values: list[Any]) -> Iterator[str]:
    for value in values:
        yield json.dumps(value, ensure_ascii=False) if isinstance(value, list) else plain_text(value)


def _grid(file: str, sha256: str, found: _List, issues: tuple[Issue, ...]) -> Grid:
    header = tuple(dict.fromkeys(name for _, cells in found.rows for name in cells))
    columns = [
        pl.Series(f"c{number}", [cells.get(name) or None for _, cells in found.rows], dtype=pl.String)
        for number, name in enumerate(header, 1)
    ]
    counted = pl.Series(ROW, [row for row, _ in found.rows], dtype=pl.UInt32)
    table = pl.DataFrame([counted, *columns])
    table = table.filter(pl.any_horizontal(pl.exclude(ROW).is_not_null()))
    return Grid(file, found.pointer, sha256, Records.name, table, header=header, issues=issues)
