from __future__ import annotations

import pytest

from eamap.errors import UsageError
from eamap.model.refs import resolve
from tests.unit.maps.estates import DAY, small

ESTATE = small()
EVERYONE = "kind:organisation"


@pytest.mark.parametrize("what, among, n", [
    ("kind:system", EVERYONE, 2),
    ("kind:system or kind:absence", EVERYONE, 3),
    ("system:RA1/lab", EVERYONE, 2),
    ("system:RA1/lab", "organisation:RB2", 1),
    ("kind:absence and reason:withheld", EVERYONE, 1),
    ("kind:component", EVERYONE, 0),
])  # fmt: skip
def test_organisations_that_operate_use_or_state_are_counted_once(what, among, n):
    found = resolve(f"organisations({what}; {among})", ESTATE, DAY)
    assert found.value == n
    assert len(found.rows) == (n or 1)  # of none: what was searched


def test_the_link_that_makes_an_organisation_one_of_them_is_cited():
    (row,) = resolve("organisations(system:RA1/lab; organisation:RB2)", ESTATE, DAY).rows
    assert (row.id, row.citation.source, row.citation.row) == ("organisation:RB2", "apps.csv", 2)


@pytest.mark.parametrize("words, capability, n", [
    ("stated", "X-1.1", 2), ("inferred", "X-1.1", 1), ("possible", "X-1.3", 1), ("stated|inferred", "X-1.1", 3), ("possible", "X-1.1", 0),
])  # fmt: skip
def test_systems_are_counted_by_how_surely_they_do_a_capability(words, capability, n):
    assert resolve(f"certainty({words}; kind:system; capability:{capability})", ESTATE, DAY).value == n


def test_a_system_that_is_stated_and_inferred_is_stated():
    twice = ESTATE.links("REALISES").filter(ESTATE.links("REALISES")["certainty"] == "stated")
    inferred = twice.with_columns(certainty=twice["certainty"].replace("stated", "inferred"))
    both = ESTATE.with_tables({"links/REALISES": inferred.vstack(twice)})
    assert resolve("certainty(inferred; kind:system; capability:X-1.1)", both, DAY).value == 0
    assert resolve("certainty(stated; kind:system; capability:X-1.1)", both, DAY).value == 2


@pytest.mark.parametrize(
    "ref",
    ["organisations(kind:system)", "certainty(Stated; kind:system; capability:X)", "certainty(stated; kind:system; X)"],
)
def test_what_is_no_such_ref_is_refused(ref):
    with pytest.raises(UsageError):
        resolve(ref, ESTATE, DAY)
