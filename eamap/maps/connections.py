"""Who is joined to whom in a scope: the interfaces, their two ends, and which of them a picture has room for.

The order in which boxes are kept when there are too many: most interfaces with other organisations first, then most
interfaces, then by id. The selectors here are the refs of the numbers on the picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from eamap.model.selector import EstateOn, select_on

if TYPE_CHECKING:
    import polars as pl

CURRENT = "kind:interface and not status:retired"
ENDS = "kind:system or kind:organisation"
_LINES = 2
"""So many lines to a box can be followed by eye."""


@dataclass(frozen=True)
class Connections:
    """The interfaces of what a selector selects; at most ``limit`` boxes, and lines for at most twice as many, are drawn.

    For organisations these are the interfaces of the systems they operate, and those between any two systems they work
    with: what a shared system says to other bodies is not theirs. For systems, the interfaces of these; for interfaces,
    those selected.
    """

    on: EstateOn
    text: str
    limit: int

    @cached_property
    def interfaces(self) -> str:
        """The selector of every current interface in scope."""
        core = f"({ENDS}) and ({self.text})"
        kinds = set(select_on(self.on, core).table["kind"])
        if not kinds:
            return f"{CURRENT} and ({self.text})"
        if "organisation" not in kinds:
            return f"{CURRENT} and +1({core}) via:EXPOSES,CONSUMES"
        bodies = f"kind:organisation and ({self.text})"
        own = f"{bodies} or +1({bodies}) via:OPERATES"
        return f"{CURRENT} and (+1({own}) via:EXPOSES,CONSUMES or +1({core}) via:EXPOSES and +1({core}) via:CONSUMES)"

    @property
    def between(self) -> str:
        """The selector of the interfaces in scope whose two ends are in the inventory."""
        return f"{self.interfaces} and +1({ENDS}) via:EXPOSES and +1({ENDS}) via:CONSUMES"

    @property
    def systems(self) -> str:
        """The selector of every system in scope, and of those at the other ends."""
        return f"kind:system and ({self.text} or ({self.interfaces})+1 via:EXPOSES,CONSUMES)"

    @cached_property
    def interface_ids(self) -> pl.Series:
        """The ids of the interfaces in scope."""
        return select_on(self.on, self.interfaces).ids

    @cached_property
    def system_ids(self) -> pl.Series:
        """The ids of the systems in scope and at other ends."""
        return select_on(self.on, self.systems).ids

    @cached_property
    def pairs(self) -> pl.DataFrame:
        """``interface``, ``source`` that exposes it and ``target`` that consumes it, both of them in the inventory."""
        import polars as pl

        known = pl.concat([self.on.things(kind)["id"] for kind in ("system", "organisation")]).implode()
        exposes = self.on.links("EXPOSES").select(interface="to", source="from")
        consumes = self.on.links("CONSUMES").select(interface="to", target="from")
        joined = exposes.filter(pl.col("interface").is_in(self.interface_ids.implode())).join(consumes, on="interface")
        return (
            joined.unique()
            .collect()
            .filter(pl.col("source").is_in(known) & pl.col("target").is_in(known))
            .sort("interface", "source", "target")
        )

    @cached_property
    def _ranked(self) -> list[str]:
        """The ends in the order in which they are kept."""
        import polars as pl

        homes = pl.concat(
            [
                self.on.things("system").select(end="id", home="operator"),
                self.on.things("organisation").select(end="id", home="id"),
            ]
        )
        met = self.pairs.join(homes.rename({"end": "source", "home": "giver"}), on="source")
        met = met.join(homes.rename({"end": "target", "home": "taker"}), on="target")
        abroad = pl.when(pl.col("giver").ne_missing(pl.col("taker"))).then(pl.col("interface"))
        ends = pl.concat([met.select("interface", end=column, abroad=abroad) for column in ("source", "target")])
        counts = ends.group_by("end").agg(pl.col("abroad").drop_nulls().n_unique(), pl.col("interface").n_unique())
        return counts.sort(["abroad", "interface", "end"], descending=[True, True, False])["end"].to_list()

    @cached_property
    def boxes(self) -> list[str]:
        """The ends that are drawn, by id: all if there is room, else the first in order for which there is."""
        joined: dict[str, set[tuple[str, str]]] = {}
        for source, target in self.pairs.select("source", "target").unique().iter_rows():
            joined.setdefault(source, set()).add((source, target))
            joined.setdefault(target, set()).add((source, target))
        kept: set[str] = set()
        lines: set[tuple[str, str]] = set()
        for end in self._ranked[: self.limit]:
            more = {line for line in joined[end] if {*line} <= {*kept, end}}
            if len(lines | more) > self.limit * _LINES:
                break
            kept.add(end)
            lines |= more
        # A box whose lines found no room says nothing.
        return sorted({end for line in lines for end in line} or kept)

    @cached_property
    def drawn(self) -> pl.DataFrame:
        """The pairs whose two ends are drawn."""
        import polars as pl

        return self.pairs.filter(pl.col("source").is_in(self.boxes) & pl.col("target").is_in(self.boxes))

    @property
    def alone(self) -> str:
        """The selector of the systems in scope that have no current interface there."""
        return f"kind:system and ({self.text}) and not ({self.interfaces})+1 via:EXPOSES,CONSUMES"

    @property
    def _boxes(self) -> str:
        return " or ".join(self.boxes) if self.boxes else "kind:system and not kind:system"

    @property
    def complete(self) -> bool:
        """Whether every interface with two known ends is drawn."""
        return self.drawn.height == self.pairs.height

    def drawn_systems(self) -> str:
        """Returns the selector of the systems that are drawn."""
        return f"kind:system and ({self._boxes})"

    def drawn_interfaces(self, *, but: bool = False) -> str:
        """Returns the selector of the interfaces that are drawn or, with ``but``, of those in scope that are not."""
        ends = f"({self._boxes})"
        both = (
            f"+1({ENDS}) via:EXPOSES and +1({ENDS}) via:CONSUMES"
            if self.complete
            else f"+1{ends} via:EXPOSES and +1{ends} via:CONSUMES"
        )
        return f"{self.interfaces} and {f'not ({both})' if but else both}"

    @staticmethod
    def joining(source: str, target: str) -> str:
        """Returns the selector of the current interfaces from one end to another."""
        return f"{CURRENT} and +1{source} via:EXPOSES and +1{target} via:CONSUMES"
