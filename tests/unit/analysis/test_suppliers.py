"""Who supplies what: concentration at brand and owner, contracts that run, and the years in which they end."""

from __future__ import annotations

from datetime import date
from math import exp, log

import pytest

from eamap.analysis.market.holdings import holdings
from eamap.analysis.market.owners import ultimate_owners
from eamap.analysis.market.suppliers import concentration, expiries, live_contracts, shares_of, suppliers_of
from eamap.errors import UsageError
from tests.unit.analysis.markets import CAPABILITY, estate, units


def only(on, by="capability", **more):
    rows = concentration(holdings(on, **more), by).to_dicts()
    assert len(rows) == 1
    return rows[0]


def owned(*facts):
    return {"OWNED_BY": [dict(zip(("from", "to", "since", "until"), fact, strict=False)) for fact in facts]}


def test_each_organisation_weighs_one_and_its_products_share_it():
    row = only(estate({"A": ["p@one"], "B": ["p@one", "q@two"], "C": ["r@two"]}))
    assert (row["n"], row["suppliers"]) == (3, 2)
    assert row["hhi"] == pytest.approx(0.5)
    assert row["n_eff"] == pytest.approx(2)
    assert row["top"] == "supplier:one", "of two that are equally large the first by alphabet"


def test_in_house_is_unique_in_each_organisation():
    row = only(estate({"A": ["="], "B": ["="], "C": ["p@one"], "D": ["p@one"]}))
    assert row["suppliers"] == 3
    assert row["hhi"] == pytest.approx(2 / 16 + 1 / 4)
    assert row["n_eff"] == pytest.approx(exp(2 * 0.25 * log(4) + 0.5 * log(2)))


def test_what_nobody_names_is_in_no_share_and_is_counted():
    row = only(estate({"A": [""], "B": ["p"], "C": ["@one"], "D": ["p@one"]}))
    assert (row["live"], row["n"], row["of"]) == (4, 3, 4), "the product of B is that of D, whose supplier is known"
    assert row["supplier_for_product"] == 1
    nobody = only(estate({"A": [""]}))
    assert (nobody["n"], nobody["hhi"], nobody["top"], nobody["owner_hhi_low"]) == (0, None, None, None)


def test_a_stated_absence_is_an_answer_and_a_system_goes_before_it():
    told = [{"id": f"absence:{code}", "organisation": f"organisation:{code}", "capability": CAPABILITY, "reason": reason}
            for code, reason in (("A", "absent"), ("B", "absent"), ("C", "withheld"))]  # fmt: skip
    row = only(estate({"A": ["p@one"], "B": [], "C": []}, things={"absence": told}))
    assert (row["live"], row["absent"], row["untold"], row["of"]) == (1, 1, 1, 3)


def test_test_instances_and_planned_systems_never_count():
    on = estate({"A": ["p@one"], "B": ["q@two"]})
    systems = on.estate.tables["things/system"]
    on.estate.tables["things/system"] = systems.with_columns(
        environment=systems["environment"].replace({}).set(systems["id"] == "system:B/0", "test")
    )
    assert only(on)["live"] == 1


def test_without_a_fact_the_owner_is_unknown_and_never_the_brand():
    row = only(estate({"A": ["p@one"], "B": ["q@two"]}))
    assert row["owners_known"] == 0
    assert (row["owner_hhi_low"], row["owner_hhi_high"]) == (pytest.approx(0.5), pytest.approx(1))
    assert (row["owner_n_eff_low"], row["owner_n_eff_high"]) == (pytest.approx(1), pytest.approx(2))


def test_known_owners_leave_no_interval():
    row = only(
        estate(
            {"A": ["p@one"], "B": ["q@two"], "C": ["="]},
            links=owned(("supplier:one", "supplier:top"), ("supplier:two", "supplier:top")),
        )
    )
    assert row["owners_known"] == row["suppliers"] == 3
    assert row["owner_hhi_low"] == row["owner_hhi_high"] == pytest.approx(4 / 9 + 1 / 9)


def test_an_owner_is_followed_to_the_last_link_of_the_day():
    facts = owned(
        ("supplier:a", "supplier:b", "2020-01-01", "2024-01-01"),
        ("supplier:a", "supplier:c", "2024-01-01"),
        ("supplier:c", "supplier:d"),
    )
    told = {
        day: dict(ultimate_owners(estate({}, links=facts, day=day)).rows())
        for day in (date(2023, 6, 1), date(2024, 6, 1))
    }
    assert told[date(2023, 6, 1)] == {
        "supplier:a": "supplier:b",
        "supplier:b": "supplier:b",
        "supplier:c": "supplier:d",
        "supplier:d": "supplier:d",
    }
    assert told[date(2024, 6, 1)]["supplier:a"] == "supplier:d"


def test_a_chain_that_turns_back_tells_nothing_and_who_owns_itself_is_known():
    facts = owned(("supplier:a", "supplier:b"), ("supplier:b", "supplier:a"), ("supplier:c", "supplier:c"))
    assert dict(ultimate_owners(estate({}, links=facts)).rows()) == {"supplier:c": "supplier:c"}


def test_shares_say_how_many_organisations_have_a_supplier():
    rows = (
        shares_of(holdings(estate({"A": ["p@one"], "B": ["p@one", "q@two"]})))
        .select("supplier", "organisations", "weight")
        .rows()
    )
    assert rows == [("supplier:one", 2, 1.5), ("supplier:two", 1, 0.5)]


def test_a_setting_that_nobody_has_is_an_error_that_names_those_there_are():
    with pytest.raises(UsageError, match="no organisation is of the setting") as caught:
        holdings(estate({"A": ["p@one"]}), "", "Maternity")
    assert "Acute" in caught.value.hint


CONTRACTS = [
    {"id": "contract:1", "buyer": "organisation:A", "ends": "2027-03-31", "revenue_per_year": 100},
    {"id": "contract:2", "buyer": "organisation:B", "starts": "2020", "ends": "2026-11-22", "revenue_per_year": 7},
    {"id": "contract:3", "buyer": "organisation:B", "starts": "2026-01-01", "ends": "2026", "revenue_per_year": 50},
    {"id": "contract:4", "buyer": "organisation:B", "starts": "2026-11-23"},
]
COVERED = {
    "COVERED_BY": [{"from": "system:A/0", "to": "contract:1"}],
    "PARTY_TO": [{"from": "supplier:one", "to": each["id"]} for each in CONTRACTS],
}


def contracted():
    live = {"A": ["p@one"], "B": ["p@one", "q@one", "r@two", "="], "C": ["p@one"]}
    return live_contracts(holdings(estate(live, things={"contract": CONTRACTS}, links=COVERED)))


def test_a_contract_runs_until_the_day_before_its_end_and_others_are_assumed():
    rows = {row["id"]: row for row in contracted().to_dicts()}
    # Contract 2 ends on the day, 4 begins after it; a year is not over before it ends.
    assert {each for each in rows if each.startswith("contract:")} == {"contract:1", "contract:3"}
    # One for each organisation and supplier; in-house has none.
    assert {each for each, row in rows.items() if row["basis"] == "assumed"} == {"system:B/2", "system:C/0"}
    # A contract that names neither system nor product is for what its party has of its supplier.
    assert rows["contract:3"]["systems"] == ["system:B/0", "system:B/1"]


def test_one_contract_is_assumed_an_organisation_and_supplier_and_who_uses_a_system_shares_it():
    on = estate({"A": ["p@one", "q@one", "r@two"], "B": [], "C": ["p@one"]},
                links={"USES": [{"from": "organisation:B", "to": "system:A/0"}]})  # fmt: skip
    rows = {row["id"]: row for row in live_contracts(holdings(on)).to_dicts()}
    assert {each: row["organisations"] for each, row in rows.items()} == {
        "system:A/0": ["organisation:A", "organisation:B"],
        "system:A/2": ["organisation:A"],
        "system:C/0": ["organisation:C"],
    }


def test_a_contract_is_for_the_systems_it_names_else_those_of_its_product_else_those_of_its_supplier():
    told = [{"id": "contract:1", "buyer": "organisation:A", "ends": "2030-01-01"},
            {"id": "contract:2", "buyer": "organisation:B", "ends": "2026-01-01"}]  # fmt: skip
    party = [{"from": "supplier:one", "to": "contract:1"}, {"from": "supplier:one", "to": "contract:2"}]

    def systems(*links):
        more = {"PARTY_TO": party, "COVERED_BY": [{"from": each, "to": "contract:1"} for each in links]}
        on = estate({"A": ["p@one", "q@one"], "B": ["p@one"]}, things={"contract": told}, links=more)
        return {row["id"]: row["systems"] for row in live_contracts(holdings(on)).to_dicts()}

    # The contract of B has lapsed: one that runs is assumed.
    rest = {"system:B/0": ["system:B/0"]}
    assert systems() == {"contract:1": ["system:A/0", "system:A/1"], **rest}
    assert systems("product:q") == {"contract:1": ["system:A/1"], "system:A/0": ["system:A/0"], **rest}
    assert systems("system:A/0") == {"contract:1": ["system:A/0"], "system:A/1": ["system:A/1"], **rest}


def test_a_sum_is_told_only_where_every_contract_states_its_value():
    rows = suppliers_of(contracted(), units({"A": "Q1", "B": "Q1", "C": None})).to_dicts()
    one, two = rows
    assert (one["contracts"], one["stated"], one["assumed"], one["organisations"], one["icbs"], one["unplaced"]) == (
        3,
        2,
        1,
        3,
        1,
        1,
    )
    assert (one["value"], one["valued"], two["value"]) == (None, 2, None)
    stated = contracted().filter(basis="stated")
    assert suppliers_of(stated, units({"A": "Q1", "B": "Q1"}))["value"].to_list() == [150]


def test_years_without_an_end_are_there_with_nothing():
    rows = {
        row["key"]: row["contracts"]
        for row in expiries(contracted().vstack(contracted().head(0)), "2024-06-01").to_dicts()
    }
    assert rows == {"has ended": 0, "2024": 0, "2025": 0, "2026": 1, "2027": 1, "no end stated": 2}


def test_costs_share_the_weight_where_all_are_known():
    costs = [
        {"id": "contract:1", "buyer": "organisation:A", "revenue_per_year": 300},
        {"id": "contract:2", "buyer": "organisation:A", "revenue_per_year": 100},
    ]
    links = {"COVERED_BY": [{"from": "system:A/0", "to": "contract:1"}, {"from": "system:A/1", "to": "contract:2"}]}
    known = holdings(estate({"A": ["p@one", "q@two"]}, things={"contract": costs}, links=links)).supplied
    assert dict(known.select("supplier", "weight").rows()) == {"supplier:one": 0.75, "supplier:two": 0.25}
    links["COVERED_BY"].pop()
    some = holdings(estate({"A": ["p@one", "q@two"]}, things={"contract": costs}, links=links)).supplied
    assert set(some["weight"]) == {0.5}
