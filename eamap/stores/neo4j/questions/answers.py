"""The questions of :class:`eamap.protocols.Questions`, answered by the server.

A question is read between two looks at the state of the graph (:func:`eamap.stores.neo4j.state.steady`), so no answer mixes
two versions. What rests on more than the graph is worked out in eamap and handed over as a parameter: texts that hold numbers
(``value:>1000``), and the names of sources. What the texts of the estate mean was settled on the day of the push
(:attr:`ServerQuestions.understood`); links are judged on the day that is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from eamap.errors import UsageError
from eamap.model.estate import Estate
from eamap.model.graph import Step, impact, reach
from eamap.model.graph import graph as as_graph
from eamap.model.questions import Exposed, Joined
from eamap.model.relations import RELATIONS
from eamap.model.selector import Selection, Selector
from eamap.model.selector.grammar import Compares, Expression, Towards
from eamap.model.selector.parse import parse_expression
from eamap.stores.neo4j.layout import EAMAP, LABELS, MENTIONED
from eamap.stores.neo4j.questions.brought import extent_question, sliced_tables
from eamap.stores.neo4j.questions.catalogue import Catalogue
from eamap.stores.neo4j.questions.comparing import NUMERIC
from eamap.stores.neo4j.questions.counted import EXPOSURE, MATRIX, PARAMETERS
from eamap.stores.neo4j.questions.judging import judged
from eamap.stores.neo4j.questions.path import TEXTS, checked
from eamap.stores.neo4j.questions.reached import impact_question, reach_question
from eamap.stores.neo4j.questions.select import comparisons, question, wanted_texts
from eamap.stores.neo4j.questions.slices import slice_of
from eamap.stores.neo4j.questions.writing import day_of

if TYPE_CHECKING:
    import polars as pl

Answer = TypeVar("Answer")
Ask = Callable[..., list[tuple[Any, ...]]]

THINGS = f"UNWIND $ids AS id MATCH (n:{EAMAP} {{id: id}}) WHERE NOT n:{MENTIONED} RETURN properties(n)"
THERE = f"MATCH (n:{EAMAP} {{id: $id}}) WHERE NOT n:{MENTIONED} RETURN count(n)"
TEXTS_OF = f"MATCH (n:{EAMAP}) WHERE n:{{}} AND n.{{}} =~ $numeric RETURN DISTINCT n.{{}}"


@dataclass(frozen=True)
class Asked:
    """One version of the graph: how it is asked, its columns and sources, its day, and how many things it holds by kind."""

    ask: Ask
    version: int
    columns: Mapping[str, Mapping[str, str]]
    parts: Sequence[tuple[str, str]]
    day: date
    heights: Mapping[str, int]
    drawn: Mapping[str, pl.DataFrame]
    """The tables that the graph was made of, each brought over when it is asked for."""


@dataclass(frozen=True, slots=True)
class Extent:
    """The ids of what a slice holds a part of (:data:`eamap.stores.neo4j.questions.brought.MANY`), in one version."""

    selector: str
    version: int
    ids: tuple[str, ...]


@dataclass(eq=False)
class ServerQuestions:
    """Answers from the graph. ``steadily`` gives a question one version of it; ``stated`` is asked for the cells behind links."""

    steadily: Callable[[Callable[[Asked], Any]], Any]
    as_of: date
    stated: Callable[[], Estate]
    _version: int = field(default=0, init=False)

    @property
    def version(self) -> int:
        """The version that gave the last answer; before any, the one that is there."""
        if not self._version:
            self._asked(lambda _: None)
        return self._version

    @property
    def understood(self) -> date:
        """The day on which the texts of the estate were understood: that of the push."""
        return self._asked(lambda graph: graph.day)

    def _asked(self, ask: Callable[[Asked], Answer]) -> Answer:
        def noting(graph: Asked) -> Answer:
            self._version = graph.version
            return ask(graph)

        return self.steadily(noting)  # type: ignore[no-any-return]

    def _catalogue(self, graph: Asked) -> Catalogue:
        return Catalogue(graph.columns, graph.parts, self.as_of)

    # Selectors ----------------------------------------------------------------------------------------------------

    def select(self, selector: str) -> Selection:
        """Returns what a selector selects, with what a person should know about it."""
        tree = parse_expression(selector)
        return self._asked(lambda graph: self._selected(graph, selector, tree))

    def _selected(self, graph: Asked, text: str, tree: Expression) -> Selection:
        import polars as pl

        catalogue = self._catalogue(graph)
        said = judged(graph.ask, catalogue, text, tree)
        held = {term: self._wanted(graph, catalogue, term) for term in comparisons(catalogue, tree)}
        asked = question(catalogue, tree, self.as_of, held)
        ids = pl.Series("id", [row[0] for row in graph.ask(asked.text, **asked.parameters)], dtype=pl.String).sort()
        kinds = ids.str.extract(r"^([a-z-]+):").alias("kind")
        return Selection(Selector(text, tree, said), pl.DataFrame([ids, kinds]).sort("kind", "id"))

    def _wanted(self, graph: Asked, catalogue: Catalogue, term: Compares) -> list[str]:
        """Returns which of the texts that a field holds a comparison wants; eamap reads them, for it says what a number is."""
        name = term.field.name
        labels = "|".join(LABELS[kind] for kind in catalogue.kinds_with(term.field) if name in catalogue.texts(kind))
        rows = graph.ask(TEXTS_OF.format(labels, name, name), numeric=NUMERIC) if labels else []
        return wanted_texts([row[0] for row in rows], term)

    def things(self, kind: str, ids: pl.Series) -> pl.DataFrame:
        """Returns the things of one kind with these ids, every field of each, sorted by id."""
        return self._asked(lambda graph: self._things(graph, kind, ids.to_list()))

    def _things(self, graph: Asked, kind: str, ids: list[str]) -> pl.DataFrame:
        import polars as pl

        from eamap.model.schema import thing_schema

        # What a source is stands in the books; as a thing it has no table of its own anywhere.
        rows = [row for (row,) in graph.ask(THINGS, ids=ids)] if kind != "source" else []
        schema = self._catalogue(graph).schema(kind) if rows else thing_schema(kind)
        told = [{name: row.get(name) for name in schema} for row in rows]
        return pl.DataFrame(told, schema=schema, infer_schema_length=None).sort("id")

    def height(self, kind: str = "*") -> int:
        """Returns how many things there are of a kind, or of all kinds."""
        heights = self._asked(lambda graph: graph.heights)
        return sum(heights.values()) if kind == "*" else heights.get(kind, 0)

    # Slices -------------------------------------------------------------------------------------------------------

    def extent(self, selector: str) -> Extent:
        """Returns how much the slice of a selector holds, before any of it is brought over."""
        return self._asked(lambda graph: self._extent(graph, selector))

    def _extent(self, graph: Asked, selector: str) -> Extent:
        catalogue, tree = self._catalogue(graph), parse_expression(selector)
        held = {term: self._wanted(graph, catalogue, term) for term in comparisons(catalogue, tree)}
        asked = extent_question(catalogue, tree, self.as_of, held)
        ((ids,),) = graph.ask(asked.text, **asked.parameters)
        return Extent(selector, graph.version, tuple(sorted(ids)))

    def sliced(self, extent: Extent) -> Estate:
        """Returns the slice, understood as on the day of the push; worked out anew if there was a push since."""

        def brought(graph: Asked) -> Estate:
            now = extent if graph.version == extent.version else self._extent(graph, extent.selector)
            whole = self.stated()
            tables = sliced_tables(graph.ask, self._catalogue(graph), now.ids, graph.drawn, whole.tables)
            return replace(whole, tables=tables, as_of=graph.day, grapher=as_graph)

        return self._asked(brought)

    # Links --------------------------------------------------------------------------------------------------------

    def reach(
        self, ids: Sequence[str], *, hops: int | None = None, direction: Towards = Towards.NEEDING, relations: Sequence[str] = ()
    ) -> pl.DataFrame:  # fmt: skip
        """Returns what can be reached and the last hop to each, sorted by id."""
        _known(relations)
        asked = reach_question(ids, direction, hops, relations, self.as_of)
        links = self._asked(lambda graph: graph.ask(asked.text, **asked.parameters))
        on = slice_of(links, (), self.as_of)
        return reach(on, ids, hops=hops, direction=direction, relations=relations)

    def impact(self, identifier: str) -> pl.DataFrame:
        """Returns everything that stands on a thing, nearest first; UsageError if there is no such thing."""
        asked = impact_question(identifier, self.as_of)

        def answered(graph: Asked) -> list[tuple[Any, ...]]:
            self._require(graph, identifier)
            return graph.ask(asked.text, **asked.parameters)

        return impact(slice_of(self._asked(answered), [identifier], self.as_of), identifier)

    def _require(self, graph: Asked, identifier: str) -> None:
        if not graph.ask(THERE, id=identifier)[0][0]:
            raise UsageError(
                f"nothing here has the id {identifier}", hint="`eamap query kind:KIND` lists the ids of a kind"
            )

    def path(self, origin: str, target: str, *, directed: bool = False) -> Joined | None:
        """Returns a shortest path, checked link by link, ``several`` where it is one of several; ``None`` if there is none."""

        def answered(graph: Asked) -> list[tuple[Any, ...]]:
            self._require(graph, origin)
            self._require(graph, target)
            if origin == target:
                return [([origin], [])]
            return graph.ask(TEXTS[directed], origin=origin, target=target, **day_of(self.as_of))

        found = self._asked(answered)
        if not found:
            return None
        nodes, links = found[0]
        rows = checked((nodes, links), origin, target, self.as_of, directed=directed)
        return Joined(tuple(self._step(row) for row in rows), len(found) > 1)

    def _step(self, row: dict[str, Any]) -> Step:
        cited = self.stated().cells(row["source"], row["row"], row["rule"]) if row["source"] else ()
        return Step(row["previous"], row["id"], row["relation"], row["forward"], cited)

    # Counts -------------------------------------------------------------------------------------------------------

    def exposure(self, raw: Sequence[str]) -> Exposed:
        """Returns what stands on the components that go by one of these texts."""
        ((systems, organisations, capabilities, suppliers),) = self._asked(
            lambda graph: graph.ask(EXPOSURE, raw=list(raw), **day_of(self.as_of))
        )
        return Exposed(tuple(sorted(systems)), organisations, capabilities, suppliers)

    def matrix(self) -> pl.DataFrame:
        """Returns who has what for which capability, counted."""
        import polars as pl

        text, number = pl.String(), pl.Int64()
        schema = {"organisation": text, "capability": text, "systems": number, "products": number}
        rows = self._asked(lambda graph: graph.ask(MATRIX, **PARAMETERS, **day_of(self.as_of)))
        return pl.DataFrame(rows, schema=schema, orient="row").sort("organisation", "capability")


def _known(relations: Sequence[str]) -> None:
    for name in relations:
        if name not in RELATIONS:
            raise UsageError(f"there is no relation {name!r}", hint=f"relations are {', '.join(RELATIONS)}")
