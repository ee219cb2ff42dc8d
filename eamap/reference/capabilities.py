"""Reads the capability reference model: 10 domains, 35 groups, 91 leaves with stable ids such as ``DIA-2.1``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from eamap.reference import sets
from eamap.reference.memory import remembered

if TYPE_CHECKING:
    import polars as pl

SET = "capabilities"
LEAF_LEVEL = 3


@dataclass(frozen=True, slots=True)
class Capability:
    """One capability: what is done, never with which product or by which team."""

    id: str
    level: int
    parent: str | None
    name: str
    definition: str | None
    instances_per_org: str | None
    """one: a second live product in one organisation is duplication; many: it is not; shared: the owner is above the trust."""
    pace_layer: str | None
    national_component: str | None
    """What is run once for England today, if anything."""


@remembered
def load(folder: Path | None = None) -> Capabilities:
    """Opens the set."""
    return Capabilities(folder)


class Capabilities:
    """The model and the coded lists it is cross-mapped to."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    @cached_property
    def frame(self) -> pl.DataFrame:
        """All 136 capabilities in model order; ``level`` is a number, every other column text."""
        import polars as pl

        return sets.read(SET, "model.csv", self._folder).with_columns(pl.col("level").cast(pl.Int64))

    @cached_property
    def leaves(self) -> pl.DataFrame:
        """The 91 leaves with the id and name of their group and domain: id, name, group, group_name, domain, domain_name."""
        import polars as pl

        groups = self.frame.select(group="id", group_name="name", domain="parent")
        domains = self.frame.select(domain="id", domain_name="name")
        leaves = self.frame.filter(pl.col("level") == LEAF_LEVEL).rename({"parent": "group"})
        return leaves.join(groups, on="group", how="left", maintain_order="left").join(
            domains, on="domain", how="left", maintain_order="left"
        )

    @cached_property
    def frameworks(self) -> pl.DataFrame:
        """Codes and names of open national frameworks: framework, code, name, note, source, licence, verified."""
        return sets.read(SET, "frameworks.csv", self._folder)

    def gpit(self, table: str) -> pl.DataFrame:
        """One table of the GP IT catalogue: ``capabilities``, ``standards`` or ``standard_capability``."""
        return sets.read(SET, f"gpit_{table}.csv", self._folder)

    def get(self, identifier: str) -> Capability | None:
        """Returns the capability of an id."""
        return self._by_id.get(identifier.strip().upper())

    def is_leaf(self, identifier: str) -> bool:
        """Says whether an id is one of the 91 leaves."""
        found = self.get(identifier)
        return found is not None and found.level == LEAF_LEVEL

    def ancestors(self, identifier: str) -> tuple[str, ...]:
        """Returns the ids above a capability, nearest first."""
        found, above = self.get(identifier), []
        while found is not None and found.parent is not None:
            above.append(found.parent)
            found = self.get(found.parent)
        return tuple(above)

    def children(self, identifier: str) -> tuple[str, ...]:
        """Returns the ids directly below a capability, in model order."""
        return tuple(each.id for each in self._by_id.values() if each.parent == identifier)

    @cached_property
    def _by_id(self) -> dict[str, Capability]:
        return {
            row["id"]: Capability(
                row["id"],
                row["level"],
                row["parent"],
                row["name"],
                row["definition"],
                row["instances_per_org"],
                row["pace_layer"],
                row["national_component_today"],
            )
            for row in self.frame.iter_rows(named=True)
        }
