"""Boundary sets: which integrated care boards there are, and where each board of another day would lie in them.

``2022`` and ``2026-04`` are those of the reference data. A file states others, later or merely proposed: a CSV with the
columns ``code`` and ``icb`` (and, if wished, ``region`` and ``icb_name``). A row about a board moves all that is in it;
a row about an organisation or a sub-location moves that alone; a board with several rows is divided, and what no row
places is then unknown. What the file does not name stays where the newest boundaries that hold its boards have it. A few
moves can be written out instead of a file: ``QKK:X1,RJ1:QMF``.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from eamap.errors import SourceError, UsageError

if TYPE_CHECKING:
    from eamap.reference.organisations import Organisations

COLUMNS = ("code", "icb", "region", "icb_name")
_CODE = re.compile("[A-Z0-9_-]{1,60}")
_MOVES = re.compile(r"[A-Z0-9_-]{1,60}:[A-Z0-9_-]{1,60}(,[A-Z0-9_-]{1,60}:[A-Z0-9_-]{1,60})*")
"""Moves written out where a name or a file is expected: QKK:X1,RJ1:QMF."""
_HINT = "write a CSV with the columns code and icb, one row a board, organisation or sub-location that moves"


@dataclass(frozen=True)
class Boundaries:
    """The boards of a day, and what a file moves among them."""

    name: str
    day: date
    """The day on which the boards of the reference data are read."""
    first: date
    last: date | None
    """The first and the last day on which these boards hold; None for the end nobody knows."""
    moves: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Where a file puts a code: the code of one board, or of several for a board that it divides."""
    regions: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    file: Path | None = None

    def at(self, icb: str) -> tuple[str, ...]:
        """Returns the boards that one of the day's boards lies in: itself, unless the file says otherwise."""
        return self.moves.get(icb, (icb,))


def named(reference: Organisations) -> tuple[Boundaries, ...]:
    """Returns the boundary sets of the reference data, the oldest first; the name is the first day, as short as is unique."""
    starts = sorted({date.fromisoformat(day) for day in reference.boards["valid_from"].to_list()})
    ends = [*(start - timedelta(days=1) for start in starts[1:]), None]
    return tuple(Boundaries(_short(start, starts), start, start, end) for start, end in zip(starts, ends, strict=True))


def _short(start: date, starts: list[date]) -> str:
    """Names a set by its year; the newest also by its month, because the next may begin in the same year."""
    return f"{start:%Y}" if start != starts[-1] else f"{start:%Y-%m}"


def boundaries(name: str | None, as_of: date, reference: Organisations) -> Boundaries:
    """Returns the boundaries of a name or file, those of the day for None; UsageError names what there is.

    Before the first boards there are none: the first ones are then used, and ``first`` says from when they hold.
    """
    known = named(reference)
    if name is None:
        held = [each for each in known if each.first <= as_of]
        return held[-1] if held else known[0]
    found = next((each for each in known if each.name == name), None)
    if found is not None:
        return found
    if _MOVES.fullmatch(name):
        pairs = (pair.partition(":") for pair in name.split(","))
        return _moved(
            [(1, {"code": code, "icb": icb, "region": "", "icb_name": ""}) for code, _, icb in pairs],
            known,
            reference,
            name,
        )
    path = Path(name)
    if not path.is_file():
        there = ", ".join(each.name for each in known)
        raise UsageError(f"there is no geography {name!r}", hint=f"name {there}, or a CSV file of boundaries")
    return from_file(path, known, reference)


def from_file(path: Path, known: tuple[Boundaries, ...], reference: Organisations) -> Boundaries:
    """Reads the boundaries of a file; SourceError says in which line what is wrong."""
    found = _moved(_rows(path), known, reference, path)
    return replace(found, name=path.name, file=path)


def _moved(
    rows: list[tuple[int, dict[str, str]]], known: tuple[Boundaries, ...], reference: Organisations, path: Path | str
) -> Boundaries:
    """Returns the boundaries in which rows lie as they say; ``path`` is what problems are located in."""
    base = _base(rows, known, reference, path)
    regions, names = (_agreed(rows, column, path) for column in ("region", "icb_name"))
    moves: dict[str, tuple[str, ...]] = {}
    for line, row in rows:
        before = moves.get(row["code"], ())
        if row["icb"] in before:
            raise _wrong(path, line, f"says twice that {row['code']} lies in {row['icb']}", "leave one of the rows out")
        moves[row["code"]] = (*before, row["icb"])
    return Boundaries(str(path), base.day, base.first, base.last, moves, regions, names)


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Reads the rows with their lines; codes are written as ODS writes them."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            heads = [(each or "").strip().lower() for each in reader.fieldnames or ()]
            _check_heads(heads, path)
            reader.fieldnames = heads
            found = [(reader.line_num, _row(row, reader.line_num, path)) for row in reader if any(row.values())]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SourceError(f"cannot read the boundaries: {error}", where=str(path), hint=_HINT) from error
    if not found:
        raise SourceError("the file of boundaries has no rows", where=str(path), hint=_HINT)
    return found


def _check_heads(heads: list[str], path: Path) -> None:
    missing = [name for name in COLUMNS[:2] if name not in heads]
    if missing:
        raise _wrong(path, 1, f"has no column {missing[0]!r}", _HINT)
    strange = [name for name in heads if name not in COLUMNS]
    if strange or len(set(heads)) < len(heads):
        raise _wrong(
            path, 1, f"has the column {(strange or heads)[0]!r}", f"columns are {', '.join(COLUMNS)}, each once"
        )


def _row(row: dict[str, str | None], line: int, path: Path) -> dict[str, str]:
    if None in row:
        raise _wrong(path, line, "has more cells than columns", "put a name that holds a comma in quotation marks")
    told = {name: (row.get(name) or "").strip() for name in COLUMNS}
    for name in ("code", "icb", "region"):
        told[name] = told[name].upper()
        if name != "region" and not told[name]:
            raise _wrong(path, line, f"has an empty {name}", "leave out the row if nothing moves")
        if told[name] and not _CODE.fullmatch(told[name]):
            raise _wrong(path, line, f"{told[name][:60]!r} is no code", "codes are letters and digits, as in ODS")
    return told


def _agreed(rows: list[tuple[int, dict[str, str]]], column: str, path: Path | str) -> dict[str, str]:
    """Returns what the rows say of each board in a column; two rows that differ are refused."""
    found: dict[str, str] = {}
    for line, row in rows:
        if row[column] and found.setdefault(row["icb"], row[column]) != row[column]:
            message = f"gives {row['icb']} the {column} {row[column]!r}, and an earlier row {found[row['icb']]!r}"
            raise _wrong(path, line, message, "a board has one region and one name")
    return found


def _base(
    rows: list[tuple[int, dict[str, str]]], known: tuple[Boundaries, ...], reference: Organisations, path: Path | str
) -> Boundaries:
    """Returns the newest boundaries that hold every board the file moves."""
    boards = set(reference.boards["code"].to_list())
    moved = {row["code"]: line for line, row in rows if row["code"] in boards}
    for each in reversed(known):
        if moved.keys() <= set(reference.boards_on(each.day)["code"].to_list()):
            return each
    newest = set(reference.boards_on(known[-1].day)["code"].to_list())
    code, line = next((code, line) for code, line in moved.items() if code not in newest)
    hint = f"name boards of one day; in {known[-1].name} it had ended"
    raise _wrong(path, line, f"{code} is not a board of the same day as the others", hint)


def _wrong(path: Path | str, line: int, message: str, hint: str) -> SourceError:
    return SourceError(message, where=f"{path}, line {line}", hint=hint)


def lying_in(
    boards: list[str], source: date, target: Boundaries, reference: Organisations
) -> dict[str, tuple[str, ...]]:
    """Returns, for boards as they were on a day, every board of the target that may hold what they held, in order of code.

    One answer is certain. Several mean that the board was merged from, gained from or divided between them, and that
    nothing known of the whole board says which part is meant. A code that is no board of the reference data lies where
    the target puts it.
    """
    facts = {row["code"]: row for row in reference.boards.iter_rows(named=True)}
    here = set(reference.boards_on(target.day)["code"].to_list())
    lineage = reference.table("icb_lineage.csv")
    day = target.day.isoformat()
    later = lineage.filter(lineage["date"] <= day).select("predecessor", "successor").rows()
    # Going back, a board that stood on both days may have gained what belonged to another.
    earlier = lineage.filter((lineage["date"] > day) & (lineage["date"] <= source.isoformat()))
    gained = earlier.select("successor", "predecessor").rows()
    founded = [
        (new, old) for old, new in lineage.filter(lineage["date"] > day).select("predecessor", "successor").rows()
    ]
    found = {}
    for board in boards:
        if board not in facts:
            ends = {board}
        elif board in here:
            ends = {board} | (_reached(board, gained) & here)
        else:
            ends = _reached(board, later if facts[board]["valid_from"] <= day else founded) & here
        found[board] = tuple(sorted({icb for end in ends for icb in target.at(end)}))
    return found


def _reached(board: str, steps: list[tuple[str, str]]) -> set[str]:
    """Returns what the steps lead to from a board, through all steps."""
    found: set[str] = set()
    edge = {board}
    while edge:
        edge = {far for near, far in steps if near in edge} - found
        found |= edge
    return found
