"""The care pathways as things: their steps in order, and what each step asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.interpret.shapes import as_links, as_things, beside, by_reference

if TYPE_CHECKING:
    import polars as pl

    from eamap.interpret.ground import Ground
    from eamap.interpret.tables import Maker
    from eamap.reference.pathways import Pathways

_STEP = ("pathway", "order", "from_role", "to_role", "handoff", "payload", "crossing")


def pathway_tables(ground: Ground) -> dict[str, Maker]:
    """Returns how to make each table about pathways."""
    return {
        "things/pathway": lambda: beside(ground.estate.things("pathway"), _pathways(ground)),
        "things/step": lambda: beside(ground.estate.things("step"), _steps(ground)),
        "links/HAS_STEP": lambda: _has_step(ground),
        "links/REQUIRES": lambda: _requires(ground),
    }


def _reference(ground: Ground) -> Pathways:
    from eamap.reference import pathways

    return pathways.load(ground.reference)


def _pathways(ground: Ground) -> pl.DataFrame:
    frame = _reference(ground).pathways.select(_id("pathway", "id"), "name", "steps", "handoffs")
    return as_things("pathway", frame.with_columns(**by_reference("pathways", "pathway")), "steps", "handoffs")


def _steps(ground: Ground) -> pl.DataFrame:
    import polars as pl

    handoff = pl.when("handoff").then(pl.lit("yes")).otherwise(pl.lit("no")).alias("handoff")
    frame = _reference(ground).steps.with_columns(_id("step", "id"), _id("pathway", "pathway"), handoff)
    return as_things("step", frame.with_columns(**by_reference("pathways", "step")), *_STEP)


def _has_step(ground: Ground) -> pl.DataFrame:
    steps = _reference(ground).steps
    frame = steps.select(_id("pathway", "pathway").alias("from"), _id("step", "id").alias("to"), "order")
    return as_links("HAS_STEP", frame.with_columns(**by_reference("pathways", "step")))


def _requires(ground: Ground) -> pl.DataFrame:
    """What each step asks for; the words for a standard mean what the crosswalk of pathway texts says."""
    import polars as pl

    from eamap.reference import crosswalks

    reference = _reference(ground)
    meant = crosswalks.load(ground.reference).pathway_standards.drop_nulls("registry_id")
    capabilities = reference.capabilities.select(
        _id("step", "step").alias("from"), _id("capability", "capability").alias("to")
    )
    standards = reference.standards.join(meant, on="text", maintain_order="left_right")
    standards = standards.select(_id("step", "step").alias("from"), _id("standard", "registry_id").alias("to"))
    tables = (
        capabilities.unique(maintain_order=True).with_columns(**by_reference("pathways", "step")),
        standards.unique(maintain_order=True).with_columns(**by_reference("crosswalks", "pathway-standards")),
    )
    return pl.concat([as_links("REQUIRES", table) for table in tables])


def _id(kind: str, column: str) -> pl.Expr:
    import polars as pl

    return (pl.lit(f"{kind}:") + pl.col(column)).alias(column)
