"""Selectors in Cypher: the tree of a selector as one parameterised question with the answer of the embedded one.

``and``, ``or`` and ``not`` become one condition on a thing ``n``; what is attached to a thing, and what is reached, are
lists that subqueries collect first, and the condition asks whether ``n`` is among them. The question starts from the fewest
things that can hold the answer: an id, a list, a kind, and only where nothing else will do, everything.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING

from eamap.model.ids import thing_id
from eamap.model.selector.fields import FieldType
from eamap.model.selector.grammar import (
    And,
    Attached,
    Attested,
    Compares,
    Equals,
    Expression,
    Identity,
    Kind,
    Knowledge,
    Knows,
    Not,
    Or,
    Reach,
)
from eamap.stores.neo4j.layout import EAMAP, LABELS, MENTIONED, REASONS, SOURCES
from eamap.stores.neo4j.questions.attached import attached
from eamap.stores.neo4j.questions.comparing import NEVER, compared_in_eamap, matches, wanted
from eamap.stores.neo4j.questions.reach import from_many, from_one
from eamap.stores.neo4j.questions.writing import Question, Writing, labelled, matching

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from eamap.stores.neo4j.questions.catalogue import Catalogue

ALWAYS = "true"
_SEEK, _LIST, _SCAN, _ALL = 1, 100, 10_000, 1_000_000


@dataclass(frozen=True, slots=True)
class Start:
    """A clause that finds things ``n`` to begin with, and roughly how many it finds; ``listed`` names the list it takes them from."""

    clause: str
    cost: int
    listed: str = ""


def question(
    catalogue: Catalogue, tree: Expression, as_of: date, held: Mapping[Compares, list[str]] | None = None
) -> Question:
    """Returns the question that answers a selector: the distinct ids of what it selects.

    ``held`` says for each comparison that is made in eamap (:func:`comparisons`) which of the texts there are it wants.
    """
    writing = Writing(as_of)
    compiled = _Compiled(catalogue, writing, held or {})
    found = compiled.found(tree)
    text = "\n".join([*writing.lists, found, "RETURN DISTINCT n.id AS id"])
    return Question(text, writing.parameters)


def collected(
    catalogue: Catalogue, tree: Expression, as_of: date, held: Mapping[Compares, list[str]] | None = None
) -> tuple[Writing, str]:
    """Returns the beginning of a question, and the name of its list of what a selector selects."""
    writing = Writing(as_of)
    found = _Compiled(catalogue, writing, held or {}).found(tree)
    return writing, writing.collect(f"{found}\nRETURN collect(DISTINCT n) AS {{name}}")


def comparisons(catalogue: Catalogue, tree: Expression) -> list[Compares]:
    """Returns the comparisons of a tree with text that may hold numbers, which only eamap reads as contracts.md says."""
    match tree:
        case And(parts) | Or(parts):
            return [each for part in parts for each in comparisons(catalogue, part)]
        case Not(part) | Reach(start=part):
            return comparisons(catalogue, part)
        case Compares():
            types = {catalogue.type_of(kind, tree.field.name) for kind in catalogue.kinds_with(tree.field)}
            return [tree] if FieldType.TEXT in types else []
        case _:
            return []


class _Compiled:
    """Writes the conditions and starts of one tree; a list is collected once, however often it is asked for."""

    def __init__(self, catalogue: Catalogue, writing: Writing, held: Mapping[Compares, list[str]]) -> None:
        self.catalogue = catalogue
        self.writing = writing
        self.held = held
        self.named: dict[str, str] = {}
        self.wanted: frozenset[str] | None = None
        """The kinds that ``n`` can only be where the present term stands; None where it can be any."""
        self.begun = ""
        """The list that every ``n`` is taken from, so that nobody asks whether it is in there."""

    def found(self, tree: Expression) -> str:
        """Returns the clauses that find the things ``n`` of a tree."""
        starts = list(dict.fromkeys(self.starts(tree) or [Start(matching(()), _ALL)]))
        with self.beginning(starts[0].listed if len(starts) == 1 else ""):
            condition = f"WITH * WHERE NOT n:{MENTIONED} AND {self.condition(tree)}"
        if len(starts) == 1:
            return f"{starts[0].clause}\n{condition}"
        branches = "\nUNION ALL\n".join(f"{start.clause} RETURN n" for start in starts)
        scope = ", ".join(self.writing.names)
        return f"CALL ({scope}) {{\n{branches}\n}}\n{condition}"

    # Conditions ---------------------------------------------------------------------------------------------------

    def condition(self, tree: Expression) -> str:
        """Returns the condition, never null, that ``n`` is selected."""
        answer: Callable[[object], str] = getattr(self, f"_{type(tree).__name__.lower()}")
        return answer(tree)

    @contextmanager
    def within(self, wanted: frozenset[str] | None) -> Iterator[None]:
        """Compiles the terms of a block for some kinds only, or for any."""
        before, self.wanted = self.wanted, wanted
        try:
            yield
        finally:
            self.wanted = before

    @contextmanager
    def beginning(self, listed: str) -> Iterator[None]:
        """Compiles the conditions of a block on things taken from a list."""
        before, self.begun = self.begun, listed
        try:
            yield
        finally:
            self.begun = before

    def _narrowed(self, tree: And) -> frozenset[str] | None:
        kinds = [frozenset({part.kind}) for part in tree.parts if isinstance(part, Kind) and part.kind != "*"]
        return reduce(and_, [*kinds, *([] if self.wanted is None else [self.wanted])]) if kinds else self.wanted

    def _and(self, tree: And) -> str:
        with self.within(self._narrowed(tree)):
            parts = [part for part in map(self.condition, tree.parts) if part != ALWAYS]
            return "(" + " AND ".join(parts or [ALWAYS]) + ")"

    def _or(self, tree: Or) -> str:
        return "(" + " OR ".join(self.condition(part) for part in tree.parts) + ")"

    def _not(self, tree: Not) -> str:
        return f"NOT ({self.condition(tree.part)})"

    def _kind(self, tree: Kind) -> str:
        return ALWAYS if tree.kind == "*" else labelled([tree.kind])

    def _identity(self, tree: Identity) -> str:
        if (key := tree.key.plain) is not None:
            return f"n.id = {self.writing.value(thing_id(tree.kind, key))}"
        value = f"substring(n.id, {len(tree.kind) + 1})"
        return f"({labelled([tree.kind])} AND {matches(self.writing, value, tree.key)})"

    def _attached(self, tree: Attached) -> str:
        return self._among(tree)

    def _reach(self, tree: Reach) -> str:
        return self._among(tree)

    def _among(self, tree: Attached | Reach) -> str:
        listed = self.listed(tree)
        return ALWAYS if listed == self.begun else f"n IN {listed}"

    def _equals(self, tree: Equals) -> str:
        return self._compared(tree)

    def _compares(self, tree: Compares) -> str:
        return self._compared(tree)

    def _compared(self, tree: Equals | Compares) -> str:
        tests: dict[str, list[str]] = {}
        shared: dict[tuple[object, ...], str] = {}
        for kind in self.catalogue.kinds_with(tree.field):
            of_type = self.catalogue.type_of(kind, tree.field.name)
            key = (of_type, self.catalogue.several(kind, tree.field.name))
            if key not in shared:
                shared[key] = self._test(kind, of_type, tree)
            tests.setdefault(shared[key], []).append(kind)
        parts = [f"({labelled(kinds)} AND {test})" for test, kinds in tests.items() if test != NEVER]
        return "(" + " OR ".join(parts) + ")" if parts else NEVER

    def _test(self, kind: str, of_type: FieldType, tree: Equals | Compares) -> str:
        if compared_in_eamap(of_type, tree):
            assert isinstance(tree, Compares)
            return f"coalesce(n.{tree.field.name} IN {self.writing.value(self.held.get(tree, []))}, false)"
        return wanted(self.writing, kind, of_type, tree)

    def _knows(self, tree: Knows) -> str:
        kinds, name = self.catalogue.kinds_with(tree.field), tree.field.name
        if not kinds:
            return NEVER
        if tree.knowledge is Knowledge.KNOWN:
            return f"({labelled(kinds)} AND n.{name} IS NOT NULL)"
        if tree.knowledge is Knowledge.UNKNOWN:
            told = [self._told(reason, name) for reason in REASONS if reason != Knowledge.UNKNOWN.value]
            return f"({labelled(kinds)} AND n.{name} IS NULL AND NOT ({' OR '.join(told)}))"
        return (
            f"({labelled(kinds)} AND n.{name} IS NULL AND {self._told(tree.knowledge.value.replace('-', '_'), name)})"
        )

    def _told(self, reason: str, name: str) -> str:
        return f"{self.writing.value(name)} IN coalesce(n.{reason}, [])"

    def _attested(self, tree: Attested) -> str:
        parts = self.writing.value(self.catalogue.parts_named(tree.source))
        won = f"coalesce(n.source IN {parts}, false)"
        return f"(NOT n:{LABELS['source']} AND ({won} OR any(part IN coalesce(n.{SOURCES}, []) WHERE part IN {parts})))"

    # Lists --------------------------------------------------------------------------------------------------------

    def listed(self, tree: Attached | Reach) -> str:
        """Returns the name of the list of what is attached or reached."""
        wanted = self.wanted if isinstance(tree, Attached) else None
        key = f"{type(tree).__name__} {tree} {sorted(wanted) if wanted is not None else ''}"
        if key not in self.named:
            self.named[key] = (
                attached(self.writing, self.catalogue, tree, wanted)
                if isinstance(tree, Attached)
                else self._reached(tree)
            )
        return self.named[key]

    def _reached(self, tree: Reach) -> str:
        start = tree.start
        if isinstance(start, Identity) and start.key.plain is not None:
            return from_one(self.writing, thing_id(start.kind, start.key.plain), tree.towards, tree.hops, tree.via)
        with self.within(None):
            body = self.found(start)
        starts = self.writing.collect(f"{body}\nRETURN collect(DISTINCT n) AS {{name}}")
        return from_many(self.writing, starts, tree.towards, tree.hops, tree.via)

    # Starts -------------------------------------------------------------------------------------------------------

    def starts(self, tree: Expression) -> list[Start] | None:
        """Returns clauses that together find all that a tree can select; ``None`` where only everything will do."""
        match tree:
            case Kind(kind="*") | Not() | Attested():
                return None
            case Kind():
                return self._of_kinds([tree.kind])
            case Identity():
                if tree.key.plain is None:
                    return self._of_kinds([tree.kind])
                identifier = self.writing.value(thing_id(tree.kind, tree.key.plain))
                return [Start(f"MATCH (n:{EAMAP} {{id: {identifier}}})", _SEEK)]
            case Attached() | Reach():
                listed = self.listed(tree)
                return [Start(f"UNWIND {listed} AS n", _LIST, listed)]
            case Equals(field=field) | Compares(field=field) | Knows(field=field):
                return self._of_kinds(self.catalogue.kinds_with(field))
            case And():
                with self.within(self._narrowed(tree)):
                    found = [starts for starts in map(self.starts, tree.parts) if starts is not None]
                return min(found, key=lambda starts: sum(start.cost for start in starts), default=None)
            case Or():
                each = [self.starts(part) for part in tree.parts]
                return None if None in each else [start for starts in each for start in starts or ()]

    def _of_kinds(self, kinds: list[str]) -> list[Start]:
        if not kinds:
            return [Start("UNWIND [] AS n", _SEEK)]
        return [Start(matching(kinds), _SCAN * len(kinds))]


def wanted_texts(texts: list[str], tree: Compares) -> list[str]:
    """Returns which texts a comparison wants, as the embedded answer compares them."""
    import polars as pl

    from eamap.model.selector.compare import wanted as wanted_column

    table = pl.DataFrame({tree.field.name: texts}, schema={tree.field.name: pl.String()})
    return table.filter(wanted_column("", FieldType.TEXT, tree).fill_null(value=False)).to_series().to_list()
