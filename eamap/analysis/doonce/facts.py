"""What the method looks at, taken from an estate once for all capabilities: tables, one row a fact.

Codes of organisations are ids (``organisation:RXX``); a unit (ICS, region) is a plain code, null where it is not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from eamap.analysis.doonce import bodies, contracts, measured, steps
from eamap.analysis.market import live as systems
from eamap.analysis.market.care_settings import in_setting
from eamap.matching.normalise import key
from eamap.reference import market
from eamap.reference.doonce import Method

if TYPE_CHECKING:
    import polars as pl

    from eamap.interpret.geography import Geography
    from eamap.model.selector import EstateOn


@dataclass(frozen=True)
class Facts:
    """An estate on a day as the method sees it, for one care setting (empty: all) and one geography."""

    on: EstateOn
    geography: Geography
    method: Method
    setting: str = ""
    ics: str = ""
    """The code of the one ICS whose organisations count; empty: all"""
    other: Geography | None = None
    """Other boundaries, under which the share of variety inside ICSs is told again"""
    own_steps: tuple[Mapping[str, str], ...] | None = None
    reference: Path | None = None

    @cached_property
    def bodies(self) -> pl.DataFrame:
        """The organisations: body, code, type, settings, icb, region, by_headquarters; those of the setting only."""
        every = bodies.bodies(self.on, self.geography, self.reference)
        mine = every.filter(every["icb"] == self.ics) if self.ics else every
        return in_setting(mine, self.setting)

    @cached_property
    def units(self) -> pl.DataFrame:
        """Where every organisation lies that a flow or party names: body, icb, region."""
        return bodies.units(self.on, self.geography)

    @cached_property
    def other_units(self) -> pl.DataFrame | None:
        """Where the organisations lie under the other boundaries: body, icb, region."""
        return None if self.other is None else bodies.units(self.on, self.other, self.bodies["body"])

    @cached_property
    def live(self) -> pl.DataFrame:
        """Live systems: capability, body, system, product, supplier, suppliers, in_house, stands_in, stated, source."""
        return systems.live(self.on).join(self.bodies.select("body"), on="body", how="semi", maintain_order="left")

    @cached_property
    def told(self) -> pl.DataFrame:
        """What organisations said instead of a system: capability, body, answer, absence, source."""
        return systems.told(self.on).join(self.bodies.select("body"), on="body", how="semi", maintain_order="left")

    @cached_property
    def suites(self) -> pl.DataFrame:
        """How many leaves each system serves for sure, and at most: system, leaves, most."""
        return systems.suites(self.on)

    @cached_property
    def agreed(self) -> contracts.Agreed:
        """The contracts for live systems."""
        return contracts.agreed(self.on, self.live, self.told, self.units, self.method, self.reference)

    @cached_property
    def steps(self) -> pl.DataFrame:
        """The steps of care pathways: capability, step, handoff, crossing, from_role, to_role."""
        return steps.steps(self.on, self.own_steps)

    @cached_property
    def flows(self) -> pl.DataFrame:
        """Volumes between organisations: flow, capability, step, volume, and for each level whether it stays inside."""
        return steps.flows(self.on, self.units, self.bodies["body"])

    @cached_property
    def interfaces(self) -> pl.DataFrame:
        """Tested interfaces between organisations: interface, capability (null: any), conformant."""
        return steps.interfaces(self.on, self.bodies["body"], self.live)

    def measures(self, figure: str) -> pl.DataFrame:
        """Returns the values of a figure (staff, maturity, pillar, variant): capability, body, name, value, measure."""
        return self._measures[figure]

    @cached_property
    def _measures(self) -> dict[str, pl.DataFrame]:
        scales = {key(each.name): each for each in market.load(self.reference).scales}
        read = measured.measures(self.on, self.method.measures, scales)
        mine = self.bodies.select("body")
        return {figure: table.join(mine, on="body", how="semi") for figure, table in read.items()}
