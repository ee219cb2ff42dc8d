"""Pushes that meet another writer, a wire that is cut, too little memory, other people's nodes and a newer format."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from eamap.errors import StoreError
from eamap.protocols import Publication
from eamap.stores.neo4j import push, state
from eamap.stores.neo4j.address import Address, Credentials
from eamap.stores.neo4j.push import at_once
from eamap.stores.neo4j.server import Server
from eamap.stores.neo4j.state import steady
from tests.neo4j import pushing
from tests.neo4j.conftest import emptied
from tests.neo4j.proxy import Proxy


@pytest.fixture
def address(cleared) -> Address:
    """Where the server of the tests is; the environment holds its credentials."""
    return Address(cleared.uri, cleared.database)


@pytest.mark.slow
@pytest.mark.parametrize("batched", [False, True], ids=["one-transaction", "batches"])
def test_a_wire_that_is_cut_during_a_push_leaves_nothing_half(address, batched) -> None:
    """Cuts after ever more bytes, spread over what one whole push sends."""
    pushing.push(pushing.store(address), 1)
    with Proxy(address.uri) as wire:
        pushing.push(pushing.store(Address(wire.uri, address.database), batched=batched), 2)
        whole = wire.sent
    for version, share in enumerate((0.3, 0.8, 0.97), 3):
        with Proxy(address.uri, cut_after=int(whole * share)) as wire:
            kept = pushing.cut_off(Address(wire.uri, address.database), batched=batched)
            with pytest.raises(StoreError):
                pushing.push(kept, version)
        pushing.judge(pushing.store(address), version, pushing.Tally(), batched=batched)
        again = pushing.store(address, batched=batched)
        pushing.push(again, version)
        pushing.holds(again, version)


@pytest.mark.slow
def test_questions_asked_all_through_pushes_in_batches_never_mix_two_versions(address) -> None:
    """Those in one transaction are in test_store_through_pushes.py."""
    pushing.push(pushing.store(address), 1)
    ended, answers, refusals, wrong = threading.Event(), [], [], []
    sound = [pushing.names(version) for version in range(1, 5)]

    def ask() -> None:
        with Server(address) as server:
            while not ended.is_set():
                try:
                    found = steady(server, lambda _: pushing.seen(server))
                except StoreError as error:
                    refusals.append(error.message)
                    continue
                answers.append(found)
                if set(found) not in sound or set(found.values()) != {pushing.THINGS}:
                    wrong.append(found)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        for version in range(2, 5):
            pushing.push(pushing.store(address, batched=True), version)
    finally:
        ended.set()
        asking.join(60)
    assert wrong == []
    assert len({frozenset(found) for found in answers}) > 1, "every answer came from one version"
    assert all("rebuilt" in message or "changed each time" in message for message in refusals), refusals


def test_two_writers_at_once_both_arrive(address, root: Path) -> None:
    pushing.push(pushing.store(address), 1)
    commands = [[sys.executable, "-m", "tests.neo4j.pushing", address.shown, str(version)] for version in (2, 3)]
    running = [subprocess.Popen(command, cwd=root, stderr=subprocess.PIPE, text=True) for command in commands]
    said = [child.communicate(timeout=300)[1] for child in running]
    assert [child.returncode for child in running] == [0, 0], said
    kept = pushing.store(address)
    assert [info.number for info in kept.versions()] == [1, 2, 3]
    pushing.holds(kept, int(kept.publication().summary["k"]))


def test_two_writers_of_the_same_publish_it_once(address, root: Path) -> None:
    pushing.push(pushing.store(address), 1)
    command = [sys.executable, "-m", "tests.neo4j.pushing", address.shown, "2"]
    running = [subprocess.Popen(command, cwd=root, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [child.communicate(timeout=300)[1] for child in running]
    assert [child.returncode for child in running] == [0, 0], said
    kept = pushing.store(address)
    assert [info.number for info in kept.versions()] == [1, 2]
    pushing.holds(kept, 2)


def test_a_second_writer_waits_and_is_told_who_is_first(address, monkeypatch) -> None:
    monkeypatch.setattr(push, "_LEAST", 0.5)
    first = pushing.store(address, holder="the night shift")
    pushing.push(first, 1)
    with (
        first.writer(5),
        pytest.raises(StoreError, match=r"the night shift; waited 0\.7 s"),
        pushing.store(address).writer(0.7),
    ):
        pass


OTHERS = """CREATE (a:TestOfOthers:System {id: 'system:X/0-5', name: 'theirs'})-[:DEPENDS_ON {n: 1}]->
(b:TestOfOthers:Organisation {id: 'org:NM1'}) CREATE (:TestOfOthers:Version {number: 1})"""
THEIRS = """MATCH (n:TestOfOthers) OPTIONAL MATCH (n)-[e]-() RETURN labels(n), properties(n), type(e), properties(e)
ORDER BY n.id"""


def test_nodes_of_others_are_untouched_whatever_they_are_called(address) -> None:
    with Server(address) as server:
        try:
            server.write(lambda tx: tx.run(OTHERS).consume())
            before = server.read(THEIRS)
            for version in (1, 2, 3):
                pushing.push(pushing.store(address), version)
                assert server.read(THEIRS) == before
            found = server.read("MATCH (s:Eamap {id: 'system:X/0-55'}) RETURN labels(s), s.name")
            assert [set(labels) for labels, _ in found] == [{"Eamap", "System"}]
        finally:
            server.write(lambda tx: tx.run("MATCH (n:TestOfOthers) DETACH DELETE n").consume())


def test_a_graph_of_a_newer_format_is_neither_read_nor_written(address) -> None:
    kept = pushing.store(address)
    pushing.push(kept, 1)
    kept.server.write(lambda tx: tx.run("MATCH (s:EamapStore) SET s.format = 999").consume())
    for act in (lambda: pushing.push(pushing.store(address), 2), lambda: pushing.store(address).estate()):
        with pytest.raises(StoreError, match="format 999") as caught:
            act()
        assert "upgrade" in caught.value.hint.lower()
    assert kept.server.read("MATCH (n:System) RETURN DISTINCT n.name ORDER BY n.name") == [
        (name,) for name in sorted(pushing.names(1))
    ]


TEXT = 16_000
"""Characters of each description in a push that is more than the server's memory: few rows, so that it looks like little."""


def wide(version: int) -> Publication:
    """Returns a version in which every thing has a long description, no two the same."""
    plain = pushing.publication(version)
    chance = random.Random(version)
    systems = plain.tables["things/system"]
    said = [chance.randbytes(TEXT // 2).hex() for _ in range(systems.height)]
    tables = {**plain.tables, "things/system": systems.with_columns(pl.Series("description", said))}
    return replace(plain, tables=tables)


@pytest.mark.slow
def test_a_push_over_the_servers_memory_goes_in_batches_by_itself(own_server) -> None:
    """The server has 10 MB for a transaction, so 1,600 rows look as if they would fit; their texts are 13 MB."""
    emptied(own_server)
    address = Address(own_server.uri, own_server.database)
    credentials = Credentials(own_server.user, own_server.password)
    pushing.push(pushing.store(address, credentials), 1)
    own_server.configure("db.memory.transaction.max=10m")
    kept = pushing.store(address, credentials)
    with kept.writer(60):
        assert kept.publish(wide(2), published="2026-03-02T00:00:00Z") == 2
    assert [note for note in kept.notes if "batches" in note]
    assert kept.state().words == "published 2"
    found = kept.server.read("MATCH (s:System) RETURN count(s), min(size(s.description)), max(size(s.description))")
    assert found == [(2 * pushing.THINGS, TEXT, TEXT)]
    assert_frame_equal(
        kept.publication().tables["things/system"], wide(2).tables["things/system"], check_row_order=False
    )


def test_what_fits_is_estimated_by_the_servers_settings(address) -> None:
    with Server(address) as server:
        limits = dict(
            server.read("SHOW SETTINGS YIELD name, value WHERE name CONTAINS 'memory.transaction' RETURN name, value")
        )
        assert 10_000 < at_once(server) < 10_000_000, limits


def failing_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the server refuse the last statement of every push in one transaction, after it has said "updating"."""
    monkeypatch.setattr(push, "_NOW", "RETURN 1 / (size($to + $contents) * 0)")


def test_a_transaction_that_failed_leaves_the_version_before_at_once(address, monkeypatch) -> None:
    kept = pushing.store(address)
    pushing.push(kept, 1)
    failing_at_the_end(monkeypatch)
    with pytest.raises(StoreError):
        pushing.push(pushing.store(address), 2)
    monkeypatch.undo()
    assert kept.server.read("MATCH (t:EamapState) RETURN t.state, t.published, t.version, t.to") == [
        ("published", 1, 1, None)
    ]
    pushing.holds(kept, 1)


CRASHED = (
    "MATCH (t:EamapState) SET t.state = 'updating', t.mode = 'one transaction', t.to = 2, t.since = timestamp() - $ago"
)


def test_after_a_crash_the_version_before_is_answered_at_once_where_all_transactions_are_seen(address) -> None:
    kept = pushing.store(address)
    pushing.push(kept, 1)
    kept.server.write(lambda tx: tx.run(CRASHED, ago=0).consume())
    assert steady(kept.server, lambda state: (state.version, pushing.seen(kept.server)), patience=0)[0] == 1
    pushing.holds(kept, 1)
    pushing.push(kept, 2)
    pushing.holds(kept, 2)


def test_after_a_crash_the_version_before_is_answered_elsewhere_when_no_commit_can_be_under_way(
    address, monkeypatch
) -> None:
    """Whoever does not see all transactions cannot tell a commit that takes long from one that nobody makes any more."""
    monkeypatch.setattr(state, "_all_is_listed", lambda server: False)
    kept = pushing.store(address)
    pushing.push(kept, 1)
    kept.server.write(lambda tx: tx.run(CRASHED, ago=0).consume())
    with pytest.raises(StoreError, match="does not end") as caught:
        steady(kept.server, lambda state: state, patience=0)
    assert "in a minute" in caught.value.hint
    assert kept.publication().summary["k"] == 1, "pages are those of one version whatever is being committed"
    kept.server.write(lambda tx: tx.run(CRASHED, ago=state.ABANDONED + 1).consume())
    assert steady(kept.server, lambda state: state.words, patience=0) == "published 1"


def test_a_server_that_refuses_to_replan_has_the_version_all_the_same(address, monkeypatch) -> None:
    """As one does whose administrator did not grant that procedure: here it is one that there is not."""
    monkeypatch.setattr(push, "_REPLAN", "CALL db.noSuchProcedure()")
    kept = pushing.store(address)
    pushing.push(kept, 1)
    assert [note for note in kept.notes if "plan questions anew" in note]
    pushing.holds(kept, 1)
