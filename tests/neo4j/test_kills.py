"""A server killed during pushes: the graph is the version before or the one after, or is refused and then finished.

Three kills of each sort here; ``make kills`` does as many as EAMAP_SERVER_KILLS says.
"""

from __future__ import annotations

import os

import pytest

from tests.neo4j import pushing
from tests.neo4j.conftest import emptied

MANY = int(os.environ.get("EAMAP_SERVER_KILLS", "3"))

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("batched", [False, True], ids=["one-transaction", "batches"])
def test_a_server_killed_during_a_push_leaves_nothing_half(own_server, batched) -> None:
    emptied(own_server)
    tally = pushing.kills_of_the_server(own_server, MANY, seed=5, batched=batched)
    print(f"\n{tally}")
    assert tally.kills == MANY
    assert tally.too_late < MANY, "every push had ended when its server was killed"
