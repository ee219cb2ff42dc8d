"""Dated figures of organisations that the method reads: staff, maturity, and how a thing is done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from eamap.analysis.market.live import CAPABILITY
from eamap.matching.normalise import key, keys

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.selector import EstateOn
    from eamap.reference.market import Scale

TEXTS = frozenset({"variant"})
"""Figures whose values are names, not numbers."""
MATURITY, PILLAR = "maturity", "pillar"
"""The score of organisations where no pillar is named, and those of the pillars, each a measure of its own."""


def measures(on: EstateOn, names: Mapping[str, frozenset[str]], scales: Mapping[str, Scale]) -> dict[str, pl.DataFrame]:
    """Returns by figure the stated values up to the day: capability (null: every one), body, name (folded), value, measure (its id).

    The latest of an organisation's values of a measure counts; a value that is no number, or not on the scale of its
    measure (by its folded name), is not known.
    """
    import polars as pl

    table = on.things("measure").with_columns(name=keys(on.things("measure")["measure"]))
    past = table.filter(pl.col("date").is_null() | (pl.col("date") <= on.as_of.isoformat()))
    found = {}
    for figure, words in names.items():
        mine = past.filter(pl.col("name").is_in([key(word) for word in words])).sort("date", "id", nulls_last=False)
        about = pl.col("capability").str.strip_prefix(CAPABILITY).str.to_uppercase()
        value = pl.col("value") if figure in TEXTS else _number(scales)
        told = mine.select(about, "name", value, body="organisation", measure="id")
        found[figure] = told.unique(["body", "capability", "name"], keep="last", maintain_order=True).drop_nulls(
            "value"
        )
    return found


def _number(scales: Mapping[str, Scale]) -> pl.Expr:
    """Returns the values as numbers; null for none, and for one that is off the scale of its measure."""
    import polars as pl

    number = pl.col("value").str.replace_all(",", "").cast(pl.Float64, strict=False)
    ends = [pl.col("name").replace_strict({name: getattr(each, end) for name, each in scales.items()}, default=None, return_dtype=pl.Float64)
            for end in ("lowest", "highest")]  # fmt: skip
    fits = number.is_finite() & (number >= ends[0]).fill_null(value=True) & (number <= ends[1]).fill_null(value=True)
    return pl.when(fits).then(number).alias("value")


def of_pillar(table: pl.DataFrame, pillar: str) -> pl.DataFrame:
    """Returns the values of one pillar."""
    return table.filter(table["name"] == key(pillar))


def of_capability(table: pl.DataFrame, capability: str) -> pl.DataFrame:
    """Returns one value a body: what is stated of the capability, else what is stated of none: body, value, measure."""
    import polars as pl

    mine = table.filter(pl.col("capability").is_null() | (pl.col("capability") == capability))
    return mine.sort(pl.col("capability").is_null(), "body", maintain_order=True).unique(
        "body", keep="first", maintain_order=True
    )
