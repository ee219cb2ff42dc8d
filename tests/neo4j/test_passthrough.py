"""A person's own Cypher: read only, limited, refused where it would load files or call procedures."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from eamap.cli.main import program
from eamap.errors import EamapError, StoreError
from eamap.stores.neo4j.questions.passthrough import passed_through
from eamap.stores.neo4j.store import Neo4jStore
from tests.contracts.test_selectors import AS_OF, small_estate
from tests.neo4j.asking import as_it_is, publication_of, put
from tests.neo4j.conftest import ours


@pytest.fixture(scope="module")
def store(neo4j_server) -> Iterator[Neo4jStore]:
    with ours(neo4j_server):
        yield put(Neo4jStore(neo4j_server.address, meaning=as_it_is), publication_of(small_estate()), AS_OF)


def asked(store, text, seconds=30.0, rows=100):
    return passed_through(store.server, text, seconds=seconds, rows=rows)


def test_rows_come_back_plain(store):
    told = asked(store, "MATCH p = (o:Organisation {id: 'organisation:RXA'})-[r:OPERATES]->(s:System {id: 'system:RXA/epr'}) "
                        "RETURN o, r, p, date('2026-01-02') AS day, duration('P1D') AS span, [1, {a: 2.5}] AS list, null AS none")  # fmt: skip
    ((body, link, path, day, span, listed, none),) = told.rows
    assert body["labels"] == ["Eamap", "Organisation"]
    assert body["name"] == "Northmoor Acute Trust"
    assert (link["type"], link["from"], link["to"]) == ("OPERATES", "organisation:RXA", "system:RXA/epr")
    assert path == ["organisation:RXA", "OPERATES", "system:RXA/epr"]
    assert (day, span, listed, none) == ("2026-01-02", "P1D", [1, {"a": 2.5}], None)
    json.dumps(told.rows)


@pytest.mark.parametrize(
    "text",
    [
        "CREATE (n:Eamap)",
        "MATCH (n) SET n.x = 1",
        "MATCH (n) DETACH DELETE n",
        "MERGE (n:System {id: 'x'}) RETURN n",
        "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS",
        "CREATE INDEX x FOR (n:System) ON (n.x)",
        "LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line",
        "LOAD CSV FROM 'http://127.0.0.1:1/x' AS line RETURN line",
        "CALL dbms.listConfig() YIELD name, value RETURN name, value",
        "CALL `dbms`.`listConfig`()",
        "CALL db.createLabel('x')",
        "SHOW USERS",
        "SHOW TRANSACTIONS",
        "SHOW SETTINGS",
        "SHOW PROCEDURES",
        "TERMINATE TRANSACTIONS 'neo4j-transaction-1'",
        "MATCH (n) CALL () { LOAD CSV FROM 'file:///x' AS l RETURN l } RETURN l",
        "EXPLAIN MATCH (n) RETURN n",
        "PROFILE MATCH (n) RETURN n",
        "not Cypher at all",
    ],
)
def test_more_than_reading_is_refused(store, text):
    before = asked(store, "MATCH (n) RETURN count(n)").rows
    with pytest.raises(EamapError) as error:
        asked(store, text)
    assert error.value.message
    assert asked(store, "MATCH (n) RETURN count(n)").rows == before


def test_procedures_that_tell_what_the_graph_looks_like_may_be_called(store):
    assert ("System",) in asked(store, "CALL db.labels() YIELD label RETURN label").rows
    assert asked(store, "SHOW INDEXES YIELD name WHERE name = 'eamap_system_id' RETURN name").rows


def test_rows_are_limited(store):
    told = asked(store, "UNWIND range(1, 100000) AS i RETURN i", rows=5)
    assert [row[0] for row in told.rows] == [1, 2, 3, 4, 5]
    assert told.more
    assert not asked(store, "UNWIND range(1, 5) AS i RETURN i", rows=5).more


def test_time_is_limited(store):
    with pytest.raises(StoreError):
        asked(store, "UNWIND range(1, 100000) AS i UNWIND range(1, 100000) AS j RETURN count(i * j)", seconds=1.0)


def run(neo4j_server, *arguments):
    return invoked(*arguments, "--store", neo4j_server.address)


def invoked(*arguments):
    return CliRunner().invoke(program, [*map(str, arguments)], prog_name="eamap")


def test_the_command_writes_every_format_and_no_formula(store, neo4j_server):
    text = "RETURN '=1+1' AS formula, [1, 2] AS list"
    told = run(neo4j_server, "query", "--cypher", text, "--format", "json")
    assert json.loads(told.stdout)["rows"] == [{"formula": "=1+1", "list": [1, 2]}]
    told = run(neo4j_server, "query", "--cypher", text, "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(told.stdout))
    assert not row["formula"].startswith("=")
    assert row["list"] == "[1, 2]"
    assert "formula" in run(neo4j_server, "query", "--cypher", text).stdout


def test_the_command_says_what_it_cannot_do(store, neo4j_server, tmp_path):
    folder = invoked("query", "--cypher", "RETURN 1", "--store", tmp_path)
    assert folder.exit_code == 2
    assert "a folder store understands no Cypher" in folder.stderr
    for arguments, said in (
        (["query"], "one of them"),
        (["query", "kind:*", "--cypher", "RETURN 1"], "one of them"),
        (["query", "--cypher", "RETURN 1", "--profile", "public"], "nothing can be left out"),
    ):
        told = run(neo4j_server, *arguments)
        assert told.exit_code == 2
        assert said in told.stderr


def test_query_on_a_server_gives_what_it_gives_on_a_folder(store, neo4j_server):
    told = run(neo4j_server, "query", "kind:system and org:RXA", "--format", "json", "--as-of", AS_OF.isoformat())
    assert [row["id"] for row in json.loads(told.stdout)["rows"]] == [
        "system:RXA/epr", "system:RXA/lab", "system:RXA/old-lims", "system:RXA/tie"
    ]  # fmt: skip
