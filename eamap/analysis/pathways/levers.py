"""Which few actions would close most of the gaps, and who would have to act.

An action is what somebody can really do: a supplier makes one product conform to one standard, one organisation connects
to one national service or to an integration engine, one engine is connected to a national service. Each closes every
hand-off that depends on it alone; two together close those that need both ends. What each would do to the estate is
worked out by the rules by which gaps are found, so what a plan promises is what a changed estate shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from eamap.analysis.changes import Change, Conform, Connect
from eamap.analysis.pathways.coverage import Plan, Way, plan
from eamap.analysis.pathways.gaps import GAPS, Gaps
from eamap.analysis.pathways.openings import Openings

if TYPE_CHECKING:
    import polars as pl

CONFORM, CONNECT = "conform", "connect"
SUPPLIER, TRUST, ICS, NATION = "supplier", "trust", "ICS", "nation"
LEVELS = (SUPPLIER, TRUST, ICS, NATION)
ONCE = (SUPPLIER, ICS, NATION)
"""Levels at which one act serves several organisations: what is done once."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that somebody can do: ``subject`` conforms to ``standard``, or is connected to ``target`` for it.

    ``subject`` is a product, a system whose product is not known, an organisation or an engine; ids.
    """

    kind: str
    subject: str
    standard: str | None
    target: str | None
    level: str

    @property
    def id(self) -> str:
        """The action in one line, the same in every run."""
        to = f" to {self.target}" if self.target else ""
        return f"{self.kind} {self.subject}{to}{f' for {self.standard}' if self.standard else ''}"


@dataclass(frozen=True, eq=False)
class Levers:
    """The actions for the gaps in scope, and the best plans; ``least`` actions are never more than asked."""

    gaps: Gaps

    @cached_property
    def rows(self) -> pl.DataFrame:
        """The gaps in scope in words, with ``weight``: the volume, where none is known the median of the known ones."""
        import polars as pl

        found = self.gaps.rows.filter(pl.col("answer").is_in(GAPS))
        usual = found["volume"].drop_nulls().median()
        return found.with_columns(weight=pl.col("volume").fill_null(1.0 if usual is None else usual)).with_row_index(
            "gap"
        )

    @cached_property
    def _openings(self) -> list[Openings]:
        import polars as pl

        return [Openings(part, self.rows.filter(pl.col("part") == at)) for at, part in enumerate(self.gaps.parts)]

    @cached_property
    def _coded(self) -> tuple[pl.DataFrame, dict[str, int]]:
        """Every way to close a gap: gap, one, other (keys of actions; other null where one is enough), and numbers of keys."""
        import polars as pl

        every = pl.concat([each.ways for each in self._openings]).unique()
        keys = pl.concat([every["one"], every["other"]]).drop_nulls().unique().sort().to_list()
        return every, {key: at for at, key in enumerate(keys)}

    @cached_property
    def ways(self) -> list[Way]:
        """Every way to close a gap by one action or by two, by numbers."""
        every, numbers = self._coded
        return [
            (gap, numbers[one], numbers[other] if other is not None else -1)
            for gap, one, other in every.select("gap", "one", "other").iter_rows()
        ]

    @cached_property
    def actions(self) -> list[Action]:
        """The actions by number."""
        return [self._action(key) for key in self._coded[1]]

    @cached_property
    def reachable(self) -> int:
        """How many gaps some action, or two, would close."""
        return len({way[0] for way in self.ways})

    def best(self, budget: int) -> Plan:
        """Returns the best plan of so many actions."""
        return plan(self.rows["weight"].to_list(), self.ways, budget)

    def _action(self, key: str) -> Action:
        kind, subject, standard, target = (text or None for text in key.split("|"))
        assert kind is not None, "every action has a kind"
        assert subject is not None, "every action has a subject"
        return Action(kind, subject, standard, target, self._level(kind, subject, target))

    def _level(self, kind: str, subject: str, target: str | None) -> str:
        """Returns who has to act: a supplier for its product, else whoever runs what is connected."""
        if subject in self._national:
            return NATION
        if kind == CONFORM:
            bought = subject.startswith("product:") and not subject.startswith("product:in-house/")
            return SUPPLIER if bought else TRUST
        for system in (subject, target):
            if system in self._boards:
                return ICS if self._boards[system] == 1 else NATION
        return ICS if subject in self._commissioners else TRUST

    @cached_property
    def _national(self) -> set[str]:
        """What the nation runs: its bodies, their systems, and products that only they have."""
        import polars as pl

        ends = self.gaps.ends
        services = ends.systems.filter("service")["id"]
        named = ends.products.filter(pl.col("id").is_in(ends.systems["id"].implode()))
        own = named.filter(pl.col("id").is_in(services.implode()))["product"]
        others = named.filter(~pl.col("id").is_in(services.implode()))["product"]
        products = set(own.to_list()) - set(others.to_list())
        return {*ends.bodies.filter("national")["id"].to_list(), *services.to_list(), *products}

    @cached_property
    def _boards(self) -> dict[str, int]:
        """How many systems of care work with each engine that several organisations share."""
        import polars as pl

        ends = self.gaps.ends
        held = ends.holders.join(ends.systems.filter("engine").select("system", "id"), on="system")
        placed = held.join(ends.bodies.select("body", "icb"), on="body")
        counted = placed.group_by("id").agg(bodies=pl.len(), boards=pl.col("icb").drop_nulls().n_unique())
        return dict(counted.filter(pl.col("bodies") > 1).select("id", "boards").iter_rows())

    @cached_property
    def _commissioners(self) -> set[str]:
        import polars as pl

        return set(self.gaps.ends.roles.filter(pl.col("role") == "system_icb")["id"].to_list())

    def changes(self, numbers: tuple[int, ...]) -> tuple[Change, ...]:
        """Returns what a plan does to the estate: interfaces that conform, and connections that are made."""
        keys = {key for key, at in self._coded[1].items() if at in numbers}
        found: dict[Change, None] = {}
        for opening in self._openings:
            for interface, standard, replaces in opening.conforming(keys):
                found[Conform(interface, standard, replaces)] = None
        for number in numbers:
            action = self.actions[number]
            if action.kind == CONNECT and action.target is not None:
                found[Connect(action.subject, action.target, action.standard)] = None
        return tuple(sorted(found, key=str))
