"""The server of the tests: it answers, keeps what was committed through a kill, and ends with whoever started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.neo4j.conftest import emptied


def asked(server, text: str, **parameters: object) -> list[object]:
    """Returns the first column of an answer."""
    with server.driver() as driver:
        return [record[0] for record in driver.execute_query(text, parameters, database_=server.database).records]


def test_it_answers(neo4j_server) -> None:
    assert asked(neo4j_server, "RETURN $x", x=[1, "two"]) == [[1, "two"]]


def test_emptying_leaves_what_others_put_there(neo4j_server) -> None:
    asked(neo4j_server, "CREATE (:EamapEntity {id: 'ours'}), (:TestOfOthers:System {id: 'theirs'})")
    try:
        emptied(neo4j_server)
        assert asked(neo4j_server, "MATCH (n) WHERE n:EamapEntity OR n:TestOfOthers RETURN n.id") == ["theirs"]
    finally:
        asked(neo4j_server, "MATCH (n:TestOfOthers) DELETE n")


@pytest.mark.slow
def test_a_kill_keeps_what_was_committed(own_server) -> None:
    asked(own_server, "CREATE (:EamapEntity {id: 'kept'})")
    own_server.kill()
    assert not own_server.runs
    own_server.start()
    assert asked(own_server, "MATCH (n:EamapEntity) RETURN n.id") == ["kept"]
    own_server.quit()
    assert not own_server.runs
    own_server.start()
    assert asked(own_server, "MATCH (n:EamapEntity) RETURN n.id") == ["kept"]


STARTER = """
import sys
from tests.neo4j import serving
guard, child = serving.guarded(["sleep", "600"], sys.stderr)
print(child, flush=True)
sys.stdin.readline()
"""


def test_it_ends_when_whoever_started_it_is_killed(root: Path) -> None:
    """Shown on another program, which takes less time to start: what ends it knows nothing of the server."""
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    child = starter.stdout.readline().strip()
    assert Path(f"/proc/{child}").exists()
    os.kill(starter.pid, signal.SIGKILL)
    starter.communicate()
    until = time.monotonic() + 60
    while Path(f"/proc/{child}").exists() and time.monotonic() < until:
        time.sleep(0.1)
    assert not Path(f"/proc/{child}").exists()
