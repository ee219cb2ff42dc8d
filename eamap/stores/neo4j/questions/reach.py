"""What a reach reaches, in Cypher: from one thing by the server's pruned search, from many hop by hop, all on the server.

The two links of an interface are one hop, and Cypher has no closure over alternating directions; so the graph holds the
derived relationship RELIES_ON from each consumer to whoever exposes the interface (:mod:`eamap.stores.neo4j.layout`).
"""

from __future__ import annotations

from collections.abc import Sequence

from eamap.model.selector.grammar import Towards
from eamap.stores.neo4j.layout import EAMAP, RELIES_ON, relationship
from eamap.stores.neo4j.questions.writing import Writing, holds, together

LAYERS = 8
"""Hops that a search from many things goes one by one, all at once, before it goes on from each thing at its edge.

A search from each of many things meets the same things again and again; after some hops from all at once few are left.
"""
DEPENDENCE = ("RUNS_ON", "DEPENDS_ON")


def arrow(towards: Towards, types: str, *, start: str = "a", quantified: str = "") -> str:
    """Returns the pattern of a hop by ``r`` from ``start`` to ``z``, or of several hops where a quantifier is given."""
    back, ahead = ("-", "->") if towards is Towards.NEEDED else ("<-", "-")
    if quantified:
        return f"({start}) ((){back}[r:{types} WHERE {holds()}]{ahead}()){{{quantified}}} (z)"
    return f"({start}){back}[r:{types}]{ahead}(z)"


def followed(via: Sequence[str]) -> str:
    """Returns the types of the relationships that a reach follows: those that are named, else what dependence is."""
    return "|".join(relationship(name) for name in via) if via else "|".join((*DEPENDENCE, RELIES_ON))


def at_interfaces(towards: Towards, end: str = "z") -> str:
    """Returns the hop by ``r`` that is made only where a reach starts at an interface."""
    return f"(a)<-[r:{'EXPOSES' if towards is Towards.NEEDED else 'CONSUMES'}]-({end})"


def from_one(
    writing: Writing, identifier: str, towards: Towards, hops: int | None, via: Sequence[str], also: Sequence[str] = ()
) -> str:
    """Adds the subquery of what one thing reaches and returns the name of its list; ``also`` are more relations."""
    types, most = "|".join((followed(via), *also)), "" if hops is None else str(hops)
    branches = [f"MATCH {arrow(towards, types, quantified=f'1,{most}')} RETURN DISTINCT z"]
    if not via:
        met = f"MATCH {at_interfaces(towards, 'i')} WHERE {holds()} WITH DISTINCT i"
        branches.append(f"{met} {_going_on(towards, types, hops)} RETURN DISTINCT z")
    begin = f"MATCH (a:{EAMAP} {{id: {writing.value(identifier)}}})"
    inner = "\nUNION ALL\n".join(branches)
    return writing.collect(
        f"{begin}\nCALL (a) {{\n{inner}\n}}\nWITH a, z WHERE z <> a RETURN collect(DISTINCT z) AS {{name}}"
    )


def _going_on(towards: Towards, types: str, hops: int | None) -> str:
    """Returns the clause from ``i``, which one hop has reached, to that itself and all that the other hops reach."""
    if hops == 1:
        return "WITH i AS z"
    return f"MATCH {arrow(towards, types, start='i', quantified='0,' + ('' if hops is None else str(hops - 1)))}"


def from_many(writing: Writing, starts: str, towards: Towards, hops: int | None, via: Sequence[str]) -> str:
    """Adds the subquery of what the things of a list reach and returns the name of its list."""
    types = followed(via)
    patterns = [arrow(towards, types), *([] if via else [at_interfaces(towards)])]
    first = [
        f"UNWIND {starts} AS a MATCH {pattern} WHERE {holds()} AND NOT z IN {starts} RETURN z" for pattern in patterns
    ]
    parts = [together([starts], first, "l1"), f"WITH *, {starts} + l1 AS seen1"]
    last = min(LAYERS, hops or LAYERS)
    for layer in range(2, last + 1):
        parts += _layer(layer, arrow(towards, types))
    found = [f"l{layer}" for layer in range(1, last + 1)]
    if hops is None or hops > LAYERS:
        most = "" if hops is None else str(hops - LAYERS)
        on = arrow(towards, types, quantified=f"1,{most}")
        parts.append(together([found[-1]], [f"UNWIND {found[-1]} AS a MATCH {on} RETURN z"], "met"))
        parts.append(f"WITH *, [z IN met WHERE NOT z IN seen{last}] AS far")
        found.append("far")
    return writing.collect("\n".join([*parts, f"RETURN {' + '.join(found)} AS {{name}}"]))


def _layer(layer: int, hop: str) -> list[str]:
    edge, seen = f"l{layer - 1}", f"seen{layer - 1}"
    new = f"UNWIND {edge} AS a MATCH {hop} WHERE {holds()} AND NOT z IN {seen}"
    return [
        f"CALL ({edge}, {seen}) {{\n{new}\nRETURN collect(DISTINCT z) AS l{layer}\n}}",
        f"WITH *, {seen} + l{layer} AS seen{layer}",
    ]
