"""A list of systems that has no column for whether they are in use says so: answers about live systems leave them out."""

from __future__ import annotations

import pytest

from eamap.ingest.known import mappings_folder
from eamap.ingest.suggest import draft

HEAD = "Organisation code,System ID,System name,Supplier"


def told(done) -> list[tuple[int, str, str]]:
    assert not any(issue.blocks for issue in done.issues)
    return [(issue.row, issue.value, issue.message) for issue in done.issues if issue.code == "use-not-told"]


@pytest.mark.parametrize(
    ("columns", "missing"),
    [
        ("", "status or the environment"), (",Status", "environment"), (",Env", "status"),
        (",Lifecycle status,Used for", ""),
    ],
)  # fmt: skip
def test_a_column_that_is_missing_is_named(world, columns, missing):
    cells = columns.count(",") * ",Live"
    done = world.say(f"{HEAD}{columns}\nRXX,1,PAS,Us{cells}\nRXX,2,EPR,Us{cells}\n")
    said = f"no column says the {missing} of these systems: they do not count as live production"
    assert told(done) == ([(1, missing.replace(" or the ", ", "), said)] if missing else [])
    assert len(world.things("system")) == 2


def test_a_cell_that_is_empty_is_unknown_without_a_word(world):
    assert told(world.say(f"{HEAD},Status,Environment\nRXX,1,PAS,Us,Live,\nRXX,2,EPR,Us,Live,Live\n")) == []


def test_a_layout_that_lists_what_is_in_use_says_so_itself(world):
    head = "a) System type,b) Supplier name,c) System name,e) Contract expiration,k) Notes\n"
    assert told(world.say(head + "PAS,Us,PAS,,\n", organisation="RXX", mapping="nhs-foi-template")) == []


def test_a_drafted_mapping_takes_a_constant_for_the_column_that_is_missing(world):
    """As docs/mappings.md has it."""
    drafted = draft(world.write("list.csv", f"{HEAD},Status\nRXX,1,PAS,Us,Live\n"), "", mappings_folder())
    assert drafted.count("environment:\n      column: environment\n") == 1
    world.mapping(drafted.replace("environment:\n      column: environment\n", "environment: =production\n"))
    assert told(world.say(f"{HEAD},Status\nRXX,1,PAS,Us,Live\n", mapping="list")) == []
    assert world.things("system", "status", "environment") == [("live", "production")]
