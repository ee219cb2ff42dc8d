"""What a version on the server is made of: a list of its pages, kept as a page itself."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from eamap.stores.manifest import unread


@dataclass(frozen=True, slots=True)
class Held:
    """A table or document as it is kept: the sha256 and the length of its bytes; ``height`` counts a table's rows."""

    digest: str
    size: int
    height: int


@dataclass(frozen=True, slots=True)
class HeldPart:
    """One source part of a version."""

    name: str
    meta: Mapping[str, Any]
    rows: Held
    tables: Mapping[str, Held]


@dataclass(frozen=True, slots=True)
class Contents:
    """One version. ``tables`` are the estate as the sources state it, ``graph`` what the nodes and relationships are.

    ``claims`` says for each owner what is his and when he last pushed (:mod:`eamap.stores.neo4j.federation`). ``day`` is
    the day for which the graph was interpreted, ``reference`` the versions of the reference data that were used.
    ``before`` names the pages of the version before, which those who still read it may ask for.
    """

    version: int
    published: str
    summary: Mapping[str, Any]
    parts: tuple[HeldPart, ...]
    decisions: Held
    documents: Mapping[str, tuple[str, Held]]
    tables: Mapping[str, Held]
    graph: Mapping[str, Held]
    claims: Mapping[str, Any] = field(default_factory=dict)
    day: str = ""
    reference: Mapping[str, Any] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The columns of each kind in the graph, and what each holds: text, number or other."""

    def holds_the_same(self, other: Contents) -> bool:
        """Says whether two versions hold the same, whoever published them, when, and when files were read."""
        return self._content() == other._content()

    def _content(self) -> tuple[Any, ...]:
        parts = tuple(replace(part, meta=unread(part.meta)) for part in self.parts)
        return parts, self.decisions, dict(self.documents), dict(self.tables), dict(self.graph), stated(self.claims)

    def digests(self) -> set[str]:
        """Returns the names of all pages this version is made of."""
        return {held.digest for held in (*self.stated(), *self.graph.values())}

    def stated(self) -> list[Held]:
        """Returns all that the sources state, which is what a pull brings over; the graph is made of it."""
        parts = [held for part in self.parts for held in (part.rows, *part.tables.values())]
        documents = [held for _, held in self.documents.values()]
        return [*parts, self.decisions, *documents, *self.tables.values()]

    def to_bytes(self) -> bytes:
        """Returns the list as compressed JSON, the same for the same version."""
        # Columns have an order, which is that of every answer.
        columns = {kind: list(held.items()) for kind, held in self.columns.items()}
        told = {**asdict(self), "columns": columns}
        return zlib.compress(json.dumps(told, sort_keys=True, allow_nan=False).encode("ascii"), 6)


def stated(claims: Mapping[str, Any]) -> dict[str, Any]:
    """Returns claims without the moments at which they were made."""
    return {owner: {key: said for key, said in claim.items() if key != "pushed"} for owner, claim in claims.items()}


def read_contents(content: bytes) -> Contents:
    """Reads what :meth:`Contents.to_bytes` wrote."""
    told = json.loads(zlib.decompress(content))
    told["parts"] = tuple(_part(part) for part in told["parts"])
    told["decisions"] = Held(**told["decisions"])
    told["documents"] = {sha256: (name, Held(**held)) for sha256, (name, held) in told["documents"].items()}
    told["tables"], told["graph"] = _tables(told["tables"]), _tables(told["graph"])
    told["columns"] = {kind: dict(held) for kind, held in told["columns"].items()}
    return Contents(**{**told, "before": tuple(told["before"])})


def _tables(told: Mapping[str, Any]) -> dict[str, Held]:
    return {name: Held(**held) for name, held in told.items()}


def _part(told: Mapping[str, Any]) -> HeldPart:
    return HeldPart(told["name"], told["meta"], Held(**told["rows"]), _tables(told["tables"]))
