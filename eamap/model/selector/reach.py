"""Reach: what can be reached from some things, how far it is, and the last hop to each.

Most reaches end after a few hops, and each of these scans the links. From one that goes on, all hops that there are become
one table, the distances are found on numbers, and the last hop to each thing is picked once for all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.model.selector.flood import distances, numbered
from eamap.model.selector.frontier import HOP, first_of_each, kinds_of, no_hops, step_from
from eamap.model.selector.onday import EstateOn, joined
from eamap.model.selector.ways import EITHER_SIDE, Ways

if TYPE_CHECKING:
    import polars as pl

_NEAR, _FEW = 3, 100
"""For so many hops scanning the links costs less than numbering them all; where no last hops are asked, from so few things."""


def is_near(starts: pl.Series, hops: int | None) -> bool:
    """Whether a reach is so short, and from so few, that scanning the links costs less than numbering them all."""
    return hops is not None and hops <= _NEAR and starts.len() <= _FEW


def reached(on: EstateOn, starts: pl.Series, ways: Ways, hops: int | None = None) -> pl.DataFrame:
    """Returns everything that can be reached, less the starts: the columns of a hop and ``distance``, sorted by id.

    Where a thing is reached by several links in the same number of hops, the first in order of id is told.
    """
    import polars as pl

    seen = edge = starts.alias("id").unique().sort()
    found, distance = [_at(no_hops(), 0)], 0
    while edge.len() and distance < _NEAR and distance != hops:
        distance += 1
        step = step_from(on, edge, kinds_of(edge), ways).filter(~pl.col("id").is_in(seen.implode()))
        step = first_of_each(step, HOP)
        edge = step["id"]
        seen = joined([seen, edge])
        found.append(_at(step, distance))
    if edge.len() and distance != hops:
        further = _at_once(on, edge, seen, ways, None if hops is None else hops - distance)
        found.append(further.with_columns(pl.col("distance") + distance))
    return pl.concat(found).sort("id")


def _at_once(on: EstateOn, edge: pl.Series, seen: pl.Series, ways: Ways, hops: int | None) -> pl.DataFrame:
    """Returns what can be reached from the things at an edge, less what was seen; ``distance`` is that from the edge."""
    import polars as pl

    kinds = _met(on, ways, kinds_of(edge))
    seed, _ = numbered(on, kinds)
    every = step_from(on, None, kinds, ways)
    links = every.select(pl.col("previous").hash(seed).alias("here"), pl.col("id").hash(seed).alias("there"))
    far = distances(links, edge.hash(seed), seen.hash(seed), hops)
    last = (
        links.with_row_index("place")
        .join(far.rename({"distance": "before"}), left_on="here", right_on="number")
        .join(far, left_on="there", right_on="number")
        .filter(pl.col("distance") == pl.col("before") + 1)
    )
    return first_of_each(every[last["place"]].with_columns(last["distance"]), HOP)


def _met(on: EstateOn, ways: Ways, kinds: frozenset[str]) -> frozenset[str]:
    """Returns the kinds of thing that a reach from some kinds may meet, these among them."""
    far = kinds.union(*(ways.leads_to(name) for name in ways.continuing(kinds) if on.held(name).height))
    if ways.over_interfaces(kinds) or ways.from_interfaces(kinds):
        far |= EITHER_SIDE
    return kinds if far == kinds else _met(on, ways, far)


def _at(step: pl.DataFrame, distance: int) -> pl.DataFrame:
    import polars as pl

    return step.with_columns(pl.lit(distance, dtype=pl.Int64).alias("distance"))
