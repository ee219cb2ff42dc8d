"""Codes that one publish has written already: the columns of a sheet and those of its things are often the same codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from eamap.stores.manifest import Borrowed, Piece

if TYPE_CHECKING:
    import polars as pl


class StandingCodes:
    """Knows, for as long as one publish lasts, in which blob and column each series of codes stands."""

    def __init__(self) -> None:
        # The series are kept, so that their numbers in memory are given to no others.
        self._places: dict[int, tuple[pl.Series, Piece, str]] = {}

    def stand_in(self, piece: Piece, codes: Mapping[str, pl.Series]) -> None:
        """Notes which codes were written with a piece, and under what names."""
        self._places |= {id(series): (series, piece, name) for name, series in codes.items()}

    def lender(self, column: str, codes: pl.Series) -> Borrowed | None:
        """Returns where a column can have its codes from; ``None`` where these very codes were not written yet."""
        place = self._places.get(id(codes))
        return Borrowed(column, place[1].blob, place[1].size, place[2]) if place else None
