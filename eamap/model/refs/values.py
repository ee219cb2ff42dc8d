"""The values of a field over many things, for sums and distinct counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.errors import UsageError
from eamap.model.relations import RELATIONS
from eamap.model.selector import EstateOn
from eamap.model.selector.fields import did_you_mean, field_names, kinds_with
from eamap.model.selector.onday import joined

if TYPE_CHECKING:
    import polars as pl


def values_of(on: EstateOn, ids: pl.Series, name: str) -> pl.DataFrame:
    """Returns ``id`` and ``value`` of the things that have a known value of a field.

    ``name`` may be a field, ``kind.field``, or a relation in capitals: then the values are the things linked to. The
    product and supplier of a system are the things its links name, and the text as reported only where no link does;
    ``system.product`` is always the text as reported.
    """
    import polars as pl

    if name in RELATIONS:
        return (
            on.links(name).filter(pl.col("from").is_in(ids.implode())).select(id="from", value="to").unique().collect()
        )
    kind, _, column = name.rpartition(".")
    kinds = kinds_with(on, column, kind)
    if not kinds:
        raise UsageError(f"nothing has a field {name!r}", hint=did_you_mean(column, field_names(on, kind)))
    if name in ("product", "supplier"):
        return _of_systems_and_others(on, ids, name, kinds)
    return _stated(on, ids, column, kinds)


def _stated(on: EstateOn, ids: pl.Series, column: str, kinds: list[str]) -> pl.DataFrame:
    import polars as pl

    tables = [on.things(kind) for kind in kinds]
    found = [
        table.filter(table["id"].is_in(ids.implode()) & table[column].is_not_null()).select("id", value=column)
        for table in tables
        if table.height and column in table.columns
    ]
    filled = [table for table in found if table.height]
    return (
        pl.concat(filled, how="vertical_relaxed")
        if filled
        else pl.DataFrame(schema={"id": pl.String(), "value": pl.String()})
    )


def _of_systems_and_others(on: EstateOn, ids: pl.Series, name: str, kinds: list[str]) -> pl.DataFrame:
    import polars as pl

    linked = _products(on, ids) if name == "product" else _suppliers(on, ids)
    reported = _stated(on, ids, name, kinds).join(linked, on="id", how="anti")
    folded = reported.with_columns(pl.col("value").str.strip_chars().str.to_lowercase())
    return pl.concat([linked, folded])


def _products(on: EstateOn, systems: pl.Series) -> pl.DataFrame:
    import polars as pl

    held = on.links("INSTANCE_OF").filter(pl.col("from").is_in(systems.implode()))
    return held.select(id="from", value="to").unique().collect()


def _suppliers(on: EstateOn, ids: pl.Series) -> pl.DataFrame:
    import polars as pl

    products = _products(on, ids).rename({"value": "product"})
    ends = joined([ids, products["product"].unique()])
    held = (
        on.links("SUPPLIED_BY")
        .filter(pl.col("from").is_in(ends.implode()))
        .select(id="from", value="to")
        .unique()
        .collect()
    )
    through = products.join(held.rename({"id": "product"}), on="product").select("id", "value")
    return pl.concat([through, held.filter(pl.col("id").is_in(ids.implode()))]).unique()
