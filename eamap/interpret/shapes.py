"""Gives derived tables the columns that the model says tables of their name have, and a citation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.model.schema import link_schema, thing_schema

if TYPE_CHECKING:
    import polars as pl

CITATION = ("source", "row", "rule")


def by_reference(reference_set: str, rule: str) -> dict[str, pl.Expr]:
    """Returns the citation of a fact that a set of reference data states, as columns."""
    import polars as pl

    row = pl.lit(0, dtype=pl.UInt32)
    return {"source": pl.lit(f"reference/{reference_set}"), "row": row, "rule": pl.lit(rule)}


def as_links(relation: str, frame: pl.DataFrame, *more: str) -> pl.DataFrame:
    """Returns the frame as links of a relation; ``more`` are text columns beside those of the model."""
    import polars as pl

    return _shaped(frame, link_schema(relation) | dict.fromkeys(more, pl.String()))


def as_things(kind: str, frame: pl.DataFrame, *more: str) -> pl.DataFrame:
    """Returns the frame as things of a kind; ``more`` are text columns beside those of the model."""
    import polars as pl

    return _shaped(frame, thing_schema(kind) | dict.fromkeys(more, pl.String()))


def _shaped(frame: pl.DataFrame, schema: dict[str, pl.DataType]) -> pl.DataFrame:
    import polars as pl

    said = [name for name in schema if name not in CITATION] + list(CITATION)
    return frame.select(
        pl.col(name).cast(schema[name]) if name in frame.columns else pl.lit(None, dtype=schema[name]).alias(name)
        for name in said
    )


def beside(stated: pl.DataFrame, derived: pl.DataFrame) -> pl.DataFrame:
    """Returns the things that sources state, as they state them, and those derived things that no source states."""
    import polars as pl

    others = derived.join(stated.select("id"), on="id", how="anti", maintain_order="left")
    return pl.concat([stated, others], how="diagonal") if stated.height else others


def under(stated: pl.DataFrame, *derived: pl.DataFrame) -> pl.DataFrame:
    """Returns stated links with derived ones under them."""
    import polars as pl

    return pl.concat([stated, *derived], how="diagonal")


def named_in_key(kind: str) -> pl.Expr:
    """Returns a readable name made of the key in ``id``, for a thing that is only ever referred to by its key."""
    import polars as pl

    return pl.col("id").str.strip_prefix(f"{kind}:").map_elements(decoded, return_dtype=pl.String)


def decoded(key: str) -> str:
    """Returns the words of a key: hyphens as spaces, encoded characters as themselves."""
    from urllib.parse import unquote

    return unquote(key.replace("-", " "))
