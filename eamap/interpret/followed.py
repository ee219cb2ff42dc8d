"""Says who stands for an organisation's code on a day: itself, the body that took over from it, or several that divided it.

What an estate says of its own organisations stands beside what ODS says, and before it for a code that both speak of.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from eamap.reference.sets import earliest_day, latest_day
from eamap.reference.succession import Resolution, Succession, resolve

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.estate import Estate
    from eamap.reference.organisations import Organisations

KIND = "organisation:"
STATED = "reference/"
_SCHEMA = ("organisation", "current", "outcome", "confidence", "route")


@dataclass(frozen=True)
class Followed:
    """The successions of the reference data and of an estate, as they stand on a day."""

    as_of: date
    reference: Organisations
    estate: Estate | None = None

    @cached_property
    def table(self) -> pl.DataFrame:
        """Returns every code with who stands for it: organisation, current, outcome, confidence, route (``A>B``).

        A code that was divided has a row for each part. One that closed and that nobody took over from, and one that is
        not open yet, stand for themselves: a fact about them is still a fact about somebody. Confidence is that of the
        weakest step (published, stated, derived, inferred); a code that follows no step has none.
        """
        import polars as pl

        schema = dict.fromkeys(_SCHEMA, pl.String)
        moved = [row for code in self.steps for row in _rows(self.resolve(code))]
        followed = pl.DataFrame(moved, schema=schema, orient="row")
        own = self.codes.filter(~self.codes.is_in(followed["organisation"].implode()))
        alone = pl.DataFrame({"organisation": own, "current": own}).with_columns(
            outcome=pl.lit("itself"), confidence=pl.lit(None, pl.String), route=pl.lit("")
        )
        return pl.concat([followed, alone]).sort("organisation", "current")

    @cached_property
    def codes(self) -> pl.Series:
        """Every code that the reference data or the estate knows as an organisation, or names as part of one."""
        import polars as pl

        known = [self.reference.frame["code"], self.things["code"], self.parts["organisation"], self.parts["parent"]]
        return pl.concat([each.cast(pl.String).alias("code") for each in known]).drop_nulls().unique().sort()

    @cached_property
    def things(self) -> pl.DataFrame:
        """The organisations that the estate states: code, name, role, opened, closed."""
        import polars as pl

        columns = ("code", "name", "role", "opened", "closed")
        if self.estate is None:
            return pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
        told = self.estate.things("organisation").filter(~pl.col("source").str.starts_with(STATED))
        key = pl.col("id").str.strip_prefix(KIND).alias("code")
        return told.select(key, *columns[1:]).unique("code", keep="first", maintain_order=True)

    @cached_property
    def parts(self) -> pl.DataFrame:
        """What the estate states organisations to be part of: organisation, parent, role, since, until."""
        import polars as pl

        ends = (pl.col("from").alias("organisation"), pl.col("to").alias("parent"))
        found = _stated(self.estate, "PART_OF").select(*ends, "role", "since", "until")
        among = pl.col("organisation").str.starts_with(KIND) & pl.col("parent").str.starts_with(KIND)
        return found.filter(among).with_columns(pl.col("organisation", "parent").str.strip_prefix(KIND))

    @cached_property
    def steps(self) -> dict[str, tuple[Succession, ...]]:
        """Who took over from whom, by predecessor; the estate's own word replaces that of ODS for the same predecessor."""
        found: dict[str, list[Succession]] = {}
        for row in self.reference.successions.iter_rows(named=True):
            step = Succession(**(row | {"date": date.fromisoformat(row["date"])}))
            found.setdefault(step.predecessor, []).append(step)
        stated: dict[str, list[Succession]] = {}
        for row in _stated(self.estate, "SUCCEEDED_BY").iter_rows(named=True):
            if row["from"].startswith(KIND) and row["to"].startswith(KIND):
                step = _step(row)
                stated.setdefault(step.predecessor, []).append(step)
        return {code: tuple(steps) for code, steps in (found | stated).items()}

    def resolve(self, code: str) -> Resolution:
        """Returns who stands for one code on the day, and by which steps."""
        return resolve(code, self.as_of, self._days, self.steps)

    def _days(self, code: str) -> tuple[date | None, date | None] | None:
        if code in self._own_days:
            return self._own_days[code]
        body = self.reference.get(code)
        return None if body is None else (body.opened, body.closed)

    @cached_property
    def _own_days(self) -> dict[str, tuple[date | None, date | None]]:
        rows = self.things.select("code", "opened", "closed").iter_rows()
        return {
            code: (opened and earliest_day(opened), closed and latest_day(closed))
            for code, opened, closed in rows
            if opened or closed or self.reference.get(code) is None
        }


def _stated(estate: Estate | None, relation: str) -> pl.DataFrame:
    """Returns the links that sources state; what an interpretation added from reference data is read there."""
    import polars as pl

    from eamap.model.schema import link_schema

    if estate is None:
        return pl.DataFrame(schema=link_schema(relation))
    return estate.links(relation).filter(~pl.col("source").str.starts_with(STATED))


def _step(row: dict[str, Any]) -> Succession:
    """Returns a stated succession; one without a day holds from the beginning."""
    day = earliest_day(row["since"]) if row["since"] else date.min
    before, after = (row[end].removeprefix(KIND) for end in ("from", "to"))
    extent: Literal["whole", "part"] = "part" if row["extent"] == "part" else "whole"
    return Succession(before, after, day, extent, None, "stated", row["source"])


_WEAKEST_FIRST = ("inferred", "derived", "stated", "published")


def _rows(found: Resolution) -> list[tuple[str, str, str, str | None, str]]:
    ends = found.candidates or ((found.current,) if found.current else (found.code,))
    outcome = found.outcome if found.outcome != "open" else "itself"
    said = {step.confidence for step in found.route}
    weakest = next((each for each in _WEAKEST_FIRST if each in said), None)
    route = "; ".join(f"{step.predecessor}>{step.successor}" for step in found.route)
    return [(found.code, end, outcome, weakest, route) for end in ends]
