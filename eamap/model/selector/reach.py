"""Reach: what can be reached from some things, how far it is, and the last hop to each.

Near a few things, each hop scans the links. Further off, or from many, all hops that there are become one table, the
distances are found on numbers, and the last hop to each thing is picked once for all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.model.selector.flood import distances, numbered
from eamap.model.selector.frontier import HOP, first_of_each, kinds_of, no_hops, step_from
from eamap.model.selector.onday import EstateOn, joined
from eamap.model.selector.ways import Ways

if TYPE_CHECKING:
    import polars as pl

_NEAR, _FEW = 2, 100
"""So near a few things, scanning the links costs less than numbering them all."""


def is_near(starts: pl.Series, hops: int | None) -> bool:
    """Whether a reach is so short that scanning the links costs less than numbering them all."""
    return hops is not None and hops <= _NEAR and starts.len() <= _FEW


def reached(on: EstateOn, starts: pl.Series, ways: Ways, hops: int | None = None) -> pl.DataFrame:
    """Returns everything that can be reached, less the starts: the columns of a hop and ``distance``, sorted by id.

    Where a thing is reached by several links in the same number of hops, the first in order of id is told.
    """
    begin = starts.alias("id").unique().sort()
    found = _hop_by_hop(on, begin, ways, hops) if is_near(begin, hops) else _all_at_once(on, begin, ways, hops)
    return found.sort("id")


def _hop_by_hop(on: EstateOn, begin: pl.Series, ways: Ways, hops: int | None) -> pl.DataFrame:
    import polars as pl

    seen, edge, found, distance = begin, begin, [_nothing()], 0
    while edge.len() and (hops is None or distance < hops):
        distance += 1
        step = step_from(on, edge, kinds_of(edge), ways).filter(~pl.col("id").is_in(seen.implode()))
        step = first_of_each(step, HOP)
        edge = step["id"]
        seen = joined([seen, edge])
        found.append(step.with_columns(pl.lit(distance, dtype=pl.Int64).alias("distance")))
    return pl.concat(found)


def _all_at_once(on: EstateOn, begin: pl.Series, ways: Ways, hops: int | None) -> pl.DataFrame:
    import polars as pl

    kinds = ways.met(kinds_of(begin))
    seed, _ = numbered(on, kinds)
    every = step_from(on, None, kinds, ways)
    links = every.select(pl.col("previous").hash(seed).alias("here"), pl.col("id").hash(seed).alias("there"))
    far = distances(links, begin.hash(seed), hops)
    last = (
        links.with_row_index("place")
        .join(far.rename({"distance": "before"}), left_on="here", right_on="number")
        .join(far, left_on="there", right_on="number")
        .filter(pl.col("distance") == pl.col("before") + 1)
    )
    return first_of_each(every[last["place"]].with_columns(last["distance"]), HOP)


def _nothing() -> pl.DataFrame:
    import polars as pl

    return no_hops().with_columns(pl.lit(0, dtype=pl.Int64).alias("distance"))
