"""Every file of the shared inventories: read with the counts that plain readers give, or refused in words."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from eamap.errors import SourceError
from eamap.ingest.formats import read
from eamap.model.grid import Grid

NO_MAPPING = ("archi-native", "backstage", "open-exchange-xml")


def expected(folder: Path) -> dict[str, list[dict[str, str]]]:
    lines: dict[str, list[dict[str, str]]] = {}
    with (folder / "EXPECTED.tsv").open(encoding="utf-8", newline="") as handle:
        for line in csv.DictReader(handle, delimiter="\t"):
            lines.setdefault(line["file"], []).append(line)
    return lines


def counts(found: Grid) -> tuple[int, int, int]:
    """Returns the first filled row, the filled cells of that row, and the filled rows below it."""
    head = found.cells.row(0)
    return head[0], sum(cell is not None and bool(cell.strip()) for cell in head[1:]), found.cells.height - 1


@pytest.fixture
def inventories(shared: Path) -> Path:
    return shared / "inventories"


def test_every_table_has_the_expected_counts(inventories: Path) -> None:
    wrong: dict[str, object] = {}
    compared = 0
    for name, lines in expected(inventories).items():
        if not name.endswith((".csv", ".xlsx", ".ods")):
            continue
        found = {grid.sheet: grid for grid in read(inventories / name) if isinstance(grid, Grid)}
        for line in lines:
            compared += 1
            if line["state"] == "hidden":
                said = [issue for grid in found.values() for issue in grid.issues if issue.sheet == line["sheet"]]
                ok = line["sheet"] not in found and [issue.value for issue in said] == [line["data_rows"]]
            else:
                stated = (int(line["header_row"]), int(line["columns"]), int(line["data_rows"]))
                ok = line["sheet"] in found and counts(found[line["sheet"]]) == stated
            if not ok:
                wrong[f"{name} {line['sheet']}"] = {sheet: counts(grid) for sheet, grid in found.items()}
    assert not wrong
    assert compared > 50


def test_every_other_file_is_read_or_refused_in_words(inventories: Path) -> None:
    for name, (line, *_) in expected(inventories).items():
        if name.endswith((".csv", ".xlsx", ".ods", ".txt")) or name.startswith("cyclonedx/"):
            continue
        try:
            (found,) = read(inventories / name)
        except SourceError as error:
            start = "this is not an inventory" if line["outcome"] == "not_an_inventory" else "no mapping yet for "
            assert error.message.startswith(start), name
        else:
            assert isinstance(found, Grid)
            assert str(found.cells.height) == line["data_rows"], name


@pytest.mark.parametrize("folder", NO_MAPPING)
def test_models_and_bills_are_refused_by_name(inventories: Path, folder: str) -> None:
    for path in sorted((inventories / folder).iterdir()):
        with pytest.raises(SourceError, match=r"no mapping yet for (ArchiMate|a Backstage)"):
            read(path)


def test_reply_in_letters(inventories: Path) -> None:
    (found,) = read(inventories / "nhs-foi" / "foi-elht-2025-113695-clinical-systems.txt")
    assert isinstance(found, Grid)
    row = found.cells.row(0)
    assert row[:3] == (
        5,
        "Ambient Voice Technology (scribing)",
        "N/A - No System Installed. Only trials in place at the present time.",
    )
    assert row[6:8] == ("N/A", "N/A")
    assert [issue.code for issue in found.issues] == ["not-answered"] * 10


def test_blank_before_a_quote_shifts_no_column(inventories: Path) -> None:
    (found,) = read(inventories / "konveyor-csv" / "tackle2_public_template.csv")
    assert isinstance(found, Grid)
    place = found.cells.row(0).index("Tag 1")
    assert [row[place] for row in found.cells.rows()[1:]] == ["RHEL 8"] * 3


def test_hidden_columns_are_said(inventories: Path) -> None:
    # The file hides K and L in one range; a reader that looks at the first column of a range only misses L.
    found = read(inventories / "ea-xlsx" / "eadesignit-01-import-applications.xlsx")[0]
    assert [issue.column for issue in found.issues if issue.code == "hidden-column"] == ["D", "E", "F", "J", "K", "L"]


def test_every_statement_is_recognised(shared: Path) -> None:
    folder = shared / "fhir" / "capability"
    with (folder / "MANIFEST.tsv").open(encoding="utf-8", newline="") as handle:
        stated = list(csv.DictReader(handle, delimiter="\t"))
    statements = [line["file"] for line in stated if line["resourceType"] in {"CapabilityStatement", "Conformance"}]
    assert len(statements) > 40
    assert {name for name in statements if [found.format for found in read(folder / name)] != ["fhir"]} == set()
