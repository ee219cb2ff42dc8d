"""One ICS as a sheet is about it: its organisations, what selects them, and the tables its figures are taken from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from eamap.cli.numbers import ref as ref_to

if TYPE_CHECKING:
    import polars as pl

    from eamap.analysis.pathways.gaps import Scope
    from eamap.analysis.pathways.interop import Interop
    from eamap.cli.market.asked import Asked
    from eamap.cli.opening import Opened
    from eamap.interpret.geography import Geography
    from eamap.model.results import Tally

Row = dict[str, Any]
BODY, NONE = "organisation:", "none"
NONE_KNOWN, NOT_COUNTED, NO_INDEX, NO_SHARE = "none known", "not counted", "no index", "no share"
"""Words in the place of a number: nothing is known of it, nothing is counted there, there is nothing to
compare with; and in the place of a denominator, where a figure is a share of nothing."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its ref, and what it is a share of."""

    value: Any
    ref: str
    of: int | None = None
    of_ref: str = ""


@dataclass(frozen=True)
class IcsSheet:
    """The sheet of one ICS (the plain code of its board) on one day, in some boundaries."""

    opened: Opened
    code: str
    geography: str | None = None

    # What it is about -----------------------------------------------------------------------------------------------------

    @cached_property
    def where(self) -> Geography:
        """The boundaries."""
        from eamap.interpret.geography import geography

        return geography(self.geography, self.opened.reading.as_of, self.opened.estate, self.opened.reference)

    @cached_property
    def members(self) -> list[str]:
        """The ids of the estate's organisations that lie in this ICS, in order."""
        import polars as pl

        mine = self.where.units.filter(pl.col("icb") == self.code)["organisation"]
        known = self.opened.on.things("organisation")["id"]
        return known.filter(known.is_in((BODY + mine).implode())).sort().to_list()

    @property
    def selector(self) -> str:
        """What selects the organisations of this ICS, what they operate and what they use."""
        if self.geography is None:
            return f"org:{self.code}"
        return " or ".join(f"org:{each.removeprefix(BODY)}" for each in self.members)

    @cached_property
    def name(self) -> str:
        """The name of the board; its code where nobody says it."""
        names = dict(self.where.boards.select("icb", "name").iter_rows())
        return names.get(self.code) or self.code

    @cached_property
    def scope(self) -> Scope:
        """Its hand-offs."""
        from eamap.analysis.pathways.gaps import Scope

        return Scope(ics=self.code, geography=self.geography)

    @cached_property
    def market(self) -> Asked:
        """Who has what in it."""
        from eamap.cli.market.asked import Asked

        return Asked(self.opened, "", {"setting": "", "geography": self.geography or "", "ics": self.code})

    @cached_property
    def alike(self) -> dict[str, Row]:
        """What its organisations have for each capability, by code."""
        from eamap.cli.market.tables import TABLES

        return {row["key"]: row for row in TABLES["converge"].rows(self.market).iter_rows(named=True)}

    @cached_property
    def leaves(self) -> pl.DataFrame:
        """The leaves of the capability model."""
        import polars as pl

        from eamap.reference import capabilities

        return capabilities.load(self.opened.reference).frame.filter(pl.col("level") == capabilities.LEAF_LEVEL)

    @cached_property
    def tallies_of_market(self) -> dict[str, Tally]:
        """How many of its organisations have anything live."""
        from eamap.cli.market.refs import tallies

        return tallies("converge", self.market)

    @cached_property
    def _interop(self) -> Interop:
        from eamap.cli.pathways.handoffs import interop_of

        return interop_of(self.opened, self.geography)

    @cached_property
    def _adopted(self) -> dict[str, Row]:
        """The standards that its interfaces claim, by code."""
        import polars as pl

        rows = self._interop.adoption("ics").filter(pl.col("key") == self.code)
        return {row["standard"]: row for row in rows.iter_rows(named=True)}

    def adoption(self, standard: str, wire: str) -> Figure | str:
        """Returns how many of its interfaces claim a standard; words where the standard is about no wire, or there are none."""
        from eamap.analysis.pathways.interop import ANY

        whole = self._adopted.get(ANY)
        if whole is None or wire == NONE:
            return NONE_KNOWN if whole is None else NOT_COUNTED
        n = self._adopted[standard]["claimed"] if standard in self._adopted else 0

        def ref(what: str) -> str:
            return ref_to("interop", "ics", self.geography or "as judged", self.code, what)

        return Figure(n, ref(f"{standard} claimed"), whole["interfaces"], ref(f"{ANY} interfaces"))

    def tallies(self) -> dict[str, Tally]:
        """Returns what the sheet as a whole rests on: hand-offs, components and organisations with their denominators."""
        from eamap.cli.pathways.handoffs import gaps_of, tallies

        found = {f"hand-offs {name}": tally for name, tally in tallies(gaps_of(self.opened, self.scope)).items()}
        return {**self.tallies_of_market, **found}
