"""What changed between two estates: things and links that came, went, or say something else now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from eamap.model.estate import LINKS, THINGS, Estate

if TYPE_CHECKING:
    import polars as pl

    Pair = tuple[pl.DataFrame, pl.DataFrame]

CITATION = ("source", "row", "rule")
"""Columns that say where a fact stands. A fact that only moved to another row has not changed."""

# Names that no table of ours can have, because a column comes from a field of a record.
_NTH, _OLD, _MEMBER = "\x00nth", "\x00old", "\x00member"
_ORDER = (_MEMBER, _NTH)


def difference(old: Estate, new: Estate) -> pl.DataFrame:
    """Returns every difference of fact between two estates, one field of one thing or link a row.

    Columns: ``kind`` (of a thing, or the name of a relation), ``id`` ("FROM -RELATION-> TO" for a link), ``change``
    (added, removed, changed), ``field``, ``before``, ``after`` (as text; null where there is none), ``source``, ``row``
    (of the new statement; of the old one for what was removed). An added or removed thing has a row for each field that
    says something, its ``id`` among them; a link has its ``from`` and ``to``. Sorted by kind, id and change.

    Things are told apart by id, links by their two ends. Where two ends are joined by several links (for two periods,
    say) it cannot be known which of them became which, so those that differ are removed and added whole.
    """
    import polars as pl

    changes = [change for name in _table_names(old, new) for change in _table_changes(name, old, new)]
    schema = _schema()
    found = pl.concat([pl.DataFrame(schema={**schema, **dict.fromkeys(_ORDER, pl.UInt32)}), *changes])
    return found.sort("kind", "id", "change", *_ORDER).select(*schema)


def difference_counts(old: Estate, new: Estate, changes: pl.DataFrame) -> pl.DataFrame:
    """Returns kind, added, removed, changed, before, after: how many of each kind differ, of how many there are.

    ``changes`` is what :func:`difference` returned for the same two estates. Kinds without a difference are listed too.
    """
    import polars as pl

    count = [
        ((pl.col("change") == change) & pl.col("field").is_in(["id", "from"])).sum().alias(change)
        for change in ("added", "removed")
    ]
    changed = pl.col("id").filter(pl.col("change") == "changed").n_unique().alias("changed")
    counted = changes.group_by("kind").agg(*count, changed)
    heights = [
        (
            _kind(name),
            old.tables[name].height if name in old.tables else 0,
            new.tables[name].height if name in new.tables else 0,
        )
        for name in _table_names(old, new)
    ]
    of = pl.DataFrame(heights, schema={"kind": pl.String, "before": pl.UInt32, "after": pl.UInt32}, orient="row")
    joined = of.join(counted, on="kind", how="left").with_columns(pl.col("added", "removed", "changed").fill_null(0))
    return joined.select("kind", "added", "removed", "changed", "before", "after").sort("kind")


def _schema() -> dict[str, pl.DataType]:
    import polars as pl

    text = dict.fromkeys(("kind", "id", "change", "field", "before", "after", "source"), pl.String())
    return {**text, "row": pl.UInt32()}


def _table_names(old: Estate, new: Estate) -> list[str]:
    return sorted(name for name in {*old.tables, *new.tables} if name.startswith((THINGS, LINKS)))


def _kind(name: str) -> str:
    return name.removeprefix(THINGS).removeprefix(LINKS)


def _table_changes(name: str, old: Estate, new: Estate) -> Iterator[pl.DataFrame]:
    """Yields the differences of one table, in the columns of the answer and those that order it."""
    before, after = old.tables.get(name), new.tables.get(name)
    if before is after:  # a store gives the same table again when it did not change
        return
    present = after if before is None else before
    assert present is not None
    before, after = _aligned(
        before if before is not None else present.clear(), after if after is not None else present.clear()
    )
    key = ["id"] if name.startswith(THINGS) else ["from", "to"]
    facts = [column for column in before.columns if column not in CITATION]
    if before.select(facts).equals(after.select(facts)):
        return
    pairs = _once(after, key).join(_once(before, key), on=key, suffix=_OLD)
    yield from _changed(name, pairs, key, facts)
    # Whatever is not there once on both sides came, went, or is one of several.
    rest = [table.join(pairs, on=key, how="anti") for table in (before, after)]
    gone, come = _differing(rest[0], rest[1], facts)
    yield from _whole(name, gone, "removed", facts)
    yield from _whole(name, come, "added", facts)


def _aligned(before: pl.DataFrame, after: pl.DataFrame) -> Pair:
    """Gives both tables the same columns, in the same order and of the same types; a column one lacks is null there."""
    import polars as pl

    columns = list(dict.fromkeys([*after.columns, *before.columns]))
    tables = [
        table.with_columns(pl.lit(None).alias(column) for column in columns if column not in table.columns).select(
            columns
        )
        for table in (before, after)
    ]
    wanted = {column: after.schema.get(column, before.schema.get(column)) for column in columns}
    text = {column: pl.String for column in columns if before.schema.get(column, wanted[column]) != wanted[column]}
    one, other = (table.cast({**wanted, **text}) for table in tables)  # type: ignore[dict-item]
    return one, other


def _once(table: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    """Returns the rows that no other row shares the key with."""
    import polars as pl

    return table.filter(pl.struct(key).is_unique() if len(key) > 1 else pl.col(*key).is_unique())


def _differing(before: pl.DataFrame, after: pl.DataFrame, facts: Sequence[str]) -> Pair:
    """Returns the rows of each side that the other does not have; of equal rows, as many as there are more."""
    import polars as pl

    if before.is_empty() or after.is_empty():
        return before, after
    one, other = (table.with_columns(pl.int_range(pl.len()).over(facts).alias(_NTH)) for table in (before, after))
    on = [*facts, _NTH]
    gone = one.join(other, on=on, how="anti", nulls_equal=True)
    come = other.join(one, on=on, how="anti", nulls_equal=True)
    return gone.drop(_NTH), come.drop(_NTH)


def _changed(name: str, pairs: pl.DataFrame, key: Sequence[str], facts: Sequence[str]) -> Iterator[pl.DataFrame]:
    import polars as pl

    differs = {field: pl.col(field).ne_missing(pl.col(field + _OLD)) for field in facts if field not in key}
    if not differs:
        return
    pairs = pairs.filter(pl.any_horizontal(differs.values())).with_columns(pl.lit(0).alias(_MEMBER))
    for nth, field in enumerate(facts):
        if field in differs:
            values = (_text(field + _OLD), _text(field))
            yield _told(name, pairs.filter(differs[field]), "changed", (nth, field), values)


def _whole(name: str, rows: pl.DataFrame, change: str, facts: Sequence[str]) -> Iterator[pl.DataFrame]:
    import polars as pl

    nothing = pl.lit(None, dtype=pl.String)
    # Links of the same ends are numbered, so that the fields of each stay together.
    rows = rows.sort(facts).with_row_index(_MEMBER)
    for nth, field in enumerate(facts):
        told = (_text(field), nothing) if change == "removed" else (nothing, _text(field))
        yield _told(name, rows.filter(pl.col(field).is_not_null()), change, (nth, field), told)


def _told(
    name: str, rows: pl.DataFrame, change: str, place: tuple[int, str], values: tuple[pl.Expr, pl.Expr]
) -> pl.DataFrame:
    import polars as pl

    kind, (nth, field), (before, after) = _kind(name), place, values
    link = pl.concat_str("from", pl.lit(f" -{kind}-> "), "to") if name.startswith(LINKS) else pl.col("id")
    constants = {"kind": kind, "change": change, "field": field}
    cited = [pl.col("source") if "source" in rows.columns else pl.lit(None, dtype=pl.String).alias("source")]
    row = (pl.col("row") if "row" in rows.columns else pl.lit(None)).cast(pl.UInt32).alias("row")
    told = rows.select(
        link.alias("id"), before.alias("before"), after.alias("after"), *cited, row, pl.col(_MEMBER).cast(pl.UInt32)
    )
    told = told.with_columns(
        pl.lit(nth, dtype=pl.UInt32).alias(_NTH), **{key: pl.lit(text) for key, text in constants.items()}
    )
    return told.select(*_schema(), *_ORDER)


def _text(field: str) -> pl.Expr:
    import polars as pl

    return pl.col(field).cast(pl.String)
