"""Reach and impact with the last hop to each thing: the server finds what is reached, eamap puts the hops in order.

Which of several links is told depends on the order of ids and citations, so the links among what was found are brought
over, as a slice, and the embedded answer is given on that; the slice is as large as the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from eamap.model.graph import STANDING
from eamap.model.selector.grammar import Towards
from eamap.stores.neo4j.layout import EAMAP
from eamap.stores.neo4j.questions.reach import followed, from_many, from_one
from eamap.stores.neo4j.questions.slices import TOLD
from eamap.stores.neo4j.questions.writing import Question, Writing

_WITHIN = "UNWIND things AS a MATCH (a)-[r:{}]->(z) WHERE z IN things RETURN a, r, z"
_RUNNING = "UNWIND things AS z MATCH (a)-[r:OPERATES|USES]->(z) RETURN a, r, z"
_DOING = "UNWIND things AS a MATCH (a)-[r:REALISES]->(z) RETURN a, r, z"
_REQUIRING = "UNWIND ends AS z MATCH (a)-[r:REQUIRES]->(z) RETURN a, r, z"
_STEPPING = "UNWIND ends AS c MATCH (c)<-[:REQUIRES]-(z)<-[r:HAS_STEP]-(a) RETURN a, r, z"
_ENDS = "CALL (things) { UNWIND things AS a MATCH (a)-[:REALISES]->(c) RETURN collect(DISTINCT c) AS done }"


def reach_question(
    ids: Sequence[str], towards: Towards, hops: int | None, relations: Sequence[str], as_of: date
) -> Question:
    """Returns the question for the links among what some things reach and those things."""
    writing = Writing(as_of)
    starts, found = _found(writing, ids, towards, hops, relations)
    types = followed(relations) if relations else f"{followed(())}|EXPOSES|CONSUMES"
    return _asked(writing, f"WITH {starts} + {found} AS things", [_WITHIN.format(types)], "things")


def impact_question(identifier: str, as_of: date) -> Question:
    """Returns the question for the links among what stands on a thing, and those to whom and what that touches."""
    writing = Writing(as_of)
    starts = _starts(writing, [identifier])
    found = from_one(writing, identifier, Towards.NEEDING, None, (), STANDING)
    types = "|".join((followed(()), *STANDING, "EXPOSES", "CONSUMES"))
    branches = [_WITHIN.format(types), _RUNNING, _DOING, _REQUIRING, _STEPPING]
    head = f"WITH {starts} + {found} AS things\n{_ENDS}\nWITH things, things + done AS ends"
    return _asked(writing, head, branches, "things, ends")


def _found(
    writing: Writing, ids: Sequence[str], towards: Towards, hops: int | None, relations: Sequence[str]
) -> tuple[str, str]:
    starts = _starts(writing, ids)
    if len(ids) == 1:
        return starts, from_one(writing, ids[0], towards, hops, relations)
    return starts, from_many(writing, starts, towards, hops, relations)


def _starts(writing: Writing, ids: Sequence[str]) -> str:
    given = writing.value(list(ids))
    return writing.collect(f"UNWIND {given} AS id MATCH (a:{EAMAP} {{id: id}}) RETURN collect(DISTINCT a) AS {{name}}")


def _asked(writing: Writing, head: str, branches: Sequence[str], scope: str) -> Question:
    inner = "\nUNION ALL\n".join(branches)
    text = "\n".join([*writing.lists, head, f"CALL ({scope}) {{\n{inner}\n}}", f"RETURN {TOLD}"])
    return Question(text, writing.parameters)
