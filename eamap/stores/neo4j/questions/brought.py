"""The slice of an estate that eamap works on itself: what a selector selects, and all that stands within two links of it.

What a selector reaches it holds with everything on the way. Of the kinds that a country has many of (:data:`MANY`) a slice holds what the question needs; of all others, which are few,
it holds everything, brought over as pages when it is first asked for. A slice is understood as on the day of the push, and
keeps the order of the rows that attest things, so that an answer lists them as that on the whole estate does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from eamap.model.estate import ATTESTATIONS, LINKS, REASONS, THINGS
from eamap.model.relations import RELATIONS, Kept
from eamap.model.schema import link_schema
from eamap.model.selector.grammar import And, Compares, Expression, Not, Or, Reach, Towards
from eamap.stores.neo4j.drawn import LISTS, NODES
from eamap.stores.neo4j.layout import EAMAP, LABELS, MENTIONED, SOURCES
from eamap.stores.neo4j.questions.reach import from_many
from eamap.stores.neo4j.questions.select import collected
from eamap.stores.neo4j.questions.writing import Question, Writing, labelled
from eamap.stores.parts import LazyTables

if TYPE_CHECKING:
    import polars as pl

    from eamap.stores.neo4j.questions.catalogue import Catalogue

Ask = Callable[..., list[tuple[Any, ...]]]

MANY = ("system", "component", "interface", "vulnerability", "work-package", "assessment", "contract")
"""The kinds of which a slice holds a part."""
AT_ONCE = 10_000
"""Ids of one query: as many as a batch of a push has rows."""
_TABLED = [name for name, relation in RELATIONS.items() if relation.kept is not Kept.COLUMN]
_TYPES = "|".join(_TABLED)

NODES_OF = f"UNWIND $ids AS id MATCH (n:{EAMAP} {{id: id}}) RETURN properties(n)"
OUT_OF = f"UNWIND $ids AS id MATCH (a:{EAMAP} {{id: id}})-[r:{_TYPES}]->(z) RETURN type(r), a.id, z.id, properties(r), z:{MENTIONED}"
INTO = (
    f"UNWIND $ids AS id MATCH (z:{EAMAP} {{id: id}})<-[r:{_TYPES}]-(a) WHERE NOT a:{'|'.join(LABELS[kind] for kind in MANY)} "
    "RETURN type(r), a.id, z.id, properties(r), false"
)


def extent_question(
    catalogue: Catalogue, tree: Expression, as_of: date, held: Mapping[Compares, list[str]] | None = None
) -> Question:
    """Returns the question for the ids of all things of :data:`MANY` that the slice of a selector holds."""
    writing, chosen = collected(catalogue, tree, as_of, held)
    begin = _beside(writing, [chosen])
    # What stands between the two ends of a reach is needed only by a selector that asks for reaching; it may be a country.
    reached = [from_many(writing, begin, towards, None, ()) for towards in Towards] if _reaches(tree) else []
    every = _beside(writing, [begin, *reached])
    return Question("\n".join([*writing.lists, f"RETURN [n IN {every} | n.id]"]), writing.parameters)


def _reaches(tree: Expression) -> bool:
    match tree:
        case Reach():
            return True
        case And(parts) | Or(parts):
            return any(map(_reaches, parts))
        case Not(part):
            return _reaches(part)
        case _:
            return False


def _beside(writing: Writing, lists: Sequence[str]) -> str:
    """Adds the subquery of the things of some lists and those that a link joins to them, and returns the name of its list."""
    many = labelled(MANY, "z")
    branches = [
        f"UNWIND near AS z WITH z WHERE {many} RETURN z",
        f"UNWIND near AS a MATCH (a)--(z) WHERE {many} RETURN z",
    ]
    inner = "\nUNION ALL\n".join(branches)
    return writing.collect(
        f"WITH {' + '.join(lists)} AS near\nCALL (near) {{\n{inner}\n}}\nRETURN collect(DISTINCT z) AS {{name}}"
    )


def sliced_tables(
    ask: Ask,
    catalogue: Catalogue,
    ids: Sequence[str],
    drawn: Mapping[str, pl.DataFrame],
    books: Mapping[str, pl.DataFrame],
) -> Mapping[str, pl.DataFrame]:
    """Returns the tables of a slice: those of :data:`MANY` and of links are here, the others come when they are asked for.

    ``drawn`` are the tables that the graph was made of, ``books`` those of the estate as its sources state it.
    """
    things = dict(_things(ask, catalogue, ids))
    links = dict(_links(ask, set(ids), drawn))
    kinds = [kind for kind in LABELS if kind not in MANY and NODES + kind in drawn]
    makers: dict[str, Callable[[], pl.DataFrame]] = {
        **{THINGS + kind: (lambda kind=kind: _whole(catalogue, kind, drawn[NODES + kind])) for kind in kinds},  # type: ignore[misc]
        **{name: (lambda name=name: books[name]) for name in books if not name.startswith((THINGS, LINKS))},  # type: ignore[misc]
        **{
            name: (lambda name=name: _about(books[name], ids))  # type: ignore[misc]
            for name in (REASONS, ATTESTATIONS)
            if name in books
        },
        **{name: (lambda table=table: table) for name, table in {**things, **links}.items()},  # type: ignore[misc]
    }
    return LazyTables(tuple(makers), lambda name: makers[name]())


def _things(ask: Ask, catalogue: Catalogue, ids: Sequence[str]) -> Iterator[tuple[str, pl.DataFrame]]:
    import polars as pl

    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for some in _batches(ids):
        for (said,) in ask(NODES_OF, ids=some):
            rows[said["id"].partition(":")[0]].append(said)
    for kind in MANY:
        schema = catalogue.schema(kind)
        told = [{name: row.get(name) for name in schema} for row in rows[kind]]
        table = pl.DataFrame(told, schema=schema, infer_schema_length=None)
        yield THINGS + kind, _as_reconciled(table, [SOURCES in row for row in rows[kind]])


def _as_reconciled(table: pl.DataFrame, several: Sequence[bool]) -> pl.DataFrame:
    """Returns things in the order of their table: row by row of each source, then by id those that several rows attest."""
    import polars as pl

    order = pl.Series("several", several, dtype=pl.Boolean)
    keys = [pl.when(~order).then(name) for name in ("source", "row")]
    return table.sort(order, *keys, "id")


def _links(ask: Ask, ids: set[str], drawn: Mapping[str, pl.DataFrame]) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yields the links of each relation; an end beyond the slice that is a thing of :data:`MANY` is left out with its link."""
    import polars as pl

    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for text in (OUT_OF, INTO):
        for some in _batches(sorted(ids)):
            for relation, origin, target, said, mentioned in ask(text, ids=some):
                if mentioned or target.partition(":")[0] not in MANY or target in ids:
                    rows[relation].append({"from": origin, "to": target, **said})
    for relation in _TABLED:
        schema = link_schema(relation)
        told = [{name: row.get(name) for name in schema} for row in rows[relation]]
        here = pl.DataFrame(told, schema=schema, infer_schema_length=None)
        if (elsewhere := _elsewhere(relation, drawn)) is not None:
            here = pl.concat([here, elsewhere.select(pl.col(name).cast(kind) for name, kind in schema.items())])
        yield LINKS + relation, here.sort("source", "row", "from", "to")


def _elsewhere(relation: str, drawn: Mapping[str, pl.DataFrame]) -> pl.DataFrame | None:
    """Returns the links of a relation that join no two things of :data:`MANY` and none of these to others, if there can be any."""
    import polars as pl

    ends = RELATIONS[relation]
    if LINKS + relation not in drawn or not (set(ends.origins) - set(MANY) and set(ends.targets) - set(MANY)):
        return None
    table = drawn[LINKS + relation]
    schema = link_schema(relation)
    lacking = [pl.lit(None, kind).alias(name) for name, kind in schema.items() if name not in table.columns]
    many = [pl.col(end).str.extract(r"^([a-z-]+):").is_in(MANY) for end in ("from", "to")]
    return table.filter(~pl.any_horizontal(many)).with_columns(lacking)


def _whole(catalogue: Catalogue, kind: str, table: pl.DataFrame) -> pl.DataFrame:
    """Returns all things of a kind, as they were before they were drawn."""
    import polars as pl

    schema = catalogue.schema(kind)
    held = set(table.columns) - set(LISTS)
    return table.select(
        (pl.col(name) if name in held else pl.lit(None)).cast(of).alias(name) for name, of in schema.items()
    )


def _about(table: pl.DataFrame, ids: Sequence[str]) -> pl.DataFrame:
    """Returns the rows about things of a slice, and about all things of kinds that it holds whole."""
    import polars as pl

    kind = pl.col("id").str.extract(r"^([a-z-]+):")
    return table.filter(pl.col("id").is_in(pl.Series(ids, dtype=pl.String).implode()) | ~kind.is_in(MANY))


def _batches(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
