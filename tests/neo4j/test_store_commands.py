"""The commands about a shared graph, as they are typed."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result

from eamap.cli.main import program
from eamap.stores.folder import FolderStore
from tests.neo4j.graphs import assert_same, inventory

ROOT = Path(__file__).resolve().parents[2]
SYSTEMS = "System,Organisation code,Supplier,Product,Status\nPAS,RXX,Maker One,Care Suite,live\nLIMS,RXX,Maker Two,Lab Works,live\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder store of one source."""
    inventory(tmp_path / "files", tmp_path / "store", ("apps.csv", SYSTEMS), organisation="RXX")
    return tmp_path / "store"


def run(*words: object) -> Result:
    """Runs a command."""
    return CliRunner().invoke(program, [str(word) for word in words])


def test_push_status_pull(at: str, folder: Path, tmp_path: Path) -> None:
    empty = run("store", "status", "--store", at)
    assert empty.exit_code == 0, empty.output
    assert "Nothing has been pushed" in empty.stderr
    first = run("store", "push", "--store", at, "--folder", folder, "--owner", "RXX")
    assert first.exit_code == 0, first.output
    assert "is now version 1, pushed by RXX" in first.stderr
    again = run("store", "push", "--store", at, "--folder", folder, "--owner", "RXX")
    assert "Nothing was written" in again.stderr
    told = run("store", "status", "--store", at, "--format", "json")
    answer = json.loads(told.stdout)
    jsonschema.validate(answer, json.loads((ROOT / "schemas/results/store-status.json").read_text(encoding="utf-8")))
    assert [(row["owner"], row["source"], row["rows"]) for row in answer["rows"]] == [("RXX", "RXX/generic-systems", 2)]
    for column in ("rows", "conflicts"):
        explained = run("explain", answer["rows"][0]["refs"][column], "--store", at, "--format", "json")
        assert json.loads(explained.stdout)["rows"][0]["value"] == answer["rows"][0][column]
    pulled = run("store", "pull", "--store", at, "--folder", tmp_path / "pulled")
    assert pulled.exit_code == 0, pulled.output
    assert_same(FolderStore(tmp_path / "pulled").publication(), FolderStore(folder).publication())


def test_commands_that_read_take_a_server(at: str, folder: Path) -> None:
    run("store", "push", "--store", at, "--folder", folder)
    for words in (("query", "kind:system"), ("source", "list"), ("summary",), ("log",)):
        there, here = (
            run(*words, "--store", store, "--as-of", "2026-11-22", "--format", "json") for store in (at, folder)
        )
        assert there.exit_code == 0, there.output
        if words != ("log",):
            assert json.loads(there.stdout)["rows"] == json.loads(here.stdout)["rows"]


def test_an_older_version_is_asked_of_the_folder(at: str, folder: Path, tmp_path: Path) -> None:
    run("store", "push", "--store", at, "--folder", folder)
    inventory(
        tmp_path / "files", folder, ("apps.csv", SYSTEMS + "RIS,RXX,Maker One,Care Suite,live\n"), organisation="RXX"
    )
    run("store", "push", "--store", at, "--folder", folder)
    answer = run("query", "kind:system", "--store", at, "--at", 1)
    assert answer.exit_code == 5
    assert "keeps only its current version, 2" in answer.stderr
    assert "--store FOLDER --at VERSION" in answer.stderr


@pytest.mark.parametrize("words", [("ingest", "x.csv"), ("diff", "1", "2"), ("source", "withdraw", "x"), ("data",)])
def test_what_keeps_history_says_that_it_works_on_folders(words: tuple[str, ...]) -> None:
    answer = run(*words, "--store", "neo4j://nowhere.example/estate")
    assert answer.exit_code == 2
    assert "is a server, and this works on a folder" in answer.stderr


def test_deciding_says_that_it_works_on_folders() -> None:
    answer = run(
        "decide",
        "same-as",
        "system:A/x",
        "system:A/y",
        "--who",
        "x",
        "--reason",
        "y",
        "--store",
        "bolt://nowhere.example",
    )
    assert answer.exit_code == 2
    assert "works on a folder store" in answer.stderr


def test_a_push_needs_a_server_and_a_folder_that_holds_something(at: str, tmp_path: Path) -> None:
    assert "this needs a server" in run("store", "push", "--store", tmp_path).stderr
    empty = run("store", "push", "--store", at, "--folder", tmp_path / "nothing")
    assert empty.exit_code == 5
    assert "there is no store here" in empty.stderr


def test_a_pull_does_not_bury_what_only_the_folder_holds(at: str, folder: Path, tmp_path: Path) -> None:
    run("store", "push", "--store", at, "--folder", folder)
    inventory(tmp_path / "more", tmp_path / "other", ("apps.csv", SYSTEMS.replace("RXX", "RYY")), organisation="RYY")
    answer = run("store", "pull", "--store", at, "--folder", tmp_path / "other")
    assert answer.exit_code == 2
    assert "which the server does not" in answer.stderr
