"""Which mapping a sheet is of, and where its header row stands: by score; a tie or a weak match is a question."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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


def recognise(grid: Grid, mappings: Iterable[Mapping]) -> list[Match]:
    """Returns the mappings that fit a sheet, best first; those that lack a required column stand last, with score 0."""
    matches = [match for mapping in mappings if (match := fit(grid, mapping)) is not None]
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
            f"looks only a little like {best.mapping.name} ({best.score:.0%} of its headers are known: {known})",
            where=where,
            hint=f"say --mapping {best.mapping.name} if that is right, or write one with: eamap mapping suggest FILE",
        )
    return best


def fit(grid: Grid, mapping: Mapping) -> Match | None:
    """Returns how a mapping fits a sheet, or ``None`` if not one of its columns is there."""
    if mapping.formats and grid.format not in mapping.formats:
        return None
    if grid.header is not None:
        return _by_header(mapping, name_columns(grid, grid.header, 0))
    best: Match | None = None
    for row in grid.cells.head(LOOK_AT).rows():
        if not any(fold(cell or "") in mapping.by_header for cell in row[1:]):
            continue
        match = _by_header(mapping, name_columns(grid, [cell or "" for cell in row[1:]], row[0]))
        if match and (best is None or len(match.columns) > len(best.columns)):
            best = match
    if (best is None or best.missing) and any(spec.pattern for spec in mapping.columns.values()):
        return _by_pattern(grid, mapping) or best
    return best


def _by_header(mapping: Mapping, table: Table) -> Match | None:
    columns: dict[str, str] = {}
    known = 0
    for place, header in enumerate(table.headers, start=1):
        name = mapping.by_header.get(fold(header))
        if name is not None and name not in columns:
            columns[name] = f"c{place}"
        known += name is not None or mapping.ignores(header)
    if len(columns) < mapping.least:
        return None
    missing = tuple(sorted(mapping.required - set(columns)))
    headed = sum(1 for header in table.headers if header.strip(BLANKS))
    # Layouts with few columns would tie inside richer ones: the number of columns found decides between equals.
    score = (
        0.0 if missing else (known / headed * 0.9 + min(len(columns), 20) / 200) * _looks_right(mapping, table, columns)
    )
    return Match(mapping, score, table, columns, missing)


def _looks_right(mapping: Mapping, table: Table, columns: dict[str, str]) -> float:
    """Returns the share of the first rows whose values look as the mapping says: layouts may share their headers."""
    tested = [
        (columns[name], spec.pattern) for name, spec in mapping.columns.items() if spec.pattern and name in columns
    ]
    sample = table.data.head(LOOK_AT)
    if not tested or sample.is_empty():
        return 1.0
    fitting = [sample[column].fill_null("").str.contains(rf"^(?:{pattern})$") for column, pattern in tested]
    return float(sum(mask.mean() or 0.0 for mask in fitting)) / len(fitting)


def _by_pattern(grid: Grid, mapping: Mapping) -> Match | None:
    """Judges a sheet without header row by what its first rows hold."""
    placed = {name: spec for name, spec in mapping.columns.items() if spec.position}
    if not placed or max(spec.position or 0 for spec in placed.values()) > grid.width:
        return None
    sample = grid.cells.head(LOOK_AT).rows()
    tested = [(spec.position or 0, re.compile(spec.pattern)) for spec in placed.values() if spec.pattern]
    fitting = sum(all(pattern.fullmatch(row[place] or "") for place, pattern in tested) for row in sample)
    if not sample or fitting / len(sample) < WEAK:
        return None
    headers = [""] * grid.width
    for name, spec in placed.items():
        headers[(spec.position or 1) - 1] = name
    columns = {name: f"c{spec.position}" for name, spec in placed.items()}
    return Match(mapping, fitting / len(sample) * 0.95, name_columns(grid, headers, 0), columns)


def name_columns(grid: Grid, headers: Sequence[str], header_row: int) -> Table:
    """Names a sheet's columns; a repeated or empty header gets its place, so that no two columns share a name."""
    import polars as pl

    names: list[str] = []
    for place, header in enumerate(headers, start=1):
        plain = " ".join(header.split()) or f"column {grid.places[place - 1] if grid.places else place}"
        plain = plain if plain != "row" else "row (column)"
        names.append(plain if plain not in names else f"{plain} [{grid.places[place - 1] if grid.places else place}]")
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
    headed = sum(1 for header in match.table.headers if header.strip(BLANKS))
    return len(match.missing) <= 2 and len(match.columns) >= max(3, headed * 0.5)
