"""Answers a selector: its tree as masks over the tables of things."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import TYPE_CHECKING, Any

from eamap.model.ids import thing_id
from eamap.model.selector.attached import attached
from eamap.model.selector.compare import matches, wanted
from eamap.model.selector.fields import kinds_with, type_of
from eamap.model.selector.flood import flooded
from eamap.model.selector.grammar import (
    And,
    Attached,
    Attested,
    Compares,
    Equals,
    Expression,
    Identity,
    Kind,
    Knowledge,
    Knows,
    Not,
    Or,
    Reach,
)
from eamap.model.selector.onday import Chosen, EstateOn, both, either, joined, no_ids
from eamap.model.selector.reach import is_near, reached
from eamap.model.selector.ways import Ways

if TYPE_CHECKING:
    import polars as pl


def chosen(on: EstateOn, tree: Expression) -> Chosen:
    """Returns the things a selector selects; every field of it must be known (see :mod:`eamap.model.selector.bind`)."""
    if tree not in on.chosen:
        answer: Callable[[EstateOn, Any], Chosen] = _ANSWERS[type(tree)]
        found = answer(on, tree)
        if len(on.chosen) >= _REMEMBERED:
            del on.chosen[next(iter(on.chosen))]
        on.chosen[tree] = found
    return on.chosen[tree]


_REMEMBERED = 256
"""Sets kept at most for one estate and day: many selectors of one answer have parts in common."""


def _all_of(on: EstateOn, tree: And) -> Chosen:
    return reduce(both, (chosen(on, part) for part in tree.parts))


def _any_of(on: EstateOn, tree: Or) -> Chosen:
    return reduce(either, (chosen(on, part) for part in tree.parts))


def _none_of(on: EstateOn, tree: Not) -> Chosen:
    return on.complement(chosen(on, tree.part))


def _kind(on: EstateOn, tree: Kind) -> Chosen:
    return {kind: on.whole(kind) for kind in on.kinds if tree.kind in ("*", kind)}


def _identity(on: EstateOn, tree: Identity) -> Chosen:
    import polars as pl

    ids = on.things(tree.kind).select(pl.col("id"))
    if (key := tree.key.plain) is not None:
        return {tree.kind: ids["id"] == thing_id(tree.kind, key)}
    return {tree.kind: ids.select(matches(pl.col("id").str.slice(len(tree.kind) + 1), tree.key))["id"]}


def _attached(on: EstateOn, tree: Attached) -> Chosen:
    return on.of_ids(attached(on, tree.kind, tree.name))


def _compared(on: EstateOn, tree: Equals | Compares) -> Chosen:
    import polars as pl

    found = {}
    for kind in kinds_with(on, tree.field.name, tree.field.kind):
        table, of_type = on.things(kind), type_of(on, kind, tree.field.name)
        if table.height and tree.field.name in table.columns and of_type is not None:
            mask = wanted(kind, of_type, tree).fill_null(False).alias("mask")
            found[kind] = table.select(pl.col(tree.field.name)).select(mask).to_series()
            if found[kind].len() != table.height:
                # A comparison that cannot hold is one value, not a column.
                found[kind] = on.whole(kind, chosen=bool(found[kind][0]))
    return found


def _known(on: EstateOn, tree: Knows) -> Chosen:
    """Returns the things whose field is known, or is empty for one reason; empty without a reason is unknown."""
    import polars as pl

    name, found = tree.field.name, {}
    reasons = on.estate.reasons.filter(pl.col("field") == name)
    for kind in kinds_with(on, name, tree.field.kind):
        table = on.things(kind)
        if not table.height:
            continue
        empty = table[name].is_null() if name in table.columns else on.whole(kind)
        if tree.knowledge is Knowledge.KNOWN:
            found[kind] = ~empty
        elif tree.knowledge is Knowledge.UNKNOWN:
            told = reasons.filter(pl.col("reason") != Knowledge.UNKNOWN.value)
            found[kind] = empty & ~table["id"].is_in(told["id"].implode())
        else:
            told = reasons.filter(pl.col("reason") == tree.knowledge.value)
            found[kind] = empty & table["id"].is_in(told["id"].implode())
    return found


def _attested(on: EstateOn, tree: Attested) -> Chosen:
    """Returns the things that a source says something about, whether or not it won; a part's name is as good."""
    import polars as pl

    parts = [(part.name, part.source) for part in on.estate.sources]
    names = pl.DataFrame(parts, schema={"part": pl.String(), "source": pl.String()}, orient="row")
    wanted_parts = names.filter(matches(pl.col("part"), tree.source) | matches(pl.col("source"), tree.source))[
        "part"
    ].implode()
    found: Chosen = {kind: on.things(kind)["source"].is_in(wanted_parts).fill_null(False) for kind in on.estate.kinds}
    several = on.estate.attestations.filter(pl.col("source").is_in(wanted_parts))["id"].unique()
    return either(found, on.of_ids(several))


def _reach(on: EstateOn, tree: Reach) -> Chosen:
    begin, ways = starts(on, tree.start), Ways(tree.towards, tree.via)
    if is_near(begin, tree.hops):
        return on.of_ids(reached(on, begin, ways, tree.hops)["id"])
    return flooded(on, begin, ways, tree.hops)


def starts(on: EstateOn, start: Expression) -> pl.Series:
    """Returns the ids a reach starts from; an id stands for itself even where no thing has it, for links may."""
    import polars as pl

    if isinstance(start, Identity) and start.key.plain is not None:
        return pl.Series("id", [thing_id(start.kind, start.key.plain)])
    return joined([no_ids(), on.ids(chosen(on, start))])


_ANSWERS: dict[type, Callable[[EstateOn, Any], Chosen]] = {
    And: _all_of,
    Or: _any_of,
    Not: _none_of,
    Kind: _kind,
    Identity: _identity,
    Attached: _attached,
    Equals: _compared,
    Compares: _compared,
    Knows: _known,
    Attested: _attested,
    Reach: _reach,
}
