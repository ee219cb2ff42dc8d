"""Refs written many at a time are the refs that are written one by one."""

from __future__ import annotations

import pytest

from eamap.cli.numbers import ref, refs_of, refs_to

HOSTILE = "component:RXX/a; b) (c"


@pytest.mark.parametrize("form", ["field", "standing"])
@pytest.mark.parametrize("thing", ["component:RXX/os-1", HOSTILE])
def test_many_fields_of_a_thing(form, thing):
    assert refs_of(form, thing, ["raw", "count"]) == {name: ref(form, thing, name) for name in ("raw", "count")}


def test_many_things():
    ids = ["system:RXX/pas", "system:RXX/ris"]
    assert refs_to("hops", "system:RXX/epr", ids=ids) == [ref("hops", "system:RXX/epr", each) for each in ids]
