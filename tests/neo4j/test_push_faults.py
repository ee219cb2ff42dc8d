"""Pushes that meet another writer, a wire that is cut, too little memory, other people's nodes and a newer format."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from eamap.errors import StoreError
from eamap.stores.neo4j.address import Address, Credentials
from eamap.stores.neo4j.server import Server
from eamap.stores.neo4j.state import steady
from tests.neo4j import pushing
from tests.neo4j.conftest import emptied
from tests.neo4j.proxy import Proxy


@pytest.fixture
def address(empty_database) -> Address:
    """Where the server of the tests is; the environment holds its credentials."""
    return Address(empty_database.uri, empty_database.database)


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
            kept = pushing.store(Address(wire.uri, address.database), batched=batched)
            with pytest.raises(StoreError):
                pushing.push(kept, version)
        pushing.judge(pushing.store(address), version, pushing.Tally(), batched=batched)
        again = pushing.store(address, batched=batched)
        pushing.push(again, version)
        pushing.holds(again, version)


@pytest.mark.slow
@pytest.mark.parametrize("batched", [False, True], ids=["one-transaction", "batches"])
def test_questions_asked_all_through_pushes_never_mix_two_versions(address, batched) -> None:
    pushing.push(pushing.store(address), 1)
    ended, answers, refusals, wrong = threading.Event(), [], [], []
    sound = [pushing.names(version) for version in range(1, 8)]

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
        for version in range(2, 8):
            pushing.push(pushing.store(address, batched=batched), version)
    finally:
        ended.set()
        asking.join(60)
    assert wrong == []
    assert len({frozenset(found) for found in answers}) > 1, "every answer came from one version"
    assert all("rebuilt" in message or "changed each time" in message for message in refusals), refusals
    assert batched or all("rebuilt" not in message for message in refusals)


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


def test_a_second_writer_waits_and_is_told_who_is_first(address) -> None:
    first = pushing.store(address, holder="the night shift")
    pushing.push(first, 1)
    with first.writer(5), pytest.raises(StoreError, match="the night shift"), pushing.store(address).writer(0.5):
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


@pytest.mark.slow
def test_a_push_over_the_servers_memory_leaves_the_version_before_and_is_told(own_server) -> None:
    emptied(own_server)
    address, credentials = (
        Address(own_server.uri, own_server.database),
        Credentials(own_server.user, own_server.password),
    )
    pushing.push(pushing.store(address, credentials), 1)
    own_server.configure("dbms.memory.transaction.total.max=1m")
    kept = pushing.store(address, credentials)
    try:
        pushing.push(kept, 2)
    except StoreError:
        own_server.configure()
        pushing.judge(pushing.store(address, credentials), 2, pushing.Tally(), batched=True)
        pushing.push(pushing.store(address, credentials), 2)
    own_server.configure()
    pushing.holds(pushing.store(address, credentials), 2)
