"""The sets: found, certified, described; and refused when they are not what their provenance says."""

import shutil
import tomllib
from datetime import date

import polars as pl
import pytest

from eamap.errors import ReferenceDataError
from eamap.reference import capabilities, lifecycle, memory, sets

EXPECTED = {
    "caf",
    "capabilities",
    "crosswalks",
    "exploited",
    "lifecycle",
    "litraf",
    "market",
    "organisations",
    "pathways",
    "products",
    "profiles",
    "standards",
    "support",
}
# Files that state no licence are not passed on; nor are sources about named bodies.
NOT_TO_SHIP = ("nhs_other_profiles", "ukcore", "epr_suppliers", "dspt", "match_examples", "foi")


@pytest.fixture
def copied(tmp_path):
    """A folder with one set of its own, and a memory that forgets it afterwards."""
    shutil.copytree(sets.shipped_folder() / "pathways", tmp_path / "pathways")
    yield tmp_path
    memory.forget()


def test_every_set_is_there_and_certified():
    assert set(sets.names()) >= EXPECTED
    for name in sets.names():
        sets.verify(name)
        facts = sets.facts(name)
        assert facts.title and facts.origin and facts.licence and facts.script and facts.version
        assert all(file.licence and file.origin for file in facts.files)


def test_a_set_holds_exactly_the_files_of_its_provenance():
    for name in sorted(EXPECTED):
        facts = sets.facts(name)
        # Requirements of standards are written by hand, in YAML, beside the tables.
        tables = [path for path in facts.folder.iterdir() if path.is_file() and path.suffix != ".yaml"]
        on_disk = {path.name for path in tables} - {sets.PROVENANCE}
        assert on_disk == {file.name for file in facts.files}
        assert all((facts.folder / file.name).stat().st_size == file.size for file in facts.files)


def test_what_may_not_be_shipped_is_not_and_is_named_as_left_out():
    files = [file.name for name in EXPECTED for file in sets.facts(name).files]
    assert not [name for name in files if name.startswith(NOT_TO_SHIP)]
    assert any("licence is not stated" in left for left in sets.facts("standards").left_out)
    assert not any("none stated" in file.licence for name in EXPECTED for file in sets.facts(name).files)


def test_the_sets_stay_small():
    assert sum(file.size for name in EXPECTED for file in sets.facts(name).files) < 1_500_000


def test_age_counts_from_the_first_day_that_the_date_can_mean():
    facts = sets.facts("lifecycle")
    assert facts.date == "2026-08-22"
    assert facts.age_days(date(2026, 11, 21)) == 91
    assert sets.facts("organisations").age_days(date(2026, 7, 31)) == 30


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", (2024, 1, 1), (2024, 12, 31)),
        ("2024-02", (2024, 2, 1), (2024, 2, 29)),
        ("2023-05-06", (2023, 5, 6), (2023, 5, 6)),
    ],
)
def test_days_of_a_partial_date(text, first, last):
    assert (sets.earliest_day(text), sets.latest_day(text)) == (date(*first), date(*last))


def test_describe_gives_a_row_a_set_with_counts_that_add_up():
    described = sets.describe(date(2026, 11, 21))
    row = described.row(by_predicate=pl.col("name") == "pathways", named=True)
    assert (row["files"], row["rows"]) == (1, 76)
    assert len(row["checksum"]) == 64
    assert described["checksum"].n_unique() == described.height


def test_versions_are_what_a_result_states():
    assert sets.versions(date(2026, 11, 21), ("exploited",)) == {
        "exploited": {"version": "2026.08.07", "age_days": 106}
    }


def test_a_changed_file_is_refused_with_place_and_hint(copied):
    file = copied / "pathways" / "steps.csv"
    file.write_bytes(file.read_bytes().replace(b"P1,", b"P9,", 1))
    with pytest.raises(ReferenceDataError) as caught:
        sets.read("pathways", "steps.csv", copied)
    assert "sha256" in caught.value.message
    assert caught.value.where == str(file)
    assert caught.value.hint
    assert caught.value.exit_code == 4


def test_a_missing_file_and_a_missing_set_are_refused(copied):
    (copied / "pathways" / "steps.csv").unlink()
    with pytest.raises(ReferenceDataError, match="cannot be read"):
        sets.read("pathways", "steps.csv", copied)
    with pytest.raises(ReferenceDataError, match="no reference set 'costs'"):
        sets.facts("costs")
    with pytest.raises(ReferenceDataError, match="no file 'nothing"):
        sets.read("pathways", "nothing.csv")


def test_a_row_count_that_does_not_fit_is_refused(copied):
    path = copied / "pathways" / sets.PROVENANCE
    path.write_text(path.read_text(encoding="utf-8").replace("rows = 76", "rows = 77"), encoding="utf-8")
    with pytest.raises(ReferenceDataError, match="77 rows, the file has 76"):
        sets.read("pathways", "steps.csv", copied)


@pytest.mark.parametrize("text", ["title = ", "title = 'x'\n[[file]]\nname = 'y'\n", ""])
def test_provenance_that_cannot_be_understood_is_refused(copied, text):
    (copied / "pathways" / sets.PROVENANCE).write_text(text, encoding="utf-8")
    with pytest.raises(ReferenceDataError, match="provenance"):
        sets.facts("pathways", copied)


def test_a_folder_replaces_only_the_sets_it_has(copied):
    assert sets.facts("pathways", copied).folder == copied / "pathways"
    assert sets.facts("products", copied).folder == sets.shipped_folder() / "products"
    assert sets.names(copied) == sets.names()


def test_what_was_read_is_remembered_until_forgotten(copied):
    first = sets.read("pathways", "steps.csv", copied)
    assert sets.read("pathways", "steps.csv", copied) is first
    assert capabilities.load() is capabilities.load()
    memory.forget()
    assert sets.read("pathways", "steps.csv", copied) is not first


def test_provenance_is_plain_toml_without_the_day_it_was_made():
    for name in sorted(EXPECTED):
        stated = tomllib.loads((sets.shipped_folder() / name / sets.PROVENANCE).read_text(encoding="utf-8"))
        assert set(stated) == {"title", "version", "date", "origin", "licence", "script", "note", "left_out", "file"}


def test_the_cache_key_of_matches_follows_both_sets_they_rest_on():
    key = lifecycle.load().checksum
    assert key.split("-") == [sets.facts("lifecycle").checksum[:16], sets.facts("crosswalks").checksum[:16]]
