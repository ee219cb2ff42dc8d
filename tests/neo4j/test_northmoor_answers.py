"""The ten queries of docs/shared-graph.md, each beside the selector that it stands by, on the sample."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from eamap.model.questions import EmbeddedQuestions
from eamap.stores.neo4j.questions.passthrough import passed_through
from tests.neo4j.asking import ROOT, Asked, in_three_stores

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def asked(neo4j_server, tmp_path_factory) -> Iterator[Asked]:
    with in_three_stores("northmoor", tmp_path_factory.mktemp("examples"), neo4j_server) as held:
        yield held


def queries() -> list[tuple[str, str]]:
    """Returns the selector and the Cypher of each example of the page."""
    page = (ROOT / "docs" / "shared-graph.md").read_text(encoding="utf-8")
    section = page.split("## Ten questions in Cypher")[1].split("\n## ")[0]
    return re.findall(r"\*\*.+?\*\* `(.+?)`\n+```cypher\n(.+?)```", section, re.DOTALL)


def test_there_are_ten():
    assert len(queries()) == 10


@pytest.mark.parametrize("number", range(10))
def test_an_example_gives_what_eamap_gives(asked, number):
    selector, cypher = queries()[number]
    told = passed_through(asked.server.server, cypher, seconds=60, rows=1_000_000)
    assert sorted(row[0] for row in told.rows) == EmbeddedQuestions(asked.folder).select(selector).ids.to_list()
    assert told.rows, "an example of the page finds nothing on the sample"
