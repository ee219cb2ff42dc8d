"""What the hand-offs of the care pathways ask for, one bit a hand-off, so that a set of steps is one whole number.

An interface, a capability and an organisation then each have one number for all the steps they have to do with, and
what several of them have in common is one operation on a column. A number holds 64 steps; more come in several parts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eamap.interpret.pathway_roles import NATIONAL

if TYPE_CHECKING:
    import polars as pl

WIDTH = 64
ALL = (1 << WIDTH) - 1
WIRE = "wire"
LIVE = "active"
PAST = ("deprecated", "retired", "withdrawn")


@dataclass(frozen=True, eq=False)
class Handoffs:
    """At most 64 hand-offs: ``steps`` has bit, step, pathway, pathway_name, order, name, from_role, to_role.

    ``needs`` (step, capability), ``asks`` (step, text, standard; wire standards only) and ``services`` (step, service,
    name, product, offers) are what they ask for. ``statuses`` is standard and status on the day.
    """

    steps: pl.DataFrame
    needs: pl.DataFrame
    asks: pl.DataFrame
    services: pl.DataFrame
    statuses: pl.DataFrame

    def masks(self, table: pl.DataFrame, key: str) -> pl.DataFrame:
        """Returns the steps of each value of a column of a table with a column ``step``: the column, mask."""
        import polars as pl

        bits = table.join(self.bits, on="step").select(key, "mask").unique()
        return bits.drop_nulls().group_by(key).agg(pl.col("mask").bitwise_or())

    @cached_property
    def bits(self) -> pl.DataFrame:
        """The number of each step alone: step, mask."""
        import polars as pl

        masks = pl.Series("mask", [1 << bit for bit in self.steps["bit"].to_list()], dtype=pl.UInt64)
        return self.steps.select("step").with_columns(masks)

    @cached_property
    def standards(self) -> pl.DataFrame:
        """The wire standards asked for: standard, mask (who asks), status on the day."""
        import polars as pl

        found = self.masks(self.asks, "standard").join(self.statuses, on="standard", how="left")
        return found.with_columns(pl.col("status").fill_null("unknown")).sort("standard")

    @cached_property
    def unasked(self) -> int:
        """The steps whose texts name no wire standard, as a number."""
        asked = set(self.asks["step"].to_list())
        return sum(1 << bit for bit, step in self.steps.select("bit", "step").iter_rows() if step not in asked)

    @cached_property
    def national(self) -> int:
        """The steps with a national body at one end, as a number."""
        ends = self.steps.select("bit", "from_role", "to_role").iter_rows()
        return sum(1 << bit for bit, *roles in ends if NATIONAL in roles)


def handoffs(statuses: pl.DataFrame, reference: Path | None = None, pathway: str | None = None) -> Iterator[Handoffs]:
    """Yields the hand-offs of all pathways, or of one (``P1``), in their order; UsageError for a pathway that is not there.

    ``statuses`` is standard, status: what is known of each standard on the day.
    """
    import polars as pl

    from eamap.errors import UsageError
    from eamap.reference import crosswalks, pathways

    known, words = pathways.load(reference), crosswalks.load(reference)
    chosen = known.steps.filter(pl.col("handoff"))
    if pathway is not None:
        chosen = chosen.filter(pl.col("pathway") == pathway)
        if not chosen.height:
            told = ", ".join(known.pathways["id"].to_list())
            raise UsageError(f"there is no pathway {pathway!r}", hint=f"there are {told}")
    wires = words.pathway_standards.filter(pl.col("kind") == WIRE).drop_nulls("registry_id")
    asks = known.standards.join(wires.select("text", standard="registry_id"), on="text", maintain_order="left_right")
    services = known.services.join(_services(words.pathway_services), on="text", maintain_order="left_right")
    columns = ("step", "pathway", "pathway_name", "order", "name", "from_role", "to_role")
    for start in range(0, chosen.height, WIDTH):
        steps = chosen.slice(start, WIDTH).rename({"id": "step"}).select(columns).with_row_index("bit")
        held = steps.select("step")
        yield Handoffs(
            steps,
            known.capabilities.join(held, on="step", how="semi"),
            asks.join(held, on="step", how="semi").unique(maintain_order=True),
            services.join(held, on="step", how="semi").unique(maintain_order=True),
            statuses,
        )


def _services(table: pl.DataFrame) -> pl.DataFrame:
    """Returns one row a service that a text means: text, service, name, product, offers (a list of standards)."""
    import polars as pl

    offers = (
        pl.col("interface_registry_id").fill_null("").str.split("|").list.eval(pl.element().filter(pl.element() != ""))
    )
    told = table.drop_nulls("service_id").select("text", "service_id", "name", "product", offers=offers).to_dicts()
    rows = []
    for row in told:
        ids, names = row["service_id"].split("|"), row["name"].split("|")
        products = (row["product"] or "").split("|")
        for place, service in enumerate(ids):
            product = products[place].strip() if place < len(products) and len(products) == len(ids) else ""
            rows.append(
                (
                    row["text"],
                    service.strip(),
                    names[min(place, len(names) - 1)].strip(),
                    product or None,
                    row["offers"],
                )
            )
    schema: Any = {
        "text": pl.String,
        "service": pl.String,
        "name": pl.String,
        "product": pl.String,
        "offers": pl.List(pl.String),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")
