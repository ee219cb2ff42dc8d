import codecs

import pytest

from eamap.fhir.decoding import decode
from eamap.fhir.problems import Level

TEXT = '{"publisher": "Ysbyty Môn"}'


def rules(text):
    return [(problem.rule, problem.level) for problem in text.problems]


@pytest.mark.parametrize("content", [TEXT.encode(), codecs.BOM_UTF8 + TEXT.encode()])
def test_utf8_is_read_with_and_without_a_mark(content):
    found = decode(content)
    assert (found.format, found.content, found.problems) == ("json", TEXT, ())


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_other_encodings_are_read_and_named(encoding):
    found = decode(TEXT.encode(encoding))
    assert found.content.lstrip("\ufeff") == TEXT
    assert rules(found) == [("readable:encoding", Level.WARNING)]


def test_what_is_not_utf8_is_read_as_windows_1252_and_is_an_error():
    found = decode(TEXT.encode("cp1252"))
    assert found.content == TEXT
    assert rules(found) == [("readable:encoding", Level.ERROR)]


def test_a_declared_encoding_is_used_and_its_declaration_taken_off():
    found = decode('<?xml version="1.0" encoding="ISO-8859-1"?><a v="Môn"/>'.encode("latin-1"))
    assert (found.format, found.content) == ("xml", '<a v="Môn"/>')
    assert rules(found) == [("readable:encoding", Level.WARNING)]


def test_an_encoding_that_does_not_exist_is_an_error():
    assert rules(decode(b'<?xml version="1.0" encoding="klingon"?><a/>')) == [("readable:encoding", Level.ERROR)]


@pytest.mark.parametrize("content", [b"", b" \r\n", b"\x00\x00"])
def test_an_empty_file_is_named(content):
    assert rules(decode(content)) == [("readable:empty", Level.ERROR)]


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (b"<!DOCTYPE html><html></html>", "html"),
        (b"<!-- x -->\n<HTML>", "html"),
        (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', "html"),
        (b"<CapabilityStatement/>", "xml"),
        (b"[1]", "json"),
        (b"PK\x03\x04", ""),
    ],
)
def test_the_kind_of_text_is_seen(content, form):
    assert decode(content).format == form
