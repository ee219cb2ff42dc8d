"""The cells behind one field of many things at once: joins, where citing one by one would read a table a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.model.estate import Estate

if TYPE_CHECKING:
    import polars as pl

COLUMNS = ("id", "file", "sha256", "sheet", "row", "column", "value")


def cited(estate: Estate, things: pl.DataFrame, field: str) -> pl.DataFrame:
    """Returns the first cell behind a field of each thing: columns ``COLUMNS``, one row a thing, in the order given.

    ``things`` has ``id``, ``source``, ``row`` and ``rule``. Where several rows attest the field the one in use is cited.
    Without a cell of its own (a constant of the mapping, no such column) the whole row is cited, its column empty.
    """
    import polars as pl

    won = estate.attestations.filter((pl.col("field") == field) & pl.col("won")).unique("id", keep="first", maintain_order=True)
    told = things.select("id", "source", "row", "rule")
    if won.height:
        winners = won.select("id", pl.col("source").alias("s"), pl.col("row").alias("r"), pl.col("rule").alias("u"))
        told = told.join(winners, on="id", how="left", maintain_order="left").select(
            "id", pl.coalesce("s", "source").alias("source"), pl.coalesce("r", "row").alias("row"), pl.coalesce("u", "rule").alias("rule")
        )
    told = told.with_row_index("order")
    parts = [_of_part(estate, str(source), str(rule), rows, field) for (source, rule), rows in told.group_by("source", "rule")]
    empty = pl.DataFrame(schema={"order": pl.UInt32, **dict.fromkeys(COLUMNS, pl.String), "row": pl.UInt32})
    return pl.concat([empty, *parts]).sort("order").select(COLUMNS)


def _of_part(estate: Estate, source: str, rule: str, rows: pl.DataFrame, field: str) -> pl.DataFrame:
    import polars as pl

    part = estate.parts.get(source)
    columns = part.fields.get(rule, {}).get(field, ()) if part else ()
    values = pl.lit("").alias("value")
    if part and columns:
        raw = estate.raw_rows(source).select("row", pl.col(columns[0]).alias("value")).unique("row", keep="first")
        rows = rows.join(raw, on="row", how="left", maintain_order="left")
        values = pl.col("value").fill_null("")
    constant = {
        "file": part.file if part else source,
        "sha256": part.sha256 if part else "",
        "sheet": part.sheet if part else "",
        "column": (part.places.get(columns[0]) or columns[0]) if part and columns else "",
    }
    found = rows.with_columns(values, *(pl.lit(text).alias(name) for name, text in constant.items()))
    return found.select("order", *(pl.col(name).cast(pl.UInt32 if name == "row" else pl.String) for name in COLUMNS))
