"""Where organisations lie: by their headquarters and by where their patients come from, side by side.

The board of a trust in ODS is that of its headquarters, which is not always where its patients live. Both are told, and
neither replaces the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from eamap.interpret.geography import Geography

SEVERAL = ";"
SAME, OTHER, UNPLACED = "same", "other", "cannot be told"


def located(geography: Geography, codes: pl.Series) -> pl.DataFrame:
    """Returns a row a distinct code, in order of code: who stands for it, where that lies, and where its patients come from.

    Columns: organisation, name, outcome, current, confidence, route, icb, candidates, region, patient_icb, patient_share,
    patient_icbs, unplaced, agrees.
    ``candidates`` are the boards that may hold it where ``icb`` is unknown. ``patient_icb`` is the board from which the
    largest part of its patients comes, ``patient_share`` that part, ``patient_icbs`` from how many boards some come, and
    ``unplaced`` the part from a board that was divided. ``agrees`` says whether the two boards are the same; it cannot be
    told where the unplaced part could make another board the first.
    """
    import polars as pl

    asked = pl.DataFrame({"organisation": codes.drop_nulls().unique().sort()})
    several = pl.col("icb").drop_nulls().unique().sort()
    ways = geography.candidates.group_by("organisation").agg(
        candidates=pl.when(several.len() > 1).then(several.str.join(SEVERAL))
    )
    found = (
        asked.join(_names(geography), on="organisation", how="left")
        .join(_standing(geography), on="organisation", how="left")
        .join(geography.units, on="organisation", how="left")
        .join(ways, on="organisation", how="left")
        .join(_patients(geography), on="organisation", how="left")
    )
    return found.with_columns(_agrees().alias("agrees")).drop("second").sort("organisation")


def _names(geography: Geography) -> pl.DataFrame:
    import polars as pl

    own = geography.followed.things.select(organisation="code", name="name").drop_nulls()
    listed = geography.reference.frame.select(organisation="code", name="name")
    return pl.concat([own, listed]).unique("organisation", keep="first", maintain_order=True)


def _standing(geography: Geography) -> pl.DataFrame:
    """Returns who stands for each code; a code that was divided names all of them."""
    import polars as pl

    first = (pl.col(name).first() for name in ("outcome", "confidence", "route"))
    current = pl.col("current").sort().str.join(SEVERAL)
    return geography.followed.table.group_by("organisation").agg(*first, current)


def _patients(geography: Geography) -> pl.DataFrame:
    import polars as pl

    known = geography.share.filter(pl.col("icb").is_not_null()).sort("share", "icb", descending=[True, False])
    lost = geography.share.filter(pl.col("icb").is_null()).group_by("organisation").agg(unplaced=pl.col("share").sum())
    first = known.group_by("organisation", maintain_order=True).agg(
        patient_icb=pl.col("icb").first(), patient_share=pl.col("share").first(), patient_icbs=pl.len().cast(pl.Int64),
        second=pl.col("share").get(1, null_on_oob=True).fill_null(0.0),
    )  # fmt: skip
    both = first.join(lost, on="organisation", how="full", coalesce=True)
    return both.with_columns(pl.col("unplaced").fill_null(0.0))


def _agrees() -> pl.Expr:
    import polars as pl

    open_ = pl.col("patient_share").is_null() | (pl.col("unplaced") > pl.col("patient_share") - pl.col("second"))
    return (
        pl.when(pl.col("icb").is_null() | pl.col("unplaced").is_null()).then(None)
        .when(open_).then(pl.lit(UNPLACED))
        .when(pl.col("icb") == pl.col("patient_icb")).then(pl.lit(SAME))
        .otherwise(pl.lit(OTHER))
    )  # fmt: skip
