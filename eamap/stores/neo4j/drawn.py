"""What of an estate becomes nodes and relationships: one table a kind and a relation, as :mod:`layout` says they look."""

from __future__ import annotations

from datetime import date
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


def graph_tables(estate: Estate, day: date) -> dict[str, pl.DataFrame]:
    """Returns ``nodes/KIND`` (``id`` and properties), ``nodes/Mentioned`` and ``links/RELATION`` (``from``, ``to``, properties).

    ``estate`` is interpreted for the day. Lists are text, their members with :data:`NAMES_BETWEEN` between them.
    """
    on = EstateOn(estate, day)
    nodes = {NODES + kind: _nodes(on, kind) for kind in on.kinds if kind in LABELS}
    links = {LINKS + relation: _links(on, relation) for relation in RELATIONS}
    links[LINKS + RELIES_ON] = _relied_on(links[LINKS + "CONSUMES"], links[LINKS + "EXPOSES"])
    links = {name: table for name, table in links.items() if table.height}
    return {**nodes, NODES + MENTIONED: _mentioned(nodes, links), **links}


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
        return table.filter(ends).select("from", "to").unique(maintain_order=True)
    said = [name for name in properties(table.columns) if name not in ("from", "to")]
    return _plain(table.filter(ends).select("from", "to", *said).unique(maintain_order=True))


def _relied_on(consumed: pl.DataFrame, exposed: pl.DataFrame) -> pl.DataFrame:
    """Returns who relies on whom through which interface, as the consumer's link says it."""
    import polars as pl

    exposing = exposed.select(pl.col("to").alias("through"), pl.col("from").alias("to"))
    relied = consumed.rename({"to": "through"}).join(exposing, on="through", maintain_order="left")
    return relied.select("from", "to", pl.exclude("from", "to")).unique(maintain_order=True)


def columns_of(estate: Estate, day: date) -> dict[str, dict[str, str]]:
    """Returns for each kind its columns and what each holds: text, whole, number or other. Selectors are judged by it."""
    import polars as pl

    on = EstateOn(estate, day)
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


def _mentioned(nodes: dict[str, pl.DataFrame], links: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Returns the ends of links that are no things."""
    import polars as pl

    none = pl.DataFrame(schema={"id": pl.String})
    ends = [table.select(pl.col(end).alias("id").unique()) for table in links.values() for end in ("from", "to")]
    things = pl.concat([none, *(table.select("id") for table in nodes.values())])
    return pl.concat([none, *ends]).unique().join(things, on="id", how="anti").sort("id")
