"""Puts an estate into the graph as layout.py says it looks, without the books: for tests of questions alone."""

from __future__ import annotations

from typing import Any

import polars as pl

from eamap.model.estate import LINKS
from eamap.model.relations import RELATIONS
from eamap.model.selector import EstateOn
from eamap.stores.neo4j.drawn import LISTS, NAMES_BETWEEN, NODES, graph_tables
from eamap.stores.neo4j.layout import EAMAP, LABELS, MENTIONED, RELIES_ON, schema


def load(session: Any, on: EstateOn) -> None:
    """Replaces eamap's nodes with those of an estate."""
    session.run(f"MATCH (n:{EAMAP}) CALL (n) {{ DETACH DELETE n }} IN TRANSACTIONS OF 5000 ROWS").consume()
    for statement in schema():
        session.run(statement).consume()
    tables = graph_tables(on.estate, on.as_of)
    for name, table in tables.items():
        if name.startswith(NODES):
            label = LABELS.get(name.removeprefix(NODES), MENTIONED)
            for rows in batches(table):
                session.run(f"UNWIND $rows AS r CREATE (n:{EAMAP}:{label}) SET n = r", rows=rows).consume()
    for name, table in tables.items():
        if name.startswith(LINKS):
            kind = name.removeprefix(LINKS)
            assert kind in RELATIONS or kind == RELIES_ON
            for rows in batches(table):
                pairs = [(row.pop("from"), row.pop("to"), row) for row in rows]
                text = f"MATCH (a:{EAMAP} {{id: r[0]}}) MATCH (b:{EAMAP} {{id: r[1]}}) CREATE (a)-[x:{kind}]->(b) SET x = r[2]"
                session.run(f"UNWIND $rows AS r {text}", rows=pairs).consume()
    session.run("CALL db.prepareForReplanning(30)").consume()


def batches(table: pl.DataFrame) -> list[list[dict[str, Any]]]:
    rows = [
        {key: value.split(NAMES_BETWEEN) if key in LISTS else value for key, value in row.items() if value is not None}
        for row in table.iter_rows(named=True)
    ]
    return [rows[start : start + 10_000] for start in range(0, len(rows), 10_000)]
