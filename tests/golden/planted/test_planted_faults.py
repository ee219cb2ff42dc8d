"""Every planted fault is really in the file, and what is not listed is not planted."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from sample_cells import cell, table

SAMPLE = Path(__file__).resolve().parents[3] / "sample_estates" / "northmoor"
SOURCES = SAMPLE / "sources"
AS_OF = "2026-11-22"
CHECKS = {
    "LIF001",
    "INT001",
    "FHR001",
    "FHR002",
    "FHR003",
    "FHR004",
    "FHR012",
    "FHR013",
    "INV001",
    "INV002",
    "INV003",
    "INV004",
    "INV005",
}


def rows(name: str) -> list[dict[str, str]]:
    with (SAMPLE / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


FAULTS = rows("planted_faults.csv")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault['check']} {fault['subject']}")
def test_the_cell_holds_what_is_planted(fault: dict[str, str]) -> None:
    assert cell(SOURCES, fault) == fault["value"]


def test_every_check_and_several_problems_in_data_are_planted() -> None:
    failed = {fault["check"] for fault in FAULTS if fault["verdict"] == "fail"}
    assert failed == CHECKS
    assert len(FAULTS) >= 30
    assert len({fault["check"] for fault in FAULTS if fault["verdict"] == "issue"}) >= 4


def test_no_fault_is_listed_twice() -> None:
    keys = [(fault["check"], fault["subject"], fault["file"], fault["column"]) for fault in FAULTS]
    assert len(keys) == len(set(keys))


def test_verdicts_of_components_are_what_the_lifecycle_data_say(shared: Path) -> None:
    with (shared / "lifecycle" / "eol_all.csv").open(encoding="utf-8", newline="") as handle:
        ends = {(row["product"], row["cycle"]): row["eol"] for row in csv.DictReader(handle)}
    for verdict in rows("component_verdicts.csv"):
        if verdict["verdict"] in ("unknown", "not-applicable"):
            assert not verdict["product"], verdict
            continue
        end = ends[verdict["product"], verdict["cycle"]]
        assert end == (verdict["support_ends"] or "false"), verdict
        assert (end != "false" and end < AS_OF) == (verdict["verdict"] == "fail"), verdict


def test_every_component_of_the_sample_has_an_expected_verdict() -> None:
    known = {row["component"] for row in rows("component_verdicts.csv")}
    found = {row["Component"] for path in SOURCES.glob("*_components.csv") for row in table(path)}
    assert len(found) > 40
    assert found <= known


def test_codes_are_none_that_ods_uses(shared: Path) -> None:
    codes = {row["code"] for row in table(SOURCES / "organisations.csv")}
    assert len(codes) >= 14
    for path in (shared / "organisations").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as handle:
            assert not codes & {value for row in csv.reader(handle) for value in row}, path.name


def test_capabilities_and_system_types_are_known_but_for_the_planted_ones(shared: Path) -> None:
    with (shared / "capabilities" / "system_type_crosswalk.csv").open(encoding="utf-8", newline="") as handle:
        types = {row["text"].casefold() for row in csv.DictReader(handle)}
    with (shared / "capabilities" / "eamap_capability_reference_model.csv").open(
        encoding="utf-8", newline=""
    ) as handle:
        leaves = {row["id"] for row in csv.DictReader(handle) if row["level"] == "3"}
    planted = {fault["subject"] for fault in FAULTS if fault["check"] == "INV002"}
    for path in SOURCES.glob("*_systems.csv"):
        for row in table(path):
            stated = [leaf for leaf in row["Capabilities"].split(";") if leaf]
            assert set(stated) <= leaves, row
            without = not stated and row["System type"].casefold() not in types and not row["Product"]
            assert without == (f"system:{row['Organisation code']}/{row['System ID']}" in planted), row


def test_the_do_once_case_has_enough_organisations_products_and_regions() -> None:
    regions = {row["code"]: row["region"] for row in table(SOURCES / "organisations.csv")}
    curated = [row for row in rows("recipe/curated_systems.csv") if row["Capabilities"] == "CRD-2.1"]
    assert len({row["Organisation code"] for row in curated}) >= 8
    assert len({row["System name"] for row in curated}) >= 5
    assert len({regions[row["Organisation code"]] for row in curated}) == 2
    priced = {(row["Buyer code"], row["System ID"]) for row in table(SOURCES / "northmoor_contracts.csv")}
    unpriced = {row["System ID"] for row in curated if (row["Organisation code"], row["System ID"]) not in priced}
    assert unpriced == {"transfer-forms"}, "only what was made in house has no contract"
