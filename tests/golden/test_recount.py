"""Numbers are counted again from the files themselves, with nothing of eamap, and are those that eamap gives."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from eamap.model.citations import Citation
from eamap.model.refs import Explanation
from tests.golden.conftest import AS_OF
from tests.golden.files import as_text, cell_at, lines, pence, row_at, sheet
from tests.golden.proof import Prover, runs

pytestmark = pytest.mark.slow

EVERY = 29
"""One thing in so many is followed to each of its cells."""


@pytest.fixture(scope="module")
def sources(northmoor: Path) -> Path:
    return northmoor / "sources"


@pytest.fixture(scope="module")
def prover(northmoor_ingested, sources: Path) -> Prover:
    made = Prover(northmoor_ingested[0], AS_OF, sources)
    made.context = replace(made.context, limit=None)
    return made


@pytest.fixture(scope="module")
def explain(prover: Prover):
    from eamap.model.refs import resolve

    def explained(ref: str) -> Explanation:
        return resolve(ref, prover.on, context=prover.context)

    return explained


def cells(told: Explanation, sources: Path) -> list[Citation]:
    """Returns the cells of the sample's files that an explanation cites."""
    return [row.citation for row in told.rows if row.citation.column and (sources / row.citation.source).is_file()]


def data_rows(path: Path, header: str) -> list[list[str]]:
    """Returns the rows below the header row of a CSV file that hold something."""
    rows = lines(path)
    start = next(at for at, row in enumerate(rows) if header in row)
    return [row for row in rows[start + 1 :] if any(cell.strip() for cell in row)]


def column(path: Path, header: str) -> list[str]:
    at = next(row for row in lines(path) if header in row).index(header)
    return [row[at] for row in data_rows(path, header)]


@pytest.mark.parametrize("kind", ["system", "interface", "component", "contract", "organisation", "absence"])
def test_every_cell_cited_stands_in_its_file(kind, prover, explain, sources) -> None:
    ids = (
        prover.opened.estate.things(kind)
        .sort("id")["id"]
        .gather_every(EVERY if kind not in ("absence", "organisation") else 1)
    )
    followed = 0
    for cited in (cited for identifier in ids for cited in cells(explain(identifier), sources)):
        assert set(runs(cited.value)) <= set(runs(as_text(cell_at(sources, cited)))) | set(runs(cited.row)), cited
        plain = re.sub(r"\W", "", as_text(cell_at(sources, cited)).casefold())
        assert re.sub(r"\W", "", cited.value.casefold()) == plain or runs(cited.value), cited
        followed += 1
    assert followed > 25


def test_a_count_of_things_is_the_rows_of_the_files(explain, sources) -> None:
    told = explain("count(kind:component)")
    assert told.value == len({row.id for row in told.rows})
    cited = Counter(row.citation.source for row in told.rows)
    plain = {path.name: len(data_rows(path, "Component ID")) for path in sources.glob("*_components.csv")}
    books = {"eastmere_ics_return.xlsx": "Eastmere components", "northmoor_primary_care.xlsx": "Primary care components",
             "northmoor_university_inventory.xlsx": "Servers & software"}  # fmt: skip
    for name, title in books.items():
        rows = [row for row in sheet(sources / name, title) if any(cell is not None for cell in row)]
        plain[name] = sum(re.search(r"\b[A-Z]{2}\d\d-C-\d+", " ".join(map(as_text, row))) is not None for row in rows)
    assert {name: cited[name] for name in plain} == plain
    assert told.value == sum(plain.values())


def test_rows_of_a_source_are_the_rows_of_its_file(explain, sources) -> None:
    assert explain("rows(ZN02/generic-components)").value == len(
        data_rows(sources / "carrow_vale_components.csv", "Component ID")
    )
    assert explain("rows(*/contract-register)").value == len(lines(sources / "northmoor_contracts.csv")) - 1


def test_a_sum_is_the_sum_of_its_cells(explain, sources) -> None:
    told = explain("sum(count; kind:component and attested:ZN02/generic-components)")
    assert told.value == sum(int(as_text(cell_at(sources, cited))) for cited in cells(told, sources))
    written = column(sources / "carrow_vale_components.csv", "Count")
    assert told.value == sum(int(text) for text in written if text.isdigit())


def test_different_values_are_the_different_cells(explain, sources) -> None:
    told = explain("distinct(owner_role; kind:system and attested:ZN02/generic-systems)")
    assert told.value == len(set(column(sources / "carrow_vale_systems.csv", "Owner role")) - {""})
    assert told.value == len({cell_at(sources, cited) for cited in cells(told, sources)})


def test_money_is_the_pence_of_its_cell(prover, explain, sources) -> None:
    table = prover.opened.estate.things("contract").sort("id")
    amounts = [name for name in ("total", "capital", "revenue", "annual") if name in table.columns]
    tried = 0
    for name in amounts:
        for identifier, value in table.filter(table[name].is_not_null()).select("id", name).rows():
            told = explain(f"field({identifier}; {name})")
            assert told.value == value
            cited = [pence(as_text(cell_at(sources, each))) for each in cells(told, sources)]
            if None not in cited and cited:
                assert value in cited, identifier
                tried += 1
    assert tried > 30


def test_a_share_is_that_of_two_counts(explain, sources) -> None:
    told = explain("percent(status:retired; kind:system and attested:ZN02/generic-systems)")
    stated = column(sources / "carrow_vale_systems.csv", "Status")
    retired = sum(text.strip().casefold() in ("retired", "decommissioned") for text in stated)
    assert told.value == round(100 * retired / len(stated))


def test_links_are_the_names_in_their_column(explain, sources) -> None:
    told = explain("links(CONSUMES; kind:organisation; kind:interface and attested:ZN07/generic-interfaces)")
    cited = [row.citation for row in told.rows if row.citation.source == "northmoor_pathology_interfaces.csv"]
    consumers = column(sources / "northmoor_pathology_interfaces.csv", "Consumer organisation")
    systems = column(sources / "northmoor_pathology_interfaces.csv", "Consumed by")
    alone = sum(bool(code.strip()) and not system.strip() for code, system in zip(consumers, systems, strict=True))
    assert len(cited) == alone == told.value


def test_problems_stand_where_it_is_said(explain, sources) -> None:
    told = explain("issues(ZN02/generic-components)")
    assert told.value == len(told.rows) > 0
    for row in told.rows:
        assert as_text(cell_at(sources, row.citation)) == row.citation.value


def test_verdicts_are_those_of_the_hand_made_table(explain, northmoor, sources) -> None:
    with (northmoor / "component_verdicts.csv").open(encoding="utf-8", newline="") as file:
        verdict = {row["component"]: row["verdict"] for row in csv.DictReader(file)}
    told = explain("verdicts(LIF001; fail; kind:component and attested:ZN02/generic-components)")
    retired = {
        key for key, status in zip(column(sources / "carrow_vale_systems.csv", "System ID"), column(sources / "carrow_vale_systems.csv", "Status"), strict=True)
        if status == "Retired"
    }  # fmt: skip
    path = sources / "carrow_vale_components.csv"
    raw = zip(column(path, "System ID"), column(path, "Component"), strict=True)
    assert told.value == sum(verdict.get(text) == "fail" and key not in retired for key, text in raw)
    assert told.value == len({row.id for row in told.rows})


def test_nothing_found_cites_what_was_searched(explain, sources) -> None:
    told = explain("count(kind:component and raw:zzzz)")
    assert told.value == 0
    said = {row.citation.source: int(row.citation.value.split()[0]) for row in told.rows}
    assert said["carrow_vale_components.csv"] == len(data_rows(sources / "carrow_vale_components.csv", "Component ID"))
    assert sum(said.values()) == told.searched == explain("count(kind:component)").value


@pytest.mark.parametrize("ref", ["reach(system:ZN01/integration-engine)", "impact(system:ZN01/integration-engine; organisation)",
                                 "hops(system:ZN01/integration-engine; system:ZN02/ice)", "distance(organisation:ZN05; organisation:ZE01)",
                                 "organisations(kind:system and capability:DIA-2.1; kind:organisation)",
                                 "certainty(stated; kind:system; capability:DIA-1.1)"])  # fmt: skip
def test_what_is_found_along_links_cites_rows_that_name_its_ends(ref, explain, sources) -> None:
    told = explain(ref)
    assert told.rows
    for row in told.rows:
        if (sources / row.citation.source).is_file():
            words = " ".join(map(as_text, row_at(sources, row.citation))).casefold()
            assert words.strip()
            if row.id.startswith("system:") and row.field in ("OPERATES", "REALISES"):
                assert row.id.rpartition("/")[2].replace("-", "") in re.sub(r"\W", "", words), row
