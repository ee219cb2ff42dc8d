"""Who is at the two ends of the interfaces in use: organisations, the systems they work with, and what passes between.

An interface joins two organisations if its exposer and a consumer are operated or used by them. Of a national service
(a system of a national body) only the operator counts: it lies between its users, who do not hold it. Things are numbered, because comparing numbers
costs a tenth of comparing ids.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from eamap.interpret.pathway_roles import BY_SERVICE, NATIONAL, pathway_roles

if TYPE_CHECKING:
    import polars as pl

    from eamap.interpret.geography import Geography
    from eamap.model.selector import EstateOn

IN_USE = ("live", "retiring")
MANUAL = ("paper", "email", "phone", "fax")
ENGINE = "capability:TEC-1.1"
"""What an integration engine does."""
_BODY = "organisation:"


@dataclass(frozen=True, eq=False)
class Ends:
    """The organisations, systems and interfaces of an estate that count on the day."""

    on: EstateOn
    geography: Geography
    reference: Path | None = None

    # Organisations ----------------------------------------------------------------------------------------------------

    @cached_property
    def bodies(self) -> pl.DataFrame:
        """The organisations open on the day, by code: body (number), id, code, icb, national, documented.

        One is documented if it operates or uses a system, or an interface names it; of the others nothing is known.
        """
        import polars as pl

        day = self.on.as_of.isoformat()
        table = self.on.things("organisation").select("id", "opened", "closed")
        open_ = (pl.col("opened").fill_null("") <= day) & (pl.col("closed").fill_null("~") + "~" >= day)
        current = self.geography.followed.table.filter(pl.col("outcome") == "itself")["organisation"]
        code = pl.col("id").str.strip_prefix(_BODY)
        known = table.filter(open_ & code.is_in(current.implode())).select("id", code.alias("code")).sort("code")
        units = self.geography.units.select(code="organisation", icb="icb")
        national = self.roles.filter(pl.col("role") == NATIONAL)["id"].implode()
        placed = known.join(units, on="code", how="left", maintain_order="left").with_row_index("body")
        return placed.with_columns(pl.col("id").is_in(national).alias("national"))

    @cached_property
    def roles(self) -> pl.DataFrame:
        """Who plays which role, by its own word or surely by its kind: id, role."""
        import polars as pl

        return self._roles.filter(pl.col("how") != BY_SERVICE).select("id", "role").unique()

    @cached_property
    def possible(self) -> pl.DataFrame:
        """Who may play which role, if it runs the service: id, role. Nobody is paired by these."""
        import polars as pl

        return self._roles.filter(pl.col("how") == BY_SERVICE).select("id", "role").unique()

    @cached_property
    def _roles(self) -> pl.DataFrame:
        return pathway_roles(self.on, self.reference).rename({"organisation": "id"})

    @cached_property
    def standing(self) -> pl.DataFrame:
        """The number of whoever stands for each organisation on the day: id, body. A divided one has none."""
        import polars as pl

        steps = self.geography.followed.table.filter(pl.len().over("organisation") == 1)
        now = self.bodies.select("body", current="code")
        return steps.join(now, on="current").select((pl.lit(_BODY) + pl.col("organisation")).alias("id"), "body")

    # Systems ----------------------------------------------------------------------------------------------------------

    @cached_property
    def systems(self) -> pl.DataFrame:
        """The production systems in use: system (number), id, operator, name, engine, service (bool).

        A status or an environment that is not stated counts as in use: the inventory lists the system.
        """
        import polars as pl

        listed = self.on.things("system").select("id", "operator", "status", "environment", "name")
        status, environment = pl.col("status").fill_null("live"), pl.col("environment").fill_null("production")
        used = listed.filter(status.is_in(IN_USE) & (environment == "production")).drop("status", "environment")
        operators = self.bodies.filter("national")["id"].implode()
        engines = self.does.filter(pl.col("capability") == ENGINE).collect()["id"].unique()
        engine, service = pl.col("id").is_in(engines.implode()), pl.col("operator").is_in(operators)
        return used.with_columns(engine=engine, service=service.fill_null(value=False)).with_row_index("system")

    @cached_property
    def products(self) -> pl.DataFrame:
        """The product that each system is an instance of: id, product."""
        return self.on.links("INSTANCE_OF").select(id="from", product="to").collect().unique("id", keep="first")

    @property
    def does(self) -> pl.LazyFrame:
        """What each system does by its source's word, or surely by its kind: id, capability. What a suite may do is left out."""
        import polars as pl

        return self.on.links("REALISES").filter(pl.col("certainty") != "possible").select(id="from", capability="to")

    @cached_property
    def holders(self) -> pl.DataFrame:
        """Who operates or uses each system: system, body; of a national service the operator only."""
        import polars as pl

        operates = self.systems.select("system", body_id="operator").drop_nulls()
        numbers = self.systems.filter(~pl.col("service")).select("id", "system")
        uses = self.on.links("USES").select(body_id="from", id="to").collect().join(numbers, on="id")
        both = pl.concat([operates, uses.select("system", "body_id")])
        return both.join(self.standing, left_on="body_id", right_on="id").select("system", "body").unique()

    # Interfaces -------------------------------------------------------------------------------------------------------

    @cached_property
    def interfaces(self) -> pl.DataFrame:
        """The interfaces in use: interface (number), id, exposer, manual (paper, email, phone, fax)."""
        import polars as pl

        listed = self.on.things("interface").select("id", "exposer", "status", "protocol")
        used = listed.filter(pl.col("status").fill_null("live").is_in(IN_USE))
        manual = pl.col("protocol").is_in(MANUAL).fill_null(value=False)
        return used.select("id", "exposer", manual.alias("manual")).with_row_index("interface")

    @cached_property
    def joins(self) -> pl.DataFrame:
        """Each interface with each of its consumers, both ends in the inventory: interface, giver, taker.

        An end is a number: that of a system, or that of an organisation whose system is not known, after those of the
        systems. What stays inside one organisation and touches no engine and no shared system joins nobody: it is left
        out.
        """
        import polars as pl

        # Joined by the hashes of ids, at a third of the cost of joining texts; the texts of what is left are compared after.
        consumes = self.on.links("CONSUMES").select("from", "to").collect()
        ends, listed = self._ends.with_row_index("place"), self.interfaces

        def of(end: str) -> pl.LazyFrame:
            known = ends.lazy().select(pl.col("end").hash(), "place", "number", "home")
            return known.rename({"end": f"_{end}", "place": f"{end}_place", "number": end, "home": f"{end}_home"})

        takers = consumes.lazy().select(_taker=pl.col("from").hash(), _at=pl.col("to").hash()).with_row_index("row")
        givers = listed.lazy().select("interface", _giver=pl.col("exposer").hash(), _at=pl.col("id").hash())
        met = takers.join(of("taker"), on="_taker").join(givers.join(of("giver"), on="_giver"), on="_at")
        abroad = ~(pl.col("giver_home") == pl.col("taker_home")).fill_null(value=False)
        found = met.filter(abroad).select("row", "interface", "giver", "taker", "giver_place", "taker_place").collect()
        same = consumes["from"].gather(found["row"]) == ends["end"].gather(found["taker_place"])
        same &= consumes["to"].gather(found["row"]) == listed["id"].gather(found["interface"])
        same &= listed["exposer"].gather(found["interface"]) == ends["end"].gather(found["giver_place"])
        return found.filter(same).select("interface", "giver", "taker")

    @cached_property
    def _ends(self) -> pl.DataFrame:
        """Everything that can be an end: end (id), number, home: the only organisation there, null for several or a hub."""
        import polars as pl

        homes = self.holders.group_by("system").agg(home=pl.col("body").first(), many=pl.len())
        homes = homes.filter(pl.col("many") == 1).select("system", "home")
        systems = self.systems.join(homes, on="system", how="left", maintain_order="left")
        home = pl.when(~pl.col("engine") & ~pl.col("service")).then("home")
        first = self.systems.height
        bodies = self.standing.select(end="id", number=(pl.col("body") + first).cast(pl.UInt32), home="body")
        return pl.concat([systems.select(end="id", number="system", home=home), bodies])

    @cached_property
    def at(self) -> pl.DataFrame:
        """Who is at an end: end (number), body."""
        import polars as pl

        own = self.bodies.select((pl.col("body") + self.systems.height).cast(pl.UInt32).alias("end"), "body")
        return pl.concat([self.holders.select(end="system", body="body"), own])

    def claims(self, standards: pl.Series) -> pl.DataFrame:
        """Returns who among the interfaces that join somebody claims one of some standards: interface, standard (registry id)."""
        import polars as pl

        prefix = "standard:"
        wanted = pl.col("to").is_in((prefix + standards).implode())
        links = self.on.links("CLAIMS").filter(wanted).select(id="from", standard=pl.col("to").str.strip_prefix(prefix))
        met = self.interfaces.select("id", "interface").join(
            self.joins.select("interface").unique(), on="interface", how="semi"
        )
        return links.collect().join(met, on="id").select("interface", "standard")

    @cached_property
    def documented(self) -> pl.Series:
        """The numbers of the organisations that operate or use a system in use, or stand at an end of an interface."""
        import polars as pl

        first = self.systems.height
        named = pl.concat([self.joins["giver"].alias("body"), self.joins["taker"].alias("body")]).unique()
        return pl.concat([self.holders["body"], named.filter(named >= first) - first]).unique().sort()
