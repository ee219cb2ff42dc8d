"""The rules for what is missing, shared, assumed or said in other words, each on an estate of a few rows."""

from __future__ import annotations

import pytest

from tests.unit.doonce.conftest import ORGANISATIONS, SYSTEMS

CONTRACTS = "contract,organisations,supplier,product,annual_cost_gbp,driver,driver_volume_m,end_date\n"
FLOWS = "from_organisation,to_organisation,volume\n"


def test_a_type_in_the_care_settings_without_an_answer_is_asked_and_not_known(small):
    small.ingest(organisations=ORGANISATIONS + "T11,Trust 11,acute,I0,R0\nT12,Trust 12,community,I0,R0\n")
    row = small.row()
    # T10 and T12 are community trusts without an answer: a laboratory system is not asked of them.
    assert (row["applicable"], row["known"], row["n"]) == (10, 9, 9)
    assert [change["organisations"] for change in row["what_would_change"] if change["organisations"]] == [["T11"]]


@pytest.mark.parametrize(
    ("answer", "applicable", "known"),
    [("absent", 10, 10), ("withheld", 10, 9), ("unknown", 10, 9), ("not applicable", 9, 9)],
)
def test_absent_withheld_unknown_and_not_applicable_are_four_answers(answer, applicable, known, small):
    small.ingest(systems=SYSTEMS + f"T10,{answer},,,,\n")
    row = small.row()
    assert (row["applicable"], row["known"], row["n"]) == (applicable, known, 9)


def test_in_house_is_unique_in_every_organisation(small):
    own = SYSTEMS.replace("T01,live,WinPath,Clinisys,no", "T01,live,Lab,,yes").replace(
        "T02,live,WinPath,Clinisys,no", "T02,live,Lab,,yes"
    )
    small.ingest(systems=own)
    row = small.row()
    assert (row["products"], row["n"]) == (4, 9)
    assert any("product of its own in each of 2" in note for note in row["notes"])


def test_two_live_products_share_the_weight_equally_until_every_cost_is_known(small):
    twice = SYSTEMS + "T01,live,APEX,Dedalus,no,DIA-2.1\n"
    small.ingest(systems=twice)
    top = {each["product"]: each["organisations"] for each in small.row()["top"]}
    assert top == {"product:winpath": 4.5, "product:apex": 4.5}
    one = CONTRACTS + "C1,T01,Clinisys,WinPath,300000,tests,1,2030-01-01\n"
    small.ingest(contracts=one)
    assert {each["organisations"] for each in small.row()["top"]} == {4.5}
    small.ingest(contracts=one + "C2,T01,Dedalus,APEX,100000,tests,1,2030-01-01\n")
    top = {each["product"]: each["organisations"] for each in small.row()["top"]}
    assert top == {"product:winpath": 4.75, "product:apex": 4.25}


def test_without_contracts_one_is_assumed_for_each_organisation_and_supplier_and_said_so(small):
    row = small.row()
    assert row["A1"] == pytest.approx((5 * 4 / 5 + 4 * 3 / 4) / 9)
    assert (row["A2"], row["A3"], row["overpay"]) == (None, None, None)
    assert any("9 of 9 contracts are assumed" in note for note in row["notes"])
    assert row["K3_interval"] == [0.0, 0.5]


def test_a_contract_of_two_is_one_and_one_that_has_ended_is_none(small):
    small.ingest(
        contracts=CONTRACTS
        + "C1,T01;T02,Clinisys,WinPath,300000,tests,1,2030-01-01\nC2,T03,Clinisys,WinPath,1,tests,1,2026-11-01\n"
    )
    row = small.row()
    # WinPath: the shared one, and three that are assumed for T03, T04 and T05.
    assert row["phi"]["nation"]["A"] == 1.0
    assert row["A1"] == pytest.approx((4 * 3 / 4 + 4 * 3 / 4) / 8)
    assert any("7 of 8 contracts are assumed" in note for note in row["notes"])


REGISTER = CONTRACTS + "".join(
    f"C{n},T{n:02},{'Clinisys,WinPath' if n < 6 else 'Dedalus,APEX'},{n}00000,tests,1,2030-01-01\n"
    for n in range(1, 10)
)


@pytest.mark.parametrize("said", ["T02,unknown,,,,", "T02,withheld,,,,"])
def test_a_contract_stays_known_where_the_answer_becomes_unknown(said, small):
    small.ingest(contracts=REGISTER)
    held = ("--parameters", small.file("p.yaml", "strata: none\n"))  # omega is 0
    before = small.row(*held)
    small.ingest(systems=SYSTEMS.replace("T02,live,WinPath,Clinisys,no,DIA-2.1", said))
    after = small.row(*held)
    assert (before["known"], after["known"], after["applicable"]) == (9, 8, 9)
    assert before["omega"] == after["omega"] == 0.0
    for name in ("A", "B", "N"):
        assert after["conditions"][name] == before["conditions"][name], name
    for surer, wider in ((before["conditions"]["V"], after["conditions"]["V"]), (before["D"], after["D"])):
        assert wider["lo"] <= surer["lo"] + 1e-12
        assert wider["hi"] > surer["hi"]
    assert [after[name] for name in ("A1", "A2", "A3", "overpay")] == [
        before[name] for name in ("A1", "A2", "A3", "overpay")
    ]
    assert any(
        "1 of 9 contracts are of organisations that do not say what they have" in note for note in after["notes"]
    )
    assert not any("do not say what they have" in note for note in before["notes"])


INVENTORY = "Organisation code,System ID,System name,System type,Supplier,Product,Status,Environment,Capabilities\n"
BOUGHT = "Contract reference,Buyer code,Supplier,Product / service,System ID,Start date,End date,Annual revenue value (GBP)\n"


def test_a_contract_for_a_system_that_nobody_names_counts_too(small):
    rest = SYSTEMS.replace("T02,live,WinPath,Clinisys,no,DIA-2.1\n", "")
    nameless = INVENTORY + "T02,lims,Lab system,Laboratory,,,Live,Production,DIA-2.1\n"
    small.ingest(systems=rest, inventory=nameless, contracts=BOUGHT + "C-1,T02,,,lims,2020-01-01,2030-01-01,250000\n")
    row = small.row()
    assert row["known"] == 8
    assert any("1 of 9 contracts are of organisations that do not say what they have" in note for note in row["notes"])
    # Nobody knows with whom it is, so it is one of its own.
    assert row["A1"] == pytest.approx((4 * 3 / 4 + 4 * 3 / 4) / 9)


def test_interfaces_that_nobody_tested_save_nothing_that_can_be_told(small):
    given = small.file("p.yaml", "interface_cost_gbp: 8000\ninterfaces_after: 2\n")
    line = small.row("--parameters", given)["benefits"][2]
    assert (line["line"], line["central"], line["missing"]) == (
        "interfaces",
        "not estimated",
        ["interfaces that somebody tested"],
    )


@pytest.mark.parametrize("said", ["T02,absent,,,,", "T02,not applicable,,,,"])
def test_a_contract_of_who_says_there_is_nothing_is_none(said, small):
    small.ingest(contracts=REGISTER, systems=SYSTEMS.replace("T02,live,WinPath,Clinisys,no,DIA-2.1", said))
    row = small.row()
    assert not any("do not say what they have" in note for note in row["notes"])
    assert row["A1"] == pytest.approx((13 * 3 / 4 + 30 * 3 / 4) / 43)


def test_a_contract_for_what_is_known_to_do_something_else_is_not_for_this(small):
    """The laboratory system of T02 is told for another leaf: nobody says that its contract is for this one."""
    other = SYSTEMS.replace(
        "T02,live,WinPath,Clinisys,no,DIA-2.1", "T02,live,WinPath,Clinisys,no,DIA-2.2\nT02,unknown,,,,"
    )
    small.ingest(contracts=REGISTER, systems=other)
    assert not any("do not say what they have" in note for note in small.row()["notes"])


def test_a_price_is_dispersed_only_where_three_contracts_of_one_product_have_one(small):
    def priced(many: int) -> str:
        return CONTRACTS + "".join(
            f"C{n},T{n:02},Clinisys,WinPath,{n}00000,tests,1,2030-01-01\n" for n in range(1, many + 1)
        )

    small.ingest(contracts=priced(2))
    assert small.row()["overpay"] is None
    small.ingest(contracts=priced(3))
    row = small.row()
    assert row["overpay"] == 100_000
    assert row["A2"] == pytest.approx(1 / 6)
    assert row["benefits"][0]["high"] == pytest.approx(70_000)


def test_flows_go_before_what_is_typical_and_an_unplaced_end_is_in_neither(small):
    before = small.row()
    assert any("default of the steps" in note for note in before["notes"])
    small.ingest(flows=FLOWS + "T03,T06,75\nT01,T02,25\n")
    row = small.row()
    assert row["x_cross"] == 0.25
    assert row["phi"]["ICS"]["B"] == 0.75
    assert not any("default of the steps" in note for note in row["notes"])


def test_pathways_of_the_estate_replace_the_shipped_ones(small):
    small.ingest(
        steps="pathway,step,name,from_org_type,to_org_type,handoff,capability_ids\nX,1,One,acute,citizen,Y,DIA-2.1\nX,2,Two,acute,acute,N,DIA-2.1\n"
    )
    row = small.row()
    assert (row["B1"], row["K"]["K6"]) == (0.5, 1.0)
    given = small.file(
        "p.yaml",
        "pathways:\n- {pathway: Y, step: 1, from_org_type: acute, to_org_type: acute, handoff: Y, capability_ids: DIA-2.1}\n",
    )
    assert (small.row("--parameters", given)["B1"], small.row("--parameters", given)["K"]["K6"]) == (1.0, 0.0)


def test_too_little_evidence_names_no_level_and_says_why(small):
    small.ingest(systems="\n".join(SYSTEMS.splitlines()[:6]) + "\n")
    small.run("source", "list")
    row = small.row("--setting", "acute")
    assert row["n"] < 8
    assert row["level"] is None
    assert "8 are needed" in row["sufficient"]
    assert row["level_reason"].startswith("insufficient evidence")
    assert row["flip"] is None


def test_one_ics_is_too_little_to_name_a_level(small):
    row = small.row("--ics", "I1")
    assert row["applicable"] == 3
    assert row["level"] is None
    assert row["sufficient"] == "3 with something live, 8 are needed"


def test_an_ics_that_disagrees_is_recorded_with_the_answer(small):
    small.run(
        "decide",
        "dissent",
        "organisation:I1",
        "capability:DIA-2.1",
        "--who",
        "Digital lead",
        "--reason",
        "we have just moved",
        "--date",
        "2026-10-01",
    )
    row = small.row()
    assert row["dissent"] == [
        {"organisation": "I1", "who": "Digital lead", "reason": "we have just moved", "date": "2026-10-01"}
    ]
    assert next(each["text"] for each in row["cautions"] if each["number"] == 14).endswith("(I1)")
    assert "we have just moved" in small.run("doonce", "DIA-2.1", "--as-of", "2026-11-01")


def test_a_figure_that_only_the_user_has_makes_a_benefit_and_all_of_them_a_net_present_value(small):
    money = {"procurement_cost_gbp": 100000, "cycle_years": 5, "interface_cost_gbp": 1, "interfaces_after": 0, "legacy_run_cost_gbp": 10,
             "legacy_instances": 2, "migration_cost_gbp": 1000, "termination_cost_gbp": 0, "parallel_cost_gbp": 0}  # fmt: skip
    small.ingest(
        contracts=CONTRACTS
        + "".join(f"C{n},T{n:02},Clinisys,WinPath,{n}00000,tests,1,2030-01-01\n" for n in range(1, 6)),
        interfaces="from_organisation,to_organisation,standard,assessed,conformant\nT01,T02,HL7 v2 ORU,yes,no\n",
    )
    file = small.file("money.yaml", "".join(f"{name}: {value}\n" for name, value in money.items()))
    row = small.row("--parameters", file)
    lines = {line["line"]: line for line in row["benefits"]}
    assert lines["legacy"]["high"] == pytest.approx(14)
    assert lines["interfaces"]["high"] == pytest.approx(0.7)
    assert lines["switching, once"]["low"] == pytest.approx(-12_000)
    assert lines["switching, once"]["high"] == pytest.approx(-4_400)
    low, high = row["net_present_value"]
    assert low < 0 < high


def test_weights_and_constants_of_the_user_are_used_and_told(small):
    file = small.file("w.yaml", "weights: {A: 1, B: 0, N: 0, V: 0}\n")
    row = small.row("--weights", file)
    assert row["weights"] == {"A": 1.0, "B": 0.0, "N": 0.0, "V": 0.0}
    assert row["D"]["point"] == row["conditions"]["A"]["point"]
    assert small.row("--weights", "equal")["weights"]["N"] == 0.25


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--weights", "fair"), "no profile of weights 'fair'"),
        (("--setting", "veterinary"), "no organisation is of"),
        (("--geography", "1066"), "1066"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_hint(words, told, small):
    said = small.run("doonce", "DIA-2.1", *words, fails=2)
    assert told in said


def test_a_capability_that_nobody_knows_is_refused_and_a_group_stands_for_its_leaves(small):
    assert "there is no capability 'DIA-9.9'" in small.run("doonce", "DIA-9.9", fails=2)
    assert [row["capability"] for row in small.asked("dia-2")["rows"]] == ["DIA-2.1", "DIA-2.2", "DIA-2.3", "DIA-2.4"]
    assert len(small.asked()["rows"]) == 91


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("x_reff: 1\n", "has no use for x_reff"),
        ("x_ref: lots\n", "not a number"),
        ("x_ref: -1\n", "not a number from 0 on"),
        ("strata: colour\n", "strata is 'colour'"),
        ("weights: {A: 1}\n", "one weight for each condition"),
        ("weights: {A: 0, B: 0, N: 0, V: 0}\n", "only weights of nothing"),
        ("as_of: soon\n", "no day"),
        ("- 1\n", "no names and values"),
        ("a: [\n", "neither JSON nor YAML"),
        ("pathways: [1]\n", "no list of steps"),
        ("pathways: [{colour: red}]\n", "steps have no use for colour"),
        ("capability: DIA-1.1\n", "the parameters are for DIA-1.1"),
    ],
)
def test_a_file_of_parameters_that_says_what_nobody_understands_is_refused(content, told, small):
    file = small.file("p.yaml", content)
    said = small.run("doonce", "DIA-2.1", "--parameters", file, fails=2 if told.startswith("the parameters") else 3)
    assert told in said


def test_the_day_of_the_parameters_is_judged_unless_the_command_line_says_another(small):
    import json

    file = small.file("p.json", '{"as_of": "2026-05-01"}')
    head = json.loads(small.run("doonce", "DIA-2.1", "--parameters", file, "--format", "json"))
    assert head["as_of"] == "2026-05-01"
    assert "as_of=2026-05-01" in head["rows"][0]["ref"]
    assert small.asked("DIA-2.1", "--parameters", file)["as_of"] == "2026-11-01"


def test_variants_of_the_process_count_beside_the_products(small):
    before = small.row()
    assert before["V2"] is None
    layout = small.file(
        "variants.yaml",
        "name: variants\ntitle: Variants\nprovenance: signed-off\norigin: a test\ncolumns:\n  organisation: {headers: [org], required: true}\n"
        "  variant: {headers: [variant], required: true}\norganisation: organisation\nrules:\n  - rule: variant\n    make: measure\n"
        "    parent: {what: organisation}\n    key: [=process variant]\n"
        "    fields: {organisation: organisation, measure: =process variant, value: variant}\n",
    )
    table = small.file("variants.csv", "org,variant\n" + "".join(f"T{n:02},form {n}\n" for n in range(1, 10)))
    small.run("ingest", table, "--mapping", layout)
    row = small.row()
    assert row["V2"] == pytest.approx(1 - row["omega"])
    assert row["conditions"]["V"]["point"] == pytest.approx((row["V1"] + 1) / 2 * (1 - row["omega"]))
    assert 8 not in [each["number"] for each in row["cautions"]]


def test_a_ref_gives_a_figure_again_with_the_rows_behind_it(small):
    import json

    small.ingest(contracts=CONTRACTS + "C1,T01,Clinisys,WinPath,300000,tests,1,2030-01-01\n")
    row = small.row("--seed", "3")
    ref = row["refs"]["A1"]
    assert ref == "doonce(DIA-2.1; A1; seed=3)"
    told = json.loads(small.run("explain", ref, "--as-of", "2026-11-01", "--format", "json"))["rows"]
    assert told[0]["value"] == row["A1"]
    assert "contracts.csv" in json.dumps(told)
    assert "there is no figure" in small.run("explain", "doonce(DIA-2.1; A9)", fails=2)
    assert "is no setting" in small.run("explain", "doonce(DIA-2.1; A1; colour=red)", fails=2)


DMA = "Organisation code,Pillar,Score,Assessed on\n"


def test_the_spread_of_maturity_is_of_the_pillar_that_the_capability_belongs_to(small):
    # The capability model puts DIA-2.1 under "Improve care"; REC-2.3 and others are elsewhere.
    told = {"Improve care": (1, 2, 3), "Well led": (1, 5, 5)}
    scores = [(pillar, f"T{place + 1:02}", each) for pillar, given in told.items() for place, each in enumerate(given)]
    assert small.row()["K"]["K2"] is None
    small.ingest(dma=DMA + "".join(f"{code},{pillar},{each},2026-03-31\n" for pillar, code, each in scores))
    row = small.row()
    assert row["K"]["K2"] == pytest.approx(0.8), "from 1.2 to 2.8, of which 2 would count in full"


def test_a_score_off_its_scale_is_not_known_and_one_without_a_pillar_stands_where_no_other_does(small):
    plain = "organisation,pillar_score,date\n" + "T01,1,2026-03-31\nT02,2,2026-03-31\n"
    small.ingest(plain=plain + "T03,3,2026-03-31\nT04,9,2026-03-31\n")
    assert small.row()["K"]["K2"] == pytest.approx(0.8)
    small.ingest(dma=DMA + "T01,Improve care,2,2026-03-31\nT02,Improve care,2,2026-03-31\n")
    assert small.row()["K"]["K2"] == 0
