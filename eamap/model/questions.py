"""The questions that every store answers, as eamap answers them itself: on tables, with the whole estate at hand.

A store with a query language of its own answers the same (:class:`eamap.protocols.Questions`), row by row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from eamap.model.graph import Step, impact, reach, require, shortest_path
from eamap.model.selector import EVERYTHING, EstateOn, Selection, select_on
from eamap.model.selector.flood import flooded
from eamap.model.selector.grammar import Towards
from eamap.model.selector.ways import Ways

if TYPE_CHECKING:
    import polars as pl

IN_USE = ("live", "retiring")
SURE = ("stated", "inferred")
"""How surely a system does a capability for it to count; a certainty that is not told counts as stated."""


@dataclass(frozen=True, slots=True)
class Joined:
    """A shortest path. ``several`` is true where another path is as short and this is one of them, as the store found it."""

    steps: tuple[Step, ...]
    several: bool = False


@dataclass(frozen=True, slots=True)
class Exposed:
    """What stands on some components, directly or through others, and whom and what that touches."""

    systems: tuple[str, ...]
    """Ids, sorted."""
    organisations: int
    """How many run or use one of the systems."""
    capabilities: int
    """How many one of the systems surely does."""
    suppliers: int
    """How many supply a product that one of the systems is an instance of."""


class EmbeddedQuestions:
    """Answers on the tables of an estate on a day."""

    def __init__(self, on: EstateOn) -> None:
        self.on = on

    @property
    def version(self) -> int:
        """The version that is asked."""
        return self.on.estate.version

    @property
    def as_of(self) -> date:
        """The day that is judged."""
        return self.on.as_of

    def select(self, selector: str) -> Selection:
        """Returns what a selector selects, with what a person should know about it."""
        return select_on(self.on, selector)

    def things(self, kind: str, ids: pl.Series) -> pl.DataFrame:
        """Returns the things of one kind with these ids, every field of each, sorted by id."""
        return self.on.estate.things(kind).join(ids.alias("id").to_frame(), on="id", how="semi").sort("id")

    def height(self, kind: str = "*") -> int:
        """Returns how many things there are of a kind, or of all kinds."""
        return len(select_on(self.on, EVERYTHING)) if kind == "*" else len(self.on.estate.things(kind))

    def reach(
        self, ids: Sequence[str], *, hops: int | None = None, direction: Towards = Towards.NEEDING, relations: Sequence[str] = ()
    ) -> pl.DataFrame:  # fmt: skip
        """Returns what can be reached, as :func:`eamap.model.graph.reach` does."""
        return reach(self.on, ids, hops=hops, direction=direction, relations=relations)

    def impact(self, identifier: str) -> pl.DataFrame:
        """Returns everything that stands on a thing, as :func:`eamap.model.graph.impact` does."""
        return impact(self.on, identifier)

    def path(self, origin: str, target: str, *, directed: bool = False) -> Joined | None:
        """Returns a shortest path between two things, ids deciding between equals; ``None`` if there is none."""
        steps = shortest_path(self.on, origin, target, directed=directed)
        return None if steps is None else Joined(steps)

    def exposure(self, raw: Sequence[str]) -> Exposed:
        """Returns what stands on the components that go by one of these texts, in the words of their sources."""
        import polars as pl

        components = self.on.things("component").filter(pl.col("raw").is_in(list(raw)))["id"]
        found = flooded(self.on, components, Ways(Towards.NEEDING))
        systems = self.on.ids({"system": found["system"]} if "system" in found else {})
        operating, using = (self.on.partners(name, systems, forward=False) for name in ("OPERATES", "USES"))
        products = self.on.partners("INSTANCE_OF", systems)
        return Exposed(
            tuple(systems),
            pl.concat([operating, using]).n_unique(),
            self._done(systems).n_unique("to"),
            self.on.partners("SUPPLIED_BY", products).len(),
        )

    def _done(self, systems: pl.Series) -> pl.DataFrame:
        import polars as pl

        held = self.on.links("REALISES").filter(pl.col("from").is_in(systems.implode()))
        if "certainty" in held.collect_schema():
            held = held.filter(pl.col("certainty").is_null() | pl.col("certainty").is_in(SURE))
        return held.select("from", "to").unique().collect()

    def matrix(self) -> pl.DataFrame:
        """Returns who has what for which capability: ``organisation``, ``capability``, ``systems``, ``products``, sorted.

        Counted are live and retiring systems in production that the organisation runs or uses and that surely do the
        capability, and the distinct products they are instances of. A pair without a system has no row.
        """
        import polars as pl

        systems = self.on.things("system").filter(
            pl.col("status").is_in(IN_USE) & (pl.col("environment") == "production")
        )["id"]
        does = self._done(systems).rename({"from": "system", "to": "capability"})
        bodies = [
            self.on.links(name).select(organisation="from", system="to").collect() for name in ("OPERATES", "USES")
        ]
        kinds = self.on.links("INSTANCE_OF").select(system="from", product="to").unique().collect()
        held = pl.concat(bodies).unique().join(does, on="system").join(kinds, on="system", how="left")
        counted = held.group_by("organisation", "capability").agg(
            pl.col("system").n_unique().cast(pl.Int64).alias("systems"),
            pl.col("product").drop_nulls().n_unique().cast(pl.Int64).alias("products"),
        )
        return counted.sort("organisation", "capability")


__all__ = ["EmbeddedQuestions", "Exposed", "Joined", "require"]
