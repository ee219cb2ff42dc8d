"""What is past its support, or will be by a day: each component with its best and worst case, proof and plan."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from eamap.analysis.support.in_use import InUse
from eamap.model.support import PAST, UNCERTAIN, UNDATED_PAST, UNKNOWN, WORDS, Status

if TYPE_CHECKING:
    import polars as pl

CERTAIN, POSSIBLE = "certain", "possible"
SHOWN = ("status", "status_best", "label", "eol_best", "eol_worst", "extended_end", "ends_means", "missing", "confidence", "link",
         "entitlement", "entitled_to", "override", "days_past", "product", "cycle", "candidates", "rule", "tokens")  # fmt: skip


def ending(held: InUse, by: date, seen_days: int) -> pl.DataFrame:
    """Returns the components past their support or ending by a day, sorted by organisation, system and id.

    ``case`` is ``certain`` where even the best case ends by then, else ``possible``. ``days`` counts from the worst end to
    the day asked: negative days are left. ``stale`` is yes where the host was last seen longer ago than ``seen_days``.
    """
    import polars as pl

    rows = listed(held, by)
    names = held.on.things("system").select(
        pl.col("id").alias("system"), pl.col("name").alias("system_name"), "owner_role", system_listed=True
    )
    day = held.on.as_of
    end = pl.col("eol_worst").str.to_date("%Y-%m-%d", strict=False)
    seen = pl.col("last_seen").str.to_date("%Y-%m-%d", strict=False)
    old = seen < day - timedelta(days=seen_days)
    return (
        rows.join(names, on="system", how="left", maintain_order="left")
        .join(held.on.things("component").select("id", own_operator="operator"), on="id", how="left", maintain_order="left")
        .with_columns(
            pl.col("system_listed").fill_null(pl.lit(value=False)), pl.col("own_operator").is_not_null(),
            pl.col("status").replace(dict(WORDS)).alias("says"),
            (pl.lit(day) - end).dt.total_days().alias("days"),
            pl.when(old).then(pl.lit("yes")).when(~old).then(pl.lit("no")).otherwise(pl.lit("unknown")).alias("stale"),
        )
    )  # fmt: skip


def listed(held: InUse, by: date) -> pl.DataFrame:
    """Returns the components in question with their standing and ``case``, in the order in which they are told."""
    facts = held.standings.select(*SHOWN, membership(by).alias("case"))
    rows = held.rows.filter(facts["case"].is_not_null().gather(held.rows["place"]))
    return held.attached(rows, facts).sort("operator", "system", "id", nulls_last=True)


def membership(by: date) -> pl.Expr:
    """Returns whether a standing is past or ends by a day: certain, possible, or null where it does not, or nobody knows."""
    import polars as pl

    known = ~pl.col("status").is_in([*UNKNOWN, Status.NOT_SOFTWARE])
    best, worst = pl.col("eol_best"), pl.col("eol_worst")
    certain = pl.col("status").is_in(list(PAST)) | (known & _by(best, by))
    possible = pl.col("status").is_in(list(UNCERTAIN)) | (known & _by(worst, by))
    return (
        pl.when(certain.fill_null(False)).then(pl.lit(CERTAIN))
        .when((possible & _by(worst, by)).fill_null(False)).then(pl.lit(POSSIBLE))
    )  # fmt: skip


def _by(end: pl.Expr, by: date) -> pl.Expr:
    # Words for ends without a day begin with letters, which sort after digits; an end in the past has no day to compare.
    return (end <= by.isoformat()) | (end == UNDATED_PAST)


def within(as_of: date, months: int) -> date:
    """Returns the day some months later; the last day of the month where there is no such day."""
    from calendar import monthrange

    month = as_of.month - 1 + months
    year, number = as_of.year + month // 12, month % 12 + 1
    return date(year, number, min(as_of.day, monthrange(year, number)[1]))
