"""By what two organisations are connected on a step: the interfaces behind an answer, and the system between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.analysis.pathways.worth import LEVELS

if TYPE_CHECKING:
    import polars as pl

    from eamap.analysis.pathways.gaps import Gaps, Part


def connections(gaps: Gaps, rows: pl.DataFrame) -> pl.DataFrame:
    """Returns rows of :attr:`eamap.analysis.pathways.gaps.Gaps.rows` with ``interfaces`` (ids, a list) and ``through`` (a system's id).

    Of several connections that are worth the same all interfaces of two organisations' own are named; of several places
    between them the first by id.
    """
    import polars as pl

    numbered = rows.with_row_index("place")
    found = [_of_part(part, numbered.filter(pl.col("part") == at)) for at, part in enumerate(gaps.parts)]
    none = pl.lit([], dtype=pl.List(pl.String))
    told = pl.concat(found)
    joined = numbered.join(told, on="place", how="left", maintain_order="left").drop("place")
    return joined.with_columns(pl.col("interfaces").fill_null(none))


def _of_part(part: Part, rows: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    asked = rows.filter(pl.col("route").is_not_null()).select(
        "place", "one", "other", "route", worth=_level_of_answer(), mask=_one(pl.col("bit"))
    )
    ids, systems = part.worth.ends.interfaces["id"], part.worth.ends.systems["id"]
    direct = _direct(part, asked.filter(pl.col("route") == "direct")).with_columns(through=pl.lit(None, pl.UInt32))
    shared = _places(part, asked.filter(pl.col("route") == "shared"), hub=False)
    via = _via(part, _places(part, asked.filter(pl.col("route") == "via"), hub=True))
    none = pl.lit(None, pl.UInt32)
    columns = ("place", "interface", "through")
    every = pl.concat(
        [direct.select(columns), shared.with_columns(interface=none).select(columns), via.select(columns)]
    )
    named = every.with_columns(interface=ids.gather(every["interface"]), through=systems.gather(every["through"]))
    return named.group_by("place").agg(
        interfaces=pl.col("interface").drop_nulls().unique().sort(), through=pl.col("through").first()
    )


def _level_of_answer() -> pl.Expr:
    import polars as pl

    words = {"other_means": 1, "non_conformant": 2, "declared_only": 3, "conformant": 4}
    return pl.col("answer").cast(pl.String).replace_strict(words, default=0, return_dtype=pl.Int64)


def _one(bit: pl.Expr) -> pl.Expr:
    import polars as pl

    return pl.lit(2, pl.UInt64).pow(bit.cast(pl.UInt64)).cast(pl.UInt64)


def _level(suffix: str = "") -> pl.Expr:
    """Returns how much a connection is worth to the step whose number stands in ``mask``."""
    import polars as pl

    return pl.sum_horizontal([((pl.col(f"{name}{suffix}") & pl.col("mask")) != 0).cast(pl.Int64) for name in LEVELS])


def _direct(part: Part, rows: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    between = part.worth.between.select("interface", "one", "other", *LEVELS)
    turned = between.rename({"one": "other", "other": "one"}).select(between.columns)
    met = rows.join(pl.concat([between, turned]), on=["one", "other"])
    return met.filter(_level() == pl.col("worth")).select("place", "interface")


def _places(part: Part, rows: pl.DataFrame, *, hub: bool) -> pl.DataFrame:
    """Returns the place between the two that is worth the answer, the first by id: place, through, one, other, mask, worth."""
    import polars as pl

    meeting = part.worth.meeting.filter(pl.col("hub") == hub).select("body", *LEVELS, through="place")
    met = rows.join(meeting.rename({"body": "one"}), on="one")
    met = met.join(meeting.rename({"body": "other"}), on=["other", "through"])
    fitting = met.filter(pl.min_horizontal(_level(), _level("_right")) == pl.col("worth"))
    ids = part.worth.ends.systems["id"]
    return (
        fitting.with_columns(_id=ids.gather(fitting["through"])).sort("place", "_id")
        .unique("place", keep="first", maintain_order=True).select("place", "through", "one", "other", "mask", "worth")
    )  # fmt: skip


def _via(part: Part, rows: pl.DataFrame) -> pl.DataFrame:
    """Returns the interfaces of both legs that are worth at least the answer: place, interface, through."""
    import polars as pl

    legs = part.worth.legs.select("interface", "body", *LEVELS, through="hub")
    found = [
        rows.join(legs.rename({"body": end}), on=[end, "through"]).filter(_level() >= pl.col("worth"))
        for end in ("one", "other")
    ]
    return pl.concat([each.select("place", "interface", "through") for each in found])
