"""The words of the mapping language that exports of tools asked for: keys of alternatives, things of other rules, dates."""

from __future__ import annotations

import pytest

from eamap.errors import SourceError
from eamap.ingest.readers import read_date, read_score

HEAD = """
name: mine
title: Mine
provenance: signed-off
origin: a test
least: 1
organisation: org
columns:
  org: {headers: [Org]}
  name: {headers: [Name]}
  other: {headers: [Other]}
  text: {headers: [Text]}
  cve: {headers: [CVE]}
  seen: {headers: [Seen]}
rules:
"""
HOST = "  - {rule: host, make: component, parent: {what: organisation}, key: [KEY], repeat: once, fields: {operator: organisation, raw: text, last_seen: seen}}\n"


def said(world, rules: str, rows: str, head: str = "Org,Name,Other,Text,CVE,Seen\n", **asked: object):
    world.mapping(HEAD + rules)
    return world.say(head + rows, mapping="mine", **asked)


def test_a_key_may_take_the_first_of_several_columns(world):
    said(world, HOST.replace("KEY", '"name|other"'), "RXR,A,B,,,\nRXR,,C,,,\n")
    assert world.things("component") == ["component:RXR/a", "component:RXR/c"]


def test_a_row_with_none_of_them_is_blocked(world):
    done = said(world, HOST.replace("KEY", '"name|other"'), "RXR,A,,x,,\nRXR,,,y,,\n", keep_going=True)
    assert [(issue.row, issue.code) for issue in done.issues if issue.blocks] == [(3, "no-identity")]


def test_a_part_of_a_key_may_be_empty_and_two_ids_never_meet(world):
    said(world, HOST.replace("KEY", 'name, "other?", "text?"'), "RXR,A,B,,,\nRXR,A,,B,,\nRXR,A,,,,\n")
    assert world.things("component") == ["component:RXR/a//", "component:RXR/a//b", "component:RXR/a/b/"]


def test_rows_that_say_the_same_are_one_and_those_that_differ_are_weighed(world):
    said(world, HOST.replace("KEY", "name"), "RXR,A,,x,,\nRXR,A,,x,,\nRXR,A,,y,,\n")
    assert world.things("component", "raw") == ["x"]
    told = world.estate.attestations.filter(world.estate.attestations["field"] == "raw")
    assert told.select("value", "row", "won").rows() == [("x", 2, True), ("y", 4, False)]


def test_the_latest_day_on_which_it_was_seen_holds(world):
    said(world, HOST.replace("KEY", "name"), "RXR,A,,x,,2026-03-01\nRXR,A,,x,,2026-09-30\nRXR,A,,x,,2026-05-02\n")
    assert world.things("component", "last_seen") == ["2026-09-30"]
    told = world.estate.attestations.filter(world.estate.attestations["field"] == "last_seen")
    assert sorted(told.select("value", "won").rows()) == [
        ("2026-03-01", False),
        ("2026-05-02", False),
        ("2026-09-30", True),
    ]


def test_a_field_may_be_the_thing_that_another_rule_makes(world):
    rule = "  - {rule: hole, make: vulnerability, when: {stated: [cve]}, parent: {what: organisation}, key: [name, cve], explode: {cve: cves}, fields: {component: {of: host}, cve: cve}}\n"
    said(world, HOST.replace("KEY", "name") + rule, "RXR,A,,x,CVE-2020-0601 CVE-2020-0602,\nRXR,B,,x,,\n")
    assert world.things("vulnerability", "component", "cve") == [
        ("component:RXR/a", "CVE-2020-0601"),
        ("component:RXR/a", "CVE-2020-0602"),
    ]


def test_a_field_of_a_rule_that_is_not_there_is_refused(world):
    rule = "  - {rule: hole, make: vulnerability, parent: {what: organisation}, key: [cve], fields: {component: {of: nobody}, cve: cve}}\n"
    with pytest.raises(SourceError, match="of rules that make nothing here: nobody"):
        said(world, rule, "RXR,,,,CVE-2020-0601,\n")


def test_several_columns_are_joined_as_the_mapping_says(world):
    rule = HOST.replace("KEY", "name").replace("raw: text", 'raw: {columns: [name, text], separator: " "}')
    said(world, rule, "RXR,SQL Server,,2012,,\nRXR,MySQL,,,,\n")
    assert sorted(world.things("component", "raw")) == ["MySQL", "SQL Server 2012"]


@pytest.mark.parametrize(("text", "first", "day"), [("03/04/2026", True, "2026-03-04"), ("03/04/2026", False, "2026-04-03"), ("2026-03-04", True, "2026-03-04"),
                                                    ("Feb 6, 2024 10:21:33 AM", False, "2024-02-06")])  # fmt: skip
def test_a_date_is_read_as_the_layout_writes_it(text, first, day):
    assert read_date(text, month_first=first) == day


def test_long_columns_of_timestamps_are_read_as_short_ones_are(world):
    texts = [
        "2026-03-04T08:00:00.1234567Z",
        "2026-03-04 08:00",
        "2026-03-04",
        "2026-02-30",
        "1066-10-14",
        "3026-01-01 10:00",
        "4 March 2026",
        "soon",
    ]
    rows = [texts[n % len(texts)].replace("00", f"{n:02}"[-2:], 1) for n in range(800)]
    done = said(world, HOST.replace("KEY", "name"), "".join(f'RXR,h{n},,x,,"{text}"\n' for n, text in enumerate(rows)))
    values = dict(world.things("component", "id", "last_seen"))
    for n, text in enumerate(rows):
        try:
            expected = read_date(text)
        except ValueError:
            expected = None
        assert values[f"component:RXR/h{n}"] == expected, text
    bad = sum(value is None for value in values.values())
    assert 0 < bad == sum(issue.code == "bad-date" for issue in done.issues)


@pytest.mark.parametrize(
    ("text", "score"), [("9.8", 9.8), ("10", 10.0), ("9.3 (AV:N/AC:M/Au:N/C:C/I:C/A:C)", 9.3), ("7.5/AV:N", 7.5)]
)
def test_a_score_is_read_without_its_vector(text, score):
    assert read_score(text) == score


@pytest.mark.parametrize(
    ("text", "word"),
    [("Microsoft Windows Server 2016 Standard", "server"), ("WindowsServer2012R2", "server"), ("Windows10", "desktop"), ("Windows 8.1 Pro", "desktop"),
     ("Red Hat Enterprise Linux 8.4", "server"), ("VMware ESXi 6.7.0", "server"), ("Cisco IOS 15.2", "network"), ("iOS 17.1", "other"), ("AIX 7.2", "server"),
     ("macOS", "desktop"), ("Ubuntu 22.04", None), ("Linux", None), ("Windows Embedded Standard 7", None)],
)  # fmt: skip
def test_the_name_of_an_operating_system_tells_what_the_host_is(world, text, word):
    try:
        found = world.known.words.word("os_host", text)
    except ValueError:
        found = None
    assert found == word
