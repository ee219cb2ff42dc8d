"""What eamap works out itself on a server's estate: on a slice where a selector says of what, else on all of it; asked first."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from eamap.cli import slicing
from eamap.cli.main import program
from eamap.stores.neo4j.store import Neo4jStore
from tests.golden.conftest import AS_OF
from tests.neo4j.asking import made, put
from tests.neo4j.conftest import ours

pytestmark = pytest.mark.slow
DAY = ("--as-of", AS_OF.isoformat())
SLICED = re.compile(
    r"slice for (?P<scope>.+): (?P<things>[0-9,]+) things and (?P<links>[0-9,]+) links .* of (?P<of>[0-9,]+) things"
)
SCOPES = (
    "org:ZN01", "kind:component and org:ZN03", "kind:interface and org:ZN07", "(kind:component and raw:*2012*)+",
    "kind:system and not capability:*", "kind:work-package or kind:organisation",
)  # fmt: skip


@pytest.fixture(scope="module")
def stores(neo4j_server, tmp_path_factory) -> Iterator[tuple[Path, str]]:
    """A folder store of the sample and the address of a server that holds the same."""
    folder = made("northmoor", tmp_path_factory.mktemp("sliced"))
    with ours(neo4j_server):
        put(Neo4jStore(neo4j_server.address), folder.publication(), AS_OF).close()
        yield folder.folder, neo4j_server.address


def run(*arguments):
    return CliRunner().invoke(program, [*map(str, arguments)], prog_name="eamap")


def both(stores, *arguments) -> tuple[str, str]:
    """Asks both stores; asserts that the answers are the same document, and returns that and what the server's said beside it."""
    here, there = (run(*arguments, "--format", "json", *DAY, "--store", store) for store in stores)
    assert (here.exit_code, there.exit_code) == (0, 0), there.stderr
    assert json.loads(there.stdout) == json.loads(here.stdout)
    assert json.loads(there.stdout)["rows"], "an answer without rows is the same as any other"
    return there.stdout, there.stderr


@pytest.mark.parametrize("scope", SCOPES)
def test_checks_of_a_slice_are_those_of_the_whole(stores, scope):
    _, said = both(stores, "check", scope, "--unknown")
    told = SLICED.search(said)
    assert told, said
    assert told["scope"] == scope
    things, of = (int(told[name].replace(",", "")) for name in ("things", "of"))
    assert 0 < things < of


@pytest.mark.parametrize(
    "arguments", [("org:ZN01",), ("capability:DIA-2", "--kpis"), ("org:ZN01", "--group-by", "capability")]
)
def test_support_of_a_slice_is_that_of_the_whole(stores, arguments):
    _, said = both(stores, "eol", *arguments)
    assert SLICED.search(said), said


@pytest.mark.parametrize(
    "arguments", [("gaps",), ("gaps", "--ics", "ZN00"), ("check",), ("doonce", "DIA-2.1"), ("eol",), ("summary",), ("debt",)]
)  # fmt: skip
def test_what_has_no_selector_is_answered_on_all_of_it(stores, arguments):
    _, said = both(stores, *arguments)
    assert re.search(r"the whole estate: [0-9,]+ things and [0-9,]+ links", said), said


def test_on_another_day_than_the_push_the_whole_is_understood_anew(stores):
    here, there = (run("check", "org:ZN01", "--format", "json", "--as-of", "2027-06-01", "--store", s) for s in stores)
    assert json.loads(there.stdout) == json.loads(here.stdout)
    assert "the whole estate" in there.stderr
    assert "was settled by the push of 2026-11-22" in there.stderr


@pytest.mark.parametrize("arguments", [("gaps",), ("check", "org:ZN01"), ("summary",)])
def test_more_than_the_limit_is_refused_where_nobody_can_be_asked(stores, arguments):
    told = run(*arguments, *DAY, "--store", stores[1], "--slice-limit", "10")
    assert told.exit_code == 2
    assert "more than 10 are not brought over unasked" in told.stderr
    allowed = re.search(r"--slice-limit (\d+)", told.stderr)
    assert allowed
    assert run(*arguments, *DAY, "--store", stores[1], "--slice-limit", allowed[1]).exit_code == 0


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 2), ("\n", 2)])
def test_a_person_is_asked(stores, monkeypatch, answer, code):
    monkeypatch.setattr(slicing, "watched", lambda: True)
    told = CliRunner().invoke(
        program, ["summary", *DAY, "--store", stores[1], "--slice-limit", "10"], prog_name="eamap", input=answer
    )
    assert told.exit_code == code
    assert "Bring them over?" in told.stderr


def test_a_folder_is_never_asked_about(stores):
    told = run("summary", *DAY, "--store", stores[0], "--slice-limit", "1")
    assert told.exit_code == 0
    assert "brought over" not in told.stderr
