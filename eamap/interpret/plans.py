"""Which components a work package is about: the one it names, by id or by its text, or all of its system.

A plan that names no component is for the whole system. What it names is looked for in its own system only: the same
text elsewhere is somebody else's server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.model.ids import key_parts

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.estate import Estate


def planned(estate: Estate) -> pl.DataFrame:
    """Returns one row for each component and the work package that is for it: ``plan``, ``component``."""
    import polars as pl

    plans = _named(estate)
    components = (
        estate.things("component").select(pl.col("id").alias("component"), "system", "raw").drop_nulls("system")
    )
    # Few systems have a plan, so the texts of the others are not looked at.
    components = components.filter(pl.col("system").is_in(plans["system"].unique().implode()))
    whole = (
        plans.filter(pl.col("named").is_null()).join(components, on="system", how="inner").select("plan", "component")
    )
    keyed = components.with_columns(
        pl.col("component").str.split("/").list.last().alias("own"), key_parts(components["raw"]).alias("text")
    )
    named = plans.drop_nulls("named").with_columns(key_parts(plans["named"].drop_nulls()).alias("key"))
    found = [
        named.join(keyed, left_on=["system", "key"], right_on=["system", column], how="inner").select(
            "plan", "component"
        )
        for column in ("own", "text")
    ]
    return pl.concat([whole, *found]).unique().sort("plan", "component")


def lost(estate: Estate) -> pl.DataFrame:
    """Returns the work packages that name a component which their system does not have: ``plan``, ``named``."""
    plans = _named(estate).drop_nulls("named")
    return plans.join(planned(estate), on="plan", how="anti").select("plan", "named").sort("plan")


def _named(estate: Estate) -> pl.DataFrame:
    import polars as pl

    plans = estate.things("work-package")
    return plans.select(pl.col("id").alias("plan"), "system", pl.col("component").alias("named"))
