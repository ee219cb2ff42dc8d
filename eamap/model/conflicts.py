"""Where sources disagree: fields of things of which a source says something else than the value in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.estate import Estate

_ONE = ["id", "field", "source"]


def conflicts(estate: Estate) -> pl.DataFrame:
    """Returns one row for each field of a thing of which a source part says something else than the value in use.

    Columns are ``id``, ``field``, ``source`` (a part), ``row``, ``rule`` and ``value``: the first such row of the part.
    """
    import polars as pl

    said = estate.attestations
    used = said.filter(pl.col("won")).select("id", "field", pl.col("value").alias("used")).unique(["id", "field"])
    lost = said.join(used, on=["id", "field"], maintain_order="left").filter(pl.col("value") != pl.col("used"))
    return lost.select(*_ONE, "row", "rule", "value").unique(_ONE, keep="first", maintain_order=True).sort(_ONE)
