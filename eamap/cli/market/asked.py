"""Answers about the market: what each table is made of, the refs of its figures, and how those are counted again.

A table has one row a key, with the ids of what is behind it; ``totals`` count what the table as a whole rests on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from eamap.cli.numbers import ref as ref_to

if TYPE_CHECKING:
    import polars as pl

    from eamap.analysis.market.holdings import Holdings
    from eamap.cli.opening import Opened
    from eamap.interpret.geography import Geography
    from eamap.model.results import Column

WHOLE = "whole table"
"""The key of what is counted over all rows."""
ALL = ", all"
"""What follows the name of a count in the ref of its denominator."""
PLACES = 4
"""Decimal places of published shares, entropies and indices."""
OPTION = "; "
"""What stands between the options of a ref."""


@dataclass(frozen=True)
class Asked:
    """What a table is about: an estate, a selector, and the options that change the figures."""

    opened: Opened
    selector: str = ""
    options: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def held(self) -> Holdings:
        """Who has what."""
        from eamap.analysis.market.holdings import holdings

        setting, by_group = self.options.get("setting", ""), self.options.get("by") == "group"
        return holdings(self.opened.on, self.selector, setting, by_group=by_group, reference=self.opened.reference)

    @cached_property
    def where(self) -> Geography:
        """The boundaries asked for; those of the day unless --geography says otherwise."""
        from eamap.interpret.geography import geography

        opened = self.opened
        return geography(self.options.get("geography") or None, opened.reading.as_of, opened.estate, opened.reference)

    @cached_property
    def units(self) -> pl.DataFrame:
        """The board and region of every organisation in question."""
        from eamap.analysis.geography.units import units_of

        return units_of(self.where, self.held.organisations["organisation"])

    @cached_property
    def placed(self) -> pl.DataFrame:
        """The organisations in question, those of the ICS asked for if one was: organisation, icb, region."""
        icb = self.options.get("ics")
        return self.units.filter(self.units["icb"] == f"organisation:{icb}") if icb else self.units

    @cached_property
    def contracts(self) -> pl.DataFrame:
        """The contracts that run on the day."""
        from eamap.analysis.market.suppliers import live_contracts

        return live_contracts(self.held)

    @cached_property
    def _names(self) -> dict[str, dict[str, str]]:
        return {}

    def names(self, kind: str) -> dict[str, str]:
        """Returns the name of each thing of a kind by id; a thing without one goes by its key."""
        if kind not in self._names:
            rows = self.opened.on.things(kind).select("id", "name").rows()
            self._names[kind] = {each: name or each.partition(":")[2] for each, name in rows}
        return self._names[kind]

    def ref(self, table: str, figure: str, key: str = WHOLE) -> str:
        """Returns the ref of one figure of a table."""
        said = OPTION.join(f"{name}={value}" for name, value in sorted(self.options.items()) if value)
        return ref_to("market", table, figure, key, self.held.selector, *filter(None, (said,)))


@dataclass(frozen=True)
class Table:
    """A table: its rows (with ``key`` and ``ids``), what it counts as a whole, and the field that its cells stand in."""

    rows: Callable[[Asked], pl.DataFrame]
    totals: Callable[[Asked], Mapping[str, tuple[pl.Series, pl.Series]]]
    says: str
    cited: str = ""


def rounded(value: Any) -> Any:
    """Returns a fraction as it is published; every other value as it is."""
    return round(value, PLACES) + 0.0 if isinstance(value, float) else value


def told(table: str, asked: Asked, row: Mapping[str, Any], columns: tuple[Column, ...]) -> dict[str, Any]:
    """Returns a row as it is published: each number with its ref, text as it stands."""
    found = {each.key: rounded(row.get(each.key)) for each in columns}
    refs = {name: asked.ref(table, name, row["key"]) for name, value in found.items() if isinstance(value, int | float)}
    return {**found, "ref": asked.ref(table, "ids", row["key"]), "refs": refs}


def board_of(asked: Asked, code: str) -> str:
    """Returns the code of a board as it is written; UsageError if it is none of the boundaries asked for."""
    from eamap.errors import UsageError
    from eamap.model.ids import organisation_code

    found = organisation_code(code)
    known = sorted(asked.where.units["icb"].drop_nulls().unique().to_list())
    if found not in known:
        raise UsageError(
            f"there is no board {code!r} in the boundaries {asked.where.name}", hint=f"boards are {', '.join(known)}"
        )
    return found
