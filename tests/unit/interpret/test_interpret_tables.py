from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from stated_rows import DAY, pairs, stated, system

from eamap.interpret import interpret
from eamap.model.relations import RELATIONS
from eamap.model.schema import link_schema, thing_schema


class Watched(Mapping):
    """Tables that say which of them were read."""

    def __init__(self, tables):
        self._tables, self.read = tables, []

    def __getitem__(self, name):
        self.read.append(name)
        return self._tables[name]

    def __iter__(self):
        return iter(self._tables)

    def __len__(self):
        return len(self._tables)

    def __contains__(self, name):
        return name in self._tables


@pytest.fixture
def watched():
    estate = stated(system=[system("RJ1/a", product="Epic")], component=[{"id": "component:1", "raw": "x"}],
                    interface=[{"id": "interface:1", "standard": "DICOM"}])  # fmt: skip
    return replace(estate, tables=Watched(estate.tables))


def test_opening_reads_nothing(watched):
    interpret(watched, DAY)
    assert watched.tables.read == []


def test_a_stored_table_is_the_very_same_and_alone(watched):
    table = interpret(watched, DAY).things("component")
    assert watched.tables.read == ["things/component"]
    assert table is watched.tables["things/component"]


def test_products_do_not_read_components_or_interfaces(watched):
    interpret(watched, DAY).links("INSTANCE_OF")
    assert set(watched.tables.read) <= {"things/system", "decisions"}


def test_each_table_is_made_once(watched):
    estate = interpret(watched, DAY)
    assert estate.things("product") is estate.things("product")
    assert estate.things("interface") is estate.things("interface")


def test_interpreting_again_starts_from_what_the_store_said():
    once = interpret(stated(system=[system("RRV/a", supplier="TPP")]), date(2026, 3, 31))
    twice = interpret(once, date(2026, 4, 1))
    boards = [to for _, to, role in pairs(twice.links("PART_OF"), "role") if role == "icb"]
    assert boards == ["organisation:Z9B2Z"]


def test_the_estate_of_the_store_is_left_as_it_was(watched):
    before = watched.tables["things/interface"].clone()
    interpret(watched, DAY).things("interface")
    assert watched.things("interface").equals(before)
    assert watched.links("INSTANCE_OF").is_empty()


def test_an_unknown_table_is_not_there(watched):
    estate = interpret(watched, DAY)
    assert "things/nonsense" not in estate.tables
    with pytest.raises(KeyError):
        estate.tables["things/nonsense"]


@pytest.mark.parametrize(
    "content", [{}, {"system": [system("RJ1/a", product="Epic", system_type="PAS")]}], ids=["empty", "one system"]
)
def test_every_table_has_the_columns_of_its_model(content):
    estate = interpret(stated(**content), DAY)
    for name in estate.tables:
        kind = name.rpartition("/")[2]
        schema = thing_schema(kind) if name.startswith("things/") else link_schema(kind) if kind in RELATIONS else {}
        table = estate.tables[name]
        assert {column: table.schema[column] for column in schema if column in table.columns and column != "rule"} == {
            column: dtype for column, dtype in schema.items() if column != "rule"
        }, name
        if schema:
            assert table.schema["rule"] == pl.String


def test_the_order_of_rows_does_not_change_what_is_found():
    rows = [
        system(f"RJ1/{place}", product=text) for place, text in enumerate(["Epic", "Bedboard", "bedboard", "In-house"])
    ]
    one, other = (interpret(stated(system=order), DAY) for order in (rows, rows[::-1]))
    for kind in ("product", "supplier", "organisation"):
        columns = ["id", "name"]
        assert one.things(kind).select(columns).equals(other.things(kind).select(columns)), kind


def test_a_field_that_records_gained_after_a_version_was_written_is_untold_in_every_table():
    fresh = stated(system=[system("RJ1/a")], interface=[{"id": "interface:1", "standard": "DICOM"}])
    older = {name: table.drop("assessed", "hosting", strict=False) for name, table in fresh.tables.items()}
    estate = interpret(replace(fresh, tables=older), DAY)
    for name in ("things/interface", "things/system"):
        assert set(thing_schema(name.removeprefix("things/"))) <= set(estate.tables[name].columns)
    assert estate.things("interface")["assessed"].to_list() == [None]
