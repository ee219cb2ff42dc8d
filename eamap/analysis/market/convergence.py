"""Whether the organisations of an ICS have the same: instances beyond what a capability needs, and variety against chance.

The convergence index is 1 - H(P|ICS) / E[H(P|ICS)], where E is the mean over random deals of the same organisations to
the same ICSs: 0 is no more alike than chance would make it, 1 is one product in each ICS,
below 0 less alike than chance. With a single ICS there is nothing to compare, and no index.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from eamap.analysis.market.arrangements import NOTHING, Arrangements, Orders, coded
from eamap.analysis.market.arrangements import converged as against_chance

if TYPE_CHECKING:
    import polars as pl

    from eamap.analysis.market.holdings import Holdings

ONE, SHARED, MANY = "one", "shared", "many"
_MEASURED = ("h", "h_within", "h_chance", "convergence")


def converged(held: Holdings, units: pl.DataFrame, orders: Orders) -> pl.DataFrame:
    """Returns one row a capability over all ICSs, in order of capability.

    Columns: ``capability``, ``instances`` (what the capability model expects of an organisation: one, shared, many, null),
    ``organisations`` (that have it live, their product or supplier known, and are in a known ICS), ``unplaced`` (those in
    none), ``unnamed`` (those whose product and supplier nobody knows), ``icbs``, ``systems``, ``products``, ``extra`` (instances
    beyond what is expected, over all ICSs; null where many are), ``h``, ``h_within``, ``h_chance``, ``convergence``, ``ids``.
    """
    import polars as pl

    placed = held.weighed.join(units, on="organisation", how="left")
    rows = placed.drop_nulls("icb").sort("capability")
    measured = [
        {"capability": capability, **_measured(*_dealt(mine)[:2], orders)}
        for (capability,), mine in rows.group_by("capability", maintain_order=True)
    ]
    schema = {"capability": pl.String} | dict.fromkeys(_MEASURED, pl.Float64)
    found = _counted(held, units, rows).join(
        pl.DataFrame(measured, schema=schema, orient="row"), on="capability", how="left"
    )
    return found.with_columns(pl.col("capability").str.strip_prefix("capability:").alias("key")).sort("capability")


def inside(held: Holdings, units: pl.DataFrame, icb: str, orders: Orders) -> pl.DataFrame:
    """Returns the same for one ICS: its organisations, instances and products, and its entropy against that of chance.

    Chance deals all organisations of the estate that have the capability; ``h`` is that of the ICS alone, so ``h_within`` is it too.
    """
    import polars as pl

    placed = held.weighed.join(units, on="organisation", how="left").drop_nulls("icb").sort("capability")
    mine = placed.filter(pl.col("icb") == icb)
    wanted = placed.join(mine.select("capability").unique(), on="capability", how="semi").sort("capability")
    measured = [
        {"capability": capability, **_of_unit(*_dealt(rows), icb, orders)}
        for (capability,), rows in wanted.group_by("capability", maintain_order=True)
    ]
    schema = {"capability": pl.String} | dict.fromkeys(_MEASURED, pl.Float64)
    elsewhere = pl.when(pl.col("icb") == icb).then("icb")
    found = _counted(held, units.with_columns(elsewhere), mine).join(
        pl.DataFrame(measured, schema=schema, orient="row"), on="capability", how="left"
    )
    return (
        found.drop("unplaced")
        .with_columns(pl.col("capability").str.strip_prefix("capability:").alias("key"))
        .sort("capability")
    )


def _dealt(rows: pl.DataFrame) -> tuple[Arrangements, np.ndarray, list[str]]:
    """Returns what organisations have, the place of the ICS of each, and the ICSs in order."""
    import polars as pl

    products = Arrangements.of(rows.select("weight", body="organisation", product="kind"))
    boards = rows.select("organisation", pl.col("icb")).unique().sort("organisation")["icb"]
    return products, coded(boards), boards.unique().sort().to_list()


def _measured(products: Arrangements, group: np.ndarray, orders: Orders) -> dict[str, Any]:
    found = against_chance(products, group, orders)
    return {"h": products.entropy, "h_within": found.inside, "h_chance": found.by_chance, "convergence": found.index}


def _of_unit(products: Arrangements, group: np.ndarray, boards: list[str], icb: str, orders: Orders) -> dict[str, Any]:
    """The entropy of one unit and what chance makes of it; no index where chance leaves nothing to converge."""
    unit = boards.index(icb)
    own, chance = products.inside(unit, group), products.inside_by_chance(unit, group, orders[products.n])
    compared = len(boards) > 1 and chance > NOTHING
    return {"h": own, "h_within": own, "h_chance": chance, "convergence": 1 - own / chance if compared else None}


def _counted(held: Holdings, units: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Counts organisations, instances and products; ``extra`` by what the capability model expects."""
    import polars as pl

    live = held.live.join(units, on="organisation", how="left")
    within = live.drop_nulls("icb")
    named = rows.group_by("capability").agg(
        pl.col("organisation").n_unique().cast(pl.Int64).alias("organisations"), pl.col("icb").n_unique().cast(pl.Int64).alias("icbs"),
        pl.col("kind").n_unique().cast(pl.Int64).alias("products"),
    )  # fmt: skip
    told = held.weighed.select("organisation", "capability").unique()
    silent = (
        within.join(told, on=["organisation", "capability"], how="anti").group_by("capability").agg(_bodies("unnamed"))
    )
    nowhere = live.filter(pl.col("icb").is_null()).group_by("capability").agg(_bodies("unplaced"))
    placed = within.group_by("capability").agg(
        pl.col("system").n_unique().cast(pl.Int64).alias("systems"), pl.col("system").unique().sort().alias("ids")
    )
    # Who is in no known ICS is counted, even where that is everybody.
    found = live.select("capability").unique().join(placed, on="capability", how="left")
    for each in (named, silent, nowhere, _extra(held, within)):
        found = found.join(each, on="capability", how="left")
    counts = pl.col("organisations", "icbs", "systems", "products", "unnamed", "unplaced").fill_null(0)
    return found.with_columns(counts, pl.col("ids").fill_null([]))


def _bodies(name: str) -> pl.Expr:
    import polars as pl

    return pl.col("organisation").n_unique().cast(pl.Int64).alias(name)


def _extra(held: Holdings, within: pl.DataFrame) -> pl.DataFrame:
    """Returns ``capability``, ``instances`` and ``extra``: second instances in an organisation, or in an ICS where one is shared."""
    import polars as pl

    model = held.on.things("capability")
    expected = model.select(
        capability="id",
        instances="instances_per_org" if "instances_per_org" in model.columns else pl.lit(None, dtype=pl.String),
    )
    beyond = (pl.col("system").n_unique() - 1).cast(pl.Int64).alias("extra")
    second, more = (within.group_by("capability", by).agg(beyond).group_by("capability").agg(pl.col("extra").sum())
                    for by in ("organisation", "icb"))  # fmt: skip
    found = expected.join(second, on="capability", how="left").join(
        more.rename({"extra": "above"}), on="capability", how="left"
    )
    extra = pl.when(pl.col("instances") == ONE).then("extra").when(pl.col("instances") == SHARED).then("above")
    return found.select("capability", "instances", extra.alias("extra"))
