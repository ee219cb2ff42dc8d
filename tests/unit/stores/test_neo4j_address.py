"""Addresses of servers, and credentials that are in no address, no message and no text that Python makes."""

from __future__ import annotations

import os

import pytest

from eamap.errors import EamapError, StoreError, UsageError
from eamap.stores.neo4j.address import FILE, PASSWORD, SCHEMES, USER, Address, Credentials, is_address, parse

SECRET = "correct horse battery"


@pytest.mark.parametrize(
    ("text", "uri", "database"),
    [
        ("neo4j://graph.example", "neo4j://graph.example", ""),
        ("neo4j+s://graph.example/", "neo4j+s://graph.example", ""),
        ("bolt+s://graph.example:7688/Region", "bolt+s://graph.example:7688", "region"),
        ("BOLT://127.0.0.1:7687/ics.north-1", "bolt://127.0.0.1:7687", "ics.north-1"),
        ("bolt+ssc://[::1]:7687/neo4j", "bolt+ssc://[::1]:7687", "neo4j"),
        ("neo4j://graph.example/region?policy=north", "neo4j://graph.example?policy=north", "region"),
    ],
)
def test_an_address_is_a_server_and_a_database(text, uri, database):
    assert is_address(text)
    assert parse(text) == Address(uri, database)
    assert parse(parse(text).shown) == parse(text), "what is shown can be typed again"


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_scheme_of_bolt_is_taken_and_says_whether_it_encrypts(scheme):
    assert parse(f"{scheme}://host").encrypted == ("+" in scheme)


@pytest.mark.parametrize("text", [".eamap", "/data/neo4j", "C:\\estates\\eamap", "C:/estates", "neo4j", "a:b"])
def test_a_folder_is_no_address(text):
    assert not is_address(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("http://host:7474", "7687"),
        ("https://host/db", "7687"),
        ("postgresql://host/db", "neo4j://HOST/DATABASE"),
        ("neo4j://", "neo4j://HOST/DATABASE"),
        ("bolt://host:port/db", "neo4j://HOST/DATABASE"),
        ("bolt://host:99999/db", "neo4j://HOST/DATABASE"),
        ("bolt://[::1/db", "neo4j://HOST/DATABASE"),
        ("bolt://host/db?policy=north", "neo4j://HOST/DATABASE"),
        ("bolt://host/db#part", "neo4j://HOST/DATABASE"),
        ("bolt://host/a/b", "letters"),
        ("bolt://host/x`y", "letters"),
        ("bolt://host/System", "another database"),
    ],
)
def test_what_is_no_address_says_what_to_write(text, told):
    assert is_address(text)
    with pytest.raises(UsageError) as caught:
        parse(text)
    assert told in caught.value.hint


def test_a_password_in_an_address_is_refused_and_not_repeated():
    for text in (f"bolt://neo4j:{SECRET}@host/db", f"http://neo4j:{SECRET}@host", f"bolt://a:{SECRET}@host:port"):
        with pytest.raises(UsageError) as caught:
            parse(text)
        assert SECRET not in everything(caught.value)
        assert "@" not in everything(caught.value)


def everything(error: EamapError) -> str:
    """Returns all that is printed of an error, and all that a log would hold of it."""
    return "\n".join((str(error), repr(error), error.message, error.hint, error.where))


def test_credentials_come_from_the_environment():
    read = Credentials.read({USER: "ann", PASSWORD: SECRET})
    assert (read.user, read.password) == ("ann", SECRET)


@pytest.mark.parametrize("environment", [{}, {USER: "ann"}, {PASSWORD: SECRET}])
def test_credentials_that_are_not_there_are_named(environment):
    with pytest.raises(StoreError) as caught:
        Credentials.read(environment)
    missing = PASSWORD if USER in environment else USER
    assert missing in caught.value.message
    assert FILE in caught.value.hint
    assert SECRET not in everything(caught.value)


def written(folder, text: str | bytes, mode: int = 0o600) -> dict[str, str]:
    """Returns an environment that names a file of credentials."""
    file = folder / "credentials"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    file.chmod(mode)
    return {FILE: str(file)}


@pytest.mark.parametrize("text", [f"ann\n{SECRET}\n", f"ann\n{SECRET}", f"ann\r\n{SECRET}\r\n"])
def test_credentials_come_from_a_file(tmp_path, text):
    read = Credentials.read(written(tmp_path, text))
    assert (read.user, read.password) == ("ann", SECRET)


@pytest.mark.skipif(os.name != "posix", reason="only on POSIX: files have modes")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666, 0o610])
def test_a_file_that_others_may_read_is_refused(tmp_path, mode):
    with pytest.raises(StoreError) as caught:
        Credentials.read(written(tmp_path, f"ann\n{SECRET}\n", mode))
    assert "chmod 600" in caught.value.hint
    assert SECRET not in everything(caught.value)


@pytest.mark.parametrize("text", ["", "ann\n", f"ann\n{SECRET}\nmore\n", f"\n{SECRET}\n", b"ann\n\xff\xfe\n"])
def test_a_file_that_holds_something_else_is_refused(tmp_path, text):
    with pytest.raises(StoreError) as caught:
        Credentials.read(written(tmp_path, text))
    assert str(tmp_path) in caught.value.where
    assert SECRET not in everything(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(StoreError) as caught:
        Credentials.read({FILE: str(tmp_path / "nothing")})
    assert "nothing" in caught.value.where


def test_two_sources_of_credentials_are_one_too_many(tmp_path):
    with pytest.raises(StoreError, match="both set"):
        Credentials.read(written(tmp_path, f"ann\n{SECRET}\n") | {USER: "ben"})


def test_a_password_is_in_no_text_that_python_makes():
    told = Credentials("ann", SECRET)
    assert SECRET not in f"{told!r} {told} {[told]}"
