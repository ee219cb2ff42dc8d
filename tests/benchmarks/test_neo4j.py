"""A push against a bare driver loop that sends the same rows, on the server that the tests start; ratios within one run.

``EAMAP_BENCH_SIZES=trust,ics,england`` says of which sizes (:mod:`tests.benchmarks.neo4j_sizes`).
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from eamap.model.selector import EstateOn
from eamap.stores.folder import FolderStore
from eamap.stores.neo4j.difference import BATCH, Steps
from eamap.stores.neo4j.drawn import graph_tables
from eamap.stores.neo4j.layout import schema
from eamap.stores.neo4j.store import understood
from tests.neo4j import serving
from tests.neo4j.graphs import DAY, nodes_removed

LEAST_RATE = 0.6
"""The least share of the bare loop's rate that a push must have."""
MOST_AGAIN = 0.1
"""The most of a first push that one without changes may take."""
SLACK = 1.5
"""A ratio may miss its target by this factor before the test fails: machines are shared."""
MOST_MEMORY = 1.2e9
FEW = 100_000
"""Rows up to which the ratios are printed and not asserted: what every push costs, however small, is most of it."""
WARMING = 2 * BATCH
"""Rows of each statement that are sent before anything is measured."""
PUSH = """
import re, sys, time
from pathlib import Path
from eamap.stores.folder import FolderStore
from eamap.stores.neo4j.store import Neo4jStore
remote = Neo4jStore(sys.argv[1])
begun = time.monotonic()
with remote.writer(10):
    remote.publish(FolderStore(sys.argv[2]).publication(), published=sys.argv[3])
seconds = time.monotonic() - begun
# The resources that a process is said to have used begin with the memory of whoever started it; this does not.
print(seconds, int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) * 1024)
"""


def pushed(server: serving.Served, folder: FolderStore) -> tuple[float, float]:
    """Pushes in a process of its own; returns its seconds and its memory in bytes."""
    done = subprocess.run(
        [sys.executable, "-c", PUSH, server.address, str(folder.folder), DAY],
        check=True,
        capture_output=True,
        text=True,
    )
    seconds, memory = done.stdout.split()
    return float(seconds), float(memory)


def bare(server: serving.Served, folder: FolderStore, most: int | None = None) -> tuple[float, int]:
    """Sends the same rows as dictionaries that were prepared before; returns the seconds of sending and the rows.

    With ``most`` only so many of each statement's rows.
    """
    from datetime import date

    day = date.fromisoformat(DAY[:10])
    on = EstateOn(understood(folder.estate(), day), day)
    work = [(_by_name(step.text, step.rows.columns), step.rows.head(most or step.rows.height).to_dicts()) for step in
            Steps({}, dict(graph_tables(on, lambda: on)))]  # fmt: skip
    with server.driver() as driver, driver.session(database=server.database) as session:
        for statement in schema():
            session.run(statement).consume()
        session.run("CALL db.awaitIndexes(300)").consume()
        begun = time.monotonic()
        for text, rows in work:
            for start in range(0, len(rows), BATCH):
                some = rows[start : start + BATCH]
                session.execute_write(lambda tx, text=text, some=some: tx.run(text, rows=some, store="bare").consume())
        return time.monotonic() - begun, sum(len(rows) for _, rows in work)


def _by_name(text: str, columns: list[str]) -> str:
    """Returns a query that reads its rows by name instead of by place."""
    for place, name in reversed(list(enumerate(columns))):
        text = text.replace(f"r[{place}]", f"r.`{name}`")
    return text


def test_a_push_is_nearly_as_fast_as_a_bare_loop_and_again_nearly_nothing(
    size: str, server: serving.Served, folder: FolderStore, capsys: pytest.CaptureFixture[str]
) -> None:
    bare(server, folder, WARMING)  # the server's own warming up is nobody's
    nodes_removed(server)
    loop, rows = bare(server, folder)
    nodes_removed(server)
    first, memory = pushed(server, folder)
    again, _ = pushed(server, folder)
    with capsys.disabled():
        print(
            f"\n{size}: {rows:,} rows; bare loop {loop:.1f} s ({rows / loop:,.0f} rows/s), push {first:.1f} s "
            f"({rows / first:,.0f} rows/s, {loop / first:.2f} of the rate), again {again:.1f} s ({again / first:.3f}), "
            f"client {memory / 1e6:,.0f} MB; load {os.getloadavg()[0]:.1f}"
        )
    assert memory < MOST_MEMORY
    if rows > FEW:
        assert loop / first > LEAST_RATE / SLACK
        assert again / first < MOST_AGAIN * SLACK
