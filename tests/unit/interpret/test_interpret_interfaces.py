from __future__ import annotations

import pytest
from stated_rows import meant, pairs, stated


def claims(text):
    return pairs(meant(interface=[{"id": "interface:1", "standard": text}]).links("CLAIMS"), "strength", "evidence")


def test_words_for_a_standard_are_a_claim_with_its_evidence():
    assert claims("HL7 v2.4 ADT") == [("interface:1", "standard:hl7v2", "declared", "HL7 v2.4 ADT")]


def test_each_standard_of_a_cell_is_a_claim():
    assert [to for _, to, *_ in claims("HL7 v2.4; nonsense ;DICOM")] == ["standard:dicom", "standard:hl7v2"]


def test_a_title_that_holds_a_semicolon_is_not_taken_apart():
    assert [to for _, to, *_ in claims("HL7 v2.x (ITK HL7 v2; de facto intra-trust)")] == ["standard:hl7v2"]
    assert [to for _, to, *_ in claims("HL7 v2.x (ITK HL7 v2; de facto intra-trust); DICOM")] == [
        "standard:dicom",
        "standard:hl7v2",
    ]


@pytest.mark.parametrize("text", ["GP Connect", "A private format", "=1+1", ";;"])
def test_words_that_mean_no_one_standard_are_no_claim(text):
    assert claims(text) == []


def test_an_alias_of_low_confidence_is_declared_loosely():
    from eamap.reference import crosswalks

    low = crosswalks.load().standard_aliases.filter(confidence="low").row(0, named=True)
    assert claims(low["alias"]) == [("interface:1", f"standard:{low['registry_id']}", "declared-loosely", low["alias"])]


def test_a_claim_cites_the_row_of_its_interface_and_the_rule_of_its_match():
    links = meant(interface=[{"id": "interface:0"}, {"id": "interface:1", "standard": "DICOM"}]).links("CLAIMS")
    assert links.select("source", "row", "rule", "match").rows() == [("apps", 2, "r", "id")]


def test_the_registry_is_there_with_the_status_of_the_day():
    estate = meant()
    found = estate.find("standard:pds-smsp")
    assert found["status"] == "retired"
    assert found["status_text"].startswith("retired")
    assert found["wire"]
    assert ("standard:ukcore-stu1", "standard:ukcore-stu2") in pairs(estate.links("SUCCEEDED_BY"))
    assert ("standard:ukcore-stu2", "standard:ukcore-stu2") not in pairs(estate.links("SUCCEEDED_BY"))


SHA = "ab" * 32
OTHER = "cd" * 32


@pytest.mark.parametrize(
    ("statement", "found"),
    [(SHA, SHA), (SHA.upper(), SHA), ("metadata.json", SHA), ("statements/metadata.json", SHA), (r"C:\x\metadata.json", SHA),
     ("other.json", None), ("https://example.invalid/metadata", None), ("../../etc/passwd", None), ("", None), (None, None)],
)  # fmt: skip
def test_the_kept_file_of_an_interface_is_found_by_checksum_or_name(statement, found):
    content = {
        "interface": [{"id": "interface:1", "statement": statement}],
        "documents": {SHA: ("in/metadata.json", b"{}")},
    }
    assert meant(**content).find("interface:1")["document"] == found


def test_a_name_that_two_kept_files_share_names_neither():
    files = {SHA: ("a/metadata.json", b"1"), OTHER: ("b/metadata.json", b"2")}
    rows = [{"id": "interface:1", "statement": "metadata.json"}, {"id": "interface:2", "statement": OTHER}]
    estate = meant(interface=rows, documents=files)
    assert estate.things("interface")["document"].to_list() == [None, OTHER]


def test_interfaces_keep_their_columns_and_order():
    rows = [{"id": "interface:2", "name": "b"}, {"id": "interface:1", "name": "a"}]
    before, after = stated(interface=rows).things("interface"), meant(interface=rows).things("interface")
    assert after.drop("document").equals(before)


def test_a_data_object_that_a_link_names_is_a_thing():
    estate = meant(CARRIES=[{"from": "interface:1", "to": "data-object:lab-results%3B-urgent"}, {"from": "interface:2", "to": "data-object:lab-results%3B-urgent"}],
                   MASTERS=[{"from": "system:RXX/a", "to": "data-object:allergies"}])  # fmt: skip
    assert estate.things("data-object").select("id", "name", "source", "row").rows() == [
        ("data-object:allergies", "allergies", "apps", 1), ("data-object:lab-results%3B-urgent", "lab results; urgent", "apps", 1),
    ]  # fmt: skip
