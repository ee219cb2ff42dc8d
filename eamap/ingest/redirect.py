"""A system named by its name where its key was meant is found: in its own organisation, if exactly one has that name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from eamap.model.estate import LINKS, THINGS
from eamap.model.ids import key_parts

if TYPE_CHECKING:
    import polars as pl

_COLUMNS = {
    THINGS + "component": ("system",),
    THINGS + "interface": ("exposer",),
    THINGS + "work-package": ("system", "subject"),
    THINGS + "assessment": ("system",),
    LINKS + "DEPENDS_ON": ("from", "to"),
    LINKS + "CONSUMES": ("from",),
    LINKS + "COVERED_BY": ("from",),
    LINKS + "LOCATED_AT": ("from",),
}


def redirected(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Returns the tables with references to systems that nobody states, but of which one of that name is known, mended."""
    import polars as pl

    systems = tables.get(THINGS + "system")
    if systems is None:
        return dict(tables)
    known = systems.select("id").unique()
    named = _by_name(systems)
    mended = dict(tables)
    for name, columns in _COLUMNS.items():
        for column in columns:
            if name not in mended:
                continue
            asked = (
                mended[name].select(pl.col(column).alias("id")).filter(pl.col("id").str.starts_with("system:")).unique()
            )
            strange = asked.join(known, on="id", how="anti").join(named, on="id", how="inner")
            if strange.height:
                found = dict(strange.select("id", "meant").rows())
                mended[name] = mended[name].with_columns(pl.col(column).replace(found))
    return mended


def _by_name(systems: pl.DataFrame) -> pl.DataFrame:
    """Returns ``id`` (as a reference by name would read) and ``meant``, for names that one system of an organisation has."""
    import polars as pl

    stated = systems.filter(pl.col("name").is_not_null()).select("id", "name").unique()
    owner = stated["id"].str.extract(r"^(system:[^/]+)/")
    frame = pl.DataFrame({"id": owner + "/" + key_parts(stated["name"]), "meant": stated["id"]}).drop_nulls().unique()
    return frame.filter(pl.col("id").is_unique())
