"""What each system does: stated; else as its product usually does; else as its type says.

The route is told, and how sure it is: stated; inferred; or possible, for the modules of a suite, which differ from buyer
to buyer and count only where somebody states or confirms them.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import unquote

from eamap.interpret.shapes import CITATION, as_links, as_things, beside, by_reference
from eamap.matching.normalise import key

if TYPE_CHECKING:
    import polars as pl

    from eamap.interpret.ground import Ground
    from eamap.interpret.products import Products
    from eamap.reference.capabilities import Capabilities as Reference

_KIND = "capability:"
STATED, INFERRED, POSSIBLE = "stated", "inferred", "possible"
BY_PRODUCT, BY_TYPE = "product", "system-type"
_TEXTS = ("definition", "level", "care_settings", "pace_layer", "instances_per_org", "national_component_today",
          "national_component_kind")  # fmt: skip
_RELATIONS = {"is": INFERRED, "part_of_suite": POSSIBLE}


class Capabilities:
    """The capability model, and what the systems of an estate do in its terms."""

    def __init__(self, ground: Ground, products: Products) -> None:
        self._ground = ground
        self._products = products

    @cached_property
    def _model(self) -> Reference:
        from eamap.reference import capabilities

        return capabilities.load(self._ground.reference)

    @cached_property
    def things(self) -> pl.DataFrame:
        """The model, every column as text; capabilities that sources state stand before it."""
        import polars as pl

        frame = self._model.frame.with_columns((pl.lit(_KIND) + pl.col("id")).alias("id"))
        derived = as_things("capability", frame.with_columns(**by_reference("capabilities", "model")), *_TEXTS)
        return beside(self._ground.estate.things("capability"), derived)

    @cached_property
    def part_of(self) -> pl.DataFrame:
        """PART_OF among the capabilities of the model."""
        import polars as pl

        frame = self._model.frame.drop_nulls("parent").select(
            (pl.lit(_KIND) + pl.col("id")).alias("from"), (pl.lit(_KIND) + pl.col("parent")).alias("to"),
            **by_reference("capabilities", "model"),
        )  # fmt: skip
        return as_links("PART_OF", frame)

    @cached_property
    def realises(self) -> pl.DataFrame:
        """REALISES: what sources state and people decided, then what is inferred for systems of which neither is known."""
        import polars as pl

        stated, decided = self._stated(), self._decided()
        decided = decided.join(stated, on=["from", "to"], how="anti", maintain_order="left")
        settled = stated.filter(pl.col("to").is_in(self.things["id"].implode()))
        derived = self._inferred(settled).join(decided, on=["from", "to"], how="anti", maintain_order="left")
        return pl.concat([stated, decided, derived])

    def _stated(self) -> pl.DataFrame:
        import polars as pl

        links = as_links("REALISES", self._ground.estate.links("REALISES"))
        said = (pl.col("route").fill_null(STATED), pl.col("certainty").fill_null(STATED))
        resolved = links.with_columns(self._resolved(links["to"]), *said)
        return resolved.unique(["from", "to", "since", "until"], keep="first", maintain_order=True)

    def _decided(self) -> pl.DataFrame:
        import polars as pl

        links = self._ground.decided.capabilities
        told = {"route": pl.lit(STATED), "certainty": pl.lit(STATED)}
        return as_links("REALISES", links.with_columns(self._resolved(links["to"]), **told))

    def _resolved(self, ids: pl.Series) -> pl.Series:
        """Returns ids of capabilities as the model writes them; a name stands for its capability, if exactly one has it."""
        import polars as pl

        distinct = ids.drop_nulls().unique()
        found = pl.Series([self._resolve(each) for each in distinct.to_list()], dtype=pl.String)
        return ids.replace_strict(distinct, found, default=None, return_dtype=pl.String)

    def _resolve(self, identifier: str) -> str:
        if identifier in self._stated_ids:
            return identifier
        key_as_written = identifier.removeprefix(_KIND)
        text = unquote(key_as_written)
        found = self._model.get(text)
        return _KIND + ((found.id if found else self._names.get(key(text))) or key_as_written.upper())

    @cached_property
    def _stated_ids(self) -> frozenset[str]:
        return frozenset(self._ground.estate.things("capability")["id"].to_list())

    @cached_property
    def _names(self) -> dict[str, str]:
        """The capability of each name that only one has, by key."""
        import polars as pl

        from eamap.matching.normalise import keys

        named = self._model.frame.select("id", keys(self._model.frame["name"]).alias("key"))
        single = named.filter(~pl.col("key").is_duplicated() & (pl.col("key") != ""))
        return dict(single.select("key", "id").rows())

    def _inferred(self, settled: pl.DataFrame) -> pl.DataFrame:
        import polars as pl

        systems = self._ground.estate.things("system").select("id", "system_type", *CITATION)
        systems = systems.join(settled, left_on="id", right_on="from", how="anti", maintain_order="left")
        by_product = self._by_product(systems)
        rest = systems.join(by_product, left_on="id", right_on="from", how="anti", maintain_order="left")
        return pl.concat([by_product, self._by_type(rest)])

    def _by_product(self, systems: pl.DataFrame) -> pl.DataFrame:
        import polars as pl

        from eamap.reference import products

        able = products.load(self._ground.reference).capabilities
        sure = pl.when(pl.len().over("product") == 1).then(pl.lit(INFERRED)).otherwise(pl.lit(POSSIBLE))
        able = able.with_columns(sure.alias("certainty")).join(self._products.known, left_on="product", right_on="name")
        able = able.select(product_id="id", to=pl.lit(_KIND) + pl.col("capability"), certainty="certainty")
        named = systems.join(self._products.instances.select("id", "product_id"), on="id", maintain_order="left")
        frame = named.join(able.sort("product_id", "to"), on="product_id", maintain_order="left_right")
        # A suite may do a leaf; the type of system that the source states as well confirms that this instance does.
        typed = (
            self._by_type(systems).filter(pl.col("certainty") == INFERRED).select("from", "to", confirmed=pl.lit(True))
        )
        frame = frame.join(typed, left_on=["id", "to"], right_on=["from", "to"], how="left", maintain_order="left")
        frame = frame.with_columns(certainty=pl.when("confirmed").then(pl.lit(INFERRED)).otherwise("certainty"))
        return as_links(
            "REALISES",
            frame.select(pl.col("id").alias("from"), "to", "certainty", pl.lit(BY_PRODUCT).alias("route"), *CITATION),
        )

    def _by_type(self, systems: pl.DataFrame) -> pl.DataFrame:
        import polars as pl

        from eamap.matching.capabilities import SystemTypes
        from eamap.reference import crosswalks

        types = systems.drop_nulls("system_type").with_columns(pl.col("system_type").str.split(";").alias("text"))
        types = types.explode("text").with_columns(pl.col("text").str.strip_chars())
        meant = SystemTypes(crosswalks.load(self._ground.reference).system_types).match_all(types["text"])
        meant = meant.drop_nulls("capability").select(
            "text", (pl.lit(_KIND) + pl.col("capability")).alias("to"),
            pl.col("relation").replace_strict(_RELATIONS, return_dtype=pl.String).alias("certainty"),
        )  # fmt: skip
        frame = types.with_row_index("place").join(meant, on="text", maintain_order="left_right")
        # Of two types of one system, one may be sure of a leaf that the other only allows.
        frame = frame.sort(pl.col("certainty") == POSSIBLE, maintain_order=True)
        frame = frame.unique(["id", "to"], keep="first", maintain_order=True).sort("place", maintain_order=True)
        return as_links(
            "REALISES",
            frame.select(pl.col("id").alias("from"), "to", "certainty", pl.lit(BY_TYPE).alias("route"), *CITATION),
        )
