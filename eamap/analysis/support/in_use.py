"""Which components a question about support is about: those selected, or under selected systems, that are not retired."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from eamap.model.selector import EstateOn, parse_expression, select_on

if TYPE_CHECKING:
    import polars as pl

    from eamap.interpret.support import Supported

EVERY = "kind:component"


@dataclass(frozen=True)
class InUse:
    """The components in question, with their standings kept apart: a million components hold some thousand standings.

    ``rows`` has the stated columns and ``place``, the row of ``standings`` that is theirs. ``selector`` is canonical.
    """

    on: EstateOn
    rows: pl.DataFrame
    standings: pl.DataFrame
    selector: str
    retired: int
    """How many more belong to retired systems; they are in no count."""

    @cached_property
    def statuses(self) -> dict[str, int]:
        """How many components stand so, by status."""
        found = self.rows.group_by("place").len().join(self._by_place.select("place", "status"), on="place")
        return dict(found.group_by("status").agg(n=_total()).rows())

    def n(self, *statuses: str) -> int:
        """Returns how many components have one of these statuses; without any, how many there are."""
        return sum(self.statuses.get(each, 0) for each in statuses) if statuses else self.rows.height

    @cached_property
    def _by_place(self) -> pl.DataFrame:
        import polars as pl

        return self.standings.with_row_index("place").with_columns(pl.col("place").cast(pl.UInt32))

    def with_standing(self, *names: str) -> pl.DataFrame:
        """Returns the rows with some columns of their standings."""
        return self.attached(self.rows, self.standings.select(names))

    @staticmethod
    def attached(rows: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
        """Returns rows with facts that are given once a standing."""
        import polars as pl

        return pl.concat([rows, facts[rows["place"]]], how="horizontal")


def _total() -> pl.Expr:
    import polars as pl

    return pl.col("len").sum().cast(pl.Int64)


def in_use(on: EstateOn, found: Supported, selector: str = "") -> InUse:
    """Returns what a selector selects of the components: those it names, and those that systems it names run on."""
    import polars as pl

    rows = found.components.with_columns(found.places.cast(pl.UInt32).alias("place"))
    text = str(parse_expression(selector)) if selector else EVERY
    if selector:
        chosen = select_on(on, selector)
        systems = pl.col("system").is_in(chosen.of("system").implode()).fill_null(False)
        rows = rows.filter(pl.col("id").is_in(chosen.of("component").implode()) | systems)
    gone = pl.col("system_status").eq_missing(pl.lit("retired"))
    kept = rows.filter(~gone)
    return InUse(on, kept, found.standings, text, rows.height - kept.height)
