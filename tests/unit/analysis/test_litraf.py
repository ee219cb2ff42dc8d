"""The risk framework: the guidance's own example, what is derived, what is asked for, and what stays open."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from eamap.analysis.registers.litraf import no_answers, scored, totalled
from eamap.model.estate import Estate
from eamap.model.schema import link_schema, thing_schema
from eamap.model.selector import EstateOn
from eamap.reference import litraf

DAY = date(2026, 11, 22)
FRAMEWORK = litraf.load()
KEYS = [each.key for each in FRAMEWORK.criteria]
SUPPORT = {"id": pl.String, "system": pl.String, "status": pl.String, "eol_worst": pl.String}


def table(schema, rows):
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)


def estate(systems=("a",), depends=(), contracts=(), **fields):
    rows = [{"id": f"system:RXX/{key}", **fields} for key in systems]
    links = [{"from": f"system:RXX/{one}", "to": f"system:RXX/{other}"} for one, other in depends]
    tables = {
        "things/system": table(thing_schema("system"), rows),
        "links/DEPENDS_ON": table(link_schema("DEPENDS_ON"), links),
    }
    for key, end in contracts:
        tables["things/contract"] = table(thing_schema("contract"), [{"id": f"contract:{key}", "ends": end}])
        covered = [{"from": f"system:RXX/{key}", "to": f"contract:{key}"}]
        tables["links/COVERED_BY"] = table(link_schema("COVERED_BY"), covered)
    return Estate(tables)


def derived(held, support=(), affected=(), day=DAY):
    components = [
        {"id": f"component:RXX/a/{number}", "system": "system:RXX/a", **row} for number, row in enumerate(support)
    ]
    found = scored(
        EstateOn(held, day),
        FRAMEWORK,
        table(SUPPORT, components),
        no_answers(),
        pl.Series(list(affected), dtype=pl.String),
    )
    return dict(found.filter(pl.col("system") == "system:RXX/a").select("criterion", "score").rows())


def answered(scores: dict[str, int | None]) -> dict:
    rows = pl.DataFrame({"system": ["s"] * len(KEYS), "criterion": KEYS, "score": [scores.get(key) for key in KEYS]},
                        schema={"system": pl.String, "criterion": pl.String, "score": pl.Int64})  # fmt: skip
    return totalled(rows, FRAMEWORK).to_dicts()[0]


def test_litraf_golden_the_worked_example_of_the_guidance_comes_to_26_67():
    row = answered({key: int(FRAMEWORK.example[key]) for key in KEYS})
    assert (row["likelihood_total"], row["impact_total"], row["overall"]) == (5.71, 4.67, 26.67)
    assert (row["scored"], row["legacy"], row["red"]) == (13, "yes", "yes")
    assert {str(row[name]) for name in ("likelihood_total", "impact_total", "overall")} == {
        FRAMEWORK.example[name] for name in ("likelihood_total", "impact_total", "overall")
    }


def test_the_highest_and_lowest_totals_are_those_of_the_scales():
    assert answered({each.key: each.most for each in FRAMEWORK.criteria})["overall"] == FRAMEWORK.thresholds["maximum"]
    assert answered({each.key: each.least for each in FRAMEWORK.criteria})["overall"] == 1


def test_while_an_answer_is_missing_there_are_bounds_and_no_total():
    row = answered({key: int(FRAMEWORK.example[key]) for key in KEYS if key != "C6"})
    assert (row["scored"], row["overall"], row["impact_total"]) == (12, None, None)
    assert row["overall_least"] < 26.67 < row["overall_most"]
    assert row["likelihood_total"] == 5.71


def test_nothing_answered_is_neither_fine_nor_legacy():
    row = answered({})
    assert (row["scored"], row["overall"], row["legacy"], row["red"]) == (0, None, "unknown", "unknown")
    assert (row["overall_least"], row["overall_most"]) == (1, 30)


@pytest.mark.parametrize(("score", "legacy"), [(2, "no"), (3, "yes")])
def test_a_system_is_legacy_from_three_on_any_likelihood(score, legacy):
    assert answered(dict.fromkeys(KEYS, 1) | {"L5": score})["legacy"] == legacy
    assert answered({"L5": score})["legacy"] == ("yes" if score == 3 else "unknown")


def test_red_is_said_before_the_last_answer_only_where_no_answer_can_change_it():
    known = {each.key: each.most for each in FRAMEWORK.criteria}
    assert answered({**known, "C2": None})["red"] == "yes"
    assert answered({key: 1 for key in KEYS if key != "C2"})["red"] == "no"


@pytest.mark.parametrize(
    ("components", "score"),
    [
        ([("eol", "2023-10-10")], 6),
        ([("extended_unproven", "2023-10-10")], 6),
        ([("eol_inferred", None)], 6),
        ([("extended_entitled", "2023-10-10")], 5),
        ([("supported", "2029-11-22")], 5),
        ([("supported", "2029-11-23")], 1),
        ([("support_ending", "2026-11-22")], 5),
        ([("supported", "2031-01-01"), ("unmatched", None)], None),
        ([("supported", "2031-01-01"), ("not_software", None)], 1),
        ([("supported", "2031-01-01"), ("no_eol_published", "none_published")], None),
        ([("supported", "2028-01-01"), ("unmatched", None)], 5),
        ([("unmatched", None), ("eol", "2020-01-14")], 6),
        ([("family_uncertain", "2020-01-14")], None),
        ([], None),
    ],
)
def test_l1_follows_the_worst_component_and_unknown_is_never_low(components, score):
    rows = [{"status": status, "eol_worst": end} for status, end in components]
    assert derived(estate(), rows)["L1"] == score


@pytest.mark.parametrize(
    ("fields", "contracts", "score"),
    [
        ({"contract_end": "2026-11-21"}, (), 6),
        ({"contract_end": "2026-11-22"}, (), None),
        ({"contract_end": "2026"}, (), None),
        ({"contract_end": "2025"}, (), 6),
        ({"contract_end": "2025", "annually_renewed": "yes"}, (), None),
        ({"contract_end": "2025", "replacement_planned": "yes"}, (), None),
        ({"contract_end": "2025"}, (("a", "2029-03-31"),), None),
        ({}, (("a", "2024-03-31"),), 6),
        ({}, (), None),
    ],
)
def test_l2_says_only_that_a_contract_ended(fields, contracts, score):
    assert derived(estate(contracts=contracts, **fields))["L2"] == score


def test_l6_rests_on_a_report_and_no_report_says_nothing():
    component = [{"status": "eol", "eol_worst": "2020-01-14"}]
    assert derived(estate(), component)["L6"] is None
    assert derived(estate(), component, affected=["component:RXX/a/0"])["L6"] == 6


@pytest.mark.parametrize(("others", "score"), [(0, 1), (1, 2), (2, 2), (3, 3), (9, 3), (10, 4), (29, 4), (30, 5)])
def test_c6_grows_with_the_systems_that_need_it(others, score):
    names = [f"n{number}" for number in range(others)]
    assert derived(estate(("a", *names), depends=[(name, "a") for name in names]))["C6"] == score


def test_only_what_can_be_derived_is_and_the_rest_is_asked_for():
    rows = [{"status": "eol", "eol_worst": "2020-01-14"}]
    found = derived(estate(contract_end="2020"), rows, affected=["component:RXX/a/0"])
    assert {key for key, score in found.items() if score is not None} == {"L1", "L2", "L6", "C6"}


def test_of_an_answer_and_what_is_derived_the_higher_is_used_and_both_are_kept():
    given = table(no_answers().schema, [
        {"system": "system:RXX/a", "criterion": "L1", "score": 2, "answer": "x"},
        {"system": "system:RXX/a", "criterion": "L3", "score": 4, "answer": "y"},
    ])  # fmt: skip
    support = table(
        SUPPORT, [{"id": "component:RXX/a/0", "system": "system:RXX/a", "status": "eol", "eol_worst": "2020"}]
    )
    found = scored(EstateOn(estate(), DAY), FRAMEWORK, support, given, pl.Series([], dtype=pl.String))
    rows = {row["criterion"]: (row["answered"], row["derived"], row["score"]) for row in found.to_dicts()}
    assert rows["L1"] == (2, 6, 6)
    assert rows["L3"] == (4, None, 4)


def test_moving_the_day_across_an_end_moves_only_what_ends_then():
    held = estate(contract_end="2026-11-21")
    assert derived(held, day=date(2026, 11, 21))["L2"] is None
    assert derived(held, day=date(2026, 11, 22))["L2"] == 6
