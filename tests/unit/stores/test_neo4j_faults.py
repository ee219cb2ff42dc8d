"""What is said of a fault, and which servers are too old: pure functions, so no server is asked here."""

from __future__ import annotations

import logging
import socket
import ssl
import sys

import pytest
from neo4j.exceptions import (
    ClientError,
    DriverError,
    IncompleteCommit,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
    TransientError,
)

from eamap import plugins
from eamap.errors import StoreError
from eamap.stores.neo4j import faults
from eamap.stores.neo4j.address import Address, Credentials
from eamap.stores.neo4j.faults import TABLE, TooLargeError, UnsureError
from eamap.stores.neo4j.server import Server, objection

PLAIN, SAFE = Address("bolt://host:7687", "region"), Address("neo4j+s://host", "region")


@pytest.mark.parametrize(
    ("agent", "complaint"),
    [
        ("Neo4j/5.26.0", ""),
        ("Neo4j/5.26.30", ""),
        ("Neo4j/5.27-aura", ""),
        ("Neo4j/2025.01.0", ""),
        ("Neo4j/2026.09.0", ""),
        ("Neo4j/2026.10.0-SNAPSHOT", ""),
        ("Neo4j/6.0.0-alpha01+build.7", ""),
        ("Neo4j/5.25.1", "5.26 or later"),
        ("Neo4j/5.9.0", "5.26 or later"),
        ("Neo4j/4.4.40", "5.26 or later"),
        ("Neo4j/3.5.35", "5.26 or later"),
        ("Neo4j/dev", "no release of Neo4j"),
        ("Neo4j/v5.26.0 compatible graph database server - another", "no release of Neo4j"),
        ("", "no release of Neo4j"),
    ],
)
def test_a_server_is_new_enough_or_is_told_what_is_wrong(agent, complaint):
    assert complaint in objection(agent)
    assert bool(objection(agent)) == bool(complaint)


def refused(code: str, message: str = "the data of ann") -> Neo4jError:
    """Returns the exception that the driver makes of a refusal."""
    return Neo4jError._hydrate_neo4j(code=code, message=message)


def meaning(error: Exception, address: Address = PLAIN) -> StoreError:
    """Returns what eamap makes of an exception of the driver."""
    with pytest.raises(StoreError) as caught, faults.told(address):
        raise error
    return caught.value


@pytest.mark.parametrize("code", TABLE)
def test_every_refusal_in_the_table_has_words_of_its_own_and_a_place(code):
    kind = "TransientError" if code.startswith("General") else "ClientError"
    said = meaning(refused(f"Neo.{kind}.{code}"))
    assert said.message.startswith(TABLE[code][0])
    assert said.where == "bolt://host:7687/region"
    assert said.hint
    assert code in faults.TELLING or "ann" not in f"{said} {said.hint}", "the server's texts may repeat data"


def test_a_refusal_that_nobody_foresaw_names_its_code():
    assert "Statement.SomethingNew" in meaning(refused("Neo.ClientError.Statement.SomethingNew")).message


def test_what_is_too_large_and_what_is_unsure_are_told_apart():
    assert isinstance(meaning(refused("Neo.TransientError.General.MemoryPoolOutOfMemoryError")), TooLargeError)
    assert isinstance(meaning(refused("Neo.TransientError.General.TransactionOutOfMemoryError")), TooLargeError)
    assert isinstance(meaning(IncompleteCommit("lost")), UnsureError)
    assert type(meaning(ClientError("?"))) is StoreError
    assert type(meaning(TransientError("?"))) is StoreError


def lost(*led: Exception, kind: type[DriverError] = ServiceUnavailable) -> DriverError:
    """Returns the exception of a lost connection with what led to it."""
    error = kind("Unable to retrieve routing information" if len(led) > 1 else "lost")
    error.__cause__ = ExceptionGroup("members", list(led)) if len(led) > 1 else (led[0] if led else None)
    return error


@pytest.mark.parametrize(
    ("error", "address", "message", "hint"),
    [
        (lost(ConnectionRefusedError(111, "refused")), PLAIN, "nothing listens", "7687"),
        (lost(ConnectionRefusedError(111, "refused"), ConnectionRefusedError(111, "refused")), SAFE, "nothing", "7687"),
        (lost(socket.gaierror(-2, "unknown")), PLAIN, "no machine of this name", "address"),
        (lost(ssl.SSLError(1, "wrong version number")), SAFE, "TLS", "neo4j://"),
        (lost(ssl.SSLCertVerificationError(1, "self-signed")), SAFE, "certificate", "+ssc"),
        (lost(OSError("no data")), PLAIN, "does not answer", "bolt+s://"),
        (lost(OSError("no data")), SAFE, "does not answer", "7473"),
        (lost(kind=SessionExpired), PLAIN, "stopped answering", "bolt+s://"),
        (DriverError("?"), PLAIN, "gave up", "again"),
    ],
)
def test_a_connection_that_fails_says_why_and_what_to_try(error, address, message, hint):
    said = meaning(error, address)
    assert message in said.message
    assert hint in said.hint
    assert said.where == address.shown


def test_what_is_no_fault_of_the_driver_passes():
    with pytest.raises(KeyError), faults.told(PLAIN):
        raise KeyError("ours")


def test_causes_that_go_round_in_a_circle_end():
    one, other = OSError("one"), OSError("other")
    one.__cause__, other.__cause__ = other, one
    assert set(faults.causes(one)) == {one, other}


def test_a_driver_that_is_not_installed_is_told_with_the_line_to_type(monkeypatch):
    monkeypatch.setitem(sys.modules, "neo4j", None)
    with pytest.raises(ModuleNotFoundError) as caught:
        Server(PLAIN, Credentials("ann", "secret")).verify()
    missing = plugins.missing_library(caught.value)
    assert missing is not None
    assert "pip install 'eamap[neo4j]'" in missing.hint


def test_a_server_shows_where_it_is_and_not_who_asks():
    assert repr(Server(PLAIN, Credentials("ann", "secret"))) == "Server(bolt://host:7687/region)"


def test_the_driver_warns_nobody_unless_somebody_listens(capfd):
    faults.quiet()
    logging.getLogger("neo4j.pool").warning("Unable to retrieve routing information")
    assert capfd.readouterr().err == ""
