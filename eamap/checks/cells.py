"""The cells of many source rows at once, by joins to each source's raw rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.estate import Estate

CITATION = ("source", "sha256", "sheet", "row", "column", "value")
"""The columns of a citation, in the order of :class:`eamap.model.citations.Citation`."""


def cells(estate: Estate, places: pl.DataFrame) -> pl.DataFrame:
    """Returns the cells that fed a field of some source rows, as :meth:`Estate.cells` does for one, in their order.

    ``places`` has ``at``, ``source``, ``row``, ``rule`` and ``name`` (the field; empty for the whole row); the result
    has ``at`` and the columns of a citation.
    """
    import polars as pl

    found = places.drop_nulls("source").with_row_index("nth")
    found = found.join(_columns(estate, found), on=["source", "rule", "name"], nulls_equal=True)
    found = found.with_columns(pl.col("row").fill_null(0))
    values = [_values(estate, str(source), rows) for (source,), rows in found.drop_nulls("raw").group_by("source")]
    if values:
        found = found.join(pl.concat(values), on=["source", "row", "raw"], how="left")
    else:
        found = found.with_columns(pl.lit(None, dtype=pl.String).alias("value"))
    found = found.sort("nth", "part").with_columns(pl.col("file").alias("source"), pl.col("value").fill_null(""))
    return found.select("at", *CITATION)


def _columns(estate: Estate, places: pl.DataFrame) -> pl.DataFrame:
    """Returns for each (source, rule, name) the columns of the file that fed it; without one, the row as a whole."""
    import polars as pl

    rows = []
    for source, rule, name in places.select("source", "rule", "name").unique().iter_rows():
        part = estate.parts.get(source)
        file = (part.file, part.sha256, part.sheet) if part else (source, "", "")
        fed = part.fields.get(rule or "", {}).get(name, ()) if part and name else ()
        told = [(raw, part.places.get(raw) or raw) for raw in fed] if part else []
        rows += [(source, rule, name, nth, *file, *cell) for nth, cell in enumerate(told or [(None, "")])]
    text = ("file", "sha256", "sheet", "raw", "column")
    schema = {
        **dict.fromkeys(("source", "rule", "name"), pl.String),
        "part": pl.UInt32,
        **dict.fromkeys(text, pl.String),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _values(estate: Estate, source: str, wanted: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    raw = estate.raw_rows(source)
    names = [name for name in wanted["raw"].unique().sort().to_list() if name in raw.columns]
    # A file may have a column of any name, also of one that is used here.
    told = {f"_{nth}": name for nth, name in enumerate(names)}
    kept = raw.select(pl.col("row").cast(pl.UInt32), *(pl.col(name).alias(short) for short, name in told.items()))
    rows = kept.join(wanted.select("row").unique(), on="row", how="semi").unique("row", keep="last")
    found = rows.unpivot(list(told), index="row", variable_name="raw", value_name="value")
    return found.select(
        pl.lit(source).alias("source"),
        "row",
        pl.col("raw").replace_strict(told, return_dtype=pl.String),
        pl.col("value").cast(pl.String),
    )
