"""docs/standards.md: its walk is followed, its tables are those of the program, its figures are what comes out."""

from __future__ import annotations

import re

import pages
import pytest

from eamap.conformance.comparing import compare
from eamap.conformance.comparison_results import MEANING, Outcome
from eamap.conformance.requirements import VOCABULARY, Kind, Strength
from eamap.conformance.requirements_finding import yardstick
from eamap.conformance.requirements_shapes import ListShape, RowShape
from eamap.fhir.statement import read_statement

PAGE = "docs/standards.md"
WALK = "Add a standard"
FILES = {
    "gpconnect-demonstrator, capability": "gpconnect-demonstrator__capability.json",
    "gpconnect-demonstrator, structured_capability": "gpconnect-demonstrator__structured_capability.json",
    "inferno-uscore, mock_capability_statement": "inferno-uscore__mock_capability_statement.json",
    "inferno-refserver, capability-statement-template": "inferno-refserver__capability-statement-template.json",
}
US_CORE = "hl7-fhir-us-core-3.1.0__CapabilityStatement-us-core-server.json"


def walk():
    """Returns the walk with its commands where the other pages have theirs: they need the files of the walk."""
    return pages.section(PAGE, WALK).replace("```shell\n", "```console\n")


def test_the_walk_of_a_list_of_requirements(make_desk):
    desk = make_desk("yardstick")
    assert [path.name for path in pages.write_files(walk(), desk.folder)] == ["nmr-bed-states.yaml"]
    steps = pages.commands_in(PAGE, walk())
    assert len(steps) == 5
    for step in steps:
        desk.run(step)
    assert (desk.folder / "gaps.md").read_text("utf-8").startswith("**OFFICIAL-SENSITIVE**")


def test_the_file_of_the_walk_is_right_and_has_every_kind_of_row(tmp_path):
    (path,) = pages.write_files(walk(), tmp_path)
    found = yardstick(str(path))
    assert {row.strength for row in found.rows} == {Strength.SHALL, Strength.SHOULD}
    assert len(found.tested) < len(found.rows)


def rows(heading, *, columns):
    """Returns the cells of the rows of a section's tables that have so many columns."""
    found = [
        line.strip().strip("|").split(" | ")
        for line in pages.section(PAGE, heading).splitlines()
        if line.startswith("| ")
    ]
    return [[cell.strip() for cell in cells] for cells in found if len(cells) == columns]


def test_every_word_of_the_vocabulary_is_in_the_table():
    listed = {cells[0].strip("`"): cells[1:] for cells in rows("The file", columns=3)[2:]}
    told = {word: (entry.looks_for, set(entry.beside)) for word, entry in VOCABULARY.items()}
    assert {word: (says, set(re.findall(r"`([\w-]+)`", beside))) for word, (says, beside) in listed.items()} == told


def test_every_word_of_a_row_and_of_a_file_is_told():
    text = pages.section(PAGE, "The file")
    assert {cells[0].strip("`") for cells in rows("The file", columns=2)[2:]} == set(RowShape.model_fields)
    assert set(ListShape.model_fields) - {"requirements"} <= set(re.findall(r"`(\w+)`", text))
    assert all(kind.value in text for kind in Kind)


def test_the_results_are_told_in_the_words_of_the_program():
    told = {cells[0].strip("`"): cells[1] for cells in rows("Compare", columns=2)[2:]}
    assert set(told) == {outcome.value for outcome in Outcome}
    assert all(told[outcome.value].startswith(MEANING[outcome].split(":")[0].split(";")[0]) for outcome in Outcome)


@pytest.mark.parametrize(
    "cells", rows("What other tools check", columns=7)[2:], ids=lambda cells: f"{cells[0]} {cells[1]}"
)
def test_the_figures_of_the_side_by_side_tables_are_what_comes_out(cells, shared):
    instance, against, *figures = cells
    folder = shared / "fhir" / "capability"
    name = str(folder / US_CORE) if against.startswith("US Core") else against.strip("`")
    reading = read_statement((folder / FILES[instance]).read_bytes())
    found = compare(reading.statement, instance, yardstick(name))
    order = (Outcome.SATISFIED, Outcome.PARTLY, Outcome.MISSING, Outcome.NOT_OBSERVED)
    counted = [found.count(Strength.SHALL, outcome) for outcome in order] + [found.of(Strength.SHALL)]
    assert counted == [int(figure) for figure in figures]
