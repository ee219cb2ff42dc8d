"""To which organisation, capability, supplier, product or system each component belongs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.analysis.support.in_use import InUse
from eamap.errors import UsageError
from eamap.model.refs.values import values_of

if TYPE_CHECKING:
    import polars as pl

GROUPS = ("org", "capability", "supplier", "product", "system")
_SURE = ("stated", "inferred")


def grouped(held: InUse, by: str) -> pl.DataFrame:
    """Returns ``id``, ``system``, ``place`` and ``group``: the group's id, or null where it is not known.

    A component belongs to each capability its system surely does. ``product`` is what the component is by the lifecycle
    data, not what its system is.
    """
    import polars as pl

    rows = held.rows.select("id", "system", "operator", "place")
    if by == "org":
        return rows.with_columns(group="operator")
    if by == "system":
        return rows.with_columns(group="system")
    if by == "product":
        product = pl.coalesce("product", "supplement_product")
        names = held.with_standing("product", "supplement_product").select(product.alias("group"))
        return rows.with_columns(names)
    if by in ("capability", "supplier"):
        return rows.join(_of_systems(held, by), on="system", how="left", maintain_order="left")
    raise UsageError(f"components are not grouped by {by!r}", hint=f"there are: {', '.join(GROUPS)}")


def _of_systems(held: InUse, by: str) -> pl.DataFrame:
    import polars as pl

    systems = held.rows["system"].drop_nulls().unique()
    if by == "supplier":
        return values_of(held.on, systems, "supplier").select(system="id", group="value").unique()
    done = held.on.links("REALISES").filter(pl.col("from").is_in(systems.implode()))
    if "certainty" in done.collect_schema():
        done = done.filter(pl.col("certainty").is_null() | pl.col("certainty").is_in(_SURE))
    return done.select(system="from", group="to").unique().collect()


def names_of(held: InUse, by: str, groups: pl.Series) -> dict[str, str]:
    """Returns the names of groups by id; those that have none go by their id."""
    import polars as pl

    kind = {"org": "organisation", "capability": "capability", "supplier": "supplier", "system": "system"}.get(by)
    if kind is None:
        return {}
    things = held.on.things(kind).filter(pl.col("id").is_in(groups.drop_nulls().implode()))
    return {identifier: name for identifier, name in things.select("id", "name").iter_rows() if name}
