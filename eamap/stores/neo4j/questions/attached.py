"""What is attached to a thing, in Cypher: each attachment word as subqueries that follow relationships.

They follow what :mod:`eamap.model.selector.attached` follows; docs/selectors.md says it in words.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from eamap.model.selector.attached import NAMES, ids_meant
from eamap.model.selector.fields import naming
from eamap.model.selector.grammar import Attached
from eamap.stores.neo4j.layout import EAMAP, LABELS
from eamap.stores.neo4j.questions.comparing import matches
from eamap.stores.neo4j.questions.writing import Writing, along, holds, together

if TYPE_CHECKING:
    from eamap.stores.neo4j.questions.catalogue import Catalogue

SURE = f"{holds()} AND coalesce(r.certainty, 'stated') IN ['stated', 'inferred']"
"""The condition that a system surely does a capability."""
_ALIASES = ("alias", "aliases")


def attached(writing: Writing, catalogue: Catalogue, term: Attached, wanted: frozenset[str] | None = None) -> str:
    """Adds the subquery of an attachment and returns the name of its list of nodes, some of them perhaps no things.

    ``wanted`` are the kinds that are asked for, where that is known: what holds none of them is not followed.
    """
    parts = [together([], _meant(writing, catalogue, term), "named", "n"), *_FOLLOWED[term.kind]()]
    lists = {_collected(part): part for part in parts}
    answer = [name for name in lists if name not in _BETWEEN and (wanted is None or wanted & _held(name, term.kind))]
    needed = _with_sources(answer, lists)
    clauses = [part for name, part in lists.items() if name in needed]
    return writing.collect("\n".join([*clauses, f"RETURN {' + '.join(answer) or '[]'} AS {{name}}"]))


def _collected(part: str) -> str:
    """Returns the name of the list that a subquery collects."""
    return part.rpartition(" AS ")[2].removesuffix("\n}")


def _with_sources(names: list[str], lists: dict[str, str]) -> set[str]:
    """Returns lists and those that they are made from, in turn."""
    needed, left = set(names), list(names)
    while left:
        scope = lists[left.pop()].partition("(")[2].partition(")")[0]
        sources = {name for name in scope.split(", ") if name} - needed
        needed |= sources
        left += sources
    return needed


def _held(name: str, kind: str) -> frozenset[str]:
    """Returns the kinds of what a list of an attachment word can hold."""
    if name == "named":
        return frozenset({kind})
    return frozenset(owner for owner, _ in naming(kind)) if name == "about" else _HOLDS[name]


def named(writing: Writing, catalogue: Catalogue, term: Attached) -> str:
    """Returns the clause that finds the things ``n`` that go by a name, as an attachment word names them."""
    kind, text = term.kind, term.name
    if kind == "organisation" and text.plain is not None:
        return f"{_by_id(writing, term)} WHERE n:{LABELS[kind]}"
    has = catalogue.texts(kind)
    names = ("code",) if kind == "organisation" else NAMES
    key = f"substring(n.id, {len(kind) + 1})"
    tests = [matches(writing, value, text) for value in (key, "n.id", *(f"n.{name}" for name in names if name in has))]
    if kind != "organisation":
        tests += [
            f"any(a IN split(n.{name}, '; ') WHERE {matches(writing, 'a', text)})" for name in _ALIASES if name in has
        ]
    return f"MATCH (n:{LABELS[kind]}) WHERE n:{EAMAP} AND ({' OR '.join(tests)})"


def _meant(writing: Writing, catalogue: Catalogue, term: Attached) -> list[str]:
    """Returns the branches that find the things named, and the ends of links that have the id the name would make."""
    by_id = [f"{_by_id(writing, term)} RETURN n"] if term.name.plain else []
    # An organisation goes by its id, of which nobody need search all there are.
    by_name = [] if by_id and term.kind == "organisation" else [f"{named(writing, catalogue, term)} RETURN n"]
    return by_name + by_id


def _by_id(writing: Writing, term: Attached) -> str:
    return f"UNWIND {writing.value(ids_meant(term.kind, term.name))} AS id MATCH (n:{EAMAP} {{id: id}})"


def _partners(source: str, name: str, *patterns: str) -> str:
    return together([source], [along(source, pattern, *_if_held(pattern)) for pattern in patterns], name)


def _if_held(pattern: str) -> tuple[str, ...]:
    return (holds(),) if "[r:" in pattern else ()


def descendants(source: str, name: str) -> str:
    """Returns the subquery that collects all that is PART_OF some nodes, at any depth, and the nodes themselves."""
    return together(
        [source], [f"UNWIND {source} AS a MATCH (a) (()<-[r:PART_OF WHERE {holds()}]-()){{0,}} (z) RETURN z"], name
    )


def belongings(systems: str) -> list[str]:
    """Returns the subqueries that collect what runs systems, where they meet others, and the contracts about them."""
    affecting = along("components", "(a)<-[:AFFECTS]-(z)")
    planned = [along(source, "(a)<-[:PLANNED_FOR]-(z)") for source in (systems, "components")]
    met = along(systems, "(a)-[r:EXPOSES|CONSUMES|COVERED_BY]->(z)", holds())
    assessing = along(systems, "(a)<-[:ASSESSES]-(z)")
    return [
        _partners(systems, "components", "(a)-[:RUNS_ON]->(z)"),
        together([systems, "components"], [met, affecting, *planned, assessing], "belongings"),
    ]


def _about(kind: str, things: str) -> str:
    """Returns the subquery that collects the things that name one of some nodes in a field: absences, sites, flows."""
    ids = f"[a IN {things} | a.id]"
    if kind != "organisation":
        ids += f" + [a IN {things} | substring(a.id, {len(kind) + 1})]"
    branches = [
        f"WITH {ids} AS ids MATCH (z:{LABELS[owner]}) WHERE z:{EAMAP} AND z.{name} IN ids RETURN z"
        for owner, name in naming(kind)
    ]
    return together([things], branches, "about")


def _of_organisations() -> list[str]:
    return [
        descendants("named", "bodies"),
        _partners("bodies", "systems", "(a)-[r:OPERATES|USES]->(z)"),
        *belongings("systems"),
        _partners("bodies", "own", "(a)-[r:EXPOSES|CONSUMES|PARTY_TO]->(z)"),
        together(
            ["systems", "components", "belongings"],
            [along(source, "(a)-[r:LOCATED_AT]->(z)", holds()) for source in ("systems", "components", "belongings")],
            "places",
        ),
        _about("organisation", "bodies"),
    ]


def _of_suppliers() -> list[str]:
    products, unnamed = (
        along("named", "(a)<-[r:SUPPLIED_BY]-(z)", holds(), f"z.id STARTS WITH '{kind}:'")
        for kind in ("product", "system")
    )
    return [
        together(["named"], [products], "products"),
        together(["named", "products"], [unnamed, along("products", "(a)<-[r:INSTANCE_OF]-(z)", holds())], "systems"),
        _partners("named", "contracts", "(a)-[r:PARTY_TO]->(z)"),
        _partners("products", "covering", "(a)-[r:COVERED_BY]->(z)"),
        *belongings("systems"),
    ]


def _of_products() -> list[str]:
    return [
        _partners("named", "covering", "(a)-[r:COVERED_BY]->(z)"),
        _partners("named", "systems", "(a)<-[r:INSTANCE_OF]-(z)"),
        *belongings("systems"),
    ]


def _realising(capabilities: str) -> str:
    return together([capabilities], [along(capabilities, "(a)<-[r:REALISES]-(z)", SURE)], "systems")


def _of_capabilities() -> list[str]:
    return [descendants("named", "capabilities"), _realising("capabilities"), _about("capability", "capabilities")]


def _of_pathways() -> list[str]:
    return [
        _partners("named", "steps", "(a)-[r:HAS_STEP]->(z)"),
        _partners("steps", "required", "(a)-[r:REQUIRES]->(z)"),
        together(["required"], ["UNWIND required AS z WITH z WHERE z.id STARTS WITH 'capability:' RETURN z"], "asked"),
        descendants("asked", "doable"),
        _realising("doable"),
    ]


def _of_standards() -> list[str]:
    exposing = along("interfaces", "(a)<-[:EXPOSES]-(z)", "z.id STARTS WITH 'system:'")
    return [
        _partners("named", "interfaces", "(a)<-[r:CLAIMS]-(z)"),
        together(["interfaces"], [exposing], "systems"),
    ]


_HOLDS = {
    name: frozenset(kinds)
    for name, kinds in {
        "bodies": ("organisation",), "systems": ("system",), "components": ("component",), "places": ("site",),
        "belongings": ("interface", "contract", "vulnerability", "work-package", "assessment"), "own": ("interface", "contract"),
        "products": ("product",), "contracts": ("contract",), "covering": ("contract",), "capabilities": ("capability",),
        "steps": ("step",), "required": ("capability", "standard"), "interfaces": ("interface",),
    }.items()
}  # fmt: skip
"""The kinds that each list can hold, as the relations say that lead to it."""

_BETWEEN = ("asked", "doable")
"""Lists on the way to others, which are no part of the answer."""

_FOLLOWED: dict[str, Callable[[], list[str]]] = {
    "organisation": _of_organisations,
    "supplier": _of_suppliers,
    "product": _of_products,
    "capability": _of_capabilities,
    "pathway": _of_pathways,
    "standard": _of_standards,
}
