"""Questions about paths: what stands on a thing, how two things are joined, and a NetworkX graph of a slice.

Reach and shortest paths are joins on the tables of links, one hop at a time, and answer for a whole country;
:func:`graph` builds a NetworkX graph of the slice in question, for every other algorithm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from eamap.errors import UsageError
from eamap.model.citations import Citation
from eamap.model.estate import Estate
from eamap.model.relations import RELATIONS
from eamap.model.selector import EstateOn, Selection, Selector, select_on
from eamap.model.selector.frontier import HOP, first_of_each, linked, no_hops
from eamap.model.selector.grammar import Towards
from eamap.model.selector.onday import joined
from eamap.model.selector.reach import reached
from eamap.model.selector.ways import Ways

if TYPE_CHECKING:
    import networkx as nx
    import polars as pl

WORKING = ("OPERATES", "USES", "RUNS_ON", "DEPENDS_ON", "EXPOSES", "CONSUMES")
"""The relations that join things at work; a path over "has the same capability" would join everything to everything."""

STANDING = ("INSTANCE_OF", "SUPPLIED_BY", "LOCATED_AT")
"""What makes systems stand on a product, a supplier or a site; nothing else is at such an end, so it disturbs nothing."""


def graph(estate: Estate, selection: Selection | Selector | str, as_of: date) -> nx.MultiDiGraph[str]:
    """Returns the NetworkX graph of a slice: its things as nodes, the links between them that hold as edges.

    A node carries ``kind`` and the fields of the thing; an edge ``relation`` and what the link carries. An edge needs
    both its ends in the slice.
    """
    import networkx as nx

    on = EstateOn(estate, as_of)
    chosen = selection if isinstance(selection, Selection) else select_on(on, selection)
    drawn: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for (kind,), ids in chosen.table.group_by("kind", maintain_order=True):
        things = on.things(str(kind))
        for row in things.filter(things["id"].is_in(ids["id"].implode())).sort("id").iter_rows(named=True):
            drawn.add_node(row["id"], **{**row, "kind": kind})
    for relation in RELATIONS:
        for row in links_within(on, relation, chosen.ids).iter_rows(named=True):
            drawn.add_edge(row.pop("from"), row.pop("to"), relation=relation, **row)
    return drawn


def links_within(on: EstateOn, relation: str, ids: pl.Series) -> pl.DataFrame:
    """Returns the links of a relation that hold and have both ends among ``ids``, sorted."""
    import polars as pl

    both = pl.col("from").is_in(ids.implode()) & pl.col("to").is_in(ids.implode())
    return on.links(relation).filter(both).sort("from", "to", "source", "row").collect()


def reach(
    estate: Estate | EstateOn,
    ids: Sequence[str],
    *,
    as_of: date | None = None,
    hops: int | None = None,
    direction: Towards = Towards.NEEDING,
    relations: Sequence[str] = (),
) -> pl.DataFrame:
    """Returns what can be reached: ``id``, ``distance``, and the last hop (``previous``, ``relation``, ``through``).

    ``direction`` is NEEDING for what needs the things (``ID+``), NEEDED for what they need (``+ID``). Without
    ``relations`` it follows dependence, as ``+`` does in a selector. ``source``, ``row`` and ``rule`` cite the last hop.
    """
    import polars as pl

    starts = pl.Series("id", list(ids), dtype=pl.String)
    return reached(_on(estate, as_of), starts, Ways(direction, _known(relations)), hops)


def _on(estate: Estate | EstateOn, as_of: date | None) -> EstateOn:
    if isinstance(estate, EstateOn):
        return estate
    if as_of is None:
        raise TypeError("an estate needs the day it is judged on: as_of")
    return EstateOn(estate, as_of)


def _known(relations: Sequence[str]) -> tuple[str, ...]:
    for name in relations:
        if name not in RELATIONS:
            raise UsageError(f"there is no relation {name!r}", hint=f"relations are {', '.join(RELATIONS)}")
    return tuple(relations)


# Impact -----------------------------------------------------------------------------------------------------------


def impact(estate: Estate | EstateOn, identifier: str | Sequence[str], *, as_of: date | None = None) -> pl.DataFrame:
    """Returns everything that stands on a thing or some things, and whom and what that touches, each with the last hop to it.

    Columns: ``id``, ``kind``, ``distance``, and the last hop: ``previous``, ``relation``, ``through``, ``source``,
    ``row``, ``rule``. The organisations that run or use a system in reach, and the capabilities it surely realises, are
    one hop further than the nearest such system, and the pathways with a step that requires such a capability one more
    (``through`` is the step). Sorted by distance, kind and id. UsageError if there is no such thing.
    """
    import polars as pl

    on = _on(estate, as_of)
    failing = [identifier] if isinstance(identifier, str) else list(identifier)
    if isinstance(identifier, str):
        require(on, identifier)
    start = pl.Series("id", failing, dtype=pl.String)
    standing = reached(on, start, Ways(Towards.NEEDING, also=STANDING))
    systems = joined([start, standing["id"]])
    systems = systems.filter(systems.str.starts_with("system:"))
    touched = pl.concat(
        [linked(on, systems, name, forward=name == "REALISES") for name in ("OPERATES", "USES", "REALISES")]
    )
    touched = touched.filter(~pl.col("id").is_in(start.implode())).join(
        _possible(on), on=["previous", "id"], how="anti"
    )
    distances = pl.concat(
        [
            standing.select("id", "distance"),
            pl.DataFrame({"id": start}).with_columns(pl.lit(0, dtype=pl.Int64).alias("distance")),
        ]
    )
    further = touched.join(distances.rename({"id": "previous"}), on="previous").with_columns(pl.col("distance") + 1)
    rows = pl.concat([standing, further.select(standing.columns)])
    rows = first_of_each(rows, ("distance", *HOP))
    rows = pl.concat([rows, _pathways(on, pl.concat([distances, rows.select("id", "distance")])).select(rows.columns)])
    kinds = pl.col("id").str.extract(r"^([a-z-]+):").alias("kind")
    told = ("previous", "relation", "through", "source", "row", "rule")
    return rows.select("id", kinds, "distance", *told).sort("distance", "kind", "id")


def _pathways(on: EstateOn, reached_at: pl.DataFrame) -> pl.DataFrame:
    """Returns the pathways that a step joins to capabilities in reach, each once, by the nearest of these."""
    import polars as pl

    capabilities = reached_at.filter(pl.col("id").str.starts_with("capability:")).unique()
    requiring = linked(on, capabilities["id"], "REQUIRES", forward=False).rename({"id": "step"}).drop("through")
    having = linked(on, requiring["step"].unique(), "HAS_STEP", forward=False)
    steps = having.select("id", pl.col("previous").alias("step"))
    found = requiring.join(steps, on="step").join(capabilities.rename({"id": "previous"}), on="previous")
    told = found.with_columns(pl.col("distance") + 1, pl.col("step").alias("through")).drop("step")
    return first_of_each(told, ("distance", *HOP))


def _possible(on: EstateOn) -> pl.DataFrame:
    """Returns the (system, capability) pairs that are only possible, which an impact does not count."""
    import polars as pl

    held = on.links("REALISES")
    if "certainty" not in held.collect_schema():
        held = held.with_columns(certainty=pl.lit(None, dtype=pl.String))
    unsure = held.filter(~pl.col("certainty").is_in(["stated", "inferred"]))
    return unsure.select(pl.col("from").alias("previous"), pl.col("to").alias("id")).collect()


def require(on: EstateOn, identifier: str) -> None:
    """Raises UsageError if the estate does not hold a thing."""
    if identifier not in on.things(identifier.partition(":")[0])["id"]:
        raise UsageError(
            f"nothing here has the id {identifier}", hint="`eamap query kind:KIND` lists the ids of a kind"
        )


# Paths ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """One link of a path. ``forward`` is false where the path runs against the link, from its ``to`` to its ``from``."""

    origin: str
    target: str
    relation: str
    forward: bool
    citations: tuple[Citation, ...]

    def as_dict(self) -> dict[str, Any]:
        """Returns the step as the results contract publishes it."""
        return {
            "origin": self.origin,
            "target": self.target,
            "relation": self.relation,
            "direction": "forward" if self.forward else "backward",
            "citations": [citation.as_dict() for citation in self.citations],
        }


def shortest_path(
    estate: Estate | EstateOn,
    a: str,
    b: str,
    *,
    as_of: date | None = None,
    directed: bool = False,
    relations: Sequence[str] = WORKING,
) -> tuple[Step, ...] | None:
    """Returns a shortest path from ``a`` to ``b``, link by link; ``None`` if there is none, no step if they are one.

    Both ends advance, the smaller edge first, a whole hop at a time. Where several paths are equally short, ids decide.
    There is no limit on the length: a limit would change answers. UsageError if one of the ends is not in the estate.
    """
    on = _on(estate, as_of)
    require(on, a)
    require(on, b)
    search = _Search(on, _known(relations), directed=directed)
    return search.path(a, b)


class _Search:
    """A search from both ends; each side keeps, for what it has seen, the hop that led there."""

    def __init__(self, on: EstateOn, relations: Sequence[str], *, directed: bool) -> None:
        self.on = on
        self.relations = relations
        self.directed = directed

    def path(self, a: str, b: str) -> tuple[Step, ...] | None:
        import polars as pl

        seen = [self.start(a), self.start(b)]
        edge = [table["id"] for table in seen]
        while a != b:
            side = 0 if edge[0].len() <= edge[1].len() else 1
            fresh = self.hop(edge[side], backwards=side == 1).filter(~pl.col("id").is_in(seen[side]["id"].implode()))
            fresh = first_of_each(fresh, (*HOP, "forward"))
            if not fresh.height:
                return None
            seen[side] = pl.concat([seen[side], fresh])
            edge[side] = fresh["id"]
            met = fresh.filter(pl.col("id").is_in(seen[1 - side]["id"].implode()))["id"]
            if met.len():
                return self.told(seen, str(met.min()))
        return ()

    def start(self, identifier: str) -> pl.DataFrame:
        import polars as pl

        columns = {**no_hops().schema, "forward": pl.Boolean()}
        return pl.DataFrame([{"id": identifier}], schema=columns)

    def hop(self, edge: pl.Series, *, backwards: bool) -> pl.DataFrame:
        """Returns one hop over every relation; undirected, a link is walked both ways."""
        import polars as pl

        ways = (not backwards,) if self.directed else (True, False)
        steps = [
            linked(self.on, edge, name, forward=along).with_columns(pl.lit(along != backwards).alias("forward"))
            for along in ways
            for name in self.relations
        ]
        return pl.concat([self.start("").clear(), *steps])

    def told(self, seen: list[pl.DataFrame], meeting: str) -> tuple[Step, ...]:
        there = list(self.walk(seen[0], meeting))[::-1]
        back = [(row | {"id": row["previous"], "previous": row["id"]}) for row in self.walk(seen[1], meeting)]
        return tuple(self.step(row) for row in there + back)

    def walk(self, seen: pl.DataFrame, at: str) -> list[dict[str, Any]]:
        import polars as pl

        rows: list[dict[str, Any]] = []
        while True:
            row = seen.row(by_predicate=pl.col("id") == at, named=True)
            if row["previous"] is None:
                return rows
            rows.append(row)
            at = row["previous"]

    def step(self, row: dict[str, Any]) -> Step:
        source, number, rule = row["source"], row["row"], row["rule"]
        cited = self.on.estate.cells(source, number, rule) if source else ()
        return Step(row["previous"], row["id"], row["relation"], bool(row["forward"]), cited)
