"""The tables that capability maps count: who does what, with which products, on what; each a join, made once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.model.refs.bodies import CERTAINTIES
from eamap.model.refs.values import values_of

if TYPE_CHECKING:
    import polars as pl

    from eamap.maps.scope import Scope

SURE = CERTAINTIES[:2]


def does(scope: Scope, systems: pl.Series) -> pl.DataFrame:
    """Returns ``system``, ``capability`` and the surest ``certainty`` of it, of systems by their ids."""
    import polars as pl

    links = scope.on.links("REALISES").filter(pl.col("from").is_in(systems.implode())).collect()
    order = {name: place for place, name in enumerate(CERTAINTIES)}
    certainty = pl.col("certainty").fill_null(CERTAINTIES[0])
    rows = links.select(system="from", capability="to", certainty=certainty)
    ranked = rows.with_columns(pl.col("certainty").replace_strict(order, default=len(order)).alias("order"))
    return (
        ranked.sort("system", "capability", "order")
        .unique(["system", "capability"], keep="first", maintain_order=True)
        .drop("order")
    )


def sure(done: pl.DataFrame) -> pl.DataFrame:
    """Returns what systems surely do; a module of a suite that nobody confirmed is only possible."""
    import polars as pl

    return done.filter(pl.col("certainty").is_in(SURE))


def products(scope: Scope) -> pl.DataFrame:
    """Returns ``system`` and ``product`` of the live production systems whose product is known."""
    return (
        values_of(scope.on, scope.system_ids, "product")
        .rename({"id": "system", "value": "product"})
        .unique()
        .sort("system", "product")
    )


def leaves(scope: Scope) -> pl.DataFrame:
    """Returns the capabilities that hold no other: those of level 3, and those that sources name beside the model."""
    import polars as pl

    table = scope.on.things("capability")
    if "level" not in table.columns:
        return table
    return table.filter(~pl.col("level").is_in(["1", "2"]).fill_null(False))


def supports(scope: Scope, done: pl.DataFrame, verdicts: pl.DataFrame | None) -> pl.DataFrame:
    """Returns ``capability``, ``verdict`` and ``n``: how many components of its systems LIF001 judged so.

    Without the table of verdicts every component reads "unknown", which is drawn as not assessed.
    """
    import polars as pl

    components = (
        scope.on.things("component").filter(pl.col("system").is_in(scope.system_ids.implode())).select("id", "system")
    )
    if verdicts is None:
        judged = components.with_columns(pl.lit("unknown").alias("verdict"))
    else:
        mine = (
            verdicts.filter(pl.col("check") == "LIF001")
            .select(id="subject", verdict="verdict")
            .unique("id", keep="first", maintain_order=True)
        )
        judged = components.join(mine, on="id", how="left").with_columns(pl.col("verdict").fill_null("unknown"))
    pairs = sure(done).join(judged, on="system")
    return pairs.group_by("capability", "verdict").agg(pl.len().alias("n")).sort("capability", "verdict")
