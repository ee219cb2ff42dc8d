"""Turns what a reader found into the table that a Grid holds."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

import polars as pl

from eamap.model.grid import ROW


def column_names(width: int) -> list[str]:
    """Returns c1 to cN."""
    return [f"c{place}" for place in range(1, width + 1)]


def frame(rows: Sequence[Sequence[str | None]], numbers: Sequence[int] | None = None) -> pl.DataFrame:
    """Returns the cells of ``rows`` as text with their row numbers (1, 2, 3 where none are given); "" becomes null."""
    columns = [pl.Series([cell or None for cell in column], dtype=pl.String) for column in zip_longest(*rows)]
    held = [column.alias(name) for name, column in zip(column_names(len(columns)), columns, strict=True)]
    counted = pl.Series(ROW, numbers if numbers is not None else range(1, len(rows) + 1), dtype=pl.UInt32)
    return without_empty_rows(pl.DataFrame([counted, *held]))


def without_empty_texts(cells: pl.DataFrame) -> pl.DataFrame:
    """Makes null of cells that hold the empty text; columns without any, which are most, are not written again."""
    held = [name for name in cells.columns if cells[name].dtype == pl.String and (cells[name] == "").any()]
    return cells.with_columns(pl.when(pl.col(held) != "").then(pl.col(held))) if held else cells


def without_empty_rows(cells: pl.DataFrame) -> pl.DataFrame:
    """Leaves out the rows that hold nothing but blanks.

    The first column alone is looked at for every row; the others only where it is blank, which in a table of a
    million rows is nearly nowhere.
    """
    texts = [name for name in cells.columns if name != ROW]
    if not texts:
        return cells.clear()
    if _all_begin_in_print(cells[texts[0]]):
        return cells
    suspect = _blank(texts[0])
    if not cells.select(suspect.any()).item():
        return cells
    return cells.filter(~(suspect & pl.all_horizontal([_blank(name) for name in texts[1:]] or [pl.lit(True)])))


def _all_begin_in_print(column: pl.Series) -> bool:
    """Whether every cell begins with an ASCII character that is no blank: the least and the greatest text say so at once."""
    least, greatest = column.min(), column.max()
    stated = isinstance(least, str) and isinstance(greatest, str) and not column.null_count()
    return stated and str(least) > " \U0010ffff" and str(greatest) < "\x7f"


def _blank(name: str) -> pl.Expr:
    # A cell that is longer than a few characters is looked at only if it starts with a blank.
    column = pl.col(name)
    return column.is_null() | (column.str.strip_chars() == "")
