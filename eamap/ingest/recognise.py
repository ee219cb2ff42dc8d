"""Which mapping a sheet is of, and where its header row stands: by score; a tie or a weak match is a question."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from eamap.errors import SourceError
from eamap.ingest.mapping import Mapping
from eamap.ingest.readers import BLANKS, fold
from eamap.model.grid import Grid

if TYPE_CHECKING:
    import polars as pl

LOOK_AT = 60
"""Rows in which a header is looked for; a title page above a table is seldom longer."""
WEAK = 0.5
"""Below this share of known headers a match is a question."""
HOPELESS = 0.3
"""Below this it is no match at all."""
TIE = 0.02
"""Scores nearer to each other than this are a tie."""
LONGEST_HEADER = 300


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet whose columns have names: the data rows, and for each column its header and its name among the raw rows."""

    grid: Grid
    data: pl.DataFrame
    headers: tuple[str, ...]
    names: tuple[str, ...]
    header_row: int


@dataclass(frozen=True, slots=True)
class Match:
    """How well a mapping fits a sheet. ``columns`` maps the mapping's columns to those of the grid (c1, c2, ...)."""

    mapping: Mapping
    score: float
    table: Table
    columns: dict[str, str]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A sheet as it is looked at to find its header: the first rows, their cells folded once for every mapping."""

    grid: Grid

    @cached_property
    def rows(self) -> list[tuple[int, list[str], list[str]]]:
        """The first rows: row number, cells, folded cells. A row whose format carries the header has number 0."""
        header = self.grid.header
        first = self.grid.cells.head(LOOK_AT).rows()
        texts = (
            [(int(row[0]), [str(cell or "") for cell in row[1:]]) for row in first]
            if header is None
            else [(0, list(header))]
        )
        return [(row, cells, [_folded(cell) for cell in cells]) for row, cells in texts]

    @cached_property
    def tables(self) -> dict[int, Table]:
        """The tables that were made of it, by header row."""
        return {}

    def table(self, row: int, headers: Sequence[str]) -> Table:
        """Returns the sheet as a table under a header row."""
        if row not in self.tables:
            self.tables[row] = name_columns(self.grid, headers, row)
        return self.tables[row]


def recognise(grid: Grid, mappings: Iterable[Mapping]) -> list[Match]:
    """Returns the mappings that fit a sheet, best first; those that lack a required column stand last, with score 0."""
    sheet = Sheet(grid)
    matches = [match for mapping in mappings if (match := fit(sheet, mapping)) is not None]
    return sorted(matches, key=lambda match: (-match.score, len(match.missing), match.mapping.name))


def choose(grid: Grid, mappings: Iterable[Mapping], where: str) -> Match | None:
    """Returns the one mapping a sheet is of, ``None`` if it is of none; SourceError if that is a question for a person."""
    matches = [match for match in recognise(grid, mappings) if match.score > HOPELESS]
    if not matches:
        return None
    best = matches[0]
    rivals = [match for match in matches[1:] if best.score - match.score < TIE]
    if rivals:
        names = " or ".join(match.mapping.name for match in (best, *rivals))
        raise SourceError(f"could be {names}", where=where, hint="say which with --mapping NAME")
    if best.score < WEAK:
        known = ", ".join(sorted(best.columns))
        raise SourceError(
            f"no mapping yet fits this layout: it looks only a little like {best.mapping.name} ({best.score:.0%} of its headers are known: {known})",
            where=where,
            hint=f"say --mapping {best.mapping.name} if that is right, or write one with: eamap mapping suggest FILE",
        )
    return best


def fit(sheet: Sheet, mapping: Mapping) -> Match | None:
    """Returns how a mapping fits a sheet, or ``None`` if not one of its columns is there."""
    if mapping.formats and sheet.grid.format not in mapping.formats:
        return None
    best: tuple[int, dict[str, str], list[str]] | None = None
    for row, cells, folded in sheet.rows:
        columns = {} if not mapping.foreign_headers.isdisjoint(folded) else _columns(mapping, folded)
        if len(columns) >= mapping.least and (best is None or len(columns) > len(best[1])):
            best = (row, columns, cells)
    by_header = _judged(sheet, mapping, *best) if best else None
    if (by_header is None or by_header.missing) and sheet.grid.header is None:
        return _by_pattern(sheet, mapping) or by_header
    return by_header


def _folded(cell: str) -> str:
    # What is longer than this is no header, and folding a cell of a megabyte for each mapping takes its time.
    return fold(cell) if cell and len(cell) <= LONGEST_HEADER else ""


def _columns(mapping: Mapping, folded: Sequence[str]) -> dict[str, str]:
    """Returns which of the mapping's columns a row names, the first of each where a header is repeated."""
    columns: dict[str, str] = {}
    if mapping.by_header.keys().isdisjoint(folded):
        return columns
    for place, header in enumerate(folded, start=1):
        if header and (name := mapping.by_header.get(header)) is not None:
            columns.setdefault(name, f"c{place}")
    return columns


def _judged(sheet: Sheet, mapping: Mapping, row: int, columns: dict[str, str], headers: list[str]) -> Match:
    table = sheet.table(row, headers)
    missing = tuple(sorted(mapping.required - set(columns)))
    headed = [header for header in headers if header.strip(BLANKS)]
    known = sum(fold(header) in mapping.by_header or mapping.ignores(header) for header in headed)
    # Layouts with few columns would tie inside richer ones: the number of columns found decides between equals.
    share = known / len(headed) * 0.9 + min(len(columns), 20) / 200
    return Match(mapping, 0.0 if missing else share * _looks_right(mapping, table, columns), table, columns, missing)


def _looks_right(mapping: Mapping, table: Table, columns: dict[str, str]) -> float:
    """Returns the share of the first rows whose values look as the mapping says: layouts may share their headers."""
    tested = [
        (columns[name], spec.pattern) for name, spec in mapping.columns.items() if spec.pattern and name in columns
    ]
    sample = table.data.head(LOOK_AT)
    if not tested or sample.is_empty():
        return 1.0
    fitting = [sample[column].fill_null("").str.contains(rf"^(?:{pattern})$") for column, pattern in tested]
    return float(sum(int(mask.sum()) for mask in fitting)) / (sample.height * len(fitting))


def _by_pattern(sheet: Sheet, mapping: Mapping) -> Match | None:
    """Judges a sheet without header row by what its first rows hold."""
    placed = {name: spec.position for name, spec in mapping.columns.items() if spec.position}
    grid = sheet.grid
    if not placed or max(placed.values()) > grid.width:
        return None
    tested = [
        (placed[name] - 1, re.compile(mapping.columns[name].pattern))
        for name in placed
        if mapping.columns[name].pattern
    ]
    fitting = sum(
        all(pattern.fullmatch(cells[place]) is not None for place, pattern in tested) for _, cells, _ in sheet.rows
    )
    if not tested or not sheet.rows or fitting / len(sheet.rows) < WEAK:
        return None
    names = {place: name for name, place in placed.items()}
    headers = [names.get(place, "") for place in range(1, grid.width + 1)]
    columns = {name: f"c{place}" for name, place in placed.items()}
    return Match(mapping, fitting / len(sheet.rows) * 0.95, name_columns(grid, headers, 0), columns)


def name_columns(grid: Grid, headers: Sequence[str], header_row: int) -> Table:
    """Names a sheet's columns; a repeated or empty header gets its place, so that no two columns share a name."""
    import polars as pl

    names: list[str] = []
    taken = {"row"}
    for place, header in enumerate(headers, start=1):
        where = grid.places[place - 1] if grid.places else str(place)
        name = " ".join(header.split()) or f"column {where}"
        while name in taken:
            name = f"{name} [{where}]"
        taken.add(name)
        names.append(name)
    data = grid.cells.filter(pl.col("row") > header_row) if header_row else grid.cells
    return Table(grid, data, tuple(headers), tuple(names), header_row)


def explain_refusal(grid: Grid, mappings: Iterable[Mapping], where: str) -> SourceError:
    """Returns why a sheet was not recognised: the nearest mapping and what it lacks, if one is near."""
    near = [match for match in recognise(grid, mappings) if match.missing and _is_near(match)]
    if not near:
        return SourceError(
            "no mapping yet for this layout",
            where=where,
            hint="write one with: eamap mapping suggest FILE, or name one with --mapping",
        )
    best = max(near, key=lambda match: (len(match.columns), -len(match.missing)))
    lacks = ", ".join(f'"{next(iter(best.mapping.columns[name].headers), name)}"' for name in best.missing)
    return SourceError(
        f"missing column {lacks} of {best.mapping.name}",
        where=where,
        hint="add the column, or write a mapping: eamap mapping suggest FILE",
    )


def _is_near(match: Match) -> bool:
    headed = sum(bool(header.strip(BLANKS)) and not match.mapping.ignores(header) for header in match.table.headers)
    return len(match.missing) <= 2 and len(match.columns) >= max(3, headed * 0.5)
