"""A push in batches that is cut off half-way: refused, asked all the same where that is allowed, then finished."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from eamap.cli.partial import PARTIAL
from eamap.errors import StoreError
from eamap.stores.neo4j import difference, push
from tests.neo4j.graphs import inventory
from tests.neo4j.test_store_commands import run

HEAD = "System,Organisation code,Supplier,Product,Status\n"
BEFORE = HEAD + "".join(f"App {n},RXX,Maker {n % 3},Works {n},live\n" for n in range(20))
AFTER = HEAD + "".join(f"App {n},RXX,Maker {n % 4},Works {n},retired\n" for n in range(5, 30))
DAY = ("--as-of", "2026-11-22")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the folder store is to be."""
    return tmp_path / "store"


def filled(folder: Path, text: str) -> Path:
    """Ingests a file into the folder store."""
    inventory(folder.parent / "files", folder, ("apps.csv", text), organisation="RXX", confirm_retire=True)
    return folder


def cut_off(at: str, folder: Path, batches: int) -> None:
    """Pushes in small batches, and breaks off after so many of them."""
    whole, taken = push.Writing._one_batch, []

    def breaking(self: push.Writing, *asked: object, **said: object) -> object:
        if len(taken) == batches:
            raise StoreError("the cable was pulled", where=at)
        taken.append(said)
        return whole(self, *asked, **said)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(push.Writing, "_one_batch", breaking)
        patch.setattr(difference, "BATCH", 7)
        done = run(
            "store", "push", "--store", at, "--folder", folder, "--owner", "RXX", "--batched", "--confirm-retire"
        )
    assert done.exit_code == 5, done.output
    assert "the cable was pulled" in done.stderr


@pytest.fixture
def half(at: str, folder: Path) -> str:
    """The address of a graph that a push left half-way between two versions."""
    assert run("store", "push", "--store", at, "--folder", filled(folder, BEFORE), "--owner", "RXX").exit_code == 0
    cut_off(at, filled(folder, AFTER), 4)
    return at


def test_it_is_refused_with_a_hint_and_then_finished(half: str, folder: Path) -> None:
    for words in (("query", "kind:system"), ("query", "--cypher", "MATCH (s:System) RETURN s.id"), ("summary",)):
        refused = run(*words, "--store", half, *DAY)
        assert refused.exit_code == 5
        assert "being rebuilt (updating 1 to 2)" in refused.stderr
        assert "--allow-partial" in refused.stderr
    again = run("store", "push", "--store", half, "--folder", folder, "--owner", "RXX", "--confirm-retire")
    assert again.exit_code == 0, again.output
    there, here = (
        run("query", "kind:*", "--store", store, *DAY, "--format", "json", "--allow-partial")
        for store in (half, folder)
    )
    assert json.loads(there.stdout)["rows"] == json.loads(here.stdout)["rows"]
    assert json.loads(there.stdout)["issues"] == []
    assert "partial" not in there.stderr


def test_every_output_says_that_it_is_partial(half: str, tmp_path: Path) -> None:
    allowed = ("--store", half, *DAY, "--allow-partial")
    for words in (("query", "kind:system"), ("query", "--cypher", "MATCH (s:System) RETURN s.id AS id")):
        table, told, csv = (run(*words, *allowed, "--format", form) for form in ("table", "json", "csv"))
        assert {one.exit_code for one in (table, told, csv)} == {0}, (table.output, told.output, csv.output)
        assert [one.stderr.count(f"Note: {PARTIAL} (updating 1 to 2)") for one in (table, told, csv)] == [1, 1, 1]
        assert PARTIAL in table.stdout
        assert [issue["message"] for issue in json.loads(told.stdout)["issues"]] == [PARTIAL]
        head, *lines = csv.stdout.splitlines()
        assert "partial" in head.split(",")
        assert lines
        assert all(PARTIAL in line for line in lines)
    assert PARTIAL in run("summary", *allowed).stdout
    picture = tmp_path / "map.svg"
    drawn = run("map", "capability", "org:RXX", *allowed, "-o", picture)
    assert drawn.exit_code == 0, drawn.output
    assert PARTIAL.partition(",")[0] in picture.read_text(encoding="utf-8")


def test_status_says_how_far_it_came(half: str) -> None:
    told = run("store", "status", "--store", half, "--format", "json")
    assert told.exit_code == 0, told.output
    assert re.search(r"updating 1 to 2 \(in batches, [1-9]\d* rows done\)", told.stderr)
    assert [row["owner"] for row in json.loads(told.stdout)["rows"]] == ["RXX"]
    assert [issue["code"] for issue in json.loads(told.stdout)["issues"]] == ["partial"]


def test_with_no_batch_taken_the_version_before_is_answered(at: str, folder: Path) -> None:
    assert run("store", "push", "--store", at, "--folder", filled(folder, BEFORE), "--owner", "RXX").exit_code == 0
    before = run("query", "kind:system", "--store", at, *DAY, "--format", "json").stdout
    cut_off(at, filled(folder, AFTER), 0)
    after = run("query", "kind:system", "--store", at, *DAY, "--format", "json")
    assert after.exit_code == 0, after.output
    assert after.stdout == before


def test_a_first_push_that_broke_off_can_be_asked_too(at: str, folder: Path) -> None:
    cut_off(at, filled(folder, BEFORE), 2)
    assert run("query", "kind:system", "--store", at, *DAY).exit_code == 5
    asked = run("query", "kind:*", "--store", at, *DAY, "--allow-partial", "--format", "json")
    assert asked.exit_code == 0, asked.output
    assert [issue["code"] for issue in json.loads(asked.stdout)["issues"]] == ["partial"]
