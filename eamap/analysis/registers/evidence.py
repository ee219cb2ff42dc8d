"""What evidence packs say beside the register: classes of evidence, duties of other schemes, scores, reports of scanners."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from eamap.model.support import UNSUPPORTED

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.selector import EstateOn
    from eamap.reference.caf import Caf

NOT_ASSESSED = "not assessed"
NONE_REPORTED = "none reported"
_NOTHING_LISTED = "none: no scanner reported it, and nothing of the product is listed as exploited"
ESSENTIALS = "cyber-essentials"


def evidence_class(caf: Caf) -> pl.Expr:
    """Names the class of evidence of an item, by whether a mitigation holds and something is to take its place."""
    import polars as pl

    found = pl.lit(None, dtype=pl.String)
    for name, mitigation, plan in caf.classes.select("class", "mitigation", "plan").iter_rows():
        so = (pl.col("mitigated") == (mitigation == "yes")) & (pl.col("replaced") == (plan == "yes"))
        found = pl.when(so).then(pl.lit(name)).otherwise(found)
    gone = pl.col("status").is_in(list(UNSUPPORTED))
    return pl.when(gone).then(found).otherwise(pl.lit("extended support proven")).alias("caf_class")


def reports(on: EstateOn, exploited: pl.DataFrame) -> pl.DataFrame:
    """Returns what scanners reported on each component: id, cves, first_reported, undated, exploited (how many, in words).

    ``exploited`` has cve and ransomware: the list of known exploited vulnerabilities. It says that a CVE was used
    somewhere, never that this host was attacked.
    """
    import polars as pl

    held = on.things("vulnerability").join(exploited.select("cve", "ransomware"), on="cve", how="left")
    each = held.unique(["component", "cve"]).sort("cve")
    listed, known = pl.col("ransomware").is_not_null(), pl.col("ransomware") == "known"
    found = each.group_by(pl.col("component").alias("id")).agg(
        pl.col("cve").sort().str.join("; ").alias("cves"),
        pl.col("reported").min().alias("first_reported"),
        pl.col("reported").null_count().alias("undated"),
        pl.col("cve").filter(listed).sort().str.join("; ").alias("listed"),
        pl.col("cve").filter(known).sort().str.join("; ").alias("ransom"),
    )
    words = (
        pl.when(pl.col("listed") == "").then(pl.lit("none of these"))
        .when(pl.col("ransom") == "").then(pl.col("listed"))
        .otherwise(pl.format("{}, ransomware: {}", "listed", "ransom"))
    )  # fmt: skip
    return found.with_columns(words.alias("exploited")).drop("listed", "ransom").sort("id")


def with_reports(rows: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """Gives rows what was reported on their component; without any scanner's export it reads "not assessed"."""
    import polars as pl

    nothing = NONE_REPORTED if told.height else NOT_ASSESSED
    found = rows.join(told, on="id", how="left", maintain_order="left")
    return found.with_columns(pl.col("cves", "exploited").fill_null(nothing))


def with_exposure(rows: pl.DataFrame, exposures: pl.DataFrame) -> pl.DataFrame:
    """Gives rows the surest level of exposure that can be stated of their component, in words.

    ``exposures`` are as :func:`eamap.interpret.exposure.exposures` gives them: one row a component and level.
    """
    import polars as pl

    surest = exposures.sort("component", "level", descending=[False, True]).unique(
        "component", keep="first", maintain_order=True
    )
    words = pl.format("level {}: {} ({} listed or reported)", "level", "wording", "n").alias("exposure")
    found = rows.join(surest.select(pl.col("component").alias("id"), words), on="id", how="left", maintain_order="left")
    return found.with_columns(pl.col("exposure").fill_null(_NOTHING_LISTED))


def essentials(caf: Caf, as_of: date) -> pl.Expr:
    """Says on which question of Cyber Essentials an item bears, and why; unknown where its exposure is not stated.

    Reads status, layer, internet_exposed, and first_reported and undated of what was reported on it.
    """
    import polars as pl

    questions = caf.questions(ESSENTIALS)
    days = caf.figure(ESSENTIALS, min(questions.values()))
    question = pl.col("layer").replace_strict(questions, default="A6.4 or A6.5", return_dtype=pl.String)
    oldest = (as_of - timedelta(days=days)).isoformat()
    gone, exposed = pl.col("status").is_in(list(UNSUPPORTED)), pl.col("internet_exposed")
    late = (pl.col("first_reported") + "~" < oldest).fill_null(value=False)
    return (
        pl.when(gone & (exposed == "yes")).then(pl.format("{}: unsupported, reached from the internet", question))
        .when(late).then(pl.format(f"{{}}: a vulnerability reported more than {days} days ago", question))
        .when(gone & exposed.is_null()).then(pl.format("{}: unknown, exposure is not stated", question))
        .when(pl.col("undated").fill_null(0) > 0).then(pl.format("{}: unknown, a report has no date", question))
        .otherwise(pl.lit("nothing known that bears on it")).alias("cyber_essentials")
    )  # fmt: skip


def with_scores(rows: pl.DataFrame, totals: pl.DataFrame, criteria: int) -> pl.DataFrame:
    """Gives rows the scores of their system; a total only where every criterion is scored, else its bounds."""
    import polars as pl

    told = totals.select(
        "system", "scored", "overall", "overall_least", "overall_most",
        *(pl.col(key).alias(f"litraf_{key.lower()}") for key in ("L1", "L6", "C6")),
    )  # fmt: skip
    found = rows.join(told, on="system", how="left", maintain_order="left")
    bounds = pl.format("not complete: {} to {}", "overall_least", "overall_most")
    overall = pl.coalesce(pl.col("overall").cast(pl.String), bounds, pl.lit("no system is named"))
    return found.with_columns(
        overall.alias("litraf_overall"), pl.format(f"{{}} of {criteria}", pl.col("scored").fill_null(0)).alias("litraf_scored"),
        *(pl.col(f"litraf_{key}").cast(pl.String).fill_null("not scored") for key in ("l1", "l6", "c6")),
    )  # fmt: skip
