"""Opens what a command works on: the store, and the estate in it as it is understood on the day that is judged."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eamap.cli.options import Reading
from eamap.errors import UsageError

if TYPE_CHECKING:
    from eamap.cli.options import Place
    from eamap.ingest.known import Known
    from eamap.model.estate import Estate
    from eamap.model.selector import EstateOn, Selection
    from eamap.protocols import Questions, Store
    from eamap.stores.neo4j.questions.answers import ServerQuestions
    from eamap.stores.neo4j.store import Neo4jStore

LATELY = "reference"
"""Folder inside a store in which updated reference data lies; it replaces the shipped sets."""
CACHE = "cache"
"""Folder inside a store in which questions keep what they worked out."""


def open_store(location: Place, *, allow_partial: bool = False) -> Store:
    """Returns the store at a place; nothing is made or changed before something is published.

    With ``allow_partial`` a server is asked in the middle of a push as well, and answers say so.
    """
    if isinstance(location, Path):
        from eamap.stores.folder import FolderStore

        return FolderStore(location)
    from eamap.cli.partial import noticed
    from eamap.stores.neo4j.store import Neo4jStore

    return Neo4jStore(location, partial=noticed if allow_partial else None)


def folder_only(location: Place, what: str) -> Path:
    """Returns the folder at a place; UsageError if it is a server, where ``what`` cannot be done."""
    if isinstance(location, Path):
        return location
    raise UsageError(
        f"{what} works on a folder store",
        hint="name a folder with --store, then bring the server up to date with eamap store push",
        where=location.shown,
    )


def reference_folder(location: Place) -> Path | None:
    """Returns the folder of reference data that was updated beside a store, if there is one; a server has none."""
    folder = location / LATELY if isinstance(location, Path) else None
    return folder if folder is not None and folder.is_dir() else None


def cache_folder(location: Place) -> Path | None:
    """Returns the folder in which questions may keep what they worked out; a server has none."""
    return location / CACHE if isinstance(location, Path) else None


def known_world(location: Path, mapping: Path | None = None) -> Known:
    """Returns the mappings and reference data that an ingest into this store works with."""
    from eamap.ingest.known import Known, mappings_folder

    return Known(mappings_folder(), reference_folder(location), mapping)


@dataclass(frozen=True)
class Opened:
    """The estate that a command reads, opened when it is first needed.

    ``scope`` is the selector of a command that asks about nothing else: of a server, only the slice for it is read.
    """

    reading: Reading
    scope: str = field(default="", kw_only=True)

    @cached_property
    def store(self) -> Store:
        """The store."""
        return open_store(self.reading.store, allow_partial=self.reading.allow_partial)

    @cached_property
    def stated(self) -> Estate:
        """The estate as the sources state it."""
        found = self.store.estate(self.reading.at)
        if not isinstance(self.reading.store, Path):
            from eamap.cli.slicing import about_to_bring_all

            about_to_bring_all(self.server, self.reading)
        return found

    @property
    def server(self) -> Neo4jStore:
        """The store, where it is a server."""
        from eamap.stores.neo4j.store import Neo4jStore

        store = self.store
        assert isinstance(store, Neo4jStore), "what is no folder is a server"
        return store

    @cached_property
    def estate(self) -> Estate:
        """The estate with what its texts mean on the day that is judged."""
        from eamap.interpret import interpret

        if self.scope and not isinstance(self.reading.store, Path):
            from eamap.cli.slicing import slice_for

            part = slice_for(self.of_server, self.reading, self.scope)
            if part is not None:
                return part
        return interpret(self.stated, self.reading.as_of, self.reference)

    @property
    def reference(self) -> Path | None:
        """The folder of updated reference data, if any."""
        return reference_folder(self.reading.store)

    @property
    def cache(self) -> Path | None:
        """The folder in which questions may keep what they worked out, if any."""
        return cache_folder(self.reading.store)

    @cached_property
    def on(self) -> EstateOn:
        """The estate on the day that is judged, which remembers what one question worked out for the next."""
        from eamap.model.selector import EstateOn

        return EstateOn(self.estate, self.reading.as_of)

    @cached_property
    def questions(self) -> Questions:
        """What is asked: a server answers itself, so that nothing but the answer is brought over; else eamap does."""
        from eamap.model.questions import EmbeddedQuestions

        if isinstance(self.reading.store, Path):
            return EmbeddedQuestions(self.on)
        return self.of_server

    @cached_property
    def of_server(self) -> ServerQuestions:
        """The questions that the server answers itself, where the store is one."""
        from eamap.cli.output import say

        store = self.server
        if self.reading.at is not None:
            store.estate(self.reading.at)  # says where older versions are
        asked = store.questions(self.reading.as_of)
        if asked.understood != self.reading.as_of:
            say(
                f"Note: links are judged on {self.reading.as_of}; what texts mean was settled by the push of {asked.understood}."
            )
        return asked

    def select(self, text: str) -> Selection:
        """Returns what a selector selects, and says what in it selects nothing."""
        from eamap.model.selector import select_on

        if self.scope == text and not isinstance(self.reading.store, Path):
            return self.asked(text)  # a slice does not hold what its own selector leaves out
        return _warned(select_on(self.on, text))

    def asked(self, text: str) -> Selection:
        """Returns the same as :meth:`select`, from a server where the store is one."""
        return _warned(self.questions.select(text))

    def used(self, *sets: str) -> dict[str, dict[str, Any]]:
        """Returns the version and age of sets of reference data, for the envelope."""
        from eamap.reference.sets import versions

        return {name: dict(facts) for name, facts in versions(self.reading.as_of, sets, self.reference).items()}


def _warned(found: Selection) -> Selection:
    from eamap.cli.output import say

    for warning in found.warnings:
        say(f"Note: {warning}")
    return found
