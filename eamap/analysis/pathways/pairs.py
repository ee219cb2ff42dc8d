"""Which organisations should exchange on which hand-off: the pairs, before anybody asks whether they can.

Inside a system of care every organisation that fills the role at one end of a step is paired with every one that fills
the other; a national body stands in all of them. Across systems only those are paired between whom a flow is observed
or an interface is declared. A role that nobody in a system of care fills is not in the inventory, and is said to be so.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from eamap.analysis.pathways.handoffs import ALL
from eamap.interpret.pathway_roles import CITIZEN, NATIONAL

if TYPE_CHECKING:
    import polars as pl

    from eamap.analysis.pathways.worth import Worth

OBSERVED = "observed"
_PAIR = ("one", "other")


@dataclass(frozen=True, eq=False)
class Pairs:
    """The pairs of some hand-offs; ``least`` is the volume from which a flow across systems of care counts."""

    worth: Worth
    least: int = 1

    @cached_property
    def bodies(self) -> pl.DataFrame:
        """The organisations with what they send and receive: body, icb, national, sends, receives (steps as numbers)."""
        import polars as pl

        ends, steps = self.worth.ends, self.worth.asked.steps
        found = ends.bodies.select("body", "id", "icb", "national")
        for role, name in (("from_role", "sends"), ("to_role", "receives")):
            masks = self.worth.asked.masks(steps.select("step", role), role).rename({role: "role", "mask": name})
            mine = ends.roles.join(masks, on="role").group_by("id").agg(pl.col(name).bitwise_or())
            found = found.join(mine, on="id", how="left", maintain_order="left")
        return found.with_columns(pl.col("sends", "receives").fill_null(0)).drop("id")

    @cached_property
    def inside(self) -> pl.DataFrame:
        """The pairs inside a system of care: one (from), other (to), steps; a national body is inside every one."""
        import polars as pl

        acting = self.bodies.filter((pl.col("sends") | pl.col("receives")) != 0)
        local = acting.filter(pl.col("icb").is_not_null() & ~pl.col("national"))
        near = _sending(local).join(_receiving(local), on="icb")
        nation = acting.filter("national")
        far = [
            _sending(nation).join(_receiving(acting.filter(~pl.col("national"))), how="cross"),
            _sending(acting.filter(~pl.col("national"))).join(_receiving(nation), how="cross"),
        ]
        columns = ("one", "other", "sends", "receives")
        every = pl.concat([each.select(columns) for each in (near, *far)]).filter(pl.col("one") != pl.col("other"))
        return _kept(every.select(*_PAIR, steps=pl.col("sends") & pl.col("receives")))

    @cached_property
    def across(self) -> pl.DataFrame:
        """The pairs of two systems of care between which an interface is declared or a flow observed: one, other, steps."""
        import polars as pl

        declared = self.worth.direct.select(*_PAIR, steps="at1")
        both = pl.concat([declared, declared.select(one="other", other="one", steps="steps")])
        flowing = self.volumes.filter(pl.col("volume") >= self.least).join(
            self.worth.asked.steps.select("bit", "step"), on="bit"
        ).join(self.worth.asked.bits, on="step").select(*_PAIR, steps="mask")  # fmt: skip
        found = self._able(pl.concat([both, flowing]))
        apart = (pl.col("icb") != pl.col("icb_right")).fill_null(value=True)
        found = found.filter(apart & ~pl.col("national") & ~pl.col("national_right"))
        return _kept(found.group_by(*_PAIR).agg(pl.col("steps").bitwise_or()))

    def _able(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Leaves of steps those for which the one sends and the other receives."""
        import polars as pl

        told = self.bodies
        met = frame.join(told.rename({"body": "one"}).drop("receives"), on="one")
        met = met.join(told.rename({"body": "other"}).drop("sends"), on="other")
        return met.with_columns(pl.col("steps") & pl.col("sends") & pl.col("receives"))

    @cached_property
    def volumes(self) -> pl.DataFrame:
        """What is observed to pass between two organisations on a step: one, other, bit, volume of the latest period.

        A flow without a step counts for every hand-off of its capability; one without either for every hand-off.
        """
        import polars as pl

        flows = self.worth.ends.on.things("flow")
        if not flows.height:
            return pl.DataFrame(schema={"one": pl.UInt32, "other": pl.UInt32, "bit": pl.UInt32, "volume": pl.Int64})
        standing = self.worth.ends.standing
        met = flows.join(standing.rename({"id": "origin", "body": "one"}), on="origin")
        met = met.join(standing.rename({"id": "destination", "body": "other"}), on="destination")
        met = met.filter(pl.col("one") != pl.col("other")).with_columns(pl.col("period").fill_null(""))
        met = met.filter(pl.col("period") == pl.col("period").max().over("one", "other"))
        able = self._able(self._of_steps(met).select(*_PAIR, "volume", "steps"))
        each = exploded(able.select(*_PAIR, "volume", "steps"), self.worth.asked.steps["bit"].to_list())
        return each.group_by(*_PAIR, "bit").agg(pl.col("volume").sum())

    def _of_steps(self, flows: pl.DataFrame) -> pl.DataFrame:
        """Adds the steps each flow counts for, as a number."""
        import polars as pl

        asked = self.worth.asked
        stepped = flows.with_columns(step=pl.col("step").str.strip_prefix("step:").str.strip_chars()).join(
            asked.bits.rename({"mask": "own"}), on="step", how="left"
        )
        needs = asked.masks(asked.needs, "capability").rename({"mask": "needing"})
        stepped = stepped.with_columns(
            capability=pl.col("capability").str.strip_prefix("capability:").str.strip_chars()
        )
        met = stepped.join(needs, on="capability", how="left")
        of_capability = (
            pl.when(pl.col("capability").is_null())
            .then(pl.lit(ALL, pl.UInt64))
            .otherwise(pl.col("needing").fill_null(0))
        )
        steps = pl.when(pl.col("step").is_null()).then(of_capability).otherwise(pl.col("own").fill_null(0))
        return met.with_columns(steps=steps)

    @cached_property
    def missing(self) -> pl.DataFrame:
        """The steps of each system of care with a role that nobody there fills: icb, bit, missing (roles), nowhere.

        ``nowhere`` says that no organisation of the whole estate fills it. A citizen is nobody an inventory holds.
        """
        import polars as pl

        roles = self.worth.ends.roles.join(self.worth.ends.bodies.select("id", "icb", "national"), on="id")
        filled = set(roles.filter(~pl.col("national")).drop_nulls("icb").select("icb", "role").iter_rows())
        anywhere = set(roles["role"].to_list())
        acting = ((pl.col("sends") | pl.col("receives")) != 0) & ~pl.col("national")
        boards = self.bodies.filter(acting)["icb"].drop_nulls().unique().sort().to_list()
        rows = []
        for bit, giver, taker in self.worth.asked.steps.select("bit", "from_role", "to_role").iter_rows():
            for icb in boards:
                lacking = [role for role in dict.fromkeys((giver, taker)) if not _fills(role, icb, filled, anywhere)]
                if lacking:
                    rows.append((icb, bit, "; ".join(lacking), any(role not in anywhere for role in lacking)))
        schema = {"icb": pl.String, "bit": pl.UInt32, "missing": pl.String, "nowhere": pl.Boolean}
        return pl.DataFrame(rows, schema=schema, orient="row")


def _fills(role: str, icb: str, filled: set[tuple[str, str]], anywhere: set[str]) -> bool:
    if role == CITIZEN:
        return False
    return role in anywhere if role == NATIONAL else (icb, role) in filled


def _sending(bodies: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    return bodies.filter(pl.col("sends") != 0).select("icb", one="body", sends="sends")


def _receiving(bodies: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    return bodies.filter(pl.col("receives") != 0).select("icb", other="body", receives="receives")


def _kept(pairs: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    return pairs.filter(pl.col("steps") != 0)


def exploded(frame: pl.DataFrame, bits: list[int]) -> pl.DataFrame:
    """Returns a row a step of the column ``steps``, which becomes ``bit``."""
    import polars as pl

    def of(bit: int) -> pl.DataFrame:
        mine = frame.filter((pl.col("steps") & pl.lit(1 << bit, pl.UInt64)) != 0).drop("steps")
        return mine.with_columns(bit=pl.lit(bit, pl.UInt32))

    empty = frame.clear().drop("steps").with_columns(bit=pl.lit(0, pl.UInt32))
    return pl.concat([empty, *map(of, bits)])
