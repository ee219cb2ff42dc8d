"""The latest figure or stage that sources state of each organisation, as it stood on the day."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.selector import EstateOn

TRUSTS = ("nhs-trust", "care-trust", "ambulance-trust")
_NOISE = "[£,\u00a0 ]"


def stated_figures(on: EstateOn, names: pl.Series) -> pl.DataFrame:
    """Returns what is stated of some measures: ``organisation``, ``name``, ``value`` (as stated), ``number``, ``date``, ``id``.

    ``names`` are measures as the caller writes them, whatever their case; each statement dated after the day is left out,
    and an undated one counts as the oldest. ``number`` is null where the value is no number.
    """
    import polars as pl

    asked = pl.DataFrame({"name": names, "folded": names.str.to_lowercase()})
    told = on.things("measure").filter(pl.col("date").is_null() | (pl.col("date") <= on.as_of.isoformat()))
    told = told.with_columns(pl.col("measure").str.strip_chars().str.to_lowercase().alias("folded")).join(
        asked, on="folded"
    )
    number = pl.col("value").str.replace_all(_NOISE, "").cast(pl.Float64, strict=False)
    finite = pl.when(number.is_finite()).then(number).alias("number")
    return told.select("organisation", "name", "value", finite, "date", "id").sort("organisation", "name", "date", "id")


def latest(figures: pl.DataFrame) -> pl.DataFrame:
    """Returns one row an organisation and measure: the latest; of several of one day the last by id."""
    import polars as pl

    dated = figures.with_columns(pl.col("date").fill_null("").alias("when"))
    kept = dated.sort("organisation", "name", "when", "id").unique(
        ["organisation", "name"], keep="last", maintain_order=True
    )
    return kept.drop("when")


def open_trusts(on: EstateOn, organisations: pl.Series) -> pl.Series:
    """Returns which of some organisations are trusts that are open on the day, in order of id.

    A list that gives a type of trust and no role is one of trusts; whoever was wholly succeeded by the day is closed.
    """
    import polars as pl

    day = on.as_of.isoformat()
    here = (pl.col("opened").is_null() | (pl.col("opened") <= day)) & (
        pl.col("closed").is_null() | (pl.col("closed") > day)
    )
    trust = pl.col("role").is_in(TRUSTS) | (pl.col("role").is_null() & pl.col("trust_type").is_not_null())
    gone = (
        on.links("SUCCEEDED_BY").filter(pl.col("extent").fill_null("whole") != "part").select("from").collect()["from"]
    )
    mine = pl.col("id").is_in(organisations.implode()) & ~pl.col("id").is_in(gone.implode())
    return on.things("organisation").filter((trust & here).fill_null(value=False) & mine)["id"].sort()
