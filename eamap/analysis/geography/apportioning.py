"""Gives flows between boards to pairs of organisations, as an estimate that is marked as one.

Published flows are from board to board. To say what passes between two organisations they are shared out: at the
receiving end by how many pathways each provider with headquarters in the board has; at the sending end by how many of
its patients come from the board. Where no such figure is published for one of the organisations asked about in a board,
all of them there count the same. What falls to providers that nobody asked about stays with them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.analysis.geography.flows import UNDECIDED, UNKNOWN, Flows, placed
from eamap.interpret.followed import KIND

if TYPE_CHECKING:
    import polars as pl

    from eamap.interpret.geography import Geography

APPORTIONED = "apportioned"


def apportioned(flows: Flows, geography: Geography, pairs: pl.DataFrame) -> pl.DataFrame:
    """Returns pairs with their estimated volume: from_organisation, to_organisation, volume, volume_kind ("apportioned").

    ``pairs`` names each from_organisation and to_organisation by code or id, as they come back. A pair whose board is not
    known, or between whose boards no flow is told, is not in the answer: its volume is unknown, which is not zero. The
    shares of the flow of two boards add up to at most that flow. Flows that are undecided between boards are left out.
    """
    import polars as pl

    asked = pairs.select("from_organisation", "to_organisation").unique(maintain_order=True)
    senders, receivers = (
        _senders(geography, asked["from_organisation"]),
        _receivers(geography, asked["to_organisation"]),
    )
    told = placed(flows, geography).table
    one = ~pl.col("from").str.contains(" ") & ~pl.col("to").str.contains(" ")
    known = told.filter(one & (pl.col("ics") != UNDECIDED) & (pl.col("from") != UNKNOWN) & (pl.col("to") != UNKNOWN))
    volumes = known.group_by("from", "to").agg(pl.col("volume").sum())
    found = (
        asked.join(senders, left_on="from_organisation", right_on="organisation")
        .join(receivers, left_on="to_organisation", right_on="organisation", suffix="_to")
        .join(volumes, left_on=["icb", "icb_to"], right_on=["from", "to"])
    )
    part = (pl.col("volume") * pl.col("weight") * pl.col("weight_to")).sum().alias("volume")
    answer = found.group_by("from_organisation", "to_organisation", maintain_order=True).agg(part)
    return answer.with_columns(volume_kind=pl.lit(APPORTIONED)).sort("from_organisation", "to_organisation")


def _receivers(geography: Geography, organisations: pl.Series) -> pl.DataFrame:
    """Returns which part of what reaches a board each organisation gets: organisation, icb, weight (0 to 1)."""
    import polars as pl

    asked = _codes(organisations)
    own = asked.join(
        geography.units.select("organisation", "icb").drop_nulls(), left_on="code", right_on="organisation"
    )
    sizes = geography.reference.providers.select(code="organisation", size="pathways")
    homes = sizes.join(geography.units, left_on="code", right_on="organisation").drop_nulls("icb")
    return _weights(own.join(sizes, on="code", how="left"), homes.group_by("icb").agg(whole=pl.col("size").sum()))


def _senders(geography: Geography, organisations: pl.Series) -> pl.DataFrame:
    """Returns which part of what a board sends passes each organisation: organisation, icb, weight (0 to 1)."""
    import polars as pl

    asked = _codes(organisations)
    shares = geography.share.rename({"organisation": "code"}).drop_nulls("icb")
    sizes = geography.reference.providers.select(code="organisation", size="pathways")
    patients = shares.join(sizes, on="code").select("code", "icb", size=pl.col("share") * pl.col("size"))
    known = asked.join(patients, on="code")
    homes = geography.units.select("organisation", "icb").drop_nulls()
    others = asked.join(patients.select("code").unique(), on="code", how="anti")
    at_home = others.join(homes, left_on="code", right_on="organisation").with_columns(size=pl.lit(None, pl.Float64))
    return _weights(pl.concat([known, at_home]), patients.group_by("icb").agg(whole=pl.col("size").sum()))


def _codes(organisations: pl.Series) -> pl.DataFrame:
    """Returns each distinct organisation as it was given, with its code."""
    import polars as pl

    asked = organisations.drop_nulls().unique(maintain_order=True).alias("organisation")
    return pl.DataFrame({"organisation": asked, "code": asked.str.strip_prefix(KIND)})


def _weights(members: pl.DataFrame, wholes: pl.DataFrame) -> pl.DataFrame:
    """Shares a board out by size where every member has one, of all that is published for the board; else equally."""
    import polars as pl

    sized = pl.col("size").null_count().over("icb") == 0
    found = members.join(wholes, on="icb", how="left")
    weight = (
        pl.when(sized & (pl.col("whole") > 0))
        .then(pl.col("size") / pl.col("whole"))
        .otherwise(1 / pl.len().over("icb"))
    )
    return found.select("organisation", "icb", weight=weight)
