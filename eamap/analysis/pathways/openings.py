"""How gaps could be closed: what each interface or connection would be worth if somebody acted on it.

An *opening* is something that would join two organisations, or lead one of them to an engine or a national service, and
the actions it needs: none where it is there already, one, or two.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from eamap.analysis.pathways.gaps import Part
from eamap.analysis.pathways.handoffs import PAST, Handoffs
from eamap.analysis.pathways.worth import Worth

if TYPE_CHECKING:
    import polars as pl

_NEEDS = ("one", "other")
"""Columns with the keys of the actions that something needs; null where it needs fewer."""


@dataclass(frozen=True, eq=False)
class Openings:
    """The openings of one part for its gaps: ``gaps`` has gap, bit, one, other (bodies)."""

    part: Part
    gaps: pl.DataFrame

    @property
    def worth(self) -> Worth:
        """What each interface is worth now."""
        return self.part.worth

    @property
    def asked(self) -> Handoffs:
        """The hand-offs."""
        return self.part.asked

    @cached_property
    def wanted(self) -> pl.DataFrame:
        """The gaps by their two ends: gap, mask, low, high (bodies in order)."""
        import polars as pl

        ends = pl.col("one"), pl.col("other")
        masked = self.gaps.join(self.asked.bits, on="step")
        return masked.select("gap", "step", "mask", low=pl.min_horizontal(*ends), high=pl.max_horizontal(*ends))

    @cached_property
    def standards(self) -> pl.DataFrame:
        """The wire standards that are not past their use: standard, mask."""
        import polars as pl

        return self.asked.standards.filter(~pl.col("status").is_in(PAST)).select("standard", "mask")

    # Interfaces that could conform ---------------------------------------------------------------------------------------

    @cached_property
    def _offered(self) -> pl.DataFrame:
        """The standards that a national service takes: system, standard.

        It offers them, a step that names it asks for them, or an interface to it claims them.
        """
        import polars as pl

        named = self.worth.services
        own = named.select("system", pl.col("offers").alias("standard")).explode("standard").drop_nulls()
        asked = named.join(self.asked.asks, on="step").select("system", "standard")
        services = self.worth.ends.systems.filter("service")["system"].implode()
        claimed = self._claimed.filter(pl.col("end").is_in(services)).select(system="end", standard="standard")
        return pl.concat([own, asked, claimed]).unique()

    @cached_property
    def _claimed(self) -> pl.DataFrame:
        """The standards that some interface at an end claims: end, standard."""
        import polars as pl

        claims = self.worth.ends.claims(self.standards["standard"])
        joins = self.worth.ends.joins
        ends = pl.concat([joins.select("interface", end=side) for side in ("giver", "taker")]).unique()
        return claims.join(ends, on="interface").select("end", "standard").unique()

    @cached_property
    def _subjects(self) -> pl.DataFrame:
        """What would have to conform at each system: end, subject (its product, else itself); null at an engine or a service."""
        import polars as pl

        ends = self.worth.ends
        named = ends.systems.join(ends.products, on="id", how="left", maintain_order="left")
        hub = pl.col("engine") | pl.col("service")
        return named.select(end="system", service="service", subject=pl.when(~hub).then(pl.coalesce("product", "id")))

    @cached_property
    def conformable(self) -> pl.DataFrame:
        """The interfaces that could claim a standard more: interface, standard, replaces, one, other (keys of actions).

        Every system at its ends has to conform, but for those that claim the standard elsewhere, for an engine, which
        translates, and for an end of which no system is known. Where all do, the giver's product has to be made to use it.
        """
        import polars as pl

        rows = self.worth.joined.filter(pl.col("at2") != 0).join(self.standards, how="cross")
        rows = rows.filter((pl.col("at2") & pl.col("mask")) != 0)
        wrong = pl.col("interface").is_in(self.worth.contradicted.implode())
        rows = rows.filter(wrong | ((pl.col("at3") & pl.col("mask")) != pl.col("mask"))).with_columns(replaces=wrong)
        sides = [
            rows.select("interface", "standard", "replaces", end=side, first=pl.lit(value=side == "giver"))
            for side in ("giver", "taker")
        ]
        found = self._needs(pl.concat(sides).unique())
        keys = [
            pl.format("conform|{}|{}|", pl.col("needed").list.get(at, null_on_oob=True), "standard").alias(name)
            for at, name in enumerate(_NEEDS)
        ]
        return found.select("interface", "standard", "replaces", *keys).sort("interface", "standard")

    def _needs(self, sides: pl.DataFrame) -> pl.DataFrame:
        """Returns the interfaces that one or two conforming subjects would mend: interface, standard, replaces, needed.

        ``sides`` has a row for each end of an interface: interface, standard, replaces, end, first (the giver's).
        """
        import polars as pl

        every = self._ends_that_speak(sides)
        stated = pl.col("subject").is_not_null()
        refused = pl.col("service").fill_null(value=False) & pl.col("takes").is_null()
        found = every.group_by("interface", "standard", "replaces").agg(
            needed=pl.col("subject").filter(stated & pl.col("speaks").is_null()).unique().sort(),
            fallback=pl.col("subject").filter(stated).sort_by(~pl.col("first").filter(stated)).first(),
            refused=refused.any(),
        )
        fallback = pl.concat_list("fallback").list.drop_nulls()
        needed = pl.when(pl.col("needed").list.len() > 0).then("needed").otherwise(fallback)
        mended = found.filter(~pl.col("refused")).with_columns(needed=needed)
        return mended.filter(pl.col("needed").list.len().is_between(1, 2))

    def _ends_that_speak(self, sides: pl.DataFrame) -> pl.DataFrame:
        """Adds to each end whose product it is, whether it takes the standard as a service, and whether it claims it elsewhere."""
        import polars as pl

        served = self._offered.select(end="system", standard="standard", takes=pl.lit(value=True))
        every = sides.join(self._subjects, on="end", how="left").join(served, on=["end", "standard"], how="left")
        speaks = self._claimed.with_columns(speaks=pl.lit(value=True))
        return every.join(speaks, on=["end", "standard"], how="left")

    def conforming(self, keys: set[str]) -> list[tuple[str, str, bool]]:
        """Returns the interfaces that conform once some actions are done: id, standard, whether what they claim is replaced."""
        import polars as pl

        done = [pl.col(name).is_null() | pl.col(name).is_in(list(keys)) for name in _NEEDS]
        rows = self.conformable.filter(*done)
        ids = self.worth.ends.interfaces["id"]
        return list(zip(ids.gather(rows["interface"]), rows["standard"], rows["replaces"], strict=True))

    @cached_property
    def _conformed(self) -> pl.DataFrame:
        """What interfaces and consumers would be worth: interface, giver, taker, gives (steps), one, other."""
        import polars as pl

        rows = self.worth.joined.join(self.conformable, on="interface").join(self.standards, on="standard")
        free = (
            pl.when("replaces")
            .then(pl.col("at1") & pl.lit(self.asked.unasked, pl.UInt64))
            .otherwise(pl.lit(0, pl.UInt64))
        )
        return rows.select("interface", "giver", "taker", *_NEEDS, gives=pl.col("mask") | free)

    # Connections that could be made -----------------------------------------------------------------------------------

    @cached_property
    def connectable(self) -> pl.DataFrame:
        """The connections that could be made: giver (a service or an engine), taker (an engine or a body's end), gives, one."""
        import polars as pl

        ends = self.worth.ends
        systems, first = ends.systems, ends.systems.height
        bodies = pl.concat([self.wanted.select("step", body=side) for side in ("low", "high")]).unique()
        bodies = bodies.join(ends.bodies.filter(~pl.col("national")).select("body", "icb"), on="body")
        own = bodies.select("step", taker=(pl.col("body") + first).cast(pl.UInt32))
        shared = ends.holders.filter(pl.len().over("system") > 1).join(
            systems.filter("engine").select("system"), on="system"
        )
        engines = bodies.join(shared, on="body").select("step", taker="system").unique()
        takers = pl.concat([own, engines])
        asks = self.asked.asks.join(self.standards, on="standard").select("step", "standard")
        bare = self.asked.steps.join(self.asked.asks, on="step", how="anti").select(
            "step", standard=pl.lit(None, pl.String)
        )
        named = self.worth.services.select("step", giver="system").join(pl.concat([asks, bare]), on="step")
        to_services = named.join(takers, on="step").select("giver", "taker", "standard")
        every = pl.concat([to_services, self._to_engines(asks)]).unique()
        return self._keyed(every)

    def _to_engines(self, asks: pl.DataFrame) -> pl.DataFrame:
        """An engine that the one end of a gap works with could be connected to the other end, inside a system of care."""
        import polars as pl

        ends = self.worth.ends
        first, icbs = ends.systems.height, ends.bodies.select("body", "icb")
        engines = ends.holders.join(ends.systems.filter("engine").select("system"), on="system")
        found = []
        for near, far in (("low", "high"), ("high", "low")):
            met = self.wanted.select("step", near, far).unique().join(engines, left_on=near, right_on="body")
            met = met.join(icbs.rename({"body": near}), on=near).join(
                icbs.rename({"body": far, "icb": "other_icb"}), on=far
            )
            met = met.filter(pl.col("icb") == pl.col("other_icb"))
            apart = met.join(engines.rename({"body": far}), on=[far, "system"], how="anti")
            found.append(apart.select("step", giver="system", taker=(pl.col(far) + first).cast(pl.UInt32)))
        return pl.concat(found).join(asks, on="step").select("giver", "taker", "standard")

    def _keyed(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Adds what each connection would be worth and the key of the action that makes it."""
        import polars as pl

        ends = self.worth.ends
        does = self.worth.of_ends.select("end", "does")
        met = rows.join(self.standards, on="standard", how="left").with_columns(pl.col("mask").fill_null(0))
        met = met.join(does.rename({"end": "giver"}), on="giver", how="left")
        met = met.join(does.rename({"end": "taker", "does": "taker_does"}), on="taker", how="left")
        met = met.with_columns(pl.col("does", "taker_does").fill_null(0))
        at1 = pl.col("does") | pl.col("taker_does") | pl.col("mask")
        gives = pl.col("mask") | (at1 & pl.lit(self.asked.unasked, pl.UInt64))
        names = pl.concat([ends.systems["id"], ends.bodies["id"]])
        named = met.with_columns(_giver=names.gather(met["giver"]), _taker=names.gather(met["taker"]))
        key = pl.format("connect|{}|{}|{}", "_taker", pl.col("standard").fill_null(""), "_giver")
        found = named.select("giver", "taker", gives=gives, one=key, other=pl.lit(None, pl.String))
        return found.filter(pl.col("gives") != 0)

    # Ways -------------------------------------------------------------------------------------------------------------

    @cached_property
    def _rows(self) -> pl.DataFrame:
        """Everything that could be between two ends: giver, taker, gives, one, other."""
        import polars as pl

        columns = ("giver", "taker", "gives", *_NEEDS)
        return pl.concat([self._conformed.select(columns), self.connectable.select(columns)])

    @cached_property
    def direct(self) -> pl.DataFrame:
        """What would join two organisations: low, high, gives, one, other."""
        import polars as pl

        at = self.worth.ends.at
        met = self._rows.join(at.rename({"end": "giver", "body": "near"}), on="giver")
        met = met.join(at.rename({"end": "taker", "body": "far"}), on="taker").filter(pl.col("near") != pl.col("far"))
        pair = {"low": pl.min_horizontal("near", "far"), "high": pl.max_horizontal("near", "far")}
        return met.select(**pair, gives="gives", one="one", other="other").unique()

    @cached_property
    def legs(self) -> pl.DataFrame:
        """What leads or would lead to an engine or a national service: hub, body, gives, one, other."""
        import polars as pl

        hubs = self.worth.ends.systems.filter(pl.col("engine") | pl.col("service"))["system"].implode()
        sides = [
            self._rows.filter(pl.col(hub).is_in(hubs)).select("gives", *_NEEDS, hub=hub, end=end)
            for hub, end in (("giver", "taker"), ("taker", "giver"))
        ]
        would = pl.concat(sides).join(self.worth.ends.at, on="end").select("hub", "body", "gives", *_NEEDS)
        none = pl.lit(None, pl.String)
        now = self.worth.meeting.filter("hub").select(hub="place", body="body", gives="at3", one=none, other=none)
        return pl.concat([would, now.filter(pl.col("gives") != 0)]).unique()

    @cached_property
    def ways(self) -> pl.DataFrame:
        """Every way to close a gap by one action or by two: gap, one, other (keys; other null where one is enough)."""
        import polars as pl

        met = self.wanted.select("gap", "mask", "low", "high")
        direct = met.join(self.direct, on=["low", "high"]).filter((pl.col("gives") & pl.col("mask")) != 0)
        direct = direct.select("gap", *_NEEDS)
        first = met.join(self.legs.rename({"body": "low"}), on="low").filter((pl.col("gives") & pl.col("mask")) != 0)
        second = self.legs.rename({"body": "high", "gives": "gives_far", "one": "one_far", "other": "other_far"})
        via = first.join(second, on=["hub", "high"]).filter((pl.col("gives_far") & pl.col("mask")) != 0)
        keys = pl.concat_list("one", "other", "one_far", "other_far").list.drop_nulls().list.unique().list.sort()
        via = via.select("gap", keys=keys).filter(pl.col("keys").list.len().is_between(1, 2)).unique()
        via = via.select("gap", one=pl.col("keys").list.get(0), other=pl.col("keys").list.get(1, null_on_oob=True))
        return pl.concat([direct, via]).unique().sort("gap", "one", "other")
