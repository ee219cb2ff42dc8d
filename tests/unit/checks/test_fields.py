from datetime import date

import pytest

from eamap.checks.cases import small_estate
from eamap.checks.fields import field_table
from eamap.errors import PluginError

DAY = date(2026, 11, 22)
THINGS = {
    "system": [{"id": "system:A/1", "name": "PAS", "status": "live"}, {"id": "system:A/2", "name": "LIMS"}],
    "component": [
        {"raw": "x", "system": "system:A/1"},
        {"raw": "y", "system": "system:A/9"},
        {"raw": "z", "system": "system:A/2"},
    ],
    "interface": [{"exposer": "system:A/1"}, {"exposer": "organisation:RXX"}],
}
LINKS = {
    "REALISES": [
        {"from": "system:A/1", "to": "capability:b"},
        {"from": "system:A/1", "to": "capability:a"},
        {"from": "system:A/1", "to": "capability:c", "until": "2020"},
        {"from": "system:A/2", "to": "capability:c", "since": "2027-01"},
    ],
    "INSTANCE_OF": [{"from": "system:A/2", "to": "product:p"}],
    "SUPPLIED_BY": [{"from": "product:p", "to": "supplier:s"}],
    "CLAIMS": [
        {"from": "interface:T/1", "to": "standard:b", "strength": "stated"},
        {"from": "interface:T/1", "to": "standard:a"},
    ],
    "CONSUMES": [{"from": "organisation:RXX", "to": "interface:T/1"}],
}


def values(kind, *names, **content):
    table = field_table(small_estate({"things": THINGS, "links": LINKS, **content}), kind, names, DAY)
    assert table.columns == ["subject", "identity", *names]
    return table.drop("subject").rows()


def test_a_column_of_the_subject():
    assert values("system", "name", "status") == [("", "PAS", "live"), ("", "LIMS", None)]


def test_a_column_that_interpretation_adds_is_empty_without_it():
    assert values("interface", "document") == [("", None), ("", None)]
    with pytest.raises(PluginError, match="a system has no field 'document'"):
        values("system", "document")


def test_a_column_of_what_another_column_names():
    assert values("component", "system.status") == [("", "live"), ("", None), ("", None)]
    assert values("component", "system.id") == [("", "system:A/1"), ("", None), ("", "system:A/2")]
    assert values("interface", "exposer.name") == [("", "PAS"), ("", None)]
    assert values("system", "operator.id") == [("", None), ("", None)]


def test_links_are_counted_on_the_day_and_never_null():
    assert values("system", "count:REALISES") == [("", 2), ("", 0)]
    assert values("system", "first:REALISES") == [("", "capability:a"), ("", None)]
    assert values("interface", "count:CONSUMES") == [("", 1), ("", 0)]
    assert values("system", "count:RUNS_ON", "count:EXPOSES") == [("", 1, 1), ("", 1, 0)]


def test_a_path_of_relations_is_followed():
    assert values("system", "count:INSTANCE_OF/SUPPLIED_BY") == [("", 0), ("", 1)]


def test_the_reason_of_an_empty_field():
    reasons = [
        {"id": "system:A/2", "field": "supplier", "reason": "withheld"},
        {"id": "system:A/1", "field": "name", "reason": "absent"},
    ]
    assert values("system", "reason:supplier", reasons=reasons) == [("", None), ("", "withheld")]


def test_claims_are_rows_of_their_own():
    assert values("interface", "claim:standard", "claim:strength") == [
        ("a", "a", None),
        ("b", "b", "stated"),
        ("", None, None),
    ]


def test_two_ways_of_multiplying_are_refused():
    with pytest.raises(PluginError, match="claim and by mention"):
        values("interface", "claim:standard", "mention:field")


def test_things_of_all_kinds_have_no_field_in_common():
    with pytest.raises(PluginError, match="in common"):
        values("thing", "count:REALISES")
