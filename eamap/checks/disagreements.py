"""Fields of things that more than one row attests, and whether the values agree.

Columns: ``subject``, ``identity`` and ``field`` (the field's name), ``used`` and ``used_source`` (the value that won and
whose it is), ``others`` (the values that differ, each with its source; null where all agree) and ``why`` (why the
winner won).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from eamap.model.records import RECORDS
from eamap.model.schema import field_schema

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.citations import SourcePart
    from eamap.model.estate import Estate

_ADD_UP = ("notes", "description")
"""Free text adds up: two different notes do not contradict each other."""


def disagreements(estate: Estate, kind: str, on: date) -> pl.DataFrame:
    """Returns one row for each field of a thing that at least two rows attest."""
    import polars as pl

    del on
    stated = estate.attestations.filter(
        pl.col("kind") == kind, ~pl.col("field").is_in(_ADD_UP), pl.col("value").is_not_null()
    )
    won = stated.filter(pl.col("won")).unique(["id", "field"], keep="first", maintain_order=True)
    lost = stated.filter(~pl.col("won")).select(
        "id", "field", pl.col("value").alias("other"), pl.col("source").alias("other_source")
    )
    pairs = won.select("id", "field", "value", "source").join(lost, on=["id", "field"])
    pairs = pairs.with_columns(_differs(kind).alias("differs")).sort("id", "field", "other_source", "other")
    return _named(_gathered(pairs), estate)


def _differs(kind: str) -> pl.Expr:
    import polars as pl

    ours, theirs = (
        pl.col(name).str.strip_chars().str.replace_all(r"\s+", " ").str.to_lowercase() for name in ("value", "other")
    )
    dates = [name for name in RECORDS[kind].model_fields if field_schema(kind, name).get("x-predicate") == "real-date"]
    # "2027" and "2027-03" do not contradict each other: one is only less precise.
    same_date = pl.col("field").is_in(dates) & (ours.str.starts_with(theirs) | theirs.str.starts_with(ours))
    return (ours != theirs) & ~same_date


def _gathered(pairs: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    differing = pl.col("differs")
    return pairs.group_by("id", "field", maintain_order=True).agg(
        pl.col("value").first().alias("used"),
        pl.col("source").first(),
        pl.col("other").filter(differing).alias("values"),
        pl.col("other_source").filter(differing).alias("sources"),
    )


def _named(found: pl.DataFrame, estate: Estate) -> pl.DataFrame:
    import polars as pl

    names = {name: part.source or name for name, part in estate.parts.items()}
    rows = found.select("source", "values", "sources").rows()
    others = [_listed(values, [names.get(each, each) for each in sources]) for _, values, sources in rows]
    why = [
        _why(estate.parts.get(source), estate.parts.get(sources[0])) if sources else None for source, _, sources in rows
    ]
    return found.select(
        pl.col("id").alias("subject"),
        pl.col("field").alias("identity"),
        "field",
        "used",
        pl.col("source").replace(names).alias("used_source"),
        pl.Series("others", others, dtype=pl.String),
        pl.Series("why", why, dtype=pl.String),
    )


def _listed(values: list[str], sources: list[str]) -> str | None:
    pairs = dict.fromkeys(f"{value!r} ({source})" for value, source in zip(values, sources, strict=True))
    return " and ".join(pairs) or None


def _why(winner: SourcePart | None, loser: SourcePart | None) -> str:
    if winner is None or loser is None:
        return "a person decided so"
    if winner.provenance != loser.provenance:
        return f"{winner.provenance} weighs more than {loser.provenance}"
    if winner.fact_date != loser.fact_date:
        return f"its facts are later ({winner.fact_date or 'undated'} against {loser.fact_date or 'undated'})"
    return "both weigh the same and are of the same date, so the order of their names decides"
