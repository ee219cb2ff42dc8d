"""Every file of the shared inventories is read with the counts a plain reader gives, or refused in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from eamap.ingest.known import Known, mappings_folder
from tests.golden.inventories import expected, markdown, outcome, table

READ = ("nhs-foi/", "nhs-catalogue/", "cmdb-csv/", "konveyor-csv/", "cyclonedx/")
"""Folders of which nothing may be refused but what is expected to be."""


@pytest.fixture(scope="module")
def known() -> Known:
    return Known(mappings_folder())


@pytest.fixture(scope="module")
def lines(shared: Path):
    return table(shared)


def test_every_line_is_as_expected(lines):
    assert [line for line in lines if not line.ok] == []


def test_none_is_left_out(lines, shared):
    assert len(lines) == sum(len(each) for each in expected(shared / "inventories").values()) > 60


def test_what_must_be_read_is_read(lines):
    for line in lines:
        must = line.file.startswith(READ) and not line.expected.startswith("refuse")
        sheet = line.file.startswith("ea-xlsx/") and line.sheet in ("Application", "Component")
        if must or sheet:
            assert line.happened.startswith("read "), line


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("tackle1_only_dependencies_imported", ["row 2: has no dependency", "row 3: has no application name", "row 4: names an application that is not in the file", "row 5: has no dependency direction"]),
        ("tackle2_invalid_column_schema", ['missing column "Record Type 1"']),
        ("tackle2_invalid_schema_21", ['missing column "Record Type 1"']),
        ("tackle2_invalid_record_type_21", ["row 2: the record type must be 1", "row 3: the record type must be 1"]),
        ("tackle2_missing_application_name", ["row 2: has no application name"]),
    ],
)  # fmt: skip
def test_what_is_refused_says_the_reason(name, why, shared, known):
    refused = outcome(shared / "inventories" / "konveyor-csv" / f"{name}.csv", known).refused
    assert [reason for reason in why if reason not in refused] == []


def test_the_blocked_rows_are_the_right_ones(shared, known):
    from eamap.ingest.pipeline import Asked, BlockedError, ingest
    from eamap.stores.memory import MemoryStore

    path = shared / "inventories" / "konveyor-csv" / "tackle1_dependency_import.csv"
    with pytest.raises(BlockedError) as caught:
        ingest(MemoryStore(), [path], known, Asked(organisation="RXR"), published="2026-11-22T09:00:00+00:00")
    assert sorted(issue.row for issue in caught.value.issues) == [8, 9, 10]


def test_an_inventory_of_nobody_is_refused(shared, known):
    refused = outcome(shared / "inventories" / "cmdb-csv" / "ot-cmdb.csv", known, "").refused
    assert "names no organisation" in refused


def test_the_reply_in_letters_states_one_absence(shared, known):
    found = outcome(shared / "inventories" / "nhs-foi" / "foi-elht-2025-113695-clinical-systems.txt", known)
    (part,) = found.parts.values()
    (row,) = part.tables["things/absence"].to_dicts()
    assert (row["reason"], row["system_type"]) == ("absent", "Ambient Voice Technology (scribing)")
    assert found.codes[""].count("not-answered") == 10


def test_the_list_of_trusts_tells_absent_from_unknown(shared, known):
    (part,) = outcome(shared / "inventories" / "nhs-foi" / "trust_mrc_and_epr.csv", known, "").parts.values()
    assert part.tables["things/absence"]["reason"].to_list() == ["absent"] * 20
    suppliers = part.tables["things/system"]["supplier"]
    assert (suppliers == "Generic or In House EPR Provider").sum() + (suppliers == "Generic or In House").sum() == 16


@pytest.mark.parametrize(
    ("name", "mapping", "organisations"),
    [
        ("organisations/etr_ods_202607_with_header.csv", "ods-etr", 274),
        ("organisations/eccg_ods_2025_noheader.csv", "ods-eccg", 320),
        ("organisations/gp_practices_epraccur_202401.csv", "ods-epraccur", 6750),
        ("products/epr_suppliers_by_trust_20241001.csv", "nhs-epr-suppliers", 209),
    ],
)
def test_the_lists_of_the_nhs_are_read_whole(name, mapping, organisations, shared, known):
    found = outcome(shared / name, known, "")
    (part,) = found.parts.values()
    assert part.meta["mapping"] == mapping
    assert part.tables["things/organisation"]["id"].n_unique() == organisations
    assert found.blocked == {}


def test_the_table_is_markdown(lines):
    text = markdown(lines)
    assert text.count("\n") == len(lines) + 2
    assert {line.count(" | ") for line in text.splitlines()[2:]} == {4}
