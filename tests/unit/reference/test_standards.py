"""The status of a standard: known from dated rows, last known after them, unknown where none reaches."""

from datetime import date

import polars as pl
import pytest

from eamap.reference import standards


@pytest.fixture(scope="module")
def registry():
    return standards.load()


@pytest.mark.parametrize(
    ("identifier", "on", "status", "certainty"),
    [
        ("pds-smsp", date(2021, 10, 13), "active", "known"),
        ("pds-smsp", date(2021, 10, 14), "deprecated", "known"),
        ("pds-smsp", date(2024, 1, 30), "deprecated", "known"),
        ("pds-smsp", date(2024, 1, 31), "retired", "last-known"),
        ("pds-smsp", date(2026, 11, 21), "retired", "last-known"),
        # Between two undated changes nothing is known.
        ("ods-stu3", date(2022, 3, 25), "active", "known"),
        ("ods-stu3", date(2022, 3, 26), "unknown", "unknown"),
        ("ods-stu3", date(2026, 5, 4), "unknown", "unknown"),
        ("ods-stu3", date(2026, 5, 5), "retired", "last-known"),
        # An empty start is not "always".
        ("pds-fhir", date(2019, 1, 1), "unknown", "unknown"),
        ("pds-fhir", date(2026, 11, 21), "active", "last-known"),
        # A change in a month leaves the month unknown.
        ("pathology-edifact", date(2024, 3, 31), "active", "known"),
        ("pathology-edifact", date(2024, 4, 15), "unknown", "unknown"),
        ("pathology-edifact", date(2024, 4, 30), "deprecated", "last-known"),
        # A date that was announced is not confirmed by passing.
        ("nrl-v2", date(2026, 3, 31), "deprecated", "last-known"),
        ("nrl-v2", date(2026, 4, 1), "retired", "last-known"),
        # Published, not yet in effect; before that nothing.
        ("dapb4013", date(2021, 9, 29), "unknown", "unknown"),
        ("dapb4013", date(2021, 9, 30), "proposed", "known"),
        ("dapb4013", date(2021, 10, 1), "active", "known"),
        # Nobody has read a source.
        ("fhir-r4", date(2026, 11, 21), "unknown", "unknown"),
    ],
)
def test_status_on_a_day(registry, identifier, on, status, certainty):
    found = registry.status_on(identifier, on)
    assert (found.status, found.certainty) == (status, certainty)


def test_wording_says_how_it_is_known(registry):
    day = date(2026, 11, 21)
    assert registry.status_on("bars", day).wording == "active, as last known on 2026-05"
    assert registry.status_on("pds-smsp", date(2023, 5, 1)).wording == "deprecated since 2021-10-14"
    assert "announced for 2026-04-01, not confirmed" in registry.status_on("nrl-v2", day).wording
    assert "own judgement" in registry.status_on("hl7v2", day).wording
    assert registry.status_on("fhir-r4", day).wording == "unknown: no source that states a status has been read"
    assert registry.status_on("pds-smsp", date(2020, 1, 1)).start_known is False


def test_an_id_that_the_registry_does_not_have_is_no_status(registry):
    assert registry.status_on("fhir-r9", date(2026, 1, 1)) is None


def test_the_registry_has_ninety_ids_with_closed_statuses(registry):
    assert registry.registry.height == registry.registry["id"].n_unique() == 90
    assert set(registry.registry["status"]) <= set(standards.STATUSES)
    assert registry.get("cda-itk2").superseded_by == ("toc", "bars")


def test_successors_are_in_the_registry(registry):
    ids = set(registry.registry["id"])
    for identifier in ids:
        assert set(registry.get(identifier).superseded_by) <= ids


def test_the_last_line_of_each_history_repeats_the_present_status(registry):
    last = registry.history.group_by("id", maintain_order=True).agg(pl.col("status").last())
    for identifier, status in last.iter_rows():
        assert registry.get(identifier).status == status


def test_the_table_of_a_day_agrees_with_the_single_question(registry):
    day = date(2025, 6, 1)
    table = registry.statuses_on(day)
    assert table.height == 90
    for row in table.iter_rows(named=True):
        single = registry.status_on(row["standard"], day)
        assert (single.status, single.certainty, single.wording) == (row["status"], row["certainty"], row["wording"])
