"""What a cluster would need of eamap, as far as one server shows it: routing addresses, and bookmarks for what was written."""

from __future__ import annotations

from collections.abc import Iterator

import neo4j
import pytest

from eamap.stores.neo4j.address import Address
from eamap.stores.neo4j.server import Server
from eamap.stores.neo4j.store import Neo4jStore
from tests.contracts.test_selectors import AS_OF, small_estate
from tests.neo4j.asking import as_it_is, publication_of, put

MARK = "MERGE (n:EamapStore {name: 'bookmark'}) SET n.id = $number"
MARKED = "MATCH (n:EamapStore {name: 'bookmark'}) RETURN n.id"


@pytest.fixture
def routing(cleared) -> Iterator[Address]:
    """The server by an address that asks it first which members there are."""
    uri = cleared.uri.replace("bolt", "neo4j", 1)
    assert uri.startswith("neo4j")
    yield Address(uri, cleared.database)


def bookmarks(server: Server) -> set[str]:
    manager = server._opened().execute_query_bookmark_manager  # what eamap's sessions share is not told otherwise
    return set(manager.get_bookmarks())


def test_each_write_leaves_a_bookmark_that_the_next_session_begins_with(routing):
    with Server(routing) as server:
        seen = [bookmarks(server)]
        for number in ("1", "2"):
            server.write(lambda transaction: transaction.run(MARK, number=number).consume())  # noqa: B023
            seen.append(bookmarks(server))
            assert server.read(MARKED) == [(number,)]
        assert seen[0] == set()
        assert seen[1] != seen[2], "the second write left the bookmark of the first"


def test_a_bookmark_lets_another_session_read_what_was_written(routing, cleared):
    with Server(routing) as server:
        server.write(lambda transaction: transaction.run(MARK, number="3").consume())
        told = neo4j.Bookmarks.from_raw_values(bookmarks(server))
    auth = (cleared.user, cleared.password)
    with (
        neo4j.GraphDatabase.driver(routing.uri, auth=auth) as driver,
        driver.session(database=routing.database, bookmarks=told, default_access_mode="READ") as session,
    ):
        assert [row.values() for row in session.run(MARKED)] == [["3"]]


def test_a_store_is_pushed_and_asked_by_a_routing_address(routing):
    kept = put(Neo4jStore(routing, meaning=as_it_is), publication_of(small_estate()), AS_OF)
    questions = kept.questions(AS_OF)
    assert "system:RXA/epr" in questions.select("kind:system and org:RXA").ids.to_list()
    joined = questions.path("organisation:RXA", "system:RXA/epr")
    assert joined is not None
    assert [step.relation for step in joined.steps] == ["OPERATES"]
    kept.close()
