"""docs/whatif.md and docs/ics.md: their tables are those of the program."""

from __future__ import annotations

import re

import pages

from eamap.analysis.whatif.spec import KINDS
from eamap.cli.ics.rows import SECTIONS

WHATIF, ICS = "docs/whatif.md", "docs/ics.md"


def rows(page: str, heading: str) -> list[list[str]]:
    """Returns the cells of the table under a heading."""
    lines = [line for line in pages.section(page, heading).splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def test_every_kind_of_change_is_explained_with_what_it_says():
    told = {
        re.findall(r"`([\w-]+)`", first)[0]: re.findall(r"`([\w-]+)`", last)
        for first, _, last in rows(WHATIF, "The file of changes")
    }
    assert told == {
        kind: [field.alias or name for name, field in model.model_fields.items()] for kind, model in KINDS.items()
    }


def test_every_question_is_explained():
    from typing import get_args, get_type_hints

    from eamap.model.answers_of_changes import WhatIfRow

    told = {name for first, _ in rows(WHATIF, "What is asked again") for name in re.findall(r"`([\w-]+)`", first)}
    assert told | {"hand-off"} == set(get_args(get_type_hints(WhatIfRow)["question"]))


def test_every_section_of_the_sheet_is_explained():
    lines = [line for line in pages.sections(ICS)[""].splitlines() if line.startswith("| ")]
    assert [line.split(" | ")[0].strip("| ") for line in lines[2:]] == list(SECTIONS)
