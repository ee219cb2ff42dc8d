"""The law of differences: what changed between two estates, applied to the one, gives the other."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from eamap.model.difference import difference, difference_counts
from eamap.model.estate import Estate

THING = {
    "id": pl.String,
    "name": pl.String,
    "volume": pl.Int64,
    "share": pl.Float64,
    "source": pl.String,
    "row": pl.UInt32,
}
LINK = {
    "from": pl.String,
    "to": pl.String,
    "since": pl.String,
    "share": pl.Float64,
    "source": pl.String,
    "row": pl.UInt32,
}
TYPES = {name: kind for schema in (THING, LINK) for name, kind in schema.items()}

text = st.none() | st.sampled_from(["", "a", "A", "é", "=1+1", "null", "\n", " -USES-> "])
share = st.none() | st.floats(allow_nan=False, allow_infinity=False)
ids = st.sampled_from([f"system:NM1/{letter}" for letter in "abcdef"])
cited = (st.sampled_from(["s1", "s2"]), st.integers(1, 9))
things = st.dictionaries(ids, st.tuples(text, st.none() | st.integers(-(2**40), 2**40), share, *cited), max_size=6)
links = st.lists(st.tuples(ids, ids, text, share, *cited), max_size=8)


@st.composite
def estates(draw: st.DrawFn) -> Estate:
    """Makes a small estate; a kind it does not hold may have no table at all."""
    rows = [(key, *values) for key, values in draw(things).items()]
    joined = draw(links)
    tables = {}
    if rows or draw(st.booleans()):
        tables["things/system"] = pl.DataFrame(draw(st.permutations(rows)), schema=THING, orient="row")
    if joined or draw(st.booleans()):
        tables["links/USES"] = pl.DataFrame(joined, schema=LINK, orient="row")
    return Estate(tables)


def facts(estate: Estate, name: str, schema: dict) -> list[dict]:
    """Returns the facts of a table without what cites them, nulls left out, in an order of their own."""
    table = estate.tables.get(name, pl.DataFrame(schema=schema)).drop("source", "row")
    return sorted(({k: v for k, v in row.items() if v is not None} for row in table.to_dicts()), key=repr)


def applied(rows: list[dict], changes: pl.DataFrame, key: tuple[str, ...], kind: str) -> list[dict]:
    """Applies the differences of one kind, told as rows of facts."""
    rows = [dict(row) for row in rows]
    wholes: list[tuple[str, dict]] = []
    for change in changes.filter(pl.col("kind") == kind).to_dicts():
        name, told = change["field"], change["after"] if change["change"] == "added" else change["before"]
        if change["change"] == "changed":
            (row,) = [row for row in rows if named(row, key, kind) == change["id"]]
            assert row.pop(name, None) == typed(name, change["before"])
            row |= {} if change["after"] is None else {name: typed(name, change["after"])}
        elif name == key[0]:
            wholes.append((change["change"], {name: told}))
        else:
            wholes[-1][1][name] = typed(name, told)
    for change, row in wholes:
        rows.append(row) if change == "added" else rows.remove(row)
    return sorted((dict(sorted(row.items(), key=lambda item: list(TYPES).index(item[0]))) for row in rows), key=repr)


def named(row: dict, key: tuple[str, ...], kind: str) -> str:
    return f" -{kind}-> ".join(row[name] for name in key)


def typed(name: str, value: str | None):
    return pl.Series([value], dtype=pl.String).cast(TYPES[name]).item()


@settings(max_examples=60)
@given(estates(), estates())
def test_applying_a_difference_gives_the_other(old: Estate, new: Estate) -> None:
    changes = difference(old, new)
    for name, schema, key in (("things/system", THING, ("id",)), ("links/USES", LINK, ("from", "to"))):
        kind = name.partition("/")[2]
        result = applied(in_order(facts(old, name, schema)), changes, key, kind)
        assert result == sorted(in_order(facts(new, name, schema)), key=repr)


def in_order(rows: list[dict]) -> list[dict]:
    return [dict(sorted(row.items(), key=lambda item: list(TYPES).index(item[0]))) for row in rows]


@settings(max_examples=60)
@given(estates())
def test_an_estate_does_not_differ_from_itself(estate: Estate) -> None:
    shuffled = Estate({name: table.reverse() for name, table in estate.tables.items()})
    assert difference(estate, estate).is_empty()
    assert difference(estate, shuffled).is_empty()


@settings(max_examples=60)
@given(estates(), estates())
def test_the_way_back_is_the_way_there_told_backwards(old: Estate, new: Estate) -> None:
    there, back = difference(old, new), difference(new, old)
    swapped = {"added": "removed", "removed": "added", "changed": "changed"}
    told = ["kind", "id", "change", "field", "before", "after"]
    turned = back.with_columns(
        pl.col("change").replace_strict(swapped, return_dtype=pl.String), before=pl.col("after"), after=pl.col("before")
    )
    assert sorted(there.select(told).rows(), key=repr) == sorted(turned.select(told).rows(), key=repr)


@settings(max_examples=60)
@given(estates(), estates())
def test_the_counts_add_up(old: Estate, new: Estate) -> None:
    counts = difference_counts(old, new, difference(old, new))
    for row in counts.to_dicts():
        assert row["before"] - row["removed"] + row["added"] == row["after"]
        assert row["removed"] + row["changed"] <= row["before"]
