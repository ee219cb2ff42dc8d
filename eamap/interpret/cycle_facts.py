"""The ends of release cycles as they are used: those of the lifecycle data and of its supplement, with what people overrode.

Ends are a day (YYYY-MM-DD), ``undated_past`` or ``none_published``. An extended end is a day, ``true``, ``false`` or
nothing; only a day says anything: upstream uses both words for both meanings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.model.support import NONE_PUBLISHED, UNDATED_PAST

if TYPE_CHECKING:
    import polars as pl

SUBJECT = "lifecycle:"
"""How the subject of a decision about a cycle begins: ``lifecycle:PRODUCT:CYCLE``."""
FIELDS = ("eol", "extended_end")
_COLUMNS = ("product", "cycle", "label", "link", "eol", "extended_end")
_WORDS = {"true": UNDATED_PAST, "false": NONE_PUBLISHED}


def cycle_facts(cycles: pl.DataFrame, supplement: pl.DataFrame, decisions: pl.DataFrame) -> pl.DataFrame:
    """Returns product, cycle, label, link, eol, extended_end and override (the hash of the decision; null without).

    ``cycles`` has the first six of these, ``supplement`` product, cycle and eol; ``decisions`` are those in force, of
    which the later counts.
    """
    import polars as pl

    more = supplement.join(cycles, on=["product", "cycle"], how="anti").unique(["product", "cycle"], keep="first")
    facts = pl.concat([cycles.select(_COLUMNS).unique(["product", "cycle"], keep="last"), more], how="diagonal")
    facts = facts.with_columns(pl.col("eol").replace(_WORDS), override=pl.lit(None, dtype=pl.String))
    overrides = _overrides(decisions)
    return facts if not overrides.height else _overridden(facts, overrides)


def _overrides(decisions: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    about = pl.col("subject").str.starts_with(SUBJECT) & pl.col("field").is_in(FIELDS)
    parts = pl.col("subject").str.strip_prefix(SUBJECT).str.splitn(":", 2).struct
    found = decisions.filter((pl.col("kind") == "override") & about).sort("date", "hash")
    return found.select(
        parts.field("field_0").alias("product"), parts.field("field_1").alias("cycle"), "field", "value", "hash"
    ).unique(["product", "cycle", "field"], keep="last", maintain_order=True)


def _overridden(facts: pl.DataFrame, overrides: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    for name in FIELDS:
        mine = overrides.filter(pl.col("field") == name).select("product", "cycle", "value", "hash")
        facts = facts.join(mine, on=["product", "cycle"], how="left", maintain_order="left").with_columns(
            pl.coalesce(pl.col("value").replace(_WORDS if name == "eol" else {}), name).alias(name),
            pl.coalesce("override", "hash").alias("override"),
        ).drop("value", "hash")  # fmt: skip
    return facts
