"""What policy judges: a statement, what it claims, the day, and what an inventory says about the interface."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from eamap.conformance.canonical import Canonical, is_nhs, parsed
from eamap.conformance.detection import Claim, claims, core_release
from eamap.conformance.ukcore import Core
from eamap.fhir.declared import Statement
from eamap.fhir.problems import Layer, Level, Problem
from eamap.reference import profiles
from eamap.reference.profiles import Profiles


@dataclass(frozen=True, slots=True)
class Inventory:
    """What a row of an inventory says about an interface, in its own words; ``None`` where it says nothing.

    ``standard`` is an id, a title or an alias of the registry, several joined by ``;``.
    """

    protocol: str | None = None
    fhir_version: str | None = None
    standard: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class Subject:
    """One statement under judgement; what several rules ask is worked out once."""

    statement: Statement
    as_of: date
    reference: Path | None
    inventory: Inventory | None
    stale_after: int
    """Months."""
    claimed: tuple[Claim, ...] | None = None

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """What the statement claims."""
        return self.claimed if self.claimed is not None else claims(self.statement, self.reference)

    @cached_property
    def profiles(self) -> Profiles:
        """The profiles that are known."""
        return profiles.load(self.reference)

    @cached_property
    def core(self) -> Core:
        """Which release of UK Core its profiles show."""
        return core_release(self.statement, self.reference)

    @cached_property
    def canonicals(self) -> tuple[Canonical, ...]:
        """Its profiles without repetition, in the order of the document."""
        return tuple(dict.fromkeys(parsed(fact.value) for fact in self.statement.every_profile))

    @property
    def requirements(self) -> bool:
        """Whether it states what a system has to do, and not what one does."""
        return self.statement.kind == "requirements"

    @cached_property
    def english(self) -> bool:
        """Whether the interface is one of the NHS in England: an inventory has it, or its addresses, profiles or claims say so."""
        found = self.statement
        addresses = [found.url, found.implementation_url, *(fact.value for fact in found.endpoints)]
        return (
            self.inventory is not None
            or bool(self.claims)
            or any(is_nhs(each) for each in addresses)
            or any(is_nhs(each.url) for each in self.canonicals)
        )

    def problem(self, finding: str, rule: str, level: Level, message: str, pointer: str = "", fix: str = "") -> Problem:
        """Returns a finding of layer policy; ``pointer`` starts at the root of the statement."""
        return Problem(Layer.POLICY, f"policy:{rule}", message, self.statement.base + pointer, level, finding, fix)
