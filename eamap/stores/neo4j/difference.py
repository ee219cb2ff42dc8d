"""From the graph that is there to the one that shall be: the fewest nodes and relationships written, in order.

Links that went, nodes that went, nodes that came or say something else, links that came or say something else. Each step
can be taken again without harm, because a batch can be committed although nobody heard of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eamap.model.estate import LINKS
from eamap.stores.neo4j.drawn import LISTS, NAMES_BETWEEN, NODES
from eamap.stores.neo4j.layout import LABELS, MENTIONED, relationship

if TYPE_CHECKING:
    import polars as pl

    Pair = tuple[pl.DataFrame, pl.DataFrame]

BATCH = 10_000
"""Rows a batch: the fastest of those measured, and nearly flat from half to twice that."""

_ENDS = "MATCH (a:Eamap {id: r[0]}) MATCH (b:Eamap {id: r[1]})"
_OLD = "\x00old"


@dataclass(frozen=True)
class Step:
    """One query and the rows it is run with, ``$rows`` being lists in the order of the columns."""

    text: str
    rows: pl.DataFrame

    def batches(self, first: int = 0) -> Iterator[list[tuple[object, ...]]]:
        """Yields the rows from one of them on, as many at a time as a batch has."""
        for start in range(first, self.rows.height, BATCH):
            yield self.rows.slice(start, BATCH).rows()


@dataclass(frozen=True)
class Steps:
    """What to do, in order; tables that did not change are in neither mapping.

    It is worked out table by table whenever it is gone through, because all the tables of a country are more than a client
    should need memory for.
    """

    before: Mapping[str, pl.DataFrame]
    after: Mapping[str, pl.DataFrame]

    def __iter__(self) -> Iterator[Step]:
        return (step for step in self._every() if step.rows.height)

    def _every(self) -> Iterator[Step]:
        mentioned = NODES + MENTIONED
        for name in _of(LINKS, self.before):
            yield from _links_gone(name.removeprefix(LINKS), *self._pair(name))
        for name in _of(NODES, self.before):
            yield from _nodes_gone(LABELS[name.removeprefix(NODES)], *self._pair(name))
        if mentioned in self.before:
            yield from _mentioned_gone(*self._pair(mentioned))
        for name in _of(NODES, self.after):
            yield from _nodes_come(LABELS[name.removeprefix(NODES)], *self._pair(name))
        if mentioned in self.after:
            yield from _mentioned_come(*self._pair(mentioned))
        for name in _of(LINKS, self.after):
            yield from _links_come(name.removeprefix(LINKS), *self._pair(name))

    def _pair(self, name: str) -> Pair:
        return _pair(self.before.get(name), self.after.get(name))


def _of(start: str, tables: Mapping[str, pl.DataFrame]) -> list[str]:
    """Returns the names of the tables of things, or of links, in order."""
    return sorted(name for name in tables if name.startswith(start) and name != NODES + MENTIONED)


def _pair(before: pl.DataFrame | None, after: pl.DataFrame | None) -> Pair:
    """Returns both tables with the same columns in the same order; a column that one lacks is null there."""
    there = after if after is not None else before
    assert there is not None, "a table is named by one of the two"
    before, after = (table if table is not None else there.clear() for table in (before, after))
    types = {**before.schema, **after.schema}
    columns = list(dict.fromkeys([*after.columns, *before.columns]))
    return _shaped(before, columns, types), _shaped(after, columns, types)


def _shaped(table: pl.DataFrame, columns: Sequence[str], types: Mapping[str, pl.DataType]) -> pl.DataFrame:
    import polars as pl

    held = set(table.columns)
    return table.select(
        (pl.col(name) if name in held else pl.lit(None)).cast(types[name]).alias(name) for name in columns
    )


# Nodes ------------------------------------------------------------------------------------------------------------


def _nodes_come(label: str, before: pl.DataFrame, after: pl.DataFrame) -> Iterator[Step]:
    new = after.join(before.select("id"), on="id", how="anti", maintain_order="left") if before.height else after
    yield _new_nodes(label, new, _said(new, ("id",)))
    if before.height:
        changed, names = _changed(before, after, ("id",))
        text = f"UNWIND $rows AS r MATCH (n:Eamap {{id: r[0]}}) SET {_assigned('n', names, 1)}"
        yield Step(text, _with_lists(changed.select("id", *names)))


def _new_nodes(label: str, rows: pl.DataFrame, names: Sequence[str]) -> Step:
    said = _assigned("n", ("store", *names), 0).replace("r[0]", "$store", 1)
    return Step(
        f"UNWIND $rows AS r MERGE (n:Eamap {{id: r[0]}}) SET n:{label}, {said}", _with_lists(rows.select("id", *names))
    )


def _nodes_gone(label: str, before: pl.DataFrame, after: pl.DataFrame) -> Iterator[Step]:
    """Removes the nodes of things that went; one that somebody's relationship still holds stays as a mere mention."""
    gone = before.select("id").join(after.select("id"), on="id", how="anti", maintain_order="left")
    found = f"UNWIND $rows AS r MATCH (n:Eamap {{id: r[0]}}) WHERE n:{label}"
    yield Step(
        f"{found} AND EXISTS {{ (n)--() }} SET n = {{id: r[0], store: $store}} SET n:{MENTIONED} REMOVE n:{label}", gone
    )
    yield Step(f"{found} AND NOT EXISTS {{ (n)--() }} DELETE n", gone)


def _mentioned_gone(before: pl.DataFrame, after: pl.DataFrame) -> Iterator[Step]:
    gone = before.join(after, on="id", how="anti", maintain_order="left")
    found = f"UNWIND $rows AS r MATCH (n:Eamap {{id: r[0]}}) WHERE n:{MENTIONED}"
    yield Step(f"{found} AND NOT EXISTS {{ (n)--() }} DELETE n", gone)
    yield Step(f"{found} REMOVE n:{MENTIONED}", gone)


def _mentioned_come(before: pl.DataFrame, after: pl.DataFrame) -> Iterator[Step]:
    new = after.join(before, on="id", how="anti", maintain_order="left")
    yield Step(f"UNWIND $rows AS r MERGE (n:Eamap {{id: r[0]}}) SET n:{MENTIONED}, n.store = $store", new)


# Links ------------------------------------------------------------------------------------------------------------


def _links_gone(relation: str, before: pl.DataFrame, after: pl.DataFrame) -> Iterator[Step]:
    ends = ["from", "to"]
    gone = before.select(ends).unique(maintain_order=True).join(after, on=ends, how="anti", maintain_order="left")
    # OPTIONAL, so that both ends are looked up first. Else the server may walk all links of one, of which a standard has
    # thousands, for every row.
    yield Step(f"UNWIND $rows AS r {_ENDS} OPTIONAL MATCH (a)-[e:{relationship(relation)}]->(b) DELETE e", gone)


def _links_come(relation: str, before: pl.DataFrame, after: pl.DataFrame) -> Iterator[Step]:
    """Writes the links that came or changed; ends that several links join, before or after, are joined anew."""
    ends = ["from", "to"]
    several = _several(before, after)
    if several.height:
        yield _joined_anew(relation, before, after, several)
        before, after = (table.join(several, on=ends, how="anti", maintain_order="left") for table in (before, after))
    new = after.join(before, on=ends, how="anti", maintain_order="left") if before.height else after
    yield _set_links(relation, new, _said(new, ends))
    if before.height:
        yield _set_links(relation, *_changed(before, after, ends))


def _several(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    ends = ["from", "to"]
    return pl.concat(
        [table.select(ends).filter(pl.struct(ends).is_duplicated()) for table in (before, after) if table.height]
        or [after.select(ends)]
    ).unique(maintain_order=True)


def _set_links(relation: str, rows: pl.DataFrame, names: Sequence[str]) -> Step:
    setting = f" SET {_assigned('e', names, 2)}" if names else ""
    text = f"UNWIND $rows AS r {_ENDS} MERGE (a)-[e:{relationship(relation)}]->(b){setting}"
    return Step(text, rows.select("from", "to", *names))


def _joined_anew(relation: str, before: pl.DataFrame, after: pl.DataFrame, several: pl.DataFrame) -> Step:
    """Takes away and makes again all links between two things that several join, within one row and so at once."""
    import polars as pl

    ends = ["from", "to"]
    names = [name for name in after.columns if name not in ends]
    told = [
        table.join(several, on=ends, how="semi", maintain_order="left").group_by(ends, maintain_order=True).agg(
            pl.struct(names or ends).sort_by(names or ends).alias("links") if names else pl.len().alias("links")
        )
        for table in (before, after)
    ]  # fmt: skip
    changed = told[1].join(told[0], on=[*ends, "links"], how="anti", nulls_equal=True, maintain_order="left")
    type_ = relationship(relation)
    text = (
        f"UNWIND $rows AS r {_ENDS} OPTIONAL MATCH (a)-[old:{type_}]->(b) WITH a, b, r, collect(old) AS olds "
        f"FOREACH (old IN olds | DELETE old) WITH a, b, r UNWIND r[2] AS said CREATE (a)-[e:{type_}]->(b) SET e = said"
    )
    return Step(text, changed)


# Both -------------------------------------------------------------------------------------------------------------


def _said(rows: pl.DataFrame, key: Sequence[str]) -> list[str]:
    """Returns the columns in which some row says something."""
    return [name for name in rows.columns if name not in key and rows[name].null_count() < rows.height]


def _changed(before: pl.DataFrame, after: pl.DataFrame, key: Sequence[str]) -> tuple[pl.DataFrame, list[str]]:
    """Returns the rows that say something else than before, and the columns in which some of them do."""
    import polars as pl

    names = [name for name in after.columns if name not in key]
    both = after.join(before, on=list(key), how="inner", suffix=_OLD, maintain_order="left")
    differs = {name: pl.col(name).ne_missing(pl.col(name + _OLD)) for name in names}
    if not names:
        return both.clear(), []
    changed = both.filter(pl.any_horizontal(differs.values()))
    return changed.select(*key, *names), [name for name in names if changed.select(differs[name].any()).item()]


def _assigned(variable: str, names: Sequence[str], first: int) -> str:
    return ", ".join(f"{variable}.{name} = r[{place}]" for place, name in enumerate(names, first))


def _with_lists(rows: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    return rows.with_columns(pl.col(name).str.split(NAMES_BETWEEN) for name in LISTS if name in rows.columns)
