"""Which company each product comes from, and the companies there are.

A product of the reference data comes from the supplier listed there; another from the supplier that its systems state. A
system whose product nobody named points to its supplier itself.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from eamap.interpret.meanings import IN_HOUSE
from eamap.interpret.products import TABLE, Products, spelled
from eamap.interpret.shapes import CITATION, as_links, as_things, beside, by_reference, decoded

if TYPE_CHECKING:
    import polars as pl

    from eamap.interpret.ground import Ground

ROLE = "supplier"


class Suppliers:
    """The suppliers of an estate, worked out from its products, systems and contracts."""

    def __init__(self, ground: Ground, products: Products) -> None:
        self._ground = ground
        self._products = products

    @cached_property
    def _supplied(self) -> pl.DataFrame:
        """Columns from, to, name, match, source, row, rule."""
        import polars as pl

        stated = self._of_stated_products()
        known = self._products.known.join(self._products.instances, left_on="id", right_on="product_id", how="semi",
                                          maintain_order="left")  # fmt: skip
        table = known.drop_nulls("supplier_id").select(
            pl.col("id").alias("from"), pl.col("supplier_id").alias("to"), pl.col("supplier").alias("name"),
            pl.lit(TABLE).alias("match"), **by_reference("products", TABLE),
        )  # fmt: skip
        settled = pl.concat([stated, table.join(stated, on="from", how="anti", maintain_order="left")])
        others = self._of_systems().join(settled, on="from", how="anti", maintain_order="left")
        return pl.concat([settled, others])

    def _of_systems(self) -> pl.DataFrame:
        """What systems say of their products; of themselves, where they name none."""
        import polars as pl

        named = self._products.systems.drop_nulls("supplier_id")
        named = named.filter((pl.col("match") != IN_HOUSE).fill_null(True))
        subject = pl.coalesce("product_id", "id").alias("from")
        links = named.select(subject, pl.col("supplier_id").alias("to"), pl.col("supplier_name").alias("name"),
                             pl.col("supplier_match").alias("match"), *CITATION)  # fmt: skip
        return links.unique(["from", "to"], keep="first", maintain_order=True)

    def _of_stated_products(self) -> pl.DataFrame:
        import polars as pl

        things = self._ground.estate.things("product").drop_nulls("supplier")
        read = things.join(self._products.suppliers.of(things["supplier"], "s_"), left_on="supplier", right_on="text",
                           maintain_order="left")  # fmt: skip
        return read.drop_nulls("s_id").select(
            pl.col("id").alias("from"), pl.col("s_id").alias("to"), pl.col("s_name").alias("name"),
            pl.col("s_match").alias("match"), *CITATION,
        )  # fmt: skip

    @cached_property
    def supplied_by(self) -> pl.DataFrame:
        """SUPPLIED_BY, with a column ``match``: product-table, alias, as-stated or decision."""
        return as_links("SUPPLIED_BY", self._supplied, "match")

    @cached_property
    def owned_by(self) -> pl.DataFrame:
        """OWNED_BY as sources state it, between the companies that their names mean: an alias is the company it is one of."""
        import polars as pl

        stated = self._ground.estate.links("OWNED_BY")
        ends = pl.concat([stated["from"], stated["to"]]).unique().sort()
        words = pl.Series([decoded(each.partition(":")[2]) for each in ends.to_list()], dtype=pl.String)
        told = dict(self._products.suppliers.of(words, "").select("text", "id").rows())
        meant = {each: told.get(text) or each for each, text in zip(ends.to_list(), words.to_list(), strict=True)}
        read = stated.with_columns(pl.col(end).replace(meant).alias(f"{end}_meant") for end in ("from", "to"))
        # Two names of one company say that it was renamed, not that it belongs to nobody else.
        renamed = (pl.col("from_meant") == pl.col("to_meant")) & (pl.col("from") != pl.col("to"))
        kept = read.filter(~renamed).with_columns(pl.col(f"{end}_meant").alias(end) for end in ("from", "to"))
        return kept.drop("from_meant", "to_meant")

    @cached_property
    def _owners(self) -> pl.DataFrame:
        """The companies that own or are owned: id, name, and where it is said."""
        import polars as pl

        return pl.concat([
            self.owned_by.select(pl.col(end).alias("id"), pl.lit(None, dtype=pl.String).alias("name"), *CITATION) for end in ("from", "to")
        ])  # fmt: skip

    @cached_property
    def _contracted(self) -> pl.DataFrame:
        """Columns from, to, name, role, source, row, rule: the suppliers of contracts."""
        import polars as pl

        contracts = self._ground.estate.things("contract").drop_nulls("supplier")
        read = contracts.join(self._products.suppliers.of(contracts["supplier"], "s_"), left_on="supplier",
                              right_on="text", maintain_order="left")  # fmt: skip
        return read.drop_nulls("s_id").select(
            pl.col("s_id").alias("from"), pl.col("id").alias("to"), pl.col("s_name").alias("name"),
            pl.lit(ROLE).alias("role"), *CITATION,
        )  # fmt: skip

    @cached_property
    def party_to(self) -> pl.DataFrame:
        """PARTY_TO of the suppliers that contracts name, but for those that sources state as links."""
        stated = self._ground.estate.links("PARTY_TO")
        return as_links("PARTY_TO", self._contracted.join(stated, on=["from", "to"], how="anti", maintain_order="left"))

    @cached_property
    def things(self) -> pl.DataFrame:
        """The suppliers that sources state, and those referred to; ``aliases`` joins other names with "; "."""
        import polars as pl

        referred = pl.concat([
            self._supplied.select(pl.col("to").alias("id"), "name", *CITATION),
            self._contracted.select(pl.col("from").alias("id"), "name", *CITATION),
            self._owners,
        ])  # fmt: skip
        known = self._known()
        listed = known.join(referred, on="id", how="semi", maintain_order="left").with_columns(
            **by_reference("products", TABLE)
        )
        others = spelled(referred, ROLE).join(known, on="id", how="anti", maintain_order="left")
        derived = pl.concat([as_things("supplier", listed, "aliases"), as_things("supplier", others, "aliases")])
        return beside(self._ground.estate.things("supplier"), derived.sort("id"))

    def _known(self) -> pl.DataFrame:
        """The suppliers of the reference data: id, name, and the aliases that no other supplier has."""
        import polars as pl

        from eamap.reference import products

        names = products.load(self._ground.reference).supplier_aliases
        own = names["supplier"].unique().implode()
        other = names.filter(~pl.col("alias").is_duplicated() & ~pl.col("alias").is_in(own))
        aliases = other.group_by("supplier").agg(pl.col("alias").sort().str.join("; ").alias("aliases"))
        ids = (
            self._products.known.select(pl.col("supplier_id").alias("id"), "supplier")
            .drop_nulls()
            .unique(maintain_order=True)
        )
        return ids.join(aliases, on="supplier", how="left", maintain_order="left").rename({"supplier": "name"})
