from dataclasses import replace
from datetime import date

import polars as pl

from eamap.checks.cases import CaseReference, load_cases, small_estate
from eamap.checks.engine import run
from eamap.model.findings import Verdict
from tests.unit.checks.builtin import BUILT_IN

DAY = date(2026, 11, 22)


def cited(check, reference=None, **content):
    (finding,) = run(small_estate(content), CaseReference(reference or {}), DAY, [BUILT_IN[check]]).findings()
    return [(cell.row, cell.column) for cell in finding.evidence]


def test_an_absence_cites_the_row_that_was_searched():
    assert cited("INV002", things={"system": [{"id": "system:T/1", "system_type": "odd"}]}) == [
        (2, "system_type"),
        (2, "status"),
    ]
    assert cited("INV003", things={"system": [{"id": "system:T/1"}]})


def test_a_reference_in_a_table_of_links_cites_the_row_of_the_link():
    found = cited(
        "INV005",
        things={"system": [{"id": "system:T/1"}]},
        links={"USES": [{"from": "organisation:RXX", "to": "system:T/1", "row": 77}]},
        reference={"organisations": []},
    )
    assert found == [(77, "")]


def test_a_claim_cites_the_cell_of_the_standard():
    found = cited(
        "INT001",
        {"standards": {"s": {"status": "retired", "wording": "retired"}}},
        things={"interface": [{"id": "interface:T/1", "standard": "S"}]},
        links={"CLAIMS": [{"from": "interface:T/1", "to": "standard:s"}]},
    )
    assert (2, "standard") in found


def test_a_disagreement_cites_both_cells_the_winner_first(root):
    case = load_cases(root / "tests" / "cases" / "INV004.yaml")[0]
    (finding,) = run(small_estate(case.content), CaseReference({}), DAY, [BUILT_IN["INV004"]]).findings()
    assert [cell.source for cell in finding.evidence] == ["inventory.csv", "foi.csv"]


def test_many_findings_are_cited_as_each_would_be_alone():
    things = {
        "system": [{"id": f"system:T/{n}", "system_type": "odd" if n % 2 else None} for n in range(6)],
        "component": [{"raw": "Old 1", "system": f"system:T/{n}"} for n in range(6)],
    }
    estate = small_estate({"things": things})
    reference = CaseReference(
        {"support": {"Old 1": {"product": "old", "cycle": "1", "label": "Old 1", "ends": "2001-01-01"}}}
    )
    for check in (BUILT_IN["INV002"], BUILT_IN["LIF001"]):
        outcome = run(estate, reference, DAY, [check]).outcomes[0]
        rows = outcome.select((Verdict.FAIL,))
        alone = [outcome.findings_of(rows.slice(at, 1))[0] for at in range(rows.height)]
        assert outcome.findings() == alone
        assert len(alone) == 6
        field = "raw" if check.id == "LIF001" else "system_type"
        assert all(set(estate.cite(found.subject, field)) <= set(found.evidence) for found in alone)


def test_values_are_those_of_the_raw_rows():
    estate = replace(
        small_estate({"things": {"component": [{"raw": "Old 1", "row": 9}]}}),
        raw_rows=lambda part: pl.DataFrame(
            {"row": [9], "raw": ["  Old 1 (spare)"]}, schema_overrides={"row": pl.UInt32}
        ),
    )
    reference = CaseReference(
        {"support": {"Old 1": {"product": "old", "cycle": "1", "label": "Old 1", "ends": "2001-01-01"}}}
    )
    (finding,) = run(estate, reference, DAY, [BUILT_IN["LIF001"]]).findings()
    assert finding.evidence == estate.cite("component:T/1", "raw")
    assert finding.evidence[0].value == "  Old 1 (spare)"
