"""Connections that fail, on a real server: each fault ends soon, in words that say what to try, without a password."""

from __future__ import annotations

import logging
import shutil
import subprocess
import time

import pytest

from eamap.errors import StoreError
from eamap.stores.neo4j.address import Address, Credentials
from eamap.stores.neo4j.faults import TooLargeError, UnsureError
from eamap.stores.neo4j.server import Server, objection, rows
from tests.neo4j.proxy import Proxy

SOON = 30.0
"""Seconds within which a fault has to be told, on a machine that does much else; alone it takes less than one."""
SECRET = "not the password of anybody"


@pytest.fixture
def address(cleared) -> Address:
    """Where the server of the tests is; the environment holds its credentials."""
    return Address(cleared.uri, cleared.database)


@pytest.fixture
def credentials(cleared) -> Credentials:
    """Those of the server of the tests."""
    return Credentials(cleared.user, cleared.password)


def failing(server: Server) -> StoreError:
    """Returns what verifying a server says, which has to be soon."""
    before = time.monotonic()
    with server, pytest.raises(StoreError) as caught:
        server.verify()
    assert time.monotonic() - before < SOON
    assert caught.value.where == server.address.shown
    return caught.value


def test_a_server_says_what_it_is(address) -> None:
    with Server(address) as server:
        told = server.verify()
        assert objection(f"Neo4j/{told.release}") == ""
        assert told.database == address.database
        assert float(told.bolt) >= 5
        assert server.read("RETURN $x, 1", x="`}) //") == [("`}) //", 1)]


def test_the_users_own_database_is_found_and_named(address) -> None:
    with Server(Address(address.uri)) as server:
        assert server.verify().database
        assert server.read("CALL db.info() YIELD name RETURN name") == [(server.verify().database,)]


def test_a_routing_address_reads_what_it_wrote(address) -> None:
    routing = Address(address.uri.replace("bolt", "neo4j", 1), address.database)
    with Server(routing) as server:
        for number in range(10):
            server.write(lambda tx, n=number: tx.run("MERGE (s:EamapTest {id: 1}) SET s.n = $n", n=n).consume())
            assert server.read("MATCH (s:EamapTest) RETURN s.n") == [(number,)]


def test_a_wrong_password_is_told_at_once_and_repeated_nowhere(address, credentials, caplog, capfd) -> None:
    caplog.set_level(logging.DEBUG)
    said = failing(Server(address, Credentials(credentials.user, SECRET)))
    assert "EAMAP_NEO4J_PASSWORD" in said.hint
    with Server(address, credentials) as server:
        server.verify()
    logged = caplog.text + "".join(capfd.readouterr())
    for secret in (SECRET, credentials.password):
        assert secret not in f"{said} {said!r} {said.hint} {said.__cause__!r} {logged}"


def test_a_database_that_is_not_there_is_named(address, credentials) -> None:
    said = failing(Server(Address(address.uri, "nowhere"), credentials))
    assert "no such database" in said.message
    assert said.where.endswith("/nowhere")


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
def test_a_port_where_nothing_listens_is_told(scheme, credentials) -> None:
    assert "nothing listens" in failing(Server(Address(f"{scheme}://127.0.0.1:1"), credentials)).message


def test_a_machine_that_is_not_there_is_told(credentials) -> None:
    assert "no machine" in failing(Server(Address("bolt://no.such.machine.invalid"), credentials)).message


@pytest.mark.parametrize("scheme", ["bolt+s", "bolt+ssc", "neo4j+s"])
def test_tls_that_the_server_does_not_speak_is_told(scheme, own_server) -> None:
    where = Address(own_server.uri.replace("bolt", scheme, 1))
    assert "TLS" in failing(Server(where, Credentials(own_server.user, own_server.password))).message


def test_a_question_cannot_write(address) -> None:
    with Server(address) as server:
        for text in ("CREATE (:EamapTest)", "MERGE (s:EamapTest)", "MATCH (n:EamapTest) DELETE n"):
            with pytest.raises(StoreError) as caught:
                server.read(text)
            assert "may only read" in caught.value.message
        assert server.read("MATCH (n:EamapTest) RETURN count(n)") == [(0,)]


def test_work_that_fails_leaves_nothing(address) -> None:
    def half(transaction) -> None:
        transaction.run("CREATE (:EamapTest)").consume()
        raise KeyError("ours")

    with Server(address) as server:
        with pytest.raises(KeyError):
            server.write(half)
        assert server.read("MATCH (n:EamapTest) RETURN count(n)") == [(0,)]


def test_two_nodes_with_one_id_are_told(address) -> None:
    with Server(address) as server:
        server.run("CREATE CONSTRAINT eamap_test_id IF NOT EXISTS FOR (n:EamapTest) REQUIRE n.id IS UNIQUE")
        try:
            with pytest.raises(StoreError, match="contradicts"):
                server.write(lambda tx: tx.run("UNWIND [1, 1] AS id CREATE (:EamapTest {id: id})").consume())
        finally:
            server.run("DROP CONSTRAINT eamap_test_id")


def test_bad_cypher_is_told_with_the_servers_words(address) -> None:
    with Server(address) as server, pytest.raises(StoreError, match="RETRUN"):
        server.read("MATCH (n) RETRUN n")


def test_a_wire_that_is_cut_in_a_transaction_leaves_nothing_or_all(address, credentials) -> None:
    with Proxy(address.uri) as wire, Server(Address(wire.uri, address.database), credentials, retrying=1) as server:
        server.verify()

        def cut_short(transaction) -> None:
            transaction.run("CREATE (:EamapTest)").consume()
            wire.cut()
            transaction.run("CREATE (:EamapTest)").consume()

        before = time.monotonic()
        with pytest.raises(StoreError):
            server.write(cut_short)
        assert time.monotonic() - before < SOON
        wire.mend()
        assert server.read("MATCH (n:EamapTest) RETURN count(n)") == [(0,)]


def test_a_wire_cut_during_a_commit_is_unsure_or_told_and_never_half(address, credentials) -> None:
    """Cuts after ever more bytes, through the whole of one transaction; each time all of it is there or none."""
    text, unsure = "UNWIND range(1, 10) AS n MERGE (:EamapTest {id: $key + n})", 0
    with Server(address, credentials) as direct:
        for more in range(0, 400, 20):
            with Proxy(address.uri) as wire, Server(Address(wire.uri, "neo4j"), credentials, retrying=0) as server:
                server.verify()
                wire.cut_in(more)
                try:
                    server.write(lambda tx, key=more * 100: tx.run(text, key=key).consume())
                except UnsureError:
                    unsure += 1
                except StoreError as error:
                    assert "answer" in error.message
            asked = "MATCH (n:EamapTest) WHERE n.id > $key AND n.id <= $key + 10 RETURN count(n)"
            assert direct.read(asked, key=more * 100)[0][0] in (0, 10)
        whole = direct.read("MATCH (n:EamapTest) RETURN count(n)")[0][0]
    assert 0 < whole < 200, "the cuts were all too late or all too early"


def test_a_wire_that_falls_silent_does_not_hold_a_question_for_ever(address, credentials) -> None:
    with Proxy(address.uri) as wire:
        wire.fall_silent()
        said = failing(Server(Address(wire.uri, address.database), credentials, connecting=1))
    assert "does not answer" in said.message


@pytest.mark.slow
def test_a_server_that_is_killed_is_told_and_answers_when_it_is_back(own_server) -> None:
    credentials = Credentials(own_server.user, own_server.password)
    with Server(Address(own_server.uri, "neo4j"), credentials, retrying=1) as server:
        server.write(lambda tx: tx.run("CREATE (:EamapTest {id: 'kept'})").consume())
        own_server.kill()
        before = time.monotonic()
        with pytest.raises(StoreError):
            server.read("RETURN 1")
        assert time.monotonic() - before < SOON
        own_server.start()
        assert server.read("MATCH (n:EamapTest {id: 'kept'}) RETURN count(n)") == [(1,)]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A folder with a certificate that vouches for itself, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl: nothing here makes a certificate")
    folder = tmp_path_factory.mktemp("certificate")
    made = "openssl req -x509 -newkey rsa:2048 -nodes -keyout private.key -out public.crt -days 2 -subj /CN=localhost"
    subprocess.run(made.split(), cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture
def strict(killable, certificate):
    """A server with little memory for one transaction, a database that may only be read, and TLS for whoever wants it.

    It stays so from one of these tests to the next: starting it takes longer than any of them.
    """
    policy = "dbms.ssl.policy.bolt."
    killable.configure(
        "dbms.memory.transaction.total.max=64m",
        "server.databases.default_to_read_only=true",
        "server.bolt.tls_level=OPTIONAL",
        f"{policy}enabled=true",
        f"{policy}base_directory={certificate}",
        f"{policy}client_auth=NONE",
    )
    return killable


@pytest.mark.slow
def test_a_transaction_over_the_servers_memory_is_told_apart_and_tried_once(strict) -> None:
    tried = []

    def large(transaction) -> None:
        tried.append(1)
        rows(
            transaction,
            "UNWIND range(1, 3000000) AS n WITH collect({n: n, t: toString(n)}) AS every RETURN size(every)",
        )

    with Server(Address(strict.uri, "neo4j"), Credentials(strict.user, strict.password)) as server:
        with pytest.raises(TooLargeError) as caught:
            server.write(large)
        assert len(tried) == 1
        assert "heap" in caught.value.hint
        assert server.read("RETURN 1") == [(1,)], "the server stays up"


@pytest.mark.slow
def test_a_database_that_may_only_be_read_is_told(strict) -> None:
    with Server(Address(strict.uri, "neo4j"), Credentials(strict.user, strict.password)) as server:
        with pytest.raises(StoreError, match="may only be read") as caught:
            server.write(lambda tx: tx.run("CREATE (:EamapTest)").consume())
        assert "default_to_read_only" in caught.value.hint


@pytest.mark.slow
def test_a_certificate_that_nobody_vouches_for_is_refused_unless_asked_otherwise(strict) -> None:
    credentials = Credentials(strict.user, strict.password)
    said = failing(Server(Address(strict.uri.replace("bolt", "bolt+s", 1)), credentials))
    assert "certificate" in said.message
    assert "+ssc" in said.hint
    with Server(Address(strict.uri.replace("bolt", "bolt+ssc", 1)), credentials) as server:
        assert server.read("RETURN 1") == [(1,)]
