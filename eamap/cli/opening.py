"""Opens what a command works on: the store, and the estate in it as it is understood on the day that is judged."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eamap.cli.options import Reading

if TYPE_CHECKING:
    from eamap.ingest.known import Known
    from eamap.model.estate import Estate
    from eamap.model.selector import EstateOn, Selection
    from eamap.protocols import Store

LATELY = "reference"
"""Folder inside a store in which updated reference data lies; it replaces the shipped sets."""


def open_store(location: Path) -> Store:
    """Returns the store at a place; nothing is made or changed before something is published."""
    from eamap.stores.folder import FolderStore

    return FolderStore(location)


def reference_folder(location: Path) -> Path | None:
    """Returns the folder of reference data that was updated beside a store, if there is one."""
    folder = location / LATELY
    return folder if folder.is_dir() else None


def known_world(location: Path, mapping: Path | None = None) -> Known:
    """Returns the mappings and reference data that an ingest into this store works with."""
    from eamap.ingest.known import Known, mappings_folder

    return Known(mappings_folder(), reference_folder(location), mapping)


@dataclass(frozen=True)
class Opened:
    """The estate that a command reads, opened when it is first needed."""

    reading: Reading

    @cached_property
    def store(self) -> Store:
        """The store."""
        return open_store(self.reading.store)

    @cached_property
    def stated(self) -> Estate:
        """The estate as the sources state it."""
        return self.store.estate(self.reading.at)

    @cached_property
    def estate(self) -> Estate:
        """The estate with what its texts mean on the day that is judged."""
        from eamap.interpret import interpret

        return interpret(self.stated, self.reading.as_of, self.reference)

    @property
    def reference(self) -> Path | None:
        """The folder of updated reference data, if any."""
        return reference_folder(self.reading.store)

    @cached_property
    def on(self) -> EstateOn:
        """The estate on the day that is judged, which remembers what one question worked out for the next."""
        from eamap.model.selector import EstateOn

        return EstateOn(self.estate, self.reading.as_of)

    def select(self, text: str) -> Selection:
        """Returns what a selector selects, and says what in it selects nothing."""
        from eamap.cli.output import say
        from eamap.model.selector import select_on

        found = select_on(self.on, text)
        for warning in found.warnings:
            say(f"Note: {warning}")
        return found

    def used(self, *sets: str) -> dict[str, dict[str, Any]]:
        """Returns the version and age of sets of reference data, for the envelope."""
        from eamap.reference.sets import versions

        return {name: dict(facts) for name, facts in versions(self.reading.as_of, sets, self.reference).items()}
