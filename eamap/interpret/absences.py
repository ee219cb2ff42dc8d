"""Which capability an organisation says it has nothing for, where it names a system type.

Only a type that means exactly one capability tells: whoever has no suite may still have what a module of it does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from eamap.interpret.ground import Ground

BY_TYPE = "system-type"


def absences(ground: Ground) -> pl.DataFrame:
    """Returns the stated absences with ``capability`` filled, and ``route``: stated, system-type, or null."""
    import polars as pl

    from eamap.matching.capabilities import SystemTypes
    from eamap.reference import crosswalks

    table = ground.estate.things("absence")
    types = SystemTypes(crosswalks.load(ground.reference).system_types)
    meant: dict[str, str] = {}
    for text in table["system_type"].drop_nulls().unique().to_list():
        found = types.match(text)
        if len(found.inferred) == 1:
            meant[text] = f"capability:{found.inferred[0]}"
    inferred = pl.col("system_type").replace_strict(meant, default=None, return_dtype=pl.String)
    route = (
        pl.when(pl.col("capability").is_not_null())
        .then(pl.lit("stated"))
        .when(inferred.is_not_null())
        .then(pl.lit(BY_TYPE))
    )
    stated = "capability:" + pl.col("capability").str.strip_prefix("capability:")
    return table.with_columns(pl.coalesce(stated, inferred).alias("capability"), route.alias("route"))
