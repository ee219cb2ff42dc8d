"""The places of a statement: every value in it, with what holds it and the names on the way to it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Place:
    """A value, the object or list that holds it under a key, and the names on the way (list numbers left out)."""

    holder: Any
    key: str | int
    names: tuple[str, ...]

    @property
    def value(self) -> Any:
        return self.holder[self.key]

    @property
    def name(self) -> str:
        return self.names[-1]

    @property
    def parent(self) -> str:
        return self.names[-2] if len(self.names) > 1 else ""

    @property
    def in_list(self) -> bool:
        return isinstance(self.holder, list)


def places(node: Any, names: tuple[str, ...] = ()) -> Iterator[Place]:
    """Gives every place below a value, parents first."""
    if isinstance(node, dict):
        for key in list(node):
            yield Place(node, key, (*names, key))
            yield from places(node[key], (*names, key))
    elif isinstance(node, list):
        for number, item in enumerate(node):
            yield Place(node, number, names)
            yield from places(item, names)


def objects(node: Any, *wanted: str) -> list[dict[str, Any]]:
    """Gives the objects that stand under one of some names; the statement itself stands under ""."""
    found = [node] if "" in wanted else []
    return found + [p.value for p in places(node) if p.name in wanted and isinstance(p.value, dict)]


def pick(rng: random.Random, statement: Any, test: Callable[[Place], bool]) -> Place | None:
    """Gives a place that passes a test, or None; large statements are not favoured in their last resources."""
    found = [place for place in places(statement) if test(place)]
    return rng.choice(found) if found else None
