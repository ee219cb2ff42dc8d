"""A column of text as codes into its few distinct texts: what reading a sheet found out, handed on to the store.

Finding the distinct texts of a column costs more than writing it, and a store that has only the texts must do it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

_ROOM = 8
"""Pairs that could occur for each row, above which a table of them all costs more than it saves."""


@dataclass(frozen=True, slots=True)
class Coded:
    """A column whose cell in row ``n`` is ``texts[codes[n]]``.

    ``codes`` (UInt32) holds no null: an empty cell has a code of its own, whose text is null. Columns that were read from
    the same cells share their codes and differ in their texts.
    """

    codes: pl.Series
    texts: pl.Series

    def spread(self) -> pl.Series:
        """Returns the text of every row."""
        return self.texts.gather(self.codes)

    def at(self, positions: pl.Series | None) -> Coded:
        """Returns some rows of it; all of them for ``None``."""
        return self if positions is None else Coded(self.codes.gather(positions), self.texts)

    def prefixed(self, prefix: str) -> Coded:
        """Returns the column with ``prefix`` before every text; null stays null."""
        return Coded(self.codes, prefix + self.texts)


def paired(one: Coded, other: Coded, separator: str) -> Coded | None:
    """Returns the column of the two texts of each row with ``separator`` between; null where either is.

    Only pairs that occur are joined, each once. ``None`` where so many could occur that coding them is no gain.
    """
    import polars as pl

    wide, possible = other.texts.len(), one.texts.len() * other.texts.len()
    if possible > _ROOM * one.codes.len():
        return None
    pairs = one.codes * wide + other.codes
    distinct = pairs.unique(maintain_order=True)  # in the order of the rows: the same codes in every run
    numbers = pl.int_range(distinct.len(), dtype=pl.UInt32, eager=True)
    codes = pl.Series([0], dtype=pl.UInt32).new_from_index(0, possible).scatter(distinct, numbers).gather(pairs)
    texts = one.texts.gather(distinct // wide) + separator + other.texts.gather(distinct % wide)
    return Coded(codes, texts)
