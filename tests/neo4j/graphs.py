"""What tests of the graph need to look at it and to change it behind eamap's back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from polars.testing import assert_frame_equal

from eamap.cli.opening import known_world
from eamap.ingest.pipeline import Asked, ingest
from eamap.protocols import Publication
from eamap.stores.folder import FolderStore
from tests.neo4j.serving import Served

DAY = "2026-11-22T09:00:00+00:00"
MARKED = "MATCH (n) WHERE any(label IN labels(n) WHERE label STARTS WITH 'Eamap')"


def asked(server: Served, text: str, **parameters: Any) -> list[tuple[Any, ...]]:
    """Returns the rows of a query that knows nothing of eamap."""
    with server.driver() as driver, driver.session(database=server.database) as session:
        return [tuple(row) for row in session.run(text, parameters)]


def nodes_removed(server: Served) -> None:
    """Removes eamap's nodes and leaves its constraints: making these is what takes time.

    Links go first, some at a time: what a country depends on has more of them than a transaction holds.
    """
    asked(server, "MATCH (:Eamap)-[e]->(:Eamap) CALL (e) { DELETE e } IN TRANSACTIONS OF 20000 ROWS")
    asked(server, MARKED + " CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS")


def inventory(folder: Path, store: Path, *files: tuple[str, str], **said: Any) -> FolderStore:
    """Ingests files, given by name and text, into a folder store."""
    folder.mkdir(exist_ok=True)
    for name, text in files:
        (folder / name).write_text(text, encoding="utf-8")
    made = FolderStore(store)
    ingest(made, [folder / name for name, _ in files], known_world(store), Asked(**said), published=DAY)
    return made


def assert_same(one: Publication, other: Publication) -> None:
    """Asserts that two publications are equal table by table."""
    assert sorted(one.tables) == sorted(other.tables)
    for name in one.tables:
        assert_frame_equal(one.tables[name], other.tables[name], check_row_order=False)
    assert [part.part for part in one.parts] == [part.part for part in other.parts]
    for ours, theirs in zip(one.parts, other.parts, strict=True):
        assert dict(ours.meta) == dict(theirs.meta)
        assert_frame_equal(ours.rows, theirs.rows)
        assert sorted(ours.tables) == sorted(theirs.tables)
        for name in ours.tables:
            assert_frame_equal(ours.tables[name], theirs.tables[name])
    assert_frame_equal(one.decisions, other.decisions, check_row_order=False)
    assert {key: one.documents[key] for key in one.documents} == {key: other.documents[key] for key in other.documents}


def graph(server: Served) -> tuple[list[Any], list[Any]]:
    """Returns every node and relationship of the estate, as plain data in order."""
    nodes = asked(server, "MATCH (n:Eamap) RETURN labels(n), properties(n) ORDER BY n.id")
    links = asked(server, "MATCH (a:Eamap)-[e]->(b:Eamap) RETURN a.id, type(e), b.id, properties(e)")
    plain = [(sorted(labels), {k: v for k, v in said.items() if k != "store"}) for labels, said in nodes]
    return plain, sorted(links, key=repr)
