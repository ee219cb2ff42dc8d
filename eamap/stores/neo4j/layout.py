"""The names of the shared graph, made from the models: what a person writes in Cypher to find what eamap put there.

**Things.** Every thing of the current version, as it is understood on the day of the push, is one node with two labels:
``Eamap`` and that of its kind in PascalCase (``System``, ``DataObject``, :data:`LABELS`). Its properties are the columns
of the kind's table by the same names, in snake_case, as in selectors and CSV files: ``id`` ("system:RXX/pas"), the
record's fields, what interpretation adds, and ``source``, ``row``, ``rule`` (the row that won; ``source`` names a source
part). A field that names another thing holds its id. Nothing known is no property. Dates are text as precise as the
source. Four lists of field names say why properties are missing: ``absent``, ``not_applicable``, ``withheld``,
``unknown``. ``sources`` lists the source parts that attest the thing, where more than one row does. ``store`` is the id of
the store. Sources are things too: ``(:Source {id: "source:…", name, mapping, organisation, …})``.

**Links.** Every link is a relationship of its relation's name (:data:`~eamap.model.relations.RELATIONS`), from ``from`` to
``to``, with ``since``, ``until``, ``share``, the relation's attributes, and ``source``, ``row``, ``rule``. A relation that
is kept in a column of a thing (OPERATES, RUNS_ON, EXPOSES, …) has relationships without properties: the thing at its
"many" end cites it. All links are there, those of other days included: the question applies since <= day < until.
An end that no source describes is a node ``(:Eamap:Mentioned {id, store})`` without a kind: links may pass it, but it is
no thing, and a question about things never returns it.

**RELIES_ON** is derived: for every CONSUMES, one relationship from the consumer to each that EXPOSES the interface, with what
the CONSUMES carries and ``through``, the id of the interface. Dependence counts those two links as one hop, and Cypher has no
closure over alternating directions; so ``(c)<-[:RUNS_ON|DEPENDS_ON|RELIES_ON]-{1,}(y)`` is what needs ``c``.

**Looking things up.** ``(:Eamap {id})`` is unique, by the only constraint a node has; ``(:KIND {id})`` has a plain index
for each kind, so that ``MATCH (s:System {id: $id})`` is an index seek as well, and another program's nodes of the same
label can neither be in the way nor come to harm. (Tried once, beside other work, with 100,000 new nodes: a constraint on the
kind's label was a little faster the first time and no faster the second; one on store and id together took far longer.)
One database, one store.

**Books.** ``(:EamapStore {name: "estate", id, format})`` is what a writer locks; ``(:EamapState {name: "estate", state,
version, …})`` says whether the graph is "published" or "updating" (:mod:`eamap.stores.neo4j.state`);
``(:EamapPage {key, content, …})`` holds compressed tables (:mod:`eamap.stores.neo4j.pages`);
``(:Version:EamapVersion {number, published, …})-[:AFTER]->`` is the chain of what was published. None of these carries the
label ``Eamap``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from eamap.model.relations import RELATIONS
from eamap.model.selector.fields import KINDS

FORMAT = 1
"""Number of this layout. A reader refuses a higher one and never guesses."""

EAMAP = "Eamap"
"""The label of every node of the estate."""
MENTIONED = "Mentioned"
"""The label of an end of links that no source describes; it stands in the place of a kind."""
STORE, STATE, PAGE, VERSION = "EamapStore", "EamapState", "EamapPage", "EamapVersion"
"""Labels of the books."""

LABELS: dict[str, str] = {kind: "".join(word.capitalize() for word in kind.split("-")) for kind in KINDS}
"""The label of each kind."""
KIND_OF: dict[str, str] = {label: kind for kind, label in LABELS.items()}
"""The kind of each label."""
RELIES_ON = "RELIES_ON"
"""The one relationship that is no relation: from who consumes an interface to who exposes it, see the docstring above."""
REASONS = ("absent", "not_applicable", "withheld", "unknown")
"""Properties that list the fields that are empty for a reason."""
SOURCES = "sources"
"""The property that lists the source parts of a thing that more than one row attests."""

_PROPERTY = re.compile(r"[a-z][a-z0-9_]*\Z")


def relationship(relation: str) -> str:
    """Returns the type of the relationships of a relation, which is its name; KeyError if there is no such relation."""
    return RELIES_ON if relation == RELIES_ON else RELATIONS[relation].name


def properties(columns: Iterable[str]) -> list[str]:
    """Returns the columns that become properties: all whose names can stand in a query as they are."""
    return [name for name in columns if _PROPERTY.match(name)]


def schema() -> list[str]:
    """Returns the statements that make the constraints and indexes; each does nothing where its own is there."""
    unique = {EAMAP: "id", STORE: "name", STATE: "name", PAGE: "key", VERSION: "number"}
    constraints = [
        f"CREATE CONSTRAINT {_named(label, name)} IF NOT EXISTS FOR (n:{label}) REQUIRE n.{name} IS UNIQUE"
        for label, name in unique.items()
    ]
    indexes = [
        f"CREATE RANGE INDEX {_named(label, 'id')} IF NOT EXISTS FOR (n:{label}) ON (n.id)" for label in LABELS.values()
    ]
    return constraints + indexes


def _named(label: str, name: str) -> str:
    return f"eamap_{label.lower().removeprefix('eamap') or 'thing'}_{name}"
