"""The rows of a legacy asset register: one a system, with its scores, as the risk framework lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.analysis.registers.entries import NO_PLAN, NOT_STATED
from eamap.model.support import PAST

if TYPE_CHECKING:
    import polars as pl

    from eamap.analysis.registers.debt import Register

NOT_SCORED = "not scored"
INCOMPLETE = "not complete"


def assets(register: Register, totals: pl.DataFrame, ids: pl.Series | None) -> pl.DataFrame:
    """Returns one row for each system selected: what it is, what is past its end, its scores, and what is planned.

    A total that is not complete says so; a criterion without an answer reads "not scored".
    """
    import polars as pl

    systems = register.frame("systems", ids)
    bodies = register.on.things("organisation").select(
        pl.col("id").alias("operator"), pl.col("name").alias("organisation_name")
    )
    found = systems.select(
        "id", "operator", pl.col("name").alias("system_name"), "description", pl.col("owner_role").fill_null(NOT_STATED).alias("owner")
    )  # fmt: skip
    found = found.join(bodies, on="operator", how="left", maintain_order="left")
    for each in (_components(register), _services(register), _plans(register), _assessed(register)):
        found = found.join(each, on="id", how="left", maintain_order="left")
    found = found.join(totals.rename({"system": "id"}), on="id", how="left", maintain_order="left")
    return _published(found, totals)


def _published(found: pl.DataFrame, totals: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    keys = [name for name in totals.columns if len(name) == len("L1")]
    parts = (*(f"{side}_{way}" for side in ("likelihood", "impact") for way in ("mean", "max", "total")), "overall")
    defaults = {
        "legacy_components": "none known", "services_supported": "none stated", "plan_reference": NO_PLAN,
        "treatment": NO_PLAN, "target_date": NO_PLAN, "funded": NO_PLAN, "assessed": NOT_STATED, "assessor": NOT_STATED,
    }  # fmt: skip
    return found.with_columns(
        pl.when(pl.col("plan").is_null()).then(pl.lit("no")).otherwise(pl.lit("yes")).alias("has_plan"),
        pl.lit(NOT_STATED).alias("cost_change"),
        pl.col("operator").str.strip_prefix("organisation:").alias("organisation"),
        *(pl.col(name).fill_null(word) for name, word in defaults.items()),
        *(pl.col(key).cast(pl.String).fill_null(NOT_SCORED) for key in keys),
        *(pl.col(name).cast(pl.String).fill_null(INCOMPLETE) for name in parts),
    )


def _components(register: Register) -> pl.DataFrame:
    """What of a system is past its end, each text once."""
    import polars as pl

    gone = register.judged.filter(pl.col("status").is_in(list(PAST))).drop_nulls(["system", "raw"])
    return gone.group_by(pl.col("system").alias("id")).agg(
        pl.col("raw").unique().sort().str.join("; ").alias("legacy_components")
    )


def _services(register: Register) -> pl.DataFrame:
    import polars as pl

    names = register.on.things("capability").select(pl.col("id").alias("to"), "name")
    done = register.on.links("REALISES").filter(pl.col("certainty").is_null() | (pl.col("certainty") != "possible"))
    return (
        done.select("from", "to").unique().collect().join(names, on="to", how="left")
        .group_by(pl.col("from").alias("id"))
        .agg(pl.coalesce("name", "to").sort().str.join("; ").alias("services_supported"))
    )  # fmt: skip


def _plans(register: Register) -> pl.DataFrame:
    """The earliest plan of a system or of anything it runs on."""
    import polars as pl

    packages = register.on.things("work-package").drop_nulls("system").sort("target_date", "id", nulls_last=True)
    return packages.group_by(pl.col("system").alias("id"), maintain_order=True).agg(
        pl.col("id").first().alias("plan"), pl.col("reference").first().fill_null(NOT_STATED).alias("plan_reference"),
        *(pl.col(name).first().fill_null(NOT_STATED) for name in ("treatment", "target_date", "funded")),
    )  # fmt: skip


def _assessed(register: Register) -> pl.DataFrame:
    import polars as pl

    held = register.on.things("assessment")
    return held.group_by(pl.col("system").alias("id")).agg(
        pl.col("assessed").max(), pl.col("assessor_role").drop_nulls().sort().first().alias("assessor")
    )
