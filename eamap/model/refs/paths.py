"""Explains the numbers of questions about paths: what stands on a thing, how far a failure reaches, how two are joined."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from eamap.model.graph import impact, reach, require, shortest_path
from eamap.model.refs.evidence import Context, Evidence, Explanation, cells, cut, of_searched, of_things
from eamap.model.refs.forms import Ref
from eamap.model.selector import EstateOn

if TYPE_CHECKING:
    import polars as pl


def _reach(ref: Ref, on: EstateOn, context: Context) -> Explanation:
    identifier = ref.arguments[0]
    require(on, identifier)
    return _reached(ref, on, context, reach(on, [identifier]), f"things that stand on {identifier}")


def _impact(ref: Ref, on: EstateOn, context: Context) -> Explanation:
    identifier, kind, part = (*ref.arguments, *("*", "")[len(ref.arguments) - 1 :])
    table = impact(on, identifier)
    meaning = f"{'things' if kind == '*' else kind} that a failure of {identifier} touches"
    if kind != "*":
        table = table.filter(table["kind"] == kind)
    if part:
        table, meaning = cut(table, part), f"{meaning}, {part}"
    return _reached(ref, on, context, table, meaning)


def _reached(ref: Ref, on: EstateOn, context: Context, table: pl.DataFrame, meaning: str) -> Explanation:
    import polars as pl

    limit = table.height if context.limit is None else context.limit
    if table.height:
        cited = tuple(_last_hops(on, table.head(limit)))
    else:
        cited = tuple(of_things(on, pl.Series("id", [ref.arguments[0]])))
    return Explanation(str(ref), table.height, meaning, cited, max(0, table.height - limit))


def _last_hops(on: EstateOn, table: pl.DataFrame) -> Iterator[Evidence]:
    for row in table.iter_rows(named=True):
        for citation in cells(on, row["source"], row["row"], row["rule"]):
            yield Evidence(row["id"], row["relation"], citation)


def _hops(ref: Ref, on: EstateOn, context: Context) -> Explanation:
    del context  # one chain of hops is never cut
    failing, touched = ref.arguments
    hop = {row["id"]: row for row in impact(on, failing).iter_rows(named=True)}
    if touched not in hop:
        return Explanation(
            str(ref), None, f"a failure of {failing} does not touch {touched}", of_searched(on, on.kinds)[1]
        )
    chain, at = [], touched
    while at in hop:
        chain.append(hop[at])
        at = hop[at]["previous"]
    cited = (
        Evidence(row["id"], row["relation"], citation)
        for row in reversed(chain)
        for citation in cells(on, row["source"], row["row"], row["rule"])
    )
    return Explanation(str(ref), hop[touched]["distance"], f"hops from {failing} to {touched}", tuple(cited))


def _distance(ref: Ref, on: EstateOn, context: Context) -> Explanation:
    del context  # one path is never cut
    a, b, *way = ref.arguments
    path = shortest_path(on, a, b, directed=bool(way))
    if path is None:
        return Explanation(str(ref), None, f"no path joins {a} and {b}", of_searched(on, on.estate.kinds)[1])
    evidence = (Evidence(step.origin, step.relation, citation) for step in path for citation in step.citations)
    return Explanation(str(ref), len(path), f"links of a shortest path from {a} to {b}", tuple(evidence))


ANSWERS: dict[str, Callable[[Ref, EstateOn, Context], Explanation]] = {
    "reach": _reach,
    "impact": _impact,
    "hops": _hops,
    "distance": _distance,
}
"""The forms answered here."""
