"""Some rows of a sheet, picked by a rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from eamap.ingest.cells import Cells
from eamap.ingest.reading import Reading
from eamap.model.coded import Coded

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Selected:
    """Some rows of a sheet, some of them several times where one cell holds several things.

    ``positions`` point into the sheet's rows; ``None`` stands for all of them, once. ``items`` holds, for a column that was
    taken apart, the one item that each position stands for.
    """

    reading: Reading
    positions: pl.Series | None
    items: dict[str, pl.Series]

    def take(self, series: pl.Series) -> pl.Series:
        """Returns a column of the sheet for the selected rows."""
        return series if self.positions is None else series.gather(self.positions)

    def taken(self, column: Coded | pl.Series) -> pl.Series:
        """Returns a column of the sheet, as codes or texts, as the texts of the selected rows."""
        return self.take(column.spread() if isinstance(column, Coded) else column)

    def values(self, column: str) -> pl.Series:
        """Returns the values of a column for the selected rows; null where a cell holds none."""
        return self.items[column] if column in self.items else self.take(self.reading.cells(column).values)

    def keys(self, column: str) -> pl.Series:
        """Returns the values of a column as parts of keys."""
        return (
            Cells.of(self.items[column], None).keys
            if column in self.items
            else self.take(self.reading.cells(column).keys)
        )

    def __len__(self) -> int:
        return self.reading.rows.len() if self.positions is None else self.positions.len()

    @property
    def every(self) -> pl.Series:
        """The positions, written out."""
        import polars as pl

        return pl.int_range(len(self), dtype=pl.UInt32, eager=True) if self.positions is None else self.positions

    @property
    def rows(self) -> pl.Series:
        """The row numbers, as a person sees them."""
        return self.take(self.reading.rows)

    @property
    def organisation(self) -> pl.Series:
        """The organisation each row is about."""
        return self.take(self.reading.organisation)

    def keep(self, mask: pl.Series) -> Selected:
        """Returns only the rows for which a mask holds."""
        if mask.all():
            return self
        return Selected(
            self.reading, self.every.filter(mask), {name: item.filter(mask) for name, item in self.items.items()}
        )

    def none(self) -> Selected:
        """Returns no row at all."""
        return Selected(self.reading, self.every.clear(), {name: item.clear() for name, item in self.items.items()})
