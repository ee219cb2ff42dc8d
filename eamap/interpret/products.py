"""Which product each system is an instance of, and the products there are.

The text for the product decides; where there is none, a system that goes by exactly the name of a product is one, if
its supplier agrees or is not stated. What a body made itself is a product of its own in each organisation: counted as
one product, the in-house systems of ten trusts would look like ten trusts sharing a system.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from eamap.interpret.meanings import ALIAS, AS_STATED, DECISION, IN_HOUSE, Meanings
from eamap.interpret.shapes import CITATION, as_links, as_things, beside, by_reference, decoded
from eamap.model.ids import key_part

if TYPE_CHECKING:
    import polars as pl

    from eamap.interpret.ground import Ground

BY_NAME = "name"
TABLE = "product-table"
_NAMED = (ALIAS, AS_STATED, DECISION)


class Products:
    """The products of an estate, worked out from what its systems state."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    @cached_property
    def known(self) -> pl.DataFrame:
        """The products of the reference data: id, name, supplier, supplier_id, aliases."""
        import polars as pl

        from eamap.reference import products

        reference = products.load(self._ground.reference)
        aliases = reference.aliases.filter(pl.col("alias") != pl.col("product")).group_by("product").agg(
            pl.col("alias").sort().str.join("; ").alias("aliases")
        )  # fmt: skip
        frame = reference.frame.select("product", "supplier").join(
            aliases, on="product", how="left", maintain_order="left"
        )
        return frame.select(
            _ids("product", frame["product"]), pl.col("product").alias("name"), "supplier",
            _ids("supplier", frame["supplier"]).alias("supplier_id"), "aliases",
        )  # fmt: skip

    @cached_property
    def suppliers(self) -> Meanings:
        """What texts for a supplier mean."""
        from eamap.matching.products import supplier_names
        from eamap.reference import crosswalks, products

        folder = self._ground.reference
        names = supplier_names(products.load(folder), crosswalks.load(folder).not_names)
        return Meanings("supplier", names, self._ground.decided)

    @cached_property
    def meanings(self) -> Meanings:
        """What texts for a product mean."""
        from eamap.matching.products import product_names
        from eamap.reference import crosswalks, products

        folder = self._ground.reference
        names = product_names(products.load(folder), crosswalks.load(folder).not_names)
        return Meanings("product", names, self._ground.decided)

    @cached_property
    def systems(self) -> pl.DataFrame:
        """What each system is; ``product_id`` is null where no product is named.

        Columns: id, product_id, product_name, match, version, supplier_text, supplier_id, supplier_name, supplier_match,
        source, row, rule.
        """
        import polars as pl

        told = ("id", "operator", "name", "product", "product_version", "supplier", *CITATION)
        stated = self._ground.estate.things("system").select(told)
        read = stated.join(self.meanings.of(stated["product"], "p_"), left_on="product", right_on="text", how="left",
                           maintain_order="left")  # fmt: skip
        read = read.join(self.suppliers.of(read["supplier"], "s_"), left_on="supplier", right_on="text", how="left",
                         maintain_order="left")  # fmt: skip
        return self._chosen(self._by_name(read)).select(
            "id", "product_id", "product_name", "match", pl.col("product_version").alias("version"),
            pl.col("supplier").alias("supplier_text"), pl.col("s_id").alias("supplier_id"),
            pl.col("s_name").alias("supplier_name"), pl.col("s_match").alias("supplier_match"), *CITATION,
        )  # fmt: skip

    def _by_name(self, read: pl.DataFrame) -> pl.DataFrame:
        """Adds ``n_id`` and ``n_name``: the product a system goes by, where no product and no other supplier is stated."""
        import polars as pl

        open_ones = read.filter(~pl.col("p_match").is_in([*_NAMED, IN_HOUSE]).fill_null(False))
        found = self.meanings.of(self._likely(open_ones["name"]), "n_", exactly=True).join(
            self.known.select(n_id="id", n_supplier="supplier_id"), on="n_id", how="left", maintain_order="left"
        )  # fmt: skip
        joined = read.join(found, left_on="name", right_on="text", how="left", maintain_order="left")
        supplier = pl.col("n_supplier")
        silent = pl.col("s_id").is_null() & (pl.col("s_match") != IN_HOUSE).fill_null(True)
        agrees = silent | (pl.col("s_id") == supplier) | pl.col("s_candidates").list.contains(supplier)
        chosen = agrees | (pl.col("n_match") == DECISION)
        return joined.with_columns(
            pl.when(chosen.fill_null(False)).then(pl.col(name)).alias(name) for name in ("n_id", "n_name")
        )

    def _likely(self, names: pl.Series) -> pl.Series:
        """Returns the names that may be those of products.

        Nearly every system has a name of its own: folding them all at once is far cheaper than asking for each, and for
        plain letters it gives the keys of :func:`eamap.matching.normalise.key`. Other names are asked for.
        """
        import polars as pl

        from eamap.matching.normalise import keys
        from eamap.reference import products

        distinct = names.drop_nulls().unique()
        folded = (
            distinct.str.to_lowercase()
            .str.replace_all("&", "and", literal=True)
            .str.replace_all("+", "plus", literal=True)
        )
        known = keys(products.load(self._ground.reference).aliases["alias"]).to_list()
        wanted = pl.Series([*known, *self._ground.decided.texts("product")], dtype=pl.String)
        plain = distinct.str.contains(r"^[\x00-\x27\x29-\x7f]*$")
        return distinct.filter(~plain | folded.str.replace_all(r"[^a-z0-9]", "").is_in(wanted.implode()))

    def _chosen(self, read: pl.DataFrame) -> pl.DataFrame:
        import polars as pl

        named = pl.col("p_match").is_in(_NAMED).fill_null(False)
        own = (pl.col("p_match") == IN_HOUSE).fill_null(False) | (
            ~named & (pl.col("s_match") == IN_HOUSE).fill_null(False)
        )
        own_named = (pl.col("p_match") == AS_STATED).fill_null(False) & (pl.col("s_match") == IN_HOUSE).fill_null(False)
        body = pl.coalesce(
            pl.col("operator").str.strip_prefix("organisation:"), pl.col("id").str.extract(r"^system:([^/]+)/")
        )
        key = pl.col("p_id").str.strip_prefix("product:")
        identifier = (
            pl.when(own).then(pl.format("product:in-house/{}", body))
            .when(own_named).then(pl.format("product:in-house/{}/{}", body, key))
            .when(named).then(pl.col("p_id")).otherwise(pl.col("n_id"))
        )  # fmt: skip
        name = (
            pl.when(own).then(pl.format("In-house ({})", body))
            .when(own_named).then(pl.format("{} (in-house, {})", pl.col("p_name"), body))
            .when(named).then(pl.col("p_name")).otherwise(pl.col("n_name"))
        )  # fmt: skip
        match = (
            pl.when(own | own_named).then(pl.lit(IN_HOUSE)).when(named).then(pl.col("p_match"))
            .when(pl.col("n_id").is_not_null())
            .then(pl.when(pl.col("n_match") == DECISION).then(pl.lit(DECISION)).otherwise(pl.lit(BY_NAME)))
        )  # fmt: skip
        return read.with_columns(product_id=identifier, product_name=name, match=match)

    @cached_property
    def instances(self) -> pl.DataFrame:
        """The rows of ``systems`` that name a product."""
        return self.systems.drop_nulls("product_id")

    @cached_property
    def instance_of(self) -> pl.DataFrame:
        """INSTANCE_OF, with a column ``match``: alias, as-stated, decision, name or in-house."""
        frame = self.instances.rename({"id": "from", "product_id": "to"})
        return as_links("INSTANCE_OF", frame, "match")

    @cached_property
    def things(self) -> pl.DataFrame:
        """The products that sources state, and those that systems name; ``aliases`` joins other names with "; "."""
        import polars as pl

        stated = self._ground.estate.things("product")
        used = self.instances.select(pl.col("product_id").alias("id")).unique(maintain_order=True)
        table = self.known.join(used, on="id", how="semi", maintain_order="left").with_columns(
            **by_reference("products", TABLE)
        )
        others = spelled(
            self.instances.select(pl.col("product_id").alias("id"), pl.col("product_name").alias("name"),
                                  _unless_own("supplier_text"), *CITATION),
            "product",
        ).join(self.known, on="id", how="anti", maintain_order="left")  # fmt: skip
        derived = pl.concat([as_things("product", table, "aliases"), as_things("product", others, "aliases")])
        return beside(stated, derived.sort("id"))


def spelled(frame: pl.DataFrame, kind: str) -> pl.DataFrame:
    """Returns one row an id: its most frequent spelling (of several the first by alphabet) and its first row.

    An id without any spelling, chosen by a decision, gets the words of its key.
    """
    import polars as pl

    spellings = frame.drop_nulls("name").group_by("id", "name").len()
    best = spellings.sort("len", "name", descending=[True, False]).unique("id", keep="first", maintain_order=True)
    first = frame.drop("name").unique("id", keep="first", maintain_order=True)
    words = pl.col("id").str.strip_prefix(f"{kind}:").map_elements(decoded, return_dtype=pl.String)
    return first.join(best.select("id", "name"), on="id", how="left", maintain_order="left").with_columns(
        pl.col("name").fill_null(words)
    )


def _unless_own(column: str) -> pl.Expr:
    import polars as pl

    return pl.when(pl.col("match") != IN_HOUSE).then(pl.col(column)).alias("supplier")


def _ids(kind: str, names: pl.Series) -> pl.Series:
    import polars as pl

    made = [None if name is None else f"{kind}:{key_part(name)}" for name in names.to_list()]
    return pl.Series("id", made, dtype=pl.String)
