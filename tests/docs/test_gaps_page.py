"""docs/gaps.md and docs/levers.md: what they list is what the program has."""

from __future__ import annotations

import re

import pages

from eamap.analysis.pathways.coverage import EXACT_ACTIONS, EXACT_WAYS
from eamap.analysis.pathways.gaps import ANSWERS
from eamap.reference import pathways

GAPS, LEVERS = "docs/gaps.md", "docs/levers.md"


def test_every_answer_is_explained_in_its_order():
    assert tuple(re.findall(r"(?m)^\| `(\w+)` \|", pages.sections(GAPS)[""])) == ANSWERS


def test_the_hand_offs_are_as_many_as_the_page_says():
    steps = pathways.load().steps
    counted = re.search(r"at (\d+) of the (\d+) steps of the (\w+) pathways", " ".join(pages.text_of(GAPS).split()))
    assert counted is not None
    assert (int(counted[1]), int(counted[2])) == (steps["handoff"].sum(), steps.height)
    assert {"eight": 8}[counted[3]] == steps["pathway"].n_unique()


def test_the_size_up_to_which_a_plan_is_exact_is_that_of_the_page():
    assert f"{EXACT_ACTIONS:,} actions, {EXACT_WAYS:,} ways" in " ".join(pages.text_of(LEVERS).split())
