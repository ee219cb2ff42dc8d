"""Selectors: one small language for "which things?", the same for every command and every store.

``parse`` reads one, ``select`` answers it; docs/selectors.md holds the grammar and the cases every store must answer alike.
"""

from __future__ import annotations

from datetime import date

from eamap.model.estate import Estate
from eamap.model.selector.bind import warnings
from eamap.model.selector.evaluate import chosen
from eamap.model.selector.grammar import Expression
from eamap.model.selector.onday import EstateOn
from eamap.model.selector.parse import parse_expression
from eamap.model.selector.selection import Selection, Selector

EVERYTHING = "kind:*"
"""The selector of all things."""
_REMEMBERED = 16
"""Selections kept at most for one estate and day."""


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
