"""Who has proof of extended support for what on a day: records that people gave, each with a scope, a term and a reference.

A record is about releases (``PRODUCT:CYCLE``, ``PRODUCT``), about one system or about one component. What it says of
releases holds for one organisation and those that are part of it, or nationally: one record then covers all of them.
It holds from its date until the day before it expires.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.model.selector.attached import descendants

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.selector import EstateOn

NATIONAL = "national"
_THINGS = ("component:", "system:")
_PREFIXES = r"^(lifecycle|product):"


def entitlements(decisions: pl.DataFrame, as_of: str) -> pl.DataFrame:
    """Returns the records that hold on a day, oldest first: hash, thing, product, cycle, scope, until, rank.

    ``thing`` is the component or system a record is about; without one ``product`` is given, and ``cycle`` where it is
    about one release. ``scope`` is ``national`` or an organisation's id. ``rank`` is greater the longer a record holds.
    """
    import polars as pl

    holds = (pl.col("kind") == "entitlement") & (pl.col("date") <= as_of) & (pl.col("expires") > as_of)
    about = pl.col("subject").str.replace(_PREFIXES, "").str.splitn(":", 2).struct
    thing = pl.any_horizontal(pl.col("subject").str.starts_with(each) for each in _THINGS)
    scope = pl.col("object").str.strip_prefix("organisation:")
    return (
        decisions.filter(holds)
        .sort("expires", "hash")
        .with_row_index("rank", offset=1)
        .select(
            "hash",
            pl.when(thing).then("subject").alias("thing"),
            pl.when(~thing).then(about.field("field_0")).alias("product"),
            pl.when(~thing).then(about.field("field_1")).alias("cycle"),
            pl.when(scope == NATIONAL).then(pl.lit(NATIONAL)).otherwise("organisation:" + scope).alias("scope"),
            pl.col("expires").alias("until"),
            "rank",
        )
    )


def entitled(on: EstateOn, held: pl.DataFrame, components: pl.DataFrame, chances: pl.DataFrame) -> pl.Series:
    """Returns for each component the rank of the record that covers it for longest; 0 without any.

    ``components`` has id, system, operator and meaning, ``chances`` meaning, product and cycle: what each may be.
    """
    import polars as pl

    if not held.height:
        return pl.repeat(0, components.height, dtype=pl.UInt32, eager=True).alias("rank")
    things = held.drop_nulls("thing").select(pl.col("thing").alias("key"), "rank")
    releases = _of_releases(held, chances)
    national = releases.filter(pl.col("scope") == NATIONAL).select(pl.col("meaning").alias("key"), "rank")
    found = components.select("id", "system", "operator", "meaning").with_columns(
        _best(components["id"], things), _best(components["system"], things), _best(components["meaning"], national)
    )  # fmt: skip
    local = _by_organisation(on, releases)
    found = found.join(local, on=["meaning", "operator"], how="left", maintain_order="left")
    ranks = [name for name in found.columns if name.startswith("rank")]
    return found.select(pl.max_horizontal(pl.col(name).fill_null(0) for name in ranks).alias("rank"))["rank"]


def _of_releases(held: pl.DataFrame, chances: pl.DataFrame) -> pl.DataFrame:
    """Returns which meanings each record about releases covers at least in part: meaning, scope, rank."""
    import polars as pl

    about = held.filter(pl.col("thing").is_null()).select("product", pl.col("cycle").alias("covered"), "scope", "rank")
    found = chances.join(about, on="product").filter(
        pl.col("covered").is_null() | (pl.col("covered") == pl.col("cycle"))
    )
    return found.select("meaning", "scope", "rank").unique()


def _by_organisation(on: EstateOn, releases: pl.DataFrame) -> pl.DataFrame:
    """Returns the records of organisations, for each body that is part of one: meaning, operator, rank_local."""
    import polars as pl

    local = releases.filter(pl.col("scope") != NATIONAL)
    bodies = [
        pl.DataFrame({"operator": descendants(on, pl.Series([scope]))}).with_columns(scope=pl.lit(scope))
        for scope in local["scope"].unique().sort().to_list()
    ]
    nobody = pl.DataFrame(schema={"operator": pl.String, "scope": pl.String})
    found = local.join(pl.concat([nobody, *bodies]), on="scope")
    return found.group_by("meaning", "operator").agg(pl.col("rank").max().alias("rank_local"))


def _best(keys: pl.Series, ranked: pl.DataFrame) -> pl.Series:
    import polars as pl

    best = ranked.group_by("key").agg(pl.col("rank").max())
    if not best.height:
        return pl.repeat(0, keys.len(), dtype=pl.UInt32, eager=True).alias(f"rank_{keys.name}")
    return keys.replace_strict(best["key"], best["rank"], default=0, return_dtype=pl.UInt32).alias(f"rank_{keys.name}")
