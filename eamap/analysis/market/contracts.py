"""The contracts of an estate on a day: with whom, for whom, for which live systems, until when, and what each is worth.

A contract covers a system where it says so, else the systems of its parties that are of its product, else, where it names
no product, those of its supplier; who has a system that is covered shares the contract. A live product without contract
has one all the same: one an organisation and supplier is assumed, with whoever operates the system. In-house has none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from eamap.analysis.market.live import kinds
from eamap.interpret.contracts import contracted

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.selector import EstateOn

STATED, ASSUMED = "stated", "assumed"
_KIND = "organisation:"
_PRODUCT = "product:"


@dataclass(frozen=True, slots=True)
class Contracts:
    """The contracts that run on a day.

    ``every``: contract, basis, seller (null where nobody names one), ends, value (pence a year), driver, volume. The id of
    an assumed contract is that of its first system.
    ``covers``: capability, contract, body, system, product, supplier; ``sharers``: contract, body. ``idle``: contract, body,
    product, capability of stated contracts that cover no live system whose product is known: the product as they name it
    (null where they do not), the capability where a system without product says it.
    """

    every: pl.DataFrame
    covers: pl.DataFrame
    sharers: pl.DataFrame
    idle: pl.DataFrame

    @property
    def paid(self) -> pl.DataFrame:
        """What a body pays for a product in pence a year, a shared contract shared equally: capability, body, product, cost.

        Null where one of the contracts for it has no value.
        """
        import polars as pl

        many = self.sharers.group_by("contract").agg(sharing=pl.len())
        each = self.covers.select("capability", "contract", "body", "product").unique()
        told = each.join(self.every.select("contract", "value"), on="contract").join(many, on="contract")
        several = pl.col("product").n_unique().over("capability", "contract", "body")
        share = pl.col("value") / pl.col("sharing") / several
        known = pl.when(pl.col("share").has_nulls()).then(None).otherwise(pl.col("share").sum())
        return told.with_columns(share=share).group_by("capability", "body", "product").agg(cost=known)


def contracts(on: EstateOn, live: pl.DataFrame, reference: Path | None = None) -> Contracts:
    """Returns the contracts of an estate, and which of them are for some live systems (rows of :func:`eamap.analysis.market.live.live`)."""
    import polars as pl

    bought = live.filter(~pl.col("in_house") & pl.col("product").is_not_null())
    running = _running(contracted(on, reference), on.as_of).join(_sellers(on), on="contract", how="left")
    parties = _parties(on, running)
    stated = _covers(on, bought, running, parties)
    assumed, covers = _assumed(on, bought, stated)
    told = running.select("contract", pl.lit(STATED).alias("basis"), "seller", "ends", "value", "driver", "volume")
    sharers = pl.concat([parties, stated.select("contract", "body"), assumed.select("contract", body="holder"),
                         covers.select("contract", "body")]).unique()  # fmt: skip
    every = pl.concat([told, assumed.drop("holder")], how="diagonal")
    idle = pl.concat([_nameless(on, live), _named(on, running).join(parties, on="contract")], how="diagonal")
    mine = idle.join(running, on="contract", how="semi").join(stated, on="contract", how="anti")
    return Contracts(
        every, pl.concat([stated, covers]), sharers, mine.select("contract", "body", "product", "capability")
    )


def _running(every: pl.DataFrame, day: date) -> pl.DataFrame:
    """Returns the contracts that run on a day: their product (as it counts) and supplier as their texts name them."""
    import polars as pl

    today, starts, ends = day.isoformat(), pl.col("starts"), pl.col("ends")
    runs = (starts.is_null() | (starts <= today)) & (ends.is_null() | (last_day(ends) > today))
    return every.filter(runs).select(
        "product_id", "supplier_id", "driver", "buyer", "ends", contract="id",
        value=pl.col("revenue_per_year").cast(pl.Int64), volume=pl.col("volume").cast(pl.Float64),
    )  # fmt: skip


def last_day(day: pl.Expr) -> pl.Expr:
    """Returns the last day that a date, as exact as it is, may mean."""
    import polars as pl

    year, month = day.str.extract(r"^(\d{4})$"), day.str.extract(r"^(\d{4}-\d{2})$")
    return pl.coalesce(year + "-12-31", month + "-31", day)


def _sellers(on: EstateOn) -> pl.DataFrame:
    """Returns the supplier that is party to each contract, the first by alphabet: contract, seller."""
    import polars as pl

    links = (
        on.links("PARTY_TO").select(contract="to", seller="from").filter(pl.col("seller").str.starts_with("supplier:"))
    )
    return links.group_by("contract").agg(pl.col("seller").min()).collect()


def _parties(on: EstateOn, running: pl.DataFrame) -> pl.DataFrame:
    """Returns the organisations that are party to contracts: contract, body."""
    import polars as pl

    links = on.links("PARTY_TO").select(contract="to", body="from").filter(pl.col("body").str.starts_with(_KIND))
    buyers = running.select("contract", body="buyer").drop_nulls()
    every = pl.concat([links.collect(), buyers]).unique()
    return every.join(running.select("contract"), on="contract", how="semi")


def _covers(on: EstateOn, bought: pl.DataFrame, running: pl.DataFrame, parties: pl.DataFrame) -> pl.DataFrame:
    """Returns which contract covers which system, for each body that has it: capability, contract, body, system, product, supplier."""
    import polars as pl

    links = _links(on).join(running.select("contract"), on="contract", how="semi")
    systems = links.filter(~_of_product()).rename({"subject": "system"})
    others = running.join(systems, on="contract", how="anti").select("contract", "product_id", "supplier_id", "seller")
    counted = _named(on, others)
    nameless = others.join(counted, on="contract", how="anti")
    sold = nameless.select("contract", supplier=pl.coalesce("seller", "supplier_id")).drop_nulls()
    by_product = counted.join(parties, on="contract").join(bought, on=["body", "product"])
    by_supplier = sold.join(parties, on="contract").join(bought, on=["body", "supplier"])
    pair = ["contract", "system"]
    covered = pl.concat([systems.select(pair), by_product.select(pair), by_supplier.select(pair)]).unique()
    return bought.join(covered, on="system").select(_COVERS).unique()


def _links(on: EstateOn) -> pl.DataFrame:
    """Returns what sources say is covered by which contract: subject (a system or a product), contract."""
    return on.links("COVERED_BY").select(subject="from", contract="to").unique().collect()


def _of_product() -> pl.Expr:
    import polars as pl

    return pl.col("subject").str.starts_with(_PRODUCT)


def _named(on: EstateOn, some: pl.DataFrame) -> pl.DataFrame:
    """Returns the products that some contracts name, as they count: contract, product."""
    import polars as pl

    linked = _links(on).filter(_of_product()).join(some.select("contract"), on="contract", how="semi")
    texts = some.select("contract", instance="product_id").drop_nulls()
    named = pl.concat([linked.select("contract", instance="subject"), texts]).unique()
    return named.join(kinds(on), on="instance", how="left").select("contract", product=pl.coalesce("kind", "instance"))


def _nameless(on: EstateOn, live: pl.DataFrame) -> pl.DataFrame:
    """Returns the contracts of live systems whose product and supplier nobody names: contract, body, capability."""
    import polars as pl

    bare = live.filter(pl.col("product").is_null()).select("capability", "body", subject="system")
    return bare.join(_links(on), on="subject").select("contract", "body", "capability").unique()


_COVERS = ("capability", "contract", "body", "system", "product", "supplier")


def _assumed(on: EstateOn, bought: pl.DataFrame, covers: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Returns one contract for each operator and supplier of live products without one, and what they cover.

    A product whose supplier nobody names has one of its own. It ends when the first of its systems says so.
    """
    import polars as pl

    without = bought.join(covers, on=["capability", "body", "product"], how="anti")
    own = on.things("system").select(system="id", operator="operator", ends="contract_end")
    named = without.join(own, on="system", how="left").with_columns(
        holder=pl.coalesce("operator", "body"), side=pl.coalesce("supplier", "product")
    )
    rows = named.with_columns(contract=pl.col("system").min().over("holder", "side"))
    made = rows.group_by("contract", "holder").agg(seller=pl.col("supplier").first(), ends=pl.col("ends").min())
    return made.select("contract", "holder", pl.lit(ASSUMED).alias("basis"), "seller", "ends"), rows.select(_COVERS)
