"""What stands on systems: the other systems that need them, the bodies that use them, the capabilities they do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.interpret.dependents import dependents

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.selector import EstateOn

_SURE = ("stated", "inferred")


def standing_on(on: EstateOn) -> pl.DataFrame:
    """Returns one row a system: ``system``, ``systems_needing``, ``organisations_using``, ``capabilities`` (sorted ids).

    Systems are those that need it directly; ``eamap impact`` follows them further. The operator counts as one that uses
    it. A capability that is only possible is not counted.
    """
    import polars as pl

    systems = on.things("system").select(pl.col("id").alias("system"))
    links = [on.links(name).select("from", "to") for name in ("OPERATES", "USES")]
    used = pl.concat(links).unique().group_by("to").agg(pl.len().cast(pl.Int64).alias("organisations_using")).collect()
    done = on.links("REALISES").filter(pl.col("certainty").is_null() | pl.col("certainty").is_in(_SURE))
    does = done.group_by("from").agg(pl.col("to").unique().sort().alias("capabilities")).collect()
    found = (
        systems.join(dependents(on), on="system", how="left", maintain_order="left")
        .join(used, left_on="system", right_on="to", how="left", maintain_order="left")
        .join(does, left_on="system", right_on="from", how="left", maintain_order="left")
    )
    counted = pl.col("systems", "organisations_using").fill_null(0)
    return found.with_columns(counted, pl.col("capabilities").fill_null([])).rename({"systems": "systems_needing"})
