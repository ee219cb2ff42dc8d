"""Reads the care pathways: ordered steps with their hand-offs, capabilities, standards and national services."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from eamap.reference import sets
from eamap.reference.memory import remembered

if TYPE_CHECKING:
    import polars as pl

SET = "pathways"


@remembered
def load(folder: Path | None = None) -> Pathways:
    """Opens the set."""
    return Pathways(folder)


class Pathways:
    """Eight pathways; a step's id is ``P1/2``: the pathway and its place in the order."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    @cached_property
    def steps(self) -> pl.DataFrame:
        """One row a step: id, pathway, pathway_name, order, name, from_role, to_role, handoff (bool), payload, crossing (L, M or H)."""
        import polars as pl

        return self._raw.select(
            _step_id(),
            pathway="pathway_id",
            pathway_name="pathway",
            order=pl.col("step").cast(pl.Int64),
            name="step_name",
            from_role="from_org_type",
            to_role="to_org_type",
            handoff=pl.col("handoff") == "Y",
            payload="payload",
            crossing="cross_ics_typical_LMH",
        )

    @cached_property
    def pathways(self) -> pl.DataFrame:
        """One row a pathway: id, name, steps, handoffs."""
        import polars as pl

        return self.steps.group_by(id="pathway", name="pathway_name", maintain_order=True).agg(
            steps=pl.len(), handoffs=pl.col("handoff").sum()
        )

    @cached_property
    def capabilities(self) -> pl.DataFrame:
        """What each step needs: step, capability."""
        return self._exploded("capability_ids", "capability")

    @cached_property
    def standards(self) -> pl.DataFrame:
        """What each step names as a standard, in its own words: step, text. The crosswalk says what a text means."""
        return self._exploded("standards", "text")

    @cached_property
    def services(self) -> pl.DataFrame:
        """What each step names as a national service, in its own words: step, text."""
        return self._exploded("national_services", "text")

    @cached_property
    def _raw(self) -> pl.DataFrame:
        return sets.read(SET, "steps.csv", self._folder)

    def _exploded(self, column: str, name: str) -> pl.DataFrame:
        import polars as pl

        values = pl.col(column).str.split(";").alias(name)
        return (
            self._raw.select(_step_id().alias("step"), values)
            .explode(name)
            .with_columns(pl.col(name).str.strip_chars())
            .filter(pl.col(name).is_not_null() & (pl.col(name) != ""))
        )


def _step_id() -> pl.Expr:
    import polars as pl

    return pl.concat_str("pathway_id", "step", separator="/").alias("id")
