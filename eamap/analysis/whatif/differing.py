"""What differs between an estate and what it would be: systems, connections, users and places, for lists and pictures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from eamap.analysis.pathways.ends import IN_USE

if TYPE_CHECKING:
    import polars as pl

    from eamap.interpret.geography import Geography
    from eamap.model.selector import EstateOn

    Side = tuple[EstateOn, Geography]

ADDED, REMOVED, CHANGED, SAME = "added", "removed", "changed", "same"
_BODY = "organisation:"


@dataclass(frozen=True, eq=False)
class Difference:
    """The two sides, each an estate on a day and where its organisations lie; ``moved`` are the codes that change place."""

    before: Side
    after: Side
    moved: tuple[str, ...] = ()

    @cached_property
    def systems(self) -> pl.DataFrame:
        """The systems that differ, by id: id, operator, name, change, was, now (what each is an instance of)."""
        import polars as pl

        sides = [
            self._systems(on).rename({"product": at, "used": f"used_{at}"})
            for (on, _), at in ((self.before, "was"), (self.after, "now"))
        ]
        both = sides[0].join(sides[1].drop("operator", "name"), on="id", how="full", coalesce=True)
        change = (
            pl.when(pl.col("used_was") & ~pl.col("used_now")).then(pl.lit(REMOVED))
            .when(~pl.col("used_was") & pl.col("used_now")).then(pl.lit(ADDED))
            .when(pl.col("was").ne_missing(pl.col("now"))).then(pl.lit(CHANGED)).otherwise(pl.lit(SAME))
        )  # fmt: skip
        found = both.with_columns(change=change).filter(pl.col("change") != SAME)
        return found.select("id", "operator", "name", "change", "was", "now").sort("id")

    @staticmethod
    def _systems(on: EstateOn) -> pl.DataFrame:
        """The systems: id, operator, name, product (what it is an instance of, else its text), used (in use, in production)."""
        import polars as pl

        listed = on.things("system").select("id", "operator", "name", "status", "environment", text="product")
        links = on.links("INSTANCE_OF").select(id="from", product="to").collect().unique("id", keep="first")
        names = on.things("product").select(product="id", called="name")
        known = listed.join(links, on="id", how="left").join(names, on="product", how="left")
        status, environment = pl.col("status").fill_null("live"), pl.col("environment").fill_null("production")
        used = status.is_in(IN_USE) & (environment == "production")
        return known.select("id", "operator", "name", product=pl.coalesce("called", "text"), used=used)

    @cached_property
    def connections(self) -> pl.DataFrame:
        """The connections that differ: interface, giver, taker, change, was, now (standards claimed), protocol."""
        import polars as pl

        keys = ["interface", "giver", "taker"]
        sides = [
            self._connections(on).rename({"claims": at}) for (on, _), at in ((self.before, "was"), (self.after, "now"))
        ]
        one, other = (
            each.with_columns(pl.lit(value=True).alias(f"in_{at}"))
            for each, at in zip(sides, ("was", "now"), strict=True)
        )
        both = one.join(other, on=keys, how="full", coalesce=True, suffix="_now")
        change = (
            pl.when(pl.col("in_now").is_null()).then(pl.lit(REMOVED)).when(pl.col("in_was").is_null()).then(pl.lit(ADDED))
            .when(pl.col("was").ne_missing(pl.col("now"))).then(pl.lit(CHANGED)).otherwise(pl.lit(SAME))
        )  # fmt: skip
        found = both.with_columns(change=change, protocol=pl.coalesce("protocol", "protocol_now")).filter(
            pl.col("change") != SAME
        )
        return found.select(*keys, "change", "was", "now", "protocol").sort(keys)

    def _connections(self, on: EstateOn) -> pl.DataFrame:
        """Every interface in use with each consumer, both ends there: interface, giver, taker, claims, protocol."""
        import polars as pl

        listed = on.things("interface").select("id", "exposer", "status", "protocol", "standard")
        used = listed.filter(pl.col("status").fill_null("live").is_in(IN_USE))
        consumes = on.links("CONSUMES").select(interface="to", taker="from").collect().unique()
        there = pl.concat([self._systems(on).filter("used")["id"], on.things("organisation")["id"]])
        met = used.select(interface="id", giver="exposer", protocol="protocol", text="standard").join(
            consumes, on="interface"
        )
        known = met.filter(pl.col("giver").is_in(there.implode()) & pl.col("taker").is_in(there.implode()))
        links = on.links("CLAIMS").select(interface="from", to=pl.col("to").str.strip_prefix("standard:")).collect()
        claims = links.group_by("interface").agg(claims=pl.col("to").unique().sort().str.join(", "))
        told = known.join(claims, on="interface", how="left")
        return told.select("interface", "giver", "taker", pl.coalesce("claims", "text").alias("claims"), "protocol")

    @cached_property
    def users(self) -> pl.DataFrame:
        """The organisations that come to work with a system, or cease to: organisation, system, change."""
        import polars as pl

        keys = ["organisation", "system"]
        one, other = (self._users(on) for on, _ in (self.before, self.after))
        gone = one.join(other, on=keys, how="anti").with_columns(change=pl.lit(REMOVED))
        come = other.join(one, on=keys, how="anti").with_columns(change=pl.lit(ADDED))
        return pl.concat([gone, come]).sort(keys)

    def _users(self, on: EstateOn) -> pl.DataFrame:
        import polars as pl

        used = self._systems(on).filter("used")["id"]
        links = on.links("USES").select(organisation="from", system="to").collect().unique()
        return links.filter(pl.col("system").is_in(used.implode()))

    @cached_property
    def places(self) -> pl.DataFrame:
        """The organisations of the estate that lie in another board: organisation (code), was, now, change."""
        import polars as pl

        if not self.moved:
            return pl.DataFrame(schema=dict.fromkeys(("organisation", "was", "now", "change"), pl.String))
        known = self.before[0].things("organisation")["id"].str.strip_prefix(_BODY)
        one, other = (
            place.units.filter(pl.col("organisation").is_in(known.implode())).select(
                "organisation", pl.col("icb").alias(at)
            )
            for (_, place), at in ((self.before, "was"), (self.after, "now"))
        )
        both = one.join(other, on="organisation", how="full", coalesce=True)
        return (
            both.filter(pl.col("was").ne_missing(pl.col("now")))
            .with_columns(change=pl.lit(CHANGED))
            .sort("organisation")
        )

    def parts(self) -> Iterator[tuple[str, pl.DataFrame]]:
        """Yields each table of what differs, by name."""
        yield from (
            ("systems", self.systems),
            ("connections", self.connections),
            ("users", self.users),
            ("places", self.places),
        )
