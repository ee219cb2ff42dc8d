"""Which part each organisation plays on the care pathways: as it states itself, else as its role and type surely mean.

A crosswalk row is *definite* or *by service*: a role that an organisation plays only if it runs the service is not
given to it without its own word. Regions and sub-locations are parts of a body that plays the role; they stand with it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.selector import EstateOn

STATED, DEFINITE, BY_SERVICE = "stated", "definite", "by_service"
NATIONAL = "national"
CITIZEN = "citizen"
_ODS = {
    "nhs-trust": "RO197",
    "ambulance-trust": "RO197",
    "care-trust": "RO107",
    "gp-practice": "RO76",
    "primary-care-network": "RO272",
    "pharmacy": "RO182",
    "local-authority": "RO141",
    "icb": "RO318",
    "ccg": "RO98",
    "national-body": "RO189",
    "independent-provider": "RO172",
}
"""The ODS role behind each role of an organisation's record; what has none here plays a role only if it states one."""
_TYPES = {"ambulance-trust": "Ambulance"}


def pathway_roles(on: EstateOn, reference: Path | None = None) -> pl.DataFrame:
    """Returns who plays which role: organisation (id), role, how (stated, definite or by_service), sorted.

    An organisation that states its roles has those and no other. Roles by service are what it may play: nobody pairs by
    them.
    """
    import polars as pl

    bodies = on.things("organisation").select("id", "role", "trust_type", "pathway_roles")
    told = bodies.drop_nulls("pathway_roles").select(
        pl.col("id").alias("organisation"), pl.col("pathway_roles").str.split(";").alias("role")
    )
    said = told.explode("role").with_columns(pl.col("role").str.strip_chars().str.to_lowercase())
    stated = said.filter(pl.col("role") != "").with_columns(how=pl.lit(STATED))
    found = pl.concat([stated, _meant(bodies.filter(pl.col("pathway_roles").is_null()), reference)])
    return found.unique().sort("organisation", "role", "how")


def _meant(bodies: pl.DataFrame, reference: Path | None) -> pl.DataFrame:
    """Returns what the crosswalk says of organisations by their role and type."""
    import polars as pl

    from eamap.reference import crosswalks

    table = crosswalks.load(reference).roles.drop_nulls("ods_role").filter(pl.col("how").is_in([DEFINITE, BY_SERVICE]))
    known = table.select(
        "ods_role",
        pl.col("trust_type").fill_null("").str.strip_chars().alias("type"),
        pl.col("pathway_org_type"),
        "how",
    ).unique()
    role = pl.col("role")
    told = bodies.select(
        pl.col("id").alias("organisation"),
        role.replace_strict(_ODS, default=None, return_dtype=pl.String).alias("ods_role"),
        pl.coalesce(role.replace_strict(_TYPES, default=None, return_dtype=pl.String), "trust_type")
        .fill_null("").str.strip_chars().alias("type"),
    )  # fmt: skip
    typed = told.join(known, on=["ods_role", "type"])
    return typed.select("organisation", pl.col("pathway_org_type").alias("role"), "how")
