"""How each component is exposed to known vulnerabilities, at four levels that are never mixed.

========  =====================================================================================================
Level 3   a scanner reported the vulnerability on this very component
Level 2   a database says that the stated version of the stated product is affected
Level 1   the product is out of support, and vulnerabilities of it were exploited since: about the product
Level 0   vulnerabilities of the product were exploited at some time: context, never a finding
========  =====================================================================================================

A component has one row for each level that can be stated of it, so that nobody adds them up. No row is no clean bill:
a component that nothing looked at has none.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from eamap.interpret.affected import affected
from eamap.interpret.support import support
from eamap.model.support import UNSUPPORTED
from eamap.reference import epss, exploited

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.selector import EstateOn
    from eamap.reference.mirror import Mirror

REPORTED, AFFECTED, PRODUCT, HISTORY = 3, 2, 1, 0
WORDING = {
    REPORTED: "a scanner reported it on this component",
    AFFECTED: "the stated version is affected, as the database has it; a fix without a new version is not seen",
    PRODUCT: "about the product: exploited since its support ended, so no free fix; whether this host is open is not known",
    HISTORY: "context only: the product was attacked at some time; nothing follows for this host",
}
COLUMNS = ("component", "level", "cves", "n", "known_exploited", "ransomware", "epss", "evidence", "wording")
"""``cves`` and ``known_exploited`` are CVE ids joined by "; ", ``n`` how many the former are, ``ransomware`` how many of the
latter ransomware is known to use, ``epss`` the highest score (null without scores)."""


def exposures(
    on: EstateOn, reference: Path | None = None, mirror: Mirror | None = None, cache: Path | None = None
) -> pl.DataFrame:
    """Returns COLUMNS, one row for each component and level that can be stated of it, the surest first."""
    import polars as pl

    own = ("component", "level")
    said = [_gathered(rows, own, reference) for rows in [reported(on), *([by_database(on, mirror)] if mirror else [])]]
    ends, of_products = support_ends(on, reference, cache), _of_products(on, reference, cache)
    said.append(ends.select("component", "product", "cycle").join(of_products, on=["product", "cycle"]))
    rows = pl.concat([each.select(*own, *COLUMNS[2:-1]) for each in said])
    wording = pl.col("level").replace_strict(WORDING, return_dtype=pl.String).alias("wording")
    return rows.with_columns(wording).sort(own, descending=[False, True])


def reported(on: EstateOn) -> pl.DataFrame:
    """Returns ``component``, ``level``, ``cve`` and ``evidence`` of what scanners reported."""
    import polars as pl

    found = on.things("vulnerability")
    scanner = pl.coalesce(pl.col("scanner"), pl.lit("a scanner"))
    day = pl.when(pl.col("reported").is_not_null()).then(pl.format(" on {}", "reported")).otherwise(pl.lit(""))
    return found.select(
        "component", pl.lit(REPORTED, dtype=pl.Int64).alias("level"), "cve",
        (scanner + pl.lit(" reported it") + day).alias("evidence"),
    ).drop_nulls("cve")  # fmt: skip


def by_database(on: EstateOn, mirror: Mirror) -> pl.DataFrame:
    """Returns the same of what a database says is affected."""
    import polars as pl

    found = affected(on.things("component"), mirror).filter(pl.col("holds"))
    told = pl.format("{}: {}", "entry", "why").alias("evidence")
    return found.select("component", pl.lit(AFFECTED, dtype=pl.Int64).alias("level"), "cve", told)


def _of_products(on: EstateOn, reference: Path | None, cache: Path | None) -> pl.DataFrame:
    """Returns what is stated of each product and cycle: level 1 of those past their support, level 0 of all others.

    It is gathered for the few hundred cycles there are, and only then joined to the components.
    """
    import polars as pl

    cycles = support_ends(on, reference, cache).select("product", "cycle", "label", "ended").unique(maintain_order=True)
    pairs = cycles.join(listed_products(reference), on="product")
    since = (pl.col("date_added") > pl.col("ended")).fill_null(value=False)
    after = pl.format("{} of {} listed since support ended on {}", "cve", "label", "ended")
    rows = pairs.with_columns(
        pl.when(since).then(PRODUCT).otherwise(HISTORY).cast(pl.Int64).alias("level"),
        pl.when(since).then(after).otherwise(pl.format("{} of {}", "cve", "product")).alias("evidence"),
    )
    return _gathered(rows, ("product", "cycle", "level"), reference)


def support_ends(on: EstateOn, reference: Path | None = None, cache: Path | None = None) -> pl.DataFrame:
    """Returns the components of a known product: component, product, cycle, label, and ``ended``, if that is a past day.

    Where several releases are meant, ``cycle`` is empty and ``ended`` the latest of their ends, if all are past. What is
    covered by proven extended support, or ended on a day that is not recorded, has no ``ended``.
    """
    import polars as pl

    past = pl.col("status").is_in(list(UNSUPPORTED)) & pl.col("eol_best").str.contains(r"^\d{4}-\d{2}-\d{2}$")
    found = support(on, reference, cache).drop_nulls("product")
    return found.select(
        pl.col("id").alias("component"), "product", pl.col("cycle").fill_null(""), "label",
        pl.when(past).then("eol_best").alias("ended"),
    )  # fmt: skip


def listed_products(reference: Path | None = None) -> pl.DataFrame:
    """Returns the entries of the list of exploited vulnerabilities by lifecycle product: product, cve, date_added, ransomware."""
    import polars as pl

    known = exploited.load(reference)
    return (
        known.product_map.drop_nulls("lifecycle_product")
        .filter(pl.col("confidence") != "ambiguous")
        .join(known.entries, on=["vendor", "product"])
        .select(pl.col("lifecycle_product").alias("product"), "cve", "date_added", "ransomware")
        .unique(["product", "cve"], maintain_order=True)
    )


def _gathered(rows: pl.DataFrame, keys: tuple[str, ...], reference: Path | None) -> pl.DataFrame:
    """Joins what is said of each vulnerability to the exploited and to the scores, and gathers it by some keys."""
    import polars as pl

    known = exploited.load(reference).entries.select(
        "cve", pl.lit(value=True).alias("listed"), (pl.col("ransomware") == "known").alias("used")
    )
    scores = epss.load(reference).table.select("cve", "epss")
    found = rows.select(*keys, "cve", "evidence").join(known, on="cve", how="left").join(scores, on="cve", how="left")
    each = found.unique([*keys, "cve"], keep="first", maintain_order=True).sort("cve")
    return each.group_by(keys, maintain_order=True).agg(
        pl.col("cve").str.join("; ").alias("cves"),
        pl.len().cast(pl.Int64).alias("n"),
        pl.col("cve").filter(pl.col("listed")).str.join("; ").alias("known_exploited"),
        pl.col("used").sum().cast(pl.Int64).alias("ransomware"),
        pl.col("epss").max(),
        pl.col("evidence").first(),
    )
