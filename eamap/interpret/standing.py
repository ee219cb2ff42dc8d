"""How what a text means stands on a day: a pure function of what it may be, the ends of that, proof of entitlement, and the day.

The day of an end is still supported. A paid extended period is never "supported". Where a text may be several releases,
they decide only what they agree on: it is past only if the best case is past.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from eamap.model.support import NONE_PUBLISHED, UNDATED_PAST, WORST_FIRST, Status

if TYPE_CHECKING:
    import polars as pl

_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_FIRST, _LAST = "0000", "9999"
"""Where undated ends and ends that nobody has published stand among days."""
_BEST_FIRST = tuple(reversed(WORST_FIRST))


@dataclass(frozen=True, slots=True)
class Judging:
    """The day that is judged, and for how many days ahead an end is near."""

    as_of: date
    ending_days: int

    @property
    def day(self) -> str:
        """The day as text."""
        return self.as_of.isoformat()

    @property
    def horizon(self) -> str:
        """The last day that is near."""
        return (self.as_of + timedelta(days=self.ending_days)).isoformat()


def chances(meanings: pl.DataFrame) -> pl.DataFrame:
    """Returns what each meaning may be: meaning, product, cycle, from_supplement; none where nothing can be judged.

    A release that the supplement knows without an end is among them: people may have settled its end.
    """
    import polars as pl

    exact = meanings.filter(pl.col("outcome") == "exact").select("meaning", "product", "cycle")
    family = meanings.filter(pl.col("outcome") == "family").select(
        "meaning", pl.col("candidates").str.split("|").alias("one")
    )
    parts = pl.col("one").str.splitn(":", 2).struct
    several = family.explode("one").select(
        "meaning", parts.field("field_0").alias("product"), parts.field("field_1").alias("cycle")
    )
    more = meanings.filter(pl.col("outcome") == "uncovered_product").select(
        "meaning", product="supplement_product", cycle=pl.col("supplement_cycle").fill_null("")
    )
    return pl.concat(
        [pl.concat([exact, several]).with_columns(from_supplement=False), more.with_columns(from_supplement=True)]
    )


def supplement_of(meanings: pl.DataFrame) -> pl.DataFrame:
    """Returns the ends that the supplement gave: product, cycle (empty: whichever it is), eol (null: it has none)."""
    import polars as pl

    told = meanings.filter(pl.col("supplement_product").is_not_null())
    cycle = pl.col("supplement_cycle").fill_null("")
    return told.select(product="supplement_product", cycle=cycle, eol="supplement_end").unique()


def standings(meanings: pl.DataFrame, each: pl.DataFrame, claims: pl.DataFrame, judging: Judging) -> pl.DataFrame:
    """Returns one row a claim (meaning, rank): status, status_best, eol_best, eol_worst, extended_end, days_past and more.

    ``each`` are the chances with their facts (label, link, eol, extended_end, override, from_supplement); ``claims`` are distinct pairs of
    meaning and entitlement, with the product and cycle the entitlement is about (null: whatever it is).
    """
    import polars as pl

    about = pl.col("about_product").is_null() | (
        (pl.col("about_product") == pl.col("product"))
        & (pl.col("about_cycle").is_null() | (pl.col("about_cycle") == pl.col("cycle")))
    )
    status = status_of(pl.col("eol"), pl.col("extended_end"), (pl.col("rank") > 0) & about, judging)
    untold = pl.col("from_supplement") & pl.col("eol").is_null()
    judged = claims.join(each, on="meaning").with_columns(
        pl.when(untold).then(pl.lit(Status.NOT_COVERED)).otherwise(status).alias("one")
    )
    found = judged.group_by("meaning", "rank").agg(*_together())
    found = claims.select("meaning", "rank").join(found, on=["meaning", "rank"], how="left", maintain_order="left")
    found = found.join(
        meanings.select("meaning", "outcome", "inferred"), on="meaning", how="left", maintain_order="left"
    )
    return found.with_columns(_status().alias("status")).with_columns(
        pl.coalesce("best", "status").alias("status_best"), *(_unkeyed(name) for name in ("eol_best", "eol_worst"))
    ).with_columns(_days_past(judging)).drop("best", "kinds", "outcome", "inferred")  # fmt: skip


def status_of(eol: pl.Expr, extended_end: pl.Expr, entitled: pl.Expr, judging: Judging) -> pl.Expr:
    """Returns the status of one release on a day."""
    import polars as pl

    day, dated, sold_to_a_day = (
        pl.lit(judging.day),
        eol.str.contains(_DAY),
        extended_end.str.contains(_DAY).fill_null(False),
    )
    past = (eol == UNDATED_PAST) | (dated & (eol < day))
    over = sold_to_a_day & (extended_end < day)
    return (
        pl.when(eol.is_null()).then(pl.lit(Status.NOT_IN_DATA))
        .when(past & entitled & ~over).then(pl.lit(Status.EXTENDED_ENTITLED))
        .when(past & sold_to_a_day & ~over).then(pl.lit(Status.EXTENDED_UNPROVEN))
        .when(eol == UNDATED_PAST).then(pl.lit(Status.EOL_UNDATED))
        .when(past).then(pl.lit(Status.EOL))
        .when(eol == NONE_PUBLISHED).then(pl.lit(Status.NO_EOL_PUBLISHED))
        .when(eol <= pl.lit(judging.horizon)).then(pl.lit(Status.SUPPORT_ENDING))
        .otherwise(pl.lit(Status.SUPPORTED))
    )  # fmt: skip


def _together() -> list[pl.Expr]:
    import polars as pl

    key = pl.col("eol").replace({UNDATED_PAST: _FIRST, NONE_PUBLISHED: _LAST})
    days = pl.col("extended_end").filter(pl.col("extended_end").str.contains(_DAY))
    rank = pl.col("one").replace_strict({each: nth for nth, each in enumerate(_BEST_FIRST)}, return_dtype=pl.UInt8)
    return [
        pl.col("one").sort_by(rank).first().alias("best"),
        pl.col("one").unique().sort().alias("kinds"),
        key.max().alias("eol_best"),
        key.min().alias("eol_worst"),
        pl.coalesce(days.max(), pl.col("extended_end").drop_nulls().first()).alias("extended_end"),
        pl.col("link").drop_nulls().first(),
        pl.col("override").drop_nulls().first(),
        pl.col("ends_means").drop_nulls().first(),
        pl.col("title").first(),
        pl.col("label").alias("labels"),
    ]


def _status() -> pl.Expr:
    """What all releases that a text may be agree on; without any, what the match says."""
    import polars as pl

    kinds = pl.col("kinds")

    def only(*among: Status) -> pl.Expr:
        return kinds.list.set_difference(list(among)).list.len() == 0

    gone = (Status.EOL, Status.EOL_UNDATED)
    none = (
        pl.when(pl.col("outcome") == "not_software").then(pl.lit(Status.NOT_SOFTWARE))
        .when(pl.col("inferred") == "before-records").then(pl.lit(Status.EOL_INFERRED))
        .when(pl.col("outcome") == "uncovered_cycle").then(pl.lit(Status.NOT_IN_DATA))
        .when(pl.col("outcome") == "uncovered_product").then(pl.lit(Status.NOT_COVERED))
        .otherwise(pl.lit(Status.UNMATCHED))
    )  # fmt: skip
    return (
        pl.when(kinds.is_null()).then(none)
        .when(kinds.list.len() == 1).then(kinds.list.first())
        .when(only(*gone)).then(pl.lit(Status.EOL))
        .when(only(*gone, Status.EXTENDED_UNPROVEN)).then(pl.lit(Status.EXTENDED_UNPROVEN))
        .otherwise(pl.lit(Status.FAMILY_UNCERTAIN))
    )  # fmt: skip


def _unkeyed(name: str) -> pl.Expr:
    import polars as pl

    return pl.col(name).replace({_FIRST: UNDATED_PAST, _LAST: NONE_PUBLISHED}).alias(name)


def _days_past(judging: Judging) -> pl.Expr:
    import polars as pl

    end = pl.col("eol_worst").str.to_date("%Y-%m-%d", strict=False)
    days = (pl.lit(judging.as_of) - end).dt.total_days()
    return pl.when(days > 0).then(days).alias("days_past")
