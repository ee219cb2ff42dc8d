"""How many other systems need a system directly: they depend on it, or consume an interface that it exposes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.selector import EstateOn


def dependents(on: EstateOn) -> pl.DataFrame:
    """Returns one row for each system that others need: ``system``, ``systems`` (how many others, each once).

    It counts what the selector ``kind:system and SYSTEM+1 and not SYSTEM`` selects, for all systems at once.
    """
    import polars as pl

    needs = on.links("DEPENDS_ON").select(pl.col("to").alias("system"), pl.col("from").alias("other"))
    exposed = on.links("EXPOSES").select(pl.col("from").alias("system"), pl.col("to").alias("interface"))
    consumed = on.links("CONSUMES").select(pl.col("from").alias("other"), pl.col("to").alias("interface"))
    through = exposed.join(consumed, on="interface").select("system", "other")
    pairs = pl.concat([needs, through]).filter(
        pl.col("system").str.starts_with("system:") & pl.col("other").str.starts_with("system:")
    )
    known = on.things("system").lazy().select("id")
    pairs = pairs.join(known, left_on="other", right_on="id", how="semi").filter(pl.col("system") != pl.col("other"))
    return pairs.unique().group_by("system").agg(pl.len().cast(pl.Int64).alias("systems")).sort("system").collect()
