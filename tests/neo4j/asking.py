"""Estates pushed to a server so that the same questions can be asked of three stores."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from eamap.model.decisions import no_decisions
from eamap.model.estate import Estate
from eamap.model.questions import EmbeddedQuestions
from eamap.model.selector import EstateOn
from eamap.protocols import Publication, Questions, SourceTables, Store
from eamap.stores.folder import FolderStore
from eamap.stores.memory import MemoryStore
from eamap.stores.neo4j.store import Neo4jStore
from tests.neo4j import serving


@dataclass
class Asked:
    """An estate that three stores hold: eamap answers on two of them, the server on the third."""

    folder: EstateOn
    memory: EstateOn
    server: Neo4jStore
    asked: int = 0

    def questions(self, as_of: date) -> dict[str, Questions]:
        """Returns the questions of each store on a day."""
        return {
            "folder": EmbeddedQuestions(EstateOn(self.folder.estate, as_of)),
            "memory": EmbeddedQuestions(EstateOn(self.memory.estate, as_of)),
            "neo4j": self.server.questions(as_of),
        }

    def same(self, as_of: date, ask):
        """Asks all three and returns the answer, which must be the same."""
        self.asked += 1
        found = {name: ask(questions) for name, questions in self.questions(as_of).items()}
        assert found["folder"] == found["memory"]
        assert found["neo4j"] == found["folder"]
        return found["folder"]


def as_it_is(estate: Estate, day: date) -> Estate:
    """A hand-built estate means what it says."""
    del day
    return estate


def publication_of(estate: Estate) -> Publication:
    """Returns an estate that was built by hand as a store publishes it."""
    told = ("source", "file", "sheet", "sha256", "mapping", "organisation", "provenance", "fact_date")
    parts = [
        SourceTables(
            part.name,
            {**{name: getattr(part, name) for name in told}, "fields": dict(part.fields), "places": dict(part.places)},
            pl.DataFrame({"row": pl.Series([2], dtype=pl.UInt32), "name": ["x"]}),
            {},
        )
        for part in estate.sources
    ]
    return Publication(parts, no_decisions(), {}, dict(estate.tables))


def put(store: Store, publication: Publication, day: date) -> Store:
    """Publishes in a store."""
    with store.writer(30):
        store.publish(publication, published=f"{day.isoformat()}T09:00:00+00:00")
    return store


def asked_of_three(publication: Publication, folder: Path, server: serving.Served, day: date, meaning) -> Asked:
    """Returns an estate in three stores, understood alike."""
    stores = [FolderStore(folder), MemoryStore(), Neo4jStore(server.address, meaning=meaning)]
    for store in stores:
        put(store, publication, day)
    opened = [EstateOn(meaning(store.estate(), day), day) for store in stores[:2]]
    return Asked(*opened, stores[2])
