"""Plans and answers come in like any record: recognised by their headers, their bad cells located, nothing guessed."""

from __future__ import annotations

import pytest

from eamap.checks.mentions import mentions
from eamap.errors import SourceError
from eamap.ingest.pipeline import BlockedError
from eamap.interpret.plans import lost, planned

SYSTEMS = "Organisation code,System ID,System name,Supplier,Product,Status\nRXX,pas,Patient admin,Acme,PAS,Live\nRXX,ris,Radiology,Acme,RIS,Live\n"
STACK = (
    "Organisation code,System ID,Component ID,Component,Layer,Count\n"
    "RXX,pas,c1,Windows Server 2012 R2,OS,2\nRXX,pas,c2,SQL Server 2014,Database,1\nRXX,ris,c3,Windows Server 2012 R2,OS,1\n"
    "RXX,pas,c4,Windows Server 2012 R2,OS,5\n"
)
HEAD = (
    "Organisation code,System ID,Component,Treatment,Target date,Funded,Capital low,Capital central,Capital high,Revenue low,"
    "Revenue central,Revenue high,Cost source,Reference,Owner role,Notes\n"
)
PLAN = "RXX,pas,{component},{treatment},{date},{funded},{capital},120k,£200k,,12000,,Quotation 7,P1,Head of IT,\n"


def plan(component="c1", treatment="Upgrade", date="2027-03", funded="Yes", capital="90000") -> str:
    return PLAN.format(component=component, treatment=treatment, date=date, funded=funded, capital=capital)


@pytest.fixture
def stocked(world):
    world.ingest(world.write("systems.csv", SYSTEMS), world.write("stack.csv", STACK))
    return world


def said(world, code):
    found = world.estate.issues.filter(world.estate.issues["code"] == code)
    return found.select("row", "column", "value").rows()


def test_a_plan_is_recognised_and_read_as_it_stands(stocked):
    stocked.say(HEAD + plan(), "plans.csv")
    (row,) = stocked.estate.things("work-package").to_dicts()
    told = {name: value for name, value in row.items() if value is not None}
    assert told == {
        "id": "work-package:RXX/pas/c1/upgrade", "subject": "component:RXX/pas/c1", "organisation": "organisation:RXX",
        "system": "system:RXX/pas", "component": "c1", "treatment": "upgrade", "target_date": "2027-03", "funded": "yes",
        "capital_low": 9_000_000, "capital_central": 12_000_000, "capital_high": 20_000_000, "revenue_central": 1_200_000,
        "cost_source": "Quotation 7", "reference": "P1", "owner_role": "Head of IT",
        "source": row["source"], "row": 2, "rule": "plan",
    }  # fmt: skip
    assert planned(stocked.estate).rows() == [("work-package:RXX/pas/c1/upgrade", "component:RXX/pas/c1")]


def test_a_cost_that_no_cell_states_is_nothing_and_never_zero(stocked):
    stocked.say(HEAD + plan(capital="").replace("120k,£200k", ","), "plans.csv")
    assert stocked.things("work-package", "capital_low", "capital_central", "capital_high") == [(None, None, None)]


@pytest.mark.parametrize(
    ("cells", "code", "value", "field"),
    [
        ({"capital": "-90000"}, "bad-money", "-90000", "capital_low"),
        ({"capital": "a lot"}, "bad-money", "a lot", "capital_low"),
        ({"date": "next spring"}, "bad-date", "next spring", "target_date"),
        ({"treatment": "Pray"}, "bad-treatment", "Pray", "treatment"),
        ({"funded": "Partly"}, "bad-funded", "Partly", "funded"),
    ],
)
def test_a_bad_cell_is_located_and_its_field_unknown(stocked, cells, code, value, field):
    stocked.say(HEAD + plan(**cells), "plans.csv")
    assert [(row, text) for row, _, text in said(stocked, code)] == [(2, value)]
    assert stocked.things("work-package", "id", field)[0][1] is None


def test_a_plan_without_treatment_is_blocked_and_says_so(stocked):
    with pytest.raises(BlockedError, match="has no treatment"):
        stocked.say(HEAD + plan(treatment="") + plan("c2"), "plans.csv")


def test_the_same_plan_twice_is_blocked(stocked):
    with pytest.raises(SourceError, match="same identity as row 2"):
        stocked.say(HEAD + plan() + plan(), "plans.csv")


def test_a_plan_is_for_what_its_text_names_in_its_own_system_and_without_one_for_the_whole_system(stocked):
    stocked.say(HEAD + plan("Windows Server 2012 R2", "Isolate") + plan("", "Retire"), "plans.csv")
    found = planned(stocked.estate)
    isolated = found.filter(found["plan"].str.ends_with("isolate"))["component"].to_list()
    retired = found.filter(found["plan"].str.ends_with("retire"))["component"].to_list()
    assert isolated == ["component:RXX/pas/c1", "component:RXX/pas/c4"]
    assert retired == [f"component:RXX/pas/{key}" for key in ("c1", "c2", "c4")]


def test_a_system_named_by_its_name_is_found(stocked):
    stocked.say(HEAD + plan("", "Retire").replace("pas", "Patient admin"), "plans.csv")
    assert stocked.things("work-package", "system", "subject") == [("system:RXX/pas", "system:RXX/pas")]


def test_a_subject_that_nobody_lists_is_a_reference_to_nothing(stocked):
    stocked.say(HEAD + plan("c9") + plan("").replace("pas", "nowhere"), "plans.csv")
    assert lost(stocked.estate).rows() == [("work-package:RXX/pas/c9/upgrade", "c9")]
    missing = (
        mentions(stocked.estate, "thing", None).drop_nulls("missing").select("field", "missing").sort("missing").rows()
    )
    assert missing == [("component", "c9"), ("system", "system:RXX/nowhere")]


def test_answers_of_a_framework_come_with_the_inventory(world):
    head = "Organisation code,System ID,System name,Supplier,Status,LITRAF L3,litraf_c1,LITRAF date\n"
    world.say(head + "RXX,pas,PAS,Acme,Live,4,5,2026-05-01\nRXX,ris,RIS,Acme,Live,7,,\nRXX,x,X,Acme,Live,high,,\n")
    assert world.things("assessment", "id", "criterion", "score", "assessed") == [
        ("assessment:RXX/pas/litraf/c1", "C1", 5, "2026-05-01"),
        ("assessment:RXX/pas/litraf/l3", "L3", 4, "2026-05-01"),
        ("assessment:RXX/ris/litraf/l3", "L3", None, None),
        ("assessment:RXX/x/litraf/l3", "L3", None, None),
    ]
    rows = world.estate.issues.filter(world.estate.issues["column"].str.starts_with("LITRAF"))
    assert sorted(rows.select("row", "value").rows()) == [(3, "7"), (4, "high")]


def test_an_answer_cites_its_cell(world):
    head = "Organisation code,System ID,System name,Supplier,Status,LITRAF L3\n"
    world.say(head + "RXX,pas,PAS,Acme,Live,4\n")
    (cell,) = world.estate.cite("assessment:RXX/pas/litraf/l3", "score")
    assert (cell.row, cell.column, cell.value) == (2, "LITRAF L3", "4")
