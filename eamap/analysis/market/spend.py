"""What trusts spend on technology, as far as anybody says: capital, revenue, technology against adoption, and the share of it.

Trust accounts tell capital and leave out revenue IT (pay, services, support), so a share made of them is a floor: the
true share is at least that. A share is whole only where capital and revenue are both stated. Nothing stated is unknown,
never zero, and every sum says of how many trusts it is one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.analysis.market.figures import open_trusts, stated_figures

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.selector import EstateOn
    from eamap.reference.market import Market

WHOLE, FLOOR = "capital and revenue", "a floor"
STATED = {"total": "operating expenditure", "capital": "IT capital", "revenue": "IT revenue", "technology": "technology spend",
          "adoption": "adoption spend"}  # fmt: skip
"""The measures that a return of technology spend states, in pounds, by what they are."""
MONEY = ("total", "capital", "revenue", "known", "technology", "adoption")
_PENCE, _THOUSANDS = 100, 100_000


def spending(on: EstateOn, organisations: pl.Series, market: Market) -> pl.DataFrame:
    """Returns one row an open trust, in order of code: what is known of its latest year with a total.

    Columns ``organisation``, ``year``, ``total``, ``capital``, ``revenue``, ``known`` (what is known of IT spend), ``technology``, ``adoption``
    (all pence, null: unknown), ``basis`` (whole, floor, null), ``share`` (of the total), ``adoption_share``, ``age`` (share of
    the life of IT assets that is consumed), ``unread`` (figures that are no numbers) and ``ids``. A stated figure goes before one of the accounts.
    """
    import polars as pl

    found = _figures(on, market)
    trusts = pl.DataFrame({"organisation": open_trusts(on, organisations)})
    total = (pl.col("part") == "total") & pl.col("number").is_not_null()
    year = found.group_by("organisation").agg(
        pl.coalesce(pl.col("date").filter(total).max(), pl.col("date").max()).alias("year")
    )
    mine = found.join(year, on="organisation").filter(pl.col("date") == pl.col("year"))
    summed = (
        _paired(mine)
        .group_by("organisation", "part", "own")
        .agg(pl.when(pl.col("number").null_count() == 0).then(pl.col("number").sum()).alias("number"))
    )
    best = (
        summed.drop_nulls("number")
        .sort("organisation", "part", "own", descending=[False, False, True])
        .unique(["organisation", "part"], keep="first")
    )
    wide = [
        best.filter(pl.col("part") == part).select("organisation", pl.col("number").alias(part))
        for part in (*STATED, "worn", "gross")
    ]
    told = mine.group_by("organisation").agg(
        pl.col("number").null_count().cast(pl.Int64).alias("unread"), pl.col("id").unique().sort().alias("ids")
    )
    rows = trusts.join(year, on="organisation", how="left")
    for each in (*wide, told):
        rows = rows.join(each, on="organisation", how="left", maintain_order="left")
    return _shares(rows).with_columns(pl.col("unread").fill_null(0), pl.col("ids").fill_null([]))


def _paired(rows: pl.DataFrame) -> pl.DataFrame:
    """Leaves out what is worn of a class of assets whose gross cost is not stated, and the other way round."""
    import polars as pl

    ageing, main = pl.col("part").is_in(["worn", "gross"]), pl.col("name").str.split(" ").list.first()
    readable = rows.filter(ageing & pl.col("number").is_not_null()).with_columns(main.alias("main"))
    both = readable.filter(pl.col("part").n_unique().over("organisation", "main") == 2).drop("main")
    return pl.concat([rows.filter(~ageing), both])


def _figures(on: EstateOn, market: Market) -> pl.DataFrame:
    """What is stated in pounds and in the accounts' thousands, as pence: organisation, part, own, number, date, id."""
    import polars as pl

    stated = [(name, part, True, _PENCE) for part, name in STATED.items()]
    accounts = [(f"{code}", part, False, _THOUSANDS) for part, codes in market.accounts.items() for code in codes]
    schema = {"name": pl.String, "part": pl.String, "own": pl.Boolean, "times": pl.Int64}
    meant = pl.DataFrame([*stated, *accounts], schema=schema, orient="row")
    told = stated_figures(on, meant["name"].unique().sort()).drop_nulls("date").join(meant, on="name")
    # Of two statements of one figure of one year, the last by id counts.
    once = told.unique(["organisation", "name", "part", "date"], keep="last", maintain_order=True)
    return once.with_columns((pl.col("number") * pl.col("times")).alias("number"))


def _shares(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds what is known of IT spend, on what basis, its share of the total, and how worn the assets are."""
    import polars as pl

    both = pl.col("capital").is_not_null() & pl.col("revenue").is_not_null()
    some = pl.col("capital").is_not_null() | pl.col("revenue").is_not_null()
    known = pl.when(some).then(pl.col("capital").fill_null(0) + pl.col("revenue").fill_null(0))
    basis = pl.when(both).then(pl.lit(WHOLE)).when(some).then(pl.lit(FLOOR))
    told = rows.with_columns(known.alias("known"), basis.alias("basis"))
    share = pl.when(pl.col("total") > 0).then(pl.col("known") / pl.col("total")).alias("share")
    age = pl.when(pl.col("gross") > 0).then(pl.col("worn") / pl.col("gross")).alias("age")
    return (
        told.with_columns(share, age, _adopting("technology", "adoption"))
        .drop("worn", "gross")
        .with_columns(pl.col(*MONEY).round().cast(pl.Int64))
    )


def _adopting(technology: str, adoption: str) -> pl.Expr:
    """What part of technology and adoption together is adoption: training, change, and the people who do it."""
    import polars as pl

    both = pl.col(technology) + pl.col(adoption)
    return pl.when(both > 0).then(pl.col(adoption) / both).alias("adoption_share")


def spending_of_units(rows: pl.DataFrame, units: pl.DataFrame) -> pl.DataFrame:
    """Returns the same for each unit (``units``: organisation, unit), in order of code: sums over the trusts that state a figure.

    ``known``, ``share`` and ``coverage`` are over the trusts with a total and any IT spend (``n``); ``of`` are the trusts of the unit,
    and ``whole`` how many state both capital and revenue: unless all of ``n`` do, the share is a floor. ``adoption_share`` is over the
    trusts that state both technology and adoption (``both``). ``coverage`` is in whole per cent.
    """
    import polars as pl

    placed = rows.join(units.select("organisation", "unit"), on="organisation", how="left")
    paired = pl.col("technology").is_not_null() & pl.col("adoption").is_not_null()
    both = pl.col("total").is_not_null() & pl.col("known").is_not_null()
    sums = [pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name) for name in MONEY if name != "known"]
    known = [
        pl.when(both.any()).then(pl.col(name).filter(both).sum()).alias(f"{name}_of_n") for name in ("total", "known")
    ]
    pair = [
        pl.when(paired.any()).then(pl.col(name).filter(paired).sum()).alias(f"{name}_of_both")
        for name in ("technology", "adoption")
    ]
    found = placed.group_by("unit").agg(
        both.sum().cast(pl.Int64).alias("n"), pl.len().cast(pl.Int64).alias("of"),
        (both & (pl.col("basis") == WHOLE)).sum().cast(pl.Int64).alias("whole"), pl.col("unread").sum(), *sums, *known,
        *pair, paired.sum().cast(pl.Int64).alias("both"),
        pl.col("ids").explode().drop_nulls().unique().sort(),
    )  # fmt: skip
    basis = (
        pl.when(pl.col("n") == 0)
        .then(None)
        .when(pl.col("whole") == pl.col("n"))
        .then(pl.lit(WHOLE))
        .otherwise(pl.lit(FLOOR))
    )
    share = pl.when(pl.col("total_of_n") > 0).then(pl.col("known_of_n") / pl.col("total_of_n"))
    coverage = (200 * pl.col("n") + pl.col("of")) // (2 * pl.col("of"))
    told = found.with_columns(basis.alias("basis"), share.alias("share"), pl.col("known_of_n").alias("known"), coverage.alias("coverage"),
                              _adopting("technology_of_both", "adoption_of_both"))  # fmt: skip
    return told.drop("total_of_n", "known_of_n", "technology_of_both", "adoption_of_both").sort("unit", nulls_last=True)


def against_lines(market: Market) -> pl.Expr:
    """Says where a share lies against the two lines; a floor below a line tells nothing."""
    import polars as pl

    low, high = market.line("it-share-low"), market.line("it-share-high")
    share, whole = pl.col("share"), pl.col("basis") == WHOLE
    return (
        pl.when(share.is_null()).then(None)
        .when(share >= high).then(pl.lit("at or above the upper line"))
        .when(whole & (share >= low)).then(pl.lit("between the lines"))
        .when(whole).then(pl.lit("below the lower line"))
        .when(share >= low).then(pl.lit("at or above the lower line, perhaps the upper"))
        .otherwise(pl.lit("cannot be told from a floor"))
    ).alias("reading")  # fmt: skip
