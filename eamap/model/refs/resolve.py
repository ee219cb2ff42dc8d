"""Explains a ref: counts again, and cites the rows the number came from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from eamap.errors import UsageError
from eamap.model.estate import Estate
from eamap.model.graph import require
from eamap.model.refs import parts, paths
from eamap.model.refs.bodies import doing, having
from eamap.model.refs.evidence import (
    Context,
    Evidence,
    Explanation,
    cells,
    cut,
    described,
    kinds_searched,
    of_links,
    of_searched,
    of_things,
)
from eamap.model.refs.forms import FORMS, THING, Ref, parse_ref
from eamap.model.refs.values import values_of
from eamap.model.selector import EstateOn, parse_expression, select_on
from eamap.model.selector.fields import did_you_mean, field_names, kinds_with

if TYPE_CHECKING:
    import polars as pl

_ALONE = Context()


def resolve(
    ref: str | Ref, estate: Estate | EstateOn, as_of: date | None = None, context: Context = _ALONE
) -> Explanation:
    """Returns the number a ref stands for, counted again, what it means, and the rows behind it.

    UsageError if the ref cannot be read, names a thing or field that is not there, or needs a resolver nobody gave.
    """
    read = parse_ref(ref) if isinstance(ref, str) else ref
    if isinstance(estate, Estate):
        if as_of is None:
            raise TypeError("an estate needs the day it is judged on: as_of")
        on = EstateOn(estate, as_of)
    else:
        on = estate
    answer = context.resolvers.get(read.form) or _ANSWERS.get(read.form)
    if answer is None:
        raise UsageError(
            f"{read} cannot be explained from the estate alone", hint="ask where checks and reference data are at hand"
        )
    return answer(read, on, context)


def _explained(
    ref: Ref,
    value: float | str | None,
    meaning: str,
    evidence: Iterable[Evidence],
    *,
    omitted: int = 0,
    searched: int = 0,
) -> Explanation:
    return Explanation(str(ref), value, meaning, tuple(evidence), omitted, searched)


def _shown(ids: pl.Series, context: Context) -> tuple[pl.Series, int]:
    """Returns the ids to cite, and how many are left out."""
    limit = ids.len() if context.limit is None else context.limit
    return ids.head(limit), max(0, ids.len() - limit)


def _or_searched(on: EstateOn, evidence: Iterable[Evidence], selector: str) -> tuple[Evidence, ...]:
    """Returns the evidence, or what was searched for it: nothing found is a finding that has rows as well."""
    found = tuple(evidence)
    return found or of_searched(on, kinds_searched(on, parse_expression(selector)) & set(on.kinds))[1]


def _thing(ref: Ref, on: EstateOn, context: Context) -> Explanation:
    del context  # one thing is never cut
    identifier = ref.arguments[0]
    require(on, identifier)
    thing = _found(on, identifier)
    whole = tuple(of_things(on, _one(identifier)))
    name = thing.get("name")
    meaning = f"{identifier.partition(':')[0]} {name}" if name else identifier
    return _explained(ref, identifier, meaning, (*whole, *described(on, identifier, thing)), searched=1)


def _one(identifier: str) -> pl.Series:
    import polars as pl

    return pl.Series("id", [identifier])


def _found(on: EstateOn, identifier: str) -> dict[str, object]:
    table = on.things(identifier.partition(":")[0])
    return {str(name): value for name, value in table.filter(table["id"] == identifier).head(1).to_dicts()[0].items()}


def _field(ref: Ref, on: EstateOn, context: Context) -> Explanation:
    del context  # one thing is never cut
    identifier, name = ref.arguments
    require(on, identifier)
    kind, thing = identifier.partition(":")[0], _found(on, identifier)
    column = name.rpartition(".")[2]
    if not kinds_with(on, column, kind):
        raise UsageError(f"{kind} has no field {name!r}", hint=did_you_mean(column, field_names(on, kind)))
    value = thing.get(column)
    if value is not None:
        told = value if isinstance(value, int | float | str) else str(value)
        return _explained(
            ref, told, f"the {column} of {identifier}", _of_field(on, identifier, column, thing), searched=1
        )
    reason, evidence = _why_empty(on, identifier, column)
    return _explained(ref, None, f"the {column} of {identifier} is {reason}", evidence, searched=1)


def _of_field(on: EstateOn, identifier: str, column: str, thing: dict[str, object]) -> list[Evidence]:
    return (
        list(described(on, identifier, {column: thing[column]}))
        if column != "id"
        else list(of_things(on, _one(identifier)))
    )


def _why_empty(on: EstateOn, identifier: str, column: str) -> tuple[str, list[Evidence]]:
    """Returns the reason a source gave for an empty field with its cell, else "unknown" and the rows searched."""
    reasons = on.estate.reasons
    told = reasons.filter((reasons["id"] == identifier) & (reasons["field"] == column)).sort("source", "row")
    if not told.height:
        return "unknown", list(of_things(on, _one(identifier)))
    cited = [
        Evidence(identifier, column, citation)
        for source, row, rule in told.select("source", "row", "rule").iter_rows()
        for citation in cells(on, source, row, rule, column)
    ]
    return str(told["reason"][0]), cited


def _count(ref: Ref, on: EstateOn, context: Context) -> Explanation:
    selection = select_on(on, ref.arguments[0])
    ids, meaning = selection.ids, f"things selected by {ref.arguments[0]}"
    if len(ref.arguments) > 1:
        ids = cut(ids, ref.arguments[1])
        meaning += f", {ref.arguments[1]}"
    searched, sources = of_searched(on, kinds_searched(on, selection.selector.expression) & set(on.kinds))
    if not ids.len():
        return _explained(ref, 0, f"{meaning}: none", sources, searched=searched)
    cited, omitted = _shown(ids, context)
    return _explained(ref, ids.len(), meaning, of_things(on, cited), omitted=omitted, searched=searched)


def _distinct(ref: Ref, on: EstateOn, context: Context) -> Explanation:
    name, selector = ref.arguments
    ids = select_on(on, selector).ids
    known = values_of(on, ids, name)
    value = known["value"].n_unique()
    return _of_values(ref, on, context, known, ids, value, f"different values of {name} among {selector}")


def _sum(ref: Ref, on: EstateOn, context: Context) -> Explanation:
    name, selector = ref.arguments
    ids = select_on(on, selector).ids
    known = values_of(on, ids, name)
    if known.height and not known["value"].dtype.is_numeric():
        raise UsageError(f"{name} does not hold numbers, so it has no sum", where=str(ref))
    total = known["value"].sum() if known.height else 0
    assert isinstance(total, int | float)
    return _of_values(ref, on, context, known, ids, total, f"the sum of {name} over {selector}")


def _of_values(
    ref: Ref, on: EstateOn, context: Context, known: pl.DataFrame, ids: pl.Series, value: float, meaning: str
) -> Explanation:
    cited, omitted = _shown(known["id"].unique().sort(), context)
    said = f"{meaning}; known for {known['id'].n_unique()} of {ids.len()}"
    name = ref.arguments[0].rpartition(".")[2]
    told = (
        of_things(on, cited, "" if name.isupper() else name) if cited.len() else of_things(on, _shown(ids, context)[0])
    )
    evidence = _or_searched(on, told, ref.arguments[1])
    return _explained(ref, value, said, evidence, omitted=omitted, searched=ids.len())


def _percent(ref: Ref, on: EstateOn, context: Context) -> Explanation:
    part, whole = ref.arguments
    all_ids = select_on(on, whole).ids
    ids = select_on(on, f"({part}) and ({whole})").ids
    cited, omitted = _shown(ids if ids.len() else all_ids, context)
    # Halves go up, as people round.
    value = (200 * ids.len() + all_ids.len()) // (2 * all_ids.len()) if all_ids.len() else None
    meaning = f"{ids.len()} of {all_ids.len()}: the share of {whole} that {part} has, in per cent"
    evidence = _or_searched(on, of_things(on, cited), whole)
    return _explained(ref, value, meaning, evidence, omitted=omitted, searched=all_ids.len())


def _links(ref: Ref, on: EstateOn, context: Context) -> Explanation:
    import polars as pl

    relation, *selectors = ref.arguments
    held = on.links(relation)
    for end, selector in zip(("from", "to"), selectors, strict=False):
        held = held.filter(pl.col(end).is_in(select_on(on, selector).ids.implode()))
    links = held.sort("from", "to", "source", "row").collect()
    limit = links.height if context.limit is None else context.limit
    meaning = f"links {relation} from {selectors[0]}" + (f" to {selectors[1]}" if len(selectors) > 1 else "")
    searched = on.links(relation).select(pl.len()).collect().item()
    evidence = _or_searched(on, of_links(on, links.head(limit), relation), selectors[0])
    return _explained(ref, links.height, meaning, evidence, omitted=max(0, links.height - limit), searched=searched)


def _organisations(ref: Ref, on: EstateOn, context: Context) -> Explanation:
    import polars as pl

    what, among = ref.arguments
    bodies = select_on(on, among).ids
    held = having(on, select_on(on, what).ids).filter(pl.col("from").is_in(bodies.implode()))
    found = held["from"].unique()
    one_each = held.unique("from", keep="first", maintain_order=True)
    limit = found.len() if context.limit is None else context.limit
    meaning = f"organisations of {among} that operate or use one of {what}, or state an absence of it"
    evidence = _or_searched(on, of_links(on, one_each.head(limit), ""), what)
    return _explained(ref, found.len(), meaning, evidence, omitted=max(0, found.len() - limit), searched=bodies.len())


def _certainty(ref: Ref, on: EstateOn, context: Context) -> Explanation:
    import polars as pl

    words, selector, capability = ref.arguments
    systems = select_on(on, selector).ids
    found = doing(on, capability, systems).filter(pl.col("certainty").is_in(words.split("|")))
    limit = found.height if context.limit is None else context.limit
    meaning = f"systems of {selector} of which it is {words.replace('|', ' or ')} that they do {capability}"
    evidence = _or_searched(on, of_links(on, found.head(limit), "REALISES"), selector)
    return _explained(
        ref, found.height, meaning, evidence, omitted=max(0, found.height - limit), searched=systems.len()
    )


def _uncited(ref: Ref, on: EstateOn, context: Context) -> Explanation:
    number, text = int(ref.arguments[0]), ref.arguments[1]
    short, whole = (resolve(text, on, context=replace(context, limit=limit)) for limit in (number, None))
    rest = whole.rows[len(short.rows) :]
    cited = rest if context.limit is None else rest[: context.limit]
    meaning = f"things behind {text} after the first {number}"
    return _explained(ref, short.omitted, meaning, cited or whole.rows, omitted=max(0, short.omitted - len(cited)))


_ANSWERS: dict[str, Callable[[Ref, EstateOn, Context], Explanation]] = {
    THING: _thing,
    "field": _field,
    "count": _count,
    "distinct": _distinct,
    "sum": _sum,
    "percent": _percent,
    "links": _links,
    "organisations": _organisations,
    "certainty": _certainty,
    "uncited": _uncited,
    **paths.ANSWERS,
    **parts.ANSWERS,
}
assert set(_ANSWERS) <= {THING, *FORMS}, "a form that cannot be written cannot be answered"
