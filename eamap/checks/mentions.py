"""What each thing of an estate refers to, and whether the estate holds it.

Columns: ``subject``, ``identity``, ``field`` (the field or relation that refers) and ``missing`` (the id referred to,
where the estate does not hold it; null where it does).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from eamap.interpret.plans import lost
from eamap.model.ids import key_part

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.estate import Estate

_FIELDS = (
    ("absence", "organisation"),
    ("assessment", "system"),
    ("component", "system"),
    ("contract", "buyer"),
    ("flow", "destination"),
    ("flow", "origin"),
    ("interface", "exposer"),
    ("measure", "organisation"),
    ("site", "operator"),
    ("vulnerability", "component"),
    ("work-package", "system"),
)
"""A system's operator is not among them: INV001 asks for it."""
_LINKS = (("CONSUMES", "to"), ("COVERED_BY", "to"), ("DEPENDS_ON", "from"), ("USES", "to"))
"""Relations in tables of their own, and the end whose row refers to the other."""
_VIA = "via"


def mentioning(estate: Estate) -> pl.DataFrame:
    """Returns the id of every thing of a kind that can refer to another, as ``subject``."""
    import polars as pl

    kinds = sorted({"system", *(kind for kind, _ in _FIELDS)})
    return pl.concat([estate.things(kind).select(pl.col("id").alias("subject")) for kind in kinds])


def mentions(estate: Estate, kind: str, on: date) -> pl.DataFrame:
    """Returns one row for each reference from one thing to another."""
    import polars as pl

    del kind, on
    rows = [_in_field(estate, each, field) for each, field in _FIELDS]
    rows += [_in_links(estate, relation, end) for relation, end in _LINKS]
    return pl.concat([_marked(pl.concat(rows), estate), _planned(estate), _intermediaries(estate)])


def _in_field(estate: Estate, kind: str, field: str) -> pl.DataFrame:
    import polars as pl

    found = estate.things(kind).select(
        pl.col("id").alias("subject"), pl.lit(field).alias("field"), pl.col(field).alias("target")
    )
    return found.drop_nulls("target")


def _in_links(estate: Estate, relation: str, end: str) -> pl.DataFrame:
    import polars as pl

    other = "from" if end == "to" else "to"
    found = estate.links(relation).select(
        pl.col(end).alias("subject"), pl.lit(relation).alias("field"), pl.col(other).alias("target")
    )
    return found.unique(maintain_order=True)


def _marked(found: pl.DataFrame, estate: Estate) -> pl.DataFrame:
    import polars as pl

    held = pl.concat([estate.things(kind).select("id") for kind in ("organisation", "system", "component")])
    known = held.unique().with_columns(pl.lit(True).alias("held"))
    joined = found.join(known, left_on="target", right_on="id", how="left", maintain_order="left")
    missing = pl.when(pl.col("held").is_null()).then(pl.col("target"))
    return joined.select(
        "subject", pl.concat_str("field", "target", separator=" ").alias("identity"), "field", missing.alias("missing")
    )


def _planned(estate: Estate) -> pl.DataFrame:
    """The components that work packages name, as text: by key or by text, of their own system."""
    import polars as pl

    named = estate.things("work-package").drop_nulls("component").select(pl.col("id").alias("subject"), "component")
    missing = lost(estate).select(pl.col("plan").alias("subject"), pl.col("named").alias("missing"))
    identity = pl.concat_str(pl.lit("component"), "component", separator=" ").alias("identity")
    found = named.join(missing, on="subject", how="left", maintain_order="left")
    return found.select("subject", identity, pl.lit("component").alias("field"), "missing")


def _intermediaries(estate: Estate) -> pl.DataFrame:
    """The systems that interfaces name as their way through, as text: by key, by name or by product."""
    import polars as pl

    named = estate.things("interface").select(
        pl.col("id").alias("subject"), pl.col(_VIA).str.split("; ").alias("target")
    )
    items = (
        named.explode("target")
        .with_columns(pl.col("target").str.strip_chars())
        .filter(pl.col("target").str.len_chars() > 0)
        .unique(maintain_order=True)
    )
    known = _names_of_systems(estate) if items.height else frozenset()
    texts = items["target"].unique().sort().to_list()
    missing = pl.col("target").replace_strict(
        {text: None if _spellings(text) & known else text for text in texts}, return_dtype=pl.String
    )
    identity = pl.concat_str(pl.lit(_VIA), "target", separator=" ")
    return items.select("subject", identity.alias("identity"), pl.lit(_VIA).alias("field"), missing.alias("missing"))


def _names_of_systems(estate: Estate) -> frozenset[str]:
    import polars as pl

    key = pl.col("id").str.strip_prefix("system:")
    columns = (key, key.str.split("/").list.last(), pl.col("name"), pl.col("product"), pl.col("external_id"))
    systems = estate.things("system")
    texts = pl.concat([systems.select(column.str.strip_chars().str.to_lowercase().alias("text")) for column in columns])
    return frozenset(texts["text"].drop_nulls().unique().to_list())


def _spellings(text: str) -> frozenset[str]:
    return frozenset({text.strip().lower(), key_part(text), "/".join(key_part(part) for part in text.split("/"))})
