"""Draws in which years contracts end: a bar for those on record, and one for those that are assumed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from eamap.analysis.market.suppliers import ENDED, NO_END
from eamap.model.diagram import Cell, Chart, Count, Diagram, Heading, Source, Span, Status, Tally, Text
from eamap.model.refs import Ref

if TYPE_CHECKING:
    import polars as pl

_KIND = "contract"
_TABLE = "suppliers expiries"
_MEANINGS = {Status.LIVE: "a contract on record that runs on the day"}
_BASES = {"stated": ("on record", Status.LIVE), "assumed": ("assumed", Status.ASSUMED)}


def draw_expiries(
    rows: pl.DataFrame, selector: str, as_of: date, *, marking: str, version: int, sources: Iterable[Source] = ()
) -> Diagram:
    """Returns the chart of a table of expiries; ``selector`` is the canonical one that the numbers are counted by again."""
    told = {row["key"]: row for row in rows.iter_rows(named=True)}
    years = [key for key in told if key not in (ENDED, NO_END)]
    shown = [*([ENDED] if told[ENDED]["contracts"] else []), *years]
    headings = tuple(_heading(key, selector) for key in shown)
    bases = [basis for basis in _BASES if any(told[key][basis] for key in shown)] or ["stated"]
    columns = tuple(Heading(basis, Text.of(_BASES[basis][0])) for basis in bases)
    cells = tuple(_cell(told[key], basis, selector) for key in shown for basis in bases)
    drawn = sum(told[key]["contracts"] for key in shown)
    without = told[NO_END]["contracts"]
    with_end = Ref("market", (_TABLE, "contracts with an end", "whole table", selector))
    every = Ref("market", (_TABLE, "contracts with an end, all", "whole table", selector))
    tally = Tally(
        _KIND, "contracts that run on the day", Count(drawn, str(with_end)),
        Count(without, _ref("contracts", NO_END, selector)), Count(drawn + without, str(every)),
    )  # fmt: skip
    return Diagram(
        Text.of("When contracts end"), "expiries", Chart(headings, columns, cells), (tally,), marking, as_of, _alt(tally),
        Text.of("Contracts that run on the day, by the year in which they end"), version, tuple(sources), _footnotes(told, selector), _MEANINGS,
    )  # fmt: skip


def _ref(figure: str, key: str, selector: str) -> str:
    return str(Ref("market", (_TABLE, figure, key, selector)))


def _heading(key: str, selector: str) -> Heading:
    if not key.isdecimal():
        return Heading(key, Text.of(key), ref=_ref("contracts", key, selector))
    ref = str(Ref("quarter", (f"{key}-01-01", f"{key}-12-31")))
    return Heading(key, Text.of((key, ref)), ref=ref)


def _cell(row: dict[str, Any], basis: str, selector: str) -> Cell:
    words, status = _BASES[basis]
    n, ref = row[basis], _ref(basis, row["key"], selector)
    return Cell(row["key"], basis, Text.of(Span(f"{n:,}", ref), f" {words}"), _KIND, status, ref=ref, weight=n)


def _footnotes(told: dict[str, dict[str, Any]], selector: str) -> tuple[Text, ...]:
    without = Count(told[NO_END]["contracts"], _ref("contracts", NO_END, selector))
    return (
        Text.of("No end is stated for ", without.span, ", so these are in no year. Assumed: one contract for each organisation and "
                "supplier of live systems that no contract on record covers, with the end that the system's row states."),
    )  # fmt: skip


def _alt(tally: Tally) -> Text:
    return Text.of("A bar chart by year. Contracts that run on the day and end in one of these years: ", tally.drawn.span, ", of ",
                   tally.total.span, "; the others state no end.")  # fmt: skip
