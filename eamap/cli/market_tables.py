"""The tables about the market by name: how each is made, and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from eamap.cli.market import Asked, Table

if TYPE_CHECKING:
    import polars as pl

Totals = Mapping[str, "tuple[pl.Series, pl.Series]"]


def _concentration(asked: Asked) -> pl.DataFrame:
    from eamap.analysis.suppliers import concentration

    return concentration(asked.held, asked.options.get("by", "capability"))


def _supplied(asked: Asked) -> Totals:
    held = asked.held
    live = held.live["organisation"].unique().sort()
    systems = held.live["system"].unique().sort()
    named = systems.filter(systems.is_in(held.products.drop_nulls("supplier")["system"].implode()))
    known = held.supplied["organisation"].unique().sort()
    answered = _joined(live, held.absent["organisation"])
    return {
        "organisations with a live system": (live, answered),
        "organisations with a known supplier": (known, live),
        "live systems with a known supplier": (named, systems),
    }


def _joined(*columns: pl.Series) -> pl.Series:
    import polars as pl

    return pl.concat([each.alias("id") for each in columns]).unique().sort()


def _contracts(asked: Asked) -> pl.DataFrame:
    from eamap.analysis.suppliers import suppliers_of

    return suppliers_of(asked.contracts, asked.units)


def _contracted(asked: Asked) -> Totals:
    import polars as pl

    every = asked.contracts
    parts = {
        "contracts on record": pl.col("basis") == "stated",
        "contracts with a value": pl.col("value").is_not_null(),
        "contracts with an end": pl.col("ends").is_not_null(),
        "contracts with a known supplier": pl.col("supplier").is_not_null(),
    }
    return {name: (every.filter(test)["id"], every["id"]) for name, test in parts.items()}


def _expiries(asked: Asked) -> pl.DataFrame:
    from eamap.analysis.suppliers import expiries

    return expiries(asked.contracts, asked.opened.reading.as_of.isoformat())


def _converged(asked: Asked) -> pl.DataFrame:
    from eamap.analysis.convergence import converged, inside

    icb = asked.options.get("ics")
    return inside(asked.held, asked.units, f"organisation:{icb}") if icb else converged(asked.held, asked.units)


def _placed(asked: Asked) -> Totals:
    import polars as pl

    live = (
        asked.held.live.select("organisation")
        .unique()
        .join(asked.units, on="organisation", how="left")
        .sort("organisation")
    )
    icb = asked.options.get("ics")
    mine = pl.col("icb") == f"organisation:{icb}" if icb else pl.col("icb").is_not_null()
    here = live.filter(mine)
    named = here.join(asked.held.weighed.select("organisation").unique(), on="organisation", how="semi")
    return {
        f"organisations in {icb or 'a known ICS'} with a live system": (here["organisation"], live["organisation"]),
        "of these with a known product or supplier": (named["organisation"], here["organisation"]),
    }


TABLES: dict[str, Table] = {
    "suppliers": Table(_concentration, _supplied, "who supplies a capability to how many organisations", "supplier"),
    "suppliers contracts": Table(_contracts, _contracted, "the contracts with a supplier that run on the day"),
    "suppliers expiries": Table(_expiries, _contracted, "the contracts that end in a year", "ends"),
    "converge": Table(_converged, _placed, "whether an ICS has the same, against chance", "product"),
}
"""Every table by its name, whose first word is the command."""
