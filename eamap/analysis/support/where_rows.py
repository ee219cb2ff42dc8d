"""What an alert found, row by row, with whose it is, how exposed, and how it is run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.analysis.support.where import AFFECTED, UNDECIDED, Search

if TYPE_CHECKING:
    import polars as pl

NOT_STATED = "not stated"
_OWN = ("operator", "environment", "internet_exposed", "count", "system")
_OF_SYSTEM = ("name", "operator", "owner_role", "criticality", "status", "environment")


def detailed(search: Search) -> pl.DataFrame:
    """Returns the affected, then the undecided, by organisation and id; what nobody stated reads "not stated".

    Columns: those of the answers, ``kind``, organisation, system, name, owner, criticality, status, environment, exposed,
    hosts (text), known_exploited.
    """
    import polars as pl

    found = search.answers.filter(pl.col("answer").is_in([AFFECTED, UNDECIDED]))
    found = found.with_columns(pl.col("id").str.extract(r"^([a-z-]+):").alias("kind"))
    components = search.on.things("component").select("id", *(pl.col(name).alias(f"own_{name}") for name in _OWN))
    systems = search.on.things("system").select(
        pl.col("id").alias("system"), *(pl.col(name).alias(f"of_{name}") for name in _OF_SYSTEM)
    )
    of_parts = _exposed(search)
    is_system = pl.col("kind") == "system"
    joined = (
        found.join(components, on="id", how="left")
        .with_columns(pl.when(is_system).then("id").otherwise("own_system").alias("system"))
        .join(systems, on="system", how="left")
        .join(of_parts, on="system", how="left")
        .with_columns(
            pl.coalesce("own_operator", "of_operator").alias("organisation"),
            pl.coalesce("own_environment", "of_environment").alias("environment"),
            pl.col("of_name").alias("name"), pl.col("of_owner_role").alias("owner"),
            pl.col("of_criticality").alias("criticality"), pl.col("of_status").alias("status"),
            pl.when(is_system).then("of_parts").otherwise("own_internet_exposed").alias("exposed"), pl.col("own_count").cast(pl.String).alias("hosts"),
        )
    )  # fmt: skip
    told = ("organisation", "system", "name", "owner", "criticality", "status", "environment", "exposed", "hosts")
    filled = joined.with_columns(pl.col(told).fill_null(NOT_STATED), _exploited(search, joined["cves"]))
    kept = ("answer", "sure", "kind", "id", "text", "version", "asked", "why", *told, "cves", "known_exploited")
    return filled.sort("answer", "organisation", "system", "id").select(kept)


def _exposed(search: Search) -> pl.DataFrame:
    """Returns whether systems can be reached from the internet: yes if a component is, no only if all say no."""
    import polars as pl

    stated = pl.col("internet_exposed")
    parts = search.on.things("component").drop_nulls("system").group_by("system")
    told = (
        pl.when((stated == "yes").any())
        .then(pl.lit("yes"))
        .when((stated == "no").fill_null(value=False).all())
        .then(pl.lit("no"))
    )
    return parts.agg(told.alias("of_parts"))


def _exploited(search: Search, cves: pl.Series) -> pl.Series:
    """Returns when the vulnerabilities of each row were listed as exploited; empty where none is, or none is asked for."""
    import polars as pl

    from eamap.reference import exploited

    added = dict(exploited.load(search.reference).entries.select("cve", "date_added").iter_rows())
    said = {
        text: "; ".join(f"{each} listed {added[each]}" for each in text.split("; ") if each in added)
        for text in cves.unique().to_list()
    }
    return pl.Series("known_exploited", [said[text] for text in cves.to_list()], dtype=pl.String)
