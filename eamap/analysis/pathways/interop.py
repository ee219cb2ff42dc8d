"""Who has adopted which standards: of the interfaces of a supplier, a product or a system of care, how many claim each.

Counted are the interfaces in use that carry data (not paper, email, phone or fax) with a system of the group at one of
their ends. A claim is what an inventory says or a statement shows; verified is what the FHIR checks compared and found met.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from eamap.analysis.pathways.ends import Ends
from eamap.analysis.pathways.handoffs import PAST
from eamap.analysis.pathways.worth import FAILING, MET

if TYPE_CHECKING:
    import polars as pl

ANY, EVERY = "any", "all"
BY = ("supplier", "product", "ics")
COUNTS = ("interfaces", "stated", "claimed", "past_use", "assessed", "verified", "contradicted", "organisations")
"""What is counted for each group and standard; ``interfaces`` is what the others, but organisations, are shares of."""
UNKNOWN = "not known"


@dataclass(frozen=True, eq=False)
class Interop:
    """The adoption of standards in an estate; ``verdicts`` is what the FHIR checks found, if they ran."""

    ends: Ends
    verdicts: pl.DataFrame | None = None

    @cached_property
    def interfaces(self) -> pl.DataFrame:
        """The interfaces counted: interface (id), stated (whether a standard is stated), contradicted, assessed."""
        import polars as pl

        texts = self.ends.on.things("interface").select("id", stated=pl.col("standard").is_not_null())
        used = self.ends.interfaces.filter(~pl.col("manual")).select("id").join(texts, on="id")
        wrong = pl.col("id").is_in(self._subjects(FAILING, "fail")["subject"].implode())
        met = pl.col("id").is_in(self._subjects((MET,), "pass")["subject"].implode())
        return used.select(interface="id", stated="stated", contradicted=wrong, assessed=wrong | met)

    def _subjects(self, checks: tuple[str, ...], verdict: str) -> pl.DataFrame:
        import polars as pl

        if self.verdicts is None:
            return pl.DataFrame(schema={"subject": pl.String, "identity": pl.String})
        found = self.verdicts.filter(pl.col("check").is_in(checks) & (pl.col("verdict") == verdict))
        return found.select("subject", "identity").unique()

    @cached_property
    def claims(self) -> pl.DataFrame:
        """What they claim: interface, standard, past_use, verified."""
        import polars as pl

        links = (
            self.ends.on.links("CLAIMS")
            .select(interface="from", standard=pl.col("to").str.strip_prefix("standard:"))
            .collect()
        )
        statuses = self.ends.on.things("standard").select(
            pl.col("id").str.strip_prefix("standard:").alias("standard"), "status"
        )
        met = self._subjects((MET,), "pass").select(
            interface="subject", standard="identity", verified=pl.lit(value=True)
        )
        told = links.join(statuses, on="standard", how="left").join(met, on=["interface", "standard"], how="left")
        past, verified = pl.col("status").is_in(PAST).fill_null(value=False), pl.col("verified").fill_null(value=False)
        return told.select("interface", "standard", past_use=past, verified=verified).unique()

    def groups(self, by: str) -> pl.DataFrame:
        """Returns the groups that each interface belongs to: interface, key, name, body (who holds the system there)."""
        import polars as pl

        on = self.ends.on
        near = self.ends.interfaces.select(interface="id", end="exposer")
        far = on.links("CONSUMES").select(interface="to", end="from").collect()
        systems = self.ends.systems.select(end="id", system="system")
        met = pl.concat([near, far]).drop_nulls().unique().join(systems, on="end")
        held = met.join(self.ends.holders, on="system", how="left")
        return self._keyed(held, by).select("interface", "key", "name", "body").unique()

    def _keyed(self, held: pl.DataFrame, by: str) -> pl.DataFrame:
        import polars as pl

        on = self.ends.on
        if by == "ics":
            boards = self.ends.bodies.select("body", key="icb")
            names = on.things("organisation").select(key=pl.col("id").str.strip_prefix("organisation:"), name="name")
            return (
                held.join(boards, on="body", how="left")
                .join(names, on="key", how="left")
                .with_columns(pl.col("key").fill_null(UNKNOWN))
            )
        products = held.join(self.ends.products, left_on="end", right_on="id", how="left")
        if by == "product":
            names = on.things("product").select(key="id", name="name")
            return (
                products.rename({"product": "key"})
                .join(names, on="key", how="left")
                .with_columns(pl.col("key").fill_null(UNKNOWN))
            )
        links = on.links("SUPPLIED_BY").select("from", key="to").collect().unique()
        own = products.join(links, left_on="end", right_on="from", how="left")
        sold = own.join(links.rename({"key": "sold"}), left_on="product", right_on="from", how="left")
        names = on.things("supplier").select(key="id", name="name")
        told = sold.with_columns(key=pl.coalesce("key", "sold")).join(names, on="key", how="left")
        return told.with_columns(pl.col("key").fill_null(UNKNOWN))

    def adoption(self, by: str) -> pl.DataFrame:
        """Returns a row a group, and a row a standard that one of its interfaces claims, by name, key and standard.

        Columns: key, name, standard (``any``: of the group as a whole), and COUNTS. One that states a standard which
        nobody could match claims none; one that states none is unknown, and counts in ``interfaces`` alone.
        """
        import polars as pl

        rows = self.groups(by).join(self.interfaces, on="interface")
        named = self.claims.group_by("interface").agg(
            pl.col("past_use").any(), pl.col("verified").any(), claimed=pl.lit(value=True)
        )
        whole = rows.join(named, on="interface", how="left").with_columns(standard=pl.lit(ANY))
        each = rows.join(self.claims.with_columns(claimed=pl.lit(value=True)), on="interface")
        flags = ("stated", "claimed", "past_use", "assessed", "verified", "contradicted")
        columns = ("key", "name", "standard", "interface", "body", *flags)
        every = pl.concat([whole.select(columns), each.select(columns)])

        def distinct(flag: str) -> pl.Expr:
            return pl.col("interface").filter(pl.col(flag).fill_null(value=False)).n_unique().alias(flag)

        counted = every.group_by("key", "standard").agg(
            pl.col("name").first(), *map(distinct, flags), organisations=pl.col("body").drop_nulls().n_unique()
        )
        totals = rows.group_by("key").agg(interfaces=pl.col("interface").n_unique())
        found = counted.join(totals, on="key").with_columns(
            pl.col("name").fill_null(pl.col("key")), _first=pl.col("standard") != ANY
        )
        return found.sort("name", "key", "_first", "standard").select("key", "name", "standard", *COUNTS)

    def totals(self) -> dict[str, int]:
        """Returns how many interfaces there are, and how many state, claim, are verified and contradicted, each once."""
        names = ("interfaces", "stated", "claimed", "assessed", "verified", "contradicted")
        return {name: len(self.behind(BY[0], EVERY, ANY, name)) for name in names}

    def behind(self, by: str, key: str, standard: str, count: str) -> list[str]:
        """Returns what a figure counts: ids of interfaces, or of organisations."""
        import polars as pl

        rows = (
            self.interfaces
            if key == EVERY
            else self.groups(by).filter(pl.col("key") == key).join(self.interfaces, on="interface")
        )
        if count != "interfaces" and standard != ANY:
            rows = rows.join(self.claims.filter(pl.col("standard") == standard), on="interface")
        elif count in ("claimed", "past_use", "verified"):
            rows = rows.join(self.claims, on="interface")
        if count in ("stated", "past_use", "assessed", "verified", "contradicted"):
            rows = rows.filter(pl.col(count))
        if count == "organisations":
            found = rows.select("body").drop_nulls().unique().join(self.ends.bodies.select("body", "id"), on="body")
            return found["id"].sort().to_list()
        return rows["interface"].unique().sort().to_list()
