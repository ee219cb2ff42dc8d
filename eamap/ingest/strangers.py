"""Organisations that rows name and nobody knows: not ODS, not the estate's own file. The nearest known one is suggested."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from eamap.ingest.known import Known
from eamap.model.estate import ISSUES, LINKS, THINGS
from eamap.model.schema import table_schema

if TYPE_CHECKING:
    import polars as pl

_FIELDS = {
    "system": "operator",
    "interface": "exposer",
    "absence": "organisation",
    "contract": "buyer",
    "component": "operator",
}


def unknown_organisations(tables: Mapping[str, pl.DataFrame], known: Known, on: date) -> pl.DataFrame:
    """Returns one issue for each unknown organisation and source, at the first row that names it."""
    import polars as pl

    from eamap.reference import organisations

    named = _named(tables)
    own = tables[THINGS + "organisation"]["id"] if THINGS + "organisation" in tables else pl.Series([], dtype=pl.String)
    listed = "organisation:" + organisations.load(known.reference).frame["code"]
    strange = named.filter(~pl.col("id").is_in(pl.concat([own, listed]).unique().to_list()))
    first = strange.sort("id", "source", "row").unique(["id", "source"], keep="first", maintain_order=True)
    hints = {identifier: _hint(identifier, known, on) for identifier in first["id"].unique().to_list()}
    return first.select(
        "source",
        pl.lit("").alias("file"), pl.lit("").alias("sheet"), pl.col("row").cast(pl.UInt32), pl.lit("").alias("column"),
        pl.lit("unknown-organisation").alias("code"),
        pl.lit("names an organisation that neither ODS nor the estate's own files know").alias("message"),
        pl.col("id").replace_strict(hints, default="", return_dtype=pl.String).alias("hint"),
        pl.col("id").str.strip_prefix("organisation:").alias("value"), pl.lit(False).alias("blocks"),
    ).select(*table_schema(ISSUES))  # fmt: skip


def _named(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    import polars as pl

    found = [pl.DataFrame(schema={"id": pl.String, "source": pl.String, "row": pl.UInt32})]
    for kind, field in _FIELDS.items():
        if THINGS + kind in tables:
            found.append(
                tables[THINGS + kind].select(pl.col(field).alias("id"), "source", pl.col("row").cast(pl.UInt32))
            )
    for relation in ("USES", "CONSUMES", "PART_OF", "PARTY_TO"):
        if LINKS + relation in tables:
            ends = tables[LINKS + relation]
            found += [
                ends.select(pl.col(end).alias("id"), "source", pl.col("row").cast(pl.UInt32)) for end in ("from", "to")
            ]
    return pl.concat(
        frame.filter(pl.col("id").str.starts_with("organisation:")).unique(["id", "source"], keep="first")
        for frame in found
    )


def _hint(identifier: str, known: Known, on: date) -> str:
    from eamap.reference import organisations

    code = identifier.removeprefix("organisation:")
    suggestions = organisations.load(known.reference).suggest(code, on)
    meant = "; perhaps ".join(f"{each.code} {each.name}" for each in suggestions[:2])
    return (
        f"perhaps {meant}"
        if meant
        else "correct the code, or add the body to an organisation file of the estate and ingest that"
    )
