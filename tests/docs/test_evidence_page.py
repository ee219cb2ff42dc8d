"""docs/evidence.md: its commands answer, and what it says of the data is what the data says."""

from __future__ import annotations

import re

import pages

from eamap.ingest.decide import read_decisions
from eamap.ingest.known import mappings_folder
from eamap.ingest.mapping import read_mappings
from eamap.reference import caf, litraf

PAGE = "docs/evidence.md"


def test_its_columns_are_those_of_the_mapping():
    mapping = read_mappings(mappings_folder())["work-packages"]
    table = pages.text_of(PAGE).partition("## Plans")[2].partition("A text names")[0]
    cells = re.findall(r"(?m)^\| (?!column|---)([^|]+) \|", table)
    groups = [part.strip() for cell in cells for part in re.split("[;]", cell)]
    told = []
    for group in groups:
        first, *rest = [part.strip() for part in group.split(",")]
        told += [first, *(f"{first.split()[0]} {each}" if each.islower() else each for each in rest)]
    assert set(told) <= {header for spec in mapping.columns.values() for header in spec.headers}
    assert len(told) == 16


def test_its_thresholds_and_bands_are_those_of_the_framework():
    text, framework = pages.text_of(PAGE), litraf.load()
    assert f"any likelihood of {framework.thresholds['legacy']} or more" in text
    assert f"Red-rated: {framework.thresholds['red_rated']} or more" in text
    bands = ", ".join(str(least) for least, _ in sorted(framework.bands("C6")))
    assert f"directly: {bands} (our bands)" in text


def test_its_classes_and_treatments_are_those_of_the_data():
    text, held = pages.text_of(PAGE), caf.load()
    assert all(f"*{name}*" in text for name in held.classes["class"])
    assert set(held.replacing) == {"upgrade", "replatform", "replace", "retire"}


def test_the_decisions_of_the_page_can_be_read(tmp_path):
    (path,) = pages.write_files(pages.text_of(PAGE), tmp_path)
    assert [each.kind for each in read_decisions(path, "2026-11-22")] == ["mitigation", "acceptance"]
