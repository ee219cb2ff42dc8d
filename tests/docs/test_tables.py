"""The tables of the reference pages are those of the program, and their example is what it prints."""

from __future__ import annotations

import importlib.util
import json
import re

import pages
import pytest

from eamap.model.citations import Citation
from eamap.model.findings import Confidence, Finding, Severity, Verdict
from eamap.model.issues import Issue

RESULTS = "docs/results.md"
EVIDENCE = "docs/evidence.md"
GRAPH = "docs/shared-graph.md"


@pytest.fixture(scope="module")
def make_docs(root):
    """The script that writes the tables."""
    spec = importlib.util.spec_from_file_location("make_docs", root / "scripts" / "make_docs.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", ["docs/mappings.md", RESULTS, EVIDENCE, GRAPH])
def test_the_tables_are_those_of_the_program(page, make_docs):
    assert make_docs.filled(pages.text_of(page)) == pages.text_of(page), "run: python scripts/make_docs.py"


def test_every_table_that_is_made_is_on_a_page(make_docs):
    marked = re.findall(
        r"<!-- table: ([a-z]+) -->", "".join(map(pages.text_of, ("docs/mappings.md", RESULTS, EVIDENCE, GRAPH)))
    )
    assert sorted(marked) == sorted(make_docs.tables())


def keys(text):
    """The keys in the first column of the tables of a text."""
    cells = re.findall(r"^\| (`.*?) \|", text, re.MULTILINE)
    return [key for cell in cells for key in re.findall(r"`(\w+)`", cell)]


def test_a_citation_is_explained_key_by_key():
    assert keys(pages.section(RESULTS, "A citation")) == list(CITATION.as_dict())


def test_a_finding_is_explained_key_by_key():
    found = Finding(
        "LIF001", "name", "system:T/1", Verdict.FAIL, Severity.HIGH, Confidence.HIGH, "is old", evidence=(CITATION,)
    )
    assert keys(pages.section(RESULTS, "A finding")) == list(found.as_dict())


def test_a_problem_is_explained_key_by_key():
    assert set(keys(pages.section(RESULTS, "A problem in data"))) == set(Issue.__dataclass_fields__)


CITATION = Citation("a.csv", "0" * 64, "", 2, "Name", "PAS")


def test_the_envelope_and_its_example_are_what_is_printed(make_desk):
    text = pages.text_of(RESULTS)
    (command,) = pages.commands(RESULTS)
    (example,) = pages.blocks(RESULTS, "json")
    printed = make_desk("results").run(command)
    assert json.loads(example) == json.loads(printed)
    assert keys(text[: text.index("\n## ")]) == list(json.loads(example))
