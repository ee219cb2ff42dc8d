from __future__ import annotations

import pytest

from eamap.ingest.decide import decide
from eamap.ingest.reconcile import WEIGHT
from eamap.model.decisions import Decision

WHEN = "2026-11-22T09:00:00+00:00"
SYSTEMS = "Organisation code,System ID,System name,Supplier,Owner,Criticality\n"
MAPPING = """
name: {name}
title: Mine
provenance: {provenance}
origin: a test
least: 1
organisation: org
fact_date: "{day}"
columns:
  org: {{headers: [Org]}}
  id: {{headers: [My id], required: true}}
  name: {{headers: [My name]}}
rules:
  - {{rule: system, make: system, parent: {{what: organisation}}, key: [id], fields: {{operator: organisation, name: name}}}}
"""


def state(world, name: str, provenance: str, day: str = "", source: str = "") -> None:
    """Ingests a file that says the system has this name."""
    world.mapping(MAPPING.format(name="mine", provenance=provenance, day=day))
    world.say(f"Org,My id,My name\nRXX,a,{name}\n", name=f"{name}.csv", mapping="mine", source=source or name)


def decided(world, kind: str, subject: str, day: str = "2026-01-01", **said: str) -> None:
    decision = Decision(kind, subject, "Architect", "because", day, **said)
    decide(world.store, [decision], world.known, published=WHEN, wait=1)


def attested(world, field: str = "name") -> list[tuple[str, str, bool]]:
    found = world.estate.attestations.filter(world.estate.attestations["field"] == field)
    return sorted(found.select("source", "value", "won").rows())


def test_the_better_provenance_wins_and_both_values_stay(world):
    state(world, "Foi", "foi", "2026-06-01")
    state(world, "Inventory", "signed-off", "2020-01-01")
    assert world.things("system", "name") == ["Inventory"]
    assert attested(world) == [("Foi", "Foi", False), ("Inventory", "Inventory", True)]


@pytest.mark.parametrize(("better", "worse"), list(zip(list(WEIGHT)[1:], list(WEIGHT)[2:], strict=False)))
def test_every_step_of_provenance(world, better, worse):
    state(world, "A worse", worse)
    state(world, "Better", better)
    assert world.things("system", "name") == ["Better"]


@pytest.mark.parametrize(("older", "newer"), [("2024-01-01", "2024-01-02"), ("2024", "2024-02"), ("", "1999")])
def test_then_the_later_date_of_the_fact(world, older, newer):
    state(world, "A older", "foi", older)
    state(world, "Newer", "foi", newer)
    assert world.things("system", "name") == ["Newer"]


def test_then_the_name_of_the_source(world):
    state(world, "Second", "foi", source="b")
    state(world, "First", "foi", source="a")
    assert world.things("system", "name") == ["First"]


def test_what_the_better_source_does_not_say_the_other_does(world):
    world.say(SYSTEMS + "RXX,a,PAS,,Nurse,\n", name="1.csv", source="1")
    world.say(SYSTEMS + "RXX,a,Other,Oracle,,High\n", name="2.csv", source="2")
    assert world.things("system", "name", "supplier", "owner_role", "criticality") == [
        ("PAS", "Oracle", "Nurse", "high")
    ]
    assert attested(world, "supplier") == [("2", "Oracle", True)]


def test_of_two_sources_that_say_the_same_the_better_is_cited(world):
    world.say(SYSTEMS + "RXX,a,PAS,Us,,\n", name="1.csv", source="1")
    world.say(SYSTEMS + "RXX,a,PAS,Them,,\n", name="2.csv", source="2")
    assert attested(world) == [("1", "PAS", True), ("2", "PAS", False)]


def test_a_decision_wins_over_all(world):
    state(world, "Inventory", "signed-off")
    decided(world, "override", "system:RXX/a", field="name", value="Decided")
    assert world.things("system", "name") == ["Decided"]
    assert [value for _, value, won in attested(world) if won] == ["Decided"]
    state(world, "Next", "signed-off", source="Inventory")
    assert world.things("system", "name") == ["Decided"]


def test_of_two_decisions_the_later_holds(world):
    state(world, "Inventory", "signed-off")
    decided(world, "override", "system:RXX/a", "2026-02-02", field="name", value="A later")
    decided(world, "override", "system:RXX/a", "2026-01-01", field="name", value="Earlier")
    assert world.things("system", "name") == ["A later"]


def test_a_decision_about_nothing_that_is_stated_makes_nothing(world):
    state(world, "Inventory", "signed-off")
    decided(world, "override", "system:RXX/ghost", field="name", value="Boo")
    assert world.things("system") == ["system:RXX/a"]


def test_a_number_can_be_decided(world):
    world.say("Organisation code,System ID,Component,Layer,Component ID,Count\nRXX,a,RHEL 8,OS,c1,5\n")
    decision = Decision(
        "override", "component:RXX/a/c1", "Architect", "because", "2026-01-01", field="count", value="7"
    )
    decide(world.store, [decision], world.known, published=WHEN, wait=1)
    assert world.things("component", "count") == [7]


def test_two_ids_that_are_the_same_become_one(world):
    world.say(SYSTEMS + "RXX,a,PAS,Us,,\nRXX,b,Patient system,Us,,\nRXX,c,Other,Us,,\n", name="s.csv")
    world.say("Organisation code,System ID,Component,Layer\nRXX,b,RHEL 8,OS\n", name="c.csv")
    world.say(
        "Organisation code,Interface ID,Interface name,Exposed by,Consumed by,Protocol\nRXX,i,ADT,b,c,HL7\n",
        name="i.csv",
    )
    decided(world, "same-as", "system:RXX/b", object="system:RXX/a")
    assert world.things("system", "id", "name") == [("system:RXX/a", "PAS"), ("system:RXX/c", "Other")]
    assert world.things("component", "system") == ["system:RXX/a"]
    assert world.things("interface", "exposer") == ["system:RXX/a"]
    decided(world, "override", "system:RXX/b", field="name", value="The PAS")
    assert world.things("system", "name") == ["The PAS", "Other"]


def test_the_same_is_followed_to_its_end_and_a_circle_ends(world):
    world.say(SYSTEMS + "RXX,a,A,Us,,\nRXX,b,B,Us,,\nRXX,c,C,Us,,\n")
    decided(world, "same-as", "system:RXX/c", object="system:RXX/b")
    decided(world, "same-as", "system:RXX/b", object="system:RXX/a")
    assert world.things("system") == ["system:RXX/a"]
    decided(world, "same-as", "system:RXX/a", object="system:RXX/c")
    assert len(world.things("system")) == 1


def test_a_system_named_by_its_name_is_found(world):
    text = "Organisation code,System ID,Component,Layer\nRXX,Patient System,RHEL 8,OS\nRXX,EPR,RHEL 7,OS\nRYJ,Patient System,RHEL 6,OS\n"
    world.say(text, name="c.csv")
    world.say(SYSTEMS + "RXX,a,Patient System,Us,,\nRXX,b,EPR,Us,,\nRXX,c,EPR,Us,,\n", name="s.csv")
    found = dict(world.things("component", "raw", "system"))
    assert found == {"RHEL 8": "system:RXX/a", "RHEL 7": "system:RXX/epr", "RHEL 6": "system:RYJ/patient-system"}


def test_links_that_two_sources_state_stand_once(world):
    head = "Organisation code,System ID,System name,Integrates with\n"
    world.say(head + "RXX,a,A,b\nRXX,b,B,\n", name="1.csv", source="1")
    world.say(head + "RXX,a,A,b\nRXX,b,B,\n", name="2.csv", source="2")
    assert world.links("DEPENDS_ON") == [("system:RXX/a", "system:RXX/b")]
    assert world.estate.links("DEPENDS_ON")["source"].to_list() == ["1"]
