"""What a live system costs an organisation a year, where contracts say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.selector import EstateOn


def yearly_costs(on: EstateOn, held: pl.DataFrame) -> pl.DataFrame:
    """Returns what a live system costs an organisation a year, where contracts say so: ``organisation``, ``system``, ``cost`` in pence.

    A contract's revenue is shared equally by the systems it covers, and each share by the organisations that have the
    system. A system of which one contract states nothing has no known cost.
    """
    import polars as pl

    worth = on.things("contract").select(contract="id", value="revenue_per_year")
    covered = (
        on.links("COVERED_BY")
        .select(system="from", contract="to")
        .unique()
        .collect()
        .join(worth, on="contract", how="left")
    )
    covered = covered.with_columns(pl.col("value") / pl.len().over("contract"))
    cost = pl.when(pl.col("value").null_count() == 0).then(pl.col("value").sum()).alias("cost")
    each = covered.group_by("system").agg(cost)
    pairs = held.select("organisation", "system").unique().join(each, on="system")
    return pairs.with_columns(pl.col("cost") / pl.len().over("system"))
