"""What each interface is worth to each hand-off, as numbers with one bit a step.

An interface counts for a step if it claims a standard that the step asks for, if the system at one of its ends does what
the step needs, if one end is a national service that the step names, or if nobody says what either end does.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from eamap.analysis.pathways.handoffs import ALL, LIVE, PAST

if TYPE_CHECKING:
    import polars as pl

    from eamap.analysis.pathways.ends import Ends
    from eamap.analysis.pathways.handoffs import Handoffs

RANKS = ("other_means", "non_conformant", "declared_only", "conformant")
"""What a connection can be worth, the least first. Column ``at1`` holds the steps worth at least the first, and so on."""
LEVELS = ("at1", "at2", "at3", "at4")
WHY = ("past", "contradicted")
"""Why a connection is no better: the standard is past its use, or the statement contradicts it; steps as numbers."""
MASKS = (*LEVELS, *WHY)
FAILING = ("FHR001", "FHR002", "FHR003", "FHR004", "FHR013")
MET = "FHR013"


@dataclass(frozen=True, eq=False)
class Worth:
    """The worth of the interfaces of an estate to some hand-offs; ``verdicts`` is what the FHIR checks found, if anything."""

    ends: Ends
    asked: Handoffs
    verdicts: pl.DataFrame | None = None

    @cached_property
    def services(self) -> pl.DataFrame:
        """The national services that steps name and the estate holds: system, step, standards that it offers."""
        import polars as pl

        from eamap.matching.normalise import key
        from eamap.model.ids import key_part

        held = self.ends.systems.filter("service").join(self.ends.products, on="id", how="left")
        names = {key(row["name"]): row["system"] for row in held.drop_nulls("name").iter_rows(named=True)}
        products: dict[str, list[int]] = {}
        for row in held.drop_nulls("product").iter_rows(named=True):
            products.setdefault(row["product"], []).append(row["system"])
        rows = []
        for row in self.asked.services.iter_rows(named=True):
            found = products.get(f"product:{key_part(row['product'])}", []) if row["product"] else []
            known = names.get(key(row["name"]))
            rows += [
                (system, row["step"], row["offers"]) for system in {*found, *([known] if known is not None else [])}
            ]
        schema: Any = {"system": pl.UInt32, "step": pl.String, "offers": pl.List(pl.String)}
        return pl.DataFrame(rows, schema=schema, orient="row").sort("system", "step")

    @cached_property
    def of_ends(self) -> pl.DataFrame:
        """What an end says of the steps: end, does (steps it does a thing for, or is named by), told (whether it says)."""
        import polars as pl

        prefix = "capability:"
        masks = self.asked.masks(self.asked.needs, "capability").with_columns(capability=prefix + pl.col("capability"))
        numbers = self.ends.systems.select("id", end="system")
        done = self.ends.does.collect().join(numbers, on="id").join(masks, on="capability", how="left")
        named = self.asked.masks(self.services, "system").rename({"system": "end"})
        both = pl.concat([done.select("end", "mask"), named.select("end", "mask")])
        return both.group_by("end").agg(does=pl.col("mask").bitwise_or().fill_null(0), told=pl.lit(value=True))

    @cached_property
    def claimed(self) -> pl.DataFrame:
        """What each interface claims, steps as numbers: interface, asked, usable (not past its use), past, met (verified, in force)."""
        import polars as pl

        told = self.ends.claims(self.asked.standards["standard"]).join(self.asked.standards, on="standard")
        told = told.join(self._passed, on=["interface", "standard"], how="left")
        live, past = pl.col("status") == LIVE, pl.col("status").is_in(PAST)

        def steps(test: pl.Expr) -> pl.Expr:
            return pl.when(test).then("mask").otherwise(pl.lit(0, pl.UInt64))

        met = pl.col("met").fill_null(value=False)
        each = told.select("interface", asked="mask", usable=steps(~past), past=steps(past), met=steps(live & met))
        return united(each, "interface")

    @cached_property
    def _passed(self) -> pl.DataFrame:
        """Whose statement was compared with a standard's requirements and met them: interface, standard, met."""
        import polars as pl

        schema: Any = {"interface": pl.UInt32, "standard": pl.String, "met": pl.Boolean}
        if self.verdicts is None:
            return pl.DataFrame(schema=schema)
        found = self.verdicts.filter((pl.col("check") == MET) & (pl.col("verdict") == "pass"))
        found = found.join(self.ends.interfaces.select("id", "interface"), left_on="subject", right_on="id")
        return found.select("interface", standard="identity", met=pl.lit(value=True)).unique()

    @cached_property
    def contradicted(self) -> pl.Series:
        """The interfaces whose statement contradicts what they claim, or is wrong in itself."""
        import polars as pl

        if self.verdicts is None:
            return pl.Series("interface", [], dtype=pl.UInt32)
        failed = self.verdicts.filter(pl.col("check").is_in(FAILING) & (pl.col("verdict") == "fail"))
        mine = failed.select("subject").unique()
        return mine.join(self.ends.interfaces.select("id", "interface"), left_on="subject", right_on="id")["interface"]

    @cached_property
    def joined(self) -> pl.DataFrame:
        """Each interface and consumer with its worth: interface, giver, taker, and MASKS; those worth nothing are left out."""
        import polars as pl

        none = pl.lit(0, pl.UInt64)
        unasked = pl.lit(self.asked.unasked, pl.UInt64)
        rows = self.ends.joins.join(self.claimed, on="interface", how="left")
        for end in ("giver", "taker"):
            rows = rows.join(
                self.of_ends.rename({"end": end, "does": f"{end}_does", "told": f"{end}_told"}), on=end, how="left"
            )
        rows = rows.with_columns(pl.col("asked", "usable", "past", "met", "giver_does", "taker_does").fill_null(0))
        silent = pl.col("giver_told").is_null() & pl.col("taker_told").is_null() & (pl.col("asked") == 0)
        does = pl.col("giver_does") | pl.col("taker_does") | pl.col("asked")
        manual = self.ends.interfaces.filter("manual")["interface"].implode()
        by_hand, wrong = pl.col("interface").is_in(manual), pl.col("interface").is_in(self.contradicted.implode())
        proven = self._passed["interface"].implode()
        rows = rows.with_columns(
            at1=pl.when(silent).then(pl.lit(ALL, pl.UInt64)).otherwise(does), by_hand=by_hand, wrong=by_hand | wrong
        )
        free = pl.col("at1") & unasked
        known = pl.when(pl.col("interface").is_in(proven)).then(free).otherwise(none)
        rows = rows.with_columns(
            at2=pl.when("by_hand").then(none).otherwise("at1"),
            at3=pl.when("wrong").then(none).otherwise(pl.col("usable") | free),
            at4=pl.when("wrong").then(none).otherwise(pl.col("met") | known),
            past=pl.when("by_hand").then(none).otherwise(pl.col("past") & ~pl.col("usable")),
            contradicted=pl.when(wrong & ~by_hand).then("at1").otherwise(none),
        )
        return rows.filter(pl.col("at1") != 0).select("interface", "giver", "taker", *MASKS)

    @cached_property
    def between(self) -> pl.DataFrame:
        """Each interface between two organisations: interface, giver, taker, one, other (bodies, both ways), and MASKS."""
        import polars as pl

        at = self.ends.at
        met = self.joined.join(at.rename({"end": "giver", "body": "one"}), on="giver")
        return met.join(at.rename({"end": "taker", "body": "other"}), on="taker").filter(
            pl.col("one") != pl.col("other")
        )

    @cached_property
    def direct(self) -> pl.DataFrame:
        """What two organisations are worth to one another by interfaces of their own: one, other (one < other), and MASKS."""
        import polars as pl

        ends = pl.col("one"), pl.col("other")
        pair = {"one": pl.min_horizontal(*ends), "other": pl.max_horizontal(*ends)}
        return united(self.between.select(*MASKS, **pair), "one", "other")

    @cached_property
    def legs(self) -> pl.DataFrame:
        """Each interface that leads to an engine or a national service: interface, hub, end (the other), body, and MASKS."""
        import polars as pl

        hubs = self.ends.systems.filter(pl.col("engine") | pl.col("service"))["system"].implode()
        sides = [
            self.joined.filter(pl.col(hub).is_in(hubs))
            .rename({hub: "hub", end: "end"})
            .select("interface", "hub", "end", *MASKS)
            for hub, end in (("giver", "taker"), ("taker", "giver"))
        ]
        return pl.concat(sides).join(self.ends.at, on="end")

    @cached_property
    def meeting(self) -> pl.DataFrame:
        """Where organisations meet without an interface of their own: place, hub (bool), body, and MASKS.

        At an engine or a national service meet those with a leg to it; in a shared system those who work with it, for
        the steps it does something for. Sharing is declared by the inventory; no wire is needed and none is verified.
        """
        import polars as pl

        legs = (
            self.legs.group_by(place="hub", body="body")
            .agg(pl.col(*MASKS).bitwise_or())
            .with_columns(hub=pl.lit(value=True))
        )
        several = self.ends.holders.filter(pl.len().over("system") > 1)
        does = self.of_ends.filter(pl.col("does") != 0)
        shared = several.join(does, left_on="system", right_on="end").select(place="system", body="body", does="does")
        none = pl.lit(0, pl.UInt64)
        levels = {
            "at1": pl.col("does"),
            "at2": pl.col("does"),
            "at3": pl.col("does"),
            "at4": none,
            "past": none,
            "contradicted": none,
        }
        shared = shared.with_columns(**levels, hub=pl.lit(value=False))
        columns = ("place", "hub", "body", *MASKS)
        return pl.concat([legs.select(columns), shared.select(columns)])


def united(frame: pl.DataFrame, *keys: str) -> pl.DataFrame:
    """Returns one row a key, with all steps of its rows; nearly every key has one row, and only the others cost anything."""
    import polars as pl

    ordered = frame.select(*keys, pl.exclude(keys))
    several = ordered.select(
        pl.struct(keys).is_duplicated() if len(keys) > 1 else pl.col(keys[0]).is_duplicated()
    ).to_series()
    together = ordered.filter(several).unique().group_by(keys).agg(pl.exclude(keys).bitwise_or())
    return pl.concat([ordered.filter(~several), together])
