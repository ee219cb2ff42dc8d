"""How many components stand how, group by group: the worst state, counts and coverage, and never a sum of scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.analysis.groups import grouped
from eamap.analysis.in_use import InUse
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

    rows = grouped(held, by)
    order = {status: rank for rank, status in enumerate(WORST_FIRST)}
    ranks = held.standings["status"].replace_strict(order, return_dtype=pl.UInt8).alias("rank")
    places = pl.DataFrame({"place": pl.int_range(ranks.len(), dtype=pl.UInt32, eager=True), "rank": ranks})
    counts = (
        rows.group_by("group", "place")
        .len()
        .join(places, on="place")
        .group_by("group", "rank")
        .agg(pl.col("len").sum())
    )
    examples = rows.group_by("group").agg(example=pl.col("id").first())
    systems = rows.select("group", "system").drop_nulls("system").unique().group_by("group").agg(systems=pl.len())
    found = counts.group_by("group").agg(
        pl.col("rank").min().alias("worst"), pl.col("len").sum().alias("components"),
        *(_of(statuses, order).alias(name) for name, statuses in COUNTED.items()),
        _of(JUDGED, order).alias("judged"), _of(SOFTWARE, order).alias("software"),
    )  # fmt: skip
    found = found.join(examples, on="group", how="left", nulls_equal=True)
    found = found.join(systems, on="group", how="left", nulls_equal=True).with_columns(
        pl.col("systems").fill_null(0),
        pl.col("worst").replace_strict(dict(enumerate(WORST_FIRST)), return_dtype=pl.String),
        pl.when(pl.col("software") > 0).then(pl.col("judged") / pl.col("software")).alias("coverage"),
    )
    return found.sort("group", nulls_last=True)


def _of(statuses: tuple[Status, ...], order: dict[Status, int]) -> pl.Expr:
    import polars as pl

    return pl.col("len").filter(pl.col("rank").is_in([order[each] for each in statuses])).sum()
