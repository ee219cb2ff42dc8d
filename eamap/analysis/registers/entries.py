"""The rows of the registers: one a system and component, in the words and the order in which they are submitted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.analysis.registers.debt import COSTS, NOT_ESTIMATED
from eamap.model.support import WORDS

if TYPE_CHECKING:
    import polars as pl

    from eamap.analysis.registers.debt import Register

NO_PLAN, NOT_STATED, NONE = "no plan", "not stated", "none"
_DAY = r"^[0-9]{4}-"
_DECIDED = (("who", "by"), ("reason", "what"), ("evidence", "evidence"), ("date", "date"), ("expires", "until"))


def entries(register: Register, items: pl.DataFrame, snapshot: str) -> pl.DataFrame:
    """Returns items as they are published: the columns of every register that need nothing but the register.

    What is not there says so: "no plan", "not estimated", "not stated", "none". ``snapshot`` is the date of the data.
    """
    import polars as pl

    findings = register.findings.sort("check", "fingerprint").unique("subject", keep="first", maintain_order=True)
    named = items.join(
        findings.select(pl.col("subject").alias("id"), pl.col("fingerprint").alias("finding")),
        on="id",
        how="left",
        maintain_order="left",
    )
    return named.select(
        "id", "system", "label", "cycle", "product", "rule", "confidence", "layer", "host_class", "count", "state", "link",
        "own_end", "own_end_kind", "organisation_name", "system_name", "last_seen", "plans",
        "systems_needing", "organisations_using", "shared_organisations", "shared_items", "plan_state", "funded",
        pl.col("finding").fill_null("no finding"),
        pl.col("operator").str.strip_prefix("organisation:").alias("organisation"),
        pl.col("raw").alias("component"),
        pl.lit(snapshot).alias("snapshot"),
        pl.col("status").replace_strict({str(key): word for key, word in WORDS.items()}, return_dtype=pl.String),
        pl.col("eol_worst").replace({"undated_past": "past, day not published", "none_published": "none published"}).alias("support_end"),
        pl.when(pl.col("extended_end").str.contains(_DAY)).then("extended_end").otherwise(pl.lit("no day given")).alias("extended_end"),
        pl.coalesce(pl.col("days_past").cast(pl.String), pl.when(pl.col("state") == "past").then(pl.lit("not known")), pl.lit("not past")).alias("days_past"),
        pl.col("system_owner").fill_null(NOT_STATED).alias("owner"),
        pl.col("system_supplier").alias("supplier"),
        pl.col("system_criticality").fill_null(NOT_STATED).alias("criticality"),
        pl.col("internet_exposed").fill_null(NOT_STATED).alias("exposed"),
        pl.col("capabilities").list.eval(pl.element().str.strip_prefix("capability:")).list.join("; ").alias("capabilities"),
        *_entitlement(), *_decided("mitigation"), *_decided("acceptance"), *_plan(), *_costs(),
    )  # fmt: skip


def _entitlement() -> list[pl.Expr]:
    import polars as pl

    there = pl.col("entitlement").is_not_null()
    told = {
        "entitlement": pl.coalesce("entitlement_reference", "entitlement"), "entitlement_scope": pl.col("entitlement_scope"),
        "entitled_to": pl.col("entitled_to"), "entitlement_payer": pl.col("entitlement_payer"),
    }  # fmt: skip
    return [
        pl.when(there).then(each.fill_null(NOT_STATED)).otherwise(pl.lit(NONE)).alias(name)
        for name, each in told.items()
    ]


def _decided(kind: str) -> list[pl.Expr]:
    """The state of a decision and what it says; "none" where there is none."""
    import polars as pl

    there = pl.col(f"{kind}_state") != NONE
    told = [
        pl.when(there)
        .then(pl.col(f"{kind}_{name}").replace("", NOT_STATED))
        .otherwise(pl.lit(NONE))
        .alias(f"{kind}_{alias}")
        for name, alias in _DECIDED
    ]
    return [pl.col(f"{kind}_state").alias(kind), *told]


def _plan() -> list[pl.Expr]:
    import polars as pl

    there = pl.col("plan").is_not_null()
    return [
        pl.when(there).then(pl.col(name).fill_null(NOT_STATED)).otherwise(pl.lit(NO_PLAN)).alias(name)
        for name in ("plan", "plan_reference", "treatment", "target_date", "cost_source")
    ]


def _costs() -> list[pl.Expr]:
    # Money is text where it is not estimated, so every cell of a column is text until the row is published.
    import polars as pl

    return [pl.col(name).cast(pl.String).fill_null(NOT_ESTIMATED).alias(name) for name in COSTS]
