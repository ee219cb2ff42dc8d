"""What people decided, and the reference sets whose age matters, as things: so that both can be judged, counted and cited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.interpret.shapes import as_things, by_reference

if TYPE_CHECKING:
    import polars as pl

    from eamap.interpret.ground import Ground

DECISION = (
    "decision",
    "about",
    "object",
    "field",
    "value",
    "owner_role",
    "notes",
    "date",
    "expires",
    "evidence",
    "renewed",
)
REFERENCE_SET = ("title", "version", "date", "origin")
AGED = "age-of-"
"""How the thresholds are named that say when a set is old: ``age-of-lifecycle``."""


def decisions(ground: Ground) -> pl.DataFrame:
    """Returns every decision as a thing ``decision:HASH``.

    ``decision`` is its kind, ``about`` its subject, ``owner_role`` who took it, ``notes`` why. ``renewed`` is the hash of the one that
    says the same of the same for longer; null where this is the last word.
    """
    import polars as pl

    held = ground.estate.decisions
    same = ("kind", "subject", "object", "field")
    last = held.with_columns(pl.col("expires").replace("", "9999")).sort("expires", "date", "hash")
    last = last.group_by(same).agg(pl.col("hash").last().alias("last"))
    frame = held.join(last, on=same, how="left", nulls_equal=True, maintain_order="left").select(
        pl.format("decision:{}", "hash").alias("id"), pl.format("{} of {}", "kind", "subject").alias("name"),
        pl.col("kind").alias("decision"), pl.col("subject").alias("about"), pl.col("who").alias("owner_role"),
        pl.col("reason").alias("notes"), *(_stated(name) for name in ("object", "field", "value", "date", "expires", "evidence")),
        pl.when(pl.col("last") != pl.col("hash")).then("last").alias("renewed"),
        pl.format("decision/{}", "hash").alias("source"), pl.lit(0, dtype=pl.UInt32).alias("row"), pl.col("kind").alias("rule"),
    )  # fmt: skip
    return as_things("decision", frame, *DECISION)


def _stated(name: str) -> pl.Expr:
    import polars as pl

    return pl.when(pl.col(name) != "").then(name).alias(name)


def reference_sets(ground: Ground) -> pl.DataFrame:
    """Returns the sets of reference data whose age matters, as things ``reference-set:NAME``."""
    import polars as pl

    from eamap.reference import sets, support

    names = support.load(ground.reference).named(AGED)
    found = [sets.facts(name, ground.reference) for name in names if name in sets.names(ground.reference)]
    rows = [
        (f"reference-set:{each.name}", each.name, each.title, each.version, each.date, each.origin) for each in found
    ]
    frame = pl.DataFrame(rows, schema=["id", "name", *REFERENCE_SET], orient="row")
    source = by_reference("", "provenance") | {"source": pl.format("reference/{}", "name")}
    return as_things("reference-set", frame.with_columns(**source), *REFERENCE_SET)
