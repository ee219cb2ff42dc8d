"""The tables of do-once come in like any record: recognised by their headers, bad cells located, codes of the file believed."""

from __future__ import annotations

import pytest

from eamap.ingest.readers import read_many

ORGANISATIONS = "code,name,type,ics,region\nT01,Alder,acute,I1,R1\nT02,Birch,acute,I2,R1\n"
ANSWERS = "organisation,answer,product,supplier,in_house,capability_ids\n"
CONTRACTS = "contract,organisations,supplier,product,annual_cost_gbp,driver,driver_volume_m,end_date\n"


def test_a_file_of_organisations_is_believed_about_the_codes_it_states_however_short(world):
    world.say(ORGANISATIONS, "organisations.csv")
    links = world.estate.links("PART_OF").select("from", "to", "role").sort("from", "role").rows()
    assert links == [
        ("organisation:T01", "organisation:I1", "icb"), ("organisation:T01", "organisation:R1", "region"),
        ("organisation:T02", "organisation:I2", "icb"), ("organisation:T02", "organisation:R1", "region"),
    ]  # fmt: skip
    assert sorted(world.estate.things("organisation")["id"]) == [
        "organisation:I1", "organisation:I2", "organisation:R1", "organisation:T01", "organisation:T02",
    ]  # fmt: skip
    assert world.estate.issues.height == 0


def test_an_answer_is_a_system_or_says_why_there_is_none(world):
    world.say(ORGANISATIONS, "organisations.csv")
    rows = "T01,live,vLab,Magentus,no,DIA-2.1;DIA-2.2\nT01,live,Own lab,,yes,DIA-2.1\nT02,absent,,,,\n"
    world.say(ANSWERS + rows, "answers.csv")
    assert sorted(world.things("system", "id", "supplier", "status")) == [
        ("system:T01/own-lab", "In-house", "live"), ("system:T01/vlab", "Magentus", "live")]  # fmt: skip
    assert world.things("absence", "organisation", "capability", "reason", "stated") == [
        ("organisation:T02", None, "absent", "absent")]  # fmt: skip
    assert world.estate.links("REALISES").height == 3


def test_a_volume_in_millions_is_a_count_and_one_that_is_none_is_located(world):
    world.say(ORGANISATIONS, "organisations.csv")
    rows = "C1,T01;T02,Acme,Lab,250000,tests,1.5,2030-01-31\nC2,T01,Acme,Lab,1000,tests,many,2030-01-31\n"
    world.say(CONTRACTS + rows, "contracts.csv")
    assert world.things("contract", "id", "revenue_per_year", "volume") == [
        ("contract:c1", 25_000_000, 1_500_000), ("contract:c2", 100_000, None)]  # fmt: skip
    found = world.estate.issues.select("row", "column", "code", "value").rows()
    assert found == [(3, "driver_volume_m", "bad-count", "many")]
    parties = (
        world.estate.links("PARTY_TO")
        .filter(world.estate.links("PARTY_TO")["to"] == "contract:c1")["from"]
        .sort()
        .to_list()
    )
    assert parties == ["organisation:T01", "organisation:T02"]


def test_a_tested_interface_is_one_of_its_organisations_where_no_system_is_named(world):
    world.say(ORGANISATIONS, "organisations.csv")
    world.say(
        "from_organisation,to_organisation,standard,assessed,conformant\nT01,T02,HL7 v2,yes,no\n", "interfaces.csv"
    )
    assert world.things("interface", "exposer", "assessed", "conformant") == [("organisation:T01", "yes", "no")]
    assert world.estate.links("CONSUMES").select("from").rows() == [("organisation:T02",)]


def test_steps_of_the_estate_stand_beside_the_shipped_ones_with_what_they_ask_for(world):
    from datetime import date

    from eamap.interpret import interpret

    world.say(
        "pathway,step,name,from_org_type,to_org_type,handoff,capability_ids\nX,1,Order,primary,acute,Y,DIA-1.1;DIA-2.1\n",
        "steps.csv",
    )
    estate = interpret(world.estate, date(2026, 11, 1))
    steps = estate.things("step")
    assert steps.height > 70
    assert steps.row(0, named=True)["id"] == "step:x/1"
    assert estate.things("pathway").row(0, named=True)["handoffs"] == "1"
    asked = estate.links("REQUIRES").select("from", "to").rows()[:2]
    assert sorted(asked) == [("step:x/1", "capability:DIA-1.1"), ("step:x/1", "capability:DIA-2.1")]
    assert estate.links("HAS_STEP").select("from", "to").row(0) == ("pathway:x", "step:x/1")


@pytest.mark.parametrize(
    ("text", "times", "value"), [("1.5", 1000, 1500), ("2", 10**6, 2_000_000), ("1,000.25", 100, 100_025)]
)
def test_a_count_in_larger_units_is_read(text, times, value):
    assert read_many(text, times) == value


@pytest.mark.parametrize("text", ["-1", "many", "1.0005", "nan", "1e9", "", "1" * 30])
def test_what_comes_to_no_whole_number_is_refused(text):
    with pytest.raises(ValueError, match="number"):
        read_many(text, 1000)
