"""How concentrated kinds are within groups: one row a group, from parts that are weighed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from eamap.analysis.market.variety import effective_number_of, hhi_of

if TYPE_CHECKING:
    import polars as pl


def concentrated(frame: pl.DataFrame, by: Sequence[str], kind: str, weight: str = "weight") -> pl.DataFrame:
    """Returns one row a group: ``by``, ``n`` (the sum of the weights), ``kinds``, ``n_eff``, ``hhi``, ``top``, ``top_share``.

    ``frame`` holds one row for each part of a kind in a group; rows of one kind are added up. Of kinds that are equally
    large the first by alphabet is the top, so that the order of rows changes nothing. A group without weight has no row.
    """
    import polars as pl

    sums = frame.filter(pl.col(weight) > 0).group_by(*by, kind).agg(pl.col(weight).sum().alias("w")).sort(*by, kind)
    largest = pl.col("w").round(9) == pl.col("w").round(9).max()
    return sums.group_by(*by, maintain_order=True).agg(
        pl.col("w").sum().alias("n"), pl.len().cast(pl.Int64).alias("kinds"), effective_number_of("w").alias("n_eff"),
        hhi_of("w").alias("hhi"), pl.col(kind).filter(largest).first().alias("top"), (pl.col("w").max() / pl.col("w").sum()).alias("top_share"),
    )  # fmt: skip
