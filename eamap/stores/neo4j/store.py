"""The store that is a Neo4j server: the current version as a graph to be asked, and as tables to be pulled.

History is not kept here: older versions are in the folder store they were pushed from. What a table is, who wrote it and
how the graph is changed stands in the modules beside this one; this one makes a :class:`~eamap.protocols.Store` of them.
"""

from __future__ import annotations

import json
from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, TypeVar, cast

from eamap.errors import StoreError
from eamap.model.estate import LINKS, Estate
from eamap.model.selector import EstateOn
from eamap.protocols import Publication, SourceTables, VersionInfo
from eamap.stores.manifest import address as digest_of
from eamap.stores.neo4j.address import Address, parse
from eamap.stores.neo4j.contents import Contents, Held, HeldPart, read_contents
from eamap.stores.neo4j.difference import Steps
from eamap.stores.neo4j.drawn import NODES, columns_of, graph_tables
from eamap.stores.neo4j.layout import MENTIONED
from eamap.stores.neo4j.pages import Lazily, PagedDocuments, PagedRows, PagedTables, Pages
from eamap.stores.neo4j.push import Change, Writing, locked
from eamap.stores.neo4j.server import Server
from eamap.stores.neo4j.state import State, read_state, steady, there
from eamap.stores.parts import LazyPart, LazyTables, passing, plain_meta, source_part
from eamap.stores.versions import nothing_published

if TYPE_CHECKING:
    import polars as pl

    from eamap.stores.neo4j.questions.answers import Asked, ServerQuestions

Answer = TypeVar("Answer")
Meaning = Callable[[Estate, date], Estate]

_RAW_AT_ONCE = 4
_VERSIONS = "MATCH (v:EamapVersion) RETURN v.number, v.published, v.summary ORDER BY v.number"


def understood(estate: Estate, day: date) -> Estate:
    """Returns the estate with what its texts mean on a day, by the reference data that is shipped."""
    from eamap.interpret import interpret

    return interpret(estate, day)


class Neo4jStore:
    """Keeps the current version on a server. ``meaning`` interprets an estate for a day, to be drawn as a graph.

    ``holder`` is what others are told who have to wait; ``batched`` makes every push one in batches. With ``partial`` a
    graph in the middle of a push in batches is asked all the same, as far as the new version has arrived; it is told so.
    """

    def __init__(
        self,
        at: str | Address | Server,
        *,
        meaning: Meaning = understood,
        holder: str = "",
        batched: bool = False,
        partial: Callable[[State], None] | None = None,
    ) -> None:
        self.server = at if isinstance(at, Server) else Server(parse(at) if isinstance(at, str) else at)
        self.location = self.server.address.shown
        self.batched = batched
        self._meaning = meaning
        self.holder = holder
        self._partial = partial
        self._pages = Pages(self.server)
        self._listed: tuple[str, Contents] | None = None
        self._writing: Writing | None = None

    # reading

    def versions(self) -> list[VersionInfo]:
        """Returns all versions that were published here, oldest first; only the last can be read."""
        found = self.server.read(_VERSIONS) if read_state(self.server) else []
        return [VersionInfo(number, published, json.loads(summary)) for number, published, summary in found]

    def estate(self, at: int | None = None) -> Estate:
        """Returns the estate of the current version as its sources state it; its tables load when they are asked for."""
        contents = self._version(at)
        documents = PagedDocuments(self._pages, contents.documents)
        rows = {part.name: part.rows for part in contents.parts}
        return Estate(
            tables=PagedTables(self._pages, contents.tables),
            sources=tuple(source_part(part.name, part.meta, part.rows.height) for part in contents.parts),
            version=contents.version,
            raw_rows=lru_cache(_RAW_AT_ONCE)(lambda part: self._pages.load(rows[part])),
            documents=Lazily(documents),
            document_names={sha256: name for sha256, (name, _) in contents.documents.items()},
        )

    def publication(self, at: int | None = None) -> Publication:
        """Returns everything the current version was made of; an empty one where nothing was published."""
        import polars as pl

        if at is None and self._none_yet():
            return Publication((), pl.DataFrame(), {}, {})
        contents = self._version(at)
        return Publication(
            parts=tuple(self._part(part) for part in contents.parts),
            decisions=self._pages.load(contents.decisions),
            documents=PagedDocuments(self._pages, contents.documents),
            tables=PagedTables(self._pages, contents.tables),
            summary=contents.summary,
        )

    def _part(self, part: HeldPart) -> LazyPart:
        return LazyPart(part.name, part.meta, PagedRows(self._pages, part.rows), PagedTables(self._pages, part.tables))

    @contextmanager
    def fetched(self) -> Iterator[None]:
        """Brings over at once what a publication is made of, for whoever reads all of it."""
        self._pages.fetch(self._version(None).stated())
        try:
            yield
        finally:
            self._pages.forget()

    def claims(self) -> dict[str, Any]:
        """Returns whose each source is (:mod:`eamap.stores.neo4j.federation`); empty where nothing was published."""
        return {} if self._none_yet() else dict(self._version(None).claims)

    def contents(self) -> Contents:
        """Returns what the current version is made of; StoreError if there is none."""
        return self._version(None)

    def state(self) -> State | None:
        """Returns what the books say about the graph; None where eamap never published."""
        return read_state(self.server)

    def _none_yet(self) -> bool:
        state = read_state(self.server)
        return state is None or not (state.version or state.broken)

    def _version(self, at: int | None) -> Contents:
        current, listed = self._state().asked
        if at is not None and at != current:
            raise _elsewhere(at, current, self.location)
        return self._contents(listed)

    def _state(self) -> State:
        if self._writing is None:
            return self._noted(there(self.server, allow_partial=self._partial is not None))
        state = read_state(self.server)
        if state is None or not state.version:
            raise nothing_published(self.location, there=True)
        return state

    def _noted(self, state: State) -> State:
        if state.broken and self._partial is not None:
            self._partial(state)
        return state

    def _contents(self, listed: str) -> Contents:
        if self._listed is None or self._listed[0] != listed:
            digest, _, size = listed.partition(":")
            self._listed = (listed, read_contents(self._pages.content(Held(digest, int(size), 0))))
        return self._listed[1]

    def user(self) -> str:
        """Returns the name by which the server knows who asks."""
        return str(self.server.read("SHOW CURRENT USER YIELD user")[0][0])

    def warnings(self) -> list[str]:
        """Returns nothing: a server is made for sharing."""
        return []

    def close(self) -> None:
        """Closes the connections to the server."""
        self.server.close()

    # asking

    def questions(self, as_of: date) -> ServerQuestions:
        """Returns the questions that the server answers itself, judged on a day; the estate is not brought over for them."""
        from eamap.stores.neo4j.questions.answers import ServerQuestions

        def steadily(ask: Callable[[Asked], Any]) -> Any:
            return self.steady(lambda state: ask(self._asked(state)))

        return ServerQuestions(steadily, as_of, self.estate)

    def steady(self, ask: Callable[[State], Answer]) -> Answer:
        """Returns the answer to a question about one version of the graph (:func:`eamap.stores.neo4j.state.steady`)."""
        return steady(self.server, lambda state: ask(self._noted(state)), allow_partial=self._partial is not None)

    def _asked(self, state: State) -> Asked:
        from eamap.stores.neo4j.questions.answers import Asked

        contents = self._contents(state.asked[1])
        parts = tuple((part.name, source_part(part.name, part.meta, 0).source) for part in contents.parts)
        heights = {
            name.removeprefix(NODES): held.height
            for name, held in contents.graph.items()
            if name.startswith(NODES) and name != NODES + MENTIONED
        }
        drawn = PagedTables(self._pages, contents.graph)
        day = date.fromisoformat(contents.day)
        return Asked(self.server.read, contents.version, contents.columns, parts, day, heights, drawn)

    # writing

    @contextmanager
    def writer(self, wait: float) -> Iterator[None]:
        """Holds the lock on the graph; finishes what a writer before left half done; StoreError after ``wait`` seconds."""
        with locked(self.server, self._pages, wait, self.holder) as writing:
            writing.batched = self.batched
            self._writing = writing
            try:
                self._settle(writing)
                yield
            finally:
                self._writing = None
                self._pages.forget()

    @property
    def written(self) -> dict[str, int]:
        """What the last writer wrote to the graph, as the server counted it."""
        return {name: number for name, number in self._last.written.items() if number} if self._last else {}

    @property
    def notes(self) -> list[str]:
        """What a person should know of how the last writer wrote it."""
        return self._last.notes if self._last else []

    _last: Writing | None = None

    def _settle(self, writing: Writing) -> None:
        self._last = writing
        state = read_state(self.server)
        assert state is not None, "the books were made when the lock was taken"
        if writing.settle(state):
            target = self._contents(state.target)
            base = self._contents(state.contents) if state.contents else None
            writing.finish(self._change(target, state.target, base), state.done)

    def publish(
        self, publication: Publication, *, published: str, claims: Mapping[str, Any] | None = None,
        reference: Mapping[str, Any] | None = None, day: date | None = None,
    ) -> int:  # fmt: skip
        """Publishes a new version inside :meth:`writer` and returns its number; the same content publishes nothing.

        ``claims`` say whose each source is, ``reference`` which reference data the meaning was made with,
        and ``day`` is the day that it is made for; default: that of ``published``.
        """
        writing = self._writing
        if writing is None:
            raise RuntimeError("publish is called inside writer()")
        state = read_state(self.server)
        base = self._contents(state.contents) if state and state.version else None
        try:
            drafted = self._drafted(publication, base, published, day or date.fromisoformat(published[:10]))
            drafted = replace(drafted, claims=dict(claims or {}), reference=dict(reference or {}))
            if base is not None and drafted.holds_the_same(base):
                return base.version
            content = drafted.to_bytes()
            listed = self._pages.stage_bytes(content)
            writing.apply(self._change(drafted, f"{digest_of(content)}:{listed.size}", base))
        finally:
            self._pages.forget()
        return drafted.version

    def _change(self, target: Contents, listed: str, base: Contents | None) -> Change:
        held = base.graph if base else {}
        moved = [name for name in {*held, *target.graph} if held.get(name) != target.graph.get(name)]
        before, after = (
            self._pages.passing({name: graph[name] for name in moved if name in graph})
            for graph in (held, target.graph)
        )
        return Change(target, listed, Steps(before, after))

    def _drafted(self, publication: Publication, base: Contents | None, published: str, day: date) -> Contents:
        before = {part.name: part for part in base.parts} if base else {}
        parts = {part.part: self._kept_part(part, before.get(part.part)) for part in publication.parts}
        if len(parts) < len(publication.parts):
            raise ValueError("two parts of one publication have the same name")
        graph, columns = self._graph(partial(self._meant, publication, parts, day), base)
        return Contents(
            version=(base.version if base else 0) + 1,
            published=published,
            summary=json.loads(json.dumps(dict(publication.summary), allow_nan=False)),
            parts=tuple(parts[name] for name in sorted(parts)),
            decisions=self._pages.stage(publication.decisions, base.decisions if base else None),
            documents=self._documents(publication.documents),
            tables=self._tables(publication.tables, base.tables if base else {}),
            graph=graph,
            day=day.isoformat(),
            columns=columns,
            before=tuple(sorted({*base.digests(), self._listed[0].partition(":")[0]})) if base and self._listed else (),
        )

    def _meant(self, publication: Publication, parts: Mapping[str, HeldPart], day: date) -> EstateOn:
        sources = tuple(source_part(part.name, part.meta, part.rows.height) for part in parts.values())
        documents = {sha256: content for sha256, (_, content) in publication.documents.items()}
        names = {sha256: name for sha256, (name, _) in publication.documents.items()}
        tables = passing(publication.tables)
        # Things are needed again and again while the estate is drawn, and each table of links once.
        kept = LazyTables(tuple(name for name in tables if not name.startswith(LINKS)), tables.__getitem__)
        held = ChainMap(cast("Any", kept), cast("Any", tables))
        stated = Estate(held, sources, version=1, documents=documents, document_names=names)
        return EstateOn(self._meaning(stated, day), day)

    def _graph(
        self, meant: Callable[[], EstateOn], base: Contents | None
    ) -> tuple[dict[str, Held], dict[str, dict[str, str]]]:
        """Returns how each table of the graph is kept, and the columns of each kind of thing."""
        before, on = base.graph if base else {}, meant()
        columns, tables = columns_of(on), graph_tables(on, meant)
        del on  # whoever makes the tables lets go of it
        held = {name: self._pages.stage(table, before.get(name)) for name, table in tables}
        return dict(sorted(held.items())), columns

    def _kept_part(self, part: SourceTables, before: HeldPart | None) -> HeldPart:
        tables = self._tables(part.tables, before.tables if before else {})
        rows = part.unread_rows if isinstance(part, LazyPart) else part.rows
        if isinstance(rows, PagedRows) and rows.pages is self._pages:
            held = rows.held
        else:
            held = self._pages.stage(part.rows, before.rows if before else None)
        return HeldPart(part.part, plain_meta(part), held, tables)

    def _tables(self, tables: Mapping[str, pl.DataFrame], before: Mapping[str, Held]) -> dict[str, Held]:
        if isinstance(tables, PagedTables) and tables.pages is self._pages:
            return dict(tables.held)
        each = passing(tables)
        return {name: self._pages.stage(each[name], before.get(name)) for name in sorted(each)}

    def _documents(self, documents: Mapping[str, tuple[str, bytes]]) -> dict[str, tuple[str, Held]]:
        if isinstance(documents, PagedDocuments) and documents.pages is self._pages:
            return dict(documents.held)
        kept = {}
        for sha256 in sorted(documents):
            name, content = documents[sha256]
            if digest_of(content) != sha256:
                raise ValueError(f"the document {name!r} does not have the sha256 {sha256}")
            kept[sha256] = (name, self._pages.stage_bytes(content))
        return kept


def _elsewhere(asked: int, current: int, location: str) -> StoreError:
    """Returns the error of a version that is not the current one: the server keeps only that."""
    if asked > current or asked < 1:
        from eamap.stores.versions import no_version

        return no_version(asked, current, location)
    return StoreError(
        f"the server keeps only its current version, {current}; version {asked} is history",
        hint="a folder store keeps history: ask the one the sources were pushed from, with --store FOLDER --at VERSION",
        where=location,
    )
