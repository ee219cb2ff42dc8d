"""What people decided about the meaning of texts: it goes before every rule."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from eamap.matching.normalise import key

if TYPE_CHECKING:
    import polars as pl

_SAME = ("match", "same-as")


class Decided:
    """The decisions in force on a day.

    A decision holds while the day is before its expiry. When it was taken does not matter: it says what a text means,
    and the text meant that before somebody said so. Of two decisions about one subject the later counts.
    """

    def __init__(self, decisions: pl.DataFrame, as_of: date) -> None:
        self._all = decisions
        self._day = as_of.isoformat()

    @cached_property
    def held(self) -> pl.DataFrame:
        """The decisions in force, oldest first."""
        import polars as pl

        expires = pl.col("expires").fill_null("")
        return self._all.filter((expires == "") | (expires > self._day)).sort("date", "hash")

    def texts(self, kind: str) -> dict[str, str]:
        """Returns, by the key of a text, the id of the thing of one kind that it was decided to mean."""
        return {key(subject): thing for subject, thing in self._pairs(kind) if not subject.startswith(f"{kind}:")}

    def things(self, kind: str) -> dict[str, str]:
        """Returns, by the id of a thing, the id of the other that it was decided to be, followed to its end."""
        direct = {subject: thing for subject, thing in self._pairs(kind) if subject.startswith(f"{kind}:")}
        ends: dict[str, str] = {}
        for start, first in direct.items():
            seen, end = {start}, first
            while end in direct and end not in seen:
                seen.add(end)
                end = direct[end]
            ends[start] = end
        return ends

    def _pairs(self, kind: str) -> list[tuple[str, str]]:
        import polars as pl

        wanted = pl.col("kind").is_in(_SAME) & pl.col("object").str.starts_with(f"{kind}:")
        return self.held.filter(wanted).select("subject", "object").rows()

    @cached_property
    def capabilities(self) -> pl.DataFrame:
        """What systems were decided to do: from, to, source, row, rule."""
        import polars as pl

        about = pl.col("subject").str.starts_with("system:") & pl.col("object").str.starts_with("capability:")
        return (
            self.held.filter((pl.col("kind") == "capability") & about)
            .unique(["subject", "object"], keep="last", maintain_order=True)
            .select(
                pl.col("subject").alias("from"),
                pl.col("object").alias("to"),
                (pl.lit("decision/") + pl.col("hash")).alias("source"),
                pl.lit(0, dtype=pl.UInt32).alias("row"),
                pl.lit("capability").alias("rule"),
            )
        )
