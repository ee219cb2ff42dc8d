"""The few figures that people must report about support: each with what it is a share of, and what nobody knows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from eamap.analysis.support.in_use import InUse
from eamap.interpret.plans import planned
from eamap.model.estate import THINGS
from eamap.model.findings import fingerprint
from eamap.model.support import SUPPORTED, UNCERTAIN, UNKNOWN, UNSUPPORTED, Status

if TYPE_CHECKING:
    import polars as pl

PLAN = "work-package"
CHECK = "LIF001"
HOSTS = ("server", "desktop")


@dataclass(frozen=True)
class Kpi:
    """A figure: the ids it counts, those it is a share of, and those of which nobody knows; ``None``: not assessed."""

    name: str
    says: str
    counted: pl.Series | None
    among: pl.Series | None
    unknown: pl.Series | None = None


class Kpis:
    """The figures over some components."""

    def __init__(self, held: InUse) -> None:
        self._held = held

    @cached_property
    def every(self) -> tuple[Kpi, ...]:
        """All figures, in the order in which they are told."""
        return (*(self._hosts(each) for each in HOSTS), self._classless, self._unmitigated, *self._planned)

    def named(self, name: str) -> Kpi | None:
        """Returns one figure; ``None`` if there is no such."""
        return next((each for each in self.every if each.name == name), None)

    @cached_property
    def _rows(self) -> pl.DataFrame:
        return self._held.with_standing("status", "identity")

    def _hosts(self, host: str) -> Kpi:
        import polars as pl

        mine = self._rows.filter((pl.col("host_class") == host) & (pl.col("layer") == "os"))
        mine = mine.filter(pl.col("status") != Status.NOT_SOFTWARE)
        of = [mine.filter(pl.col("status").is_in(list(words)))["id"] for words in (SUPPORTED, (*UNCERTAIN, *UNKNOWN))]
        says = f"operating systems of {host}s that their vendor supports, of those listed"
        return Kpi(f"{host}s-supported", says, of[0], mine["id"], of[1])

    @cached_property
    def _classless(self) -> Kpi:
        """What the two shares of hosts leave out, because nobody said what kind of host it is."""
        systems = self._rows.filter(self._rows["layer"] == "os")
        bare = systems.filter(systems["host_class"].is_null())["id"]
        return Kpi(
            "host-class-not-stated",
            "operating systems of hosts whose kind is not stated, in no share above",
            bare,
            systems["id"],
        )

    @cached_property
    def _past(self) -> pl.DataFrame:
        import polars as pl

        return self._rows.filter(pl.col("status").is_in(list(UNSUPPORTED)))

    @cached_property
    def _unmitigated(self) -> Kpi:
        bare = self._past.filter(~self._mitigated)["id"]
        return Kpi(
            "without-mitigation", "components out of support without a mitigation on record", bare, self._past["id"]
        )

    @cached_property
    def _mitigated(self) -> pl.Series:
        """For each component out of support, whether a mitigation of it, its system or its finding is in force."""
        import polars as pl

        day = self._held.on.as_of.isoformat()
        holds = (pl.col("kind") == "mitigation") & ((pl.col("expires") == "") | (pl.col("expires") > day))
        subjects = self._held.on.estate.decisions.filter(holds)["subject"].unique()
        past, named = self._past, subjects.filter(subjects.str.starts_with(f"{CHECK}-"))
        found = past["id"].is_in(subjects.implode()) | past["system"].is_in(subjects.implode()).fill_null(False)
        if named.len():
            prints = [fingerprint(CHECK, *row) for row in past.select("id", "identity").iter_rows()]
            found |= pl.Series(prints, dtype=pl.String).is_in(named.implode())
        return found

    @cached_property
    def _planned(self) -> tuple[Kpi, ...]:
        says = {
            "without-plan": "components out of support that no work package is about",
            "unfunded": "components out of support with a work package that is not said to be funded",
            "past-their-date": "components out of support whose work package should have been done by now",
        }
        found = self._by_plan() if THINGS + PLAN in self._held.on.estate.tables else {}
        return tuple(Kpi(name, text, *found.get(name, (None, None))) for name, text in says.items())

    def _by_plan(self) -> dict[str, tuple[pl.Series, pl.Series]]:
        import polars as pl

        stated = self._held.on.things(PLAN).select(pl.col("id").alias("plan"), "funded", "target_date")
        plans = planned(self._held.on.estate).join(stated, on="plan").group_by(pl.col("component").alias("id")).agg(
            (pl.col("funded") == "yes").any().fill_null(False).alias("funded"), pl.col("target_date").max().alias("target")
        )  # fmt: skip
        past = self._past.select("id")
        with_plan = past.join(plans, on="id", maintain_order="left")
        late = with_plan.filter(pl.col("target") < self._held.on.as_of.isoformat())
        return {
            "without-plan": (past.join(with_plan, on="id", how="anti")["id"], past["id"]),
            "unfunded": (with_plan.filter(~pl.col("funded"))["id"], with_plan["id"]),
            "past-their-date": (late["id"], with_plan["id"]),
        }
