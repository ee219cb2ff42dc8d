"""The cells behind a verdict: those of the fields it rests on, or, for what is not there, the row that was searched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.model.relations import RELATIONS

if TYPE_CHECKING:
    from eamap.checks.definition import Check
    from eamap.model.citations import Citation
    from eamap.model.estate import Estate


def evidence(estate: Estate, check: Check, subject: str, identity: str) -> tuple[Citation, ...]:
    """Returns the cells that a check read about a subject, without repeats, the fields it depends on first."""
    found: dict[Citation, None] = {}
    for field in check.fields:
        found |= dict.fromkeys(_cells(estate, subject, identity, field))
    stated = tuple(cell for cell in found if cell.column)
    # A whole row says nothing more where its cells are named.
    rows = tuple(cell for cell in found if not cell.column and not _within(cell, stated))
    return stated + rows or estate.cite(subject)


def _within(row: Citation, cells: tuple[Citation, ...]) -> bool:
    return any((cell.sha256, cell.sheet, cell.row) == (row.sha256, row.sheet, row.row) for cell in cells)


def _cells(estate: Estate, subject: str, identity: str, field: str) -> tuple[Citation, ...]:
    prefix, colon, rest = field.partition(":")
    if not colon:
        return _through(estate, subject, field) if "." in field else estate.cite(subject, field)
    match prefix:
        case "count" | "first":
            return _links(estate, subject, rest.partition("/")[0]) or estate.cite(subject)
        case "reading":
            return estate.cite(subject, "statement")
        case "claim":
            return estate.cite(subject, "standard")
        case "conflict":
            return estate.cite(subject, identity)
        case "mention":
            return _mentioned(estate, subject, identity)
        case _:
            return estate.cite(subject, rest)


def _through(estate: Estate, subject: str, field: str) -> tuple[Citation, ...]:
    column, _, far = field.partition(".")
    near = (estate.find(subject) or {}).get(column)
    return estate.cite(near, far) if near and (estate.find(near) or {}).get(far) is not None else ()


def _links(estate: Estate, subject: str, relation: str) -> tuple[Citation, ...]:
    import polars as pl

    links = estate.links(relation).filter((pl.col("from") == subject) | (pl.col("to") == subject))
    rows = links.select("source", "row", "rule").drop_nulls("source").unique(maintain_order=True).rows()
    return tuple(cell for source, row, rule in rows for cell in estate.cells(source, row, rule))


def _mentioned(estate: Estate, subject: str, identity: str) -> tuple[Citation, ...]:
    import polars as pl

    field, _, target = identity.partition(" ")
    if field not in RELATIONS:
        return estate.cite(subject, field)
    both = [subject, target]
    links = estate.links(field).filter(pl.col("from").is_in(both), pl.col("to").is_in(both))
    rows = links.select("source", "row", "rule").drop_nulls("source").unique(maintain_order=True).rows()
    return tuple(cell for source, row, rule in rows for cell in estate.cells(source, row, rule, field))
