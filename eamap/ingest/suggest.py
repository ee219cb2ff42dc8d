"""Drafts a mapping for a layout eamap does not know: each header matched, or left for a person to decide."""

from __future__ import annotations

import re
from collections.abc import Mapping as Dictionary
from pathlib import Path
from typing import Any

from eamap.errors import SourceError
from eamap.ingest.formats import read
from eamap.ingest.mapping import Mapping, read_mappings
from eamap.ingest.readers import BLANKS, fold
from eamap.ingest.recognise import LOOK_AT, Table, name_columns, recognise
from eamap.model.grid import Grid

DRAFTED = ("generic-systems", "generic-interfaces", "generic-components", "contract-register", "organisation-file")
LIKE = 0.75
"""How alike two headers must be for the draft to propose the one for the other."""


def draft(file: Path, sheet: str, folder: Path) -> str:
    """Returns a mapping in YAML for a sheet of a file, with comments where a person has to decide."""
    grids = [grid for grid in read(file) if isinstance(grid, Grid)]
    if not grids:
        raise SourceError(
            "is a document, not a table; a mapping is for tables",
            where=str(file),
            hint="attach it with: eamap ingest FILE --system ID",
        )
    named = [grid for grid in grids if grid.sheet == sheet] if sheet else grids[:1]
    if not named:
        raise SourceError(
            f"has no sheet {sheet!r}",
            where=str(file),
            hint=f"its sheets are: {', '.join(grid.sheet for grid in grids)}",
        )
    layouts = read_mappings(folder)
    table = _table(named[0], layouts)
    nearest = max((layouts[name] for name in DRAFTED), key=lambda layout: len(_proposed(table, layout)))
    return _written(file, table, nearest, _proposed(table, nearest))


def _table(grid: Grid, layouts: Dictionary[str, Mapping]) -> Table:
    """Finds the header row: that of the best match, else the first row that is filled from end to end."""
    best = next(iter(recognise(grid, layouts.values())), None)
    if best is not None:
        return best.table
    rows = grid.cells.head(LOOK_AT).rows()
    fullest = max(rows, key=lambda row: sum(bool((cell or "").strip(BLANKS)) for cell in row[1:]), default=None)
    if fullest is None:
        raise SourceError("holds no rows", where=grid.file, hint="choose another sheet with --sheet")
    return name_columns(grid, [cell or "" for cell in fullest[1:]], fullest[0])


def _proposed(table: Table, layout: Mapping) -> dict[str, str]:
    """Returns header by the layout's column, the surest pairs first; each header and each column once."""
    from difflib import SequenceMatcher

    pairs = []
    for header in filter(None, (header.strip(BLANKS) for header in table.headers)):
        for name, spec in layout.columns.items():
            likeness = max(SequenceMatcher(None, fold(header), known).ratio() for known in (*spec.folded, fold(name)))
            if likeness >= LIKE:
                pairs.append((-likeness, header, name))
    found: dict[str, str] = {}
    for _, header, name in sorted(pairs):
        if name not in found and header not in found.values():
            found[name] = header
    return found


def _written(file: Path, table: Table, nearest: Mapping, proposed: Dictionary[str, str]) -> str:
    import yaml

    left = [header for header in table.headers if header.strip(BLANKS) and header not in proposed.values()]
    used = nearest.model_dump(by_alias=True, exclude_defaults=True, mode="json")
    columns: dict[str, dict[str, Any]] = {
        name: {"headers": [proposed[name]] if name in proposed else []} for name in nearest.columns
    }
    for name in proposed:
        columns[name] |= {"required": True} if nearest.columns[name].required else {}
    copied: dict[str, Any] = {
        key: used[key] for key in ("organisation", "organisation_name", "loose", "plain") if key in used
    }
    content: dict[str, Any] = {
        "name": re.sub(r"[^a-z0-9]+", "-", fold(file.stem)).strip("-") or "my-mapping",
        "title": f"The layout of {file.name}",
        "provenance": nearest.provenance,
        "origin": f"drafted from {file.name} after {nearest.name}",
        "least": 1,
        "columns": columns,
        **copied,
        "ignored": left,
        "rules": used["rules"],
    }
    body = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=140)
    missing = [name for name in columns if not columns[name]["headers"]]
    return _notes(table, nearest, left, missing) + body


def _notes(table: Table, nearest: Mapping, left: list[str], missing: list[str]) -> str:
    """Returns the comments above a draft: what a person has to decide."""
    header = table.header_row or "none found, the names come from the format"
    notes = [
        "A draft mapping. Correct it, then: eamap ingest FILE --mapping THIS.yaml",
        f"Header row: {header}. Nearest mapping: {nearest.name}.",
        *(
            f"Decide: the column {each!r} is left over; give it to a column below, or leave it under ignored."
            for each in left
        ),
        *([f"Not found in the file: {', '.join(missing)}."] if missing else []),
    ]
    return "".join(f"# {' '.join(note.split())}\n" for note in notes)
