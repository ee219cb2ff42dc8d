"""Which hand-offs of the care pathways connect, which do not, and which nobody can tell: one answer a step and pair.

The answer of a pair is that of its best connection: an interface of their own, a system that both work with, or a path
through one integration engine or national service, which is worth its weaker leg.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from eamap.analysis.pathways.ends import Ends
from eamap.analysis.pathways.gap_words import (
    DIRECT,
    NONE_KNOWN,
    NOT_ASSESSED,
    NOT_IN_INVENTORY,
    SHARED,
    VIA,
    judged,
    verified,
    why,
)
from eamap.analysis.pathways.handoff_scope import EVERYTHING, Scope, read_scope
from eamap.analysis.pathways.handoffs import Handoffs, handoffs
from eamap.analysis.pathways.pairs import OBSERVED, Pairs, exploded
from eamap.analysis.pathways.worth import LEVELS, MASKS, RANKS, WHY, Worth, united

if TYPE_CHECKING:
    import polars as pl

    from eamap.interpret.geography import Geography
    from eamap.model.selector import EstateOn

__all__ = ["ANSWERS", "GAPS", "NONE_KNOWN", "NOT_ASSESSED", "NOT_IN_INVENTORY", "Gaps", "Part", "Scope", "read_scope"]

ANSWERS = ("conformant", "declared_only", "non_conformant", "other_means", NONE_KNOWN, NOT_IN_INVENTORY)
"""Every answer, the best first; of the last nobody can tell."""
GAPS = ("non_conformant", "other_means", NONE_KNOWN)
"""The answers that are gaps: there is no connection by a standard asked for, as far as anybody says."""
ELECTIVE = "P3"
"""The pathway that the published flows count: referral to treatment."""
PRACTICE, PROVIDERS = "primary", ("acute", "tertiary")
_SMALL = 64
"""So many organisations at one place are joined with one another; of more, only the pairs that are asked about."""
_WORDS = (NONE_KNOWN, *RANKS)


@dataclass(frozen=True, eq=False)
class Gaps:
    """The answers of one estate on a day; ``verdicts`` is what the FHIR checks found of its interfaces, if they ran."""

    on: EstateOn
    geography: Geography
    verdicts: pl.DataFrame | None = None
    reference: Path | None = None
    scope: Scope = EVERYTHING

    @cached_property
    def ends(self) -> Ends:
        """The organisations, systems and interfaces that count."""
        return Ends(self.on, self.geography, self.reference)

    @cached_property
    def parts(self) -> Sequence[Part]:
        """The hand-offs in parts of at most 64 steps."""
        import polars as pl

        known = pl.col("id").str.strip_prefix("standard:").alias("standard")
        statuses = self.on.things("standard").select(known, "status")
        asked = handoffs(statuses, self.reference, self.scope.pathway)
        return [Part(Pairs(Worth(self.ends, each, self.verdicts), self.scope.least), self.scope) for each in asked]

    @cached_property
    def numbered(self) -> pl.DataFrame:
        """One row a step and pair, by numbers: part, bit, one, other, worth, route, past, contradicted, crosses, volume."""
        import polars as pl

        rows = [part.answers.with_columns(part=pl.lit(at, pl.UInt32)) for at, part in enumerate(self.parts)]
        return pl.concat(rows)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many hand-offs have each answer, in order; those not in the inventory are steps of a system of care."""
        found = dict(self.numbered.group_by("worth").len().iter_rows())
        told = {answer: found.get(_WORDS.index(answer), 0) for answer in ANSWERS[:-1]}
        return {**told, NOT_IN_INVENTORY: sum(part.missing.height for part in self.parts)}

    @cached_property
    def rows(self) -> pl.DataFrame:
        """Every hand-off in words: the largest volume first, what has none after them by step and code.

        Columns: pathway, pathway_name, step, order, step_name, from_role, to_role, from_organisation, to_organisation
        (plain codes; null where not in the inventory), ics (of a hand-off not in the inventory), answer, route, why,
        verified, standards (a list), volume, volume_kind, cross_ics, missing, undocumented (an end of which nothing is
        documented), and one, other, bit, part.
        """
        import polars as pl

        told = pl.concat([part.told.with_columns(part=pl.lit(at, pl.UInt32)) for at, part in enumerate(self.parts)])
        told = self._estimated(told)
        keys = ["volume", "pathway", "order", "ics", "from_organisation", "to_organisation"]
        return told.sort(keys, descending=[True, *[False] * 5], nulls_last=True)

    def _estimated(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Gives the pairs of the elective pathway without an observed flow their part of the published flows, marked so.

        Published are incomplete pathways from the board of the patient to that of the provider, so they say something of
        practices and hospitals, and nothing of any other pair. What goes back is as much as what came.
        """
        import polars as pl

        rows = rows.with_columns(pl.col("volume").cast(pl.Float64))
        sent = pl.col("from_role") == PRACTICE
        between = (sent & pl.col("to_role").is_in(PROVIDERS)) | (
            (pl.col("to_role") == PRACTICE) & pl.col("from_role").is_in(PROVIDERS)
        )
        wanted = (
            (pl.col("pathway") == ELECTIVE)
            & between
            & pl.col("volume").is_null()
            & pl.col("from_organisation").is_not_null()
        )
        if not rows.select(wanted.any()).item():
            return rows
        told = rows.with_columns(
            _giver=pl.when(wanted).then(pl.when(sent).then("from_organisation").otherwise("to_organisation")),
            _taker=pl.when(wanted).then(pl.when(sent).then("to_organisation").otherwise("from_organisation")),
        )
        told = told.join(self._apportioned, on=["_giver", "_taker"], how="left", maintain_order="left")
        volume, kind = pl.coalesce("volume", "_volume"), pl.coalesce("volume_kind", "_kind")
        return told.with_columns(volume=volume, volume_kind=kind).drop("_giver", "_taker", "_volume", "_kind")

    @cached_property
    def _apportioned(self) -> pl.DataFrame:
        """The published flows shared out among all practices and hospitals that are paired, whatever is asked about."""
        import polars as pl

        from eamap.analysis.geography.apportioning import apportioned
        from eamap.analysis.geography.flows import published

        codes, roles = self.ends.bodies["code"], self.ends.roles.join(self.ends.bodies.select("id", "body"), on="id")
        practices = roles.filter(pl.col("role") == PRACTICE)["body"].implode()
        hospitals = roles.filter(pl.col("role").is_in(PROVIDERS))["body"].implode()
        every = pl.concat([each for part in self.parts for each in (part.pairs.inside, part.pairs.across)])
        met = every.filter(pl.col("one").is_in(practices) & pl.col("other").is_in(hospitals)).unique(["one", "other"])
        pairs = pl.DataFrame(
            {"from_organisation": codes.gather(met["one"]), "to_organisation": codes.gather(met["other"])}
        )
        found = apportioned(
            published(self.geography.reference), self.geography, pairs.sort("from_organisation", "to_organisation")
        )
        # Rounded to a thousandth: an estimate has no more to say, and sums of parts differ by the order of adding.
        return found.select(
            _giver="from_organisation", _taker="to_organisation", _volume=pl.col("volume").round(3), _kind="volume_kind"
        )


@dataclass(frozen=True, eq=False)
class Part:
    """The answers to at most 64 hand-offs."""

    pairs: Pairs
    scope: Scope

    @property
    def worth(self) -> Worth:
        """What each interface is worth."""
        return self.pairs.worth

    @property
    def asked(self) -> Handoffs:
        """The hand-offs."""
        return self.worth.asked

    @cached_property
    def asked_pairs(self) -> pl.DataFrame:
        """The pairs in scope: one, other, steps, crosses."""
        import polars as pl

        both = [(self.pairs.inside, False), (self.pairs.across, True)]
        return self._in_scope(pl.concat([each.with_columns(crosses=pl.lit(value=crosses)) for each, crosses in both]))

    def _in_scope(self, pairs: pl.DataFrame) -> pl.DataFrame:
        import polars as pl

        bodies, scope = self.worth.ends.bodies, self.scope
        if scope.ics is not None:
            mine = bodies.filter(pl.col("icb") == scope.ics)["body"].implode()
            pairs = pairs.filter(pl.col("one").is_in(mine) | pl.col("other").is_in(mine))
        for end, code in (("one", scope.origin), ("other", scope.destination)):
            if code is not None:
                pairs = pairs.filter(pl.col(end).is_in(bodies.filter(pl.col("code") == code)["body"].implode()))
        for codes, test in ((scope.touching, _either), (scope.within, _both), (scope.beyond, _not_both)):
            if codes is not None:
                pairs = pairs.filter(test(bodies.filter(pl.col("code").is_in(codes.split("|")))["body"]))
        return pairs

    @cached_property
    def paths(self) -> pl.DataFrame:
        """What two organisations are worth to one another by places where they meet: one, other (one < other), hub, MASKS."""
        import polars as pl

        places = self.worth.meeting
        many = pl.len().over("place", "hub")
        small, large = places.filter(many <= _SMALL), places.filter(many > _SMALL)
        right = dict(zip(MASKS, (f"{name}_right" for name in MASKS), strict=True))
        found = small.join(small, on=["place", "hub"]).filter(pl.col("body") < pl.col("body_right"))
        found = found.rename({"body": "one", "body_right": "other"})
        if large.height:
            asked = self.asked_pairs.select(
                one=pl.min_horizontal("one", "other"), other=pl.max_horizontal("one", "other")
            ).unique()
            more = asked.join(large.rename({"body": "one"}), on="one")
            more = more.join(large.rename({"body": "other"}), on=["other", "place", "hub"])
            found = pl.concat([found, more.select(found.columns)])
        weaker = {name: pl.col(name) & pl.col(other) for name, other in right.items() if name in LEVELS}
        either = {name: pl.col(name) | pl.col(right[name]) for name in WHY}
        met = found.select("one", "other", "hub", **weaker, **either).filter(pl.col("at1") != 0)
        return united(met, "one", "other", "hub")

    @cached_property
    def answers(self) -> pl.DataFrame:
        """One row a step and pair, by numbers."""
        import polars as pl

        pairs = self.asked_pairs.with_columns(
            low=pl.min_horizontal("one", "other"), high=pl.max_horizontal("one", "other")
        )
        ways = (
            (DIRECT, self.worth.direct),
            (SHARED, self.paths.filter(~pl.col("hub"))),
            (VIA, self.paths.filter("hub")),
        )
        for way, table in ways:
            named = table.select(low="one", high="other", **{f"{way}_{mask}": mask for mask in MASKS})
            pairs = pairs.join(named, on=["low", "high"], how="left", maintain_order="left")
        names = [f"{way}_{mask}" for way, _ in ways for mask in MASKS]
        pairs = pairs.with_columns(pl.col(names).fill_null(0)).drop("low", "high")
        each = exploded(pairs, self.asked.steps["bit"].to_list())
        return self._with_volume(judged(each))

    def _with_volume(self, rows: pl.DataFrame) -> pl.DataFrame:
        import polars as pl

        if not self.pairs.volumes.height:
            return rows.with_columns(volume=pl.lit(None, pl.Int64))
        return rows.join(self.pairs.volumes, on=["one", "other", "bit"], how="left", maintain_order="left")

    @cached_property
    def missing(self) -> pl.DataFrame:
        """The steps of each system of care in scope with a role that nobody fills; none where two ends are asked about."""
        import polars as pl

        found = self.pairs.missing
        scope = self.scope
        if any(
            each is not None for each in (scope.origin, scope.destination, scope.touching, scope.within, scope.beyond)
        ):
            return found.clear()
        return found if self.scope.ics is None else found.filter(pl.col("icb") == self.scope.ics)

    @cached_property
    def told(self) -> pl.DataFrame:
        """The rows in words."""
        import polars as pl

        bodies = self.worth.ends.bodies
        codes = bodies["code"]
        documented = bodies["body"].is_in(self.worth.ends.documented.implode())
        rows = self.answers
        words = pl.Series(_WORDS, dtype=pl.Enum(ANSWERS))
        bare = ~(documented.gather(rows["one"]) & documented.gather(rows["other"]))
        known = rows.with_columns(
            from_organisation=codes.gather(rows["one"]), to_organisation=codes.gather(rows["other"]),
            answer=words.gather(rows["worth"]), undocumented=bare, ics=pl.lit(None, pl.String), missing=pl.lit(None, pl.String),
            volume_kind=pl.when(pl.col("volume").is_not_null()).then(pl.lit(OBSERVED)),
        )  # fmt: skip
        absent = self.missing.select("bit", "missing", ics="icb").with_columns(
            answer=pl.lit(NOT_IN_INVENTORY, pl.Enum(ANSWERS))
        )
        every = pl.concat([known.drop("worth"), absent], how="diagonal")
        return every.join(self._steps, on="bit", how="left", maintain_order="left").with_columns(why(), verified())

    @cached_property
    def _steps(self) -> pl.DataFrame:
        """The steps with the wire standards they ask for, as a list."""
        import polars as pl

        asked = self.asked.asks.group_by("step").agg(standards=pl.col("standard").unique().sort())
        found = self.asked.steps.join(asked, on="step", how="left", maintain_order="left")
        none = pl.lit([], dtype=pl.List(pl.String))
        return found.rename({"name": "step_name"}).with_columns(pl.col("standards").fill_null(none))


def _either(bodies: pl.Series) -> pl.Expr:
    import polars as pl

    return pl.col("one").is_in(bodies.implode()) | pl.col("other").is_in(bodies.implode())


def _both(bodies: pl.Series) -> pl.Expr:
    import polars as pl

    return pl.col("one").is_in(bodies.implode()) & pl.col("other").is_in(bodies.implode())


def _not_both(bodies: pl.Series) -> pl.Expr:
    return ~_both(bodies)
