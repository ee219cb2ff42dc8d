"""How concentrated the supply of each capability is: at brand, and at the ultimate owner on the day.

Each organisation weighs 1, whatever its size. What is not known of owners makes an interval: its lower end takes every
supplier without a known owner for a company of its own, its upper end joins all of them to the largest known owner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.analysis.market.concentrated import concentrated
from eamap.analysis.market.holdings import EVERYTHING, Holdings
from eamap.analysis.market.live import IN_HOUSE
from eamap.analysis.market.owners import ultimate_owners

if TYPE_CHECKING:
    import polars as pl

BY = {"capability": ("capability",), "group": ("capability",), "setting": ("capability", "setting")}
"""What a row is about; for groups the holdings are by group as well."""
NOT_STATED = "not stated"
_UNKNOWN = "unknown"


def concentration(held: Holdings, by: str) -> pl.DataFrame:
    """Returns one row a capability, or capability and setting, in order of these; ``key`` names the row.

    ``n`` organisations have a known supplier, of ``live`` with a live system, of ``of`` that gave any answer. ``n_eff``,
    ``hhi`` and ``top_share`` are of suppliers; those of owners come as ``_low`` and ``_high``. ``ids`` are the systems.
    """
    import polars as pl

    group = BY[by]
    supplied = _filled(held.supplied)
    brands = concentrated(supplied, group, "supplier").rename({"kinds": "suppliers"}).drop("n")
    told = supplied.group_by(group).agg(pl.col("organisation").n_unique().cast(pl.Int64).alias("n"))
    rows = (
        _answered(held, group)
        .join(brands, on=group, how="left")
        .join(told, on=group, how="left")
        .join(_owners(held, supplied, group), on=group, how="left")
    )
    stands = held.weighed.filter("stands_in").with_columns(pl.col("setting").fill_null(NOT_STATED)).group_by(group).agg(
        pl.col("organisation").n_unique().cast(pl.Int64).alias("supplier_for_product")
    )  # fmt: skip
    rows = rows.join(stands, on=group, how="left").with_columns(
        pl.col("n", "suppliers", "owners_known", "supplier_for_product").fill_null(0)
    )
    return rows.with_columns(
        pl.concat_str([pl.col(each).str.strip_prefix("capability:") for each in group], separator=" / ").alias("key")
    ).sort(group)


def _answered(held: Holdings, group: tuple[str, ...]) -> pl.DataFrame:
    """Counts who has a live system, who says there is none, and who says something else."""
    import polars as pl

    live = _filled(held.live).group_by(group).agg(
        pl.col("organisation").n_unique().cast(pl.Int64).alias("live"), pl.col("system").unique().sort().alias("ids")
    )  # fmt: skip
    told = _filled(held.absent).group_by(group).agg(
        (pl.col("reason") == "absent").sum().cast(pl.Int64).alias("absent"), (pl.col("reason") != "absent").sum().cast(pl.Int64).alias("untold"),
        pl.col("id").sort().alias("absences"),
    )  # fmt: skip
    both = live.join(told, on=group, how="full", coalesce=True).with_columns(
        pl.col("live", "absent", "untold").fill_null(0), pl.col("ids", "absences").fill_null([])
    )
    return both.with_columns((pl.col("live") + pl.col("absent") + pl.col("untold")).alias("of"))


def _owners(held: Holdings, supplied: pl.DataFrame, group: tuple[str, ...]) -> pl.DataFrame:
    """The same measures at the ultimate owner, as intervals; ``owners_known``: suppliers whose owner is known."""
    import polars as pl

    known = ultimate_owners(held.on)
    own = pl.col("supplier").str.starts_with(IN_HOUSE)
    rows = supplied.join(known, on="supplier", how="left").with_columns(
        pl.when(own).then("supplier").otherwise("owner").alias("owner")
    )
    sold = rows.filter(~own).drop_nulls("owner").group_by(*group, "owner").agg(pl.col("weight").sum())
    largest = (
        sold.sort("weight", "owner", descending=[True, False])
        .unique(group, keep="first", maintain_order=True)
        .select(*group, largest="owner")
    )
    rows = rows.join(largest, on=group, how="left").with_columns(
        pl.coalesce("owner", "supplier").alias("apart"),
        pl.coalesce("owner", "largest", pl.lit(_UNKNOWN)).alias("joined"),
    )
    apart, joined = (concentrated(rows, group, name) for name in ("apart", "joined"))
    counted = rows.group_by(group).agg(
        pl.col("supplier").filter(pl.col("owner").is_not_null()).n_unique().cast(pl.Int64).alias("owners_known")
    )
    low = apart.select(*group, owner_hhi_low="hhi", owner_top_share_low="top_share", owner_n_eff_high="n_eff")
    high = joined.select(*group, owner_hhi_high="hhi", owner_top_share_high="top_share", owner_n_eff_low="n_eff")
    return counted.join(low, on=group).join(high, on=group)


def _filled(rows: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    return rows.with_columns(pl.col("setting").fill_null(NOT_STATED))


def shares_of(held: Holdings) -> pl.DataFrame:
    """Returns one row a capability (or group) and supplier, in order of these: who supplies how many organisations.

    Columns ``key``, ``capability``, ``supplier``, ``organisations``, ``weight`` and ``ids`` (systems).
    """
    import polars as pl

    named = held.products.drop_nulls("supplier").select("system", "supplier")
    systems = held.live.join(named, on="system").group_by("capability", "supplier").agg(
        pl.col("organisation").n_unique().cast(pl.Int64).alias("organisations"), pl.col("system").unique().sort().alias("ids")
    )  # fmt: skip
    weights = held.supplied.group_by("capability", "supplier").agg(pl.col("weight").sum())
    found = systems.join(weights, on=["capability", "supplier"], how="left")
    key = pl.concat_str(pl.col("capability").str.strip_prefix("capability:"), "supplier", separator=" / ").alias("key")
    return found.with_columns(key).sort("capability", "supplier")


def live_contracts(held: Holdings) -> pl.DataFrame:
    """Returns the contracts of the organisations in question: ``id``, ``basis``, ``supplier``, ``organisations``, ``systems``, ``ends``, ``value``.

    ``value`` is pence a year, null where none is stated; ``supplier`` is null where nobody names one. A contract without an
    end is taken to run. Of everything, those that cover nothing live are there too; of capabilities, only those for them.
    """
    import polars as pl

    found = held.contracts
    covered = found.covers.group_by("contract").agg(
        pl.col("supplier").drop_nulls().min(), pl.col("system").unique().sort().alias("systems")
    )
    mine = found.sharers.join(held.organisations.select(body="organisation"), on="body", how="semi")
    whom = mine.group_by("contract").agg(pl.col("body").unique().sort().alias("organisations"))
    rows = found.every.join(whom, on="contract").join(covered, on="contract", how="left")
    told = rows.select(
        pl.col("contract").alias("id"), "basis", pl.coalesce("seller", "supplier").alias("supplier"), "organisations",
        pl.col("systems").fill_null([]), "ends", "value",
    )  # fmt: skip
    return _asked(held, told).sort("id")


def _asked(held: Holdings, found: pl.DataFrame) -> pl.DataFrame:
    """Keeps the contracts that are about what was asked: covering a selected live system, or, but for capabilities, selected."""
    import polars as pl

    if held.selector == EVERYTHING:
        return found
    covering = pl.col("systems").list.len() > 0
    named = held.chosen.of("contract") if held.capabilities is None else pl.Series([], dtype=pl.String)
    return found.filter(covering | pl.col("id").is_in(named.implode()))


def suppliers_of(contracts: pl.DataFrame, units: pl.DataFrame) -> pl.DataFrame:
    """Returns one row a supplier with its contracts, in order of supplier.

    Columns ``supplier``, ``contracts``, ``stated``, ``assumed``, ``organisations``, ``icbs``, ``regions``, ``unplaced``
    (organisations whose board is not known), ``valued``, ``value`` (pence a year, null unless every contract states one)
    and ``ids``. ``units`` give each organisation's ``icb`` and ``region``.
    """
    import polars as pl

    rows = contracts.drop_nulls("supplier")
    whom = rows.select("supplier", "organisations").explode("organisations").unique()
    whom = whom.join(units, left_on="organisations", right_on="organisation", how="left")
    places = whom.group_by("supplier").agg(
        pl.len().cast(pl.Int64).alias("organisations"), *(pl.col(name).drop_nulls().n_unique().cast(pl.Int64).alias(f"{name}s") for name in ("icb", "region")),
        pl.col("icb").null_count().cast(pl.Int64).alias("unplaced"),
    )  # fmt: skip
    counted = rows.group_by("supplier").agg(
        pl.len().cast(pl.Int64).alias("contracts"),
        *((pl.col("basis") == word).sum().cast(pl.Int64).alias(word) for word in ("stated", "assumed")),
        value_of(), pl.col("value").count().cast(pl.Int64).alias("valued"), pl.col("id").sort().alias("ids"),
    )  # fmt: skip
    return counted.join(places, on="supplier").with_columns(pl.col("supplier").alias("key")).sort("supplier")


def value_of() -> pl.Expr:
    """What contracts are worth together in pence a year: nothing unless each of them states it."""
    import polars as pl

    return pl.when(pl.col("value").null_count() == 0).then(pl.col("value").sum()).alias("value")


def expiries(contracts: pl.DataFrame, day: str) -> pl.DataFrame:
    """Returns one row a year in which contracts end, from that of the day on, after what has ended and before what has no end.

    Columns ``key``, ``contracts``, ``stated``, ``assumed``, ``organisations``, ``suppliers``, ``value`` (pence a year, null unless each
    states one), ``valued``, ``ids``. Years in which nothing ends are there with zero.
    """
    import polars as pl

    over, year = (pl.col("ends") + "~") <= (pl.lit(day) + "~"), pl.col("ends").str.slice(0, 4)
    key = (
        pl.when(pl.col("ends").is_null())
        .then(pl.lit(NO_END))
        .when(over)
        .then(pl.lit(ENDED))
        .otherwise(year)
        .alias("key")
    )
    rows = contracts.with_columns(key)
    counted = rows.group_by("key").agg(
        pl.len().cast(pl.Int64).alias("contracts"),
        *((pl.col("basis") == word).sum().cast(pl.Int64).alias(word) for word in ("stated", "assumed")),
        pl.col("organisations").explode().n_unique().cast(pl.Int64).alias("organisations"),
        pl.col("supplier").drop_nulls().n_unique().cast(pl.Int64).alias("suppliers"),
        value_of(), pl.col("value").count().cast(pl.Int64).alias("valued"), pl.col("id").sort().alias("ids"),
    )  # fmt: skip
    years = [int(each) for each in counted["key"].to_list() if each not in (ENDED, NO_END)]
    span = range(int(day[:4]), max(years, default=int(day[:4])) + 1)
    every = pl.DataFrame({"key": [ENDED, *map(str, span), NO_END]})
    told = every.join(counted, on="key", how="left", maintain_order="left")
    return told.with_columns(
        pl.col("contracts", "stated", "assumed", "organisations", "suppliers", "valued").fill_null(0),
        pl.col("ids").fill_null([]),
    )


ENDED = "has ended"
NO_END = "no end stated"
