"""What each thing of an estate refers to, and whether the estate holds it.

Columns: ``subject``, ``identity``, ``field`` (the field or relation that refers) and ``missing`` (the id referred to,
where the estate does not hold it; null where it does).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from eamap.model.records import RECORDS

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.estate import Estate

_FIELDS = (
    ("absence", "organisation"),
    ("component", "system"),
    ("contract", "buyer"),
    ("flow", "destination"),
    ("flow", "origin"),
    ("interface", "exposer"),
    ("measure", "organisation"),
    ("site", "operator"),
    ("system", "operator"),
    ("vulnerability", "component"),
)
_LINKS = ("CONSUMES", "USES")
"""Relations in tables of their own: the thing at the end ``to`` refers to the one at ``from``."""


def all_things(estate: Estate) -> pl.DataFrame:
    """Returns the id of every thing that a source states, as ``subject``."""
    import polars as pl

    kinds = [kind for kind in RECORDS if kind in estate.kinds]
    return pl.concat([estate.things(kind).select(pl.col("id").alias("subject")) for kind in kinds] or [pl.DataFrame(schema={"subject": pl.String})])


def mentions(estate: Estate, kind: str, on: date) -> pl.DataFrame:
    """Returns one row for each reference from one thing to another."""
    import polars as pl

    del kind, on
    rows = [_in_field(estate, each, field) for each, field in _FIELDS if each in estate.kinds]
    rows += [_in_links(estate, relation) for relation in _LINKS]
    return _marked(pl.concat(rows), estate)


def _in_field(estate: Estate, kind: str, field: str) -> pl.DataFrame:
    import polars as pl

    found = estate.things(kind).select(pl.col("id").alias("subject"), pl.lit(field).alias("field"), pl.col(field).alias("target"))
    return found.drop_nulls("target")


def _in_links(estate: Estate, relation: str) -> pl.DataFrame:
    import polars as pl

    found = estate.links(relation).select(pl.col("to").alias("subject"), pl.lit(relation).alias("field"), pl.col("from").alias("target"))
    return found.unique(maintain_order=True)


def _marked(found: pl.DataFrame, estate: Estate) -> pl.DataFrame:
    import polars as pl

    kinds = [kind for kind in ("organisation", "system", "component") if kind in estate.kinds]
    held = pl.concat([estate.things(kind).select("id") for kind in kinds] or [pl.DataFrame(schema={"id": pl.String})])
    known = held.unique().with_columns(pl.lit(True).alias("held"))
    joined = found.join(known, left_on="target", right_on="id", how="left", maintain_order="left")
    missing = pl.when(pl.col("held").is_null()).then(pl.col("target"))
    return joined.select("subject", pl.concat_str("field", "target", separator=" ").alias("identity"), "field", missing.alias("missing"))
