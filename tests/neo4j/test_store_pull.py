"""The sample estate through a server and back: every table, row, citation, decision and document is what it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner
from polars.testing import assert_frame_equal

from eamap.cli.main import program
from eamap.stores.folder import FolderStore
from tests.golden.conftest import ingested
from tests.neo4j.conftest import ours
from tests.neo4j.graphs import assert_same
from tests.neo4j.serving import Served

pytestmark = pytest.mark.slow


def run(*words: object) -> None:
    """Runs a command that has to succeed."""
    done = CliRunner().invoke(program, [str(word) for word in words])
    assert done.exit_code == 0, done.output


@pytest.fixture(scope="module")
def both(neo4j_server: Served, northmoor: Path, tmp_path_factory) -> Iterator[tuple[FolderStore, FolderStore]]:
    """The folder that was pushed, with what its people decided, and the one that was pulled."""
    place = tmp_path_factory.mktemp("pulled")
    ingested(sorted((northmoor / "sources").iterdir()), place / "here")
    run("decide", "--from", northmoor / "decisions.csv", "--store", place / "here")
    with ours(neo4j_server):
        run("store", "push", "--store", neo4j_server.address, "--folder", place / "here", "--owner", "Northmoor")
        run("store", "pull", "--store", neo4j_server.address, "--folder", place / "there")
        yield FolderStore(place / "here"), FolderStore(place / "there")


def test_every_source_decision_and_document_comes_back(both) -> None:
    here, there = (store.publication() for store in both)
    assert len(here.parts) > 30
    assert here.decisions.height > 0
    assert len(here.documents) > 0
    assert_same(there, here)


def test_every_table_of_the_estate_comes_back(both) -> None:
    here, there = (store.estate() for store in both)
    assert sorted(here.tables) == sorted(there.tables)
    for name in here.tables:
        assert_frame_equal(there.tables[name], here.tables[name], check_row_order=False)
    assert_frame_equal(there.decisions, here.decisions, check_row_order=False)
    for name in ("reasons", "attestations", "issues"):
        assert getattr(here, name).height > 0
        assert_frame_equal(getattr(there, name), getattr(here, name), check_row_order=False)


def test_every_field_is_cited_from_the_same_cells(both) -> None:
    here, there = (store.estate() for store in both)
    cited = 0
    for kind in here.kinds:
        for thing in here.things(kind).select(pl.col("id")).head(25)["id"]:
            assert there.cite(thing) == here.cite(thing)
            cited += len(here.cite(thing))
    disagreeing = here.attestations.unique(["id", "field"], maintain_order=True).head(40)
    for thing, field in disagreeing.select("id", "field").rows():
        assert there.cite(thing, field) == here.cite(thing, field) != ()
    assert cited > 100
    assert [part.name for part in there.sources] == [part.name for part in here.sources]
    assert there.sources == here.sources
