"""How far links lead, on numbers: which things are reached, fast enough where that is most of a country.

Comparing ids is what costs: a hop over a million links reads a million texts. So ids are reduced to 64-bit numbers once
and the hops are made on these. Two ids of things never share a number: that is checked, and another seed taken if they do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from eamap.model.selector.onday import Chosen, EstateOn
from eamap.model.selector.ways import NEEDS, Ways

if TYPE_CHECKING:
    import polars as pl


def flooded(on: EstateOn, starts: pl.Series, ways: Ways, hops: int | None = None) -> Chosen:
    """Returns the things that :func:`eamap.model.selector.reach.reached` finds, as a set."""
    import polars as pl

    seed, numbers = numbered(on, on.kinds)
    here, there = ("from", "to") if ways.forward else ("to", "from")
    links = _links(on, starts, seed, ways.relations).select(pl.col(here).alias("here"), pl.col(there).alias("there"))
    begin = starts.hash(seed).unique()
    far = distances(links, begin, begin, hops)
    reached = far.filter(pl.col("distance") > 0)["number"].implode()
    return {kind: column.is_in(reached) for kind, column in numbers.items()}


def distances(links: pl.DataFrame, edge: pl.Series, seen: pl.Series, hops: int | None = None) -> pl.DataFrame:
    """Returns how far links lead from the things at an edge: ``number`` and ``distance``, those at the edge at 0.

    ``links`` has ``here`` and ``there``; what was seen, the edge among it, is not reached again.
    """
    import polars as pl

    links = links.filter(~pl.col("there").is_in(seen.implode()))
    # Most links begin at something that nothing leads to: a component is needed and, as a rule, needs nothing.
    met = pl.concat([links["there"], edge.alias("there")])
    links = links.filter(pl.col("here").is_in(met.implode()))
    waves = [edge]
    while edge.len() and (hops is None or len(waves) <= hops):
        followed = links["here"].is_in(edge.implode())
        edge = links["there"].filter(followed).unique()
        # A link that was followed, or that leads to what is found, has no more to say; so each hop reads fewer.
        links = links.filter(~followed & ~links["there"].is_in(edge.implode()))
        waves.append(edge)
    found = [pl.select(number=wave, distance=pl.lit(far, dtype=pl.Int64)) for far, wave in enumerate(waves)]
    return pl.concat(found)


def numbered(on: EstateOn, kinds: Iterable[str]) -> tuple[int, dict[str, pl.Series]]:
    """Returns a seed and the numbers of the things of some kinds, by kind; no number twice."""
    import polars as pl

    seed = 0
    while True:
        numbers = {kind: on.things(kind)["id"].hash(seed) for kind in kinds}
        columns = [pl.Series("id", [], dtype=pl.UInt64), *(column.alias("id") for column in numbers.values())]
        everything = pl.concat(columns)
        if everything.n_unique() == everything.len() or seed == _SEEDS:
            return seed, numbers
        seed += 1


_SEEDS = 8
"""After so many seeds it is not the numbers that are to blame: the estate holds an id twice, which is one thing."""


def _links(on: EstateOn, starts: pl.Series, seed: int, relations: Sequence[str]) -> pl.DataFrame:
    """Returns the links to follow, ``from`` what needs ``to`` what is needed; a consumer needs whoever exposes."""
    import polars as pl

    if relations:
        return pl.concat([_hashed(on, name, seed) for name in relations])
    exposed, consumed = _hashed(on, "EXPOSES", seed), _hashed(on, "CONSUMES", seed)
    over = consumed.rename({"to": "via"}).join(
        exposed.select(pl.col("to").alias("via"), pl.col("from").alias("to")), on="via"
    )
    begin = starts.hash(seed).implode()
    # An interface is met only where the reach starts at one.
    ends = consumed.filter(pl.col("to").is_in(begin))
    begins = exposed.filter(pl.col("to").is_in(begin)).select(pl.col("to").alias("from"), pl.col("from").alias("to"))
    plain = [_hashed(on, name, seed) for name in NEEDS]
    return pl.concat([*plain, over.select("from", "to"), ends, begins])


def _hashed(on: EstateOn, relation: str, seed: int) -> pl.DataFrame:
    import polars as pl

    return on.links(relation).select(pl.col("from").hash(seed), pl.col("to").hash(seed)).collect()
