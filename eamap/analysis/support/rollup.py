"""How many components stand how, group by group: the worst state, counts and coverage, and never a sum of scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.analysis.support.groups import grouped
from eamap.analysis.support.in_use import InUse
from eamap.model.support import PAST, SUPPORTED, UNCERTAIN, UNKNOWN, UNSUPPORTED, WORST_FIRST, Status

if TYPE_CHECKING:
    import polars as pl

COUNTED: dict[str, tuple[Status, ...]] = {
    "out_of_support": UNSUPPORTED,
    "extended_proven": (Status.EXTENDED_ENTITLED,),
    "ending": (Status.SUPPORT_ENDING,),
    "supported": (Status.SUPPORTED, Status.NO_EOL_PUBLISHED),
    "uncertain": UNCERTAIN,
    "unknown": UNKNOWN,
}
"""The counts of a roll-up and the statuses each holds; with what is no software they are all components."""
JUDGED = (*PAST, *SUPPORTED)
"""The statuses of what was matched to a release and judged: coverage is their share of what is software."""
SOFTWARE = tuple(each for each in Status if each is not Status.NOT_SOFTWARE)


def rollup(held: InUse, by: str) -> pl.DataFrame:
    """Returns a row a group, by its id: group, worst, components, systems, the counts of ``COUNTED``, coverage (0 to 1).

    ``example`` is a component of the group, for groups that are no thing of the estate. What belongs to no known group is the last row, with an empty id. A component in two groups counts in both.
    """
    import polars as pl

    rows = _coded(grouped(held, by))
    order = {status: rank for rank, status in enumerate(WORST_FIRST)}
    ranks = held.standings["status"].replace_strict(order, return_dtype=pl.UInt8)
    rows = rows.with_columns(ranks.gather(rows["place"]).alias("rank"))
    counts = rows.group_by("code", "rank").agg(pl.len(), pl.col("group", "id").first())
    found = counts.group_by("code").agg(
        pl.col("group").first(), pl.col("id").min().alias("example"), pl.col("rank").min().alias("worst"),
        pl.col("len").sum().alias("components"), *(_of(statuses, order).alias(name) for name, statuses in COUNTED.items()),
        _of(JUDGED, order).alias("judged"), _of(SOFTWARE, order).alias("software"),
    )  # fmt: skip
    found = found.join(_systems(rows, by), on="code", how="left", nulls_equal=True).with_columns(
        pl.col("systems").fill_null(0),
        pl.col("worst").replace_strict(dict(enumerate(WORST_FIRST)), return_dtype=pl.String),
        pl.when(pl.col("software") > 0).then(pl.col("judged") / pl.col("software")).alias("coverage"),
    )
    return found.drop("code").sort("group", nulls_last=True)


def _coded(rows: pl.DataFrame) -> pl.DataFrame:
    """Numbers the groups: a million numbers are grouped in half the time of a million texts."""
    import polars as pl

    return rows.with_columns(pl.col("group").cast(pl.Categorical).to_physical().alias("code"))


def _systems(rows: pl.DataFrame, by: str) -> pl.DataFrame:
    import polars as pl

    if by == "system":
        return rows.drop_nulls("system").select(pl.col("code").unique(), systems=pl.lit(1, dtype=pl.UInt32))
    return rows.drop_nulls("system").group_by("code").agg(pl.col("system").n_unique().alias("systems"))


def _of(statuses: tuple[Status, ...], order: dict[Status, int]) -> pl.Expr:
    import polars as pl

    return pl.col("len").filter(pl.col("rank").is_in([order[each] for each in statuses])).sum()
