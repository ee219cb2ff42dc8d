"""Which hand-offs are paired, and what answers each kind of connection gives."""

from __future__ import annotations

import polars as pl
import pytest

from eamap.analysis.pathways.connections_of import connections
from eamap.analysis.pathways.gaps import Scope, read_scope
from eamap.errors import UsageError
from tests.unit.analysis.handoff_estates import (
    BODIES,
    answer,
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

LETTER = {"CONSUMES": consumes("system:B01/record A01/letters/i1")}


def letters(standard: str | None = "toc", **fields: str | None) -> dict[str, list[dict]]:
    return {"interface": [interface("A01/letters/i1", "system:A01/letters", standard, **fields)], **LETTER}


def verdict(check: str, word: str, standard: str = "") -> dict[str, str]:
    return {"check": check, "subject": "interface:A01/letters/i1", "identity": standard, "verdict": word}


def test_without_an_interface_none_is_known():
    row = answer(gaps(small()))
    assert (row["answer"], row["route"], row["verified"]) == ("none_known", None, "not assessed")


def test_a_claim_of_a_standard_asked_for_is_declared_and_reads_not_assessed():
    row = answer(gaps(small(**letters())))
    assert (row["answer"], row["verified"], row["route"]) == ("declared_only", "not assessed", "direct")


def test_with_the_checks_run_an_interface_they_said_nothing_of_still_reads_not_assessed():
    other = pl.DataFrame([verdict("FHR013", "unknown", "toc")])
    row = answer(gaps(small(**letters()), None, other))
    assert (row["answer"], row["verified"]) == ("declared_only", "not assessed")


def test_a_claim_that_was_compared_and_met_is_conformant():
    row = answer(gaps(small(**letters()), None, pl.DataFrame([verdict("FHR013", "pass", "toc")])))
    assert (row["answer"], row["verified"]) == ("conformant", "verified")


def test_meeting_another_standard_proves_nothing_of_the_one_asked_for():
    row = answer(
        gaps(small(**letters("toc; ukcore-stu2")), None, pl.DataFrame([verdict("FHR013", "pass", "ukcore-stu2")]))
    )
    assert row["answer"] == "declared_only"


@pytest.mark.parametrize("check", ["FHR001", "FHR002", "FHR003", "FHR004", "FHR013"])
def test_a_statement_that_contradicts_is_not_conformant(check):
    row = answer(gaps(small(**letters()), None, pl.DataFrame([verdict(check, "fail", "toc")])))
    assert (row["answer"], row["verified"]) == ("non_conformant", "contradicted")


@pytest.mark.parametrize("standard", [None, "hl7v2", "made up"])
def test_an_interface_that_claims_no_standard_asked_for_is_not_conformant(standard):
    row = answer(gaps(small(**letters(standard))))
    assert (row["answer"], row["why"]) == ("non_conformant", "claims none of the standards asked for")


def test_a_standard_past_its_use_on_the_day_is_not_conformant():
    # Pathology results by EDIFACT: asked for by the step, and deprecated.
    lab = {
        "organisation": [*BODIES, body("L01", "pathology_network", "pathology-network")], "PART_OF": under("A01", "B01", "L01"),
        "system": [system("L01/lims"), system("B01/record")], "REALISES": does("L01/lims DIA-1.2"),
        "interface": [interface("L01/lims/i1", "system:L01/lims", "pathology-edifact", protocol="edifact")],
        "CONSUMES": consumes("system:B01/record L01/lims/i1"),
    }  # fmt: skip
    row = answer(gaps(stated(**lab)), "P8/8", "L01")
    assert (row["answer"], row["why"]) == ("non_conformant", "the standard is past its use on the day")


@pytest.mark.parametrize("protocol", ["paper", "email", "phone", "fax"])
def test_paper_email_phone_and_fax_are_other_means(protocol):
    assert answer(gaps(small(**letters(None, protocol=protocol))))["answer"] == "other_means"


@pytest.mark.parametrize("status", ["planned", "retired"])
def test_an_interface_that_is_not_in_use_joins_nobody(status):
    assert answer(gaps(small(**letters(status=status))))["answer"] == "none_known"


def test_a_retired_system_joins_nobody():
    content = letters() | {"system": [system("A01/old", status="retired")]}
    content["interface"][0]["exposer"] = "system:A01/old"
    assert answer(gaps(small(**content)))["answer"] == "none_known"


def test_an_interface_about_something_else_is_none_for_this_step():
    content = {"system": [system("A01/pacs")], "REALISES": does("A01/pacs DIA-3.2"), "CONSUMES": consumes("system:B01/record A01/pacs/i1"),
               "interface": [interface("A01/pacs/i1", "system:A01/pacs", "hl7v2")]}  # fmt: skip
    assert answer(gaps(small(**content)))["answer"] == "none_known"


def test_users_of_one_system_share_it():
    content = {"system": [system("Q01/record")], "REALISES": does("Q01/record CRD-2.1"),
               "USES": [{"from": f"organisation:{code}", "to": "system:Q01/record"} for code in ("A01", "B01")]}  # fmt: skip
    found = gaps(small(**content))
    row = connections(
        found, found.rows.filter((pl.col("step") == "P4/6") & (pl.col("to_organisation") == "B01"))
    ).to_dicts()[0]
    assert (row["answer"], row["route"], row["through"], row["interfaces"]) == (
        "declared_only",
        "shared",
        "system:Q01/record",
        [],
    )


def hub(first: str, second: str) -> dict[str, list[dict]]:
    """Returns a path through MESH, whose two legs claim standards."""
    return {
        "system": [system("X01/mesh", product="MESH")],
        "interface": [interface("A01/letters/i1", "system:A01/letters", first), interface("X01/mesh/i2", "system:X01/mesh", second)],
        "CONSUMES": consumes("system:X01/mesh A01/letters/i1", "system:B01/record X01/mesh/i2"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("first", "second", "worth"),
    [("toc", "toc", "declared_only"), ("toc", "mesh", "non_conformant"), ("mesh", "toc", "non_conformant")],
)
def test_a_path_through_a_national_service_is_worth_its_weaker_leg(first, second, worth):
    found = gaps(small(**hub(first, second)))
    row = connections(
        found, found.rows.filter((pl.col("step") == "P4/6") & (pl.col("to_organisation") == "B01"))
    ).to_dicts()[0]
    assert (row["answer"], row["route"], row["through"]) == (worth, "via", "system:X01/mesh")
    assert row["interfaces"] == ["interface:A01/letters/i1", "interface:X01/mesh/i2"]


def test_users_of_a_national_service_do_not_hold_it():
    content = hub("toc", "toc")
    content["USES"] = [{"from": "organisation:B01", "to": "system:X01/mesh"}]
    content["interface"] = content["interface"][:1]
    content["CONSUMES"] = content["CONSUMES"][:1]
    assert answer(gaps(small(**content)))["answer"] == "none_known"


def test_a_national_body_is_paired_with_every_system_of_care():
    rows = gaps(small()).rows.filter(pl.col("to_organisation") == "X01")
    assert set(rows["from_organisation"]) == {"A01"}
    assert not rows["crosses"].any()


def two_boards(**more: list[dict]) -> dict[str, list[dict]]:
    bodies = [*BODIES, body("Q02", "system_icb", "icb"), body("B02", "primary", "gp-practice")]
    return {"organisation": bodies, "PART_OF": under("A01", "B01") + under("B02", board="Q02"), **more}


def test_across_systems_of_care_nobody_is_paired_without_a_flow_or_an_interface():
    assert not gaps(stated(**two_boards())).rows["crosses"].any()


def test_across_systems_of_care_a_declared_interface_makes_a_pair():
    content = two_boards(
        system=[system("A01/letters"), system("B02/record")], REALISES=does("A01/letters CRD-2.1"), **letters()
    )
    content["CONSUMES"] = consumes("system:B02/record A01/letters/i1")
    row = answer(gaps(stated(**content)), taker="B02")
    assert (row["answer"], row["crosses"]) == ("declared_only", True)


def flow(volume: int, **fields: str) -> dict:
    ends = {"origin": "organisation:A01", "destination": "organisation:B02"}
    return {"id": f"flow:{volume}", **ends, "volume": volume, "period": "2026-04", **fields}


@pytest.mark.parametrize(("least", "paired"), [(1, True), (12, True), (13, False)])
def test_across_systems_of_care_a_flow_makes_a_pair_from_the_volume_asked_for(least, paired):
    found = gaps(stated(**two_boards(flow=[flow(12, step="P4/6")])), Scope(least=least))
    rows = found.rows.filter("crosses")
    assert rows.select("step", "to_organisation", "volume", "volume_kind").rows() == (
        [("P4/6", "B02", 12.0, "observed")] if paired else []
    )


def test_a_flow_of_a_capability_counts_for_its_hand_offs_and_the_latest_period_alone():
    flows = [flow(5, capability="CRD-2.1"), flow(7, capability="CRD-2.1", period="2025-04")]
    rows = gaps(stated(**two_boards(flow=flows))).rows.filter("crosses")
    assert {row["step"]: row["volume"] for row in rows.to_dicts()} == {"P2/9": 5.0, "P3/9": 5.0, "P4/6": 5.0}


def test_the_largest_volume_comes_first_and_what_has_none_last():
    found = gaps(stated(**two_boards(flow=[flow(5, step="P4/6"), flow(9, step="P2/9")]))).rows
    assert found["volume"].to_list()[:2] == [9.0, 5.0]
    assert found["volume"][2] is None


def test_a_role_that_nobody_fills_is_not_in_the_inventory_and_is_counted():
    found = gaps(small())
    rows = found.rows.filter(pl.col("answer") == "not_in_inventory")
    assert rows.height == found.counts["not_in_inventory"] > 0
    told = {row["step"]: (row["ics"], row["missing"]) for row in rows.to_dicts()}
    assert told["P4/5"] == ("Q01", "pharmacy")
    assert told["P3/10"] == ("Q01", "citizen")


def test_a_role_that_an_organisation_only_may_play_pairs_nobody():
    bodies = [*BODIES, body("L02", "", "local-authority")]
    found = gaps(stated(organisation=bodies, PART_OF=under("A01", "B01", "L02")))
    assert found.ends.possible.filter(pl.col("id") == "organisation:L02")["role"].to_list() == ["social_care"]
    assert not found.rows.filter(pl.col("to_organisation") == "L02").height


def test_a_body_that_closed_is_its_successor_on_the_day():
    bodies = [*BODIES, body("A02", "acute", closed="2025-03-31")]
    content = letters() | {
        "organisation": bodies, "PART_OF": under("A01", "B01", "A02"), "system": [system("A02/letters"), system("B01/record")],
        "REALISES": does("A02/letters CRD-2.1"), "SUCCEEDED_BY": [{"from": "organisation:A02", "to": "organisation:A01", "since": "2025-04-01"}],
    }  # fmt: skip
    content["interface"][0]["exposer"] = "system:A02/letters"
    found = gaps(stated(**content))
    assert answer(found)["answer"] == "declared_only"
    assert "A02" not in {*found.rows["from_organisation"], *found.rows["to_organisation"]}


def test_an_end_of_which_nothing_is_documented_is_said():
    found = gaps(stated(organisation=BODIES, PART_OF=under("A01", "B01")))
    assert answer(found)["why"] == "nothing is documented of one end"


def test_the_counts_are_those_of_the_rows():
    found = gaps(small(**letters()))
    assert sum(found.counts.values()) == found.rows.height


def test_a_scope_cuts_the_whole_and_changes_nothing_else():
    found = gaps(small(**letters()))
    cut = gaps(small(**letters()), Scope(origin="A01", destination="B01"))
    same = found.rows.filter((pl.col("from_organisation") == "A01") & (pl.col("to_organisation") == "B01"))
    columns = ["step", "from_organisation", "to_organisation", "answer"]
    assert cut.rows.select(columns).equals(same.select(columns))


@pytest.mark.parametrize(
    "scope", [Scope(), Scope("Q01", "P4"), Scope(origin="A01", destination="B01", least=5), Scope(within="A01|B01")]
)
def test_the_text_of_a_scope_reads_back(scope):
    assert read_scope(str(scope)) == scope


def test_a_text_that_is_no_scope_is_refused():
    with pytest.raises(UsageError, match="says nothing about hand-offs"):
        read_scope("colour=red")


def test_a_pathway_that_is_not_there_is_refused():
    with pytest.raises(UsageError, match="no pathway"):
        gaps(small(), Scope(pathway="P99")).rows  # noqa: B018  (worked out when asked for)
