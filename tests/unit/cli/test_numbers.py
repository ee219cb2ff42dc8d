"""Refs written many at a time are the refs that are written one by one."""

from __future__ import annotations

import pytest

from eamap.cli.numbers import ref, refs_by, refs_of, refs_to

HOSTILE = "component:RXX/a; b) (c"


@pytest.mark.parametrize("form", ["field", "standing"])
@pytest.mark.parametrize("thing", ["component:RXX/os-1", HOSTILE])
def test_many_fields_of_a_thing(form, thing):
    assert refs_of(form, thing, ["raw", "count"]) == {name: ref(form, thing, name) for name in ("raw", "count")}


@pytest.mark.parametrize("group", ["organisation:RXX", "a; (b)", ""])
def test_many_numbers_of_a_group(group):
    names = ("systems", "not_covered")
    wanted = {name: ref("rolled-up", name, "org", group, "kind:component") for name in names}
    assert refs_by("rolled-up", names, "org", group, "kind:component") == wanted


def test_many_things():
    ids = ["system:RXX/pas", "system:RXX/ris"]
    assert refs_to("hops", "system:RXX/epr", ids=ids) == [ref("hops", "system:RXX/epr", each) for each in ids]
