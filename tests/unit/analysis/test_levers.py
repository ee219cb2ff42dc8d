"""What a plan promises is what a changed copy of the estate shows, and no other actions, as many, close more."""

from __future__ import annotations

from itertools import combinations

import polars as pl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from eamap.analysis.changes import Conform, Connect, changed
from eamap.analysis.pathways.gaps import GAPS, Gaps, Scope
from eamap.analysis.pathways.levers import ICS, NATION, SUPPLIER, TRUST, Levers
from eamap.interpret import interpret
from eamap.model.selector import EstateOn
from tests.unit.analysis.handoff_estates import (
    BODIES,
    DAY,
    body,
    consumes,
    does,
    gaps,
    interface,
    small,
    stated,
    system,
    under,
)

KEYS = ("step", "from_organisation", "to_organisation")
P4 = Scope(pathway="P4")


def open_gaps(found: Gaps) -> set[tuple]:
    return set(found.rows.filter(pl.col("answer").is_in(GAPS)).select(KEYS).iter_rows())


def after(estate, found: Gaps, changes) -> set[tuple]:
    """Returns the gaps of a copy of the estate with changes made."""
    meant = interpret(changed(estate, changes), DAY)
    return open_gaps(Gaps(EstateOn(meant, DAY), found.geography, None, None, found.scope))


def closed(levers: Levers, numbers) -> set[tuple]:
    """Returns the gaps that some actions are said to close."""
    done = {gap for gap, one, other in levers.ways if {one, other} - {-1} <= set(numbers)}
    return set(levers.rows.filter(pl.col("gap").is_in(list(done))).select(KEYS).iter_rows())


def letters(standard: str | None = "hl7v2", taker: str = "system:B01/record") -> dict[str, list[dict]]:
    return {
        "interface": [interface("A01/letters/i1", "system:A01/letters", standard)],
        "CONSUMES": consumes(f"{taker} A01/letters/i1"),
    }


def test_an_interface_between_two_products_needs_both_to_conform():
    levers = Levers(gaps(small(**letters()), P4))
    pairs = [(levers.actions[one].id, levers.actions[other].id) for _, one, other in levers.ways if other >= 0]
    assert pairs == [("conform system:A01/letters for toc", "conform system:B01/record for toc")]


def test_one_product_at_both_ends_conforms_once():
    estate = small(**letters(), system=[])
    both = {"system": [system("A01/letters", product="Same"), system("B01/record", product="Same")]}
    levers = Levers(
        gaps(
            stated(
                **{
                    "organisation": BODIES,
                    "PART_OF": under("A01", "B01"),
                    "REALISES": does("A01/letters CRD-2.1"),
                    **letters(),
                    **both,
                }
            ),
            P4,
        )
    )
    assert [levers.actions[one].id for _, one, other in levers.ways if other < 0] == ["conform product:same for toc"]
    assert levers.actions[0].level == SUPPLIER
    assert estate.things("system").height == 2


def test_an_end_of_which_no_system_is_known_asks_for_nothing_more():
    levers = Levers(gaps(small(**letters(None, "organisation:B01")), P4))
    assert [(levers.actions[one].id, other) for _, one, other in levers.ways] == [
        ("conform system:A01/letters for toc", -1)
    ]
    assert levers.actions[0].level == TRUST


def through_mesh(**more: list[dict]) -> dict[str, list[dict]]:
    content = {"system": [system("X01/mesh", product="MESH")], "interface": [interface("A01/letters/i1", "system:A01/letters", "toc")],
               "CONSUMES": consumes("system:X01/mesh A01/letters/i1")}  # fmt: skip
    return {name: content.get(name, []) + more.get(name, []) for name in (*content, *more)}


def test_an_organisation_connects_to_a_service_that_the_other_end_is_connected_to():
    estate = small(**through_mesh())
    found = gaps(estate, Scope(origin="A01", destination="B01", pathway="P4"))
    levers = Levers(found)
    best = levers.best(1)
    assert [levers.actions[number].id for number in best.actions] == [
        "connect organisation:B01 to system:X01/mesh for toc"
    ]
    assert levers.changes(best.actions) == (Connect("organisation:B01", "system:X01/mesh", "toc"),)
    assert after(estate, found, levers.changes(best.actions)) == set()


def test_an_engine_that_several_share_is_connected_for_all_of_them():
    bodies = [*BODIES, body("B02", "primary", "gp-practice")]
    more = {"organisation": bodies[-1:], "PART_OF": under("B02"), "system": [system("Q01/engine")], "REALISES": does("Q01/engine TEC-1.1"),
            "USES": [{"from": f"organisation:{code}", "to": "system:Q01/engine"} for code in ("B01", "B02")]}  # fmt: skip
    estate = small(**through_mesh(**more))
    found = gaps(estate, P4)
    levers = Levers(found)
    both = {("P4/6", "A01", "B01"), ("P4/6", "A01", "B02")}
    number = [action.id for action in levers.actions].index("connect system:Q01/engine to system:X01/mesh for toc")
    assert levers.actions[number].level == ICS
    assert closed(levers, [number]) == both
    assert open_gaps(found) - after(estate, found, levers.changes((number,))) == both


def test_what_the_nation_runs_the_nation_changes():
    content = {"system": [system("X01/pds", product="PDS"), system("A01/mat")], "REALISES": does("X01/pds ADM-1.1", "A01/mat SPC-3.1"),
               "interface": [interface("X01/pds/i1", "system:X01/pds", None)], "CONSUMES": consumes("system:A01/mat X01/pds/i1")}  # fmt: skip
    levers = Levers(gaps(small(**content), Scope(pathway="P5")))
    assert {action.level for action in levers.actions} <= {TRUST, NATION}
    assert levers.reachable


def test_an_interface_whose_statement_contradicts_gets_a_new_claim_and_no_statement():
    estate = small(
        interface=[interface("A01/letters/i1", "system:A01/letters", "toc", statement="x.json")],
        CONSUMES=consumes("system:B01/record A01/letters/i1"),
    )
    again = changed(estate, [Conform("interface:A01/letters/i1", "ukcore-stu2", replaces=True)])
    assert again.things("interface").select("standard", "statement").rows() == [("ukcore-stu2", None)]
    assert estate.things("interface").select("standard", "statement").rows() == [("toc", "x.json")], (
        "the estate itself is as it was"
    )


def test_a_gap_without_a_volume_weighs_what_the_known_ones_usually_weigh():
    flows = [
        {"id": "flow:1", "origin": "organisation:A01", "destination": "organisation:B01", "volume": 8, "step": "P4/6"}
    ]
    levers = Levers(gaps(small(flow=flows), P4))
    assert set(levers.rows["weight"].to_list()) == {8.0}


STANDARDS = st.sampled_from([None, "toc", "hl7v2", "bars", "mesh", "toc; hl7v2"])
ESTATES = st.fixed_dictionaries(
    {
        "letter": STANDARDS,
        "taker": st.sampled_from(["system:B01/record", "organisation:B01", "system:X01/mesh", "system:Q01/engine"]),
        "leg": STANDARDS,
        "from": st.sampled_from(["system:X01/mesh", "system:Q01/engine"]),
        "product": st.sampled_from(["Same", "Other"]),
        "uses": st.sets(st.sampled_from(["A01", "B01"])),
    }
)


def made(told: dict):
    """Returns a generated estate: a letters system, a record, MESH and an engine, joined somehow."""
    giver = told["from"]
    key = f"{giver.partition(':')[2]}/i2"
    return stated(
        organisation=BODIES, PART_OF=under("A01", "B01"),
        system=[system("A01/letters", product="Same"), system("B01/record", product=told["product"]), system("X01/mesh", product="MESH"), system("Q01/engine")],
        REALISES=does("A01/letters CRD-2.1", "B01/record REC-1.1", "Q01/engine TEC-1.1"),
        USES=[{"from": f"organisation:{code}", "to": "system:Q01/engine"} for code in sorted(told["uses"])],
        interface=[interface("A01/letters/i1", "system:A01/letters", told["letter"]), interface(key, giver, told["leg"])],
        CONSUMES=consumes(f"{told['taker']} A01/letters/i1", f"system:B01/record {key}"),
    )  # fmt: skip


@pytest.mark.slow
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(ESTATES)
def test_every_choice_of_one_or_two_actions_closes_what_is_promised_and_none_more_than_the_best(told):
    estate = made(told)
    found = gaps(estate, Scope(origin="A01", destination="B01", pathway="P4"))
    levers = Levers(found)
    before = open_gaps(found)
    assume(before and 1 <= len(levers.actions) <= 9)
    most = {}
    for size in (1, 2):
        for numbers in combinations(range(len(levers.actions)), size):
            shown = before - after(estate, found, levers.changes(numbers))
            assert shown == closed(levers, numbers), [levers.actions[number].id for number in numbers]
            most[size] = max(most.get(size, 0), len(shown))
        assert len(levers.best(size).closed) == max(most.values())
