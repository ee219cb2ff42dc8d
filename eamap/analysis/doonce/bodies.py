"""The organisations the method counts, of which type they are, and where they lie."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from eamap.analysis.market.care_settings import typed

if TYPE_CHECKING:
    import polars as pl

    from eamap.interpret.geography import Geography
    from eamap.model.selector import EstateOn

KIND = "organisation:"
_REFERENCE = "reference/"


def bodies(on: EstateOn, geography: Geography, reference: Path | None = None) -> pl.DataFrame:
    """Returns the organisations that sources speak of and that are open: body, code, type, settings, icb, region, by_headquarters.

    What reference data adds beside them (boards, regions, successors) is not the estate's and is left out.
    """
    import polars as pl

    things = on.things("organisation")
    named = pl.concat([on.links(name).select(body="from").collect() for name in ("OPERATES", "USES")])["body"].unique()
    told = on.things("absence")["organisation"].unique()
    theirs = (
        ~pl.col("source").str.starts_with(_REFERENCE)
        | pl.col("id").is_in(named.implode())
        | pl.col("id").is_in(told.implode())
    )
    day = on.as_of.isoformat()
    still = pl.col("closed").is_null() | (pl.col("closed") >= day) | pl.col("id").is_in(named.implode())
    mine = things.filter(theirs & still).select(
        "role", "trust_type", "pathway_roles", body="id", code=pl.coalesce("code", pl.col("id").str.strip_prefix(KIND))
    )
    kinds = typed(mine, reference)
    placed = kinds.join(units(on, geography, kinds["body"]), on="body", how="left", maintain_order="left")
    own = on.estate.links("PART_OF").filter((pl.col("role") == "icb") & ~pl.col("source").str.starts_with(_REFERENCE))[
        "from"
    ]
    by_headquarters = pl.col("icb").is_not_null() & ~pl.col("body").is_in(own.unique().implode())
    return placed.with_columns(by_headquarters.alias("by_headquarters")).sort("code")


def units(on: EstateOn, geography: Geography, codes: pl.Series | None = None) -> pl.DataFrame:
    """Returns where organisations lie: body, icb, region; without ``codes`` every organisation of the estate."""
    ids = on.things("organisation")["id"] if codes is None else codes
    return geography.of(ids).rename({"organisation": "body"})
