"""A selector that was read, and what it selects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from eamap.model.selector.grammar import Expression

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Selector:
    """A selector that was read: its text, its tree, and what a person should know about it."""

    text: str
    expression: Expression
    warnings: tuple[str, ...] = ()

    def __str__(self) -> str:
        return str(self.expression)


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """What a selector selects: a table of ``id`` and ``kind``, sorted by id."""

    selector: Selector
    table: pl.DataFrame

    def __len__(self) -> int:
        return self.table.height

    @property
    def ids(self) -> pl.Series:
        """The ids, sorted."""
        return self.table["id"]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person should know: ids of nothing, words a field never holds."""
        return self.selector.warnings

    def of(self, kind: str) -> pl.Series:
        """Returns the ids of one kind, sorted."""
        return self.table.filter(self.table["kind"] == kind)["id"]
