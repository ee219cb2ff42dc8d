"""An estate as it stands on one day: its things as tables and masks, and the links that hold.

A set of things is kept as one true/false column a kind, in step with the table of that kind, so that ``and``, ``or`` and
``not`` over millions of things are bitwise; ids are only compared where a join needs them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from eamap.model.estate import THINGS, Estate
from eamap.model.ids import key_part, thing_id
from eamap.model.relations import RELATIONS, Kept

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.selector.grammar import Expression
    from eamap.model.selector.selection import Selection

Chosen: TypeAlias = "Mapping[str, pl.Series]"
"""A set of things: a mask for each kind; a kind that is not there has none chosen."""

_HELD = ("from", "to", "source", "row", "rule")


@dataclass(frozen=True, eq=False)
class EstateOn:
    """An estate and the day it is judged on. Keep one to ask several questions: it remembers what it worked out."""

    estate: Estate
    as_of: date
    _made: dict[str, pl.DataFrame] = field(default_factory=dict, repr=False)
    _held: dict[str, pl.DataFrame] = field(default_factory=dict, repr=False)
    _hashes: dict[tuple[str, str], pl.Series] = field(default_factory=dict, repr=False)
    selected: dict[str, Selection] = field(default_factory=dict, repr=False)
    """The last few selections by selector: each number of an answer is explained by asking for the same things again."""
    chosen: dict[Expression, Chosen] = field(default_factory=dict, repr=False)
    """The last sets that selectors and their parts chose."""

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """The kinds there is at least one thing of, in order; sources count as things."""
        kinds = set(self.estate.kinds)
        return tuple(sorted(kinds | {"source"} if self.estate.sources else kinds))

    def things(self, kind: str) -> pl.DataFrame:
        """Returns the table of one kind; that of the sources is made from what the estate says about its parts."""
        if THINGS + kind in self.estate.tables:
            return self.estate.things(kind)
        if kind not in self._made:
            self._made[kind] = _source_things(self.estate) if kind == "source" else self.estate.things(kind)
        return self._made[kind]

    def links(self, relation: str) -> pl.LazyFrame:
        """Returns the links of a relation that hold on the day, lazily: ``from``, ``to``, attributes, citation."""
        import polars as pl

        kept = RELATIONS[relation]
        if kept.kept is not Kept.COLUMN:
            return holding(self.estate.links(relation), self.as_of)
        assert kept.column is not None
        kind, name, end = kept.column
        other = "to" if end == "from" else "from"
        columns = (pl.col(name).alias(end), pl.col("id").alias(other), "source", "row", "rule")
        return self.things(kind).lazy().select(*columns).filter(pl.col(end).is_not_null())

    def held(self, relation: str) -> pl.DataFrame:
        """Returns the links of a relation that hold, without what only some relations carry."""
        if relation not in self._held:
            self._held[relation] = self.links(relation).select(*_HELD).collect()
        return self._held[relation]

    def touching(self, relation: str, end: str, ids: pl.Series) -> pl.DataFrame:
        """Returns the links of a relation that hold and have one end among ``ids``.

        A reach asks again at every hop, and comparing numbers costs a tenth of comparing a million texts; texts are
        compared where the numbers agree.
        """
        import polars as pl

        held = self.held(relation)
        if not held.height:
            return held
        if (relation, end) not in self._hashes:
            self._hashes[relation, end] = held[end].hash()
        likely = held.filter(self._hashes[relation, end].is_in(ids.hash().implode()))
        return likely.filter(pl.col(end).is_in(ids.implode()))

    def partners(self, relation: str, ids: pl.Series, *, forward: bool = True) -> pl.Series:
        """Returns the distinct things that a relation joins to some of ``ids``, from ``from`` to ``to`` or back."""
        import polars as pl

        near, far = ("from", "to") if forward else ("to", "from")
        if not ids.len():
            return no_ids()
        links = self.links(relation).filter(pl.col(near).is_in(ids.implode()))
        return links.select(pl.col(far).alias("id").unique()).collect()["id"]

    # Sets of things ---------------------------------------------------------------------------------------------

    def whole(self, kind: str, *, chosen: bool = True) -> pl.Series:
        """Returns the mask of all, or of none, of one kind."""
        import polars as pl

        return pl.repeat(chosen, self.things(kind).height, dtype=pl.Boolean, eager=True)

    def everything(self) -> Chosen:
        """Returns the set of all things."""
        return {kind: self.whole(kind) for kind in self.kinds}

    def of_ids(self, ids: pl.Series) -> Chosen:
        """Returns the set of the things with these ids; ids of nothing are left out."""
        chosen = {}
        for kind in self.kinds:
            mine = ids.filter(ids.str.starts_with(f"{kind}:"))
            if mine.len():
                chosen[kind] = self.things(kind)["id"].is_in(mine.implode())
        return chosen

    def ids(self, chosen: Chosen) -> pl.Series:
        """Returns the ids of a set, sorted."""
        found = [self.things(kind)["id"].filter(mask) for kind, mask in sorted(chosen.items())]
        return joined(found).sort()

    def complement(self, chosen: Chosen) -> Chosen:
        """Returns the things that a set does not hold."""
        return {kind: ~chosen[kind] if kind in chosen else self.whole(kind) for kind in self.kinds}


def both(one: Chosen, other: Chosen) -> Chosen:
    """Returns the things that are in both sets."""
    return {kind: mask & other[kind] for kind, mask in one.items() if kind in other}


def either(one: Chosen, other: Chosen) -> Chosen:
    """Returns the things that are in one of two sets."""
    return {**other, **{kind: mask | other[kind] if kind in other else mask for kind, mask in one.items()}}


def no_ids() -> pl.Series:
    """Returns an empty column of ids."""
    import polars as pl

    return pl.Series("id", [], dtype=pl.String)


def joined(columns: Iterable[pl.Series]) -> pl.Series:
    """Returns several columns of ids as one."""
    import polars as pl

    return pl.concat([no_ids(), *(column.alias("id") for column in columns)])


def holding(links: pl.DataFrame, day: date) -> pl.LazyFrame:
    """Returns the links with since <= day < until; an unknown bound is open, an imprecise one holds while it may.

    ISO text of any precision compares as text: "2024" <= "2024-05-01". The end is compared with the next day, and a mark
    that sorts behind every digit makes "2024" the last moment of that year.
    """
    import polars as pl

    held = links.lazy()
    for name, test in (("since", pl.col("since") <= day.isoformat()), ("until", pl.col("until") + "~" > _next(day))):
        if name in links.columns and links[name].null_count() < links.height:
            held = held.filter(pl.col(name).is_null() | test)
    return held


def _next(day: date) -> str:
    return (day + timedelta(days=1)).isoformat() if day < date.max else "~"


def _source_things(estate: Estate) -> pl.DataFrame:
    """Returns one thing a source, with what all its parts have in common or the first of them says."""
    import polars as pl

    told = ("mapping", "organisation", "provenance", "fact_date", "file", "sheet")
    rows = {
        thing_id("source", key_part(part.source)): {
            "name": part.source,
            **{name: getattr(part, name) for name in told},
            "source": part.name,
            "row": 0,
            "rule": None,
        }
        for part in sorted(estate.sources, key=lambda part: part.name, reverse=True)
    }
    text = dict.fromkeys(("id", "name", *told, "source"), pl.String())
    table = [{"id": identifier, **row} for identifier, row in sorted(rows.items())]
    return pl.DataFrame(table, schema={**text, "row": pl.UInt32(), "rule": pl.String()})
