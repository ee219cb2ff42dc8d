"""The tables about the market by name: how each is made, and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from eamap.cli.market.asked import Asked, Table

if TYPE_CHECKING:
    import polars as pl

    from eamap.cli.opening import Opened

Totals = Mapping[str, "tuple[pl.Series, pl.Series]"]


def _concentration(asked: Asked) -> pl.DataFrame:
    from eamap.analysis.market.suppliers import concentration

    return concentration(asked.held, asked.options.get("by", "capability"))


def _shares(asked: Asked) -> pl.DataFrame:
    from eamap.analysis.market.suppliers import shares_of

    return shares_of(asked.held)


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
    from eamap.analysis.market.suppliers import suppliers_of

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
    from eamap.analysis.market.suppliers import expiries

    return expiries(asked.contracts, asked.opened.reading.as_of.isoformat())


def _converged(asked: Asked) -> pl.DataFrame:
    from eamap.analysis.market.arrangements import Orders
    from eamap.analysis.market.convergence import converged, inside
    from eamap.reference import doonce

    icb, orders = asked.options.get("ics"), Orders(doonce.load(asked.opened.reference).count("permutations"))
    if icb:
        return inside(asked.held, asked.units, f"organisation:{icb}", orders)
    return converged(asked.held, asked.units, orders)


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
        "with a known product or supplier, among these": (named["organisation"], here["organisation"]),
    }


def _scores(asked: Asked) -> pl.DataFrame:
    from eamap.analysis.market.maturity import scores
    from eamap.reference import market

    return scores(asked.opened.on, asked.placed["organisation"], market.load(asked.opened.reference))


def _matured(asked: Asked) -> pl.DataFrame:
    import polars as pl

    from eamap.analysis.market.figures import open_trusts
    from eamap.analysis.market.maturity import EVERYWHERE, spread

    trusts = asked.placed.filter(
        pl.col("organisation").is_in(open_trusts(asked.opened.on, asked.placed["organisation"]).implode())
    )
    unit = pl.col("icb").str.strip_prefix("organisation:") if asked.options.get("by") == "ics" else pl.lit(EVERYWHERE)
    return spread(_scores(asked), trusts.select("organisation", unit.alias("unit")))


def _assessed(asked: Asked) -> Totals:
    from eamap.analysis.market.figures import open_trusts

    trusts = open_trusts(asked.opened.on, asked.placed["organisation"])
    found = _scores(asked)
    some = found["organisation"].unique().sort()
    return {
        "trusts with any figure": (some, trusts),
        "scores that cannot be read": (found.filter("outside")["id"], found["id"]),
    }


def _spent(asked: Asked) -> pl.DataFrame:
    import polars as pl

    from eamap.analysis.market.spend import against_lines, spending, spending_of_units
    from eamap.reference import market

    lines = market.load(asked.opened.reference)
    rows = spending(asked.opened.on, asked.placed["organisation"], lines)
    if (by := asked.options.get("by")) in ("ics", "all"):
        unit = pl.col("icb") if by == "ics" else pl.lit("all")
        rows = spending_of_units(rows, asked.units.select("organisation", unit.alias("unit"))).rename(
            {"unit": "organisation"}
        )
    key = pl.col("organisation").str.strip_prefix("organisation:").fill_null("no known ICS").alias("key")
    return rows.with_columns(key, against_lines(lines))


def _accounted(asked: Asked) -> Totals:
    import polars as pl

    from eamap.analysis.market.spend import WHOLE, spending
    from eamap.reference import market

    rows = spending(asked.opened.on, asked.placed["organisation"], market.load(asked.opened.reference))
    shared = rows.drop_nulls("share")
    every = rows["organisation"]
    return {
        "trusts with a total": (rows.drop_nulls("total")["organisation"], every),
        "trusts with any IT spend and a total": (shared["organisation"], every),
        "trusts that state capital and revenue": (shared.filter(pl.col("basis") == WHOLE)["organisation"], every),
    }


def _peers(asked: Asked) -> pl.DataFrame:
    from eamap.analysis.market.peers import Evidence, peers
    from eamap.cli.support.components import standing_of

    opened = asked.opened
    table = standing_of(opened).table.select("system", "status", component="id").drop_nulls("system")
    organisation = asked.options.get("org")
    evidence = Evidence(table, _interfaces(opened), _scores(asked))
    return peers(asked.held, evidence, f"organisation:{organisation}" if organisation else None)


def _interfaces(opened: Opened) -> pl.DataFrame:
    """Returns the interfaces of systems and how each stands to the standard it claims: system, interface, status."""
    import polars as pl

    from eamap.cli.judging import judged
    from eamap.maps.conformance import CHECKS, statuses

    exposed = (
        opened.on.links("EXPOSES")
        .filter(pl.col("from").str.starts_with("system:"))
        .select(system="from", interface="to")
        .unique()
        .collect()
    )
    found = statuses(opened.on, exposed["interface"], judged(opened, CHECKS).table)
    status = pl.DataFrame(
        {"interface": list(found), "status": [str(each) for each in found.values()]},
        schema=dict.fromkeys(("interface", "status"), pl.String),
    )
    return exposed.join(status, on="interface", how="left").with_columns(
        pl.col("status").fill_null("no standard claimed")
    )


def _answering(asked: Asked) -> Totals:
    import polars as pl

    live = asked.held.live["organisation"].unique().sort()
    answered = _joined(live, asked.held.absent["organisation"])
    rows = _peers(asked)
    ids = pl.Series("id", rows["organisation"].to_list(), dtype=pl.String)
    return {"organisations with a live system": (live, answered), "peers among these": (ids, live)}


TABLES: dict[str, Table] = {
    "suppliers": Table(_concentration, _supplied, "who supplies a capability to how many organisations", "supplier"),
    "suppliers shares": Table(_shares, _supplied, "how many organisations have a supplier's live systems", "supplier"),
    "suppliers contracts": Table(_contracts, _contracted, "the contracts with a supplier that run on the day"),
    "suppliers expiries": Table(_expiries, _contracted, "the contracts that end in a year", "ends"),
    "maturity": Table(_matured, _assessed, "what is stated of the digital maturity of trusts", "value"),
    "spend": Table(_spent, _accounted, "what is stated of spend on technology", "value"),
    "peers": Table(_peers, _answering, "organisations with a live answer, and why each is a peer"),
    "converge": Table(_converged, _placed, "whether an ICS has the same, against chance", "product"),
}
"""Every table by its name, whose first word is the command."""
