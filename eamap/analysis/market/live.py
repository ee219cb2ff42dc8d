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
IN_HOUSE = "product:in-house/"
_SURE = ("stated", "inferred")
LIVE, ABSENT, WITHHELD, UNKNOWN, NOT_APPLICABLE = "live", "absent", "withheld", "unknown", "not-applicable"
_STRONGEST = {LIVE: 0, ABSENT: 1, WITHHELD: 2, UNKNOWN: 3, NOT_APPLICABLE: 4}
_NO_ANSWER = 5


def strength() -> pl.Expr:
    """Which of several answers of one body counts: the one with the least of this; reads the column ``answer``."""
    import polars as pl

    return pl.col("answer").replace_strict(_STRONGEST, default=_NO_ANSWER, return_dtype=pl.Int8)


def live(on: EstateOn) -> pl.DataFrame:
    """Returns the systems in production use by capability and body.

    Columns: capability, body, system, product (its family, where it is of one; null where neither it nor the supplier is
    known), supplier (the first by alphabet where a product has several), suppliers (all; for in-house the product itself),
    in_house, stands_in (the supplier stands for the product), stated (not inferred), source.
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
    named = named_systems(on).join(used, on="system", maintain_order="left_right")
    return first.join(named, on="system", maintain_order="left_right").select(
        "capability", "body", "system", "product", "supplier", "suppliers", "in_house", "stands_in", "stated", "source"
    )


def named_systems(on: EstateOn) -> pl.DataFrame:
    """Returns what each system in use is: system, instance (its product), product, supplier, suppliers, in_house, stands_in."""
    import polars as pl

    in_use = pl.col("status").is_in(_IN_USE) & (pl.col("environment") == "production")
    systems = on.things("system").filter(in_use).select(system="id")
    made = on.links("INSTANCE_OF").select(system="from", instance="to").collect()
    instance = made.sort("system", "instance").unique("system", keep="first", maintain_order=True)
    joined = systems.join(instance, on="system", how="left").join(kinds(on), on="instance", how="left")
    sold = (
        on.links("SUPPLIED_BY").group_by(subject="from").agg(pl.col("to").unique().sort().alias("suppliers")).collect()
    )
    by_product = joined.join(sold, left_on="instance", right_on="subject", how="left")
    both = by_product.join(sold.rename({"suppliers": "by_system"}), left_on="system", right_on="subject", how="left")
    own = pl.col("instance").str.starts_with(IN_HOUSE).fill_null(value=False)
    # What a body made itself is its own supplier, and has none that sells it.
    every = pl.when(own).then(pl.concat_list("instance")).otherwise(pl.coalesce("suppliers", "by_system"))
    told = both.with_columns(suppliers=every, in_house=own, product=pl.coalesce("kind", "instance"))
    supplier = pl.when(~pl.col("in_house")).then(pl.col("suppliers").list.first())
    return told.with_columns(supplier=supplier).select(
        "system", "instance", pl.coalesce("product", "supplier").alias("product"), "supplier", "suppliers", "in_house",
        (pl.col("product").is_null() & pl.col("supplier").is_not_null()).alias("stands_in"),
    )  # fmt: skip


def kinds(on: EstateOn) -> pl.DataFrame:
    """Returns what products of a family count as: instance (the product), kind (its family); in-house is of none."""
    import polars as pl

    family = on.things("product").select(instance="id", family="family").drop_nulls()
    bought = family.filter(~pl.col("instance").str.starts_with(IN_HOUSE))
    return bought.select("instance", kind="product-family:" + pl.col("family").str.to_lowercase()).unique("instance")


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
