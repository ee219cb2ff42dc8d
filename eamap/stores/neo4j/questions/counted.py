"""Exposure and the matrix of capabilities by organisations, in Cypher: counted on the server, only the counts come over."""

from __future__ import annotations

from eamap.model.questions import IN_USE
from eamap.stores.neo4j.layout import EAMAP, RELIES_ON
from eamap.stores.neo4j.questions.attached import SURE
from eamap.stores.neo4j.questions.writing import holds

EXPOSURE = f"""MATCH (c:Component) WHERE c:{EAMAP} AND c.raw IN $raw
WITH collect(c) AS ended
MATCH (y:System) WHERE y:{EAMAP} AND EXISTS {{
MATCH (y) (()-[r:RUNS_ON|DEPENDS_ON|{RELIES_ON} WHERE {holds()}]->()){{1,}} (c:Component) WHERE c IN ended }}
WITH collect(y) AS exposed
CALL (exposed) {{ UNWIND exposed AS y MATCH (y)<-[r:OPERATES|USES]-(o) WHERE {holds()}
RETURN count(DISTINCT o) AS organisations }}
CALL (exposed) {{ UNWIND exposed AS y MATCH (y)-[r:REALISES]->(k) WHERE {SURE} RETURN count(DISTINCT k) AS capabilities }}
CALL (exposed) {{ UNWIND exposed AS y MATCH (y)-[r:INSTANCE_OF]->(p) WHERE {holds()} WITH DISTINCT p
MATCH (p)-[r:SUPPLIED_BY]->(u) WHERE {holds()} RETURN count(DISTINCT u) AS suppliers }}
RETURN [y IN exposed | y.id], organisations, capabilities, suppliers"""
"""Asked downwards from each system, which stops at the first hit: reaching up from each component repeats itself."""

MATRIX = f"""MATCH (y:System) WHERE y:{EAMAP} AND y.status IN $in_use AND y.environment = 'production'
MATCH (y)-[r:REALISES]->(k) WHERE {SURE}
WITH DISTINCT y, k
OPTIONAL MATCH (y)-[r:INSTANCE_OF]->(p) WHERE {holds()}
WITH y, k, collect(DISTINCT p) AS products
MATCH (o)-[r:OPERATES|USES]->(y) WHERE {holds()}
WITH DISTINCT o, y, k, products
WITH o, k, count(y) AS systems, collect(products) AS lists
CALL (lists) {{ UNWIND lists AS products UNWIND products AS p RETURN count(DISTINCT p) AS products }}
RETURN o.id AS organisation, k.id AS capability, systems, products"""

PARAMETERS = {"in_use": list(IN_USE)}
