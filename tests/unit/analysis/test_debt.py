"""The debt register: what is past or near its end, what people do about it, and what it is said to cost."""

from __future__ import annotations

import pytest

from tests.unit.analysis.registers import PLANS, STACK

C1, C2, C6 = "component:RAA/pas/c1", "component:RAA/pas/c2", "component:RAA/ris/c6"
B1, B2, B3 = "component:RBB/pas/c1", "component:RBB/pas/c2", "component:RBB/pas/c3"
HELD = f"mitigation,{C1},,,,Head of Cyber,Own segment,2026-06-01,2027-06-01,NET-1\n"


def test_it_holds_what_is_past_or_near_and_nothing_of_retired_systems(kept):
    rows = kept.rows("debt")
    assert {key: row["state"] for key, row in rows.items()} == {
        C1: "past", C2: "past", C6: "past", B1: "past", B2: "past", B3: "near",
    }  # fmt: skip
    assert rows[C1]["days_past"] == 1139
    assert rows[B3]["days_past"] == "not past"


def test_counts_stand_beside_what_they_are_a_share_of_and_unknown_is_counted(kept):
    counts = kept.ask("debt")["counts"]
    told = {tally["ref"]: (tally["n"], tally["of"]) for tally in counts.values()}
    assert told["register(items; kind:*)"] == (6, 8)
    assert told["register(unknown; kind:*)"] == (1, 8)
    assert told["register(costed; kind:*)"] == (3, 6)
    assert told["register(past their date; kind:*)"] == (1, 5)


def test_a_cost_that_nobody_states_is_not_estimated_and_a_stated_nothing_is_nothing(kept):
    rows = kept.rows("debt")
    assert [rows[C1][name] for name in ("capital_low", "capital_central", "capital_high")] == [
        90_000_000,
        140_000_000,
        260_000_000,
    ]
    assert rows[C1]["revenue_central"] == "not estimated"
    assert (rows[C6]["capital_central"], rows[C6]["revenue_central"]) == ("not estimated", 0)
    assert {rows[B1][name] for name in ("capital_low", "revenue_high")} == {"not estimated"}
    assert (rows[B2]["treatment"], rows[B2]["funded"], rows[B2]["capital_low"]) == (
        "no plan",
        "no plan",
        "not estimated",
    )


def test_a_plan_of_a_system_is_paid_for_once(kept):
    group = kept.rows("debt", "--group-by", "org")["organisation:RAA"]
    assert (group["items"], group["of"], group["planned"], group["costed"]) == (3, 5, 3, 3)
    assert (group["capital_low"], group["capital_high"], group["revenue_low"]) == (
        90_000_000,
        260_000_000,
        "not estimated",
    )
    assert group["revenue_central"] == 0
    assert kept.rows("debt", "--group-by", "org")["organisation:RBB"]["capital_central"] == "not estimated"


def test_what_one_shared_action_would_cover_is_counted_over_the_whole_estate(kept):
    group = kept.rows("debt", "--group-by", "product")["windows-server:2012-r2"]
    assert (group["organisations"], group["systems"], group["items"]) == (2, 2, 2)
    assert kept.rows("debt", "org:RBB")[B1]["shared_organisations"] == 2


@pytest.mark.parametrize("by", ["org", "system", "capability", "supplier", "product"])
def test_no_item_is_lost_in_a_group(kept, by):
    rows = kept.rows("debt", "--group-by", by)
    total = sum(row["items"] for row in rows.values())
    # An item of several capabilities counts for each of them.
    assert total >= 6 if by == "capability" else total == 6
    assert all(row["items"] == row["past"] + row["near"] for row in rows.values())


def test_what_does_nothing_known_stands_in_a_group_of_its_own(kept):
    assert kept.rows("debt", "--group-by", "capability")["not known"]["items"] == 3


def test_a_mitigation_never_makes_an_item_supported(small):
    before = small.rows("debt")[C1]
    small.decide(HELD)
    after = small.rows("debt")[C1]
    assert (after["mitigation"], after["mitigation_evidence"], after["mitigation_until"]) == (
        "held",
        "NET-1",
        "2027-06-01",
    )
    assert (before["status"], before["days_past"], before["state"]) == (
        after["status"],
        after["days_past"],
        after["state"],
    )


@pytest.mark.parametrize(
    ("day", "state"),
    [("2026-05-31", "none"), ("2026-06-01", "held"), ("2027-05-31", "held"), ("2027-06-01", "expired")],
)
def test_a_mitigation_holds_from_its_date_until_the_day_before_it_expires(small, day, state):
    small.decide(HELD)
    assert small.rows("debt", day=day)[C1]["mitigation"] == state


def test_a_mitigation_of_a_system_is_for_all_it_runs_on_and_the_longest_counts(small):
    small.decide(
        HELD + HELD.replace(C1, "system:RAA/pas").replace("2027-06-01", "2028-01-01").replace("NET-1", "NET-2")
    )
    rows = small.rows("debt")
    assert (rows[C2]["mitigation"], rows[C1]["mitigation_evidence"]) == ("held", "NET-2")
    assert rows[C6]["mitigation"] == "none"


@pytest.mark.parametrize("missing", ["2027-06-01", "NET-1", "Own segment", "Head of Cyber"])
def test_a_mitigation_that_lacks_something_is_refused(small, missing):
    from eamap.errors import SourceError

    with pytest.raises((SourceError, AssertionError)):
        small.decide(HELD.replace(missing, ""))


def test_decisions_are_found_again_after_a_changed_file(small):
    finding = small.rows("debt")[C1]["finding"]
    small.decide(f"{HELD}acceptance,{finding},,,,SIRO,Read only,2026-06-01,2027-04-01,Board 7\n")
    changed = STACK.replace(
        "Windows Server 2012 R2,OS,Server,2,Yes,2026-11-01", "Windows Server 2012 R2,OS,Server,9,No,2026-11-20"
    )
    small.ingest(stack=changed.replace("RAA,ris,c4,Bespoke Thing 3,Application,Server,1,,2026-11-01\n", ""))
    row = small.rows("debt")[C1]
    assert (row["count"], row["finding"]) == (9, finding)
    assert (row["mitigation"], row["acceptance"], row["acceptance_by"]) == ("held", "held", "SIRO")
    assert small.rows("debt", day="2027-04-01")[C1]["acceptance"] == "expired"


def test_a_finding_about_another_release_is_not_the_one_that_was_accepted(small):
    finding = small.rows("debt")[C1]["finding"]
    small.decide(f"acceptance,{finding},,,,SIRO,Read only,2026-06-01,2027-04-01,Board 7\n")
    small.ingest(
        stack=STACK.replace("Windows Server 2012 R2,OS,Server,2,Yes", "Windows Server 2008 R2 SP1,OS,Server,2,Yes")
    )
    assert small.rows("debt")[C1]["acceptance"] == "none"


def test_one_national_proof_covers_many_and_counts_once(small):
    small.decide("entitlement,windows-server:2008-r2-sp1,national,national,N-1,Head of Commercial,bought,2020-01-01,2099-01-01,\n"
                 "entitlement,mssqlserver:13.0-sp3,national,national,N-2,Head of Commercial,bought,2026-01-01,2027-07-14,\n")  # fmt: skip
    row = small.rows("debt")[C2]
    assert (row["status"], row["state"], row["entitlement"], row["entitlement_scope"]) == (
        "extended support, proven",
        "past",
        "N-2",
        "national",
    )
    groups = small.rows("debt", "--group-by", "product")
    assert groups["mssqlserver:13.0-sp3"]["entitlements"] == 1


def test_moving_the_day_across_an_end_changes_exactly_what_ends_then(kept):
    before, after = (kept.rows("debt", day=day) for day in ("2026-07-14", "2026-07-15"))
    moved = {key for key in after if after[key]["state"] != before.get(key, {}).get("state")}
    assert moved == {C2}


def test_plans_that_change_change_the_register(small):
    small.ingest(plans=PLANS.replace("RBB,pas,Windows Server 2012 R2,Upgrade", "RBB,pas,PostgreSQL 14.9,Upgrade"))
    rows = small.rows("debt")
    assert (rows[B1]["treatment"], rows[B2]["treatment"]) == ("no plan", "upgrade")


def test_a_selector_takes_systems_with_what_they_run_on_and_components_alone(kept):
    assert set(kept.rows("debt", "system:RAA/pas")) == {C1, C2}
    assert set(kept.rows("debt", "kind:component and layer:os and org:RAA")) == {C1, C6}


def test_every_cell_is_explained_and_counted_again(kept):
    envelope = kept.ask("debt")
    row = next(row for row in envelope["rows"] if row["id"] == C1)
    for key in ("days_past", "capital_central", "target_date", "count", "shared_organisations"):
        told = kept.ask("explain", row["refs"][key])
        assert told["rows"][0]["value"] == row[key]
        assert len(told["rows"]) > 1
    cells = {(each["citation"]["source"], each["citation"]["column"], each["citation"]["value"])
             for each in kept.ask("explain", row["refs"]["capital_central"])["rows"][1:]}  # fmt: skip
    assert cells == {("plans.csv", "Capital central", "1400000")}


def test_every_count_and_sum_is_explained(kept):
    value = kept.explainer()
    for tally in kept.ask("debt", "org:RAA")["counts"].values():
        assert value(tally["ref"]) == tally["n"]
        assert value(tally["of_ref"]) == tally["of"]
    for by in ("org", "capability", "product"):
        for row in kept.ask("debt", "--group-by", by)["rows"]:
            for key, ref in row["refs"].items():
                if key not in ("key", "name"):
                    assert value(ref) == row[key], (key, ref)


def test_the_public_is_told_nothing(kept):
    with pytest.raises(AssertionError):
        kept.run("debt", "--profile", "public")
