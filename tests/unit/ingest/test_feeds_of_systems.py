"""Lists of feeds beside the system they belong to: a column headed "System" exposes, unless the direction says it receives."""

from __future__ import annotations

import pytest

HEAD = "System,Interface,Protocol,Direction,Connects to\n"


def said(world, text: str):
    return world.say(text, "feeds.csv", organisation="RXR")


def exposers(world) -> list[str | None]:
    return world.things("interface", "exposer")


@pytest.mark.parametrize(
    "head",
    [
        "System,Interface,Protocol,Direction",
        "Application,Feed name,Transport,Status",
        "System name,Interface name,Interface type,Notes",
    ],
)
def test_the_system_of_a_feed_exposes_it(world, head):
    done = said(world, f"{head}\nPAS,ADT feed,HL7 v2,\n")
    assert [change.part.meta["mapping"] for change in done.changes] == ["system-feeds"]
    assert exposers(world) == ["system:RXR/pas"]
    assert world.things("interface", "protocol") == ["hl7v2"]


@pytest.mark.parametrize("direction", ["Out", "outbound", "Both", "", "send"])
def test_what_it_sends_to_consumes(world, direction):
    said(world, HEAD + f"PAS,ADT feed,HL7 v2,{direction},Lab system\n")
    assert exposers(world) == ["system:RXR/pas"]
    assert world.links("CONSUMES") == [("system:RXR/lab-system", "interface:RXR/pas/adt-feed")]


@pytest.mark.parametrize("direction", ["In", "inbound", "Incoming", "receives"])
def test_a_feed_that_comes_in_is_exposed_by_the_other(world, direction):
    said(world, HEAD + f"PAS,Results,HL7 v2,{direction},Lab system\n")
    assert exposers(world) == ["system:RXR/lab-system"]
    assert world.links("CONSUMES") == [("system:RXR/pas", "interface:RXR/lab-system/results")]


def test_a_feed_that_comes_from_nobody_known_has_no_exposer(world):
    said(world, HEAD + "PAS,Results,HL7 v2,In,\n")
    assert exposers(world) == [None]
    assert world.links("CONSUMES") == [("system:RXR/pas", "interface:RXR/pas/results")]


def test_a_list_that_names_both_ends_is_read_as_before(world):
    head = "System,Interface ID,Interface name,Exposed by,Consumed by,Protocol,Standard,Direction\n"
    done = said(world, head + "x,i1,ADT,PAS,LIMS,HL7 v2,,out\n")
    assert [change.part.meta["mapping"] for change in done.changes] == ["generic-interfaces"]
    assert exposers(world) == ["system:RXR/pas"]


def test_a_list_of_systems_is_still_one(world):
    done = said(world, "System,Supplier,Product,Status,Version\nPAS,A,B,live,1\n")
    assert [change.part.meta["mapping"] for change in done.changes] == ["generic-systems"]
