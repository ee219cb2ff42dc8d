"""The debt register rolled up: by organisation, system, capability, supplier, or product and release.

An item of several capabilities counts for each of them; a work package, and a proof of extended support, once in each
group. A sum is of what work packages state, and beside it stands of how many items a cost is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.analysis.registers.debt import COSTS
from eamap.interpret.risk_decisions import HELD

if TYPE_CHECKING:
    import polars as pl

    from eamap.analysis.registers.debt import Register

BY = ("org", "system", "capability", "supplier", "product")
_KEYS = {"org": "operator", "system": "system", "supplier": "system_supplier", "product": "release"}


def keyed(rows: pl.DataFrame, by: str) -> pl.DataFrame:
    """Returns rows with ``key``, the group each is of; a row of several groups comes several times."""
    import polars as pl

    if by == "capability":
        # A row without any stays, in the group of what is not known: exploding would drop it.
        stated = pl.when(pl.col("capabilities").list.len() > 0).then("capabilities")
        return rows.with_columns(stated.alias("key")).explode("key")
    if by == "product":
        rows = rows.with_columns(pl.concat_str("product", "cycle", separator=":").alias("release"))
    return rows.with_columns(pl.col(_KEYS[by]).alias("key"))


def grouped(register: Register, items: pl.DataFrame, judged: pl.DataFrame, by: str) -> pl.DataFrame:
    """Returns one row a group: key, name, counts of items, what is shared, and the sums of the costs (null: none stated).

    ``judged`` are the components of the same selection, whatever their support: ``of`` says how many of each group.
    """
    import polars as pl

    rows = keyed(items, by)
    counted = rows.group_by("key").agg(
        pl.len().cast(pl.Int64).alias("items"),
        *((pl.col("state") == word).sum().cast(pl.Int64).alias(name) for name, word in (("past", "past"), ("near", "near"))),
        pl.col("days_past").max().alias("longest_past"),
        pl.col("operator").drop_nulls().n_unique().cast(pl.Int64).alias("organisations"),
        pl.col("system").drop_nulls().n_unique().cast(pl.Int64).alias("systems"),
        pl.col("entitlement").drop_nulls().n_unique().cast(pl.Int64).alias("entitlements"),
        *(pl.col(name).sum().cast(pl.Int64).alias(alias) for name, alias in (("mitigated", "mitigated"), ("has_plan", "planned"), ("costed", "costed"))),
        (pl.col("funded") == "yes").sum().cast(pl.Int64).alias("funded"),
        (pl.col("plan_state") == "past its date").sum().cast(pl.Int64).alias("overdue"),
        (pl.col("acceptance_state") == HELD).sum().cast(pl.Int64).alias("accepted"),
        pl.col("label").drop_nulls().first(),
        pl.col("id").min().alias("example"),
    )  # fmt: skip
    every = keyed(register.with_groups(judged), by).group_by("key").agg(pl.len().cast(pl.Int64).alias("of"))
    counted = counted.join(every, on="key", how="left", nulls_equal=True)
    found = counted.join(_sums(register, rows), on="key", how="left", nulls_equal=True)
    return _named(register, found, by).sort("key", nulls_last=True)


def _sums(register: Register, rows: pl.DataFrame) -> pl.DataFrame:
    """Adds up the work packages of each group, each once."""
    plans = register.plans_of_items.select("id", "plan", *COSTS)
    each = rows.select("key", "id").join(plans, on="id", how="inner").unique(["key", "plan"])
    return each.group_by("key").agg(total(name) for name in COSTS)


def total(name: str) -> pl.Expr:
    """The sum of what is stated; nothing where nothing is, because nothing stated is not a cost of nothing."""
    import polars as pl

    return pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name)


def totals(register: Register, items: pl.DataFrame) -> dict[str, int | None]:
    """Returns the sum of each cost over the work packages of some items, each once."""
    plans = register.plans_of_items.join(items.select("id"), on="id", how="semi").unique("plan")
    row = plans.select(total(name) for name in COSTS).row(0)
    return dict(zip(COSTS, row, strict=True))


def _named(register: Register, found: pl.DataFrame, by: str) -> pl.DataFrame:
    import polars as pl

    if by == "product":
        return found.with_columns(pl.col("label").alias("name"))
    if by == "supplier":
        return found.with_columns(pl.col("key").alias("name"))
    kind = {"org": "organisation"}.get(by, by)
    names = register.on.things(kind).select(pl.col("id").alias("key"), "name")
    return found.join(names, on="key", how="left")
