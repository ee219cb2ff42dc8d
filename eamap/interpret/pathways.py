"""The care pathways as things: their steps in order, and what each step asks for.

What sources state of pathways of the estate's own stands beside those of the reference data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.interpret.shapes import CITATION, as_links, as_things, beside, by_reference
from eamap.model.ids import key_parts

if TYPE_CHECKING:
    import polars as pl

    from eamap.interpret.ground import Ground
    from eamap.interpret.tables import Maker
    from eamap.reference.pathways import Pathways


def pathway_tables(ground: Ground) -> dict[str, Maker]:
    """Returns how to make each table about pathways."""
    return {
        "things/pathway": lambda: beside(_own_pathways(ground), _pathways(ground)),
        "things/step": lambda: beside(_own_steps(ground), _steps(ground)),
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
    return as_things("step", frame.with_columns(**by_reference("pathways", "step")))


def _own_steps(ground: Ground) -> pl.DataFrame:
    """The steps that sources state, with the id of their pathway."""
    import polars as pl

    stated = ground.estate.things("step")
    ids = pl.lit("pathway:") + key_parts(stated["pathway"])
    return as_things("step", stated.with_columns(pathway=ids))


def _own_pathways(ground: Ground) -> pl.DataFrame:
    """The pathways of the steps that sources state; each is called what its first step calls it."""
    import polars as pl

    stated = ground.estate.things("step")
    named = stated.with_columns(id=_own_steps(ground)["pathway"], name=pl.col("pathway"))
    counts = named.group_by("id", maintain_order=True).agg(
        pl.col("name").first(), pl.len().alias("steps"), (pl.col("handoff") == "yes").sum().alias("handoffs"),
        pl.col(*CITATION).first(),
    )  # fmt: skip
    return as_things("pathway", counts, "steps", "handoffs")


def _has_step(ground: Ground) -> pl.DataFrame:
    import polars as pl

    steps = _reference(ground).steps
    frame = steps.select(_id("pathway", "pathway").alias("from"), _id("step", "id").alias("to"), "order")
    own = _own_steps(ground).select(pl.col("pathway").alias("from"), pl.col("id").alias("to"), "order", *CITATION)
    told = as_links("HAS_STEP", frame.with_columns(**by_reference("pathways", "step")))
    return pl.concat([as_links("HAS_STEP", own), told])


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
    stated = as_links("REQUIRES", ground.estate.links("REQUIRES"))
    return pl.concat([stated, *(as_links("REQUIRES", table) for table in tables)])


def _id(kind: str, column: str) -> pl.Expr:
    import polars as pl

    return (pl.lit(f"{kind}:") + pl.col(column)).alias(column)
