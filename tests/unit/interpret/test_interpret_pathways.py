from __future__ import annotations

from stated_rows import meant, pairs


def test_pathways_have_their_steps_in_order():
    estate = meant()
    assert estate.find("pathway:P1")["name"] == "Suspected cancer referral"
    orders = [int(order) for start, _, order in pairs(estate.links("HAS_STEP"), "order") if start == "pathway:P1"]
    assert sorted(orders) == list(range(1, len(orders) + 1))
    step = estate.find("step:P1/2")
    assert (step["pathway"], step["order"], step["handoff"], step["from_role"]) == ("pathway:P1", 2, "yes", "primary")


def test_a_step_asks_for_capabilities_and_by_the_crosswalk_for_standards():
    links = pairs(meant().links("REQUIRES"))
    assert ("step:P1/2", "capability:CRD-2.3") in links
    assert ("step:P1/2", "standard:ers-fhir") in links


def test_everything_a_step_asks_for_is_there():
    estate = meant()
    held = {*estate.things("capability")["id"], *estate.things("standard")["id"]}
    assert {to for _, to in pairs(estate.links("REQUIRES"))} <= held
    assert {start for start, _ in pairs(estate.links("REQUIRES"))} <= set(estate.things("step")["id"])


def test_reference_tables_cite_their_set():
    estate = meant()
    for kind in ("pathway", "step", "capability", "standard"):
        assert set(estate.things(kind).select("source", "row").rows()) == {
            (
                f"reference/{'capabilities' if kind == 'capability' else 'standards' if kind == 'standard' else 'pathways'}",
                0,
            )
        }
