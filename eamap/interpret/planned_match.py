"""Gives matches the columns that lifecycle matching will have; goes when matching has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

COLUMNS = ("text", "outcome", "product", "cycle", "candidates", "eol_best", "eol_worst", "extended_end", "missing", "inferred",
           "supplement_product", "supplement_cycle", "supplement_end", "rule", "tokens", "confidence", "snapshot")  # fmt: skip


def planned(found: pl.DataFrame) -> pl.DataFrame:
    """Returns matches with every column of ``COLUMNS``; those that matching gives already stay as they are."""
    import polars as pl

    if "outcome" in found.columns:
        return found
    end = pl.col("eol").replace({"true": "undated_past", "false": "none_published"})
    exact = pl.col("product").is_not_null()
    outcome = pl.when(exact).then(pl.lit("exact")).otherwise(pl.lit("unmatched"))
    sure = pl.when(exact).then(pl.lit("high"))
    given = found.with_columns(eol_best=end, eol_worst=end, outcome=outcome, confidence=sure)
    absent = [pl.lit(None, dtype=pl.String).alias(name) for name in COLUMNS if name not in given.columns]
    return given.with_columns(absent).select(COLUMNS)
