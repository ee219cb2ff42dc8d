"""Estates in three stores, one of them a server, so that all three can be asked the same.

:data:`ESTATES` names them: one built by hand, the sample, and a made-up one of all bodies of a board.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from eamap.interpret import interpret
from eamap.model.decisions import no_decisions
from eamap.model.estate import Estate
from eamap.model.questions import EmbeddedQuestions
from eamap.model.selector import EstateOn
from eamap.protocols import Publication, Questions, SourceTables, Store
from eamap.stores.folder import FolderStore
from eamap.stores.memory import MemoryStore
from eamap.stores.neo4j.store import Neo4jStore
from tests.contracts.test_selectors import AS_OF as DAY_OF_CASES
from tests.contracts.test_selectors import small_estate
from tests.golden.conftest import AS_OF, ingested
from tests.neo4j import serving
from tests.neo4j.conftest import ours

ROOT = Path(__file__).resolve().parents[2]
ESTATES = ("by hand", "northmoor", "board")


@dataclass
class Asked:
    """An estate that three stores hold: eamap answers on two of them, the server on the third; ``asked`` counts questions."""

    folder: EstateOn
    memory: EstateOn
    server: Neo4jStore
    day: date
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
        assert _alike(found["folder"], found["memory"])
        assert _alike(found["neo4j"], found["folder"])
        return found["folder"]


def _alike(one, other) -> bool:
    return one.equals(other) if isinstance(one, pl.Series) else one == other


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
    return Asked(*opened, stores[2], day)


@contextmanager
def in_three_stores(name: str, folder: Path, server: serving.Served) -> Iterator[Asked]:
    """Yields one of :data:`ESTATES`, on a server that holds nothing else of eamap's."""
    with ours(server):
        if name == "by hand":
            asked = asked_of_three(publication_of(small_estate()), folder / "copy", server, DAY_OF_CASES, as_it_is)
        else:
            asked = asked_of_three(made(name, folder).publication(), folder / "copy", server, AS_OF, interpret)
        try:
            yield asked
        finally:
            asked.server.close()


def made(name: str, folder: Path) -> FolderStore:
    """Returns a folder store of the sample, or of a size of the generator; the first to ask says where it is."""
    if name not in _MADE:
        _MADE[name] = _made(name, folder)
    return _MADE[name]


_MADE: dict[str, FolderStore] = {}


def _made(name: str, folder: Path) -> FolderStore:
    files = ROOT / "sample_estates" / "northmoor" / "sources" if name == "northmoor" else folder / "files"
    if name != "northmoor":
        command = [sys.executable, ROOT / "tests" / "benchmarks" / "generate.py", name, files]
        subprocess.run([*map(str, command)], check=True, capture_output=True)
    ingested(sorted(files.iterdir()), folder / "store")
    return FolderStore(folder / "store")
