"""Evidence packs: classes of evidence, duties, scores, answers, workbooks that are ready to submit."""

from __future__ import annotations

import csv
import io

import openpyxl
import polars as pl
import pytest

from eamap.analysis.registers.evidence import essentials, evidence_class, reports, with_reports
from eamap.errors import SourceError
from eamap.reference import caf
from tests.unit.analysis.registers import STACK, Small

C1, C2, C6 = "component:RAA/pas/c1", "component:RAA/pas/c2", "component:RAA/ris/c6"
B1, B2 = "component:RBB/pas/c1", "component:RBB/pas/c2"
PAS = "system:RAA/pas"
MITIGATION = "mitigation,{},,,,Head of Cyber,Own segment,2026-06-01,2027-06-01,NET-1\n"


@pytest.mark.parametrize(
    ("mitigated", "replaced", "name"),
    [
        (True, True, "mitigated+plan"),
        (True, False, "mitigated only"),
        (False, True, "plan only"),
        (False, False, "neither"),
    ],
)
def test_every_unsupported_item_has_one_class(mitigated, replaced, name):
    row = pl.DataFrame({"status": ["eol"], "mitigated": [mitigated], "replaced": [replaced]})
    assert row.select(evidence_class(caf.load())).item() == name


def test_the_classes_follow_mitigations_and_plans_that_replace(small):
    before = {key: row["caf_class"] for key, row in small.rows("evidence", "--pack", "caf").items()}
    # Isolating something is no replacement of it.
    assert before == {C1: "plan only", C2: "plan only", C6: "neither", B1: "plan only", B2: "neither"}
    small.decide(MITIGATION.format(C1) + MITIGATION.format(C6))
    after = small.rows("evidence", "--pack", "caf")
    assert (after[C1]["caf_class"], after[C6]["caf_class"]) == ("mitigated+plan", "mitigated only")
    assert after[C6]["status"] == "out of support"
    assert small.rows("evidence", "--pack", "caf", day="2027-06-01")[C1]["caf_class"] == "plan only"


ESSENTIALS = {"status": "eol", "layer": "os", "internet_exposed": "no", "first_reported": None, "undated": None}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"internet_exposed": "yes"}, "A6.4: unsupported, reached from the internet"),
        ({"internet_exposed": "yes", "layer": "database"}, "A6.5: unsupported, reached from the internet"),
        ({"internet_exposed": "yes", "layer": None}, "A6.4 or A6.5: unsupported, reached from the internet"),
        ({"internet_exposed": None}, "A6.4: unknown, exposure is not stated"),
        ({}, "nothing known that bears on it"),
        ({"status": "supported", "internet_exposed": "yes"}, "nothing known that bears on it"),
        (
            {"status": "supported", "first_reported": "2026-11-07"},
            "A6.4: a vulnerability reported more than 14 days ago",
        ),
        ({"status": "supported", "first_reported": "2026-11-08"}, "nothing known that bears on it"),
        ({"status": "supported", "undated": 1}, "A6.4: unknown, a report has no date"),
        ({"status": "extended_entitled", "internet_exposed": "yes"}, "nothing known that bears on it"),
    ],
)
def test_cyber_essentials_asks_about_the_internet_and_old_reports(row, said):
    from datetime import date

    schema = dict.fromkeys(("status", "layer", "internet_exposed", "first_reported"), pl.String()) | {
        "undated": pl.Int64()
    }
    frame = pl.DataFrame([ESSENTIALS | row], schema=schema)
    assert frame.select(essentials(caf.load(), date(2026, 11, 22))).item() == said


def test_without_a_scanner_nothing_is_assessed_and_without_a_report_none_is_reported():
    told = pl.DataFrame(
        {
            "id": ["a"],
            "cves": ["CVE-2020-0001"],
            "exploited": ["none of these"],
            "first_reported": ["2026"],
            "undated": [0],
        }
    )
    rows = pl.DataFrame({"id": ["a", "b"]})
    assert with_reports(rows, told)["cves"].to_list() == ["CVE-2020-0001", "none reported"]
    assert with_reports(rows, told.clear())["cves"].to_list() == ["not assessed", "not assessed"]


def test_reports_are_joined_to_the_list_of_exploited_ones_by_cve():
    from datetime import date

    from eamap.model.estate import Estate
    from eamap.model.schema import thing_schema
    from eamap.model.selector import EstateOn

    rows = [
        {"id": f"vulnerability:{n}", "component": "component:X/1", "cve": cve}
        for n, cve in enumerate(("CVE-2020-0001", "CVE-2019-0708"))
    ]
    table = pl.DataFrame(
        [{name: row.get(name) for name in thing_schema("vulnerability")} for row in rows],
        schema=thing_schema("vulnerability"),
    )
    listed = pl.DataFrame({"cve": ["CVE-2019-0708"], "ransomware": ["known"]})
    (found,) = reports(EstateOn(Estate({"things/vulnerability": table}), date(2026, 11, 22)), listed).to_dicts()
    assert found["cves"] == "CVE-2019-0708; CVE-2020-0001"
    assert found["exploited"] == "CVE-2019-0708, ransomware: CVE-2019-0708"


def test_the_scores_stand_beside_the_items_and_no_total_without_every_answer(kept):
    row = kept.rows("evidence", "--pack", "caf")[C1]
    assert (row["litraf_l1"], row["litraf_l6"], row["litraf_c6"], row["litraf_scored"]) == (
        6,
        "not scored",
        2,
        "3 of 13",
    )
    assert row["litraf_overall"].startswith("not complete: ")


def test_a_register_of_legacy_assets_has_every_system_in_use(kept):
    rows = kept.rows("evidence", "--pack", "litraf")
    assert set(rows) == {PAS, "system:RAA/ris", "system:RBB/pas"}
    row = rows[PAS]
    assert (row["L1"], row["L2"], row["L3"], row["scored"]) == (6, 6, "not scored", 3)
    assert (row["legacy"], row["overall"], row["has_plan"], row["funded"]) == ("yes", "not complete", "yes", "no")
    assert row["legacy_components"] == "SQL Server 2016 SP3; Windows Server 2012 R2"


GOLDEN = "L1: 5\n  L2: 5\n  L3: 5\n  L4: 5\n  L5: 6\n  L6: 6\n  L7: 6\n  C1: 5\n  C2: 5\n  C3: 2\n  C4: 5\n  C5: 5\n  C6: 4\n"


def test_a_file_of_answers_completes_a_total(kept):
    answers = kept.write("answers.yaml", f"system:RBB/pas:\n  {GOLDEN}")
    row = kept.rows("evidence", "--pack", "litraf", "--answers", str(answers))["system:RBB/pas"]
    # Support of what it runs on has ended, so the answer 5 to L1 is beaten by 6.
    assert (row["scored"], row["L1"], row["red"]) == (13, 6, "yes")
    assert row["overall"] == round((39 / 7 + 6) / 2 * (26 / 6 + 5) / 2, 2)
    told = kept.ask(
        "explain", kept.ask("evidence", "--pack", "litraf", "--answers", str(answers))["rows"][-1]["refs"]["overall"]
    )
    assert told["rows"][0]["value"] == row["overall"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("system:RBB/pas:\n  L9: 5\n", "has no criterion 'L9'"),
        ("system:RBB/pas:\n  C1: 6\n", "6 is no score of C1"),
        ("system:RBB/pas:\n  L1: high\n", "'high' is no score of L1"),
        ("system:RBB/pas:\n  L1: true\n", "True is no score of L1"),
        ("system:RZZ/x:\n  L1: 3\n", "a system that the estate does not hold"),
        ("- L1\n", "holds no answers"),
        ("system:RBB/pas: 4\n", "holds no answers"),
        ("a: [", "is not YAML"),
    ],
)
def test_a_wrong_answer_is_located_and_refused(kept, text, said):
    from datetime import date

    from eamap.analysis.registers.litraf import no_answers
    from eamap.cli.opening import Opened
    from eamap.cli.options import Reading
    from eamap.cli.registers.answers import with_file
    from eamap.reference import litraf

    opened = Opened(Reading(kept.store, None, date(2026, 11, 22)))
    with pytest.raises(SourceError, match=said):
        with_file(no_answers(), kept.write("bad.yaml", text), litraf.load(), opened.on)


def test_each_line_can_be_traced_to_its_cells(kept):
    row = kept.rows("evidence", "--pack", "caf")[C1]
    cells = {(cell["source"], cell["row"], cell["column"], cell["value"]) for cell in row["citations"]}
    assert ("stack.csv", 2, "Component", "Windows Server 2012 R2") in cells
    assert ("plans.csv", 2, "Target date", "2027-03-31") in cells
    assert ("systems.csv", 2, "Owner role", "Head of Records") in cells
    assert any(source.startswith("reference/lifecycle") and "2023-10-10" in value for source, _, _, value in cells)
    assert row["cell"] == "stack.csv, row 2, column Component: 'Windows Server 2012 R2'"


def test_partners_see_no_cell_that_may_name_people(kept):
    row = kept.rows("evidence", "--pack", "caf", "--profile", "partner")[C1]
    assert "owner" not in row and "mitigation_by" not in row
    assert not [cell for cell in row["citations"] if cell["column"] == "Owner role"]


@pytest.mark.parametrize(("pack", "figures"), [("caf", 23), ("dspt", 15), ("litraf", 5)])
def test_figures_have_denominators_and_are_counted_again(kept, pack, figures):
    counts = kept.ask("evidence", "--pack", pack)["counts"]
    assert len(counts) == figures
    value = kept.explainer()
    for tally in counts.values():
        assert tally["n"] <= tally["of"]
        assert value(tally["ref"]) == tally["n"]
        assert value(tally["of_ref"]) == tally["of"]


HOSTILE = '"=HYPERLINK(""http://x"",""y"")"'


@pytest.fixture(scope="module")
def workbook(tmp_path_factory):
    """The CAF pack of an estate whose labels are formulas."""
    from tests.unit.analysis.registers import PLANS, SYSTEMS

    small = Small(tmp_path_factory.mktemp("hostile"))
    small.ingest(
        systems=SYSTEMS.replace("Patient admin", HOSTILE, 1),
        stack=STACK,
        plans=PLANS.replace("Business case", "+44 of the supplier"),
    )
    small.decide(MITIGATION.format(C1).replace("Own segment", "@segment").replace("NET-1", "-1"))
    path = small.folder / "pack.xlsx"
    small.run("evidence", "--pack", "caf", "-o", str(path))
    return openpyxl.load_workbook(path)


def test_the_workbook_is_ready_to_submit(workbook):
    assert workbook.sheetnames == ["About", "CAF evidence, B4.d and A3.a", "KPIs", "Not known", "Statements", "Classes", "Duties",
                                   "Cells", "reference data", "Files"]  # fmt: skip
    for sheet in workbook.worksheets[1:]:
        assert not sheet.protection.sheet
        assert sheet.auto_filter.ref
        assert sheet.freeze_panes == "A2"
    assert workbook.properties.contentStatus == "OFFICIAL-SENSITIVE"


def test_no_cell_of_the_workbook_is_a_formula(workbook):
    cells = [
        cell for sheet in workbook.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None
    ]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink]
    told = {str(cell.value) for cell in cells}
    assert {'=HYPERLINK("http://x","y")', "+44 of the supplier", "@segment", "-1"} <= told


def test_costs_are_pounds_and_numbers_and_what_has_none_is_words(workbook):
    sheet = workbook.worksheets[1]
    heads = {cell.value: cell.column for cell in sheet[1]}
    low = [sheet.cell(row, heads["Capital low (GBP)"]).value for row in range(2, sheet.max_row + 1)]
    assert set(low) == {900_000, "not estimated"}
    days = {sheet.cell(row, heads["Days past"]).value for row in range(2, sheet.max_row + 1)}
    assert all(isinstance(each, int) for each in days)


def test_what_nobody_knows_is_in_the_workbook(workbook):
    rows = list(workbook["Not known"].iter_rows(min_row=2, values_only=True))
    assert [row[3] for row in rows] == ["Bespoke Thing 3"]


def test_what_was_cut_from_a_statement_is_marked_and_not_filled_in():
    cut = caf.load().statements.filter(pl.col("cut") == "yes")["statement"].to_list()
    assert len(cut) == 4
    assert all("..." in text or text.startswith("(") for text in cut)


def test_csv_has_the_columns_that_security_teams_submit(kept):
    rows = list(csv.DictReader(io.StringIO(kept.run("evidence", "--pack", "dspt", "--format", "csv"))))
    wanted = {"finding", "organisation", "system", "component", "product", "cycle", "rule", "confidence", "snapshot", "support_end", "extended_end",
              "entitlement", "status", "days_past", "owner", "capabilities", "exposed", "mitigation", "plan_reference", "target_date", "funded",
              "acceptance", "cyber_essentials", "cves", "treatment", "capital_low", "cost_source", "shared_organisations", "link", "ref"}  # fmt: skip
    assert wanted <= set(rows[0])
    assert [row["organisation"] for row in rows] == sorted(row["organisation"] for row in rows)
