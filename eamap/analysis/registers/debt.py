"""The debt register: every component past or near the end of its support, with what people do and plan about it.

Nothing is added up that no source states: a cost comes from a work package or reads "not estimated". A work package that
is for several items is paid for once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from eamap.analysis.standing_on import standing_on
from eamap.interpret.plans import planned
from eamap.interpret.risk_decisions import HELD, risk_decisions
from eamap.model.support import PAST, SUPPORTED, UNCERTAIN, Status

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.selector import EstateOn

COSTS = ("capital_low", "capital_central", "capital_high", "revenue_low", "revenue_central", "revenue_high")
"""Pence, as work packages state them."""
PLAN = ("treatment", "target_date", "funded", *COSTS, "cost_source", "reference", "owner_role", "notes")
NOT_ESTIMATED = "not estimated"
_RETIRED = "retired"


@dataclass(frozen=True)
class Register:
    """What the debt of an estate is worked out from; ``findings`` has fingerprint, subject and check."""

    on: EstateOn
    support: pl.DataFrame
    findings: pl.DataFrame
    replacing: tuple[str, ...]
    """Treatments that put something supported in its place: what the assessment framework calls pursuing replacement."""

    @cached_property
    def judged(self) -> pl.DataFrame:
        """The components that are judged: all but those of retired systems, with ``state`` (past, near, later, ...)."""
        import polars as pl

        live = pl.col("system_status").fill_null("") != _RETIRED
        return self.support.filter(live).with_columns(_state().alias("state"))

    @cached_property
    def items(self) -> pl.DataFrame:
        """One row for each component that is past or near its end, in the order of organisation, system and component."""
        import polars as pl

        found = self.judged.filter(pl.col("state").is_in(["past", "near"]))
        for more, key in (
            (self._named, "id"),
            (self._risks(found), "id"),
            (self.plans, "id"),
            (self._entitlements, "entitlement"),
        ):
            found = found.join(more, on=key, how="left", maintain_order="left")
        found = found.join(self._standing, on="system", how="left", maintain_order="left")
        found = found.join(self.shared, on=["product", "cycle"], how="left", maintain_order="left")
        return found.with_columns(self._plan_state()).sort("operator", "system", "id", nulls_last=True)

    @cached_property
    def _named(self) -> pl.DataFrame:
        import polars as pl

        systems = self.on.things("system").select(
            pl.col("id").alias("system"), pl.col("name").alias("system_name"), pl.col("owner_role").alias("system_owner"),
            pl.col("supplier").alias("system_supplier"), pl.col("criticality").alias("system_criticality"),
        )  # fmt: skip
        bodies = self.on.things("organisation").select(
            pl.col("id").alias("operator"), pl.col("name").alias("organisation_name")
        )
        held = self.support.select("id", "system", "operator").join(
            systems, on="system", how="left", maintain_order="left"
        )
        return held.join(bodies, on="operator", how="left", maintain_order="left").drop("system", "operator")

    def _risks(self, found: pl.DataFrame) -> pl.DataFrame:
        decisions = self.on.estate.decisions
        return risk_decisions(decisions, found.select("id", "system"), self.findings, self.on.as_of)

    @cached_property
    def _entitlements(self) -> pl.DataFrame:
        import polars as pl

        return self.on.estate.decisions.filter(pl.col("kind") == "entitlement").select(
            pl.col("hash").alias("entitlement"), pl.col("object").alias("entitlement_scope"),
            pl.coalesce(pl.col("value", "evidence").replace("", None)).alias("entitlement_reference"),
            pl.col("field").replace("", None).alias("entitlement_payer"), pl.col("date").alias("entitlement_from"),
        )  # fmt: skip

    @cached_property
    def plans_of_items(self) -> pl.DataFrame:
        """Every work package that is for an item: ``id`` and the work package's fields, ``plan`` its id."""
        import polars as pl

        packages = self.on.things("work-package").select(
            pl.col("id").alias("plan"), pl.col("component").is_not_null().alias("specific"), *PLAN
        )  # fmt: skip
        return planned(self.on.estate).rename({"component": "id"}).join(packages, on="plan", how="left")

    @cached_property
    def plans(self) -> pl.DataFrame:
        """The first work package of each component: for itself before for its system, then the earliest; ``plans`` counts."""
        import polars as pl

        order = self.plans_of_items.sort(
            "specific", "target_date", "plan", descending=[True, False, False], nulls_last=True
        )
        columns = [
            pl.col(name).first().alias(f"plan_{name}" if name in ("reference", "owner_role", "notes") else name)
            for name in PLAN
        ]
        return order.group_by("id", maintain_order=True).agg(
            pl.col("plan").first(),
            *columns,
            pl.len().cast(pl.Int64).alias("plans"),
            pl.col("treatment").is_in(self.replacing).any().alias("replaced"),
        )

    def _plan_state(self) -> list[pl.Expr]:
        import polars as pl

        over = (pl.col("target_date") + "~") <= self.on.as_of.isoformat()
        state = (
            pl.when(pl.col("plan").is_null()).then(pl.lit("none")).when(over).then(pl.lit("past its date"))
            .when(pl.col("target_date").is_null()).then(pl.lit("no date stated")).otherwise(pl.lit("planned"))
        )  # fmt: skip
        funded = (
            pl.when(pl.col("plan").is_null())
            .then(pl.lit("no plan"))
            .otherwise(pl.col("funded").fill_null("not stated"))
        )
        costed = pl.any_horizontal(pl.col(name).is_not_null() for name in COSTS)
        return [
            state.alias("plan_state"), funded.alias("funded"), costed.alias("costed"),
            pl.col("plans").fill_null(0), (pl.col("mitigation_state") == HELD).alias("mitigated"),
            pl.col("plan").is_not_null().alias("has_plan"), pl.col("replaced").fill_null(value=False),
        ]  # fmt: skip

    @cached_property
    def shared(self) -> pl.DataFrame:
        """What one shared action would cover: for each product and release, how many organisations, systems and items have it.

        Counted over the whole estate, whatever was selected: an organisation counts once.
        """
        import polars as pl

        due = self.judged.filter(pl.col("state").is_in(["past", "near"])).drop_nulls(["product", "cycle"])
        return due.group_by("product", "cycle").agg(
            pl.col("operator").n_unique().cast(pl.Int64).alias("shared_organisations"),
            pl.col("system").n_unique().cast(pl.Int64).alias("shared_systems"),
            pl.len().cast(pl.Int64).alias("shared_items"),
        )

    @cached_property
    def systems(self) -> pl.DataFrame:
        """The systems that are judged: all but the retired, with ``has_components`` and ``has_dependencies``."""
        import polars as pl

        held = self.on.things("system").filter(pl.col("status").fill_null("") != _RETIRED)
        running = self.support["system"].drop_nulls().unique()
        needs = [self.on.links(name).select("from") for name in ("DEPENDS_ON", "CONSUMES")]
        needing = pl.concat(needs).unique().collect()["from"]
        return held.with_columns(
            pl.col("id").alias("system"),
            pl.col("id").is_in(running.implode()).alias("has_components"),
            pl.col("id").is_in(needing.implode()).alias("has_dependencies"),
        ).sort("operator", "id", nulls_last=True)

    def with_groups(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Gives components what they are grouped by, where they do not have it: the supplier and capabilities of their system."""
        if "capabilities" in rows.columns:
            return rows
        standing = self._standing.select("system", "capabilities")
        suppliers = self._named.select("id", "system_supplier")
        return rows.join(standing, on="system", how="left", maintain_order="left").join(
            suppliers, on="id", how="left", maintain_order="left"
        )

    @cached_property
    def _standing(self) -> pl.DataFrame:
        return standing_on(self.on)

    def frame(self, name: str, ids: pl.Series | None = None) -> pl.DataFrame:
        """Returns the frame that a measure counts rows of: judged, items or systems; only what is selected, or runs it.

        A component is selected by itself or with its system.
        """
        import polars as pl

        rows: pl.DataFrame = {
            "judged": lambda: self.judged,
            "items": lambda: self.items,
            "systems": lambda: self.systems,
        }[name]()
        if ids is None:
            return rows
        chosen = ids.implode()
        return rows.filter(pl.col("id").is_in(chosen) | pl.col("system").is_in(chosen).fill_null(value=False))


def _state() -> pl.Expr:
    """How an item stands: past, near, later, uncertain, unknown, or not software."""
    import polars as pl

    status = pl.col("status")
    return (
        pl.when(status.is_in(list(PAST))).then(pl.lit("past"))
        .when(status == Status.SUPPORT_ENDING).then(pl.lit("near"))
        .when(status.is_in(list(SUPPORTED))).then(pl.lit("later"))
        .when(status.is_in(list(UNCERTAIN))).then(pl.lit("uncertain"))
        .when(status == Status.NOT_SOFTWARE).then(pl.lit("not software"))
        .otherwise(pl.lit("unknown"))
    )  # fmt: skip
