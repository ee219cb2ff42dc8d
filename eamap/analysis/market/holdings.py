"""Who has what for each capability: live systems, their products and suppliers, and what each weighs.

Each organisation weighs 1 for a capability; several live products share it, by what they cost a year where that is known
of all, else equally. In-house is unique in each organisation. Where the product is not known, the supplier stands for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from eamap.analysis.market.care_settings import in_setting, typed
from eamap.analysis.market.live import CAPABILITY, live, named_systems, strength, told
from eamap.errors import UsageError
from eamap.model.selector import EstateOn, parse_expression, select_on
from eamap.model.selector.attached import descendants

if TYPE_CHECKING:
    import polars as pl

    from eamap.analysis.market.contracts import Contracts
    from eamap.model.selector import Selection

EVERYTHING = "kind:*"
IN_USE = "kind:system and environment:production and (status:live or status:retiring)"
"""Live production systems: a system that is being replaced is still in use; a test instance never counts."""
_PLACE = ("organisation", "setting")


@dataclass(frozen=True)
class Holdings:
    """The part of an estate that a selector (canonical, ``kind:*`` for all) selects, as answers to who has what."""

    on: EstateOn
    selector: str
    setting: str = ""
    """A type of trust or a role, whatever its case, else a care setting; empty: all."""
    by_group: bool = False
    """Whether answers are about groups of capabilities: a system for any leaf of a group is an answer for the group."""
    reference: Path | None = None
    """A folder of reference sets that replace the shipped."""

    @cached_property
    def chosen(self) -> Selection:
        """What the selector selects."""
        return select_on(self.on, self.selector)

    @cached_property
    def capabilities(self) -> pl.Series | None:
        """The capabilities that were asked for by name, with all under them; ``None``: all."""
        named = _named(self.chosen.of("capability"), self.selector)
        return None if named is None else descendants(self.on, named)

    @cached_property
    def organisations(self) -> pl.DataFrame:
        """The organisations in question: ``organisation`` (id), ``setting``: type of trust, else role, null if neither is known."""
        import polars as pl

        every = self.on.things("organisation")
        asked = _named(self.chosen.of("organisation"), self.selector)
        kept = every if asked is None else every.filter(pl.col("id").is_in(asked.implode()))
        mine = in_setting(_typed(kept, self.reference), self.setting)
        return mine.select(organisation="body", setting="type").sort("organisation")

    @cached_property
    def systems(self) -> pl.Series:
        """The ids of the live production systems in question."""
        return select_on(self.on, f"{IN_USE} and ({self.selector})").ids

    @cached_property
    def rows(self) -> pl.DataFrame:
        """The live systems in question, as :func:`eamap.analysis.market.live.live` tells them; groups stand for leaves where asked for."""
        import polars as pl

        mine = live(self.on).filter(pl.col("system").is_in(self.systems.implode()))
        if self.capabilities is not None:
            mine = mine.filter((CAPABILITY + pl.col("capability")).is_in(self.capabilities.implode()))
        about = self._about(mine.with_columns(capability=CAPABILITY + pl.col("capability")))
        return about.join(self.organisations.select(body="organisation"), on="body", how="semi")

    @cached_property
    def contracts(self) -> Contracts:
        """The contracts for them that run on the day."""
        from eamap.analysis.market.contracts import contracts

        return contracts(self.on, self.rows, self.reference)

    @cached_property
    def live(self) -> pl.DataFrame:
        """Who has which live system for what: ``organisation``, ``setting``, ``capability``, ``system``."""
        mine = self.rows.select("capability", "system", organisation="body").unique()
        return (
            mine.join(self.organisations, on="organisation")
            .select(*_PLACE, "capability", "system")
            .sort("organisation", "capability", "system")
        )

    def _about(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Turns leaves into their groups where groups are asked for; a capability outside the model stays as it is."""
        import polars as pl

        if not self.by_group:
            return rows
        above = self.on.links("PART_OF").filter(pl.col("from").str.starts_with("capability:"))
        parts = above.select(capability="from", group="to").unique("capability").collect()
        found = rows.join(parts, on="capability", how="left")
        return found.with_columns(pl.coalesce("group", "capability").alias("capability")).drop("group").unique()

    @cached_property
    def absent(self) -> pl.DataFrame:
        """Who says something else of a capability and has no live system: ``organisation``, ``setting``, ``capability``, ``reason``, ``id``.

        Nobody says so of a group: whoever lacks one leaf may have another.
        """
        import polars as pl

        every = told(self.on).sort(strength(), maintain_order=True).unique(["body", "capability"], keep="first")
        said = every.select(
            "answer",
            "absence",
            organisation="body",
            capability=CAPABILITY + pl.col("capability").str.strip_prefix(CAPABILITY),
        ).rename({"answer": "reason", "absence": "id"})
        if self.capabilities is not None:
            said = said.filter(pl.col("capability").is_in(self.capabilities.implode()))
        said = said.join(self.organisations, on="organisation")
        said = said.clear() if self.by_group else said
        return said.join(self.live, on=["organisation", "capability"], how="anti").sort("organisation", "capability")

    @cached_property
    def products(self) -> pl.DataFrame:
        """What each live system is: ``system``, ``product`` (null: not known), ``supplier`` (one row each; null: not known).

        What a body made itself is its own supplier: the id of the product, which is unique in each organisation.
        """
        import polars as pl

        mine = named_systems(self.on).filter(pl.col("system").is_in(self.systems.implode()))
        named = mine.select("system", pl.col("instance").alias("product"), pl.col("suppliers").alias("supplier"))
        return named.explode("supplier").sort("system", "product", "supplier")

    @cached_property
    def weighed(self) -> pl.DataFrame:
        """What each organisation has, weighed: ``organisation``, ``setting``, and the columns of :func:`weighed`, ``kind`` the product."""
        found = weighed(self.rows, self.contracts.paid).rename({"body": "organisation", "product": "kind"})
        return found.join(self.organisations, on="organisation").sort("organisation", "capability", "kind")

    @cached_property
    def supplied(self) -> pl.DataFrame:
        """``weighed`` with one row a supplier; see :func:`supplied`."""
        return supplied(self.weighed)


def weighed(rows: pl.DataFrame, paid: pl.DataFrame) -> pl.DataFrame:
    """Returns what bodies have for each capability: capability, body, product, suppliers, in_house, stands_in, cost, weight.

    ``rows`` are live systems, ``paid`` what bodies pay a year for a product (capability, body, product, cost). Each body
    weighs 1 for a capability; several products share it, by cost where that is known of all, else equally. What names
    neither product nor supplier is not here.
    """
    import polars as pl

    place = ["capability", "body"]
    has = rows.filter(pl.col("product").is_not_null()).group_by(*place, "product").agg(
        pl.col("suppliers").explode().drop_nulls().unique().sort(), pl.col("in_house").any(), pl.col("stands_in").any()
    )  # fmt: skip
    priced = has.join(paid, on=[*place, "product"], how="left")
    total = pl.col("cost").sum().over(place)
    known = ~pl.col("cost").has_nulls().over(place) & (total > 0)
    return priced.with_columns(weight=pl.when(known).then(pl.col("cost") / total).otherwise(1 / pl.len().over(place)))


def supplied(shares: pl.DataFrame) -> pl.DataFrame:
    """Returns what is weighed with one row a ``supplier``: those of a product share its weight, what nobody names is left out."""
    import polars as pl

    each = shares.with_columns(pl.col("weight") / pl.col("suppliers").list.len())
    return each.explode("suppliers").rename({"suppliers": "supplier"}).drop_nulls("supplier")


def holdings(
    on: EstateOn, selector: str = "", setting: str = "", *, by_group: bool = False, reference: Path | None = None
) -> Holdings:
    """Returns who has what among what a selector selects, in one care setting or all, by capability or by group of them.

    UsageError if the selector cannot be read, or no organisation is of the setting.
    """
    found = Holdings(on, str(parse_expression(selector)) if selector else EVERYTHING, setting, by_group, reference)
    if setting and not found.organisations.height:
        known = _typed(on.things("organisation"), reference)["type"].drop_nulls().unique().sort()
        raise UsageError(
            f"no organisation is of the setting {setting!r}", hint=f"there are: {', '.join(known.to_list())}"
        )
    return found


def _typed(organisations: pl.DataFrame, reference: Path | None) -> pl.DataFrame:
    import polars as pl

    code = pl.coalesce("code", pl.col("id").str.strip_prefix("organisation:"))
    return typed(organisations.select("role", "trust_type", "pathway_roles", body="id", code=code), reference)


def _named(ids: pl.Series, selector: str) -> pl.Series | None:
    """Returns the ids that a selector names; ``None`` where it names none of the kind, or everything is meant."""
    return None if selector == EVERYTHING or not ids.len() else ids
