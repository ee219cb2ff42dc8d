"""The contracts behind each capability, as conditions A and K3 ask for them, and what each organisation pays for each product."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from eamap.analysis.market.contracts import STATED, Contracts, contracts, last_day
from eamap.analysis.market.live import ABSENT, UNKNOWN, WITHHELD, strength
from eamap.reference.doonce import Method

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.selector import EstateOn

_PENCE = 100


@dataclass(frozen=True, slots=True)
class Agreed:
    """The contracts by capability, and what bodies pay.

    ``contracts``: capability, contract (null: assumed), supplier, product, cost (pounds a year, null unknown), driver,
    volume, long (null unknown), unanswered (only organisations have it that do not say what they have), icb and region (null
    where its parties are not in one).
    ``paid``: capability, body, product, cost (null where one of its contracts has none).
    """

    contracts: pl.DataFrame
    paid: pl.DataFrame


def agreed(
    on: EstateOn,
    live: pl.DataFrame,
    told: pl.DataFrame,
    units: pl.DataFrame,
    method: Method,
    reference: Path | None = None,
) -> Agreed:
    """Returns the contracts that run on the day for live systems that are not in-house.

    Where an organisation's answer (``told``) is unknown or withheld, a contract that it is known to have counts all the same.
    """
    import polars as pl

    found = contracts(on, live, reference)
    found = replace(found, covers=pl.concat([found.covers, _unanswered(found, live, told)], how="diagonal"))
    rows = _by_capability(found, on.as_of, method.count("lockin.months")).join(
        _lying(found, units), on="contract", how="left"
    )
    stated = pl.when(pl.col("basis") == STATED).then("contract").alias("contract")
    paid = found.paid.with_columns(pl.col("cost") / _PENCE)
    return Agreed(rows.sort("capability", "supplier", "contract").with_columns(stated).drop("basis"), paid)


def _by_capability(found: Contracts, day: date, months: int) -> pl.DataFrame:
    """Returns the contracts by capability, each once; its supplier is its own, else that of what it covers, else the product, else itself.

    ``long`` says whether it has more than some months to run.
    """
    import polars as pl

    line, ends = _after(day, months + 1).isoformat(), pl.col("ends")
    first_day = pl.coalesce(ends.str.extract(r"^(\d{4}-\d{2}-\d{2})$"), ends + "-01-01", ends).str.slice(0, 10)
    long = pl.when(first_day >= line).then(pl.lit(True)).when(last_day(ends) < line).then(pl.lit(False))
    each = found.covers.group_by("capability", "contract").agg(
        pl.col("product").min(),
        of_product=pl.col("supplier").drop_nulls().min(),
        unanswered=pl.col("system").is_null().all(),
    )
    return each.join(found.every, on="contract").select(
        "capability", "contract", "basis", pl.coalesce("seller", "of_product", "product", "contract").alias("supplier"), "product",
        "driver", "volume", "unanswered", cost=pl.col("value").cast(pl.Float64) / _PENCE, long=long,
    )  # fmt: skip


def _unanswered(found: Contracts, live: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """Returns what contracts cover of organisations that do not say what they have: capability, contract, body, product, supplier.

    What a product is for is what others have it live for. A contract is a fact of its own: without this, an answer that
    becomes unknown would take the money and the number of contracts away with it, as though they were nothing.
    """
    import polars as pl

    place = ["capability", "body"]
    answered = told.sort(strength(), maintain_order=True).unique(place, keep="first")
    silent = answered.filter(pl.col("answer").is_in([UNKNOWN, WITHHELD])).select(place)
    bare = live.filter(pl.col("product").is_null()).select(place)
    denied = answered.filter(pl.col("answer") == ABSENT)
    has = live.filter(pl.col("product").is_not_null())
    open_ones = pl.concat([silent, bare]).unique().join(has, on=place, how="anti").join(denied, on=place, how="anti")
    used = has.filter(~pl.col("in_house")).group_by("capability", "product").agg(pl.col("supplier").min())
    by_product = found.idle.filter(pl.col("capability").is_null()).drop("capability").join(used, on="product")
    by_system = found.idle.drop_nulls("capability")
    return pl.concat([by_product, by_system], how="diagonal").join(open_ones, on=place, how="semi")


def _after(day: date, months: int) -> date:
    """Returns the first day on which so many whole months have passed; a day that a month lacks is its last."""
    import calendar

    place = day.year * 12 + day.month - 1 + months
    year, month = divmod(place, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _lying(found: Contracts, units: pl.DataFrame) -> pl.DataFrame:
    """Returns the one unit all parties of a contract lie in: contract, icb, region; null where there is no one."""
    import polars as pl

    def one(name: str) -> pl.Expr:
        return (
            pl.when((pl.col(name).n_unique() == 1) & ~pl.col(name).has_nulls()).then(pl.col(name).first()).alias(name)
        )

    placed = found.sharers.join(units, on="body", how="left")
    return placed.group_by("contract").agg(one("icb"), one("region"))
