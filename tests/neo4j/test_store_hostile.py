"""Names that are attacks, from a spreadsheet to the server and back into a spreadsheet: they stay names."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from eamap.stores.folder import FolderStore
from tests.neo4j.graphs import asked, assert_same, inventory
from tests.neo4j.serving import Served
from tests.neo4j.test_store_commands import run

NAMES = [
    "a'}) DETACH DELETE n //",
    "b`}) MATCH (n) DETACH DELETE n //",
    'c"; CALL dbms.shutdown() //',
    "d $rows ${jndi:ldap://x/y} {id: $id}",
    "e\\u0027}) SET n.name = 'owned' //",
    "f :System:Eamap {id: 'x'} -[:OWNS]-> ()",
    "=cmd|' /C calc'!A0",
    "+cmd|'/C calc'!A1",
    "@SUM(1+1)*cmd",
    "-2+3+cmd|'/C calc'!A2",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder store in which systems, products and suppliers have such names."""
    text = io.StringIO(newline="")
    lines = csv.writer(text)
    lines.writerow(["System", "Organisation code", "Supplier", "Product", "Status", "Application ID"])
    lines.writerows([name, "RXX", name, name, "live", f"A{place}"] for place, name in enumerate(NAMES))
    inventory(
        tmp_path / "files", tmp_path / "store", ("apps.csv", text.getvalue()), organisation="RXX", source=NAMES[0]
    )
    return tmp_path / "store"


def test_hostile_names_are_stored_and_given_back_as_they_are(
    at: str, folder: Path, tmp_path: Path, neo4j_server: Served
) -> None:
    asked(neo4j_server, "MATCH (n:TestOfOthers) DELETE n")
    asked(neo4j_server, "CREATE (:TestOfOthers {name: 'theirs'})")
    labels = set(asked(neo4j_server, "CALL db.labels() YIELD label RETURN label"))
    pushed = run("store", "push", "--store", at, "--folder", folder, "--owner", NAMES[1])
    assert pushed.exit_code == 0, pushed.output
    stated = {row["name"] for row in FolderStore(folder).estate().things("system").iter_rows(named=True)}
    assert stated == set(NAMES)
    assert {name for (name,) in asked(neo4j_server, "MATCH (s:System) RETURN s.name")} == set(NAMES)
    made = set(asked(neo4j_server, "CALL db.labels() YIELD label RETURN label")) - labels
    assert all(label.isalnum() for (label,) in made)
    assert asked(neo4j_server, "MATCH (n:TestOfOthers) RETURN n.name") == [("theirs",)]
    asked(neo4j_server, "MATCH (n:TestOfOthers) DELETE n")
    pulled = run("store", "pull", "--store", at, "--folder", tmp_path / "pulled")
    assert pulled.exit_code == 0, pulled.output
    assert_same(FolderStore(tmp_path / "pulled").publication(), FolderStore(folder).publication())


def test_hostile_names_are_asked_for_and_come_out_inert(at: str, folder: Path) -> None:
    assert run("store", "push", "--store", at, "--folder", folder, "--owner", "RXX").exit_code == 0
    for name in NAMES:
        told = json.dumps(name, ensure_ascii=False)
        there, here = (
            run("query", f"kind:system and name:{told}", "--store", store, "--as-of", "2026-11-22", "--format", "json")
            for store in (at, folder)
        )
        assert there.exit_code == here.exit_code, (name, there.output, here.output)
        assert there.stdout == here.stdout, name
    every = run("query", "kind:system", "--store", at, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(every.stdout)))
    assert {row["name"].removeprefix("'") for row in rows} == set(NAMES)
    cells = [cell for row in rows for cell in row.values()]
    assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "@", "-"))]
