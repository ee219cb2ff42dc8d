"""How far apart organisations are in digital maturity: scores by their spread, published statuses by their counts.

Scores are self-assessed where the source says so, and ranks of organisations are never made of them. Percentiles are by
linear interpolation; the spread is that of K2: twice the distance from the 10th to the 90th percentile over the length
of the scale, at most 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.analysis.market.figures import latest, open_trusts, stated_figures

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.selector import EstateOn
    from eamap.reference.market import Market

EVERYWHERE = "all"


def scores(on: EstateOn, organisations: pl.Series, market: Market) -> pl.DataFrame:
    """Returns the latest of each measure of maturity of each open trust: columns of :func:`stated_figures`, ``lowest``, ``highest``, ``outside``.

    ``outside``: a score that is no number, or not on its scale; its ``number`` is null, so it is in no percentile.
    """
    import polars as pl

    scales = pl.DataFrame([(each.measure, each.name, each.lowest, each.highest) for each in market.scales],
                          schema={"name": pl.String, "measure": pl.String, "lowest": pl.Float64, "highest": pl.Float64}, orient="row")  # fmt: skip
    found = latest(stated_figures(on, scales["name"])).join(scales, on="name")
    trusts = open_trusts(on, organisations)
    mine = found.filter(pl.col("organisation").is_in(trusts.implode()))
    fits = pl.col("number").is_between("lowest", "highest").fill_null(value=False)
    scored = pl.col("lowest").is_not_null()
    return mine.with_columns(pl.when(fits).then("number").alias("number"), (scored & ~fits).alias("outside"))


def spread(found: pl.DataFrame, trusts: pl.DataFrame) -> pl.DataFrame:
    """Returns one row a unit and measure, and for a measure of words one row a word, in order of unit, measure and word.

    ``trusts`` are those in question: ``organisation`` and ``unit``. Columns ``key``, ``unit``, ``measure``, ``value`` (the word, else
    all), ``n`` (organisations), ``of`` (trusts of the unit), ``outside``, ``p10``, ``median``, ``p90``, ``spread``, ``ids``.
    """
    import polars as pl

    every = trusts.group_by("unit").agg(pl.len().cast(pl.Int64).alias("of"))
    word = pl.when(pl.col("lowest").is_null()).then("value").otherwise(pl.lit(EVERYWHERE)).alias("value")
    rows = found.join(trusts, on="organisation").with_columns(word)
    low, high = (pl.col("number").quantile(part, "linear") for part in (0.1, 0.9))
    length = (pl.col("highest") - pl.col("lowest")).first()
    told = rows.group_by("unit", "measure", "value").agg(
        (~pl.col("outside")).sum().cast(pl.Int64).alias("n"), pl.col("outside").sum().cast(pl.Int64).alias("outside"),
        low.alias("p10"), pl.col("number").median().alias("median"), high.alias("p90"),
        pl.min_horizontal(pl.lit(1.0), 2 * (high - low) / length).alias("spread"), pl.col("id").sort().alias("ids"),
    )  # fmt: skip
    # Without a score there is no spread; the smaller of 1 and nothing would be 1.
    told = told.with_columns(pl.when(pl.col("p10").is_not_null()).then("spread").alias("spread"))
    parts = [pl.col(each).fill_null("no known ICS") for each in ("unit", "measure", "value")]
    return (
        told.join(every, on="unit", nulls_equal=True)
        .with_columns(pl.concat_str(parts, separator=" / ").alias("key"))
        .sort("unit", "measure", "value")
    )
