"""A server killed during pushes: the graph is the version before or the one after, or is refused and then finished.

Three kills of each sort here; ``make kills`` does as many as EAMAP_SERVER_KILLS says.
"""

from __future__ import annotations

import os

import pytest

from eamap.stores.folder import FolderStore
from eamap.stores.neo4j import difference
from eamap.stores.neo4j.address import Address, Credentials
from tests.neo4j import pushing
from tests.neo4j.conftest import emptied
from tests.neo4j.graphs import assert_same

MANY = int(os.environ.get("EAMAP_SERVER_KILLS", "3"))

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("batched", [False, True], ids=["one-transaction", "batches"])
def test_a_server_killed_during_a_push_leaves_nothing_half(own_server, batched, tmp_path, monkeypatch) -> None:
    # More batches than so small an estate has else, so that more kills come between two.
    monkeypatch.setattr(difference, "BATCH", 200)
    emptied(own_server)
    tally = pushing.kills_of_the_server(own_server, MANY, seed=5, batched=batched)
    assert tally.kills == MANY
    last = MANY + 2
    folder = FolderStore(tmp_path / "folder")
    with folder.writer(5):
        folder.publish(pushing.publication(last), published="in the end")
    kept = pushing.store(
        Address(own_server.uri, own_server.database), Credentials(own_server.user, own_server.password)
    )
    assert_same(kept.publication(), folder.publication())
    assert kept.server.read("MATCH (v:Version) RETURN count(v)") == [(last,)]
    assert tally.too_late < MANY, "every push had ended when its server was killed"
