"""The board and the region of each organisation, in the boundary set that was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from eamap.interpret.geography import Geography

_KIND = "organisation:"


def units_of(where: Geography, organisations: pl.Series) -> pl.DataFrame:
    """Returns ``organisation``, ``icb`` and ``region`` (ids, null where unknown) of each distinct organisation, in order of id."""
    import polars as pl

    found = where.of(organisations.unique().sort())
    return found.select("organisation", *(("organisation:" + pl.col(name)).alias(name) for name in ("icb", "region")))
