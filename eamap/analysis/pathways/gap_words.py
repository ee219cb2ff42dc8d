"""The words of answers about hand-offs: what a connection is worth, by which way, and why it is no better."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eamap.analysis.pathways.worth import LEVELS, WHY

if TYPE_CHECKING:
    import polars as pl

NONE_KNOWN, NOT_IN_INVENTORY = "none_known", "not_in_inventory"
DIRECT, SHARED, VIA = "direct", "shared", "via"
NOT_ASSESSED = "not assessed"


def judged(rows: pl.DataFrame) -> pl.DataFrame:
    """Replaces masks by worth (0 nothing to 4 conformant), route, past and contradicted of the step."""
    import polars as pl

    bit = pl.lit(1, pl.UInt64) * pl.lit(2, pl.UInt64).pow(pl.col("bit").cast(pl.UInt64))
    rows = rows.with_columns(_bit=bit.cast(pl.UInt64))

    def has(name: str) -> pl.Expr:
        return (pl.col(name) & pl.col("_bit")) != 0

    def level(way: str) -> pl.Expr:
        return pl.sum_horizontal([has(f"{way}_{name}").cast(pl.UInt8) for name in LEVELS])

    rows = rows.with_columns(**{way: level(way) for way in (DIRECT, SHARED, VIA)})
    best = pl.max_horizontal(DIRECT, SHARED, VIA)
    rows = rows.with_columns(worth=best.cast(pl.UInt8))
    route: Any = pl.when(pl.col("worth") == 0).then(None)
    for way in (DIRECT, SHARED, VIA):
        route = route.when(pl.col(way) == pl.col("worth")).then(pl.lit(way))
    low = pl.col("worth") == 2
    reasons = {
        name: low & pl.when(pl.col("route") == DIRECT).then(has(f"direct_{name}")).otherwise(has(f"via_{name}"))
        for name in WHY
    }
    told = rows.with_columns(route=route.cast(pl.Enum([DIRECT, SHARED, VIA]))).with_columns(**reasons)
    return told.select("bit", "one", "other", "crosses", "worth", "route", *WHY)


def why() -> pl.Expr:
    """Says in words why an answer is no better than it is."""
    import polars as pl

    asked = pl.col("standards").list.len() > 0
    return (
        pl.when(pl.col("contradicted").fill_null(value=False)).then(pl.lit("its statement contradicts what it claims"))
        .when(pl.col("past").fill_null(value=False)).then(pl.lit("the standard is past its use on the day"))
        .when(pl.col("answer") == "non_conformant").then(pl.lit("claims none of the standards asked for"))
        .when((pl.col("answer") == "declared_only") & (pl.col("route") == SHARED)).then(pl.lit("both work with one system"))
        .when((pl.col("answer") == "declared_only") & asked).then(pl.lit("the claim is not verified"))
        .when(pl.col("answer") == "declared_only").then(pl.lit("the step asks for no wire standard"))
        .when(pl.col("answer") == "other_means").then(pl.lit("paper, email, phone or fax"))
        .when((pl.col("answer") == NONE_KNOWN) & pl.col("undocumented")).then(pl.lit("nothing is documented of one end"))
        .when(pl.col("answer") == NONE_KNOWN).then(pl.lit("no interface is known"))
        .when(pl.col("answer") == NOT_IN_INVENTORY).then(pl.format("nobody in the inventory is: {}", "missing"))
        .alias("why")
    )  # fmt: skip


def verified() -> pl.Expr:
    """Says whether the FHIR checks verified the connection: nothing they did not look at reads as anything else."""
    import polars as pl

    return (
        pl.when(pl.col("answer") == "conformant").then(pl.lit("verified"))
        .when(pl.col("contradicted").fill_null(value=False)).then(pl.lit("contradicted"))
        .otherwise(pl.lit(NOT_ASSESSED)).alias("verified")
    )  # fmt: skip
