"""How the server means to answer each shipped query: ids are looked up in an index, and nothing multiplies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl
import pytest

from eamap.model.estate import LINKS
from eamap.model.relations import RELATIONS
from eamap.model.selector import EstateOn
from eamap.stores.neo4j.difference import Steps
from eamap.stores.neo4j.questions.catalogue import catalogue_of
from eamap.stores.neo4j.questions.passthrough import steps
from eamap.stores.neo4j.questions.texts import shipped
from tests.contracts.test_selectors import AS_OF, small_estate
from tests.neo4j.asking import as_it_is, publication_of, put
from tests.neo4j.conftest import ours

UNIQUE = ("NodeUniqueIndexSeek", "NodeUniqueIndexSeek(Locking)")
SEEKS = (*UNIQUE, "NodeIndexSeek", "MultiNodeIndexSeek")
SCANS = ("NodeByLabelScan", "UnionNodeByLabelsScan", "IntersectionNodeByLabelsScan", "SubtractionNodeByLabelsScan")
TEXTS = shipped(catalogue_of(EstateOn(small_estate(), AS_OF)))


@pytest.fixture(scope="module")
def session(neo4j_server) -> Iterator[Any]:
    from eamap.stores.neo4j.store import Neo4jStore

    with ours(neo4j_server):
        store = put(Neo4jStore(neo4j_server.address, meaning=as_it_is), publication_of(small_estate()), AS_OF)
        with neo4j_server.driver() as driver, driver.session(database=neo4j_server.database) as opened:
            # By what is there now, as after every push but those of the tests.
            opened.run("CALL db.prepareForReplanning(60)").consume()
            yield opened
        store.close()


def operator(step) -> str:
    return step["operatorType"].partition("@")[0]


def complaints(plan) -> list[str]:
    """Returns what is wrong with a plan."""
    wrong = []
    for step in steps(plan):
        name, details = operator(step), str(step["args"].get("Details", ""))
        if name == "AllNodesScan" or name.startswith("NodeIndexScan"):
            wrong.append(f"{name} {details}")
        if name == "Filter" and looks_up(details):
            wrong.append(f"an id is looked for in a filter: {details}")
        if name == "CartesianProduct" and not all(is_seek(side) for side in step.get("children", ())):
            wrong.append("a CartesianProduct of more than two unique seeks")
    return wrong


def looks_up(details: str) -> bool:
    """Whether a condition compares an id with a parameter; a thing already found by another way may well be compared."""
    return ".id = $id" in details or ".id = $origin" in details or ".id = $target" in details


def is_seek(side) -> bool:
    return operator(side) in (*UNIQUE, "Argument") or (
        operator(side) in ("Filter", "CartesianProduct") and all(is_seek(each) for each in side["children"])
    )


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_plan(session, name):
    summary = session.run("EXPLAIN " + TEXTS[name]).consume()
    assert summary.query_type == "r"
    assert complaints(summary.plan) == []


@pytest.mark.parametrize(
    "name",
    [
        "select system:RXX/pas",
        "select +system:RXX/pas",
        "impact",
        "things",
        "whether there",
        "path directed",
        "reach needed from one",
    ],
)
def test_what_begins_with_an_id_begins_with_a_seek(session, name):
    plan = session.run("EXPLAIN " + TEXTS[name]).consume().plan
    leaves = [operator(step) for step in steps(plan) if not step.get("children")]
    assert set(leaves) & set(UNIQUE)
    assert not set(leaves) & set(SCANS)


def test_a_bad_plan_would_be_seen(session):
    for text in (
        "MATCH (n) RETURN n",
        "MATCH (a:System), (b:System) RETURN a.id, b.id",
        "MATCH (a:Nobody {id: $id}) RETURN a",
    ):
        assert complaints(session.run("EXPLAIN " + text).consume().plan)


def test_what_links_two_things_is_looked_for_between_them(session):
    """A standard has thousands of links; to walk them for each that goes took minutes a batch at the size of a country."""
    links = pl.DataFrame({"from": ["system:RXX/pas"], "to": ["system:RXX/pas"], "why": ["x"]})
    one = {LINKS + relation: links for relation in RELATIONS}
    several = {name: pl.concat([links, links.with_columns(why=pl.lit("y"))]) for name in one}
    texts = [step.text for pair in ((one, {}), ({}, one), (one, several)) for step in Steps(*pair)]
    assert len(texts) == 3 * len(RELATIONS)
    for text in texts:
        plan = session.run("EXPLAIN " + text, rows=[], store="").consume().plan
        assert "Expand(All)" not in {operator(step) for step in steps(plan)}, text
