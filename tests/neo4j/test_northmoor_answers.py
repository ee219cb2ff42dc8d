"""The sample estate and a made-up one of a trust's size, asked on a folder and on a server; and the ten queries of the page."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from eamap.interpret import interpret
from eamap.model.questions import EmbeddedQuestions
from eamap.model.selector import EstateOn
from eamap.protocols import Questions
from eamap.stores.folder import FolderStore
from eamap.stores.neo4j.questions.passthrough import passed_through
from eamap.stores.neo4j.store import Neo4jStore
from tests.golden.conftest import AS_OF, ingested
from tests.neo4j.asking import put
from tests.neo4j.conftest import emptied

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "shared-graph.md"
EVERY = [
    "kind:*", "kind:system and status:live", "org:{org}", "kind:system and org:{org} and not status:retired", "capability:*",
    "kind:system and not capability:*", "kind:system and not supplier:*", "+{system}", "{system}+", "{component}+", "+2{system}",
    "contract_end:<2027", "has:contract_end and kind:system", "unknown:contract_end and kind:system", "name:*pas*",
    "(kind:component and raw:windows*)+1", "(kind:component and raw:windows*)+", "kind:source or kind:decision",
    "kind:interface and protocol:hl7v2", "attested:*", "count:>=10", "standard:*", "pathway:*", "value:>1",
]  # fmt: skip


def pair(folder: FolderStore, neo4j_server, patch) -> tuple[EmbeddedQuestions, Questions, Neo4jStore]:
    for name, value in neo4j_server.environment.items():
        patch.setenv(name, value)
    emptied(neo4j_server)
    server = Neo4jStore(neo4j_server.address)
    put(server, folder.publication(), AS_OF)
    return EmbeddedQuestions(EstateOn(interpret(folder.estate(), AS_OF), AS_OF)), server.questions(AS_OF), server


def generated(folder: Path) -> FolderStore:
    command = [sys.executable, ROOT / "tests" / "benchmarks" / "generate.py", "trust", folder / "files"]
    subprocess.run([*map(str, command)], check=True, capture_output=True)
    ingested(sorted((folder / "files").iterdir()), folder / "store")
    return FolderStore(folder / "store")


@pytest.fixture(scope="module", params=["generated trust", "northmoor"])
def both(request, neo4j_server, tmp_path_factory) -> Iterator[tuple[EmbeddedQuestions, Questions, Neo4jStore]]:
    folder = tmp_path_factory.mktemp("asked")
    if request.param == "northmoor":
        ingested(sorted((ROOT / "sample_estates" / "northmoor" / "sources").iterdir()), folder / "store")
        store = FolderStore(folder / "store")
    else:
        store = generated(folder)
    patch = pytest.MonkeyPatch()
    yield pair(store, neo4j_server, patch)
    patch.undo()


def filled(embedded: EmbeddedQuestions, text: str) -> str:
    """Puts ids of the estate into a selector: the operator of the first system with a component, that system, the component."""
    component = embedded.on.things("component").drop_nulls("system").sort("id").row(0, named=True)
    system = component["system"]
    operator = embedded.on.things("system").filter(id=system)["operator"][0]
    return text.format(org=operator.partition(":")[2], system=system, component=component["id"])


@pytest.mark.parametrize("text", EVERY)
def test_selects_the_same(both, text):
    embedded, server, _ = both
    selector = filled(embedded, text)
    here, there = embedded.select(selector), server.select(selector)
    assert there.ids.to_list() == here.ids.to_list()
    assert there.warnings == here.warnings


def test_the_rest_is_the_same(both):
    embedded, server, _ = both
    component = filled(embedded, "{component}")
    for identifier in (component, filled(embedded, "{system}"), "supplier:epic"):
        if embedded.on.estate.find(identifier):
            assert server.impact(identifier).rows() == embedded.impact(identifier).rows()
            assert server.reach([identifier]).rows() == embedded.reach([identifier]).rows()
    assert server.matrix().rows() == embedded.matrix().rows()
    raw = embedded.on.things("component")["raw"].drop_nulls().unique().sort().head(20).to_list()
    assert server.exposure(raw) == embedded.exposure(raw)
    ends = embedded.on.things("system")["id"].sort()
    for target in ends.gather_every(max(1, len(ends) // 12)):
        here, there = embedded.path(ends[0], target), server.path(ends[0], target)
        assert (here is None) == (there is None)
        assert here is None or len(here.steps) == len(there.steps)
    assert server.height() == embedded.height()


# The ten queries of the page --------------------------------------------------------------------------------------


def queries() -> list[tuple[str, str]]:
    """Returns the selector, or the question, and the Cypher of each example of the page."""
    section = PAGE.read_text(encoding="utf-8").split("## Ten questions in Cypher")[1].split("\n## ")[0]
    return re.findall(r"\*\*.+?\*\* `(.+?)`\n+```cypher\n(.+?)```", section, re.DOTALL)


def test_there_are_ten():
    assert len(queries()) == 10


@pytest.mark.parametrize("number", range(10))
def test_an_example_gives_what_eamap_gives(both, number):
    embedded, _, store = both
    selector, cypher = queries()[number]
    told = passed_through(store.server, cypher, seconds=60, rows=1_000_000)
    assert sorted(row[0] for row in told.rows) == embedded.select(selector).ids.to_list()
    if "northmoor" in str(store.contents().summary):
        assert told.rows
