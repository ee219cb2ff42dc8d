from __future__ import annotations

import pytest

from eamap.errors import SourceError, UsageError
from eamap.ingest.pipeline import BlockedError

HEAD = """
name: mine
title: Mine
provenance: signed-off
origin: a test
least: 1
organisation: org
columns:
  org: {headers: [Org]}
  id: {headers: [My id], required: true}
  name: {headers: [My name]}
  kind: {headers: [Kind]}
  other: {headers: [Other]}
rules:
"""
SYSTEM = "  - {rule: system, make: system, parent: {what: organisation}, key: [id], fields: {operator: organisation, name: name%s}%s}\n"


def system(fields: str = "", rest: str = "") -> str:
    return HEAD + SYSTEM % (fields and ", " + fields, rest and ", " + rest)


def said(world, code: str) -> list[tuple[int, str, str]]:
    return [
        (row, column, value)
        for row, column, value in world.estate.issues.filter(world.estate.issues["code"] == code)
        .select("row", "column", "value")
        .rows()
    ]


def test_when_picks_the_rows_of_a_rule(world):
    world.mapping(system(rest="when: {equals: {kind: [App, system]}}"))
    world.say("Org,My id,My name,Kind\nRXX,1,PAS,APP\nRXX,2,Srv,Server\nRXX,3,EPR,System\n", mapping="mine")
    assert world.things("system") == ["system:RXX/1", "system:RXX/3"]


@pytest.mark.parametrize(
    ("condition", "kept"),
    [
        ("stated: [other]", ["1"]),
        ("not_stated: [other]", ["2", "3"]),
        ("any_stated: [kind, other]", ["1", "3"]),
        ("reason: [other]", ["2"]),
        ("matches: {name: 'A.*'}", ["1", "2"]),
        ("not_matches: {name: 'A.*'}", ["3"]),
    ],
)
def test_every_condition(world, condition, kept):
    world.mapping(system(rest="when: {" + condition + "}"))
    world.say("Org,My id,My name,Kind,Other\nRXX,1,Ab,,yes\nRXX,2,Ac,,Data withheld\nRXX,3,B,k,\n", mapping="mine")
    assert world.things("system") == [f"system:RXX/{key}" for key in kept]


def test_a_row_that_lacks_what_is_needed_is_blocked(world):
    world.mapping(system(rest="needs: [name]"))
    text = "Org,My id,My name\nRXX,1,PAS\nRXX,2,\n"
    with pytest.raises(BlockedError, match=r"one row is blocked.*row 3 has no my name") as caught:
        world.say(text, mapping="mine")
    assert [(issue.row, issue.column, issue.code) for issue in caught.value.issues] == [(3, "My name", "no-name")]
    assert world.versions() == 0
    done = world.say(text, mapping="mine", keep_going=True)
    assert (done.blocked, world.things("system")) == (1, ["system:RXX/1"])


def test_the_fallback_key_serves_rows_without_key(world):
    world.mapping(system(rest="fallback_key: [name]"))
    world.say("Org,My id,My name\nRXX,1,PAS\nRXX,,Big EPR\n", mapping="mine")
    assert world.things("system") == ["system:RXX/1", "system:RXX/big-epr"]


def test_a_row_without_key_is_blocked(world):
    world.mapping(system())
    done = world.say("Org,My id,My name\nRXX,1,PAS\nRXX,,EPR\n", mapping="mine", keep_going=True)
    assert [(issue.row, issue.code) for issue in done.issues if issue.blocks] == [(3, "no-identity")]


def test_a_row_without_organisation_is_blocked_unless_one_is_given(world):
    world.mapping(system())
    with pytest.raises(BlockedError, match="names no organisation") as caught:
        world.say("My id,My name\n1,PAS\n", mapping="mine")
    assert "--org" in caught.value.hint
    world.say("My id,My name\n1,PAS\n", mapping="mine", organisation="rxx")
    assert world.things("system") == ["system:RXX/1"]


def test_an_organisation_that_is_no_code_is_refused(world):
    world.mapping(system())
    with pytest.raises(UsageError, match="names no organisation"):
        world.say("My id,My name\n1,PAS\n", mapping="mine", organisation="nobody we know/x")


def test_a_constant_and_the_row_number_may_be_the_key(world):
    world.mapping(
        HEAD
        + "  - {rule: r, make: system, parent: {what: organisation}, key: ['=main', '#row'], fields: {operator: organisation, name: name}}\n"
    )
    world.say("Org,My id,My name\nRXX,1,PAS\n", mapping="mine")
    assert world.things("system") == ["system:RXX/main/2"]


def test_a_repeated_id_blocks_the_second_row(world):
    world.mapping(system())
    done = world.say("Org,My id,My name\nRXX,1,PAS\nRXX, 1 ,Other\n", mapping="mine", keep_going=True)
    (issue,) = [issue for issue in done.issues if issue.blocks]
    assert (issue.row, issue.code, issue.message, issue.column) == (
        3,
        "duplicate-id",
        "has the same identity as row 2",
        "My id",
    )
    assert world.things("system", "id", "name") == [("system:RXX/1", "PAS")]


def test_a_repeated_id_may_be_merged_and_both_rows_are_kept(world):
    world.mapping(system("system_type: kind", "repeat: merge"))
    world.say("Org,My id,My name,Kind\nRXX,1,PAS,Maternity\nRXX,1,Other,Theatres\n", mapping="mine")
    assert world.things("system", "name", "system_type") == [("PAS", "Maternity; Theatres")]
    told = (
        world.estate.attestations.filter(world.estate.attestations["field"] == "name")
        .select("value", "row", "won")
        .rows()
    )
    assert sorted(told) == [("Other", 3, False), ("PAS", 2, True)]


def test_lists_and_commas_are_taken_apart(world):
    rule = "  - {rule: c, make: component, parent: {what: system, column: id}, key: [other], explode: {other: %s}, fields: {system: id, raw: other}}\n"
    world.mapping(system() + rule % "commas")
    world.say('Org,My id,My name,Other\nRXX,1,PAS,"Java 8, Oracle 12; RHEL 7"\nRXX,2,EPR,Flex\n', mapping="mine")
    assert world.things("component", "id", "raw", "system") == [
        ("component:RXX/1/java-8", "Java 8", "system:RXX/1"), ("component:RXX/1/oracle-12", "Oracle 12", "system:RXX/1"),
        ("component:RXX/1/rhel-7", "RHEL 7", "system:RXX/1"), ("component:RXX/2/flex", "Flex", "system:RXX/2"),
    ]  # fmt: skip


def test_two_products_in_one_cell_are_two_systems_and_a_name_with_and_is_one(world):
    head = "a) System type,b) Supplier name,c) System name,e) Contract expiration\n"
    world.say(
        head + "PAS,Oracle,Oracle Millennium & EMIS Web,2027\nLIMS,Us,Black and White,2027\n",
        organisation="RXX",
        mapping="nhs-foi-template",
    )
    assert world.things("system", "name") == ["Black and White", "EMIS Web", "Oracle Millennium"]


def test_pairs_of_columns(world):
    text = "Record Type 1,Application Name,Tag Category 1,Tag 1,Tag Category 2,Tag 2\n1,Shop,Operating System,RHEL 8,Colour,red\n1,Till,,,Language,Java\n"
    world.say(text, organisation="RXX")
    assert world.things("component", "raw", "layer") == [("RHEL 8", "os"), ("Java", "runtime")]


def test_links_of_many_kinds(world):
    text = (
        "Organisation code,System ID,System name,Capabilities,Used by,Integrates with\n"
        'RXX,pas,PAS,"DIA-2.1; order comms",RYJ|RXX,"EPR; RYJ/lims"\nRXX,epr,EPR,,,\nRYJ,lims,LIMS,,,\n'
    )
    world.say(text)
    assert world.links("REALISES") == [
        ("system:RXX/pas", "capability:DIA-2.1"),
        ("system:RXX/pas", "capability:ORDERCOMMS"),
    ]
    assert world.links("USES") == [("organisation:RXX", "system:RXX/pas"), ("organisation:RYJ", "system:RXX/pas")]
    assert world.links("DEPENDS_ON") == [("system:RXX/pas", "system:RXX/epr"), ("system:RXX/pas", "system:RYJ/lims")]


def test_an_interface_of_a_body_whose_system_is_not_known(world):
    text = (
        "Organisation code,Interface ID,Interface name,Exposed by,Consumed by,Consumer organisation,Protocol,Direction,Via\n"
        "RXX,i1,ADT,pas,epr; RYJ/lims,,HL7 v2,out,TIE\nRXX,i2,Docs,pas,,RYJ,FHIR,out,\nRXX,i3,Old,,,,fax,out,\n"
    )
    world.say(text)
    assert world.things("interface", "id", "exposer", "protocol") == [
        ("interface:RXX/i3", "organisation:RXX", "fax"),
        ("interface:RXX/pas/i1", "system:RXX/pas", "hl7v2"), ("interface:RXX/pas/i2", "system:RXX/pas", "fhir"),
    ]  # fmt: skip
    assert world.links("CONSUMES") == [
        ("organisation:RYJ", "interface:RXX/pas/i2"), ("system:RXX/epr", "interface:RXX/pas/i1"),
        ("system:RYJ/lims", "interface:RXX/pas/i1"),
    ]  # fmt: skip


KONVEYOR = "Record Type 1,Application Name,Dependency,Dependency Direction\n1,Shop,,\n1,Till,,\n"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("2,Shop,Shop,northbound", "points-at-itself"),
        ("2,Shop,Nothing,northbound", "not-in-file"),
        ("2,Shop,Till,sideways", "no-rule"),
        ("2,Shop,,northbound", "no-dependency"),
        ("7,Shop,,", "no-rule"),
    ],
)
def test_rows_that_break_the_structure_are_blocked(world, row, code):
    done = world.say(KONVEYOR + row + "\n", organisation="RXX", keep_going=True)
    assert [(issue.row, issue.code) for issue in done.issues if issue.blocks] == [(4, code)]


def test_directions_of_dependencies(world):
    world.say(KONVEYOR + "2,Shop,Till,southbound\n", organisation="RXX")
    assert world.links("DEPENDS_ON") == [("system:RXX/shop", "system:RXX/till")]


def test_a_file_of_which_nothing_can_be_made_is_refused_whatever(world):
    with pytest.raises(SourceError, match=r"no record can be made of any row .*row 2"):
        world.say("Record Type 1,Application Name\n1,\n", organisation="RXX", keep_going=True)


def test_a_header_alone_holds_no_data(world):
    with pytest.raises(SourceError, match="holds no rows of data"):
        world.say("Organisation code,System ID,System name,Supplier\n")


def test_why_a_value_is_missing_is_kept_apart(world):
    head = "Organisation code,System ID,System name,Supplier,Owner\n"
    world.say(head + "RXX,1,PAS,Data withheld,N/A\nRXX,2,EPR,,TBC\nRXX,3,LIMS,Clinisys,-\n")
    told = world.estate.reasons.sort("id", "field").select("id", "field", "reason", "stated").rows()
    assert told == [
        ("system:RXX/1", "owner_role", "not-applicable", "N/A"), ("system:RXX/1", "supplier", "withheld", "Data withheld"),
        ("system:RXX/2", "owner_role", "unknown", "TBC"),
    ]  # fmt: skip
    assert world.things("system", "id", "supplier", "owner_role") == [
        ("system:RXX/1", None, None), ("system:RXX/2", None, None), ("system:RXX/3", "Clinisys", None),
    ]  # fmt: skip


def test_an_absence_says_the_strongest_reason_and_the_words(world):
    head = "a) System type,b) Supplier name,c) System name,e) Contract expiration,k) Notes\n"
    world.say(
        head + "PAS,N/A,No System Installed,,\nEPMA,Data withheld,Data withheld,,s43\nLIMS,,,,\n",
        organisation="RXX",
        mapping="nhs-foi-template",
    )
    assert world.things("absence", "system_type", "reason", "stated") == [
        ("EPMA", "withheld", "Data withheld; Data withheld; s43"), ("LIMS", "unknown", None),
        ("PAS", "absent", "N/A; No System Installed"),
    ]  # fmt: skip


def test_a_bad_cell_is_said_and_the_rest_of_the_row_is_published(world):
    head = "Organisation code,System ID,System name,Supplier,Status,Environment,Installed\n"
    done = world.say(head + "RXX,1,PAS,Us,Live,Live,31/02/2024\nRXX,2,EPR,Us,resting,Live,March 2019\n")
    assert world.things("system", "name", "status", "installed") == [("PAS", "live", None), ("EPR", None, "2019-03")]
    assert [(i.row, i.column, i.code, i.value) for i in done.issues] == [
        (2, "Installed", "bad-date", "31/02/2024"), (3, "Status", "bad-status", "resting"),
    ]  # fmt: skip
    assert done.issues[0].message == "is not a day that exists"
    assert not any(issue.blocks for issue in done.issues)
    assert world.estate.raw_rows(done.changes[0].part.part)["Installed"].to_list() == ["31/02/2024", "March 2019"]


def test_what_the_schema_rejects_is_said_in_pydantics_words(world):
    head = "Organisation code,System ID,System name,Status,Environment\n"
    done = world.say(head + f"RXX,1,{'x' * 2001},Live,Live\nRXX,2,EPR,Live,Live\n")
    assert [(i.row, i.column, i.message) for i in done.issues] == [
        (2, "System name", "String should have at most 2000 characters")
    ]
    assert world.things("system", "name") == [None, "EPR"]


def test_formula_like_labels_stay_text(world):
    head = "Organisation code,System ID,System name,Supplier\n"
    labels = ["=HYPERLINK(1)", "@SUM(A1)", "+1+cmd", "<script>x</script>"]
    world.say(head + "".join(f"RXX,{n},{label},Us\n" for n, label in enumerate(labels)))
    assert world.things("system", "name") == labels


def test_hostile_keys_are_encoded(world):
    head = "Organisation code,System ID,System name,Supplier\n"
    world.say(head + 'RXX,../../etc/x y,PAS,Us\nRXX,"a""];DROP",EPR,Us\n')
    assert world.things("system") == ["system:RXX/..%2F..%2Fetc%2Fx-y", "system:RXX/a%22%5D%3Bdrop"]


def test_columns_that_are_not_used_and_rows_above_are_said(world):
    text = "Our list,,,,\nOrganisation code,System ID,System name,Supplier,Colour\nRXX,1,PAS,Us,red\n"
    found = {issue.code: issue for issue in world.say(text).issues}
    assert found["columns-not-used"].message.endswith("not used: Colour")
    assert found["rows-above-header"].value == "1"


def test_many_rows_judge_alike(world):
    """Long columns are judged by their distinct texts, short ones where they stand: both say the same."""
    head = "Organisation code,System ID,System name,Supplier,Status,Criticality\n"
    rows = [f"RXX,{n},Name {n % 7}, Us ,{['Live', 'resting', '', 'N/A'][n % 4]},{n % 9}" for n in range(1200)]
    long = world.say(head + "\n".join(rows) + "\n")
    assert sum(issue.code == "bad-status" for issue in long.issues) == 300
    systems = world.estate.things("system")
    assert systems["status"].null_count() == 900
    assert systems["supplier"].unique().to_list() == ["Us"]
    assert world.estate.reasons.height == 300
