"""The rows behind a number: of things that were counted, or of what was searched where nothing was found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from eamap.model.citations import Citation
from eamap.model.refs.forms import Ref
from eamap.model.selector import EstateOn
from eamap.model.selector.fields import CITATION, KINDS, kinds_with
from eamap.model.selector.grammar import (
    And,
    Attested,
    Compares,
    Equals,
    Expression,
    Identity,
    Kind,
    Knows,
    Or,
)

if TYPE_CHECKING:
    import polars as pl

    Rows = TypeVar("Rows", pl.DataFrame, pl.Series)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One row behind a number: the thing, the field that counted (empty: the thing as such), and the cell or row."""

    id: str
    field: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Explanation:
    """A number, counted again, with the rows behind it.

    ``rows`` is cut at the context's limit; ``omitted`` says how many things or links were left out by that. ``searched``
    is how many were looked through; where nothing was found, ``rows`` cites what was searched instead.
    """

    ref: str
    value: int | float | str | None
    meaning: str
    rows: tuple[Evidence, ...] = ()
    omitted: int = 0
    searched: int = 0


Resolver: TypeAlias = Callable[[Ref, EstateOn, "Context"], Explanation]
"""Answers the refs of one form that the model cannot answer by itself."""


@dataclass(frozen=True, slots=True)
class Context:
    """What an explanation needs beside the estate: resolvers by form, and how many things to cite (``None``: all)."""

    resolvers: Mapping[str, Resolver] = field(default_factory=dict)
    limit: int | None = 20


def of_things(on: EstateOn, ids: pl.Series, name: str = "") -> Iterable[Evidence]:
    """Returns the rows that attest things, or the cells behind one field of them, in order of id."""
    rows: list[tuple[str, str, int, str]] = []
    for kind in sorted(set(ids.str.extract(r"^([a-z-]+):").drop_nulls())):
        table = on.things(kind)
        rows += table.filter(table["id"].is_in(ids.implode())).select("id", *CITATION).rows()
    several = set(on.estate.attestations.filter(_attested(ids, name))["id"])
    for identifier, source, row, rule in sorted(rows, key=lambda one: one[0]):
        cited = on.estate.cite(identifier, name) if identifier in several else cells(on, source, row, rule, name)
        yield from (Evidence(identifier, name, citation) for citation in cited)


def _attested(ids: pl.Series, name: str) -> pl.Expr:
    import polars as pl

    here = pl.col("id").is_in(ids.implode())
    return here & (pl.col("field") == name) if name else here


def of_links(on: EstateOn, links: pl.DataFrame, relation: str) -> Iterable[Evidence]:
    """Returns the rows that attest links; the thing told is the one a link begins at."""
    for row in links.iter_rows(named=True):
        for citation in cells(on, row["source"], row["row"], row["rule"]):
            yield Evidence(row["from"], relation, citation)


def cells(on: EstateOn, source: str | None, row: int | None, rule: str | None, name: str = "") -> tuple[Citation, ...]:
    """Returns the cells of a row; nothing where a thing cites no source."""
    return on.estate.cells(source, row, rule, name) if source else ()


def cut(rows: Rows, part: str) -> Rows:
    """Returns the rows that "first N" or "after N" means."""
    word, _, number = part.partition(" ")
    return rows.head(int(number)) if word == "first" else rows.slice(int(number))


def of_searched(on: EstateOn, kinds: Iterable[str]) -> tuple[int, tuple[Evidence, ...]]:
    """Returns how many things of some kinds there are, and one citation a source that says how many rows of it."""
    import polars as pl

    tables = [on.things(kind).select("source") for kind in kinds]
    counted = pl.concat([pl.DataFrame(schema={"source": pl.String()}), *tables]).group_by("source").len().sort("source")
    if not counted.height:
        # There is no such thing at all: every row of every source was looked through when it was read.
        parts = [(part.name, part.rows) for part in sorted(on.estate.sources, key=lambda part: part.name)]
        counted = pl.DataFrame(parts, schema={"source": pl.String(), "len": pl.UInt32()}, orient="row")
    found = tuple(
        Evidence("", "", _searched(citation, rows))
        for source, rows in counted.iter_rows()
        for citation in cells(on, source, 0, None)
    )
    return int(counted["len"].sum()), found


def _searched(citation: Citation, rows: int) -> Citation:
    return Citation(citation.source, citation.sha256, citation.sheet, 0, "", f"{rows} row{'s' * (rows != 1)} searched")


def kinds_searched(on: EstateOn, tree: Expression) -> set[str]:
    """Returns the kinds a selector can select; the things of these are what a count of none has looked through."""
    match tree:
        case And(parts=parts):
            return set.intersection(*(kinds_searched(on, part) for part in parts))
        case Or(parts=parts):
            return set.union(*(kinds_searched(on, part) for part in parts))
        case Kind(kind=kind) if kind != "*":
            return {kind}
        case Identity(kind=kind):
            return {kind}
        case Equals(field=name) | Compares(field=name) | Knows(field=name):
            return set(kinds_with(on, name.name, name.kind))
        case Attested():
            return set(on.estate.kinds)
        case _:
            return set(KINDS)


def described(on: EstateOn, identifier: str, thing: Mapping[str, Any]) -> Iterable[Evidence]:
    """Returns the cells behind every field of a thing that is known."""
    several = bool(on.estate.attestations.filter(on.estate.attestations["id"] == identifier).height)
    source, row, rule = (thing.get(name) for name in CITATION)
    for name, value in thing.items():
        if name in (*CITATION, "id") or value is None:
            continue
        cited = on.estate.cite(identifier, name) if several or not source else cells(on, source, row, rule, name)
        for citation in cited:
            # Reference data has no rows to quote: its own field is the cell.
            outside = citation.source not in {part.file for part in on.estate.sources}
            yield Evidence(identifier, name, _own_cell(citation, name, value) if outside else citation)


def _own_cell(citation: Citation, name: str, value: Any) -> Citation:
    return Citation(citation.source, citation.sha256, citation.sheet, citation.row, name, str(value))
