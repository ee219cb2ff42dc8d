"""Selectors: one small language for "which things?", the same for every command and every store.

``parse`` reads one, ``select`` answers it; docs/selectors.md holds the grammar and the cases every store must answer alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from eamap.model.estate import Estate
from eamap.model.selector.bind import warnings
from eamap.model.selector.evaluate import chosen
from eamap.model.selector.grammar import Expression
from eamap.model.selector.onday import EstateOn
from eamap.model.selector.parse import parse_expression

if TYPE_CHECKING:
    import polars as pl

EVERYTHING = "kind:*"
"""The selector of all things."""
_REMEMBERED = 16
"""Selections kept at most for one estate and day."""


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


def parse(text: str, on: EstateOn | Estate | None = None, as_of: date = date.max) -> Selector:
    """Reads a selector; with an estate also judges its fields (UsageError) and its ids (warnings)."""
    expression = parse_expression(text)
    if on is None:
        return Selector(text, expression)
    estate_on = on if isinstance(on, EstateOn) else EstateOn(on, as_of)
    return Selector(text, expression, warnings(estate_on, text, expression))


def select(estate: Estate, selector: str | Selector, as_of: date) -> Selection:
    """Returns what a selector selects on a day."""
    return select_on(EstateOn(estate, as_of), selector)


def select_on(on: EstateOn, selector: str | Selector) -> Selection:
    """Returns what a selector selects; the caller keeps ``on`` to ask several questions about one estate and day."""
    text = selector.text if isinstance(selector, Selector) else selector
    if text not in on.selected:
        found = _selected(on, text)
        if len(on.selected) == _REMEMBERED:
            on.selected.clear()
        on.selected[text] = found
    return on.selected[text]


def _selected(on: EstateOn, text: str) -> Selection:
    import polars as pl

    read = parse(text, on)
    found = sorted(chosen(on, read.expression).items())
    tables = [
        on.things(kind).lazy().select("id").filter(mask).select("id", pl.lit(kind).alias("kind")).sort("id")
        for kind, mask in found
    ]
    nothing = pl.LazyFrame(schema={"id": pl.String(), "kind": pl.String()})
    return Selection(read, pl.concat([nothing, *tables]).collect())


__all__ = [
    "EVERYTHING",
    "EstateOn",
    "Expression",
    "Selection",
    "Selector",
    "parse",
    "parse_expression",
    "select",
    "select_on",
]
