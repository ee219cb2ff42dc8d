from datetime import date

from eamap.checks.cases import CaseReference, load_cases, small_estate
from eamap.checks.engine import run
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
