"""The hand-offs of care pathways, what flows over them, and the interfaces on them that somebody tested."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from eamap.analysis.market.live import CAPABILITY

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.selector import EstateOn

_REFERENCE = "reference/"
_YES = ("y", "yes", "true", "1")


def steps(on: EstateOn, own: tuple[Mapping[str, str], ...] | None = None) -> pl.DataFrame:
    """Returns the steps that ask for a capability: capability, step, handoff (bool), crossing, from_role, to_role.

    Steps that the user gives replace all others; else those of the estate's own replace the shipped ones.
    """
    import polars as pl

    if own is not None:
        return _given(own)
    things = on.things("step")
    stated = things.filter(~pl.col("source").str.starts_with(_REFERENCE))
    used = (stated if stated.height else things).select(
        "crossing", "from_role", "to_role", step="id", handoff=pl.col("handoff") == "yes"
    )
    asks = (
        on.links("REQUIRES")
        .select(step="from", capability=pl.col("to"))
        .filter(pl.col("capability").str.starts_with(CAPABILITY))
    )
    asked = asks.with_columns(pl.col("capability").str.strip_prefix(CAPABILITY).str.to_uppercase()).unique().collect()
    return used.join(asked, on="step").sort("capability", "step")


def _given(own: tuple[Mapping[str, str], ...]) -> pl.DataFrame:
    import polars as pl

    rows = [
        (capability.strip().upper(), f"step:{row.get('pathway', '')}/{row.get('step', number)}".lower(),
         row.get("handoff", "").lower() in _YES, row.get("cross_ics_typical_LMH"), row.get("from_org_type"), row.get("to_org_type"))
        for number, row in enumerate(own)
        for capability in row.get("capability_ids", "").split(";")
    ]  # fmt: skip
    text = pl.String()
    schema = {
        "capability": text,
        "step": text,
        "handoff": pl.Boolean(),
        "crossing": text,
        "from_role": text,
        "to_role": text,
    }
    return pl.DataFrame(rows, schema=schema, orient="row").unique(maintain_order=True).sort("capability", "step")


def flows(on: EstateOn, units: pl.DataFrame, bodies: pl.Series) -> pl.DataFrame:
    """Returns the flows that one of some bodies sends or receives: flow, capability, step, specialty, volume, ICS, region.

    ``ICS`` and ``region`` say whether it stays inside one; null where an end is not known to lie in any.
    """
    import polars as pl

    table = on.things("flow").filter(
        pl.col("origin").is_in(bodies.implode()) | pl.col("destination").is_in(bodies.implode())
    )
    origin = table.join(
        units.rename({"icb": "icb_from", "region": "region_from"}), left_on="origin", right_on="body", how="left"
    )
    placed = origin.join(units, left_on="destination", right_on="body", how="left")
    return placed.select(
        pl.col("capability").str.strip_prefix(CAPABILITY).str.to_uppercase(), "step", "specialty", "volume", flow="id",
        ICS=pl.col("icb_from") == pl.col("icb"), region=pl.col("region_from") == pl.col("region"),
    ).sort("flow")  # fmt: skip


def interfaces(on: EstateOn, bodies: pl.Series, live: pl.DataFrame) -> pl.DataFrame:
    """Returns the tested interfaces between organisations: interface, capability (null: every one asked about), conformant.

    One whose systems are known is on the hand-offs of what these systems do; of another nobody can say, so it counts for all.
    """
    import polars as pl

    tested = on.things("interface").filter(
        (pl.col("assessed") == "yes")
        & pl.col("conformant").is_not_null()
        & (pl.col("status").fill_null("live") != "retired")
    )
    if not tested.height:
        return pl.DataFrame(schema={"interface": pl.String, "capability": pl.String, "conformant": pl.Boolean})
    ends = _ends(on, tested, bodies)
    does = live.select("capability", "system").unique()
    doing = ends.join(does, left_on="end", right_on="system", how="left").select("interface", "capability")
    known = doing.drop_nulls().unique()
    systems = ends.filter(pl.col("end").str.starts_with("system:"))["interface"].unique().implode()
    bare = (
        ends.filter(~pl.col("interface").is_in(systems))
        .select("interface", capability=pl.lit(None, dtype=pl.String))
        .unique()
    )
    told = tested.select(interface="id", conformant=pl.col("conformant") == "yes")
    return pl.concat([known, bare]).join(told, on="interface").sort("interface", "capability")


def _ends(on: EstateOn, tested: pl.DataFrame, bodies: pl.Series) -> pl.DataFrame:
    """Returns the ends of the interfaces that join two organisations, one of them among the bodies: interface, end, body."""
    import polars as pl

    consumers = on.links("CONSUMES").select(interface="to", end="from").collect()
    ends = pl.concat([tested.select(interface="id", end="exposer").drop_nulls(), consumers]).join(
        tested.select(interface="id"), on="interface", how="semi"
    )
    operators = on.links("OPERATES").select(end="to", operator="from").collect()
    placed = ends.join(operators, on="end", how="left").with_columns(
        body=pl.coalesce("operator", pl.when(pl.col("end").str.starts_with("organisation:")).then("end"))
    )
    joins = pl.col("body").drop_nulls().n_unique().over("interface") > 1
    mine = pl.col("body").is_in(bodies.implode()).any().over("interface")
    return placed.filter(joins & mine).select("interface", "end", "body")
