"""Passes a person's Cypher on to the server of ``--store`` and gives the rows that come back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from eamap.cli.options import Answering, Reading

MOST = 10_000
"""Rows that are given unless --limit says otherwise."""


def answered(cypher: str, seconds: float, limit: int | None, reading: Reading, answer: Answering) -> None:
    """Writes what a query returned as it was asked for; UsageError for one that does more than read."""
    from eamap.cli.opening import open_store
    from eamap.cli.output import emit, form_of
    from eamap.errors import UsageError
    from eamap.model.results import Column, Omitted, Result
    from eamap.stores.neo4j.questions.passthrough import passed_through
    from eamap.stores.neo4j.store import Neo4jStore

    if isinstance(reading.store, Path):
        raise UsageError("a folder store understands no Cypher", hint="name a server: --store neo4j://host")
    if answer.profile != "full":
        raise UsageError(
            "nobody knows what the columns of your own Cypher hold, so nothing can be left out of them",
            hint="ask with --profile full, or with a selector",
        )
    store = open_store(reading.store, allow_partial=reading.allow_partial)
    assert isinstance(store, Neo4jStore), "what is no folder is a server"
    state = store.state()
    if state is not None and state.broken:
        store.contents()  # refuses, or notes it where that is allowed
    told = passed_through(store.server, cypher, seconds=seconds, rows=limit or MOST)
    keep = form_of(answer) == "json"
    rows = [
        {name: value if keep else _flat(value) for name, value in zip(told.columns, row, strict=True)}
        for row in told.rows
    ]
    columns = tuple(Column(name, name) for name in told.columns)
    omitted = Omitted(1, "there are more rows than were asked for; --limit N gives more") if told.more else Omitted()
    emit(Result("query cypher", reading.as_of, state.version if state else 0, columns, rows, omitted=omitted), answer)


def _flat(value: Any) -> Any:
    """Returns a value as one cell holds it: a list or a thing as JSON."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value
