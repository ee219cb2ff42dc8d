"""Exposure and the matrix of capabilities by organisations, in Cypher: counted on the server, only the counts come over."""

from __future__ import annotations

from datetime import date

from eamap.model.questions import IN_USE
from eamap.model.selector.grammar import Towards
from eamap.stores.neo4j.layout import EAMAP
from eamap.stores.neo4j.questions.attached import SURE
from eamap.stores.neo4j.questions.reach import from_many
from eamap.stores.neo4j.questions.writing import Writing, holds

_TAIL = f"""WITH [y IN {{}} WHERE y:System] AS exposed
CALL (exposed) {{{{ UNWIND exposed AS y MATCH (y)<-[r:OPERATES|USES]-(o) WHERE {holds()}
RETURN count(DISTINCT o) AS organisations }}}}
CALL (exposed) {{{{ UNWIND exposed AS y MATCH (y)-[r:REALISES]->(k) WHERE {SURE} RETURN count(DISTINCT k) AS capabilities }}}}
CALL (exposed) {{{{ UNWIND exposed AS y MATCH (y)-[r:INSTANCE_OF]->(p) WHERE {holds()} RETURN collect(DISTINCT p) AS products }}}}
CALL (products) {{{{ UNWIND products AS p MATCH (p)-[r:SUPPLIED_BY]->(u) WHERE {holds()} RETURN count(DISTINCT u) AS suppliers }}}}
RETURN [y IN exposed | y.id], organisations, capabilities, suppliers"""


def _exposure() -> str:
    """Returns the question: up from all components at once, hop by hop, so that nothing is met twice.

    Asking downwards from each system whether it meets one of them, or upwards from each component, meets the same things
    again and again where dependence is dense: a hundred times as long, measured on the systems of one trust.
    """
    writing = Writing(date.min)  # the day is a parameter, whatever it is
    ended = writing.collect(f"MATCH (c:Component) WHERE c:{EAMAP} AND c.raw IN $raw RETURN collect(c) AS {{name}}")
    found = from_many(writing, ended, Towards.NEEDING, None, ())
    return "\n".join([*writing.lists, _TAIL.format(found)])


EXPOSURE = _exposure()

MATRIX = f"""MATCH (y:System) WHERE y:{EAMAP} AND y.status IN $in_use AND y.environment = 'production'
MATCH (y)-[r:REALISES]->(k) WHERE {SURE}
WITH DISTINCT y, k
MATCH (o)-[r:OPERATES|USES]->(y) WHERE {holds()}
OPTIONAL MATCH (y)-[q:INSTANCE_OF]->(p) WHERE {holds("q")}
RETURN o.id AS organisation, k.id AS capability, count(DISTINCT y) AS systems, count(DISTINCT p) AS products"""

PARAMETERS = {"in_use": list(IN_USE)}
