"""The contracts of an estate on a day: with whom, for whom, until when, and what each is worth.

A live system that no contract covers has one all the same: one contract for each organisation and supplier is assumed,
and marked so. In-house has no contract.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from eamap.analysis.holdings import Holdings

STATED, ASSUMED = "stated", "assumed"


def live_contracts(held: Holdings) -> pl.DataFrame:
    """Returns the contracts that run on the day: ``id``, ``basis``, ``supplier``, ``organisations``, ``systems``, ``ends``, ``value``.

    ``value`` is pence a year, null where none is stated. ``supplier`` is null where nobody names one. The id of an
    assumed contract is that of its first system. A contract without an end is taken to run.
    """
    import polars as pl

    stated = _stated(held)
    return pl.concat([stated, _assumed(held, stated)]).sort("id")


def _stated(held: Holdings) -> pl.DataFrame:
    import polars as pl

    on, day = held.on, held.on.as_of.isoformat()
    every = on.things("contract").filter(
        (pl.col("starts").is_null() | (pl.col("starts") <= day))
        & (pl.col("ends").is_null() | (pl.col("ends") + "~" > day + "~"))
    )
    parties = on.links("PARTY_TO").select("from", id="to").unique().collect()
    covered = on.links("COVERED_BY").select(system="from", id="to").unique().collect()
    users = covered.join(held.held, on="system").select("id", "organisation", "system")
    buyers = pl.concat([parties.filter(pl.col("from").str.starts_with("organisation:")).select("id", organisation="from"),
                        every.select("id", organisation="buyer").drop_nulls(), users.select("id", "organisation")])  # fmt: skip
    mine = (
        buyers.join(held.organisations, on="organisation", how="semi")
        .group_by("id")
        .agg(pl.col("organisation").unique().sort().alias("organisations"))
    )
    sellers = (
        parties.filter(pl.col("from").str.starts_with("supplier:"))
        .sort("from")
        .unique("id", keep="first", maintain_order=True)
    )
    systems = covered.sort("system").group_by("id").agg(pl.col("system").alias("systems"))
    found = (
        every.join(mine, on="id")
        .join(sellers.rename({"from": "seller"}), on="id", how="left")
        .join(systems, on="id", how="left")
    )
    return _asked(held, found).select(
        "id", pl.lit(STATED).alias("basis"), pl.col("seller").alias("supplier"), "organisations",
        pl.col("systems").fill_null([]), "ends", pl.col("revenue_per_year").cast(pl.Int64).alias("value"),
    )  # fmt: skip


def _asked(held: Holdings, found: pl.DataFrame) -> pl.DataFrame:
    """Keeps the contracts that are about what was asked: themselves selected, or covering a selected live system."""
    import polars as pl

    from eamap.analysis.holdings import EVERYTHING

    if held.selector == EVERYTHING:
        return found
    live = held.systems if held.capabilities is None else held.live["system"].unique()
    covering = found.select("id", "systems").explode("systems").filter(pl.col("systems").is_in(live.implode()))["id"]
    named = held.chosen.of("contract")
    return found.filter(pl.col("id").is_in(pl.concat([covering, named.alias("id")]).implode()))


def _assumed(held: Holdings, stated: pl.DataFrame) -> pl.DataFrame:
    """One contract for each organisation and supplier of live systems that no contract covers, one more for each other end."""
    import polars as pl

    from eamap.analysis.holdings import IN_HOUSE

    covered = held.on.links("COVERED_BY").select(pl.col("from").alias("system")).unique().collect()
    own = held.on.things("system").select(system="id", operator="operator", ends="contract_end")
    mine = own.join(held.live.select("system").unique(), on="system", how="semi").join(covered, on="system", how="anti")
    sold = held.products.drop_nulls("supplier").filter(~pl.col("supplier").str.starts_with(IN_HOUSE))
    sold = (
        sold.sort("system", "supplier").unique("system", keep="first", maintain_order=True).select("system", "supplier")
    )
    rows = mine.drop_nulls("operator").join(sold, on="system").sort("system")
    made = rows.group_by("operator", "supplier", "ends", maintain_order=True).agg(
        pl.col("system").first().alias("id"), pl.col("system").alias("systems")
    )
    # Systems of which no end is stated go with those of the same organisation and supplier of which one is.
    alone = ~(pl.col("ends").is_null() & pl.col("ends").is_not_null().any().over("operator", "supplier"))
    made = made.filter(alone)
    return made.select(
        "id", pl.lit(ASSUMED).alias("basis"), "supplier", pl.concat_list("operator").alias("organisations"), "systems", "ends",
        pl.lit(None, dtype=stated.schema["value"]).alias("value"),
    )  # fmt: skip
