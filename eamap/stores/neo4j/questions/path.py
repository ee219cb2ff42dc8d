"""Shortest paths between two things in Cypher, without a limit on their length: a limit would change answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from eamap.errors import StoreError
from eamap.model.graph import WORKING
from eamap.model.relations import RELATIONS
from eamap.stores.neo4j.layout import EAMAP
from eamap.stores.neo4j.questions.writing import day_of, holds

_TEXT = f"""MATCH (a:{EAMAP} {{{{id: $origin}}}}), (b:{EAMAP} {{{{id: $target}}}})
MATCH p = allShortestPaths((a)-[:{"|".join(WORKING)}*1..]-{{}}(b)) WHERE all(r IN relationships(p) WHERE {holds()})
RETURN [n IN nodes(p) | n.id] AS nodes,
[r IN relationships(p) | [type(r), startNode(r).id, r.since, r.until, r.source, r.row, r.rule,
 startNode(r).source, startNode(r).row, startNode(r).rule, endNode(r).source, endNode(r).row, endNode(r).rule]] AS links
LIMIT 2"""
TEXTS = {False: _TEXT.format(""), True: _TEXT.format(">")}
"""The question, by whether links are only followed from what needs to what is needed. A second path means a tie."""

Found = tuple[list[str], list[list[Any]]]


def checked(found: Found, origin: str, target: str, as_of: date, *, directed: bool) -> list[dict[str, Any]]:
    """Returns the links of a path as rows, every one of them checked; StoreError if the server gave what is no path.

    Columns: previous, id, relation, forward, source, row, rule.
    """
    nodes, links = found
    rows = [_row(near, far, link) for near, far, link in zip(nodes[:-1], nodes[1:], links, strict=True)]
    joins = nodes[0] == origin and nodes[-1] == target and len(set(nodes)) == len(nodes)
    fit = all(
        link[0] in WORKING and link[1] == (near if row["forward"] else far) and _held(link, as_of) and (row["forward"] or not directed)
        for near, far, link, row in zip(nodes[:-1], nodes[1:], links, rows, strict=True)
    )  # fmt: skip
    if not (joins and fit):
        raise StoreError("the server returned a path that does not hold together", hint="report this with the two ids")
    return rows


def _row(near: str, far: str, link: Sequence[Any]) -> dict[str, Any]:
    column = RELATIONS[link[0]].column
    # A relation that is kept in a column is cited by the thing that has the column, not by the link.
    cited = link[4:7] if column is None else link[10:13] if column[2] == "from" else link[7:10]
    told = dict(zip(("source", "row", "rule"), cited, strict=True))
    return {"previous": near, "id": far, "relation": link[0], "forward": link[1] == near, **told}


def _held(link: Sequence[Any], as_of: date) -> bool:
    day = day_of(as_of)
    return (link[2] or "") <= day["today"] and (link[3] or "~") + "~" > day["next"]
