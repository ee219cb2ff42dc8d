"""The data objects that interfaces carry and systems master, as things."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.interpret.shapes import CITATION, as_things, beside, named_in_key

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.estate import Estate


def data_objects(estate: Estate) -> pl.DataFrame:
    """Returns each data object that a link names, under the words of its key and citing the first row that names it."""
    import polars as pl

    ends = [estate.links(name).select(pl.col("to").alias("id"), *CITATION) for name in ("CARRIES", "MASTERS")]
    named = pl.concat(ends).unique("id", keep="first", maintain_order=True).sort("id")
    derived = as_things("data-object", named.with_columns(named_in_key("data-object").alias("name")))
    return beside(estate.things("data-object"), derived)
