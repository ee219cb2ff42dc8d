"""Reads the products of NHS systems: their suppliers, their other names, what they do; and the GP IT catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from eamap.reference import sets
from eamap.reference.memory import remembered

if TYPE_CHECKING:
    import polars as pl

SET = "products"


@dataclass(frozen=True, slots=True)
class Product:
    """One product under its canonical name."""

    name: str
    supplier: str
    aliases: tuple[str, ...]
    capabilities: tuple[str, ...]
    """Leaves that the product can do; of a suite, those usually bought."""
    settings: tuple[str, ...]
    national_service: bool
    note: str | None


@remembered
def load(folder: Path | None = None) -> Products:
    """Opens the set."""
    return Products(folder)


class Products:
    """The products, by their canonical names, as tables that can be joined."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    @cached_property
    def frame(self) -> pl.DataFrame:
        """One row a product: product, supplier, settings (;), national_service (bool), note."""
        import polars as pl

        return self._raw.select("product", "supplier", "settings", pl.col("national_service") == "1", "note")

    @cached_property
    def aliases(self) -> pl.DataFrame:
        """Every name of every product, its own included: alias, product."""
        return self._names("product", "aliases")

    @cached_property
    def supplier_aliases(self) -> pl.DataFrame:
        """Every name of every supplier, its own included: alias, supplier. One old name may belong to two of today's suppliers."""
        return self._names("supplier", "supplier_aliases")

    @cached_property
    def capabilities(self) -> pl.DataFrame:
        """What each product does: product, capability."""
        return self._exploded("product", "capability_ids", "capability")

    def gpit(self, table: str) -> pl.DataFrame:
        """One table of the GP IT catalogue: ``items``, ``suppliers`` or ``item_capabilities``."""
        return sets.read(SET, f"gpit_{table}.csv", self._folder)

    def get(self, name: str) -> Product | None:
        """Returns the product of a canonical name, as written."""
        return self._by_name.get(name)

    @cached_property
    def _raw(self) -> pl.DataFrame:
        return sets.read(SET, "products.csv", self._folder)

    @cached_property
    def _by_name(self) -> dict[str, Product]:
        return {
            row["product"]: Product(
                row["product"],
                row["supplier"],
                _split(row["aliases"]),
                _split(row["capability_ids"]),
                _split(row["settings"]),
                row["national_service"] == "1",
                row["note"],
            )
            for row in self._raw.iter_rows(named=True)
        }

    def _exploded(self, owner: str, column: str, name: str) -> pl.DataFrame:
        import polars as pl

        values = pl.col(column).str.split(";").alias(name)
        return (
            self._raw.select(owner, values)
            .explode(name)
            .with_columns(pl.col(name).str.strip_chars())
            .filter(pl.col(name).is_not_null() & (pl.col(name) != ""))
            .unique(maintain_order=True)
        )

    def _names(self, owner: str, column: str) -> pl.DataFrame:
        import polars as pl

        own = self._raw.select(pl.col(owner).alias("alias"), owner)
        return (
            pl.concat([own, self._exploded(owner, column, "alias").select("alias", owner)])
            .drop_nulls()
            .unique()
            .sort("alias", owner)
        )


def _split(text: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip()) if text else ()
