"""Keeps the raw rows of a source without the columns that went into its records as they stood.

Much of a file's text goes into a record unchanged: writing it again would be two fifths of what storing costs. A raw column
that agrees with a column of the part's own things, row by row, is therefore borrowed from there; the cells where the two
differ (what a record could not accept, mostly) are kept as corrections. Comparing costs a tenth of writing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from eamap.model.coded import Coded
from eamap.stores.manifest import Borrowed, Stored
from eamap.stores.sharing import WORTH_SHARING, Told

if TYPE_CHECKING:
    import polars as pl

    from eamap.stores.blobs import Blobs

_SAMPLE = 500
_AGREE = 0.95
"""Share of cells that must agree: with more corrections than that the column is better kept whole."""


def borrowing_table(blobs: Blobs, table: pl.DataFrame, *, lenders: Told, coded: Mapping[str, Coded]) -> Stored | None:
    """Returns how to keep raw rows with the help of the part's own tables, or None if they are no help.

    Columns that are ``coded`` are left out: their codes cost less to write than texts to compare.
    """
    import polars as pl

    borrowed: list[Borrowed] = []
    corrections: list[pl.DataFrame] = []
    for read, stored in lenders.values():
        if _fits(table, stored) and (lender := read()).get_column("row", default=None) is not None:
            rest = table.drop(*coded, *(column.column for column in borrowed))
            piece = stored.pieces[0]
            for ours, theirs, differing in _agreeing(rest, lender.drop(piece.elsewhere)):
                borrowed.append(Borrowed(ours, piece.blob, piece.size, theirs))
                corrections.append(_corrections(table[ours], differing))
    if not borrowed:
        return None
    own = blobs.stage(table.drop([column.column for column in borrowed]), coded)
    put_right = blobs.stage(pl.concat(corrections))
    piece = replace(
        own, borrowed=(*own.borrowed, *borrowed), corrections=put_right.blob, corrections_size=put_right.size
    )
    return Stored((piece,), tuple(table.columns))


def _fits(table: pl.DataFrame, stored: Stored) -> bool:
    return len(stored.pieces) == 1 and stored.height == table.height >= WORTH_SHARING and "row" in table.columns


def _agreeing(table: pl.DataFrame, lender: pl.DataFrame) -> list[tuple[str, str, pl.Series]]:
    """Returns (our column, theirs, positions at which they differ) for each column that is worth borrowing."""
    if lender.schema["row"] != table.schema["row"] or not lender["row"].equals(table["row"]):
        return []
    found = []
    for ours, theirs in _likely(table, lender).items():
        differing = table[ours].ne_missing(lender[theirs]).arg_true()
        if differing.len() <= (1 - _AGREE) * table.height:
            found.append((ours, theirs, differing))
    return found


def _likely(table: pl.DataFrame, lender: pl.DataFrame) -> Mapping[str, str]:
    """Finds in a sample which column of the lender, if any, a column of ours was copied into."""
    import polars as pl

    step = max(table.height // _SAMPLE, 1)
    sample, theirs = table.gather_every(step), lender.gather_every(step).select(pl.col(pl.String))
    likely = {}
    for name in sample.select(pl.col(pl.String)).columns:
        differing = [(sample[name].ne_missing(other).arg_true().len(), other.name) for other in theirs]
        fewest, best = min(differing, default=(sample.height, ""))
        if fewest <= (1.03 - _AGREE) * sample.height:
            likely[name] = best
    return likely


def _corrections(ours: pl.Series, differing: pl.Series) -> pl.DataFrame:
    import polars as pl

    value = ours.gather(differing).alias("value")
    return pl.DataFrame([differing.cast(pl.UInt32).alias("position"), value]).with_columns(column=pl.lit(ours.name))
