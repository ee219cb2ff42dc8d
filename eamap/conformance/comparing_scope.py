"""The part of an instance that one requirement is about: the resources and rests of its mode."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from eamap.conformance.comparison_results import Judged, Outcome
from eamap.conformance.requirements import Asked
from eamap.fhir.declared import Fact, ResourceEntry, Rest, SearchParameter, Statement


@dataclass(slots=True)
class Scope:
    """An instance as requirements look at it; ``used`` grows by the places that met one."""

    statement: Statement
    used: set[str] = field(default_factory=set)
    by_type: dict[str, list[ResourceEntry]] = field(default_factory=dict)

    def rests(self, mode: str) -> tuple[Rest, ...]:
        """Returns the rests of a mode; one that states no mode counts for every mode."""
        return tuple(rest for rest in self.statement.rest if not mode or rest.mode in (mode, None))

    def entries(self, asked: Asked) -> tuple[ResourceEntry, ...]:
        """Returns the entries of the resource that is asked for, or of every resource where none is named."""
        if not self.by_type:
            for entry in self.statement.resources:
                self.by_type.setdefault(entry.type or "", []).append(entry)
        named = self.by_type.get(asked.resource, ()) if asked.resource else self.statement.resources
        return tuple(entry for entry in named if not asked.mode or entry.mode in (asked.mode, None))

    def parameters(self, asked: Asked) -> Iterator[SearchParameter]:
        """Yields the search parameters of the resource that is asked for, then those that count for every resource."""
        for entry in self.entries(asked) if asked.resource else ():
            yield from entry.search_parameters
        for rest in self.rests(asked.mode):
            yield from rest.search_parameters

    def met(self, *pointers: str, says: str = "") -> Judged:
        """Says that a requirement is satisfied at these places."""
        self.used.update(pointers)
        return Judged(Outcome.SATISFIED, says, pointers)

    def partly(self, says: str, *pointers: str) -> Judged:
        """Says that something is there and not quite what is asked."""
        self.used.update(pointers)
        return Judged(Outcome.PARTLY, says, pointers)


def missing(says: str, *pointers: str) -> Judged:
    """Says that what is asked is not declared."""
    return Judged(Outcome.MISSING, says, pointers)


def unseen(says: str, *pointers: str) -> Judged:
    """Says that the statement cannot show it."""
    return Judged(Outcome.NOT_OBSERVED, says, pointers)


def listed(texts: Iterator[str] | tuple[str, ...] | list[str], most: int = 4) -> str:
    """Returns texts in one line, each once, with the number of those left out."""
    each = list(dict.fromkeys(texts))
    more = f" and {len(each) - most} more" if len(each) > most else ""
    return ", ".join(each[:most]) + more


def values(facts: tuple[Fact, ...]) -> list[str]:
    """Returns what facts say."""
    return [fact.value for fact in facts]
