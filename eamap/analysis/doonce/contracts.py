"""Which contracts are behind the live systems of a capability, and what each organisation pays for each product.

A contract covers a system where it says so, else the systems of its parties that are of its product, else, where it names
no product, those of its supplier. A live product with no contract has one that is assumed: one an organisation and supplier.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from eamap.interpret.contracts import contracted
from eamap.reference.doonce import Method

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.selector import EstateOn


@dataclass(frozen=True, slots=True)
class Agreed:
    """The contracts by capability, and what bodies pay.

    ``contracts``: capability, contract (null: assumed), supplier, product, cost (pounds a year, null unknown), driver,
    volume, long (null unknown), icb and region (null where its parties are not in one).
    ``paid``: capability, body, product, cost (null where one of its contracts has none).
    """

    contracts: pl.DataFrame
    paid: pl.DataFrame


def agreed(
    on: EstateOn, live: pl.DataFrame, units: pl.DataFrame, method: Method, reference: Path | None = None
) -> Agreed:
    """Returns the contracts that run on the day for live systems that are not in-house."""
    import polars as pl

    bought = live.filter(~pl.col("in_house") & pl.col("product").is_not_null())
    running = _running(contracted(on, reference), on.as_of, method.count("lockin.months"))
    parties = _parties(on, running)
    covers = _covers(on, bought, running, parties)
    sharers = pl.concat([parties, covers.select("contract", "body")]).unique()
    known = _known(covers, running, _lying(sharers, units))
    assumed = _assumed(bought, covers, units)
    return Agreed(
        pl.concat([known, assumed], how="diagonal_relaxed").sort("capability", "supplier", "contract"),
        _paid(covers, running, sharers),
    )


def _running(contracts: pl.DataFrame, day: date, months: int) -> pl.DataFrame:
    """Returns the contracts that run on a day, with ``cost`` in pounds a year and ``long``: more than some months to run."""
    import polars as pl

    today, line = day.isoformat(), _after(day, months + 1).isoformat()
    starts, ends = pl.col("starts"), pl.col("ends")
    runs = (starts.is_null() | (starts <= today)) & (ends.is_null() | (_last(ends) > today))
    first_month = pl.coalesce(ends.str.extract(r"^(\d{4}-\d{2}-\d{2})$"), ends + "-01-01", ends).str.slice(0, 10)
    surely, maybe = first_month >= line, _last(ends) >= line
    long = pl.when(surely).then(pl.lit(True)).when(~maybe).then(pl.lit(False))
    return contracts.filter(runs).select(
        "product_id", "supplier_id", "driver", "buyer", contract="id", long=long,
        cost=pl.col("revenue_per_year").cast(pl.Float64) / 100, volume=pl.col("volume").cast(pl.Float64),
    )  # fmt: skip


def _last(day: pl.Expr) -> pl.Expr:
    """Returns the last day that a date, as exact as it is, may mean."""
    import polars as pl

    year, month = day.str.extract(r"^(\d{4})$"), day.str.extract(r"^(\d{4}-\d{2})$")
    return pl.coalesce(year + "-12-31", month + "-31", day)


def _after(day: date, months: int) -> date:
    """Returns the first day on which so many whole months have passed; a day that a month lacks is its last."""
    import calendar

    place = day.year * 12 + day.month - 1 + months
    year, month = divmod(place, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _parties(on: EstateOn, running: pl.DataFrame) -> pl.DataFrame:
    """Returns the organisations that are party to contracts: contract, body."""
    import polars as pl

    links = (
        on.links("PARTY_TO")
        .select(contract="to", body="from")
        .filter(pl.col("body").str.starts_with("organisation:"))
        .collect()
    )
    buyers = running.select("contract", body="buyer").drop_nulls()
    return pl.concat([links, buyers]).unique().join(running.select("contract"), on="contract", how="semi")


def _covers(on: EstateOn, bought: pl.DataFrame, running: pl.DataFrame, parties: pl.DataFrame) -> pl.DataFrame:
    """Returns which contract covers which system for which body: capability, contract, body, product, supplier."""
    import polars as pl

    stated = (
        on.links("COVERED_BY")
        .select(system="from", contract="to")
        .filter(pl.col("system").str.starts_with("system:"))
        .collect()
    )
    stated = stated.unique().join(running.select("contract"), on="contract", how="semi")
    direct = bought.join(stated, on="system")
    others = running.join(stated.select("contract"), on="contract", how="anti").join(parties, on="contract")
    by_product = bought.join(
        others.drop_nulls("product_id"), left_on=["body", "product"], right_on=["body", "product_id"]
    )
    nameless = others.filter(pl.col("product_id").is_null()).drop_nulls("supplier_id")
    by_supplier = bought.join(nameless, left_on=["body", "supplier"], right_on=["body", "supplier_id"])
    columns = ["capability", "contract", "body", "product", "supplier"]
    return pl.concat([each.select(columns) for each in (direct, by_product, by_supplier)]).unique()


def _lying(sharers: pl.DataFrame, units: pl.DataFrame) -> pl.DataFrame:
    """Returns the one unit all parties of a contract lie in: contract, icb, region; null where there is no one."""
    import polars as pl

    def one(name: str) -> pl.Expr:
        return (
            pl.when((pl.col(name).n_unique() == 1) & ~pl.col(name).has_nulls()).then(pl.col(name).first()).alias(name)
        )

    placed = sharers.join(units, on="body", how="left")
    return placed.group_by("contract").agg(one("icb"), one("region"))


def _known(covers: pl.DataFrame, running: pl.DataFrame, lying: pl.DataFrame) -> pl.DataFrame:
    """Returns the contracts by capability, each once; its supplier is its own, else that of what it covers."""
    import polars as pl

    each = covers.group_by("capability", "contract").agg(
        pl.col("product").min(), of_product=pl.col("supplier").drop_nulls().min()
    )
    told = each.join(running, on="contract").join(lying, on="contract", how="left")
    return told.select(
        "capability", "contract", pl.coalesce("supplier_id", "of_product", "product").alias("supplier"), "product", "cost",
        "driver", "volume", "long", "icb", "region",
    )  # fmt: skip


def _assumed(bought: pl.DataFrame, covers: pl.DataFrame, units: pl.DataFrame) -> pl.DataFrame:
    """Returns one contract for each body and supplier of which none is known: its cost, end and driver are not known."""
    import polars as pl

    without = bought.join(covers, on=["capability", "body", "product"], how="anti").with_columns(
        pl.coalesce("supplier", "product").alias("supplier")
    )
    held = covers.with_columns(pl.coalesce("supplier", "product").alias("supplier"))
    one = (
        without.join(held, on=["capability", "body", "supplier"], how="anti")
        .group_by("capability", "body", "supplier")
        .agg(pl.col("product").min())
    )
    return one.join(units, on="body", how="left").drop("body").with_columns(contract=pl.lit(None, dtype=pl.String))


def _paid(covers: pl.DataFrame, running: pl.DataFrame, sharers: pl.DataFrame) -> pl.DataFrame:
    """Returns what a body pays for a product a year, a shared contract shared equally: capability, body, product, cost."""
    import polars as pl

    many = sharers.group_by("contract").agg(sharing=pl.len())
    told = covers.join(running.select("contract", "cost"), on="contract").join(many, on="contract")
    several = pl.col("product").n_unique().over("capability", "contract", "body")
    share = pl.col("cost") / pl.col("sharing") / several
    known = pl.when(pl.col("share").has_nulls()).then(None).otherwise(pl.col("share").sum())
    return told.with_columns(share=share).group_by("capability", "body", "product").agg(cost=known)
