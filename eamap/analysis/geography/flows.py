"""Flows between boards: what share of a volume crosses a boundary, for any boundaries, and between what and what it lies.

A flow has two ends. Each end lies in one board of the boundaries asked for, or may lie in several: land that merged, was
divided or was gained cannot be told apart afterwards. So every flow stays, crosses, or is undecided, and a share is a
range: from what certainly crosses to what may. What is undecided is never left out of the total.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from eamap.interpret.followed import KIND
from eamap.model.refs import Ref
from eamap.reference.sets import earliest_day

if TYPE_CHECKING:
    import polars as pl

    from eamap.interpret.geography import Geography
    from eamap.model.estate import Estate
    from eamap.reference.organisations import Organisations

STAYS, CROSSES, UNDECIDED = "stays", "crosses", "undecided"
LEVELS = ("ics", "region")
RTT, ESTATE = "rtt", "estate"
ALL = "all"
OR = " or "
SIGN = ", "
"""Parts the words of a ref that say which flows are meant."""
UNKNOWN = "unknown"
_COLUMNS = ("id", "origin", "destination", "specialty", "specialty_name", "volume")


@dataclass(frozen=True, eq=False)
class Flows:
    """Volumes from one end to another. ``day`` is the one whose boards the ends are; None where they are organisations.

    ``table`` has the columns id, origin, destination, specialty, specialty_name, volume; a volume that nobody stated is null.
    """

    name: str
    says: str
    day: date | None
    table: pl.DataFrame


def published(reference: Organisations) -> Flows:
    """Returns the published flows: incomplete pathways from the board that commissions them to that of the provider.

    The board of a provider is that of its headquarters. Source: NHS England referral to treatment statistics, April 2026.
    """
    import polars as pl

    told = reference.flows.with_row_index("id", offset=1).with_columns(pl.col("id").cast(pl.String))
    table = told.rename({"commissioner": "origin", "provider": "destination", "pathways": "volume"})
    day = earliest_day(reference.facts.file("flows_by_specialty.parquet").date)
    return Flows(RTT, "incomplete pathways, RTT statistics of April 2026", day, table.select(_COLUMNS))


def stated(estate: Estate) -> Flows:
    """Returns the flows that an estate states between organisations."""
    import polars as pl

    told = estate.things("flow").select("id", "origin", "destination", "specialty", "volume").sort("id")
    ends = (pl.col(end).str.strip_prefix(KIND) for end in ("origin", "destination"))
    return Flows(
        ESTATE,
        "flows that the estate states",
        None,
        told.with_columns(*ends, specialty_name="specialty").select(_COLUMNS),
    )


@dataclass(frozen=True, eq=False)
class Placed:
    """Flows as they lie in a geography."""

    flows: Flows
    geography: Geography
    ics: str | None = None
    """Only flows that begin or end in this board, or may."""

    @cached_property
    def table(self) -> pl.DataFrame:
        """Returns the flows with a volume: the columns of flows, and from, to, ics, from_region, to_region, region.

        ``from`` and ``to`` name the board, or each that may be meant (``QH8 or QJG``), or ``unknown``; ``ics`` and ``region``
        say whether the flow stays, crosses or is undecided.
        """
        import polars as pl

        told = self.flows.table.drop_nulls("volume")
        found = told.join(self._pairs, on=["origin", "destination"], how="left", nulls_equal=True)
        if self.ics is None:
            return found
        met = [pl.col(end).str.split(OR).list.contains(self.ics) for end in ("from", "to")]
        return found.filter(met[0] | met[1])

    def ref(self, figure: str, what: str = ALL, level: str = "ics") -> str:
        """Returns the ref of a figure about some of the flows: all, of a specialty, or from one label to another."""
        boundaries = self.geography.boundaries
        parts = [*([f"ics {self.ics}"] if self.ics else ()), *([what] if what != ALL else ())]
        asked = str(boundaries.file) if boundaries.file else boundaries.name
        return str(Ref("flow", (figure, self.flows.name, asked, level, SIGN.join(parts) or ALL)))

    @property
    def unstated(self) -> int:
        """How many flows have no volume, and so are in no figure."""
        return self.flows.table["volume"].null_count()

    @cached_property
    def _pairs(self) -> pl.DataFrame:
        """Judges each distinct pair of ends once."""
        import polars as pl

        ends = self.flows.table.select("origin", "destination").unique()
        ways = self._ways(pl.concat([ends["origin"].alias("code"), ends["destination"].alias("code")]))
        near = ways.rename({"code": "origin", "icbs": "a", "regions": "ra"})
        far = ways.rename({"code": "destination", "icbs": "b", "regions": "rb"})
        both = ends.join(near, on="origin", how="left").join(far, on="destination", how="left")
        return both.select(
            "origin", "destination", _label("a").alias("from"), _label("b").alias("to"), _standing("a", "b").alias("ics"),
            _label("ra").alias("from_region"), _label("rb").alias("to_region"), _standing("ra", "rb").alias("region"),
        )  # fmt: skip

    def _ways(self, codes: pl.Series) -> pl.DataFrame:
        """Returns where each code may lie: code, icbs, regions; both empty where one of the ways is unknown."""
        import polars as pl

        known = self.geography.reference.boards["code"].implode()
        asked = codes.drop_nulls().unique()
        board = asked.is_in(known) if self.flows.day is None else pl.repeat(value=True, n=asked.len(), eager=True)
        # A board stands for the land it had, an organisation for itself.
        land = self.geography.across(asked.filter(board), self.flows.day or self.geography.as_of)
        land = land.join(self.geography.boards.select("icb", "region"), on="icb", how="left")
        bodies = self.geography.candidates.filter(pl.col("organisation").is_in(asked.filter(~board).implode()))
        found = pl.concat([land.rename({"board": "code"}), bodies.rename({"organisation": "code"})])
        return found.group_by("code").agg(_all_known("icb").alias("icbs"), _all_known("region").alias("regions"))

    def select(
        self, *, specialty: str | None = None, origin: str | None = None, target: str | None = None
    ) -> pl.DataFrame:
        """Returns the flows of a specialty, or from one label to another, or all."""
        import polars as pl

        found = self.table
        for name, wanted in (("specialty", specialty), ("from", origin), ("to", target)):
            if wanted is not None:
                found = found.filter(pl.col(name).fill_null(UNKNOWN) == wanted)
        return found

    def shares(self, by: str | None = None, level: str = "ics") -> pl.DataFrame:
        """Returns, for each value of a column or for all: total, crosses, undecided, lower, upper.

        ``lower`` is the share of the total that certainly crosses, ``upper`` what may; both null where there is nothing.
        """
        import polars as pl

        def held(standing: str) -> pl.Expr:
            return pl.col("volume").filter(pl.col(level) == standing).sum()

        figures = (
            pl.col("volume").sum().alias("total"),
            held(CROSSES).alias("crosses"),
            held(UNDECIDED).alias("undecided"),
        )
        table = self.table.with_columns(pl.col("specialty", "specialty_name").fill_null(UNKNOWN))
        if by is None:
            found = table.select(*figures)
        else:
            name = [pl.col("specialty_name").first()] if by == "specialty" else []
            found = table.group_by(by).agg(*name, *figures).sort(by)
        total = pl.when(pl.col("total") > 0).then("total")
        return found.with_columns(
            lower=pl.col("crosses") / total, upper=(pl.col("crosses") + pl.col("undecided")) / total
        )

    @cached_property
    def between(self) -> pl.DataFrame:
        """Returns each pair of boards: from, to, ics, volume, of (all that begins in from), the largest first."""
        import polars as pl

        found = self.table.group_by("from", "to", "ics").agg(pl.col("volume").sum())
        return found.with_columns(of=pl.col("volume").sum().over("from")).sort(
            ["volume", "from", "to"], descending=[True, False, False]
        )

    @cached_property
    def apart(self) -> pl.DataFrame:
        """Returns the pairs of two different boards between which something flows, as ``between`` has them."""
        import polars as pl

        return self.between.filter((pl.col("from") != pl.col("to")) & (pl.col("volume") > 0))

    def drawn(self, first: int) -> set[str]:
        """Returns the boards that the largest pairs of ``apart`` begin or end in, or may."""
        ends = self.apart.head(first)
        return {board for label in (*ends["from"], *ends["to"]) for board in label.split(OR)}

    def undecided(self) -> dict[str, pl.DataFrame]:
        """Returns the flows that cannot be told apart, by why: inside one board of their day, between two, an end unknown."""
        import polars as pl

        open_ = self.table.filter(pl.col("ics") == UNDECIDED)
        lost = (pl.col("from") == UNKNOWN) | (pl.col("to") == UNKNOWN)
        same = pl.col("origin") == pl.col("destination")
        return {
            "inside": open_.filter(~lost & same),
            "between": open_.filter(~lost & ~same),
            "unknown": open_.filter(lost),
        }


def specialty_of(name: str) -> str:
    """Returns the words of a ref for the flows of a specialty."""
    return f"specialty {name}"


def pair_of(origin: str, target: str) -> str:
    """Returns the words of a ref for the flows from one label to another."""
    return f"from {origin}{SIGN}to {target}"


def read_words(what: str) -> dict[str, str]:
    """Reads the words of a ref: ics CODE, then specialty NAME (which may hold commas), or from A, to B, or after N."""
    head, _, rest = what.partition(SIGN) if what.startswith("ics ") else ("", "", what)
    told = [head, rest] if rest.startswith("specialty ") else [head, *rest.split(SIGN)]
    return dict(part.split(" ", 1) for part in told if part not in ("", ALL))


def placed(flows: Flows, geography: Geography, ics: str | None = None) -> Placed:
    """Returns flows as they lie in a geography, all of them or those that touch one board."""
    return Placed(flows, geography, ics)


def _all_known(name: str) -> pl.Expr:
    """The distinct values of a group in order; none where one of them is unknown, because then it may be any."""
    import polars as pl

    return pl.col(name).filter(pl.col(name).null_count() == 0).unique().sort()


def _label(name: str) -> pl.Expr:
    import polars as pl

    return pl.when(pl.col(name).list.len() > 0).then(pl.col(name).list.join(OR)).otherwise(pl.lit(UNKNOWN))


def _standing(one: str, other: str) -> pl.Expr:
    """Stays where both ends certainly lie in one and the same; crosses where they have none in common; else undecided."""
    import polars as pl

    a, b = pl.col(one), pl.col(other)
    known = (a.list.len() > 0) & (b.list.len() > 0)
    same = (a.list.len() == 1) & (b.list.len() == 1) & (a.list.first() == b.list.first())
    apart = a.list.set_intersection(b).list.len() == 0
    return (
        pl.when(known & same).then(pl.lit(STAYS)).when(known & apart).then(pl.lit(CROSSES)).otherwise(pl.lit(UNDECIDED))
    )
