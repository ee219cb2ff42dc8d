"""Dated figures of organisations that the method reads: staff, maturity, and how a thing is done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from eamap.analysis.doonce.systems import CAPABILITY
from eamap.matching.normalise import key, keys

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.selector import EstateOn

TEXTS = frozenset({"variant"})
"""Figures whose values are names, not numbers."""


def measures(on: EstateOn, names: Mapping[str, frozenset[str]]) -> dict[str, pl.DataFrame]:
    """Returns by figure the stated values up to the day: capability (null: every one), body, value, measure (its id).

    The latest of an organisation's values counts; a value that is no number is not known.
    """
    import polars as pl

    table = on.things("measure").with_columns(folded=keys(on.things("measure")["measure"]))
    past = table.filter(pl.col("date").is_null() | (pl.col("date") <= on.as_of.isoformat()))
    found = {}
    for figure, words in names.items():
        mine = past.filter(pl.col("folded").is_in([key(word) for word in words])).sort("date", "id", nulls_last=False)
        value = (
            pl.col("value")
            if figure in TEXTS
            else pl.col("value").str.replace_all(",", "").cast(pl.Float64, strict=False)
        )
        told = mine.select(
            pl.col("capability").str.strip_prefix(CAPABILITY).str.to_uppercase(),
            value,
            body="organisation",
            measure="id",
        )
        found[figure] = told.drop_nulls("value").unique(["body", "capability"], keep="last", maintain_order=True)
    return found


def of_capability(table: pl.DataFrame, capability: str) -> pl.DataFrame:
    """Returns one value a body: what is stated of the capability, else what is stated of none: body, value, measure."""
    import polars as pl

    mine = table.filter(pl.col("capability").is_null() | (pl.col("capability") == capability))
    return mine.sort(pl.col("capability").is_null(), "body", maintain_order=True).unique(
        "body", keep="first", maintain_order=True
    )
