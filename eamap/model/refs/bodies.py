"""Two counts that joins of links answer and no selection can: who has something, and how surely a system does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.model.selector import EstateOn

if TYPE_CHECKING:
    import polars as pl

CERTAINTIES = ("stated", "inferred", "possible")
"""How sure it is that a system does something, the surest first."""


def having(on: EstateOn, ids: pl.Series) -> pl.DataFrame:
    """Returns who operates or uses some systems, or states some absences: ``from``, ``relation`` and the citation."""
    import polars as pl

    wanted = ids.implode()
    links = [
        on.links(relation)
        .filter(pl.col("to").is_in(wanted))
        .select("from", pl.lit(relation).alias("relation"), *_CITED)
        for relation in ("OPERATES", "USES")
    ]
    said = on.things("absence").lazy().filter(pl.col("id").is_in(wanted))
    links.append(said.select(pl.col("organisation").alias("from"), pl.lit("").alias("relation"), *_CITED))
    return pl.concat(links).collect().sort("from", "relation", "source", "row")


def doing(on: EstateOn, capability: str, systems: pl.Series) -> pl.DataFrame:
    """Returns those systems that do a capability, each once, with the surest certainty that is known of it."""
    import polars as pl

    held = on.links("REALISES").filter((pl.col("to") == capability) & pl.col("from").is_in(systems.implode())).collect()
    rank = pl.col("certainty").fill_null(CERTAINTIES[0])
    order = rank.replace_strict({name: place for place, name in enumerate(CERTAINTIES)}, default=len(CERTAINTIES))
    surest = held.with_columns(rank.alias("certainty"), order.alias("order")).sort("from", "order", "source", "row")
    return surest.unique("from", keep="first", maintain_order=True).drop("order")


_CITED = ("source", "row", "rule")
