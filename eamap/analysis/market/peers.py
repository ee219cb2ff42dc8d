"""Who has solved it already: organisations with a live answer for a capability, and why each is worth asking.

Nobody is ranked: peers come in order of code, each with its reasons and what they rest on. What was not listed or not
assessed is said so, and is neither for nor against a peer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from eamap.model.support import SUPPORTED, UNSUPPORTED, Status

if TYPE_CHECKING:
    import polars as pl

    from eamap.analysis.market.holdings import Holdings

LIVE, KEPT, MET, AHEAD = "live", "supported", "conformant", "more mature"
REASONS = (LIVE, KEPT, MET, AHEAD)
"""Why an organisation is a peer, in the order in which the reasons are told."""
_JOIN = "; "


@dataclass(frozen=True)
class Evidence:
    """What peers are told by: ``components`` (system, component, status), ``interfaces`` (system, interface, status), ``scores``.

    ``scores`` are those of :func:`eamap.analysis.market.maturity.scores`; the statuses of interfaces are ``conformant``, ``non-conformant``,
    ``declared`` and whatever else is neither for nor against.
    """

    components: pl.DataFrame
    interfaces: pl.DataFrame
    scores: pl.DataFrame


def peers(held: Holdings, evidence: Evidence, organisation: str | None) -> pl.DataFrame:
    """Returns one row an organisation with a live system for the capability in question, in order of code.

    With ``organisation`` (an id) only those of its care setting, it left out, and what they score higher in. Columns
    ``organisation``, ``setting``, ``systems``, ``products`` (names of neither: ids), ``installed`` (the first of them,
    ``first``), ``components``, ``supported``, ``past``,
    ``support``, ``interfaces``, ``met``, ``broken``, ``conformance``, ``ahead`` (measures), ``why`` and ``ids``.
    """
    import polars as pl

    live = held.live.select("organisation", "setting", "system").unique()
    if organisation is not None:
        own = held.organisations.filter(pl.col("organisation") == organisation)["setting"]
        live = live.filter((pl.col("organisation") != organisation) & pl.col("setting").eq_missing(pl.lit(own.first())))
    rows = _answers(held, live)
    for each in (
        _support(live, evidence.components),
        _conformance(live, evidence.interfaces),
        _ahead(evidence.scores, organisation),
    ):
        rows = rows.join(each, on="organisation", how="left")
    return _reasoned(rows).sort("organisation")


def _answers(held: Holdings, live: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    installed = held.on.things("system").select(system="id", installed="installed")
    named = held.products.select("system", pl.coalesce("product", "supplier").alias("product"))
    return live.join(named, on="system", how="left").join(installed, on="system", how="left").group_by("organisation", "setting").agg(
        pl.col("system").n_unique().cast(pl.Int64).alias("systems"), pl.col("product").drop_nulls().unique().sort().alias("products"),
        pl.col("installed").min(), pl.col("system").sort_by("installed", "system", nulls_last=True).first().alias("first"), pl.col("system").unique().sort().alias("system_ids"),
    )  # fmt: skip


def _support(live: pl.DataFrame, components: pl.DataFrame) -> pl.DataFrame:
    """Counts the components of each organisation's systems, and says how they stand."""
    import polars as pl

    asked = components.filter(pl.col("status") != Status.NOT_SOFTWARE)
    mine = live.select("organisation", "system").join(asked, on="system").unique(["organisation", "component"])
    good, bad = (pl.col("status").is_in(list(words)).sum().cast(pl.Int64) for words in (SUPPORTED, UNSUPPORTED))
    counted = mine.group_by("organisation").agg(pl.len().cast(pl.Int64).alias("components"), good.alias("supported"), bad.alias("past"),
                                                pl.col("component").sort().alias("component_ids"))  # fmt: skip
    word = (
        pl.when(pl.col("past") > 0).then(pl.lit("past support"))
        .when(pl.col("supported") == pl.col("components")).then(pl.lit(KEPT)).otherwise(pl.lit("not wholly known"))
    )  # fmt: skip
    return counted.with_columns(word.alias("support"))


def _conformance(live: pl.DataFrame, interfaces: pl.DataFrame) -> pl.DataFrame:
    """Counts the interfaces that the systems expose, and says whether their statements agree with what they claim."""
    import polars as pl

    mine = live.select("organisation", "system").join(interfaces, on="system").unique(["organisation", "interface"])
    met, broken = ((pl.col("status") == word).sum().cast(pl.Int64) for word in ("conformant", "non-conformant"))
    counted = mine.group_by("organisation").agg(pl.len().cast(pl.Int64).alias("interfaces"), met.alias("met"), broken.alias("broken"),
                                                (pl.col("status") == "declared").sum().cast(pl.Int64).alias("declared"),
                                                pl.col("interface").sort().alias("interface_ids"))  # fmt: skip
    word = (
        pl.when(pl.col("broken") > 0).then(pl.lit("not conformant")).when(pl.col("met") > 0).then(pl.lit(MET))
        .when(pl.col("declared") > 0).then(pl.lit("declared only")).otherwise(pl.lit("not assessed"))
    )  # fmt: skip
    return counted.with_columns(word.alias("conformance"))


def _ahead(scores: pl.DataFrame, organisation: str | None) -> pl.DataFrame:
    """Returns the measures in which each organisation scores higher than the one that asks."""
    import polars as pl

    scored = scores.drop_nulls("number")
    own = scored.filter(pl.col("organisation") == (organisation or "")).select("name", own="number", own_id="id")
    more = scored.join(own, on="name").filter(pl.col("number") > pl.col("own")).sort("name")
    return more.group_by("organisation").agg(
        pl.col("measure").sort().alias("ahead"), pl.concat([pl.col("id"), pl.col("own_id")]).alias("score_ids")
    )


def _reasoned(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds the reasons in words, and the things that they rest on."""
    import polars as pl

    empty = pl.lit([], dtype=pl.List(pl.String))
    lists = ("ahead", "score_ids", "component_ids", "interface_ids")
    rows = rows.with_columns(
        pl.col("support").fill_null("not listed"), pl.col("conformance").fill_null("no interface listed"),
        pl.col("components", "supported", "past", "interfaces", "met", "broken").fill_null(0), *(pl.coalesce(name, empty).alias(name) for name in lists),
    )  # fmt: skip
    told = {KEPT: pl.col("support") == KEPT, MET: pl.col("conformance") == MET, AHEAD: pl.col("ahead").list.len() > 0}
    why = pl.concat_str(
        [pl.lit(LIVE), *(pl.when(test).then(pl.lit(word)) for word, test in told.items())],
        separator=_JOIN,
        ignore_nulls=True,
    )
    ids = pl.concat_list("system_ids", "component_ids", "interface_ids", "score_ids").list.unique().list.sort()
    found = rows.with_columns(
        why.alias("why"), ids.alias("ids"), pl.col("organisation").str.strip_prefix("organisation:").alias("key")
    )
    return found.drop("declared", "system_ids", "component_ids", "interface_ids", "score_ids")
