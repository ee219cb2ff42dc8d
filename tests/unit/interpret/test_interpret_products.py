from __future__ import annotations

import polars as pl
import pytest
from stated_rows import decided, meant, pairs, system


def instances(**content):
    return pairs(meant(**content).links("INSTANCE_OF"), "match")


def test_a_name_of_the_table_is_its_product():
    systems = [system("RXX/pas", product="Oracle Millenium", product_version="2018", supplier="Cerner Ltd")]
    estate = meant(system=systems)
    found = estate.links("INSTANCE_OF").row(0, named=True)
    assert (found["to"], found["match"]) == ("product:oracle-health-millennium", "alias")
    assert (found["version"], found["source"], found["row"], found["rule"]) == ("2018", "apps", 1, "r")
    product = estate.find("product:oracle-health-millennium")
    assert (product["name"], product["supplier"]) == ("Oracle Health Millennium", "Oracle Health")
    assert (product["source"], product["row"]) == ("reference/products", 0)


def test_a_product_that_is_not_used_is_no_thing():
    assert meant(system=[system("RXX/pas", product="Epic")]).things("product")["id"].to_list() == ["product:epic"]


def test_a_link_leads_to_the_cell_that_named_the_product():
    raw = pl.DataFrame({"row": [1], "Product": ["Epic"]}, schema_overrides={"row": pl.UInt32})
    estate = meant(system=[system("RXX/pas", product="Epic")], raw=raw)
    link = estate.links("INSTANCE_OF").row(0, named=True)
    (cell,) = estate.cells(link["source"], link["row"], link["rule"], "product")
    assert (cell.source, cell.row, cell.column, cell.value) == ("apps.csv", 1, "Product", "Epic")


@pytest.mark.parametrize("near", ["Epik", "Epic 2", "Epicc"])
def test_what_is_only_near_stays_as_stated(near):
    ((_, to, match),) = instances(system=[system("RXX/a", product=near)])
    assert to != "product:epic"
    assert match == "as-stated"


def test_spellings_that_differ_in_case_are_one_product_under_the_most_frequent():
    texts = ["BedBoard Plus", "bedboard plus", "bedboard plus"]
    estate = meant(system=[system(f"RXX/{place}", product=text) for place, text in enumerate(texts)])
    assert estate.things("product").select("id", "name", "row").rows() == [
        ("product:bedboard-plus", "bedboard plus", 1)
    ]


def test_in_house_is_another_product_in_each_organisation():
    systems = [
        system("RXX/a", product="In-house"),
        system("RXX/b", supplier="In house"),
        system("RYY/a", product="Self-built"),
    ]
    estate = meant(system=systems)
    assert pairs(estate.links("INSTANCE_OF"), "match") == [
        ("system:RXX/a", "product:in-house/RXX", "in-house"),
        ("system:RXX/b", "product:in-house/RXX", "in-house"),
        ("system:RYY/a", "product:in-house/RYY", "in-house"),
    ]
    assert estate.things("product")["name"].to_list() == ["In-house (RXX)", "In-house (RYY)"]
    assert estate.links("SUPPLIED_BY").is_empty()
    assert estate.things("supplier").is_empty()


def test_two_bodies_that_each_built_a_whiteboard_do_not_share_one():
    systems = [system(f"{org}/a", product="Whiteboard", supplier="In-house") for org in ("RXX", "RYY")]
    ends = [to for _, to, _ in instances(system=systems)]
    assert ends == ["product:in-house/RXX/whiteboard", "product:in-house/RYY/whiteboard"]


def test_a_product_that_is_called_in_house_something_is_not_taken_for_in_house():
    assert instances(system=[system("RXX/a", product="In-house/RXX")]) == [
        ("system:RXX/a", "product:in-house%2Frxx", "as-stated")
    ]


@pytest.mark.parametrize("text", ["N/A", "Data Withheld", "No System Installed", "TBC", "   "])
def test_words_that_name_nobody_are_no_product_and_no_supplier(text):
    estate = meant(system=[system("RXX/a", product=text, supplier=text)])
    assert estate.links("INSTANCE_OF").is_empty()
    assert estate.links("SUPPLIED_BY").is_empty()


@pytest.mark.parametrize(
    ("supplier", "found"),
    [(None, True), ("The Access Group", True), ("Servelec", True), ("Unknown", True), ("TPP", False), ("Brindle Ltd", False), ("In-house", False)],
)  # fmt: skip
def test_a_name_stands_for_the_product_unless_the_supplier_is_another(supplier, found):
    links = instances(system=[system("RXX/a", name="RiO", supplier=supplier)])
    assert (("system:RXX/a", "product:rio", "name") in links) is found


@pytest.mark.parametrize("name", ["rio", " R_i-O ", "RiO (TM)", "RiO™", "Ri\u00f3", "ServeLec-RiO"])
def test_a_name_may_be_spelt_as_freely_as_a_product(name):
    assert instances(system=[system("RXX/a", name=name)]) == [("system:RXX/a", "product:rio", "name")]


@pytest.mark.parametrize("name", ["Radiology+", "Soliton Radiology+", "SOLITON radiology plus"])
def test_signs_that_are_words_are_read_in_names_as_in_products(name):
    by_product = instances(system=[system("RXX/a", product=name)])
    assert [to for _, to, match in by_product if match == "alias"] == [
        to for _, to, _ in instances(system=[system("RXX/a", name=name)])
    ]


def test_a_decision_about_a_text_counts_where_the_text_is_the_name():
    decisions = [decided("match", "Ward Whiteboard", "product:epic")]
    assert instances(system=[system("RXX/a", name="Ward whiteboard")], decisions=decisions) == [
        ("system:RXX/a", "product:epic", "decision")
    ]


def test_a_name_that_is_no_alias_names_no_product():
    assert instances(system=[system("RXX/a", name="Mortuary register")]) == []


def test_a_stated_product_goes_before_the_name():
    assert instances(system=[system("RXX/a", name="RiO", product="Epic")]) == [
        ("system:RXX/a", "product:epic", "alias")
    ]


def test_a_decision_about_a_text_goes_before_the_alias():
    decisions = [decided("match", "EPIC", "product:bedboard")]
    estate = meant(system=[system("RXX/a", product="Epic")], decisions=decisions)
    assert pairs(estate.links("INSTANCE_OF"), "match") == [("system:RXX/a", "product:bedboard", "decision")]
    assert estate.find("product:bedboard")["name"] == "bedboard"


def test_a_decision_about_a_product_moves_all_its_systems_and_may_be_followed_by_another():
    decisions = [
        decided("match", "product:bed-board", "product:bedboard"),
        decided("same-as", "product:bedboard", "product:epic"),
    ]
    assert instances(system=[system("RXX/a", product="Bed Board")], decisions=decisions) == [
        ("system:RXX/a", "product:epic", "decision")
    ]


def test_decisions_in_a_ring_end():
    decisions = [decided("match", "product:a", "product:b"), decided("match", "product:b", "product:a")]
    assert [match for *_, match in instances(system=[system("RXX/a", product="a")], decisions=decisions)] == [
        "decision"
    ]


def test_a_decision_that_has_expired_decides_nothing():
    decisions = [decided("match", "Epic", "product:other", expires="2026-11-22")]
    assert instances(system=[system("RXX/a", product="Epic")], decisions=decisions)[0][1] == "product:epic"


def test_of_two_decisions_the_later_counts():
    decisions = [decided("match", "Epic", "product:late", date="2026-02-01"), decided("match", "Epic", "product:early")]
    assert instances(system=[system("RXX/a", product="Epic")], decisions=decisions)[0][1] == "product:late"


def test_a_product_that_a_source_states_is_kept_as_it_states_it():
    told = [
        {"id": "product:epic", "name": "EPIC (our record)", "code": "77"},
        {"id": "product:unused", "name": "Unused"},
    ]
    estate = meant(system=[system("RXX/a", product="Epic")], product=told)
    assert estate.things("product").select("id", "name", "source").rows() == [
        ("product:epic", "EPIC (our record)", "apps"), ("product:unused", "Unused", "apps"),
    ]  # fmt: skip


HOSTILE = [
    '=HYPERLINK("http://x")',
    "<script>alert(1)</script>",
    "a/../../etc",
    "'; DROP",
    "x" * 100_000,
    "\u202eslooTdeB",
    "产品",
    "%2F",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_kept_as_text_and_its_id_is_safe(text):
    estate = meant(system=[system("RXX/a", product=text, supplier=text, system_type=text)])
    (link,) = estate.links("INSTANCE_OF").to_dicts()
    key = link["to"].removeprefix("product:")
    assert set(key) <= set("abcdefghijklmnopqrstuvwxyzABCDEF0123456789%._~-")
    assert estate.find(link["to"])["name"] == text
