"""What of an estate becomes nodes and relationships: one table a kind and a relation, as :mod:`layout` says they look."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from eamap.model.estate import LINKS, Estate
from eamap.model.relations import RELATIONS, Kept
from eamap.model.selector import EstateOn
from eamap.stores.neo4j.layout import LABELS, MENTIONED, REASONS, RELIES_ON, SOURCES, properties

if TYPE_CHECKING:
    import polars as pl

NODES = "nodes/"
NAMES_BETWEEN = "\x1f"
"""Stands between the names of a list while it is kept in a table as text."""
LISTS = (*REASONS, SOURCES)


MANY = 200_000
"""Things from which on what was read and worked out for one table is let go before the next is made."""


def graph_tables(on: EstateOn, anew: Callable[[], EstateOn]) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yields ``nodes/KIND`` (``id`` and properties), ``links/RELATION`` (``from``, ``to``, properties), ``nodes/Mentioned``.

    The estate is interpreted for the day; ``anew`` gives it without what was worked out. Lists are text, their members with
    :data:`NAMES_BETWEEN` between them. Whoever keeps none of the tables needs memory for one.
    """
    import polars as pl

    none = pl.Series("id", [], dtype=pl.String)
    known, ends = none, [none]
    for kind in filter(LABELS.__contains__, on.kinds):
        nodes = _nodes(on, kind)
        known = pl.concat([known, nodes["id"]])
        yield NODES + kind, nodes
        del nodes
    for relation in (*RELATIONS, RELIES_ON):
        on = anew() if known.len() > MANY else on
        links = _relied_on(on) if relation == RELIES_ON else _links(on, relation)
        if relation != RELIES_ON:  # its ends are those of two relations before
            ends += [_no_things(links[end], known) for end in ("from", "to")]
        if links.height:
            yield LINKS + relation, links
        del links
    yield NODES + MENTIONED, pl.concat(ends).unique().sort().to_frame()


def _nodes(on: EstateOn, kind: str) -> pl.DataFrame:
    import polars as pl

    table = on.things(kind)
    table = table.select("id", *(name for name in properties(table.columns) if name != "id"))
    table = _plain(table.filter(pl.col("id").is_not_null()).unique("id", keep="first", maintain_order=True))
    for more in (_reasons(on.estate, kind), _sources(on.estate, kind)):
        table = table.join(more, on="id", how="left", maintain_order="left") if more.height else table
    return table


def _plain(table: pl.DataFrame) -> pl.DataFrame:
    """Returns the table with columns of types that a property can have."""
    import polars as pl
    import polars.selectors as cs

    return table.with_columns((~(cs.numeric() | cs.boolean() | cs.string())).cast(pl.String))


def _reasons(estate: Estate, kind: str) -> pl.DataFrame:
    import polars as pl

    told = estate.reasons.filter(pl.col("id").str.starts_with(f"{kind}:"))
    lists = [
        pl.col("field").filter(pl.col("reason") == name.replace("_", "-")).unique().sort().str.join(NAMES_BETWEEN)
        .replace("", None).alias(name)
        for name in REASONS
    ]  # fmt: skip
    return told.group_by("id", maintain_order=True).agg(lists)


def _sources(estate: Estate, kind: str) -> pl.DataFrame:
    import polars as pl

    told = estate.attestations.filter(pl.col("id").str.starts_with(f"{kind}:"))
    listed = pl.col("source").unique().sort().str.join(NAMES_BETWEEN).alias(SOURCES)
    return told.group_by("id", maintain_order=True).agg(listed)


def _links(on: EstateOn, relation: str) -> pl.DataFrame:
    import polars as pl

    table = on.estate.links(relation)
    ends = pl.col("from").is_not_null() & pl.col("to").is_not_null()
    if RELATIONS[relation].kept is Kept.COLUMN:
        return _once(table.filter(ends).select("from", "to"))
    said = [name for name in properties(table.columns) if name not in ("from", "to")]
    return _plain(_once(table.filter(ends).select("from", "to", *said)))


def _once(table: pl.DataFrame) -> pl.DataFrame:
    """Returns the rows once each, in order.

    Rows whose hashes all differ are different; to see that takes a small part of the memory of comparing them.
    """
    hashes = table.hash_rows()
    return table if hashes.n_unique() == table.height else table.unique(maintain_order=True)


def _relied_on(on: EstateOn) -> pl.DataFrame:
    """Returns who relies on whom through which interface, as the consumer's link says it."""
    import polars as pl

    # What is joined is there once each, so what comes of it is. No table of a million links has a name that would keep it.
    exposing = _once(_links(on, "EXPOSES").select(pl.col("to").alias("through"), pl.col("from").alias("to")))
    relied = _links(on, "CONSUMES").rename({"to": "through"}).join(exposing, on="through", maintain_order="left")
    return relied.select("from", "to", pl.exclude("from", "to"))


def columns_of(on: EstateOn) -> dict[str, dict[str, str]]:
    """Returns for each kind its columns and what each holds: text, whole, number or other. Selectors are judged by it."""
    import polars as pl

    tables = {kind: on.things(kind) for kind in LABELS}
    return {
        kind: {
            name: "text"
            if dtype == pl.String
            else "whole"
            if dtype.is_integer()
            else "number"
            if dtype.is_numeric()
            else "other"
            for name, dtype in table.schema.items()
        }
        for kind, table in tables.items()
    }


def _no_things(ends: pl.Series, known: pl.Series) -> pl.Series:
    """Returns the ends of links that are no things."""
    return ends.unique().rename("id").to_frame().join(known.to_frame(), on="id", how="anti")["id"]
