"""The suite of every store, over a real server: whatever does not ask for history answers the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from eamap.errors import StoreError
from eamap.model.estate import Estate
from eamap.protocols import Publication
from eamap.stores.neo4j.store import Neo4jStore
from tests.contracts import test_stores as contract
from tests.neo4j.serving import Served

HISTORY = {
    "test_every_version_is_kept_and_can_be_asked_for": "the server keeps its current version only",
    "test_a_change_of_type_is_a_change": "looks into an older version at its end",
}
"""Tests of the suite that are not for a server, and why."""


def undrawn(estate: Estate, day: date) -> Estate:
    """Returns an estate of which nothing is drawn: the suite keeps tables that no source could state."""
    del estate, day
    return Estate({})


class Again(Neo4jStore):
    """A store that another program would open anew; the suite says of when a version is in words, so it has a day."""

    def publish(self, publication: Publication, *, published: str) -> int:
        """Publishes on the same day always."""
        return super().publish(publication, published=published, day=date(2026, 3, 1))

    def again(self) -> Again:
        """Returns the store as another program sees it."""
        return Again(self.server.address, meaning=undrawn)


@pytest.fixture
def store(cleared: Served) -> Iterator[Again]:
    """Returns an empty store on the server."""
    made = Again(cleared.address, meaning=undrawn)
    yield made
    made.close()


globals().update(
    {name: test for name, test in vars(contract).items() if name.startswith("test_") and name not in HISTORY}
)


def test_the_tests_left_out_are_there() -> None:
    assert set(HISTORY) <= set(vars(contract))


def test_an_older_version_is_asked_of_a_folder(store: Again) -> None:
    contract.publish(store, contract.part("a", ["PAS"]))
    contract.publish(store, contract.part("a", ["PAS", "RIS"]))
    assert [info.number for info in store.versions()] == [1, 2]
    assert store.estate(2).things("system").height == 2
    with pytest.raises(StoreError, match="keeps only its current version, 2") as caught:
        store.estate(1)
    assert "--store FOLDER --at VERSION" in caught.value.hint
