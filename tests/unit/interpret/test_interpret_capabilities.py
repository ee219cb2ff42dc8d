from __future__ import annotations

from urllib.parse import quote

import pytest
from stated_rows import decided, meant, pairs, system


def realised(**content):
    return pairs(meant(**content).links("REALISES"), "route", "certainty")


def does(to):
    return [{"from": "system:RXX/a", "to": f"capability:{to}", "route": "stated", "certainty": "stated"}]


@pytest.mark.parametrize("written", ["DIA-2.1", "dia-2.1", "{NAME}", "{name}", "{encoded}"])
def test_a_stated_capability_is_found_by_id_or_exact_name(written):
    name = meant().find("capability:DIA-2.1")["name"]
    text = written.format(NAME=name.upper(), name=name.lower(), encoded=quote(name))
    links = realised(system=[system("RXX/a")], REALISES=does(text))
    assert links == [("system:RXX/a", "capability:DIA-2.1", "stated", "stated")]


def test_a_name_that_is_only_near_is_no_capability():
    name = meant().find("capability:DIA-2.1")["name"]
    ((_, to, *_),) = realised(system=[system("RXX/a")], REALISES=does(f"{name} plus"))
    assert to != "capability:DIA-2.1"


def test_a_stated_capability_that_nobody_knows_stays_and_the_next_route_is_taken():
    links = realised(system=[system("RXX/a", system_type="LIMS")], REALISES=does("Blood things"))
    assert links == [
        ("system:RXX/a", "capability:BLOOD THINGS", "stated", "stated"),
        ("system:RXX/a", "capability:DIA-2.1", "system-type", "inferred"),
    ]


def test_what_is_stated_goes_before_product_and_type():
    systems = [system("RXX/a", product="Epic", system_type="LIMS")]
    assert realised(system=systems, REALISES=does("MED-1.1")) == [
        ("system:RXX/a", "capability:MED-1.1", "stated", "stated")
    ]


def test_a_product_of_one_capability_is_inferred_and_goes_before_the_type():
    links = realised(system=[system("RXX/a", product="Ultra LIMS", system_type="PAS")])
    assert links == [("system:RXX/a", "capability:DIA-2.1", "product", "inferred")]


def test_the_leaves_of_a_suite_are_only_possible():
    links = realised(system=[system("RXX/a", product="Epic")])
    assert len(links) > 5
    assert {(route, certainty) for *_, route, certainty in links} == {("product", "possible")}


def test_a_decision_confirms_one_leaf_of_a_suite_and_leaves_the_others_possible():
    content = {"system": [system("RXX/a", product="Epic")]}
    before = realised(**content)
    links = realised(**content, decisions=[decided("capability", "system:RXX/a", "capability:med-1.1")])
    assert ("system:RXX/a", "capability:MED-1.1", "stated", "stated") in links
    assert len(links) == len(before)
    assert sum(certainty == "possible" for *_, certainty in links) == len(before) - 1


def test_a_type_that_is_a_capability_is_inferred_and_the_rest_of_its_suite_possible():
    certainty = {to: sure for _, to, route, sure in realised(system=[system("RXX/a", system_type="EPR")])}
    assert certainty["capability:REC-1.1"] == "inferred"
    assert certainty["capability:MED-1.1"] == "possible"


def test_each_of_several_types_counts_and_the_surer_one_wins():
    certainty = {
        to: sure for _, to, _, sure in realised(system=[system("RXX/a", system_type="EPR; E-prescribing; LIMS")])
    }
    assert certainty["capability:MED-1.1"] == "inferred"
    assert certainty["capability:DIA-2.1"] == "inferred"


def test_in_house_and_unknown_products_fall_back_to_the_type():
    systems = [
        system("RXX/a", product="In-house", system_type="LIMS"),
        system("RXX/b", product="Bedboard", system_type="LIMS"),
    ]
    assert [(to, route) for _, to, route, _ in realised(system=systems)] == [("capability:DIA-2.1", "system-type")] * 2


def test_an_inferred_link_cites_the_row_of_its_system():
    estate = meant(system=[system("RXX/z"), system("RXX/a", system_type="LIMS")])
    assert estate.links("REALISES").select("source", "row", "rule").rows() == [("apps", 2, "r")]


def test_a_system_of_which_nothing_is_known_realises_nothing():
    assert realised(system=[system("RXX/a", system_type="Site logbook")]) == []


def test_the_model_is_there_with_its_tree():
    estate = meant()
    model = estate.things("capability")
    leaf = estate.find("capability:DIA-2.1")
    assert model.height == 136
    assert leaf["level"] == "3"
    assert leaf["definition"]
    assert leaf["instances_per_org"] in {"one", "many", "shared"}
    assert ("capability:DIA-2.1", "capability:DIA-2") in pairs(estate.links("PART_OF"))
    assert ("capability:DIA-2", "capability:DIA") in pairs(estate.links("PART_OF"))
