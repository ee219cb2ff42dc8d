"""Hops as joins: the things at an edge, or all there are, and what links lead to from them.

No graph is built: a hop over the links of a whole country costs one scan of the tables that can continue from the kinds
of thing at the edge.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from eamap.model.selector.onday import EstateOn
from eamap.model.selector.ways import Ways

if TYPE_CHECKING:
    import polars as pl

HOP = ("id", "previous", "relation", "through", "source", "row", "rule")
"""Columns of a hop: from ``previous`` to ``id`` by ``relation``, ``through`` an interface where two links are one hop."""


@cache
def no_hops() -> pl.DataFrame:
    """Returns an empty table of hops."""
    import polars as pl

    return pl.DataFrame(schema={**dict.fromkeys(HOP, pl.String()), "row": pl.UInt32()})


def kinds_of(ids: pl.Series) -> frozenset[str]:
    """Returns the kinds of the things with these ids."""
    return frozenset(ids.str.extract(r"^([a-z-]+):").drop_nulls().unique().to_list())


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


def step_from(on: EstateOn, edge: pl.Series | None, kinds: frozenset[str], ways: Ways) -> pl.DataFrame:
    """Returns one hop from the things at the edge, which are of some kinds; ``None`` means all things of these kinds."""
    import polars as pl

    steps = [linked(on, edge, name, forward=ways.forward) for name in ways.continuing(kinds)]
    if ways.from_interfaces(kinds):
        steps.append(linked(on, edge, "EXPOSES" if ways.forward else "CONSUMES", forward=False))
    if ways.over_interfaces(kinds):
        near, far = ("CONSUMES", "EXPOSES") if ways.forward else ("EXPOSES", "CONSUMES")
        steps.append(_two_links(on, edge, near, far, ways.forward))
    steps = [step for step in steps if step.height]
    return steps[0] if len(steps) == 1 else pl.concat([no_hops(), *steps])


def linked(on: EstateOn, edge: pl.Series | None, relation: str, *, forward: bool) -> pl.DataFrame:
    """Returns the hop over one relation as it stands, from the things at the edge or from all."""
    import polars as pl

    near, far = ("from", "to") if forward else ("to", "from")
    links = on.held(relation) if edge is None else on.touching(relation, near, edge)
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


def _two_links(on: EstateOn, edge: pl.Series | None, near: str, far: str, forward: bool) -> pl.DataFrame:
    """Joins the links at the edge to the other links of their interfaces; the consumer's row is the one cited."""
    import polars as pl

    here = linked(on, edge, near, forward=True).select(
        "previous", pl.col("id").alias("through"), "source", "row", "rule"
    )
    if not here.height:
        return no_hops()
    there = linked(on, None if edge is None else here["through"].unique(), far, forward=False)
    there = there.select("id", pl.col("previous").alias("through"), "source", "row", "rule")
    cited = "" if forward else "_right"
    return here.join(there, on="through").select(
        "id",
        "previous",
        pl.lit("CONSUMES").alias("relation"),
        "through",
        *(pl.col(name + cited).alias(name) for name in ("source", "row", "rule")),
    )
