"""Differences between two estates, by example."""

from __future__ import annotations

import polars as pl

from eamap.model.difference import difference, difference_counts
from eamap.model.estate import Estate

SYSTEMS = pl.DataFrame(
    {"id": ["system:a", "system:b"], "name": ["A", "B"], "beds": [1, None], "source": ["s", "s"], "row": [2, 3]},
    schema_overrides={"row": pl.UInt32, "beds": pl.Int64},
)
USES = pl.DataFrame(
    {"from": ["organisation:X"], "to": ["system:a"], "since": ["2019"], "source": ["s"], "row": [7]},
    schema_overrides={"row": pl.UInt32},
)


def told(old: dict[str, pl.DataFrame], new: dict[str, pl.DataFrame]) -> list[tuple]:
    return difference(Estate(old), Estate(new)).rows()


def test_a_changed_field_cites_the_new_statement() -> None:
    new = SYSTEMS.with_columns(name=pl.Series(["A", "Bee"]), source=pl.lit("t"), row=pl.col("row") + 10)
    assert told({"things/system": SYSTEMS}, {"things/system": new}) == [
        ("system", "system:b", "changed", "name", "B", "Bee", "t", 13)
    ]


def test_what_came_is_told_field_by_field_and_cites_where_it_stands() -> None:
    assert told({"things/system": SYSTEMS.head(1)}, {"things/system": SYSTEMS}) == [
        ("system", "system:b", "added", "id", None, "system:b", "s", 3),
        ("system", "system:b", "added", "name", None, "B", "s", 3),
    ]


def test_what_went_cites_where_it_stood() -> None:
    assert told({"links/USES": USES}, {}) == [
        ("USES", "organisation:X -USES-> system:a", "removed", "from", "organisation:X", None, "s", 7),
        ("USES", "organisation:X -USES-> system:a", "removed", "to", "system:a", None, "s", 7),
        ("USES", "organisation:X -USES-> system:a", "removed", "since", "2019", None, "s", 7),
    ]


def test_a_fact_that_moved_to_another_row_has_not_changed() -> None:
    assert told({"things/system": SYSTEMS}, {"things/system": SYSTEMS.with_columns(row=pl.lit(99, pl.UInt32))}) == []


def test_one_link_between_two_ends_changes_and_one_of_several_is_replaced() -> None:
    later = USES.with_columns(since=pl.lit("2020"))
    assert [row[2:6] for row in told({"links/USES": USES}, {"links/USES": later})] == [
        ("changed", "since", "2019", "2020")
    ]
    several = told({"links/USES": pl.concat([USES, later])}, {"links/USES": USES})
    assert [row[2:4] for row in several] == [("removed", "from"), ("removed", "to"), ("removed", "since")]
    assert several[2][4] == "2020"


def test_a_new_column_and_a_new_type_are_compared_as_text() -> None:
    wider = SYSTEMS.with_columns(beds=pl.Series(["1", "many"]), extra=pl.Series([None, "x"]))
    assert [row[1:6] for row in told({"things/system": SYSTEMS}, {"things/system": wider})] == [
        ("system:b", "changed", "beds", None, "many"),
        ("system:b", "changed", "extra", None, "x"),
    ]


def test_counts_say_of_how_many() -> None:
    old, new = Estate({"things/system": SYSTEMS}), Estate({"things/system": SYSTEMS.tail(1), "links/USES": USES})
    assert difference_counts(old, new, difference(old, new)).rows() == [
        ("USES", 1, 0, 0, 0, 1),
        ("system", 0, 1, 0, 2, 1),
    ]


def test_tables_of_other_sorts_are_not_compared() -> None:
    assert told({"issues": pl.DataFrame({"code": ["a"]})}, {}) == []
