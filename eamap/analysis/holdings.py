"""Who has what for each capability: live systems, their products and suppliers, and what each weighs.

Each organisation weighs 1 for a capability; several live products share it, by what they cost a year where that is known
of all, else equally. In-house is unique in each organisation. Where the product is not known, the supplier stands for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from eamap.errors import UsageError
from eamap.model.selector import EstateOn, parse_expression, select_on
from eamap.model.selector.attached import descendants

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.selector import Selection

EVERYTHING = "kind:*"
IN_USE = "kind:system and environment:production and (status:live or status:retiring)"
"""Live production systems: a system that is being replaced is still in use; a test instance never counts."""
SURE = ("stated", "inferred")
IN_HOUSE = "product:in-house/"
_PLACE = ("organisation", "setting")


@dataclass(frozen=True)
class Holdings:
    """The part of an estate that a selector (canonical, ``kind:*`` for all) selects, as answers to who has what."""

    on: EstateOn
    selector: str
    setting: str = ""
    """A care setting (type of trust, or role), whatever its case; empty: all."""
    by_group: bool = False
    """Whether answers are about groups of capabilities: a system for any leaf of a group is an answer for the group."""

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
        found = kept.select(organisation="id", setting=setting_of()).sort("organisation")
        asked_for = pl.col("setting").str.to_lowercase() == self.setting.strip().lower()
        return found.filter(asked_for) if self.setting else found

    @cached_property
    def systems(self) -> pl.Series:
        """The ids of the live production systems in question."""
        return select_on(self.on, f"{IN_USE} and ({self.selector})").ids

    @cached_property
    def held(self) -> pl.DataFrame:
        """Who operates or uses which live system: ``organisation``, ``system``, ``setting``, each pair once."""
        import polars as pl

        links = [self.on.links(name).select(organisation="from", system="to") for name in ("OPERATES", "USES")]
        mine = pl.concat(links).filter(pl.col("system").is_in(self.systems.implode())).unique().collect()
        return mine.join(self.organisations, on="organisation").sort("organisation", "system")

    @cached_property
    def live(self) -> pl.DataFrame:
        """Who has which live system for what: ``organisation``, ``setting``, ``capability``, ``system``."""
        import polars as pl

        sure = self.on.links("REALISES").filter(pl.col("certainty").fill_null("stated").is_in(SURE))
        does = sure.select(system="from", capability="to").unique().collect()
        does = self._about(
            does if self.capabilities is None else does.filter(pl.col("capability").is_in(self.capabilities.implode()))
        )
        return (
            self.held.join(does, on="system")
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

        told = self.on.things("absence").drop_nulls("capability").select("organisation", "capability", "reason", "id")
        told = (
            told if self.capabilities is None else told.filter(pl.col("capability").is_in(self.capabilities.implode()))
        )
        told = told.sort("organisation", "capability", "reason", "id").unique(
            ["organisation", "capability"], keep="first"
        )
        told = told.join(self.organisations, on="organisation")
        told = told.clear() if self.by_group else told
        return told.join(self.live, on=["organisation", "capability"], how="anti").sort("organisation", "capability")

    @cached_property
    def products(self) -> pl.DataFrame:
        """What each live system is: ``system``, ``product`` (null: not known), ``supplier`` (one row each; null: not known).

        What a body made itself is its own supplier: the id of the product, which is unique in each organisation.
        """
        import polars as pl

        made = self.on.links("INSTANCE_OF").select(system="from", product="to").unique().collect()
        held = pl.DataFrame({"system": self.systems}).join(made, on="system", how="left")
        sold = self.on.links("SUPPLIED_BY").select("from", supplier="to").unique().collect()
        through = held.join(sold.rename({"from": "product"}), on="product", how="left")
        direct = sold.rename({"from": "system", "supplier": "own"})
        found = through.join(direct, on="system", how="left").with_columns(
            pl.coalesce("supplier", "own").alias("supplier")
        )
        own = pl.col("product").str.starts_with(IN_HOUSE).fill_null(value=False)
        told = pl.when(own).then("product").otherwise("supplier").alias("supplier")
        return (
            found.with_columns(told)
            .select("system", "product", "supplier")
            .unique()
            .sort("system", "product", "supplier")
        )

    @cached_property
    def weighed(self) -> pl.DataFrame:
        """What each organisation has, weighed: ``organisation``, ``setting``, ``capability``, ``kind``, ``supplier``, ``weight``.

        ``kind`` is the product, or the supplier where the product is not known (``stands_in``). The weights of one
        organisation and capability add up to 1; what names neither product nor supplier is not here.
        """
        import polars as pl

        from eamap.analysis.yearly_costs import yearly_costs

        kind = pl.coalesce("product", "supplier").alias("kind")
        rows = self.live.join(
            self.products.with_columns(kind, pl.col("product").is_null().alias("stands_in")), on="system"
        )
        rows = rows.drop_nulls("kind").join(yearly_costs(self.on, self.held), on=["organisation", "system"], how="left")
        each = rows.group_by(*_PLACE, "capability", "kind", "stands_in", maintain_order=True).agg(
            pl.col("supplier").drop_nulls().unique().sort(), *_cost()
        )
        told = pl.col("cost").is_not_null().all().over("organisation", "capability") & (
            pl.col("cost").sum().over("organisation", "capability") > 0
        )
        share = pl.when(told).then(pl.col("cost") / pl.col("cost").sum().over("organisation", "capability"))
        weight = share.otherwise(1 / pl.len().over("organisation", "capability")).alias("weight")
        return each.with_columns(weight).drop("cost")

    @cached_property
    def supplied(self) -> pl.DataFrame:
        """``weighed`` with one row a supplier: the suppliers of a product share its weight; rows without a supplier are left out."""
        import polars as pl

        split = (
            self.weighed.with_columns(pl.col("weight") / pl.col("supplier").list.len())
            .explode("supplier")
            .drop_nulls("supplier")
        )
        # What is known of an organisation stands for all of it: its weight is 1 where any supplier is known.
        return split.with_columns(pl.col("weight") / pl.col("weight").sum().over("organisation", "capability"))


def holdings(on: EstateOn, selector: str = "", setting: str = "", *, by_group: bool = False) -> Holdings:
    """Returns who has what among what a selector selects, in one care setting or all, by capability or by group of them.

    UsageError if the selector cannot be read, or no organisation is of the setting.
    """
    found = Holdings(on, str(parse_expression(selector)) if selector else EVERYTHING, setting, by_group)
    if setting and not found.organisations.height:
        known = on.things("organisation").select(setting_of()).to_series().drop_nulls().unique().sort()
        raise UsageError(
            f"no organisation is of the setting {setting!r}", hint=f"there are: {', '.join(known.to_list())}"
        )
    return found


def setting_of() -> pl.Expr:
    """The care setting of an organisation: its type of trust, else its role; null if neither is known."""
    import polars as pl

    return pl.coalesce("trust_type", "role").alias("setting")


def _cost() -> tuple[pl.Expr, ...]:
    """The yearly cost of a product in an organisation: of all its systems, or unknown."""
    import polars as pl

    once = pl.col("cost").filter(pl.col("system").is_first_distinct())
    return (pl.when(once.null_count() == 0).then(once.sum()).alias("cost"),)


def _named(ids: pl.Series, selector: str) -> pl.Series | None:
    """Returns the ids that a selector names; ``None`` where it names none of the kind, or everything is meant."""
    return None if selector == EVERYTHING or not ids.len() else ids
