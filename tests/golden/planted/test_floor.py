"""The bare join that a benchmark sets questions against still reads a store: benchmarks do not run with the tests."""

from __future__ import annotations

import subprocess
import sys

from tests.benchmarks.test_questions import EAMAP, JOIN


def test_the_floor_of_the_questions_reads_a_store(northmoor_ingested):
    store, _ = northmoor_ingested
    subprocess.run([EAMAP, "check", "--only", "LIF001", "--store", store], check=True, capture_output=True)
    floor = subprocess.run([sys.executable, "-c", JOIN, store], check=True, capture_output=True, text=True)
    assert int(floor.stdout) > 0
