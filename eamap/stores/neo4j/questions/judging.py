"""Judges a selector as the embedded answer does: the few things that it names are brought over, and judged there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from eamap.model.ids import thing_id
from eamap.model.selector.attached import ids_meant
from eamap.model.selector.bind import LOOKED_AT, terms, warnings
from eamap.model.selector.grammar import Attached, Expression, Identity
from eamap.stores.neo4j.layout import EAMAP, LABELS
from eamap.stores.neo4j.questions.attached import named
from eamap.stores.neo4j.questions.catalogue import Catalogue
from eamap.stores.neo4j.questions.writing import Question, Writing

Ask = Callable[..., list[tuple[Any, ...]]]


def judged(ask: Ask, catalogue: Catalogue, text: str, tree: Expression) -> tuple[str, ...]:
    """Returns the warnings about a selector; UsageError where a field does not exist or cannot be compared."""
    things: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for term in terms(tree):
        for question in _asked(catalogue, term):
            for (said,) in ask(question.text, **question.parameters):
                kind = said["id"].partition(":")[0]
                things[kind][said["id"]] = {key: value for key, value in said.items() if key in catalogue.columns[kind]}
    on = catalogue.estate_of({kind: list(rows.values()) for kind, rows in things.items()})
    return warnings(on, text, tree)


def _asked(catalogue: Catalogue, term: Expression) -> Iterator[Question]:
    """Returns the questions for the things that say whether a term names something, or what it may have meant."""
    match term:
        case Identity() if (key := term.key.plain) is not None:
            whole = thing_id(term.kind, key)
            label = LABELS[term.kind]
            yield Question(f"MATCH (n:{EAMAP}:{label} {{id: $id}}) RETURN properties(n)", {"id": whole})
            yield Question(near(label), {"id": whole, "start": whole.partition("/")[0].lower(), "lower": whole.lower()})
        case Attached():
            writing = Writing(catalogue.as_of)
            clause = named(writing, catalogue, term)
            yield Question(f"{clause} RETURN properties(n) LIMIT 1", writing.parameters)
            if term.kind == "organisation" and term.name.plain is not None:
                ids = ids_meant(term.kind, term.name)
                yield Question(CODES, {"ids": ids, "name": term.name.plain.lower()})


def near(label: str) -> str:
    """Returns the question for ids like one that nothing has; it finds none where something has it."""
    return (
        f"OPTIONAL MATCH (there:{EAMAP}:{label} {{id: $id}}) WITH there WHERE there IS NULL "
        f"MATCH (n:{label}) WHERE n:{EAMAP} AND toLower(n.id) STARTS WITH $start "
        f"WITH n ORDER BY toLower(n.id) = $lower DESC, n.id LIMIT {LOOKED_AT} RETURN {{id: n.id}}"
    )


CODES = (
    f"OPTIONAL MATCH (there:{EAMAP}:Organisation) WHERE there.id IN $ids WITH count(there) AS found WHERE found = 0 "
    f"MATCH (n:Organisation) WHERE n:{EAMAP} AND toLower(n.name) = $name "
    "RETURN {id: n.id, name: n.name, code: n.code} ORDER BY n.code LIMIT 3"
)
"""The question for the codes of organisations of a name; it finds none where something goes by the name as a code."""
