"""What the texts of contracts name: the product and the supplier, as the texts of systems would."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from eamap.interpret.ground import Ground
from eamap.interpret.products import Products

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.selector import EstateOn


def contracted(on: EstateOn, reference: Path | None = None) -> pl.DataFrame:
    """Returns the contracts with what their texts name: the columns of the record, ``product_id`` and ``supplier_id``.

    Null is a text that names nobody, or none.
    """
    products = Products(Ground(on.estate, on.as_of, reference))
    contracts = on.things("contract")
    product = products.meanings.of(contracts["product"], "product_").select("text", "product_id")
    supplier = products.suppliers.of(contracts["supplier"], "supplier_").select("text", "supplier_id")
    named = contracts.join(product, left_on="product", right_on="text", how="left", maintain_order="left")
    return named.join(supplier, left_on="supplier", right_on="text", how="left", maintain_order="left")
