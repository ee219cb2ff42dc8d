"""The figures about flows by name: each with the flows it counts, so that it can be counted again and cited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eamap.analysis.geography.flows import CROSSES, UNDECIDED, Placed
from eamap.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

PLACES = 4
"""Decimal places of a share: the published tables have as many."""
PERCENT_PLACES = 1


def percent(n: int, of: int) -> float:
    """Returns a share in per cent; 0 of nothing."""
    return round(100 * n / of, PERCENT_PLACES) if of else 0.0


@dataclass(frozen=True, eq=False)
class Figures:
    """The figures of some flows: ``words`` says which (specialty, from, to), or how many pairs (first, after)."""

    placed: Placed
    level: str
    words: Mapping[str, str]

    def told(self, name: str) -> tuple[pl.DataFrame, int | float | None]:
        """Returns the flows behind a figure, and the figure; UsageError where there is none of the name."""
        if name in _SUMS:
            rows = self._among(name)
            return rows, int(rows["volume"].sum())
        if name in _SHARES:
            numerator, whole = _SHARES[name]
            rows = self._among(numerator)
            return rows, self._share(name, int(rows["volume"].sum()), int(self._among(whole)["volume"].sum()))
        counts = {"pairs": self._pairs, "lines": self._lines, "boards-left": self._boards_left, "flows": self._flows,
                  "unstated": self._unstated}  # fmt: skip
        if name in counts:
            return counts[name]()
        raise UsageError(f"there is no figure {name!r} of flows", hint="see: eamap flows")

    def _share(self, name: str, n: int, of: int) -> float | None:
        if name.endswith("percent"):
            return percent(n, of)
        return round(n / of, PLACES) if of else None

    def _among(self, which: str) -> pl.DataFrame:
        """Returns the flows that a sum is about."""
        import polars as pl

        words = self.words
        if which == "begins":
            return self.placed.select(origin=words.get("from"))
        if which in ("apart", "all apart"):
            return self._apart(words if which == "apart" else {})
        if which in (why := self.placed.undecided()):
            return why[which]
        among = self.placed.select(specialty=words.get("specialty"), origin=words.get("from"), target=words.get("to"))
        standings = {"crosses": [CROSSES], "undecided": [UNDECIDED], "may": [CROSSES, UNDECIDED]}.get(which)
        return among if standings is None else among.filter(pl.col(self.level).is_in(standings))

    def _apart(self, words: Mapping[str, str]) -> pl.DataFrame:
        """Returns the flows between different boards: of the first so many pairs, of those after, or of all."""
        pairs = self.placed.apart
        if "first" in words:
            pairs = pairs.head(int(words["first"]))
        if "after" in words:
            pairs = pairs.slice(int(words["after"]))
        return self.placed.table.join(pairs.select("from", "to"), on=["from", "to"], how="semi")

    def _lines(self) -> tuple[pl.DataFrame, int]:
        n = self.placed.apart.height
        return self._apart(self.words), min(n, int(self.words.get("first", n)))

    def _pairs(self) -> tuple[pl.DataFrame, int]:
        return self.placed.table, max(self.placed.between.height - int(self.words.get("after", 0)), 0)

    def _boards_left(self) -> tuple[pl.DataFrame, int]:
        boards = set(self.placed.geography.boards["icb"])
        return self._apart(self.words), len(boards - self.placed.drawn(int(self.words.get("after", 0))))

    def _flows(self) -> tuple[pl.DataFrame, int]:
        return self.placed.flows.table, self.placed.flows.table.height

    def _unstated(self) -> tuple[pl.DataFrame, int]:
        import polars as pl

        found = self.placed.flows.table.filter(pl.col("volume").is_null())
        return found, found.height


_SUMS = frozenset({"total", "volume", "crosses", "undecided", "inside", "between", "unknown", "apart"})
_SHARES = {
    "lower": ("crosses", "total"), "upper": ("may", "total"), "share": ("volume", "begins"),
    "lower-percent": ("crosses", "total"), "upper-percent": ("may", "total"), "left-percent": ("apart", "all apart"),
}  # fmt: skip
"""What each share is a part of."""
