"""System types to capabilities, and declared standards to the registry."""

import polars as pl
import pytest

from eamap.matching.capabilities import SystemTypes
from eamap.matching.normalise import key
from eamap.matching.standards import StandardNames, fhir_release
from eamap.reference import crosswalks, standards


@pytest.fixture(scope="module")
def types():
    return SystemTypes(crosswalks.load().system_types)


@pytest.fixture(scope="module")
def names():
    walks = crosswalks.load()
    return StandardNames(standards.load().registry, walks.standard_aliases, walks.pathway_standards)


def test_a_suite_is_one_capability_and_possibly_more(types):
    found = types.match("EPR")
    assert found.inferred == ("REC-1.1",)
    assert "DIA-1.1" in found.possible and "REC-1.1" not in found.possible


def test_a_name_and_its_short_form_are_tried_apart(types):
    assert types.match("Patient Administration System (PAS)").rule == "name-of-pair"
    assert types.match("Whatever we call it (EPMA)").inferred == ("MED-1.1",)
    assert types.match("Whatever we call it (XYZ)").outcome == "none"
    assert types.match("").outcome == "none"


def test_capabilities_of_a_column_come_as_rows(types):
    rows = types.match_all(pl.Series(["PAS", "PAS", "???", None]))
    assert rows.filter(pl.col("text") == "PAS", pl.col("order") == 0)["capability"].to_list() == ["ADM-2.4"]
    assert set(rows.filter(pl.col("text") == "PAS")["relation"]) == {"is", "part_of_suite"}
    assert rows.filter(pl.col("text") == "???").select("capability", "rule").row(0) == (None, "none")


@pytest.mark.parametrize(
    ("text", "standard", "release"),
    [
        ("GP Connect Structured", "gpc-structured", None),
        ("FHIR R4", "fhir-r4", "R4"),
        ("HL7 v2.4", "hl7v2", None),
        ("HL7v2.5.1 ORM/ORU", "hl7v2", None),
        ("BaRS", "bars", None),
        ("pds-fhir", "pds-fhir", None),
        ("Personal Demographics Service SMSP API", "pds-smsp", None),
        ("UK Core STU3", "ukcore-stu3", None),
        ("FHIR STU3", None, "STU3"),
        ("Our own FHIR DSTU2 interface", None, "DSTU2"),
        ("Custom FHIR 3.0.1", None, "STU3"),
        ("HL7 v3", None, None),
        ("HL7", None, None),
        ("REST API", None, None),
        ("", None, None),
    ],
)
def test_a_declared_standard(names, text, standard, release):
    found = names.match(text)
    assert (found.standard, found.fhir_release) == (standard, release)


def test_a_service_with_two_interfaces_is_not_guessed(names):
    found = names.match("GP Connect")
    assert (found.outcome, found.standard, found.candidates) == ("ambiguous", None, ("gpc-structured", "gpc-html"))


def test_a_content_heading_is_not_the_standard_it_points_to(names):
    assert names.match("PRSB maternity").standard is None


def test_every_id_and_title_finds_its_own_row(names):
    registry = standards.load().registry
    ids = {key(identifier): identifier for identifier in registry["id"]}
    for identifier, title in registry.select("id", "title").iter_rows():
        assert names.match(identifier).standard == identifier
        # "CP-IS" and "DICOM" are also titles of the information standards behind them: the id wins.
        assert names.match(title).standard == ids.get(key(title), identifier)


def test_a_text_with_two_releases_states_none():
    assert fhir_release("FHIR STU3 and R4") is None
    assert fhir_release("R4") is None
    assert fhir_release("FHIR UK Core STU2") is None
    assert fhir_release("FHIR R4B") == "R4B"


def test_a_cell_of_a_megabyte_costs_nothing(types, names):
    for text in (" " * 1_000_000 + "(", "(" * 1_000_000, "fhir " * 200_000):
        assert types.match(text).outcome == "none"
        assert names.match(text).standard is None
