"""The walks of CONTRIBUTING.md, followed step by step: its files are written, its commands run, its plug-ins used."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pages
import pytest

PAGE = "CONTRIBUTING.md"
PACKAGE = "A package of your own"
IN_PACKAGE = ("Add a check", "Add a format", "Add an exporter")


@pytest.fixture(scope="module")
def fenwick(make_desk):
    """The package of the walks, its files written and installed as the page says."""
    desk = make_desk("fenwick")
    del_plugins(desk)
    for heading in (PACKAGE, *IN_PACKAGE):
        pages.write_files(pages.section(PAGE, heading), desk.folder)
    for command in pages.commands_in(PAGE, pages.section(PAGE, PACKAGE)):
        desk.run(command)
    return desk


def del_plugins(desk):
    """Lets plug-ins in: the tests keep them out everywhere else."""
    desk.environment["EAMAP_PLUGINS"] = ""


def answer(desk, *words):
    """Returns the JSON that a command prints at a desk."""
    import os

    done = subprocess.run(
        [Path(sys.executable).parent / "eamap", *words, "--format", "json"],
        cwd=desk.folder,
        env={**os.environ, **desk.environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize("heading", IN_PACKAGE)
def test_each_step_of_a_walk_works(fenwick, heading):
    steps = pages.commands_in(PAGE, pages.section(PAGE, heading))
    assert steps, "a walk without a step is no walk"
    for step in steps:
        fenwick.run(step)


def test_the_check_of_the_walk_judges_the_sample(fenwick):
    found = answer(fenwick, "check", "--only", "OWN001")
    tallies = {name.rpartition(": ")[2]: tally["n"] for name, tally in found["counts"].items()}
    assert tallies["pass"] > 0
    assert tallies["fail"] == len(found["rows"])


def test_the_exporter_of_the_walk_lets_nothing_come_alive(fenwick):
    sys.path.insert(0, str(fenwick.folder))
    try:
        from eamap_fenwick.markdown import MARKDOWN
    finally:
        sys.path.remove(str(fenwick.folder))
    import polars as pl

    hostile = pl.DataFrame({"name": ["<script>a|b</script>", "[x](javascript:y)", None]})
    (page,) = MARKDOWN.export([("things", hostile, {})], fenwick.folder / "hostile.md", {"title": "Estate"})
    rows = page.read_text("utf-8").splitlines()[-3:]
    assert rows == [r"| \<script\>a\|b\<\/script\> |", r"| \[x\]\(javascript\:y\) |", "| not stated |"]


def test_the_walk_of_a_standard(make_desk):
    desk = make_desk("standard")
    desk.environment["EAMAP_PLUGINS"] = "built-in"
    walked(desk, "Add a standard")
    found = answer(desk, "check", "--only", "INT001", "--as-of", "2026-11-22")
    (bed,) = [row for row in found["rows"] if "bed-1" in row["subject"]]
    assert "deprecated" in bed["message"]
    before = answer(desk, "check", "--only", "INT001", "--as-of", "2025-11-22")
    assert not [row for row in before["rows"] if "bed-1" in row["subject"]]
    shown = {row["what"]: row["says"] for row in answer(desk, "standards", "show", "nmr-bed-feed")["rows"]}
    assert shown["shown by address"] == "/bed-feed(/|$)"


def test_the_walk_of_a_mapping(make_desk, root):
    desk = make_desk("mapping")
    walked(desk, "Add a mapping")
    found = answer(desk, "query", "system:RXX/* and has:installed")
    assert {row["name"]: row["installed"] for row in found["rows"]} == {"Bedboard": "2019-03", "Obs Round": "2021"}
    components = answer(desk, "query", "kind:component and component.operator:RXX")["rows"]
    assert [row["raw"] for row in components if "bedboard" in row["id"].lower()] == ["Ubuntu 18.04"]


def test_the_mapping_of_the_walk_is_recognised_beside_those_that_ship(tmp_path, root):
    from eamap.ingest.formats import read
    from eamap.ingest.mapping import read_mapping, read_mappings
    from eamap.ingest.recognise import choose

    pages.write_files(pages.section(PAGE, "Add a mapping"), tmp_path)
    (grid,) = read(tmp_path / "wards.csv")
    shipped = read_mappings(root / "schemas" / "mappings")
    assert choose(grid, shipped.values(), "wards.csv") is None
    own = read_mapping(tmp_path / "wards.yaml")
    assert choose(grid, [*shipped.values(), own], "wards.csv").mapping.name == "wards"


def walked(desk, heading):
    """Follows a walk from top to bottom: files and commands in the order in which they stand."""
    text = pages.section(PAGE, heading)
    marks = sorted(
        [*pages.FENCE.finditer(text), *pages.FILE.finditer(text)], key=lambda found: (found.start(), found.end())
    )
    for found in marks:
        if found.re is pages.FILE:
            pages.write_files(found[0], desk.folder)
        else:
            for command in pages.commands_in(PAGE, found[0]):
                desk.run(command)


def test_the_steps_stand_in_the_order_in_which_they_are_taken():
    assert [heading for heading in headings() if heading.startswith("Add a")] == [
        "Add a check", "Add a standard", "Add a mapping", "Add a format", "Add an exporter", "Add a command",
    ]  # fmt: skip


def headings():
    return [line.removeprefix("## ") for line in pages.text_of(PAGE).splitlines() if line.startswith("## ")]


def test_rows_of_the_standard_have_the_columns_of_the_registry(root):
    for name in ("registry", "status_history", "detection"):
        with (root / "schemas" / "standards" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            columns = len(next(csv.reader(file)))
        text = pages.section(PAGE, "Add a standard")
        (block,) = [found["body"] for found in pages.FILE.finditer(text) if found["name"].endswith(f"/{name}.csv")]
        assert {len(row) for row in csv.reader(block.splitlines())} == {columns}
