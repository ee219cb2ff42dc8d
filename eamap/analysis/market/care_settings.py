"""Of which type organisations are, and which care settings they are in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from eamap.reference import crosswalks, organisations

if TYPE_CHECKING:
    import polars as pl

_OF_ROLE = {"gp-practice": "primary", "icb": "system_icb", "sub-icb": "system_icb", "ccg": "system_icb", "region": "national",
            "national-body": "national", "ambulance-trust": "ambulance", "local-authority": "social_care", "pharmacy": "pharmacy",
            "pathology-network": "pathology_network", "imaging-network": "diagnostic_network"}  # fmt: skip
"""The organisation type of care pathways that a role alone settles."""
_CARE_SETTINGS = {"ambulance": "urgent_ambulance", "iuc_111": "urgent_ambulance"}
"""Types of care pathways by the name that the capability model has for their setting, where the two differ."""


def typed(mine: pl.DataFrame, reference: Path | None = None) -> pl.DataFrame:
    """Returns the type of each body, as stated or as ODS lists it, else its role: body, code, type, settings (that follow from it).

    ``mine`` has the columns body, code, role, trust_type and pathway_roles.
    """
    import polars as pl

    listed = organisations.load(reference).frame.select("code", listed="trust_type").drop_nulls().unique("code")
    typed = mine.join(listed, on="code", how="left", maintain_order="left").with_columns(
        type=pl.coalesce("trust_type", "listed").str.strip_chars().fill_null(pl.col("role"))
    )
    sure = crosswalks.load(reference).roles.filter((pl.col("how") == "definite") & pl.col("trust_type").is_not_null())
    by_type = sure.group_by(_folded("trust_type").alias("folded")).agg(
        pl.col("pathway_org_type").unique().sort().alias("of_type")
    )
    stated = pl.col("pathway_roles").str.split(";").list.eval(pl.element().str.strip_chars())
    by_role = pl.col("role").replace_strict(_OF_ROLE, default=None, return_dtype=pl.String)
    roles = pl.coalesce(stated, "of_type", pl.when(by_role.is_not_null()).then(pl.concat_list(by_role)))
    found = typed.with_columns(_folded("type").alias("folded")).join(
        by_type, on="folded", how="left", maintain_order="left"
    )
    settings = roles.list.eval(pl.element().replace(_CARE_SETTINGS)).fill_null([])
    return found.select("body", "code", "type", settings=settings)


def _folded(column: str) -> pl.Expr:
    import polars as pl

    return pl.col(column).str.strip_chars().str.to_lowercase()


def in_setting(every: pl.DataFrame, setting: str) -> pl.DataFrame:
    """Returns the organisations of a setting: a type as stated ("Mental Health"), else a care setting ("mental_health")."""
    import polars as pl

    if not setting:
        return every
    wanted = setting.strip().lower()
    by_type = every.filter(_folded("type") == wanted)
    return by_type if by_type.height else every.filter(pl.col("settings").list.contains(wanted.replace(" ", "_")))
