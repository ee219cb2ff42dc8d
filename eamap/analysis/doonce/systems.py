"""Who has what live for which capability, and what organisations said instead of it.

In-house software is a product of its own in each organisation. Where only the supplier is known, it stands for the
product. A capability that a suite only may have is no answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.selector import EstateOn

CAPABILITY = "capability:"
_IN_USE = ("live", "retiring")
_IN_HOUSE = "product:in-house/"
_SURE = ("stated", "inferred")
LIVE, ABSENT, WITHHELD, UNKNOWN, NOT_APPLICABLE = "live", "absent", "withheld", "unknown", "not-applicable"


def live(on: EstateOn) -> pl.DataFrame:
    """Returns the systems in production use by capability and body.

    Columns: capability, body, system, product (null where neither it nor the supplier is known), supplier, in_house,
    stands_in (the supplier stands for the product), stated (not inferred), source.
    """
    import polars as pl

    using = pl.concat([on.links(name).select(body="from", system="to").collect() for name in ("OPERATES", "USES")])
    used = using.filter(pl.col("body").str.starts_with("organisation:")).unique(maintain_order=True)
    does = on.links("REALISES").filter(pl.col("certainty").is_in(_SURE)).select(
        pl.col("to").str.strip_prefix(CAPABILITY).alias("capability"), pl.col("from").alias("system"),
        (pl.col("certainty") == "stated").alias("stated"), "source",
    ).collect()  # fmt: skip
    first = does.sort("stated", descending=True, maintain_order=True).unique(
        ["capability", "system"], keep="first", maintain_order=True
    )
    named = _named(on).join(used, on="system", maintain_order="left_right")
    return first.join(named, on="system", maintain_order="left_right").select(
        "capability", "body", "system", "product", "supplier", "in_house", "stands_in", "stated", "source"
    )


def _named(on: EstateOn) -> pl.DataFrame:
    """Returns what each system in use is: system, product, supplier, in_house, stands_in."""
    import polars as pl

    things = on.things("system")
    in_use = pl.col("status").is_in(_IN_USE) & (pl.col("environment") == "production")
    systems = things.filter(in_use).select(system="id")
    instance = on.links("INSTANCE_OF").select(system="from", instance="to").unique("system", keep="first").collect()
    family = on.things("product").select("id", "family").drop_nulls()
    supplied = on.links("SUPPLIED_BY").select(subject="from", supplier="to").unique("subject", keep="first").collect()
    own = pl.col("instance").str.starts_with(_IN_HOUSE).fill_null(value=False)
    joined = systems.join(instance, on="system", how="left").join(family, left_on="instance", right_on="id", how="left")
    by_product = joined.join(supplied, left_on="instance", right_on="subject", how="left")
    both = by_product.join(supplied.rename({"supplier": "by_system"}), left_on="system", right_on="subject", how="left")
    supplier = pl.when(own).then(None).otherwise(pl.coalesce("supplier", "by_system"))
    product = pl.when(own).then("instance").otherwise(pl.coalesce(_family(), "instance"))
    return both.with_columns(product=product, supplier=supplier, in_house=own).select(
        "system", pl.coalesce("product", "supplier").alias("product"), "supplier", "in_house",
        (pl.col("product").is_null() & pl.col("supplier").is_not_null()).alias("stands_in"),
    )  # fmt: skip


def _family() -> pl.Expr:
    import polars as pl

    return pl.when(pl.col("family").is_not_null()).then("product-family:" + pl.col("family").str.to_lowercase())


def told(on: EstateOn) -> pl.DataFrame:
    """Returns what bodies said instead of a system: capability, body, answer, absence, source.

    An answer without capability or type of system is about what its source is about: every capability that the source
    states of the systems in it.
    """
    import polars as pl

    table = on.things("absence").select(
        pl.col("capability").str.strip_prefix(CAPABILITY),
        "system_type",
        "source",
        body="organisation",
        answer="reason",
        absence="id",
    )
    about = (
        on.estate.links("REALISES")
        .filter(pl.col("route") == "stated")
        .select("source", about=pl.col("to").str.strip_prefix(CAPABILITY))
    )
    bare = table.filter(pl.col("capability").is_null() & pl.col("system_type").is_null())
    spread = bare.join(about.unique(), on="source").with_columns(capability="about").select(table.columns)
    return pl.concat([table.drop_nulls("capability"), spread]).drop("system_type").sort("capability", "body", "absence")


def suites(on: EstateOn) -> pl.DataFrame:
    """Returns how many leaves each system serves: system, leaves (for sure), most (with those a suite only may have)."""
    import polars as pl

    links = on.links("REALISES").select(system="from", leaf="to", sure=pl.col("certainty").is_in(_SURE)).collect()
    return links.group_by("system").agg(
        leaves=pl.col("leaf").filter(pl.col("sure")).n_unique(), most=pl.col("leaf").n_unique()
    )
