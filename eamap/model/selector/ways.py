"""The ways a reach goes: which relations it follows, in which direction, and to which kinds of thing they lead."""

from __future__ import annotations

from dataclasses import dataclass

from eamap.model.relations import RELATIONS
from eamap.model.selector.grammar import Towards

NEEDS = ("RUNS_ON", "DEPENDS_ON")
"""What ``+`` follows as it stands. It follows CONSUMES too: a consumer depends on the system that exposes the interface,
and the two links are one hop."""

EITHER_SIDE = frozenset({"system", "organisation"})
"""The kinds that expose and consume interfaces."""


@dataclass(frozen=True, slots=True)
class Ways:
    """Relations to follow one link a hop; none named means dependence, and ``also`` more relations beside it."""

    towards: Towards
    relations: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def forward(self) -> bool:
        """Whether links are followed from what needs to what is needed."""
        return self.towards is Towards.NEEDED

    @property
    def plain(self) -> tuple[str, ...]:
        """The relations that are followed as they stand."""
        return self.relations or (*NEEDS, *self.also)

    def continuing(self, kinds: frozenset[str]) -> list[str]:
        """Returns those of the plain relations that can lead on from things of some kinds."""
        return [name for name in self.plain if kinds & set(self._ends(name)[0])]

    def leads_to(self, name: str) -> tuple[str, ...]:
        """Returns the kinds of thing at the far end of a relation."""
        return self._ends(name)[1]

    def over_interfaces(self, kinds: frozenset[str]) -> bool:
        """Whether the hop between the two sides of an interface can lead on from things of some kinds."""
        return not self.relations and bool(kinds & EITHER_SIDE)

    def from_interfaces(self, kinds: frozenset[str]) -> bool:
        """Whether there is a hop from an interface itself, which is met only where a reach by dependence starts."""
        return not self.relations and "interface" in kinds

    def _ends(self, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Returns the kinds at the near and the far end of a relation."""
        relation = RELATIONS[name]
        return (relation.origins, relation.targets) if self.forward else (relation.targets, relation.origins)
