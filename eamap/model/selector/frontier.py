"""Reach as joins, one hop at a time: what the things at the edge are linked to, less what was seen.

No graph is built: a hop over the links of a whole country costs one scan of the tables that can continue from the kinds
of thing at the edge.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from eamap.model.relations import RELATIONS
from eamap.model.selector.grammar import Towards
from eamap.model.selector.onday import EstateOn, joined

if TYPE_CHECKING:
    import polars as pl

DEPENDENCE = ("RUNS_ON", "DEPENDS_ON", "CONSUMES")
"""What ``+`` follows; a consumer depends on the system that exposes the interface, and the two links are one hop."""

HOP = ("id", "previous", "relation", "through", "source", "row", "rule")
"""Columns of a hop: from ``previous`` to ``id`` by ``relation``, ``through`` an interface where two links are one hop."""


def reached(
    on: EstateOn,
    starts: pl.Series,
    towards: Towards,
    *,
    hops: int | None = None,
    relations: Sequence[str] = (),
    also: Sequence[str] = (),
) -> pl.DataFrame:
    """Returns everything that can be reached, less the starts: the columns of a hop and ``distance``, sorted by id.

    Where a thing is reached by several links in the same number of hops, the first in order of id is told.
    ``relations`` empty means dependence, and ``also`` more relations beside it; relations that are named are followed as
    they stand, one link a hop.
    """
    import polars as pl

    edge = starts.alias("id").unique().sort()
    seen, found, distance = edge, [no_hops().with_columns(pl.lit(0, dtype=pl.Int64).alias("distance"))], 0
    while edge.len() and (hops is None or distance < hops):
        distance += 1
        step = step_from(on, edge, towards, relations, also).filter(~pl.col("id").is_in(seen.implode()))
        step = first_of_each(step, HOP)
        edge = step["id"]
        seen = joined([seen, edge])
        found.append(step.with_columns(pl.lit(distance, dtype=pl.Int64).alias("distance")))
    return pl.concat(found).sort("id")


def first_of_each(step: pl.DataFrame, order: Sequence[str]) -> pl.DataFrame:
    """Returns one row an id, the first in order; only ids with several rows are put in order, for most have one."""
    import polars as pl

    several = step["id"].is_duplicated()
    if not several.any():
        return step
    # The first column that tells rows of one id apart leaves few of them to be put in order by all.
    telling = next(name for name in order if name != "id")
    chosen = step.filter(several)
    if not chosen[telling].null_count():
        chosen = chosen.filter(pl.col(telling) == pl.col(telling).min().over("id"))
    chosen = chosen.sort(order, nulls_last=False).unique("id", keep="first")
    return pl.concat([step.filter(~several), chosen])


def _kinds(edge: pl.Series) -> set[str]:
    return set(edge.str.extract(r"^([a-z-]+):").drop_nulls().unique().to_list())


@cache
def no_hops() -> pl.DataFrame:
    """Returns an empty table of hops."""
    import polars as pl

    return pl.DataFrame(schema={**dict.fromkeys(HOP, pl.String()), "row": pl.UInt32()})


def step_from(
    on: EstateOn, edge: pl.Series, towards: Towards, relations: Sequence[str], also: Sequence[str] = ()
) -> pl.DataFrame:
    """Returns one hop from the things at the edge."""
    import polars as pl

    forward = towards is Towards.NEEDED
    kinds = _kinds(edge)
    plain = relations or (*DEPENDENCE[:2], *also)
    steps = [linked(on, edge, name, forward=forward) for name in plain if _continues(name, kinds, forward)]
    if not relations:
        steps += _over_interfaces(on, edge, kinds, forward)
    steps = [step for step in steps if step.height]
    return steps[0] if len(steps) == 1 else pl.concat([no_hops(), *steps])


def _continues(relation: str, kinds: set[str], forward: bool) -> bool:
    ends = RELATIONS[relation].origins if forward else RELATIONS[relation].targets
    return bool(kinds & set(ends))


def linked(on: EstateOn, edge: pl.Series, relation: str, *, forward: bool) -> pl.DataFrame:
    """Returns the hop over one relation as it stands."""
    import polars as pl

    near, far = ("from", "to") if forward else ("to", "from")
    links = on.touching(relation, near, edge)
    if not links.height:
        return no_hops()
    return links.select(
        pl.col(far).alias("id"),
        pl.col(near).alias("previous"),
        pl.lit(relation).alias("relation"),
        pl.lit(None, dtype=pl.String).alias("through"),
        "source",
        "row",
        "rule",
    )


def _over_interfaces(on: EstateOn, edge: pl.Series, kinds: set[str], forward: bool) -> list[pl.DataFrame]:
    """Returns the hop from consumer to exposer, or back; an interface itself is met only where the reach starts."""
    steps = []
    if "interface" in kinds:
        steps.append(linked(on, edge, "EXPOSES" if forward else "CONSUMES", forward=False))
    if kinds & {"system", "organisation"}:
        near, far = ("CONSUMES", "EXPOSES") if forward else ("EXPOSES", "CONSUMES")
        steps.append(_two_links(on, edge, near, far, forward))
    return steps


def _two_links(on: EstateOn, edge: pl.Series, near: str, far: str, forward: bool) -> pl.DataFrame:
    """Joins the links at the edge to the other links of their interfaces; the consumer's row is the one cited."""
    import polars as pl

    here = linked(on, edge, near, forward=True).select(
        "previous", pl.col("id").alias("through"), "source", "row", "rule"
    )
    if not here.height:
        return no_hops()
    there = linked(on, here["through"].unique(), far, forward=False)
    there = there.select("id", pl.col("previous").alias("through"), "source", "row", "rule")
    cited = "" if forward else "_right"
    return here.join(there, on="through").select(
        "id",
        "previous",
        pl.lit("CONSUMES").alias("relation"),
        "through",
        *(pl.col(name + cited).alias(name) for name in ("source", "row", "rule")),
    )
