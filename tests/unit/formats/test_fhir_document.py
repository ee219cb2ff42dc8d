"""A statement is recognised by its content and handed over whole, even when it is broken."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eamap.ingest.formats import read
from eamap.model.grid import Document

STATEMENT = {"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1", "rest": [{"mode": "server"}]}
XML = '<?xml version="1.0"?><!-- made by hand --><{0} xmlns="http://hl7.org/fhir"><status value="active"/></{0}>'


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(STATEMENT),
        json.dumps(dict(reversed(STATEMENT.items()))),
        "\ufeff" + json.dumps({**STATEMENT, "resourceType": "Conformance"}),
        json.dumps({"text": "x" * 1_100_000, **dict(reversed(STATEMENT.items()))}),
        XML.format("CapabilityStatement"),
        XML.format("Conformance"),
    ],
    ids=["json", "type last", "dstu2 with a mark", "type beyond the sample", "xml", "dstu2 xml"],
)
def test_statement_is_recognised(tmp_path: Path, content: str) -> None:
    path = tmp_path / "metadata.txt"
    path.write_text(content, encoding="utf-8")
    (found,) = read(path)
    assert isinstance(found, Document)
    assert (found.format, found.content) == ("fhir", path.read_bytes())


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(STATEMENT)[:-3],
        json.dumps(dict(reversed(STATEMENT.items())))[:-1] + ",}",
        XML.format("CapabilityStatement")[:-5],
    ],
)
def test_broken_statement_is_handed_over_and_said(tmp_path: Path, content: str) -> None:
    path = tmp_path / "metadata.json"
    path.write_text(content, encoding="utf-8")
    (found,) = read(path)
    assert isinstance(found, Document)
    assert "broken-statement" in [issue.code for issue in found.issues]


def test_record_that_holds_a_statement_is_a_record(tmp_path: Path) -> None:
    path = tmp_path / "systems.json"
    path.write_text(json.dumps([{"id": "pas", "statement": STATEMENT}]), encoding="utf-8")
    assert [found.format for found in read(path)] == ["json", "json"]
