"""A real Neo4j server for the tests: one for all of them, and one of its own for a test that stops or kills it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from eamap.stores.neo4j import push
from tests.neo4j import serving
from tests.neo4j.graphs import nodes_removed

LONGEST = ("test_same_answers", "test_push_faults", "test_server_kills", "test_slices")
"""The files that take longest begin first, so that the processes that share all of them end together."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the files that take longest before the others; everything else stays in its order."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(LONGEST)))


def started(**settings: str) -> serving.Local:
    """Starts a server, or skips where none can be started."""
    try:
        return serving.Local.started(brief=True, **settings)
    except serving.AbsentError as error:
        pytest.skip(f"needs neo4j: {error}")


@pytest.fixture(scope="session")
def neo4j_server() -> Iterator[serving.Served]:
    """The server that ``EAMAP_NEO4J_URI`` names, or one that is started here and ends with the tests."""
    server = serving.named_outside() or started()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def killable(neo4j_server: serving.Served) -> Iterator[serving.Local]:
    """A server that was started here: the one for all tests, unless that is somebody's."""
    if isinstance(neo4j_server, serving.Local):
        yield neo4j_server
        return
    server = started()
    yield server
    server.stop()


@pytest.fixture
def own_server(killable: serving.Local) -> serving.Local:
    """A server that a test may kill, stop and configure; the next test gets it running, and as it was."""
    as_it_was(killable)
    return killable


@pytest.fixture
def cleared(neo4j_server: serving.Served) -> Iterator[serving.Served]:
    """The server without eamap's nodes, and eamap's credentials for it."""
    with ours(neo4j_server):
        yield neo4j_server
        nodes_removed(neo4j_server)


@pytest.fixture
def at(cleared: serving.Served) -> str:
    """The address of a server on which nothing of eamap's is."""
    return cleared.address


def as_it_was(server: serving.Served) -> None:
    """Sees to it that a server of ours runs, with no settings of an earlier test; for a moment only, where it does."""
    if isinstance(server, serving.Local):
        server.configure()


@contextmanager
def ours(server: serving.Served) -> Iterator[None]:
    """Empties a server of eamap's nodes and gives eamap its credentials for a while.

    It is not told to plan anew after each push of three rows, which would take longer than the push.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(push, "_REPLAN", "RETURN 1")
        for name, value in server.environment.items():
            patch.setenv(name, value)
        emptied(server)
        yield


def emptied(server: serving.Served) -> None:
    """Removes eamap's nodes and nothing else; a server of ours runs as it was started again.

    Constraints stay, for making them takes time and lets the server forget every plan.
    """
    as_it_was(server)
    nodes_removed(server)
